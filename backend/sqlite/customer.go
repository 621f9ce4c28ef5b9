package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"billfold/backend/billing"
)

type customerRecord struct{ billing.Customer }

func (r *customerRecord) columns() []column {
	return []column{
		{"id", &r.ID}, {"name", &r.Name}, {"email", &r.Email}, {"phone", &r.Phone},
		{"line1", &r.Address.Line1}, {"line2", &r.Address.Line2}, {"city", &r.Address.City},
		{"state", &r.Address.State}, {"postal_code", &r.Address.PostalCode}, {"country", &r.Address.Country},
		{"currency", &r.Currency}, {"balance", &r.Balance.Amount}, {"balance_currency", &r.Balance.Currency},
		{"tax_exempt", &r.TaxExempt}, {"default_payment_method_id", &r.DefaultPaymentMethodID},
		{"default_source_id", &r.DefaultSourceID}, {"deleted", &r.Deleted}, {"livemode", &r.Livemode},
		{"created_at", &r.CreatedAt},
	}
}

var customerTable = newTable("customer", &customerRecord{})

// readCustomer gives the zero Customer before the first pull.
func readCustomer(ctx context.Context, tx *sql.Tx) (billing.Customer, error) {
	var r customerRecord
	_, err := customerTable.scan(tx.QueryRowContext(ctx, "SELECT "+customerTable.reading+" FROM customer"), &r)
	if errors.Is(err, sql.ErrNoRows) {
		return billing.Customer{}, nil
	}
	return r.Customer, err
}

// writeCustomer refuses another customer unless all is replaced anyway. Of a
// deleted one Stripe tells only the id, so all that is known of it stays.
func (w *writer) writeCustomer(ctx context.Context, customer billing.Customer, full bool) error {
	kept, err := readCustomer(ctx, w.tx)
	if err != nil {
		return err
	}
	if kept.ID != "" && kept.ID != customer.ID && (!full || customer.Deleted) {
		return billing.NewError(billing.CodeInternal, "The local copy belongs to another customer.", nil)
	}
	if customer.Deleted && kept.ID != "" {
		kept.Deleted = true
		customer = kept
	}
	return w.replace(ctx, customerTable, []record{&customerRecord{customer}})
}
