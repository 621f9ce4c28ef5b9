package stripeapi

import (
	"context"
	"fmt"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
)

// instrument is what is kept of the means of payment itself, of whatever type:
// each type fills in the fields it has.
type instrument struct {
	Brand        *string `json:"brand"`
	DisplayBrand *string `json:"display_brand"`
	Last4        *string `json:"last4"`
	ExpMonth     *int64  `json:"exp_month"`
	ExpYear      *int64  `json:"exp_year"`
	Funding      *string `json:"funding"`
	Country      *string `json:"country"`
	BankName     *string `json:"bank_name"`
	Bank         *string `json:"bank"`
	Email        *string `json:"email"`
	PayerEmail   *string `json:"payer_email"`
	Wallet       *struct {
		Type *string `json:"type"`
	} `json:"wallet"`
}

// instruments are the details of the types that have any worth showing. A type
// that is not here is kept by its name.
type instruments struct {
	Type          *string     `json:"type"`
	Card          *instrument `json:"card"`
	CardPresent   *instrument `json:"card_present"`
	USBankAccount *instrument `json:"us_bank_account"`
	SEPADebit     *instrument `json:"sepa_debit"`
	BACSDebit     *instrument `json:"bacs_debit"`
	BECSDebit     *instrument `json:"au_becs_debit"`
	ACSSDebit     *instrument `json:"acss_debit"`
	IDEAL         *instrument `json:"ideal"`
	Link          *instrument `json:"link"`
	PayPal        *instrument `json:"paypal"`
}

// inUse gives the details that belong to the type, empty ones for other types.
func (w *instruments) inUse() instrument {
	byType := map[string]*instrument{
		"card": w.Card, "card_present": w.CardPresent, "us_bank_account": w.USBankAccount,
		"sepa_debit": w.SEPADebit, "bacs_debit": w.BACSDebit, "au_becs_debit": w.BECSDebit,
		"acss_debit": w.ACSSDebit, "ideal": w.IDEAL, "link": w.Link, "paypal": w.PayPal,
	}
	if details := byType[textOf(w.Type)]; details != nil {
		return *details
	}
	return instrument{}
}

// brand prefers the network the cardholder chose over the one on the card.
// Source: Stripe API reference, PaymentMethod card.display_brand.
func (i instrument) brand() string { return firstOf(i.DisplayBrand, i.Brand) }

func firstOf(values ...*string) string {
	for _, value := range values {
		if textOf(value) != "" {
			return *value
		}
	}
	return ""
}

type wirePaymentMethod struct {
	identity
	instruments
	Customer reference `json:"customer"`
	Created  *int64    `json:"created"`
}

func (w *wirePaymentMethod) key() string { return w.ID }

func (w *wirePaymentMethod) prove(customer string) error {
	if err := w.is("payment_method"); err != nil {
		return err
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	return present("payment_method", w.Type != nil)
}

// PaymentMethods asks for the saved ways to pay, of every type.
func (c *Client) PaymentMethods(ctx context.Context) ([]billing.PaymentMethod, error) {
	params := &stripe.CustomerListPaymentMethodsParams{}
	params.Limit = fullPage()
	got, err := collect[wirePaymentMethod](ctx, c,
		listing{path: "/v1/customers/" + c.customer + "/payment_methods", query: queryOf(params)})
	if err != nil {
		return nil, fmt.Errorf("list payment methods: %w", err)
	}
	methods := make([]billing.PaymentMethod, len(got))
	for i := range got {
		methods[i] = got[i].value()
	}
	return methods, nil
}

func (w *wirePaymentMethod) value() billing.PaymentMethod {
	details := w.inUse()
	method := billing.PaymentMethod{
		ID: w.ID, Type: textOf(w.Type), Brand: details.brand(), Last4: textOf(details.Last4),
		ExpMonth: numberOf(details.ExpMonth), ExpYear: numberOf(details.ExpYear), Funding: textOf(details.Funding),
		Country: textOf(details.Country), Bank: firstOf(details.BankName, details.Bank),
		Email: firstOf(details.Email, details.PayerEmail), CreatedAt: timeOf(w.Created),
	}
	if details.Wallet != nil {
		method.Wallet = textOf(details.Wallet.Type)
	}
	return method
}
