package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

// Marks say how far the cache has come; all are unknown before the first pull.
type Marks struct {
	// SyncedAt is the time of the last pull, FullAt that of the last one that read
	// everything. FullAt is unknown again when something in the file is damaged.
	SyncedAt, FullAt billing.Time
	// NewestInvoiceAt and its like are the latest creation among what is kept.
	NewestInvoiceAt, NewestPaymentAt, NewestCreditNoteAt billing.Time
	// Revision is another number after every Write that changed more than SyncedAt
	// and FullAt.
	Revision int64
}

// Marks gives the marks that the last Write left.
func (c *Cache) Marks(ctx context.Context) (Marks, error) {
	var m Marks
	err := c.file.reading(ctx, "read the marks", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT synced_at, full_at, newest_invoice_at, newest_payment_at,
			newest_credit_note_at, revision FROM marks`).Scan(&m.SyncedAt, &m.FullAt, &m.NewestInvoiceAt,
			&m.NewestPaymentAt, &m.NewestCreditNoteAt, &m.Revision)
	})
	return m, err
}

func (w *writer) writeMarks(ctx context.Context, at billing.Time, full bool) error {
	fullAt := "full_at"
	if full {
		fullAt = "?1"
	}
	changed := 0
	if w.changed {
		changed = 1
	}
	_, err := w.tx.ExecContext(ctx, "UPDATE marks SET synced_at = ?1, full_at = "+fullAt+`, revision = revision + ?2,
		newest_invoice_at = (SELECT coalesce(max(created_at), 0) FROM invoices),
		newest_payment_at = (SELECT coalesce(max(created_at), 0) FROM payments),
		newest_credit_note_at = (SELECT coalesce(max(created_at), 0) FROM credit_notes)`, int64(at), changed)
	return err
}
