-- One subscriber's billing. No table names the customer: the file is theirs.
-- Amounts are in minor units of the row's currency, instants in Unix seconds, 0
-- is unknown. Parts that nothing asks for alone are one JSON value in the row of
-- their whole. digest covers the columns before it that came from the API.

CREATE TABLE marks (
	only INTEGER PRIMARY KEY CHECK (only = 1),
	revision INTEGER NOT NULL,
	synced_at INTEGER NOT NULL,
	full_at INTEGER NOT NULL,
	newest_invoice_at INTEGER NOT NULL,
	newest_payment_at INTEGER NOT NULL,
	newest_credit_note_at INTEGER NOT NULL
) STRICT;
INSERT INTO marks VALUES (1, 0, 0, 0, 0, 0, 0);

CREATE TABLE customer (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	email TEXT NOT NULL,
	phone TEXT NOT NULL,
	line1 TEXT NOT NULL,
	line2 TEXT NOT NULL,
	city TEXT NOT NULL,
	state TEXT NOT NULL,
	postal_code TEXT NOT NULL,
	country TEXT NOT NULL,
	currency TEXT NOT NULL,
	balance INTEGER NOT NULL,
	balance_currency TEXT NOT NULL,
	tax_exempt TEXT NOT NULL,
	default_payment_method_id TEXT NOT NULL,
	default_source_id TEXT NOT NULL,
	deleted INTEGER NOT NULL,
	livemode INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tax_ids (
	id TEXT PRIMARY KEY,
	type TEXT NOT NULL,
	value TEXT NOT NULL,
	country TEXT NOT NULL,
	verification TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE payment_methods (
	id TEXT PRIMARY KEY,
	type TEXT NOT NULL,
	brand TEXT NOT NULL,
	last4 TEXT NOT NULL,
	exp_month INTEGER NOT NULL,
	exp_year INTEGER NOT NULL,
	funding TEXT NOT NULL,
	wallet TEXT NOT NULL,
	country TEXT NOT NULL,
	bank TEXT NOT NULL,
	email TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions (
	id TEXT PRIMARY KEY,
	status TEXT NOT NULL,
	currency TEXT NOT NULL,
	started_at INTEGER NOT NULL,
	period_start INTEGER NOT NULL,
	period_end INTEGER NOT NULL,
	trial_end INTEGER NOT NULL,
	cancel_at_period_end INTEGER NOT NULL,
	cancel_at INTEGER NOT NULL,
	canceled_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL,
	cancellation_reason TEXT NOT NULL,
	pending_update_expires_at INTEGER NOT NULL,
	collection_method TEXT NOT NULL,
	default_payment_method_id TEXT NOT NULL,
	default_source_id TEXT NOT NULL,
	latest_invoice_id TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	items TEXT NOT NULL,
	discounts TEXT NOT NULL,
	pause_collection TEXT NOT NULL,
	upcoming TEXT NOT NULL,
	digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- lines comes last: it is the longest, and a list never reads it.
CREATE TABLE invoices (
	id TEXT PRIMARY KEY,
	number TEXT NOT NULL,
	receipt_number TEXT NOT NULL,
	status TEXT NOT NULL,
	summary TEXT NOT NULL,
	description TEXT NOT NULL,
	billing_reason TEXT NOT NULL,
	collection_method TEXT NOT NULL,
	subscription_id TEXT NOT NULL,
	currency TEXT NOT NULL,
	subtotal INTEGER NOT NULL,
	discount INTEGER NOT NULL,
	tax INTEGER NOT NULL,
	total INTEGER NOT NULL,
	amount_due INTEGER NOT NULL,
	amount_paid INTEGER NOT NULL,
	amount_remaining INTEGER NOT NULL,
	starting_balance INTEGER NOT NULL,
	ending_balance INTEGER,
	credited_before INTEGER NOT NULL,
	credited_after INTEGER NOT NULL,
	paid_out_of_band INTEGER NOT NULL,
	auto_advance INTEGER NOT NULL,
	attempted INTEGER NOT NULL,
	attempts INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	effective_at INTEGER NOT NULL,
	finalized_at INTEGER NOT NULL,
	paid_at INTEGER NOT NULL,
	voided_at INTEGER NOT NULL,
	uncollectible_at INTEGER NOT NULL,
	due_at INTEGER NOT NULL,
	next_attempt_at INTEGER NOT NULL,
	period_start INTEGER NOT NULL,
	period_end INTEGER NOT NULL,
	default_payment_method_id TEXT NOT NULL,
	payment_id TEXT NOT NULL,
	revision_of_id TEXT NOT NULL,
	latest_revision_id TEXT NOT NULL,
	finalization_error TEXT NOT NULL,
	taxes TEXT NOT NULL,
	billed_to TEXT NOT NULL,
	seller TEXT NOT NULL,
	lines TEXT NOT NULL,
	digest BLOB NOT NULL,
	-- Made here, to find invoices by: the year of the document date, the folded
	-- texts, and the folded card of the payments.
	year INTEGER NOT NULL,
	search TEXT NOT NULL,
	card TEXT NOT NULL
) STRICT;
CREATE INDEX invoices_by_number ON invoices (number);
CREATE INDEX invoices_by_year ON invoices (year);
CREATE INDEX invoices_unsettled ON invoices (created_at DESC, id DESC) WHERE status IN ('draft', 'open', 'uncollectible');
-- Holds all that a filter looks at, so that a search reads this index alone.
CREATE INDEX invoices_by_age ON invoices (created_at DESC, id DESC, year, status, subscription_id, search, card);

CREATE TABLE payments (
	id TEXT PRIMARY KEY,
	invoice_id TEXT NOT NULL,
	status TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount INTEGER NOT NULL,
	refunded INTEGER NOT NULL,
	disputed INTEGER NOT NULL,
	method_type TEXT NOT NULL,
	brand TEXT NOT NULL,
	last4 TEXT NOT NULL,
	failure_code TEXT NOT NULL,
	decline_code TEXT NOT NULL,
	descriptor TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	refunds TEXT NOT NULL,
	digest BLOB NOT NULL
) STRICT;
CREATE INDEX payments_by_invoice ON payments (invoice_id, created_at DESC);

CREATE TABLE credit_notes (
	id TEXT PRIMARY KEY,
	number TEXT NOT NULL,
	invoice_id TEXT NOT NULL,
	type TEXT NOT NULL,
	status TEXT NOT NULL,
	reason TEXT NOT NULL,
	memo TEXT NOT NULL,
	currency TEXT NOT NULL,
	total INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	voided_at INTEGER NOT NULL,
	digest BLOB NOT NULL
) STRICT;
CREATE INDEX credit_notes_by_invoice ON credit_notes (invoice_id, created_at DESC);
