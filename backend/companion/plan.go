package companion

import (
	"context"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

// Plan is a subscription with what comes next and how it ends; "" is the foremost
// one. One that is not there is CodeNotFound.
func (c *Companion) Plan(ctx context.Context, subscriptionID string) (PlanView, error) {
	var view PlanView
	err := c.reading(ctx, func(cache *sqlite.Cache, known billing.Account, syncedAt billing.Time) error {
		for _, shown := range subscriptionViews(known.Subscriptions) {
			if subscriptionID != "" && shown.ID != subscriptionID {
				continue
			}
			next, err := nextInvoice(ctx, cache, shown.Subscription)
			view = PlanView{
				Subscription: shown, Portal: known.Portal, Next: next, Ending: known.EndingOf(shown.Subscription),
				PendingUntil: shown.PendingUpdateExpiresAt, SyncedAt: syncedAt,
			}
			return err
		}
		return billing.NewError(billing.CodeNotFound, "There is no such subscription.", nil)
	})
	return view, err
}

func nextInvoice(ctx context.Context, cache *sqlite.Cache, s billing.Subscription) (*NextInvoice, error) {
	if s.Upcoming == nil || s.NextBilling() == nil {
		return nil, nil
	}
	next := &NextInvoice{Upcoming: *s.Upcoming, Reasons: []billing.Reason{}}
	next.Lines = orEmpty(next.Lines)
	for i := range next.Lines {
		next.Lines[i].Taxes = orEmpty(next.Lines[i].Taxes)
	}
	last, err := lastRegular(ctx, cache, s.ID)
	if err != nil || last == nil {
		return next, err
	}
	next.Last = &LastInvoice{ID: last.ID, Number: last.Number, Date: last.DocumentDate(), Total: last.Total}
	if last.Total.Currency == next.Total.Currency {
		next.Difference = &billing.Money{Amount: next.Total.Amount - last.Total.Amount, Currency: next.Total.Currency}
		next.Reasons = orEmpty(s.Reasons(*last))
	}
	return next, nil
}

// lastRegular finds the latest invoice of a subscription that billed a period,
// with its lines; nil when there is none among the latest.
func lastRegular(ctx context.Context, cache *sqlite.Cache, subscriptionID string) (*billing.Invoice, error) {
	page, err := cache.Invoices(ctx, billing.InvoiceFilter{SubscriptionID: subscriptionID, Limit: settledInPicture})
	if err != nil {
		return nil, err
	}
	for _, invoice := range page.Invoices() {
		regular := invoice.BillingReason == "subscription_cycle" || invoice.BillingReason == "subscription_create"
		if regular && invoice.Status != billing.InvoiceDraft && invoice.Status != billing.InvoiceVoid {
			whole, err := cache.Invoice(ctx, invoice.ID)
			return &whole, err
		}
	}
	return nil, nil
}
