package sandbox

import (
	"net/http"

	"billfold/backend/stripewire"
)

// portalWaits is how long, in seconds, the link of a portal session waits for its
// visitor. Stripe's is short-lived without a figure in its documentation.
const portalWaits = 5 * 60

const portalSessionParams = "customer return_url configuration locale flow_data[type] " +
	"flow_data[after_completion][type] flow_data[after_completion][redirect][return_url] " +
	"flow_data[after_completion][hosted_confirmation][custom_message] " +
	"flow_data[subscription_cancel][subscription] flow_data[subscription_update][subscription] " +
	"flow_data[subscription_update_confirm][subscription] flow_data[subscription_update_confirm][items][][id] " +
	"flow_data[subscription_update_confirm][items][][price] flow_data[subscription_update_confirm][items][][quantity] "

// portalLocales are those of the parameter locale. The pages are in English
// whatever it says.
var portalLocales = []string{
	"auto", "bg", "cs", "da", "de", "el", "en", "en-AU", "en-CA", "en-GB", "en-IE", "en-IN", "en-NZ", "en-SG", "es", "es-419", "et",
	"fi", "fil", "fr", "fr-CA", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru",
	"sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
}

func createPortalSession(c *call) (any, error) {
	owner, config := needed(c, c.customers, "customer"), named(c, c.portalConfigs, "configuration")
	c.checkReturn("return_url")
	if config == nil {
		config = c.defaultPortal()
	}
	if !config.Active {
		c.fail(stripewire.Invalid("", "configuration", "The portal configuration "+config.ID+" is not active."))
	}
	o := &portalSession{
		Object: "billing_portal.session", Configuration: config.ID, Created: c.clock, ReturnURL: config.DefaultReturnURL,
		Locale: nullableText(c.choice("locale", "", portalLocales...)),
	}
	c.setText(&o.ReturnURL, "return_url")
	if c.err == nil && len(c.form.Under("flow_data")) > 0 {
		o.Flow = c.readFlow(owner, config)
	}
	if c.err != nil {
		return nil, c.err
	}
	o.ID, o.Customer = c.newID("bps"), owner.ID
	o.URL = c.link(portalDoor, o.ID, "")
	c.emit("billing_portal.session.created", c.portalSessions.add(o))
	return o, nil
}

// readFlow reads which task the session is for, and what comes after it.
// Source: Stripe docs, "Deep links in the customer portal".
func (c *call) readFlow(owner *customer, config *portalConfig) *portalFlow {
	const param = "flow_data[type]"
	c.required(param)
	f := &portalFlow{Type: c.choice(param, "", "payment_method_update", "subscription_cancel", "subscription_update", "subscription_update_confirm")}
	allowed := map[string]bool{
		"payment_method_update": config.Features.PaymentMethodUpdate.Enabled, "subscription_cancel": config.Features.SubscriptionCancel.Enabled,
		"subscription_update": config.Features.SubscriptionUpdate.Enabled, "subscription_update_confirm": config.Features.SubscriptionUpdate.Enabled,
	}[f.Type]
	if c.err == nil && !allowed {
		c.fail(stripewire.Invalid("", param, "The flow "+f.Type+" is not available: the portal configuration "+config.ID+" does not have its feature enabled."))
	}
	switch f.Type {
	case "subscription_cancel":
		s := c.flowSubscription(owner, f.Type)
		if s != nil && s.CancelAtPeriodEnd {
			c.fail(stripewire.Invalid("", "flow_data[subscription_cancel][subscription]", "The subscription is already set to be canceled at the end of its period."))
		}
		f.SubscriptionCancel = &flowTarget{Subscription: c.text("flow_data[subscription_cancel][subscription]")}
	case "subscription_update":
		c.flowSubscription(owner, f.Type)
		f.SubscriptionUpdate = &flowTarget{Subscription: c.text("flow_data[subscription_update][subscription]")}
	case "subscription_update_confirm":
		f.SubscriptionUpdateConfirm = c.readFlowConfirm(c.flowSubscription(owner, f.Type), config)
	}
	c.readFlowEnd(&f.AfterCompletion)
	return f
}

// flowSubscription reads which subscription a flow is about.
func (c *call) flowSubscription(owner *customer, flow string) *subscription {
	param := "flow_data[" + flow + "][subscription]"
	s := needed(c, c.subscriptions, param)
	if s != nil && s.Customer != owner.ID {
		c.fail(stripewire.NoSuch(http.StatusBadRequest, c.subscriptions.kind, s.ID, param))
	}
	if s != nil && !s.running() {
		c.fail(stripewire.Invalid("", param, "The subscription "+s.ID+" is "+s.Status+" and cannot be changed in the portal."))
	}
	return s
}

// readFlowConfirm reads the one change that a person is asked to confirm.
func (c *call) readFlowConfirm(s *subscription, config *portalConfig) *flowConfirm {
	const param = "flow_data[subscription_update_confirm][items]"
	groups := c.form.Under("flow_data").Under("subscription_update_confirm").Groups("items")
	if len(groups) != 1 {
		c.fail(stripewire.Invalid("", param, "Exactly one item must be given."))
	}
	if c.err != nil {
		return nil
	}
	inner := &call{world: c.world, form: groups[0]}
	item := flowItem{ID: nullableText(inner.required("id")), Quantity: inner.quantity()}
	of := needed(inner, c.prices, "price")
	if inner.err != nil {
		c.fail(inner.err)
		return nil
	}
	item.Price = nullableText(of.ID)
	if len(s.Items.Data) != 1 || s.Items.Data[0].ID != string(item.ID) {
		c.fail(stripewire.NoSuch(http.StatusBadRequest, "subscription item", string(item.ID), param))
	}
	if item.Quantity != s.Items.Data[0].Quantity {
		c.fail(stripewire.Invalid("", param, "The sandbox's portal changes prices and leaves quantities as they are."))
	}
	if of != s.Items.Data[0].Price && !c.offers(config, s, of) {
		c.fail(stripewire.Invalid("", param, "The portal configuration does not offer the price "+of.ID+" to this subscription."))
	}
	return &flowConfirm{Items: []flowItem{item}, Subscription: s.ID}
}

func (c *call) readFlowEnd(end *flowEnd) {
	end.Type = c.choice("flow_data[after_completion][type]", "portal_homepage", "hosted_confirmation", "portal_homepage", "redirect")
	switch end.Type {
	case "redirect":
		const param = "flow_data[after_completion][redirect][return_url]"
		end.Redirect = &flowReturn{ReturnURL: c.required(param)}
		c.checkReturn(param)
	case "hosted_confirmation":
		end.HostedConfirmation = &flowMessage{}
		c.setText(&end.HostedConfirmation.CustomMessage, "flow_data[after_completion][hosted_confirmation][custom_message]")
	}
}

// offers tells whether the portal lets a subscription change to a price. The
// default configuration names no products and offers all of the same currency.
func (w *world) offers(config *portalConfig, s *subscription, to *price) bool {
	if !to.Active || to.Recurring == nil || to.Currency != s.Currency || len(s.Items.Data) != 1 {
		return false
	}
	products := config.Features.SubscriptionUpdate.Products
	for _, offered := range products {
		for _, id := range offered.Prices {
			if id == to.ID {
				return true
			}
		}
	}
	return config.IsDefault && products == nil
}

// waiting is the session that a link opens: nil when it was used before, is too
// old or was never given out.
func (w *world) waiting(secret string) *portalSession {
	id, good := w.openLink(portalDoor, secret)
	o := w.portalSessions.find(id)
	if !good || o == nil || o.spent || w.clock >= o.Created+portalWaits || w.customers.find(o.Customer) == nil {
		return nil
	}
	return o
}

// enter uses the link of a session up; nil when it opens none.
func (w *world) enter(secret string) *portalSession {
	o := w.waiting(secret)
	if o != nil {
		o.spent = true
	}
	return o
}

// endPortalSessions ends the sessions of an earlier run.
func (w *world) endPortalSessions() {
	for _, o := range w.portalSessions.items {
		o.spent = true
	}
}
