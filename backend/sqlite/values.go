package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

// values is a row as the driver has it. Where there may be very many rows it is read
// without a look at each field's type; what is of another type reads as zero.
type values []any

func (v values) text(at int) string       { text, _ := v[at].(string); return text }
func (v values) number(at int) int64      { number, _ := v[at].(int64); return number }
func (v values) time(at int) billing.Time { return billing.Time(v.number(at)) }
func (v values) money(at int, currency string) billing.Money {
	return billing.Money{Amount: v.number(at), Currency: currency}
}

// readValues runs a query of so many columns and hands every row to take, which
// keeps none of it.
func readValues(ctx context.Context, tx *sql.Tx, query string, columns int, take func(values) error) error {
	row, fields := make(values, columns), make([]any, columns)
	for i := range row {
		fields[i] = &row[i]
	}
	return readAll(ctx, tx, query, nil, func(rows *sql.Rows) error {
		if err := rows.Scan(fields...); err != nil {
			return err
		}
		return take(row)
	})
}
