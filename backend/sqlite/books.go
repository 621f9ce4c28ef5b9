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

// readBills reads an index that holds all of it. There may be very many, so that
// the values are taken as the driver has them, without a look at each one's type.
func readBills(ctx context.Context, tx *sql.Tx) ([]billing.Bill, error) {
	bills := []billing.Bill{}
	const query = `SELECT currency, status, dated, total, amount_paid, tax, plan_part, usage_part, packs_part, credit_part
		FROM invoices INDEXED BY invoices_by_money`
	var values [10]any
	var fields [10]any
	for i := range values {
		fields[i] = &values[i]
	}
	err := readAll(ctx, tx, query, nil, func(rows *sql.Rows) error {
		if err := rows.Scan(fields[:]...); err != nil {
			return err
		}
		currency, _ := values[0].(string)
		status, _ := values[1].(string)
		number := func(at int) int64 { n, _ := values[at].(int64); return n }
		money := func(at int) billing.Money { return billing.Money{Amount: number(at), Currency: currency} }
		bills = append(bills, billing.Bill{
			Dated: billing.Time(number(2)), Status: billing.InvoiceStatus(status), Total: money(3), Paid: money(4),
			Parts: billing.BillParts{Tax: money(5), Plan: money(6), Usage: money(7), Packs: money(8), Credits: money(9)},
		})
		return nil
	})
	return bills, err
}
