package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

type balanceRecord struct{ billing.BalanceTransaction }

func (r *balanceRecord) columns() []column {
	return []column{
		{"id", &r.ID}, {"type", (*string)(&r.Type)}, {"currency", &r.Amount.Currency}, {"amount", &r.Amount.Amount},
		{"ending_balance", &r.EndingBalance.Amount}, {"description", &r.Description}, {"invoice_id", &r.InvoiceID},
		{"credit_note_id", &r.CreditNoteID}, {"created_at", &r.CreatedAt},
	}
}

var balanceTable = newTable("balance_transactions", &balanceRecord{})

// BalanceTransactions gives every movement of the balance, newest first.
func (c *Cache) BalanceTransactions(ctx context.Context) (movements []billing.BalanceTransaction, err error) {
	err = c.file.reading(ctx, "read the balance", func(tx *sql.Tx) error {
		movements, err = readBalance(ctx, tx)
		return err
	})
	return movements, err
}

func readBalance(ctx context.Context, tx *sql.Tx) ([]billing.BalanceTransaction, error) {
	movements := []billing.BalanceTransaction{}
	query := "SELECT " + balanceTable.reading + " FROM balance_transactions ORDER BY created_at DESC, id DESC"
	err := readAll(ctx, tx, query, nil, func(rows *sql.Rows) error {
		var r balanceRecord
		_, err := balanceTable.scan(rows, &r)
		r.EndingBalance.Currency = r.Amount.Currency
		movements = append(movements, r.BalanceTransaction)
		return err
	})
	return movements, err
}

// writeBalance keeps movements. They are never changed once made; only a full pull
// may find one gone.
func (w *writer) writeBalance(ctx context.Context, pulled Pulled) error {
	records := make([]record, len(pulled.Balance))
	for i := range pulled.Balance {
		records[i] = &balanceRecord{pulled.Balance[i]}
	}
	if pulled.Full {
		return w.replace(ctx, balanceTable, records)
	}
	put, err := w.prepare(ctx, balanceTable)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	for _, r := range records {
		if err := w.put(ctx, put, balanceTable.values(r)); err != nil {
			return err
		}
	}
	return nil
}
