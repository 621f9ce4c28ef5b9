package stripeapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/stripe/stripe-go/v76"
	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
)

// wireIntent is the payment of an invoice. Its client_secret is a bearer secret,
// and is not even decoded.
type wireIntent struct {
	identity
	Customer reference `json:"customer"`
	Status   *string   `json:"status"`
}

func (w *wireIntent) key() string { return w.ID }

func (w *wireIntent) prove(customer string) error {
	if err := w.is("payment_intent"); err != nil {
		return err
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	return present("payment_intent", w.Status != nil)
}

// mayWait tells whether the payment of an invoice can be waiting for its owner:
// nothing but an open invoice that was attempted can. So an account in order costs
// no request more.
func (w *wireInvoice) mayWait() bool {
	return textOf(w.Status) == string(billing.InvoiceOpen) && w.Attempted && w.PaymentIntent != ""
}

// completeConfirmations asks, side by side, whether the payments of the invoices
// wait for a confirmation: no charge and no field of the invoice tells.
// Source: Stripe API reference, PaymentIntent.status requires_action.
func (c *Client) completeConfirmations(ctx context.Context, invoices []wireInvoice) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(MaxConcurrent)
	for i := range invoices {
		invoice := &invoices[i]
		if !invoice.mayWait() {
			continue
		}
		group.Go(func() error {
			waits, err := c.waits(ctx, string(invoice.PaymentIntent))
			invoice.waits = waits
			return err
		})
	}
	return group.Wait()
}

func (c *Client) waits(ctx context.Context, id string) (bool, error) {
	path, err := pathTo("/v1/payment_intents/", id, "")
	if err != nil {
		return false, unreadable(err)
	}
	got, err := retrieve[wireIntent](ctx, c, path, queryOf(&stripe.PaymentIntentParams{}))
	if err == nil && got.ID != id {
		err = unreadable(errors.New("another payment intent than was asked for"))
	}
	if err != nil {
		return false, fmt.Errorf("retrieve payment intent: %w", err)
	}
	return textOf(got.Status) == string(stripe.PaymentIntentStatusRequiresAction), nil
}
