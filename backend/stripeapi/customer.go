package stripeapi

import (
	"context"
	"fmt"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
)

type wireCustomer struct {
	identity
	Name            *string   `json:"name"`
	Email           *string   `json:"email"`
	Phone           *string   `json:"phone"`
	Address         *address  `json:"address"`
	Currency        *string   `json:"currency"`
	Balance         *int64    `json:"balance"`
	TaxExempt       *string   `json:"tax_exempt"`
	DefaultSource   reference `json:"default_source"`
	InvoiceSettings *struct {
		DefaultPaymentMethod reference `json:"default_payment_method"`
	} `json:"invoice_settings"`
	Deleted  bool   `json:"deleted"`
	Livemode bool   `json:"livemode"`
	Created  *int64 `json:"created"`
}

func (w *wireCustomer) key() string { return w.ID }

func (w *wireCustomer) prove(customer string) error {
	if err := w.is("customer"); err != nil {
		return err
	}
	if err := ownedBy(reference(w.ID), customer); err != nil {
		return err
	}
	return present("customer", w.Deleted || w.Created != nil, w.Currency == nil || isCurrency(w.Currency))
}

// Customer asks for the subscriber. One that the merchant removed is an answer
// with Deleted set and nothing else, and no error.
// Source: Stripe API reference, "Retrieve a customer".
func (c *Client) Customer(ctx context.Context) (billing.Customer, error) {
	got, err := retrieve[wireCustomer](ctx, c, "/v1/customers/"+c.customer, queryOf(&stripe.CustomerParams{}))
	if err != nil {
		return billing.Customer{}, fmt.Errorf("retrieve customer: %w", err)
	}
	return got.value(), nil
}

func (w *wireCustomer) value() billing.Customer {
	if w.Deleted {
		return billing.Customer{ID: w.ID, Deleted: true}
	}
	currency := textOf(w.Currency)
	customer := billing.Customer{
		ID: w.ID, Name: textOf(w.Name), Email: textOf(w.Email), Phone: textOf(w.Phone),
		Address: w.Address.value(), Currency: currency, Balance: moneyOf(w.Balance, currency),
		TaxExempt: textOf(w.TaxExempt), DefaultSourceID: string(w.DefaultSource),
		Livemode: w.Livemode, CreatedAt: timeOf(w.Created),
	}
	if w.InvoiceSettings != nil {
		customer.DefaultPaymentMethodID = string(w.InvoiceSettings.DefaultPaymentMethod)
	}
	return customer
}
