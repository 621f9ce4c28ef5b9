package stripeapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
)

type wireTaxID struct {
	identity
	Customer     reference `json:"customer"`
	Type         *string   `json:"type"`
	Value        *string   `json:"value"`
	Country      *string   `json:"country"`
	Created      *int64    `json:"created"`
	Verification *struct {
		Status *string `json:"status"`
	} `json:"verification"`
}

func (w *wireTaxID) key() string { return w.ID }

func (w *wireTaxID) prove(customer string) error {
	if err := w.is("tax_id"); err != nil {
		return err
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	return present("tax_id", w.Type != nil, w.Value != nil)
}

// TaxIDs asks for the customer's tax numbers.
func (c *Client) TaxIDs(ctx context.Context) ([]billing.TaxID, error) {
	params := &stripe.TaxIDListParams{}
	params.Limit = fullPage()
	got, err := collect[wireTaxID](ctx, c, listing{path: "/v1/customers/" + c.customer + "/tax_ids", query: queryOf(params)})
	if err != nil {
		return nil, fmt.Errorf("list tax ids: %w", err)
	}
	taxIDs := make([]billing.TaxID, len(got))
	for i := range got {
		taxIDs[i] = got[i].value()
	}
	return taxIDs, nil
}

func (w *wireTaxID) value() billing.TaxID {
	taxID := billing.TaxID{
		ID: w.ID, Type: textOf(w.Type), Value: textOf(w.Value), Country: textOf(w.Country), CreatedAt: timeOf(w.Created),
	}
	if w.Verification != nil {
		taxID.Verification = textOf(w.Verification.Status)
	}
	return taxID
}

// CreateTaxID adds a tax number. One whose form the server does not accept is
// CodeInvalid with the Field value. Whether it is registered is found out later:
// see Verification.
// Source: Stripe API reference, "Create a customer tax ID".
func (c *Client) CreateTaxID(ctx context.Context, kind, value string) (billing.TaxID, error) {
	params := &stripe.TaxIDParams{Type: stripe.String(kind), Value: stripe.String(value)}
	got, err := submit[wireTaxID](ctx, c, "/v1/customers/"+c.customer+"/tax_ids", queryOf(params))
	if err != nil {
		return billing.TaxID{}, fmt.Errorf("create tax id: %w", err)
	}
	return got.value(), nil
}

// DeleteTaxID removes a tax number. One that is not there is no error: that is
// what was wanted, and what a second try of the same finds.
// Source: Stripe API reference, "Delete a customer tax ID".
func (c *Client) DeleteTaxID(ctx context.Context, id string) error {
	path, err := pathTo("/v1/customers/"+c.customer+"/tax_ids/", id, "")
	if err != nil {
		return err
	}
	got, err := c.do(ctx, http.MethodDelete, c.base+path, nil)
	if billing.CodeOf(err) == billing.CodeNotFound && Refused(err) {
		return nil
	}
	if err == nil {
		err = deleted(got, "tax_id", id)
	}
	if err != nil {
		return fmt.Errorf("delete tax id: %w", err)
	}
	return nil
}

// deleted proves that the answer says that this very object is gone.
func deleted(got *answer, kind, id string) error {
	var gone struct {
		identity
		Deleted bool `json:"deleted"`
	}
	if err := decode(got.body, &gone); err != nil {
		return err
	}
	if err := gone.is(kind); err != nil {
		return err
	}
	return present(kind, gone.Deleted, gone.ID == id)
}
