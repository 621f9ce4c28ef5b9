package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

// Books gives all that the picture of spending is made of, all of one instant.
func (c *Cache) Books(ctx context.Context) (books billing.Books, err error) {
	err = c.file.reading(ctx, "read the books", func(tx *sql.Tx) error {
		if books.Bills, err = readBills(ctx, tx); err != nil {
			return err
		}
		if books.CreditNotes, err = readCreditNotes(ctx, tx, ""); err != nil {
			return err
		}
		if books.Payments, err = readPayments(ctx, tx, " WHERE refunded <> 0 OR invoice_id = ''"); err != nil {
			return err
		}
		books.Subscriptions, err = readSubscriptions(ctx, tx)
		return err
	})
	return books, err
}

// readBills reads an index that holds all of it.
func readBills(ctx context.Context, tx *sql.Tx) ([]billing.Bill, error) {
	bills := []billing.Bill{}
	const query = `SELECT currency, status, dated, total, amount_paid, tax, plan_part, usage_part, packs_part, credit_part
		FROM invoices INDEXED BY invoices_by_money`
	err := readAll(ctx, tx, query, nil, func(rows *sql.Rows) error {
		var b billing.Bill
		p := &b.Parts
		err := rows.Scan(&b.Total.Currency, &b.Status, &b.Dated, &b.Total.Amount, &b.Paid.Amount,
			&p.Tax.Amount, &p.Plan.Amount, &p.Usage.Amount, &p.Packs.Amount, &p.Credits.Amount)
		for _, amount := range []*billing.Money{&b.Paid, &p.Tax, &p.Plan, &p.Usage, &p.Packs, &p.Credits} {
			amount.Currency = b.Total.Currency
		}
		bills = append(bills, b)
		return err
	})
	return bills, err
}
