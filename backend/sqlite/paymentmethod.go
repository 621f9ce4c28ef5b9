package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

type paymentMethodRecord struct{ billing.PaymentMethod }

func (r *paymentMethodRecord) columns() []column {
	return []column{
		{"id", &r.ID}, {"type", &r.Type}, {"brand", &r.Brand}, {"last4", &r.Last4},
		{"exp_month", &r.ExpMonth}, {"exp_year", &r.ExpYear}, {"funding", &r.Funding}, {"wallet", &r.Wallet},
		{"country", &r.Country}, {"bank", &r.Bank}, {"email", &r.Email}, {"created_at", &r.CreatedAt},
	}
}

var paymentMethodTable = newTable("payment_methods", &paymentMethodRecord{})

func readPaymentMethods(ctx context.Context, tx *sql.Tx) ([]billing.PaymentMethod, error) {
	methods := []billing.PaymentMethod{}
	query := "SELECT " + paymentMethodTable.reading + " FROM payment_methods ORDER BY created_at DESC, id"
	err := readAll(ctx, tx, query, nil, func(rows *sql.Rows) error {
		var r paymentMethodRecord
		_, err := paymentMethodTable.scan(rows, &r)
		methods = append(methods, r.PaymentMethod)
		return err
	})
	return methods, err
}

func paymentMethodRecords(methods []billing.PaymentMethod) []record {
	records := make([]record, len(methods))
	for i := range methods {
		records[i] = &paymentMethodRecord{methods[i]}
	}
	return records
}
