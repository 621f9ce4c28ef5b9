-- The PDFs that were saved, each version a row. account is a hash, so that no
-- file tells who somebody's customer is. listed is 0 while a file is on its way
-- to its place; whether it arrived has to be looked at then.

CREATE TABLE documents (
	account TEXT NOT NULL,
	kind TEXT NOT NULL,
	object_id TEXT NOT NULL,
	version INTEGER NOT NULL,
	number TEXT NOT NULL,
	folder TEXT NOT NULL,
	file TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	size INTEGER NOT NULL,
	stamp TEXT NOT NULL,
	saved_at INTEGER NOT NULL,
	listed INTEGER NOT NULL,
	PRIMARY KEY (account, kind, object_id, version)
) STRICT, WITHOUT ROWID;
