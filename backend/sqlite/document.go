package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

// issued are the documents that the vendor has issued, of all three kinds in one
// shape. Names of parties come from the invoice, where they are frozen.
const issued = `
SELECT 'invoice' AS kind, i.id AS id, i.id AS invoice_id, i.subscription_id, i.number,
	iif(i.effective_at <> 0, i.effective_at, i.finalized_at) AS issued_at, i.total AS amount, i.currency AS currency, i.status AS status,
	coalesce(i.seller ->> 'name', ''), coalesce(i.billed_to ->> 'name', ''),
	i.amount_paid, i.amount_remaining, i.credited_before, i.credited_after,
	coalesce((SELECT sum(p.refunded) FROM payments p WHERE p.invoice_id = i.id), 0)
FROM invoices i WHERE i.status <> 'draft'
UNION ALL
SELECT 'credit_note', n.id, n.invoice_id, coalesce(i.subscription_id, ''), n.number, n.created_at, n.total, n.currency, n.status,
	coalesce(i.seller ->> 'name', ''), coalesce(i.billed_to ->> 'name', ''), 0, 0, 0, 0, 0
FROM credit_notes n LEFT JOIN invoices i ON i.id = n.invoice_id
UNION ALL
SELECT 'receipt', p.id, p.invoice_id, coalesce(i.subscription_id, ''),
	CASE WHEN i.payment_id = p.id AND i.receipt_number <> '' THEN i.receipt_number
		WHEN coalesce(i.number, '') <> '' THEN 'receipt-' || i.number ELSE 'receipt' END,
	p.created_at, p.amount, p.currency, p.status,
	coalesce(i.seller ->> 'name', ''), coalesce(i.billed_to ->> 'name', ''), 0, 0, 0, 0, p.refunded
FROM payments p LEFT JOIN invoices i ON i.id = p.invoice_id AND p.invoice_id <> ''
WHERE p.status = 'succeeded'
ORDER BY issued_at DESC, kind, id`

// Documents gives the documents that the vendor has issued, newest first. Plan is
// not known here.
func (c *Cache) Documents(ctx context.Context) ([]billing.Document, error) {
	documents := []billing.Document{}
	err := c.file.reading(ctx, "list documents", func(tx *sql.Tx) error {
		return readAll(ctx, tx, issued, nil, func(rows *sql.Rows) error {
			var d billing.Document
			var seen changing
			err := rows.Scan(&d.Kind, &d.ID, &d.InvoiceID, &d.SubscriptionID, &d.Number, &d.IssuedAt, &d.Amount.Amount, &d.Amount.Currency,
				&d.Status, &d.Vendor, &d.Customer, &seen.paid, &seen.remaining, &seen.before, &seen.after, &seen.refunded)
			d.Stamp = seen.stamp(d)
			documents = append(documents, d)
			return err
		})
	})
	return documents, err
}

// changing are the amounts that may change after a document was issued.
type changing struct{ paid, remaining, before, after, refunded int64 }

func (c changing) stamp(d billing.Document) string {
	switch d.Kind {
	case billing.DocumentInvoice:
		invoice := billing.Invoice{
			Status: billing.InvoiceStatus(d.Status), AmountPaid: billing.Money{Amount: c.paid}, AmountRemaining: billing.Money{Amount: c.remaining},
			CreditedBefore: billing.Money{Amount: c.before}, CreditedAfter: billing.Money{Amount: c.after},
		}
		return invoice.DocumentStamp(c.refunded)
	case billing.DocumentCreditNote:
		return billing.CreditNote{Status: d.Status}.DocumentStamp()
	default:
		return billing.Payment{Status: d.Status, Refunded: billing.Money{Amount: c.refunded}}.DocumentStamp()
	}
}
