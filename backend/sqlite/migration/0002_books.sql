-- What the list, the timeline, the picture of spending and the exports need. The
-- new columns of rows that are there already are filled in Go, and the mark makes
-- the next pull read everything, for what no older Billfold kept.

ALTER TABLE invoices ADD COLUMN discounts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE invoices ADD COLUMN tax_exempt TEXT NOT NULL DEFAULT '';
-- Made here: the date it is listed under, its number in a form that sorts, what it
-- is for, and the parts that it bills.
ALTER TABLE invoices ADD COLUMN dated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN number_key TEXT NOT NULL DEFAULT '';
ALTER TABLE invoices ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE invoices ADD COLUMN plan_part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN usage_part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN packs_part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoices ADD COLUMN credit_part INTEGER NOT NULL DEFAULT 0;

-- The card was the only thing of payments that an invoice was found by.
DROP INDEX invoices_by_age;
ALTER TABLE invoices RENAME COLUMN card TO related;
-- Each holds all that a filter looks at: the first in the order of the list and for
-- searches, the second, which is a fifth of it, for counts and sums.
CREATE INDEX invoices_by_date ON invoices (dated DESC, number_key DESC, id DESC, year, status, subscription_id, kind,
	currency, total, paid_at, search, related);
CREATE INDEX invoices_by_money ON invoices (currency, status, total, year, subscription_id, kind,
	dated, tax, amount_paid, plan_part, usage_part, packs_part, credit_part);

ALTER TABLE payments ADD COLUMN receipt_number TEXT NOT NULL DEFAULT '';
ALTER TABLE payments ADD COLUMN year INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN search TEXT NOT NULL DEFAULT '';
CREATE INDEX payments_by_date ON payments (created_at DESC, id DESC, year, status, refunded, invoice_id, search);

ALTER TABLE credit_notes ADD COLUMN subtotal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE credit_notes ADD COLUMN discount INTEGER NOT NULL DEFAULT 0;
ALTER TABLE credit_notes ADD COLUMN tax INTEGER NOT NULL DEFAULT 0;
ALTER TABLE credit_notes ADD COLUMN taxes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE credit_notes ADD COLUMN lines TEXT NOT NULL DEFAULT '[]';
ALTER TABLE credit_notes ADD COLUMN refund_id TEXT NOT NULL DEFAULT '';
ALTER TABLE credit_notes ADD COLUMN balance_transaction_id TEXT NOT NULL DEFAULT '';
ALTER TABLE credit_notes ADD COLUMN out_of_band INTEGER NOT NULL DEFAULT 0;
ALTER TABLE credit_notes ADD COLUMN effective_at INTEGER NOT NULL DEFAULT 0;
UPDATE credit_notes SET subtotal = total;

UPDATE marks SET full_at = 0;
