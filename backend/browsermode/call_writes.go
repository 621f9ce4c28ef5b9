package browsermode

import (
	"context"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// handOffMethods lead to the hosted pages and back.
var handOffMethods = map[string]method{
	"HandOff": with(func(ctx context.Context, c *companion.Companion, r companion.HandOffRequest) (any, error) {
		return c.HandOff(ctx, r)
	}),
	"PlanHandOff": with(func(ctx context.Context, c *companion.Companion, r companion.HandOffRequest) (any, error) {
		return c.PlanHandOff(ctx, r)
	}),
	"HandOffState":    plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.HandOffState(), nil }),
	"CheckHandOff":    plain(func(_ context.Context, c *companion.Companion) (any, error) { c.CheckHandOff(); return nil, nil }),
	"CancelHandOff":   plain(func(_ context.Context, c *companion.Companion) (any, error) { c.CancelHandOff(); return nil, nil }),
	"CopyHandOffLink": plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.CopyHandOffLink() }),
}

// informationMethods are about who pays, how, and for what.
var informationMethods = map[string]method{
	"PaymentMethods":     plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.PaymentMethods(ctx) }),
	"BillingInformation": plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.BillingInformation(ctx) }),
	"TaxIDTypes":         plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.TaxIDTypes(), nil }),
	"Plan":               with(func(ctx context.Context, c *companion.Companion, id string) (any, error) { return c.Plan(ctx, id) }),
	"FixShadowedDefault": with(func(ctx context.Context, c *companion.Companion, id string) (any, error) {
		return nil, c.FixShadowedDefault(ctx, id)
	}),
	"SetDefaultPaymentMethod": with(func(ctx context.Context, c *companion.Companion, id string) (any, error) {
		return nil, c.SetDefaultPaymentMethod(ctx, id)
	}),
	"ReviewBillingInformation": with(func(ctx context.Context, c *companion.Companion, d billing.BillingDraft) (any, error) {
		return c.ReviewBillingInformation(ctx, d)
	}),
	"SaveBillingInformation": with(func(ctx context.Context, c *companion.Companion, d billing.BillingDraft) (any, error) {
		return c.SaveBillingInformation(ctx, d)
	}),
	"AddTaxID": with(func(ctx context.Context, c *companion.Companion, d companion.TaxIDDraft) (any, error) {
		return c.AddTaxID(ctx, d)
	}),
	"ReplaceTaxID": with(func(ctx context.Context, c *companion.Companion, r companion.TaxIDReplacement) (any, error) {
		return c.ReplaceTaxID(ctx, r)
	}),
	"RemoveTaxID": with(func(ctx context.Context, c *companion.Companion, id string) (any, error) {
		return nil, c.RemoveTaxID(ctx, id)
	}),
}
