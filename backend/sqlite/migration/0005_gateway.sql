-- What a gateway says beside Stripe: the version that everything here is of, "" when
-- it is of none, and what only the vendor knows, one row once it was asked for.

ALTER TABLE marks ADD COLUMN version TEXT NOT NULL DEFAULT '';

CREATE TABLE policy (
	id TEXT PRIMARY KEY CHECK (id = 'policy'),
	while_past_due TEXT NOT NULL,
	grace_days INTEGER NOT NULL,
	lost TEXT NOT NULL,
	support TEXT NOT NULL,
	digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;
