package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"billfold/backend/billing"
)

// portalRecord is the only row of its table, and so has a name for an id.
type portalRecord struct {
	billing.PortalFeatures
	id, customerUpdate string
}

func (r *portalRecord) columns() []column {
	return []column{
		{"id", &r.id}, {"known", &r.Known}, {"add_card", &r.AddCard}, {"cancel", &r.Cancel},
		{"cancel_at_once", &r.CancelAtOnce}, {"change_plan", &r.ChangePlan},
		{"invoice_history", &r.InvoiceHistory}, {"customer_update", &r.customerUpdate},
	}
}

var portalTable = newTable("portal", &portalRecord{})

// readPortal gives features of which nothing is known before they were asked for.
func readPortal(ctx context.Context, tx *sql.Tx) (billing.PortalFeatures, error) {
	var r portalRecord
	_, err := portalTable.scan(tx.QueryRowContext(ctx, "SELECT "+portalTable.reading+" FROM portal"), &r)
	if errors.Is(err, sql.ErrNoRows) {
		return billing.PortalFeatures{}, nil
	}
	if err != nil {
		return billing.PortalFeatures{}, err
	}
	err = unpack(r.customerUpdate, &r.CustomerUpdate)
	return r.PortalFeatures, err
}

// writePortal keeps the features; nil leaves those that are kept.
func (w *writer) writePortal(ctx context.Context, features *billing.PortalFeatures) error {
	if features == nil {
		return nil
	}
	updates, err := pack(features.CustomerUpdate)
	if err != nil {
		return err
	}
	return w.replace(ctx, portalTable, []record{&portalRecord{PortalFeatures: *features, id: "portal", customerUpdate: updates}})
}
