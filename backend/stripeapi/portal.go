package stripeapi

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
)

// PortalRequest says what a visit to the customer portal is for.
type PortalRequest struct {
	// Flow is payment_method_update, subscription_cancel or subscription_update, and
	// "" for the portal's first page.
	// Source: Stripe docs, "Deep links in the customer portal".
	Flow string
	// SubscriptionID is the one that the two flows for subscriptions are about.
	SubscriptionID string
	// ReturnURL is where the portal leads when the visit is over; "" is nowhere.
	ReturnURL string
	// Locale is the language of the pages; the portal chooses where it is none of its
	// own.
	Locale string
}

type wirePortalSession struct {
	identity
	Customer reference `json:"customer"`
	URL      *string   `json:"url"`
}

func (w *wirePortalSession) key() string { return w.ID }

func (w *wirePortalSession) prove(customer string) error {
	if err := w.is("billing_portal.session"); err != nil {
		return err
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	return present("billing_portal.session", textOf(w.URL) != "")
}

// PortalSession opens a visit to the customer portal and gives the link that lets
// its bearer in, once and soon.
// Source: Stripe API reference, "Create a portal session".
func (c *Client) PortalSession(ctx context.Context, wanted PortalRequest) (billing.SecretLink, error) {
	params := &stripe.BillingPortalSessionParams{Customer: stripe.String(c.customer)}
	if wanted.ReturnURL != "" {
		params.ReturnURL = stripe.String(wanted.ReturnURL)
	}
	if portalLocales[wanted.Locale] {
		params.Locale = stripe.String(wanted.Locale)
	}
	if wanted.Flow != "" {
		params.FlowData = flowOf(wanted)
	}
	got, err := submit[wirePortalSession](ctx, c, "/v1/billing_portal/sessions", queryOf(params))
	if Refused(err) && billing.CodeOf(err) == billing.CodeInvalid {
		// The request is right; what the merchant turned off is refused as if it were not.
		err = billing.NewError(billing.CodeNotOffered, "The vendor's customer portal does not offer this.", err)
	}
	if err != nil {
		return billing.SecretLink{}, fmt.Errorf("open the portal: %w", err)
	}
	return billing.NewSecretLink(*got.URL), nil
}

// portalLocales are those of the parameter locale.
// Source: Stripe's OpenAPI description of version 2023-10-16.
var portalLocales = localeSet(`bg cs da de el en en-AU en-CA en-GB en-IE en-IN en-NZ en-SG es es-419 et fi fil fr fr-CA hr hu
	id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW`)

func localeSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// flowOf writes the task. The end of one leads back at once, where there is a
// place to lead to: a person who has done what they came for needs no home page.
func flowOf(wanted PortalRequest) *stripe.BillingPortalSessionFlowDataParams {
	flow := &stripe.BillingPortalSessionFlowDataParams{Type: stripe.String(wanted.Flow)}
	switch stripe.BillingPortalSessionFlowType(wanted.Flow) {
	case stripe.BillingPortalSessionFlowTypeSubscriptionCancel:
		flow.SubscriptionCancel = &stripe.BillingPortalSessionFlowDataSubscriptionCancelParams{
			Subscription: stripe.String(wanted.SubscriptionID)}
	case stripe.BillingPortalSessionFlowTypeSubscriptionUpdate:
		flow.SubscriptionUpdate = &stripe.BillingPortalSessionFlowDataSubscriptionUpdateParams{
			Subscription: stripe.String(wanted.SubscriptionID)}
	}
	if wanted.ReturnURL != "" {
		flow.AfterCompletion = &stripe.BillingPortalSessionFlowDataAfterCompletionParams{
			Type: stripe.String(string(stripe.BillingPortalSessionFlowAfterCompletionTypeRedirect)),
			Redirect: &stripe.BillingPortalSessionFlowDataAfterCompletionRedirectParams{
				ReturnURL: stripe.String(wanted.ReturnURL)},
		}
	}
	return flow
}

type wirePortalConfiguration struct {
	identity
	Features *struct {
		CustomerUpdate struct {
			Enabled        bool     `json:"enabled"`
			AllowedUpdates []string `json:"allowed_updates"`
		} `json:"customer_update"`
		InvoiceHistory      wireSwitch `json:"invoice_history"`
		PaymentMethodUpdate wireSwitch `json:"payment_method_update"`
		SubscriptionCancel  struct {
			Enabled bool    `json:"enabled"`
			Mode    *string `json:"mode"`
		} `json:"subscription_cancel"`
		SubscriptionUpdate wireSwitch `json:"subscription_update"`
	} `json:"features"`
}

type wireSwitch struct {
	Enabled bool `json:"enabled"`
}

func (w *wirePortalConfiguration) key() string { return w.ID }

// prove asks for no owner: a configuration is the merchant's, the same for all.
func (w *wirePortalConfiguration) prove(string) error {
	if err := w.is("billing_portal.configuration"); err != nil {
		return err
	}
	return present("billing_portal.configuration", w.Features != nil)
}

// PortalFeatures asks what the merchant's portal lets a person do. A server that
// does not tell it, as one that hides the merchant's settings, gives features
// whose Known is false, and no error.
// Source: Stripe API reference, "List portal configurations".
func (c *Client) PortalFeatures(ctx context.Context) (billing.PortalFeatures, error) {
	got, err := c.portalFeatures(ctx)
	switch billing.CodeOf(err) {
	case "":
		return got, nil
	case billing.CodeNotFound, billing.CodeForbidden, billing.CodeInvalid:
		if Refused(err) {
			return billing.PortalFeatures{}, nil
		}
	}
	return billing.PortalFeatures{}, fmt.Errorf("read the portal's features: %w", err)
}

// portalFeatures reads the default configuration, or behind a gateway the one that
// it names.
func (c *Client) portalFeatures(ctx context.Context) (billing.PortalFeatures, error) {
	if !c.gateway {
		query := url.Values{"is_default": {"true"}, "active": {"true"}, "limit": {"1"}}
		return c.firstOfPage(ctx, "/v1/billing_portal/configurations", query)
	}
	policy, err := c.wirePolicy(ctx)
	if err != nil || policy.PortalConfiguration == "" {
		return billing.PortalFeatures{}, err
	}
	path, err := pathTo("/v1/billing_portal/configurations/", policy.PortalConfiguration, "")
	if err != nil {
		return billing.PortalFeatures{}, err
	}
	got, err := retrieve[wirePortalConfiguration](ctx, c, path, nil)
	if err != nil {
		return billing.PortalFeatures{}, err
	}
	return got.value(), nil
}

func (c *Client) firstOfPage(ctx context.Context, path string, query url.Values) (billing.PortalFeatures, error) {
	page, err := c.get(ctx, path, query)
	if err != nil {
		return billing.PortalFeatures{}, err
	}
	configurations, err := readPage[wirePortalConfiguration](page, c.customer, map[string]bool{})
	if err != nil || len(configurations) == 0 {
		return billing.PortalFeatures{}, err
	}
	return configurations[0].value(), nil
}

func (w *wirePortalConfiguration) value() billing.PortalFeatures {
	f := w.Features
	features := billing.PortalFeatures{
		Known: true, AddCard: f.PaymentMethodUpdate.Enabled, ChangePlan: f.SubscriptionUpdate.Enabled,
		InvoiceHistory: f.InvoiceHistory.Enabled, Cancel: f.SubscriptionCancel.Enabled,
		CancelAtOnce:   f.SubscriptionCancel.Enabled && textOf(f.SubscriptionCancel.Mode) == "immediately",
		CustomerUpdate: []string{},
	}
	if f.CustomerUpdate.Enabled {
		features.CustomerUpdate = append(features.CustomerUpdate, f.CustomerUpdate.AllowedUpdates...)
	}
	return features
}
