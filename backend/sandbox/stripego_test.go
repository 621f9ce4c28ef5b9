package sandbox_test

import (
	"errors"
	"testing"

	"github.com/stripe/stripe-go/v76"
	stripeclient "github.com/stripe/stripe-go/v76/client"

	"billfold/backend/sandbox"
)

// MustStripe is stripe-go's own client, speaking to the sandbox.
func MustStripe(c client) *stripeclient.API {
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL: stripe.String(c.URL()), LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
		MaxNetworkRetries: stripe.Int64(0), EnableTelemetry: stripe.Bool(false),
	})
	return stripeclient.New(c.Key(), &stripe.Backends{API: backend})
}

func TestStripeGoReadsEverything(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	api := MustStripe(c)
	invoices := api.Invoices.List(&stripe.InvoiceListParams{Customer: stripe.String(c.Customer()),
		ListParams: stripe.ListParams{Limit: stripe.Int64(5)}, Expand: stripe.StringSlice([]string{"data.charge"})})
	var count int
	for invoices.Next() {
		count++
		if o := invoices.Invoice(); o.Total != 2178 || o.Charge.PaymentMethodDetails.Card.Last4 != "4242" || o.Number == "" || o.Livemode {
			t.Fatalf("%+v", o)
		}
	}
	if invoices.Err() != nil || count != 18 {
		t.Fatalf("%d invoices, %v", count, invoices.Err())
	}
	subscriptions := api.Subscriptions.List(&stripe.SubscriptionListParams{Customer: stripe.String(c.Customer()), Status: stripe.String("all"),
		Expand: stripe.StringSlice([]string{"data.items.data.price"})})
	if !subscriptions.Next() || subscriptions.Subscription().Items.Data[0].Price.UnitAmount != 2000 || subscriptions.Subscription().Status != "active" {
		t.Fatalf("%+v %v", subscriptions.Subscription(), subscriptions.Err())
	}
	next, err := api.Invoices.Upcoming(&stripe.InvoiceUpcomingParams{Customer: stripe.String(c.Customer())})
	if err != nil || next.AmountDue != 2178 {
		t.Fatalf("%+v %v", next, err)
	}
	who, err := api.Customers.Get(c.Customer(), &stripe.CustomerParams{
		Expand: stripe.StringSlice([]string{"tax_ids", "invoice_settings.default_payment_method"})})
	if err != nil || who.Address.City != "New York" || who.TaxIDs.Data[0].Value != "12-3456789" || who.InvoiceSettings.DefaultPaymentMethod.Card.Brand != "visa" {
		t.Fatalf("%+v %v", who, err)
	}
}

func TestStripeGoReadsRefusals(t *testing.T) {
	api := MustStripe(startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now}))
	var refused *stripe.Error
	_, err := api.Invoices.Get("in_none", nil)
	if !errors.As(err, &refused) || refused.HTTPStatusCode != 404 || refused.Code != stripe.ErrorCodeResourceMissing || refused.RequestID == "" {
		t.Fatalf("%+v", err)
	}
	_, err = api.Invoices.New(&stripe.InvoiceParams{Customer: stripe.String("cus_none")})
	if !errors.As(err, &refused) || refused.HTTPStatusCode != 400 || refused.Param != "customer" {
		t.Fatalf("%+v", err)
	}
}

func TestStripeGoSetsAnAccountUp(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
	api := MustStripe(c)
	who, err := api.Customers.New(&stripe.CustomerParams{Name: stripe.String("A"), PaymentMethod: stripe.String("pm_card_visa"),
		TaxIDData: []*stripe.CustomerTaxIDDataParams{{Type: stripe.String("eu_vat"), Value: stripe.String("DE123456789")}}})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := api.Products.New(&stripe.ProductParams{Name: stripe.String("Plan")})
	if err != nil {
		t.Fatal(err)
	}
	price, err := api.Prices.New(&stripe.PriceParams{Product: stripe.String(plan.ID), Currency: stripe.String("kwd"), UnitAmount: stripe.Int64(3070),
		Recurring: &stripe.PriceRecurringParams{Interval: stripe.String("month")}})
	if err != nil {
		t.Fatal(err)
	}
	params := &stripe.SubscriptionParams{Customer: stripe.String(who.ID), Items: []*stripe.SubscriptionItemsParams{{Price: stripe.String(price.ID)}}}
	params.AddExpand("latest_invoice.payment_intent")
	made, err := api.Subscriptions.New(params)
	if err != nil || made.LatestInvoice.Status != "paid" || made.LatestInvoice.PaymentIntent.AmountReceived != 3070 {
		t.Fatalf("%+v %v", made, err)
	}
	if words := made.LatestInvoice.Lines.Data[0].Description; words != "1 × Plan (at KWD 3.070 / month)" {
		t.Errorf("line: %s", words)
	}
}
