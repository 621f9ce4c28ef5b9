package companion

import (
	"context"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

// latestInvoices is how many invoices the dashboard shows.
const latestInvoices = 5

// documentZone is the zone that dates of documents and periods are shown in.
// Stripe's day begins at 00:00 UTC, and a gateway that knows better will say so.
const documentZone = "UTC"

// Overview is the dashboard as the cache has it.
func (c *Companion) Overview(ctx context.Context) (Overview, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return Overview{}, err
	}
	known, err := cache.Account(ctx)
	if err != nil {
		return Overview{}, err
	}
	marks, err := cache.Marks(ctx)
	if err != nil {
		return Overview{}, err
	}
	latest, err := cache.Invoices(ctx, billing.InvoiceFilter{Limit: latestInvoices})
	if err != nil {
		return Overview{}, err
	}
	years, err := cache.InvoiceYears(ctx)
	if err != nil {
		return Overview{}, err
	}
	owed, err := known.Owed()
	if err != nil {
		return Overview{}, err
	}
	return Overview{
		Identity:           c.account.identity(known.Customer),
		SyncedAt:           marks.SyncedAt,
		Zone:               documentZone,
		Subscriptions:      subscriptionViews(known.Subscriptions),
		NextCharge:         known.NextCharge(),
		MethodInUse:        known.MethodInUse(),
		PaymentMethods:     orEmpty(known.PaymentMethods),
		BillingInformation: billingInformation(known),
		Owed:               orEmpty(owed),
		LatestInvoices:     latestOf(latest.Rows),
		InvoiceCount:       latest.Total,
		InvoiceYears:       orEmpty(years),
	}, nil
}

// Identity says who is signed in to what.
func (c *Companion) Identity(ctx context.Context) (Identity, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return Identity{}, err
	}
	known, err := cache.Account(ctx)
	if err != nil {
		return Identity{}, err
	}
	return c.account.identity(known.Customer), nil
}

func (a *account) readable() (*sqlite.Cache, error) {
	if a.cache == nil {
		return nil, a.problem
	}
	return a.cache, nil
}

func subscriptionViews(subscriptions []billing.Subscription) []SubscriptionView {
	views := make([]SubscriptionView, 0, len(subscriptions))
	for _, s := range billing.ByImportance(subscriptions) {
		s.Items, s.Discounts = orEmpty(s.Items), orEmpty(s.Discounts)
		price, known := s.Price()
		interval, count := s.Interval()
		views = append(views, SubscriptionView{
			Subscription: s, Plan: s.Plan(), Price: price, PriceKnown: known,
			Interval: interval, IntervalCount: count,
			NextBilling: s.NextBilling(), EndsAt: s.EndsAt(), Ended: s.Ended(),
		})
	}
	return views
}

func billingInformation(known billing.Account) BillingInformation {
	return BillingInformation{
		Name: known.Customer.Name, Email: known.Customer.Email, Phone: known.Customer.Phone,
		Address: known.Customer.Address, TaxIDs: orEmpty(known.TaxIDs),
	}
}

// latestOf are the invoices of a list, without what stands beside them.
func latestOf(rows []sqlite.ListedInvoice) []billing.Invoice {
	invoices := make([]billing.Invoice, 0, len(rows))
	for i := range rows {
		invoices = append(invoices, whole(rows[i].Invoice))
	}
	return invoices
}

// orEmpty gives the window an empty list where Go has nil, which JSON calls null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
