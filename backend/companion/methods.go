package companion

import (
	"context"
	"sort"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// reading gives do the cache, the account as it knows it, and when it was pulled.
func (c *Companion) reading(ctx context.Context, do func(*sqlite.Cache, billing.Account, billing.Time) error) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return err
	}
	known, err := cache.Account(ctx)
	if err != nil {
		return err
	}
	known.Portal.CustomerUpdate = orEmpty(known.Portal.CustomerUpdate)
	marks, err := cache.Marks(ctx)
	if err != nil {
		return err
	}
	return do(cache, known, marks.SyncedAt)
}

// PaymentMethods are all saved ways to pay, and which of them pays next.
func (c *Companion) PaymentMethods(ctx context.Context) (PaymentMethodsView, error) {
	var view PaymentMethodsView
	err := c.reading(ctx, func(_ *sqlite.Cache, known billing.Account, syncedAt billing.Time) error {
		view = PaymentMethodsView{
			Methods: c.methodViews(known), InUse: known.MethodInUse(), NextCharge: known.NextCharge(),
			Shadows: orEmpty(known.Shadowed()), Portal: known.Portal, SyncedAt: syncedAt,
		}
		return nil
	})
	return view, err
}

func (c *Companion) methodViews(known billing.Account) []MethodView {
	warnings, uses := known.MethodWarnings(billing.At(c.config.Now())), known.MethodUses()
	inUse := known.MethodInUse()
	views := make([]MethodView, 0, len(known.PaymentMethods))
	for _, method := range known.PaymentMethods {
		views = append(views, MethodView{
			PaymentMethod: method, Default: method.ID == known.Customer.DefaultPaymentMethodID,
			Charged:  inUse != nil && inUse.ID == method.ID,
			Warnings: orEmpty(warnings[method.ID]), UsedBy: orEmpty(uses[method.ID]),
		})
	}
	sort.SliceStable(views, func(i, j int) bool {
		if views[i].Default != views[j].Default {
			return views[i].Default
		}
		return views[i].CreatedAt > views[j].CreatedAt
	})
	return views
}

// FixShadowedDefault lets the bills of a subscription be charged to the customer's
// default again. Where nothing hides that, it is CodeInvalid and nothing is sent.
func (c *Companion) FixShadowedDefault(ctx context.Context, subscriptionID string) error {
	var methodID string
	err := c.reading(ctx, func(_ *sqlite.Cache, known billing.Account, _ billing.Time) error {
		fix, ok := known.ShadowFix(subscriptionID)
		if !ok {
			return billing.NewError(billing.CodeInvalid, "This subscription is charged to your default already.", nil)
		}
		methodID = fix
		return nil
	})
	if err != nil {
		return err
	}
	_, err = c.write(ctx, func(api *stripeapi.Client) error {
		return api.SetSubscriptionDefault(ctx, subscriptionID, methodID)
	})
	return err
}

// SetDefaultPaymentMethod makes a saved method the customer's default. One that is
// not among the saved ones is CodeInvalid.
func (c *Companion) SetDefaultPaymentMethod(ctx context.Context, methodID string) error {
	err := c.reading(ctx, func(_ *sqlite.Cache, known billing.Account, _ billing.Time) error {
		for _, method := range known.PaymentMethods {
			if method.ID == methodID {
				return nil
			}
		}
		return billing.NewError(billing.CodeInvalid, "This payment method is not among the saved ones.", nil)
	})
	if err != nil {
		return err
	}
	_, err = c.write(ctx, func(api *stripeapi.Client) error {
		_, err := api.UpdateCustomer(ctx, stripeapi.CustomerChange{DefaultPaymentMethodID: &methodID})
		return err
	})
	return err
}
