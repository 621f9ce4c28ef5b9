package stripeapi

import (
	"context"
	"fmt"
	"net/url"

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

// CustomerChange is what is to be another of the customer; nil leaves a part as it
// is.
type CustomerChange struct {
	Name, Phone *string
	// Address replaces the address whole; an empty one removes it.
	Address *billing.Address
	// DefaultPaymentMethodID is the method for bills that name none of their own.
	DefaultPaymentMethodID *string
}

// UpdateCustomer changes the customer and gives it as it is then. A part that the
// server refuses is named by the error's Field.
// Source: Stripe API reference, "Update a customer".
func (c *Client) UpdateCustomer(ctx context.Context, change CustomerChange) (billing.Customer, error) {
	params := &stripe.CustomerParams{Name: change.Name, Phone: change.Phone}
	if change.DefaultPaymentMethodID != nil {
		params.InvoiceSettings = &stripe.CustomerInvoiceSettingsParams{DefaultPaymentMethod: change.DefaultPaymentMethodID}
	}
	form := queryOf(params)
	if change.Address != nil {
		setAddress(form, *change.Address)
	}
	got, err := submit[wireCustomer](ctx, c, "/v1/customers/"+c.customer, form)
	if err != nil {
		return billing.Customer{}, fmt.Errorf("update customer: %w", err)
	}
	return got.value(), nil
}

// setAddress writes every part, empty ones too: what is left out would stay.
func setAddress(form url.Values, to billing.Address) {
	if to.Empty() {
		form.Set("address", "")
		return
	}
	form.Set("address[line1]", to.Line1)
	form.Set("address[line2]", to.Line2)
	form.Set("address[city]", to.City)
	form.Set("address[state]", to.State)
	form.Set("address[postal_code]", to.PostalCode)
	form.Set("address[country]", to.Country)
}
