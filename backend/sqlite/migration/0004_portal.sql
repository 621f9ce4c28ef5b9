-- What the vendor's customer portal lets the subscriber do: one row once it was
-- asked for. customer_update is a JSON list of words.

CREATE TABLE portal (
	id TEXT PRIMARY KEY CHECK (id = 'portal'),
	known INTEGER NOT NULL,
	add_card INTEGER NOT NULL,
	cancel INTEGER NOT NULL,
	cancel_at_once INTEGER NOT NULL,
	change_plan INTEGER NOT NULL,
	invoice_history INTEGER NOT NULL,
	customer_update TEXT NOT NULL,
	digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;
