package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"billfold/backend/billing"
)

// subscriptionRecord keeps the parts of a subscription as JSON, each in a column
// of its own; absent ones are "null".
type subscriptionRecord struct {
	billing.Subscription
	items, discounts, pause, upcoming string
}

func (r *subscriptionRecord) columns() []column {
	return []column{
		{"id", &r.ID}, {"status", &r.Status}, {"currency", &r.Currency}, {"started_at", &r.StartedAt},
		{"period_start", &r.PeriodStart}, {"period_end", &r.PeriodEnd}, {"trial_end", &r.TrialEnd},
		{"cancel_at_period_end", &r.CancelAtPeriodEnd}, {"cancel_at", &r.CancelAt},
		{"canceled_at", &r.CanceledAt}, {"ended_at", &r.EndedAt}, {"cancellation_reason", &r.CancellationReason},
		{"pending_update_expires_at", &r.PendingUpdateExpiresAt}, {"collection_method", &r.CollectionMethod},
		{"default_payment_method_id", &r.DefaultPaymentMethodID}, {"default_source_id", &r.DefaultSourceID},
		{"latest_invoice_id", &r.LatestInvoiceID}, {"created_at", &r.CreatedAt},
		{"items", &r.items}, {"discounts", &r.discounts}, {"pause_collection", &r.pause}, {"upcoming", &r.upcoming},
	}
}

var subscriptionTable = newTable("subscriptions", &subscriptionRecord{})

func readSubscriptions(ctx context.Context, tx *sql.Tx) ([]billing.Subscription, error) {
	subscriptions := []billing.Subscription{}
	query := "SELECT " + subscriptionTable.reading + " FROM subscriptions ORDER BY created_at DESC, id"
	err := readAll(ctx, tx, query, nil, func(rows *sql.Rows) error {
		var r subscriptionRecord
		if _, err := subscriptionTable.scan(rows, &r); err != nil {
			return err
		}
		s := r.Subscription
		err := errors.Join(unpack(r.items, &s.Items), unpack(r.discounts, &s.Discounts),
			unpack(r.pause, &s.Pause), unpack(r.upcoming, &s.Upcoming))
		subscriptions = append(subscriptions, s)
		return err
	})
	return subscriptions, err
}

func subscriptionRecords(subscriptions []billing.Subscription) ([]record, error) {
	records := make([]record, len(subscriptions))
	for i, s := range subscriptions {
		r := &subscriptionRecord{Subscription: s}
		var errs [4]error
		r.items, errs[0] = pack(s.Items)
		r.discounts, errs[1] = pack(s.Discounts)
		r.pause, errs[2] = pack(s.Pause)
		r.upcoming, errs[3] = pack(s.Upcoming)
		if err := errors.Join(errs[:]...); err != nil {
			return nil, err
		}
		records[i] = r
	}
	return records, nil
}
