-- The movements of the customer's balance, which the money timeline is made of. The
-- mark makes the next pull read everything, for what no older Billfold kept.

CREATE TABLE balance_transactions (
	id TEXT PRIMARY KEY,
	type TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount INTEGER NOT NULL,
	ending_balance INTEGER NOT NULL,
	description TEXT NOT NULL,
	invoice_id TEXT NOT NULL,
	credit_note_id TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	digest BLOB NOT NULL
) STRICT;

UPDATE marks SET full_at = 0;
