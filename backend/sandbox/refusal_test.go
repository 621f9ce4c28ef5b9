package sandbox_test

import (
	"net/http"
	"testing"

	"billfold/backend/sandbox"
)

func TestRefusals(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	mine := "customer=" + c.Customer()
	invalid := "invalid_request_error"
	for name, test := range map[string]struct {
		method, path, form string
		want               refused
	}{
		"an endpoint that is not there is named": {"GET", "/v1/transfers", "", refused{404, invalid, "", "", "Unrecognized request URL (GET: /v1/transfers)."}},
		"so is a method":                         {"PATCH", "/v1/customers", "", refused{404, invalid, "", "", "Unrecognized request URL (PATCH: /v1/customers)."}},
		"an encoded slash is no way in":          {"GET", "/v1/invoices/in_1%2Flines", "", refused{404, invalid, "", "", "Unrecognized request URL (GET: /v1/invoices/in_1%2Flines)."}},
		"an unknown parameter is named":          {"GET", "/v1/invoices?" + mine + "&total[gt]=5", "", refused{400, invalid, "parameter_unknown", "total[gt]", "Received unknown parameter: total[gt]"}},
		"a card number is an unknown parameter":  {"POST", "/v1/payment_methods", "type=card&card[number]=4242424242424242", refused{400, invalid, "parameter_unknown", "card[number]", "Received unknown parameter: card[number]"}},
		"an unknown cursor is named":             {"GET", "/v1/invoices?starting_after=in_none", "", refused{400, invalid, "resource_missing", "starting_after", "No such invoice: 'in_none'"}},
		"backwards too":                          {"GET", "/v1/charges?ending_before=ch_none", "", refused{400, invalid, "resource_missing", "ending_before", "No such charge: 'ch_none'"}},
		"two cursors are one too many":           {"GET", "/v1/charges?ending_before=a&starting_after=b", "", refused{400, invalid, "parameters_exclusive", "starting_after", "You may only specify one of these parameters: starting_after, ending_before."}},
		"a limit of 0":                           {"GET", "/v1/charges?limit=0", "", refused{400, invalid, "", "limit", "Invalid integer: limit must be between 1 and 100."}},
		"a limit of 101":                         {"GET", "/v1/charges?limit=101", "", refused{400, invalid, "", "limit", "Invalid integer: limit must be between 1 and 100."}},
		"a limit that is no number":              {"GET", "/v1/charges?limit=ten", "", refused{400, invalid, "parameter_invalid_integer", "limit", "Invalid integer: ten"}},
		"an invoice that is not there":           {"GET", "/v1/invoices/in_none", "", refused{404, invalid, "resource_missing", "invoice", "No such invoice: 'in_none'"}},
		"a customer that is not there":           {"GET", "/v1/customers/cus_none", "", refused{404, invalid, "resource_missing", "id", "No such customer: 'cus_none'"}},
		"an expansion five levels deep":          {"GET", "/v1/subscriptions?expand[]=data.items.data.price.product", "", refused{400, invalid, "", "expand", "You cannot expand more than 4 levels of a property. Property: data.items.data.price.product"}},
		"an expansion of nothing":                {"GET", "/v1/customers/" + c.Customer() + "?expand[]=name", "", refused{400, invalid, "", "expand", "This property cannot be expanded (name)."}},
		"a list is expanded through its data":    {"GET", "/v1/invoices?expand[0]=charge", "", refused{400, invalid, "", "expand", "This property cannot be expanded (charge)."}},
		"a parameter given twice":                {"GET", "/v1/invoices?" + mine + "&" + mine, "", refused{400, invalid, "", "customer", "Received the parameter more than once: customer"}},
		"a missing parameter":                    {"GET", "/v1/invoices/upcoming", "", refused{400, invalid, "parameter_missing", "customer", "Missing required param: customer."}},
		"an empty parameter":                     {"POST", "/v1/subscriptions", "customer=", refused{400, invalid, "parameter_invalid_empty", "customer", "You passed an empty string for 'customer'."}},
		"a tax id of the wrong form":             {"POST", "/v1/customers/" + c.Customer() + "/tax_ids", "type=eu_vat&value=1", refused{400, invalid, "tax_id_invalid", "value", "Invalid value for eu_vat."}},
		"a card that makes disputes":             {"POST", "/v1/payment_methods/pm_card_createDispute/attach", mine, refused{404, invalid, "resource_missing", "payment_method", "No such PaymentMethod: 'pm_card_createDispute'"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.send(c.request(test.method, test.path, test.form)).refusal(t)
			if got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestWhoIsLetIn(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	for name, test := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"a bearer":                 {func(*http.Request) {}, 200},
		"basic authentication":     {func(r *http.Request) { r.SetBasicAuth(c.Key(), "") }, 200},
		"localhost":                {func(r *http.Request) { r.Host = "localhost:1" }, 200},
		"the one version":          {func(r *http.Request) { r.Header.Set("Stripe-Version", "2023-10-16") }, 200},
		"not without a key":        {func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		"not with another key":     {func(r *http.Request) { r.Header.Set("Authorization", "Bearer sk_test_guess") }, 401},
		"not with another scheme":  {func(r *http.Request) { r.Header.Set("Authorization", "Digest "+c.Key()) }, 401},
		"not under a foreign name": {func(r *http.Request) { r.Host = "rebound.example.com" }, 403},
		"not under a network name": {func(r *http.Request) { r.Host = "192.168.0.1:80" }, 403},
		"not in another version":   {func(r *http.Request) { r.Header.Set("Stripe-Version", "2024-06-20") }, 400},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.request(http.MethodGet, "/v1/customers/"+c.Customer(), "")
			test.change(r)
			a := c.send(r)
			if a.status != test.want {
				t.Fatalf("got %d %s", a.status, a.body)
			}
			if a.header.Get("Request-Id") == "" {
				t.Error("no Request-Id")
			}
			if test.want != 200 {
				a.refusal(t)
			}
		})
	}
}

func TestAnIdempotencyKeyIsAnsweredTheSameWay(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	send := func(form string) answer {
		r := c.request(http.MethodPost, "/v1/products", form)
		r.Header.Set("Idempotency-Key", "once")
		return c.send(r)
	}
	first, again := send("name=A"), send("name=A")
	if string(first.body) != string(again.body) || again.header.Get("Idempotent-Replayed") != "true" || first.header.Get("Idempotent-Replayed") != "" {
		t.Fatalf("first %s again %s", first.body, again.body)
	}
	if r := send("name=B").refusal(t); r.Status != 400 || r.Type != "idempotency_error" {
		t.Fatalf("another request under the same key: %+v", r)
	}
}

func TestARefusedWriteChangesNothing(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	twin := startFor(t, sandbox.Options{Now: clock.now})
	for _, attempt := range [][]string{
		{"/v1/customers", "email", "nobody"},
		{"/v1/customers", "name", "A", "expand[]", "nothing"},
		{"/v1/customers/" + c.Customer(), "name", "A", "tax_exempt", "perhaps"},
		{"/v1/subscriptions", "customer", c.Customer()},
		{"/v1/credit_notes", "invoice", "in_none", "amount", "5"},
		{"/v1/invoices", "customer", c.Customer(), "collection_method", "send_invoice"},
	} {
		if a := c.post(attempt[0], attempt[1:]...); a.status == 200 {
			t.Fatalf("%v was accepted", attempt)
		}
	}
	for _, path := range []string{"/v1/customers", "/v1/invoices?limit=100", "/v1/subscriptions"} {
		if c.withoutLinks(string(c.get(path).body)) != twin.withoutLinks(string(twin.get(path).body)) {
			t.Errorf("%s differs", path)
		}
	}
	if a, b := c.made("/v1/customers", "name", "B"), twin.made("/v1/customers", "name", "B"); a["id"] != b["id"] {
		t.Error("a refused write used an id up")
	}
}
