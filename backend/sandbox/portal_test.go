package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

// portal makes the writes of the customer portal.
func (w *writes) portal(customer, product, price string) {
	w.Helper()
	config := w.write("POST", "/v1/billing_portal/configurations", nil, "business_profile[headline]", "Quillforge",
		"features[customer_update][enabled]", "true", "features[customer_update][allowed_updates][]", "address",
		"features[subscription_update][enabled]", "true", "features[subscription_update][default_allowed_updates][]", "price",
		"features[subscription_update][products][0][product]", product, "features[subscription_update][products][0][prices][0]", price)
	w.write("POST", "/v1/billing_portal/configurations/*", []string{config}, "features[payment_method_update][enabled]", "true",
		"default_return_url", "https://example.com/account")
	w.write("POST", "/v1/billing_portal/sessions", nil, "customer", customer, "configuration", config, "locale", "de",
		"flow_data[type]", "payment_method_update", "flow_data[after_completion][type]", "redirect",
		"flow_data[after_completion][redirect][return_url]", "http://127.0.0.1:1/back", "expand[]", "configuration")
}

// subscriptionOf is the id of the subscriber's only subscription, of its only
// item and of its price.
func (c client) subscriptionOf() (id, item, price string) {
	c.Helper()
	data, _ := c.page("/v1/subscriptions?customer=" + c.Customer())
	first := data[0]["items"].(map[string]any)["data"].([]any)[0].(map[string]any)
	return data[0]["id"].(string), first["id"].(string), first["price"].(map[string]any)["id"].(string)
}

func TestEveryFlowOfThePortalFitsStripesDescription(t *testing.T) {
	rules := MustContract(t, true)
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	subscription, item, price := c.subscriptionOf()
	for name, pairs := range map[string][]string{
		"no flow": {"return_url", "https://example.com/"},
		"a payment method": {"flow_data[type]", "payment_method_update", "flow_data[after_completion][type]", "hosted_confirmation",
			"flow_data[after_completion][hosted_confirmation][custom_message]", "Thank you"},
		"cancel": {"flow_data[type]", "subscription_cancel", "flow_data[subscription_cancel][subscription]", subscription,
			"flow_data[after_completion][type]", "redirect", "flow_data[after_completion][redirect][return_url]", "https://example.com/"},
		"update": {"flow_data[type]", "subscription_update", "flow_data[subscription_update][subscription]", subscription,
			"flow_data[after_completion][type]", "portal_homepage"},
		"confirm": {"flow_data[type]", "subscription_update_confirm", "flow_data[subscription_update_confirm][subscription]", subscription,
			"flow_data[subscription_update_confirm][items][0][id]", item, "flow_data[subscription_update_confirm][items][0][price]", price,
			"flow_data[subscription_update_confirm][items][0][quantity]", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.post("/v1/billing_portal/sessions", append(pairs, "customer", c.Customer())...)
			if err := rules.check("POST", "/v1/billing_portal/sessions", a); err != nil || a.status != http.StatusOK {
				t.Fatalf("%v %s", err, a.body)
			}
			if link := a.object(t)["url"].(string); !strings.HasPrefix(link, c.URL()+"/p/session/bps_") {
				t.Errorf("the link is %s", link)
			}
		})
	}
}

func TestPortalSessionsAreRefusedWhenTheyMakeNoSense(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	subscription, _, _ := c.subscriptionOf()
	closed := c.made("/v1/billing_portal/configurations", "features[invoice_history][enabled]", "true")["id"].(string)
	for name, test := range map[string]struct {
		pairs []string
		param string
	}{
		"a return address of another scheme": {[]string{"return_url", "javascript:alert(1)"}, "return_url"},
		"a return address in the clear":      {[]string{"return_url", "http://example.com/"}, "return_url"},
		"a return address with a user":       {[]string{"return_url", "https://example.com@evil.example/"}, "return_url"},
		"a redirect to nowhere": {[]string{"flow_data[type]", "payment_method_update", "flow_data[after_completion][type]", "redirect"},
			"flow_data[after_completion][redirect][return_url]"},
		"a redirect to another scheme": {[]string{"flow_data[type]", "payment_method_update", "flow_data[after_completion][type]", "redirect",
			"flow_data[after_completion][redirect][return_url]", "file:///etc/passwd"}, "flow_data[after_completion][redirect][return_url]"},
		"a flow without a type":     {[]string{"flow_data[after_completion][type]", "redirect"}, "flow_data[type]"},
		"a flow that is not there":  {[]string{"flow_data[type]", "subscription_pause"}, "flow_data[type]"},
		"a flow that is turned off": {[]string{"configuration", closed, "flow_data[type]", "payment_method_update"}, "flow_data[type]"},
		"a cancellation of nothing": {[]string{"flow_data[type]", "subscription_cancel"}, "flow_data[subscription_cancel][subscription]"},
		"a change to nothing": {[]string{"flow_data[type]", "subscription_update_confirm",
			"flow_data[subscription_update_confirm][subscription]", subscription}, "flow_data[subscription_update_confirm][items]"},
		"a locale that is not there": {[]string{"locale", "tlh"}, "locale"},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.post("/v1/billing_portal/sessions", append(test.pairs, "customer", c.Customer())...)
			if r := a.refusal(t); r.Status != http.StatusBadRequest || r.Param != test.param {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestALinkIsFreshInEveryAnswerAndNeverTheSameElsewhere(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	twin := startFor(t, sandbox.Options{Now: clock.now})
	latest := func(c client) string {
		data, _ := c.page("/v1/invoices?limit=1&customer=" + c.Customer() + "&status=paid")
		return strings.TrimPrefix(data[0]["hosted_invoice_url"].(string), c.URL())
	}
	first := latest(c)
	if first == latest(twin) {
		t.Error("who knows one sandbox can guess the links of another")
	}
	clock.advance(24 * time.Hour)
	if latest(c) == first {
		t.Error("a day later it is the same link")
	}
}
