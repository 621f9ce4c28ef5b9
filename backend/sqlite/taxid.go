package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

type taxIDRecord struct{ billing.TaxID }

func (r *taxIDRecord) columns() []column {
	return []column{
		{"id", &r.ID}, {"type", &r.Type}, {"value", &r.Value}, {"country", &r.Country},
		{"verification", &r.Verification}, {"created_at", &r.CreatedAt},
	}
}

var taxIDTable = newTable("tax_ids", &taxIDRecord{})

func readTaxIDs(ctx context.Context, tx *sql.Tx) ([]billing.TaxID, error) {
	taxIDs := []billing.TaxID{}
	err := readAll(ctx, tx, "SELECT "+taxIDTable.reading+" FROM tax_ids ORDER BY created_at DESC, id", nil, func(rows *sql.Rows) error {
		var r taxIDRecord
		_, err := taxIDTable.scan(rows, &r)
		taxIDs = append(taxIDs, r.TaxID)
		return err
	})
	return taxIDs, err
}

func taxIDRecords(taxIDs []billing.TaxID) []record {
	records := make([]record, len(taxIDs))
	for i := range taxIDs {
		records[i] = &taxIDRecord{taxIDs[i]}
	}
	return records
}
