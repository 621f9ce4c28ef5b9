package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

// Told lists what was told about an account, the newest first.
func (p *Personal) Told(ctx context.Context, account string) ([]billing.Told, error) {
	all := []billing.Told{}
	err := p.file.reading(ctx, "list what was told", func(tx *sql.Tx) error {
		query := "SELECT kind, key, subscription_id, invoice_id FROM told WHERE account = ? ORDER BY told_at DESC, key"
		return readAll(ctx, tx, query, []any{account}, func(rows *sql.Rows) error {
			var told billing.Told
			err := rows.Scan(&told.Kind, &told.Key, &told.SubscriptionID, &told.InvoiceID)
			all = append(all, told)
			return err
		})
	})
	return all, err
}

// Tell notes the notifications as told and gives those that nobody, in whichever
// program, had told before.
func (p *Personal) Tell(ctx context.Context, account string, now billing.Time, notifications []billing.Notification) ([]billing.Notification, error) {
	fresh := []billing.Notification{}
	err := p.file.writing(ctx, "note what was told", func(tx *sql.Tx) error {
		fresh = fresh[:0]
		for _, n := range notifications {
			result, err := tx.ExecContext(ctx, "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
				account, n.Key, string(n.Kind), n.SubscriptionID, n.InvoiceID, int64(now))
			if err != nil {
				return err
			}
			if added, err := result.RowsAffected(); err != nil {
				return err
			} else if added == 1 {
				fresh = append(fresh, n)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return fresh, nil
}

// ForgetTold forgets what was told about an account, as when it is signed out for
// good.
func (p *Personal) ForgetTold(ctx context.Context, account string) error {
	return p.file.writing(ctx, "forget what was told", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM told WHERE account = ?", account)
		return err
	})
}
