package sqlite

import (
	"context"
	"database/sql"
	"time"

	"billfold/backend/billing"
)

// Marks say how far the cache has come; all are unknown before the first pull.
type Marks struct {
	// SyncedAt is the time of the last pull, FullAt that of the last one that read
	// everything. FullAt is unknown again when something in the file is damaged.
	SyncedAt, FullAt billing.Time
	// NewestInvoiceAt and its like are the latest creation among what is kept.
	NewestInvoiceAt, NewestPaymentAt, NewestCreditNoteAt billing.Time
	// Version is the gateway's word for everything as it is kept; "" where there is
	// none, or something is damaged.
	Version string
	// Revision is another number after every Write that changed more than SyncedAt
	// and FullAt.
	Revision int64
}

// Marks gives the marks that the last Write left.
func (c *Cache) Marks(ctx context.Context) (Marks, error) {
	var m Marks
	err := c.file.reading(ctx, "read the marks", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT synced_at, full_at, newest_invoice_at, newest_payment_at,
			newest_credit_note_at, version, revision FROM marks`).Scan(&m.SyncedAt, &m.FullAt, &m.NewestInvoiceAt,
			&m.NewestPaymentAt, &m.NewestCreditNoteAt, &m.Version, &m.Revision)
	})
	m.SyncedAt = max(m.SyncedAt, billing.Time(c.confirmed.Load()))
	if !m.FullAt.Known() {
		m.Version = "" // what is damaged is of no version
	}
	return m, err
}

// Confirm notes that what is kept is still so at an instant. The file is not written
// before it is closed.
func (c *Cache) Confirm(at billing.Time) {
	for {
		before := c.confirmed.Load()
		if int64(at) <= before || c.confirmed.CompareAndSwap(before, int64(at)) {
			return
		}
	}
}

// keepConfirmed writes down what was confirmed since the last write.
func (c *Cache) keepConfirmed() error {
	at := c.confirmed.Load()
	if at == 0 || c.file.readOnly {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), confirmTakes)
	defer cancel()
	return c.file.writing(ctx, "note when it was confirmed", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE marks SET synced_at = ?1 WHERE synced_at < ?1 AND full_at > 0", at)
		return err
	})
}

// confirmTakes is how long the end of a program may wait for that.
const confirmTakes = time.Second

func (w *writer) writeMarks(ctx context.Context, pulled Pulled) error {
	fullAt := "full_at"
	if pulled.Full && !pulled.Customer.Deleted {
		fullAt = "?1"
	}
	changed := 0
	if w.changed {
		changed = 1
	}
	_, err := w.tx.ExecContext(ctx, "UPDATE marks SET synced_at = ?1, full_at = "+fullAt+`, version = ?3, revision = revision + ?2,
		newest_invoice_at = (SELECT coalesce(max(created_at), 0) FROM invoices),
		newest_payment_at = (SELECT coalesce(max(created_at), 0) FROM payments),
		newest_credit_note_at = (SELECT coalesce(max(created_at), 0) FROM credit_notes)`, int64(pulled.At), changed, pulled.Version)
	return err
}
