package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"billfold/backend/billing"
)

// creditNoteRecord keeps taxes and lines as JSON; all amounts but theirs are in
// one currency.
type creditNoteRecord struct {
	billing.CreditNote
	taxes, lines string
}

func (r *creditNoteRecord) columns() []column {
	return []column{
		{"id", &r.ID}, {"number", &r.Number}, {"invoice_id", &r.InvoiceID}, {"type", &r.Type},
		{"status", &r.Status}, {"reason", &r.Reason}, {"memo", &r.Memo},
		{"currency", &r.Total.Currency}, {"subtotal", &r.Subtotal.Amount}, {"discount", &r.Discount.Amount},
		{"tax", &r.Tax.Amount}, {"total", &r.Total.Amount}, {"refund_id", &r.RefundID},
		{"balance_transaction_id", &r.BalanceTransactionID}, {"out_of_band", &r.OutOfBand.Amount},
		{"effective_at", &r.EffectiveAt}, {"created_at", &r.CreatedAt}, {"voided_at", &r.VoidedAt},
		{"taxes", &r.taxes}, {"lines", &r.lines},
	}
}

var creditNoteTable = newTable("credit_notes", &creditNoteRecord{})

func creditNoteRecordOf(n billing.CreditNote) (*creditNoteRecord, error) {
	taxes, taxesErr := pack(n.Taxes)
	lines, linesErr := pack(n.Lines)
	return &creditNoteRecord{n, taxes, lines}, errors.Join(taxesErr, linesErr)
}

func (r *creditNoteRecord) value() (billing.CreditNote, error) {
	n := r.CreditNote
	for _, amount := range []*billing.Money{&n.Subtotal, &n.Discount, &n.Tax, &n.OutOfBand} {
		amount.Currency = n.Total.Currency
	}
	return n, errors.Join(unpack(r.taxes, &n.Taxes), unpack(r.lines, &n.Lines))
}

// CreditNotes gives the credit notes to one invoice, newest first.
func (c *Cache) CreditNotes(ctx context.Context, invoiceID string) (notes []billing.CreditNote, err error) {
	err = c.file.reading(ctx, "read credit notes", func(tx *sql.Tx) error {
		notes, err = readCreditNotes(ctx, tx, " WHERE invoice_id = ?", invoiceID)
		return err
	})
	return notes, err
}

// AllCreditNotes gives every credit note, newest first.
func (c *Cache) AllCreditNotes(ctx context.Context) (notes []billing.CreditNote, err error) {
	err = c.file.reading(ctx, "read credit notes", func(tx *sql.Tx) error {
		notes, err = readCreditNotes(ctx, tx, "")
		return err
	})
	return notes, err
}

func readCreditNotes(ctx context.Context, tx *sql.Tx, where string, arguments ...any) ([]billing.CreditNote, error) {
	notes := []billing.CreditNote{}
	query := "SELECT " + creditNoteTable.reading + " FROM credit_notes" + where + " ORDER BY created_at DESC, id DESC"
	err := readAll(ctx, tx, query, arguments, func(rows *sql.Rows) error {
		var r creditNoteRecord
		if _, err := creditNoteTable.scan(rows, &r); err != nil {
			return err
		}
		note, err := r.value()
		notes = append(notes, note)
		return err
	})
	return notes, err
}
