package companion

import (
	"context"
	"slices"
	"strings"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// TaxIDTypes lists the types of tax ids by country.
func (c *Companion) TaxIDTypes() []billing.TaxIDType { return billing.TaxIDTypes() }

// AddTaxID adds a tax id. One that the server does not accept is CodeInvalid with
// the Field type or value.
func (c *Companion) AddTaxID(ctx context.Context, draft TaxIDDraft) (TaxIDChange, error) {
	return c.changeTaxID(ctx, draft, "")
}

// ReplaceTaxID puts a tax id in another's place. Stripe cannot change one, so the
// new one is created, and only once it was accepted is the old one removed. Where
// that fails both exist, which the answer says, and it is no error.
func (c *Companion) ReplaceTaxID(ctx context.Context, replacement TaxIDReplacement) (TaxIDChange, error) {
	err := c.reading(ctx, func(_ *sqlite.Cache, known billing.Account, _ billing.Time) error {
		if slices.ContainsFunc(known.TaxIDs, func(t billing.TaxID) bool { return t.ID == replacement.ID }) {
			return nil
		}
		return billing.NewError(billing.CodeInvalid, "The tax ID to be replaced is not there any more.", nil)
	})
	if err != nil {
		return TaxIDChange{}, err
	}
	return c.changeTaxID(ctx, TaxIDDraft{Type: replacement.Type, Value: replacement.Value}, replacement.ID)
}

// changeTaxID adds a tax id and then removes the old one, "" for none.
func (c *Companion) changeTaxID(ctx context.Context, draft TaxIDDraft, oldID string) (TaxIDChange, error) {
	draft.Value = strings.TrimSpace(draft.Value)
	switch known := func(t billing.TaxIDType) bool { return t.Type == draft.Type }; {
	case !slices.ContainsFunc(billing.TaxIDTypes(), known):
		return TaxIDChange{}, wrongField("type", "There is no such type of tax ID.")
	case draft.Value == "" || len(draft.Value) > 100:
		return TaxIDChange{}, wrongField("value", "Enter the tax ID.")
	}
	change := TaxIDChange{OldID: oldID}
	done, err := c.write(ctx, func(api *stripeapi.Client) (err error) {
		if change.TaxID, err = api.CreateTaxID(ctx, draft.Type, draft.Value); err != nil || oldID == "" {
			return err
		}
		if err := api.DeleteTaxID(ctx, oldID); err != nil {
			c.config.Log.Warn("the old tax id is still there", "code", billing.CodeOf(err), "error", err)
			change.BothExist, change.Problem = true, ProblemOf(err)
		}
		return nil
	})
	change.NextBefore, change.NextAfter = done.next()
	return change, err
}

// RemoveTaxID removes a tax id. One that is gone already is no error.
func (c *Companion) RemoveTaxID(ctx context.Context, id string) error {
	_, err := c.write(ctx, func(api *stripeapi.Client) error { return api.DeleteTaxID(ctx, id) })
	return err
}
