-- Whether the payment of an invoice waits for its owner to confirm it. Only open
-- invoices can wait, and the next pull reads every one of those again.

ALTER TABLE invoices ADD COLUMN needs_confirmation INTEGER NOT NULL DEFAULT 0;
