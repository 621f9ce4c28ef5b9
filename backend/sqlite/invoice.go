package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"billfold/backend/billing"
)

// invoiceRecord keeps taxes, parties and lines as JSON, each in a column of its
// own; all amounts are in the invoice's currency.
type invoiceRecord struct {
	billing.Invoice
	endingBalance                             sql.NullInt64
	taxes, discounts, billedTo, seller, lines string
}

func (r *invoiceRecord) columns() []column {
	return []column{
		{"id", &r.ID}, {"number", &r.Number}, {"receipt_number", &r.ReceiptNumber}, {"status", &r.Status},
		{"summary", &r.Summary}, {"description", &r.Description}, {"billing_reason", &r.BillingReason},
		{"collection_method", &r.CollectionMethod}, {"subscription_id", &r.SubscriptionID}, {"currency", &r.Currency},
		{"subtotal", &r.Subtotal.Amount}, {"discount", &r.Discount.Amount}, {"tax", &r.Tax.Amount},
		{"total", &r.Total.Amount}, {"amount_due", &r.AmountDue.Amount}, {"amount_paid", &r.AmountPaid.Amount},
		{"amount_remaining", &r.AmountRemaining.Amount}, {"starting_balance", &r.StartingBalance.Amount},
		{"ending_balance", &r.endingBalance}, {"credited_before", &r.CreditedBefore.Amount},
		{"credited_after", &r.CreditedAfter.Amount}, {"paid_out_of_band", &r.PaidOutOfBand},
		{"auto_advance", &r.AutoAdvance}, {"attempted", &r.Attempted}, {"attempts", &r.Attempts},
		{"created_at", &r.CreatedAt}, {"effective_at", &r.EffectiveAt}, {"finalized_at", &r.FinalizedAt},
		{"paid_at", &r.PaidAt}, {"voided_at", &r.VoidedAt}, {"uncollectible_at", &r.UncollectibleAt},
		{"due_at", &r.DueAt}, {"next_attempt_at", &r.NextAttemptAt},
		{"period_start", &r.PeriodStart}, {"period_end", &r.PeriodEnd},
		{"default_payment_method_id", &r.DefaultPaymentMethodID}, {"payment_id", &r.PaymentID},
		{"revision_of_id", &r.RevisionOfID}, {"latest_revision_id", &r.LatestRevisionID},
		{"finalization_error", &r.FinalizationError}, {"tax_exempt", &r.TaxExempt}, {"needs_confirmation", &r.NeedsConfirmation},
		{"taxes", &r.taxes}, {"discounts", &r.discounts}, {"billed_to", &r.billedTo}, {"seller", &r.seller}, {"lines", &r.lines},
	}
}

var (
	invoiceTable = newTable("invoices", &invoiceRecord{}, madeOfInvoice...).with("needs_confirmation")
	// listReading is invoiceTable.reading with no lines.
	listReading = strings.Replace(invoiceTable.reading, ", lines, digest", ", 'null' AS lines, digest", 1)
)

func invoiceRecordOf(i billing.Invoice) (*invoiceRecord, error) {
	r := &invoiceRecord{Invoice: i}
	if i.EndingBalance != nil {
		r.endingBalance = sql.NullInt64{Int64: i.EndingBalance.Amount, Valid: true}
	}
	var errs [5]error
	r.taxes, errs[0] = pack(i.Taxes)
	r.discounts, errs[4] = pack(i.Discounts)
	r.billedTo, errs[1] = pack(i.BilledTo)
	r.seller, errs[2] = pack(i.Seller)
	r.lines, errs[3] = pack(i.Lines)
	return r, errors.Join(errs[:]...)
}

func (r *invoiceRecord) value() (billing.Invoice, error) {
	i := r.Invoice
	for _, amount := range []*billing.Money{
		&i.Subtotal, &i.Discount, &i.Tax, &i.Total, &i.AmountDue, &i.AmountPaid, &i.AmountRemaining,
		&i.StartingBalance, &i.CreditedBefore, &i.CreditedAfter,
	} {
		amount.Currency = i.Currency
	}
	if r.endingBalance.Valid {
		i.EndingBalance = &billing.Money{Amount: r.endingBalance.Int64, Currency: i.Currency}
	}
	return i, errors.Join(unpack(r.taxes, &i.Taxes), unpack(r.discounts, &i.Discounts), unpack(r.billedTo, &i.BilledTo),
		unpack(r.seller, &i.Seller), unpack(r.lines, &i.Lines))
}

// Invoice gives one invoice with its lines, by id or else by number. None is
// CodeNotFound. A row that is not what was written into it is CodeUnreadable; it
// is marked, so that the next pull reads everything again.
func (c *Cache) Invoice(ctx context.Context, idOrNumber string) (billing.Invoice, error) {
	var r invoiceRecord
	var invoice billing.Invoice
	broken := false
	err := c.file.reading(ctx, "read an invoice", func(tx *sql.Tx) error {
		query := "SELECT " + invoiceTable.reading + " FROM invoices WHERE id = ?1 OR (number = ?1 AND ?1 <> '') ORDER BY id = ?1 DESC, created_at DESC LIMIT 1"
		digest, err := invoiceTable.scan(tx.QueryRowContext(ctx, query, idOrNumber), &r)
		if errors.Is(err, sql.ErrNoRows) {
			return billing.NewError(billing.CodeNotFound, "There is no such invoice in the local copy.", nil)
		}
		if err != nil {
			return err
		}
		invoice, err = r.value()
		broken = !invoiceTable.intact(&r, digest) || err != nil
		return nil
	})
	if err != nil {
		return billing.Invoice{}, err
	}
	if broken {
		c.markBroken(ctx, r.ID)
		return billing.Invoice{}, billing.NewError(billing.CodeUnreadable,
			"This invoice is damaged in the local copy; it will be fetched again on the next sync.", nil)
	}
	return invoice, nil
}

// markBroken makes the next pull a full one and its row differ from the damaged
// one. Where nothing can be written there is nothing to mark.
func (c *Cache) markBroken(ctx context.Context, id string) {
	_ = c.file.writing(ctx, "mark a damaged invoice", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE invoices SET digest = x'' WHERE id = ?", id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE marks SET full_at = 0")
		return err
	})
}

// readUnsettled gives the invoices that may still change on their own, newest
// first and without lines.
func readUnsettled(ctx context.Context, tx *sql.Tx) ([]billing.Invoice, error) {
	query := "SELECT " + listReading + " FROM invoices WHERE status IN ('draft', 'open', 'uncollectible') ORDER BY created_at DESC, id DESC"
	return readInvoices(ctx, tx, query)
}

func readInvoices(ctx context.Context, tx *sql.Tx, query string, arguments ...any) ([]billing.Invoice, error) {
	invoices := []billing.Invoice{}
	err := readAll(ctx, tx, query, arguments, func(rows *sql.Rows) error {
		var r invoiceRecord
		if _, err := invoiceTable.scan(rows, &r); err != nil {
			return err
		}
		invoice, err := r.value()
		invoices = append(invoices, invoice)
		return err
	})
	return invoices, err
}
