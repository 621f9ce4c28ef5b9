package sandbox

import (
	"net"
	"net/url"
	"slices"

	"billfold/backend/stripewire"
)

// The parameters of a portal configuration that are known here.
const portalParams = "business_profile[headline] business_profile[privacy_policy_url] business_profile[terms_of_service_url] " +
	"default_return_url metadata metadata[*] " +
	"features[customer_update][enabled] features[customer_update][allowed_updates] features[customer_update][allowed_updates][] " +
	"features[invoice_history][enabled] features[payment_method_update][enabled] " +
	"features[subscription_cancel][enabled] features[subscription_cancel][mode] features[subscription_cancel][proration_behavior] " +
	"features[subscription_cancel][cancellation_reason][enabled] features[subscription_cancel][cancellation_reason][options] " +
	"features[subscription_cancel][cancellation_reason][options][] features[subscription_pause][enabled] " +
	"features[subscription_update][enabled] features[subscription_update][default_allowed_updates] " +
	"features[subscription_update][default_allowed_updates][] features[subscription_update][proration_behavior] " +
	"features[subscription_update][products] features[subscription_update][products][][product] " +
	"features[subscription_update][products][][prices][] "

// cancellationReasons are why a person may say that they cancel.
// Source: Stripe API reference, Subscription object, cancellation_details.feedback.
var cancellationReasons = []string{
	"too_expensive", "missing_features", "switched_service", "unused", "customer_service", "too_complex", "low_quality", "other",
}

// usualPortal is what the portal offers before anybody configured it: all there
// is here.
func (w *world) usualPortal() *portalConfig {
	return &portalConfig{
		ID: w.newID("bpc"), Object: "billing_portal.configuration", Active: true, Created: w.clock, Updated: w.clock, IsDefault: true,
		Features: portalFeatures{
			CustomerUpdate:      portalCustomer{AllowedUpdates: []string{"email", "name", "address", "phone", "tax_id"}, Enabled: true},
			InvoiceHistory:      enabled{true},
			PaymentMethodUpdate: enabled{true},
			SubscriptionCancel: portalCancel{
				Enabled: true, Mode: "at_period_end", ProrationBehavior: "none",
				CancellationReason: portalReasons{Enabled: true, Options: slices.Clone(cancellationReasons)},
			},
			SubscriptionUpdate: portalUpdate{Enabled: true, DefaultAllowedUpdates: []string{"price"}, ProrationBehavior: "create_prorations"},
		},
	}
}

func createPortalConfig(c *call) (any, error) {
	o := &portalConfig{
		Object: "billing_portal.configuration", Active: true, Created: c.clock, Updated: c.clock,
		Features: portalFeatures{
			CustomerUpdate: portalCustomer{AllowedUpdates: []string{}},
			SubscriptionCancel: portalCancel{
				Mode: "at_period_end", ProrationBehavior: "none", CancellationReason: portalReasons{Options: []string{}},
			},
			SubscriptionUpdate: portalUpdate{DefaultAllowedUpdates: []string{}, ProrationBehavior: "none"},
		},
	}
	if len(c.form.Under("features")) == 0 {
		c.fail(stripewire.MissingParam("features"))
	}
	c.readPortalConfig(o)
	if c.err != nil {
		return nil, c.err
	}
	o.ID = c.newID("bpc")
	c.emit("billing_portal.configuration.created", c.portalConfigs.add(o))
	return o, nil
}

func updatePortalConfig(c *call) (any, error) {
	current, err := c.portalConfigs.fetch(c.ids[0], "configuration")
	if err != nil {
		return nil, err
	}
	changed := *current
	changed.Metadata = metadata{}
	for key, value := range current.Metadata {
		changed.Metadata[key] = value
	}
	changed.Active = c.boolean("active", current.Active)
	if current.IsDefault && !changed.Active {
		c.fail(stripewire.Invalid("", "active", "The default configuration cannot be deactivated."))
	}
	c.readPortalConfig(&changed)
	if c.err != nil {
		return nil, c.err
	}
	defer c.noting("billing_portal.configuration.updated", current)()
	changed.Updated = c.clock
	*current = changed
	return current, nil
}

// readPortalConfig takes over what both creation and update know.
func (c *call) readPortalConfig(o *portalConfig) {
	c.setText(&o.BusinessProfile.Headline, "business_profile[headline]")
	for name, target := range map[string]*nullableText{
		"business_profile[privacy_policy_url]": &o.BusinessProfile.PrivacyPolicyURL, "business_profile[terms_of_service_url]": &o.BusinessProfile.TermsOfServiceURL,
		"default_return_url": &o.DefaultReturnURL,
	} {
		c.setText(target, name)
		c.checkReturn(name)
	}
	c.setMetadata(&o.Metadata)
	f := &o.Features
	for name, target := range map[string]*bool{
		"customer_update": &f.CustomerUpdate.Enabled, "invoice_history": &f.InvoiceHistory.Enabled,
		"payment_method_update": &f.PaymentMethodUpdate.Enabled, "subscription_cancel": &f.SubscriptionCancel.Enabled,
		"subscription_update": &f.SubscriptionUpdate.Enabled, "subscription_pause": &f.SubscriptionPause.Enabled,
	} {
		*target = c.boolean("features["+name+"][enabled]", *target)
	}
	if f.SubscriptionPause.Enabled {
		c.fail(stripewire.Invalid("", "features[subscription_pause][enabled]", "The sandbox's portal cannot pause a subscription."))
	}
	c.choices(&f.CustomerUpdate.AllowedUpdates, "features[customer_update][allowed_updates]", "address", "email", "name", "phone", "tax_id")
	cancel, update := &f.SubscriptionCancel, &f.SubscriptionUpdate
	cancel.Mode = c.choice("features[subscription_cancel][mode]", cancel.Mode, "at_period_end", "immediately")
	cancel.ProrationBehavior = c.choice("features[subscription_cancel][proration_behavior]", cancel.ProrationBehavior, "none")
	cancel.CancellationReason.Enabled = c.boolean("features[subscription_cancel][cancellation_reason][enabled]", cancel.CancellationReason.Enabled)
	c.choices(&cancel.CancellationReason.Options, "features[subscription_cancel][cancellation_reason][options]", cancellationReasons...)
	update.ProrationBehavior = c.choice("features[subscription_update][proration_behavior]", update.ProrationBehavior,
		"always_invoice", "create_prorations", "none")
	c.choices(&update.DefaultAllowedUpdates, "features[subscription_update][default_allowed_updates]", "price")
	c.readPortalProducts(update)
}

// choices reads an array whose values are of few; an empty value empties it.
func (c *call) choices(target *[]string, name string, values ...string) {
	var chosen []string
	for _, field := range c.form {
		switch {
		case field.Name() == name && field.Value == "":
			*target = []string{}
			return
		case trimPrefix(field.Name(), name+"[") != "":
			if !slices.Contains(values, field.Value) {
				c.fail(stripewire.Invalid("", name, "Invalid "+name+": the sandbox does not know "+field.Value+"."))
			}
			chosen = append(chosen, field.Value)
		}
	}
	if chosen != nil {
		*target = chosen
	}
}

func (c *call) readPortalProducts(update *portalUpdate) {
	inner := c.form.Under("features").Under("subscription_update")
	groups := inner.Groups("products")
	if value, given := inner.Get("products"); given && value == "" {
		update.Products = nil
	}
	if groups == nil {
		return
	}
	update.Products = nil
	for _, group := range groups {
		of := needed(&call{world: c.world, form: group}, c.products, "product")
		prices := group.List("prices")
		if of == nil || len(prices) == 0 {
			c.fail(stripewire.Invalid("", "features[subscription_update][products]", "Each product needs to exist and to name the prices offered."))
			return
		}
		for _, id := range prices {
			if p := c.prices.find(id); p == nil || p.Product != of.ID || p.Recurring == nil {
				c.fail(stripewire.Invalid(stripewire.CodeResourceMissing, "features[subscription_update][products]",
					"No such recurring price of the product: '"+id+"'"))
			}
		}
		update.Products = append(update.Products, portalProduct{Prices: prices, Product: of.ID})
	}
}

// checkReturn refuses an address that a person must not be sent to: what is not
// https must be on this machine.
func (c *call) checkReturn(name string) {
	text := c.text(name)
	if text == "" || safeReturn(text) {
		return
	}
	c.fail(stripewire.Invalid("url_invalid", name, "Not a valid URL: it must be https, or http on a loopback address."))
}

func safeReturn(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return u.Scheme == "https" || (u.Scheme == "http" && (host == "localhost" || (ip != nil && ip.IsLoopback())))
}

func getPortalConfig(c *call) (any, error) { return c.portalConfigs.fetch(c.ids[0], "configuration") }

func listPortalConfigs(c *call) (any, error) {
	active, standard := c.boolean("active", true), c.boolean("is_default", true)
	return list(c, c.portalConfigs, func(o *portalConfig) bool {
		return (!c.given("active") || o.Active == active) && (!c.given("is_default") || o.IsDefault == standard)
	})
}

// defaultPortal is the configuration of a session that names none.
func (w *world) defaultPortal() *portalConfig { return w.portalConfigs.items[0] }
