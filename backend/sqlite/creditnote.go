package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

type creditNoteRecord struct{ billing.CreditNote }

func (r *creditNoteRecord) columns() []column {
	return []column{
		{"id", &r.ID}, {"number", &r.Number}, {"invoice_id", &r.InvoiceID}, {"type", &r.Type},
		{"status", &r.Status}, {"reason", &r.Reason}, {"memo", &r.Memo},
		{"currency", &r.Total.Currency}, {"total", &r.Total.Amount},
		{"created_at", &r.CreatedAt}, {"voided_at", &r.VoidedAt},
	}
}

var creditNoteTable = newTable("credit_notes", &creditNoteRecord{})

// CreditNotes gives the credit notes to one invoice, newest first.
func (c *Cache) CreditNotes(ctx context.Context, invoiceID string) ([]billing.CreditNote, error) {
	notes := []billing.CreditNote{}
	query := "SELECT " + creditNoteTable.reading + " FROM credit_notes WHERE invoice_id = ? ORDER BY created_at DESC, id DESC"
	err := c.file.reading(ctx, "read credit notes", func(tx *sql.Tx) error {
		return readAll(ctx, tx, query, []any{invoiceID}, func(rows *sql.Rows) error {
			var r creditNoteRecord
			_, err := creditNoteTable.scan(rows, &r)
			notes = append(notes, r.CreditNote)
			return err
		})
	})
	return notes, err
}
