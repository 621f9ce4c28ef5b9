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
		{"receipt_number", &r.ReceiptNumber}, {"created_at", &r.CreatedAt}, {"refunds", &r.refunds},
	}
}

var paymentTable = newTable("payments", &paymentRecord{}, "year", "search")

func paymentRecordOf(p billing.Payment) (*paymentRecord, error) {
	refunds, err := pack(p.Refunds)
	return &paymentRecord{Payment: p, currency: p.Amount.Currency, refunds: refunds}, err
}

// listedPayment is a payment that was read.
type listedPayment struct{ billing.Payment }

func scanPayment(row scanner) (listedPayment, error) {
	var r paymentRecord
	if _, err := paymentTable.scan(row, &r); err != nil {
		return listedPayment{}, err
	}
	r.Amount.Currency, r.Refunded.Currency = r.currency, r.currency
	err := unpack(r.refunds, &r.Refunds)
	return listedPayment{r.Payment}, err
}

// Payments gives the payments of one invoice, newest first.
func (c *Cache) Payments(ctx context.Context, invoiceID string) (payments []billing.Payment, err error) {
	err = c.file.reading(ctx, "read payments", func(tx *sql.Tx) error {
		payments, err = readPayments(ctx, tx, " WHERE invoice_id = ?", invoiceID)
		return err
	})
	return payments, err
}

// UnsettledPayments gives the payments of all invoices that are not settled,
// newest first.
func (c *Cache) UnsettledPayments(ctx context.Context) (payments []billing.Payment, err error) {
	err = c.file.reading(ctx, "read payments", func(tx *sql.Tx) error {
		payments, err = readPayments(ctx, tx, " WHERE invoice_id IN (SELECT id FROM invoices WHERE status IN ('draft', 'open', 'uncollectible'))")
		return err
	})
	return payments, err
}

func readPayments(ctx context.Context, tx *sql.Tx, where string, arguments ...any) ([]billing.Payment, error) {
	payments := []billing.Payment{}
	query := "SELECT " + paymentTable.reading + " FROM payments" + where + " ORDER BY created_at DESC, id DESC"
	err := readAll(ctx, tx, query, arguments, func(rows *sql.Rows) error {
		payment, err := scanPayment(rows)
		payments = append(payments, payment.Payment)
		return err
	})
	return payments, err
}
