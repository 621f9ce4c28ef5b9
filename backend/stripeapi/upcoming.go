package stripeapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
)

// wireUpcoming is the preview of an invoice. It has no id in this version.
type wireUpcoming struct {
	wireBill
}

func (w *wireUpcoming) key() string { return "" }

// Upcoming asks for the preview of the next invoice of a subscription, and with
// subscriptionID "" of the one Stripe expects next. It gives the preview with all
// its lines and the id of the subscription it belongs to, which is "" when it is
// for none; the preview is nil when there is no next invoice, which is not an
// error.
// Source: Stripe API reference, "Retrieve an upcoming invoice".
func (c *Client) Upcoming(ctx context.Context, subscriptionID string) (*billing.Upcoming, string, error) {
	params := &stripe.InvoiceUpcomingParams{Customer: stripe.String(c.customer), Expand: expand("total_tax_amounts.tax_rate")}
	if subscriptionID != "" {
		params.Subscription = stripe.String(subscriptionID)
	}
	got, err := retrieve[wireUpcoming](ctx, c, "/v1/invoices/upcoming", queryOf(params))
	if saysNone(err) {
		return nil, "", nil
	}
	if err == nil && subscriptionID != "" && string(got.Subscription) != subscriptionID {
		err = unreadable(errors.New("the preview of another subscription than was asked for"))
	}
	if err == nil {
		got.Lines.Data, err = c.complete(ctx, got.Lines, c.upcomingLines(subscriptionID))
	}
	if err != nil {
		return nil, "", fmt.Errorf("retrieve upcoming invoice: %w", err)
	}
	return got.value(), string(got.Subscription), nil
}

func (c *Client) upcomingLines(subscriptionID string) listing {
	params := &stripe.InvoiceUpcomingLinesParams{Customer: stripe.String(c.customer)}
	if subscriptionID != "" {
		params.Subscription = stripe.String(subscriptionID)
	}
	params.Limit = fullPage()
	return listing{path: "/v1/invoices/upcoming/lines", query: queryOf(params)}
}

// value takes the end of the period as the instant at which the invoice is made:
// created is, depending on the server, that or the moment of asking.
func (w *wireUpcoming) value() *billing.Upcoming {
	currency := textOf(w.Currency)
	at := timeOf(w.PeriodEnd)
	if !at.Known() {
		at = timeOf(w.Created)
	}
	return &billing.Upcoming{
		At: at, AmountDue: moneyOf(w.AmountDue, currency), Subtotal: moneyOf(w.Subtotal, currency),
		Discount: discountOf(w.TotalDiscounts, currency), Discounts: w.discounts(),
		Tax: w.tax(), Taxes: taxesOf(w.TotalTaxAmounts, currency, nil), Total: moneyOf(w.Total, currency), Lines: w.lines(),
	}
}
