package stripeapi

import (
	"context"
	"fmt"

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
