package stripeapi

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-json"
	"github.com/stripe/stripe-go/v76"
	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
)

type wireSubscription struct {
	identity
	Customer             reference           `json:"customer"`
	Status               *string             `json:"status"`
	Currency             *string             `json:"currency"`
	Items                *wirePage[wireItem] `json:"items"`
	Plan                 *wirePlan           `json:"plan"`
	Discount             *wireDiscount       `json:"discount"`
	StartDate            *int64              `json:"start_date"`
	CurrentPeriodStart   *int64              `json:"current_period_start"`
	CurrentPeriodEnd     *int64              `json:"current_period_end"`
	TrialEnd             *int64              `json:"trial_end"`
	CancelAtPeriodEnd    bool                `json:"cancel_at_period_end"`
	CancelAt             *int64              `json:"cancel_at"`
	CanceledAt           *int64              `json:"canceled_at"`
	EndedAt              *int64              `json:"ended_at"`
	CollectionMethod     *string             `json:"collection_method"`
	DefaultPaymentMethod reference           `json:"default_payment_method"`
	DefaultSource        reference           `json:"default_source"`
	LatestInvoice        reference           `json:"latest_invoice"`
	Created              *int64              `json:"created"`
	CancellationDetails  *struct {
		Reason *string `json:"reason"`
	} `json:"cancellation_details"`
	PauseCollection *struct {
		Behavior  *string `json:"behavior"`
		ResumesAt *int64  `json:"resumes_at"`
	} `json:"pause_collection"`
	PendingUpdate *struct {
		ExpiresAt *int64 `json:"expires_at"`
	} `json:"pending_update"`
}

// wirePlan is the older name of a subscription's only price. Its product can be
// expanded in a list, where that of an item would be a fifth level.
type wirePlan struct {
	Product wireProduct `json:"product"`
}

type wireDiscount struct {
	ID     string `json:"id"`
	End    *int64 `json:"end"`
	Coupon *struct {
		Name       *string      `json:"name"`
		PercentOff *json.Number `json:"percent_off"`
		AmountOff  *int64       `json:"amount_off"`
		Currency   *string      `json:"currency"`
	} `json:"coupon"`
}

func (w *wireSubscription) key() string { return w.ID }

func (w *wireSubscription) prove(customer string) error {
	if err := w.is("subscription"); err != nil {
		return err
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	err := present("subscription", w.Status != nil, isCurrency(w.Currency), w.Items != nil, w.Created != nil,
		w.CurrentPeriodStart != nil, w.CurrentPeriodEnd != nil)
	if err != nil {
		return err
	}
	if !slices.Contains(billing.SubscriptionStatuses(), billing.SubscriptionStatus(*w.Status)) {
		return unreadable(errors.New("a subscription of an unknown status"))
	}
	if err := w.Items.check(); err != nil {
		return err
	}
	return w.proveItems(customer)
}

func (w *wireSubscription) proveItems(customer string) error {
	for i := range w.Items.Data {
		item := &w.Items.Data[i]
		if err := item.prove(customer); err != nil {
			return err
		}
		if item.Subscription != "" && string(item.Subscription) != w.ID {
			return foreign()
		}
	}
	return nil
}

// Subscriptions asks for all subscriptions, ended ones too, newest first, with
// all their items and the names of their plans, and without Upcoming.
// Source: Stripe API reference, "List subscriptions", status.
func (c *Client) Subscriptions(ctx context.Context) ([]billing.Subscription, error) {
	params := &stripe.SubscriptionListParams{
		Customer: stripe.String(c.customer), Status: stripe.String("all"), Expand: expand("data.plan.product"),
	}
	params.Limit = fullPage()
	got, err := collect[wireSubscription](ctx, c, listing{path: "/v1/subscriptions", query: queryOf(params)})
	if err == nil {
		err = c.completeItems(ctx, got)
	}
	if err == nil {
		err = c.namePlans(ctx, got)
	}
	if err != nil {
		return nil, fmt.Errorf("list subscriptions: %w", err)
	}
	subscriptions := make([]billing.Subscription, len(got))
	for i := range got {
		if subscriptions[i], err = got[i].value(); err != nil {
			return nil, fmt.Errorf("list subscriptions: %w", err)
		}
	}
	return subscriptions, nil
}

// completeItems fetches, side by side, the items of the subscriptions that embed
// only their first ones, with the names of their products.
func (c *Client) completeItems(ctx context.Context, subscriptions []wireSubscription) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(MaxConcurrent)
	for i := range subscriptions {
		subscription := &subscriptions[i]
		if !*subscription.Items.HasMore {
			continue
		}
		group.Go(func() error {
			params := &stripe.SubscriptionItemListParams{
				Subscription: stripe.String(subscription.ID), Expand: expand("data.price.product"),
			}
			params.Limit = fullPage()
			items, err := collect[wireItem](ctx, c, listing{path: "/v1/subscription_items", query: queryOf(params)})
			if err != nil {
				return err
			}
			subscription.Items.Data = items
			return subscription.proveItems(c.customer)
		})
	}
	return group.Wait()
}

// namePlans gives every item the name of its product. What the list did not tell
// is asked for, one retrieve for each subscription that still lacks a name.
func (c *Client) namePlans(ctx context.Context, subscriptions []wireSubscription) error {
	names := map[string]wireProduct{}
	for i := range subscriptions {
		subscriptions[i].learn(names)
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(MaxConcurrent)
	asked := make([]wireSubscription, len(subscriptions))
	for i := range subscriptions {
		if subscriptions[i].named(names) {
			continue
		}
		group.Go(func() (err error) {
			asked[i], err = c.withProducts(groupCtx, subscriptions[i].ID)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i := range asked {
		asked[i].learn(names)
	}
	for i := range subscriptions {
		subscriptions[i].name(names)
	}
	return nil
}

func (c *Client) withProducts(ctx context.Context, id string) (wireSubscription, error) {
	path, err := pathTo("/v1/subscriptions/", id, "")
	if err != nil {
		return wireSubscription{}, unreadable(err)
	}
	got, err := retrieve[wireSubscription](ctx, c, path, queryOf(&stripe.SubscriptionParams{Expand: expand("items.data.price.product")}))
	if err == nil && got.ID != id {
		err = unreadable(errors.New("another subscription than was asked for"))
	}
	return got, err
}

// learn collects the products that came expanded.
func (w *wireSubscription) learn(names map[string]wireProduct) {
	if w.Plan != nil && w.Plan.Product.Expanded {
		names[w.Plan.Product.ID] = w.Plan.Product
	}
	if w.Items == nil {
		return
	}
	for _, item := range w.Items.Data {
		if item.Price.Product.Expanded {
			names[item.Price.Product.ID] = item.Price.Product
		}
	}
}

func (w *wireSubscription) named(names map[string]wireProduct) bool {
	for _, item := range w.Items.Data {
		if _, known := names[item.Price.Product.ID]; !known {
			return false
		}
	}
	return true
}

func (w *wireSubscription) name(names map[string]wireProduct) {
	for i := range w.Items.Data {
		product := &w.Items.Data[i].Price.Product
		if known, ok := names[product.ID]; ok {
			*product = known
		}
	}
}

func (w *wireSubscription) value() (billing.Subscription, error) {
	subscription := billing.Subscription{
		ID: w.ID, Status: billing.SubscriptionStatus(textOf(w.Status)), Currency: textOf(w.Currency),
		Discounts: []billing.Discount{},
		Items:     make([]billing.SubscriptionItem, len(w.Items.Data)),
		StartedAt: timeOf(w.StartDate), PeriodStart: timeOf(w.CurrentPeriodStart), PeriodEnd: timeOf(w.CurrentPeriodEnd),
		TrialEnd: timeOf(w.TrialEnd), CancelAtPeriodEnd: w.CancelAtPeriodEnd, CancelAt: timeOf(w.CancelAt),
		CanceledAt: timeOf(w.CanceledAt), EndedAt: timeOf(w.EndedAt), CollectionMethod: textOf(w.CollectionMethod),
		DefaultPaymentMethodID: string(w.DefaultPaymentMethod), DefaultSourceID: string(w.DefaultSource),
		LatestInvoiceID: string(w.LatestInvoice), CreatedAt: timeOf(w.Created),
	}
	for i := range w.Items.Data {
		subscription.Items[i] = w.Items.Data[i].value()
	}
	if w.CancellationDetails != nil {
		subscription.CancellationReason = textOf(w.CancellationDetails.Reason)
	}
	if w.PauseCollection != nil {
		subscription.Pause = &billing.PauseCollection{
			Behavior: textOf(w.PauseCollection.Behavior), ResumesAt: timeOf(w.PauseCollection.ResumesAt),
		}
	}
	if w.PendingUpdate != nil {
		subscription.PendingUpdateExpiresAt = timeOf(w.PendingUpdate.ExpiresAt)
	}
	discount, err := w.Discount.value()
	if discount != nil {
		subscription.Discounts = []billing.Discount{*discount}
	}
	return subscription, err
}

// value is nil where there is no discount.
func (w *wireDiscount) value() (*billing.Discount, error) {
	if w == nil || w.Coupon == nil {
		return nil, nil
	}
	discount := &billing.Discount{Name: textOf(w.Coupon.Name), EndsAt: timeOf(w.End)}
	if w.Coupon.AmountOff != nil {
		if !isCurrency(w.Coupon.Currency) {
			return nil, unreadable(errors.New("a discount without its currency"))
		}
		off := moneyOf(w.Coupon.AmountOff, textOf(w.Coupon.Currency))
		discount.AmountOff = &off
		return discount, nil
	}
	if w.Coupon.PercentOff == nil {
		return nil, nil
	}
	var err error
	discount.PercentOff, err = hundredths(*w.Coupon.PercentOff)
	return discount, err
}

// SetSubscriptionDefault names the method that the bills of a subscription are
// charged to; "" names none, so that the customer's own default holds. Nothing
// else of the subscription is sent.
// Source: Stripe API reference, "Update a subscription", default_payment_method.
func (c *Client) SetSubscriptionDefault(ctx context.Context, subscriptionID, methodID string) error {
	path, err := pathTo("/v1/subscriptions/", subscriptionID, "")
	if err != nil {
		return err
	}
	params := &stripe.SubscriptionParams{DefaultPaymentMethod: stripe.String(methodID)}
	got, err := submit[wireSubscription](ctx, c, path, queryOf(params))
	if err == nil && (got.ID != subscriptionID || string(got.DefaultPaymentMethod) != methodID) {
		err = unreadable(errors.New("a subscription that is not as it was asked to be"))
	}
	if err != nil {
		return fmt.Errorf("set the subscription's payment method: %w", err)
	}
	return nil
}
