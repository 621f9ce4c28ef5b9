package mirror

import (
	"context"
	"slices"

	"billfold/backend/billing"
)

func (r *reading) readCustomer(ctx context.Context) error {
	customer, err := r.source.API.Customer(ctx)
	if err != nil {
		return err
	}
	r.keep(func() { r.pulled.Customer = customer })
	if customer.Deleted {
		return errDeleted
	}
	return nil
}

func (r *reading) readSubscriptions(ctx context.Context) error {
	subscriptions, err := r.source.API.Subscriptions(ctx)
	r.keep(func() { r.pulled.Subscriptions = subscriptions })
	return err
}

func (r *reading) readPaymentMethods(ctx context.Context) error {
	methods, err := r.source.API.PaymentMethods(ctx)
	r.keep(func() { r.pulled.PaymentMethods = methods })
	return err
}

func (r *reading) readTaxIDs(ctx context.Context) error {
	taxIDs, err := r.source.API.TaxIDs(ctx)
	r.keep(func() { r.pulled.TaxIDs = taxIDs })
	return err
}

// readPortal asks what the vendor's portal offers. That changes rarely, and what
// was turned off since is refused there, so only a full pull asks.
func (r *reading) readPortal(ctx context.Context) error {
	features, err := r.source.API.PortalFeatures(ctx)
	if err == nil {
		r.keep(func() { r.pulled.Portal = &features })
	}
	return err
}

// expectedPreviews lists the subscriptions whose next invoice is asked for
// before it is known whether they still have one. Where none is known it is the
// one that Stripe chooses, "": an ordinary subscriber has one subscription, and
// needs no second round of requests.
func (r *reading) expectedPreviews() []string {
	var ids []string
	for _, subscription := range r.known.Subscriptions {
		if subscription.Previewable() {
			ids = append(ids, subscription.ID)
		}
	}
	if len(ids) == 0 {
		return []string{""}
	}
	return ids
}

// missingPreviews lists the subscriptions that should have a next invoice, and
// whose preview has not been asked for.
func (r *reading) missingPreviews() []string {
	var ids []string
	for _, subscription := range r.pulled.Subscriptions {
		if _, answered := r.upcoming[subscription.ID]; !answered && subscription.Previewable() {
			ids = append(ids, subscription.ID)
		}
	}
	return ids
}

// readPreview asks for the next invoice of a subscription. A guess that the
// server refuses was wrong, and is no failure: it is asked again if the
// subscription turns out to be there.
func (r *reading) readPreview(ctx context.Context, id string, guess bool) error {
	upcoming, of, err := r.source.API.Upcoming(ctx, id)
	if guess && mayMeanDeleted(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if id != "" {
		of = id
	}
	if of != "" {
		r.keep(func() { r.upcoming[of] = upcoming })
	}
	return nil
}

func (r *reading) readPayments(ctx context.Context) error {
	payments, err := r.source.API.Payments(ctx, since(r.known.marks.NewestPaymentAt, r.full))
	r.keep(func() { r.pulled.Payments = payments })
	return err
}

func (r *reading) readCreditNotes(ctx context.Context) error {
	notes, err := r.source.API.CreditNotes(ctx, since(r.known.marks.NewestCreditNoteAt, r.full))
	r.keep(func() { r.pulled.CreditNotes = notes })
	return err
}

// balanceMoved tells whether the customer's balance is another, or an invoice that
// came was paid from it or gave to it. What moved it back and forth between two
// pulls is found by the next full one at the latest.
func (r *reading) balanceMoved() bool {
	if r.pulled.Customer.Balance != r.known.Customer.Balance {
		return true
	}
	since := r.known.marks.SyncedAt - overlapOfClocks
	return slices.ContainsFunc(r.pulled.Invoices, func(i billing.Invoice) bool {
		return i.FinalizedAt >= since && i.EndingBalance != nil && *i.EndingBalance != i.StartingBalance
	})
}

// readBalance asks for the movements of the balance: all in a full pull, else those
// since shortly before the last.
func (r *reading) readBalance(ctx context.Context) error {
	movements, err := r.source.API.BalanceTransactions(ctx, since(r.known.marks.SyncedAt, r.full))
	r.keep(func() { r.pulled.Balance = movements })
	return err
}

// invoicesSince is where the reading of invoices begins.
func (r *reading) invoicesSince() billing.Time {
	return since(r.known.marks.NewestInvoiceAt, r.full)
}
