package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

// paymentRecord keeps the refunds as JSON; all amounts but theirs are in one
// currency.
type paymentRecord struct {
	billing.Payment
	currency, refunds string
}

func (r *paymentRecord) columns() []column {
	return []column{
		{"id", &r.ID}, {"invoice_id", &r.InvoiceID}, {"status", &r.Status}, {"currency", &r.currency},
		{"amount", &r.Amount.Amount}, {"refunded", &r.Refunded.Amount}, {"disputed", &r.Disputed},
		{"method_type", &r.MethodType}, {"brand", &r.Brand}, {"last4", &r.Last4},
		{"failure_code", &r.FailureCode}, {"decline_code", &r.DeclineCode}, {"descriptor", &r.Descriptor},
		{"created_at", &r.CreatedAt}, {"refunds", &r.refunds},
	}
}

var paymentTable = newTable("payments", &paymentRecord{})

// Payments gives the payments of one invoice, newest first.
func (c *Cache) Payments(ctx context.Context, invoiceID string) ([]billing.Payment, error) {
	return c.readPayments(ctx, "WHERE invoice_id = ?", invoiceID)
}

func (c *Cache) readPayments(ctx context.Context, where string, arguments ...any) ([]billing.Payment, error) {
	payments := []billing.Payment{}
	query := "SELECT " + paymentTable.reading + " FROM payments " + where + " ORDER BY created_at DESC, id DESC"
	err := c.file.reading(ctx, "read payments", func(tx *sql.Tx) error {
		return readAll(ctx, tx, query, arguments, func(rows *sql.Rows) error {
			var r paymentRecord
			if _, err := paymentTable.scan(rows, &r); err != nil {
				return err
			}
			r.Amount.Currency, r.Refunded.Currency = r.currency, r.currency
			err := unpack(r.refunds, &r.Refunds)
			payments = append(payments, r.Payment)
			return err
		})
	})
	return payments, err
}

// UnsettledPayments gives the payments of all invoices that are not settled,
// newest first.
func (c *Cache) UnsettledPayments(ctx context.Context) ([]billing.Payment, error) {
	return c.readPayments(ctx, "WHERE invoice_id IN (SELECT id FROM invoices WHERE status IN ('draft', 'open', 'uncollectible'))")
}

func paymentRecordOf(p billing.Payment) (*paymentRecord, error) {
	refunds, err := pack(p.Refunds)
	return &paymentRecord{Payment: p, currency: p.Amount.Currency, refunds: refunds}, err
}
