-- The notifications that were told, so that each is told once. account is a hash,
-- so that no file tells who somebody's customer is.

CREATE TABLE told (
	account TEXT NOT NULL,
	key TEXT NOT NULL,
	kind TEXT NOT NULL,
	subscription_id TEXT NOT NULL,
	invoice_id TEXT NOT NULL,
	told_at INTEGER NOT NULL,
	PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
