package sandbox_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

func TestAPortalLinkWorksOnceAndForAFewMinutes(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	session := c.made("/v1/billing_portal/sessions", "customer", c.Customer(), "return_url", "https://example.com/account")
	link := session["url"].(string)
	first := newVisitor(t).open(link).sees(200, "Current plan", "Sandbox", "Visa ending in 4242", `href="https://example.com/account"`)
	if strings.Contains(first.at.String(), link[strings.LastIndex(link, "/")+1:]) {
		t.Error("the link stays in the address bar")
	}
	newVisitor(t).open(link).sees(410, "This link has expired")
	newVisitor(t).open(first.at.String()).sees(410) // the address alone is not enough
	first.open(first.at.String()).sees(200)
	clock.advance(59 * time.Minute)
	first.open(first.at.String()).sees(200)
	clock.advance(61 * time.Minute)
	first.open(first.at.String()).sees(410)

	late := c.made("/v1/billing_portal/sessions", "customer", c.Customer())["url"].(string)
	clock.advance(5 * time.Minute)
	newVisitor(t).open(late).sees(410)
	guessed := c.made("/v1/billing_portal/sessions", "customer", c.Customer())["url"].(string)
	newVisitor(t).open(guessed[:len(guessed)-1] + "x").sees(410)
	newVisitor(t).open(c.URL() + "/p/session/bps_none").sees(410)
	newVisitor(t).open(c.URL()+"/p/nothing").sees(404, "Page not found")
}

func TestAFormIsOnlyTakenFromItsOwnPage(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	v := c.portal().follow("Add a payment method")
	action, values := v.form("/cards/new")
	for i, pairs := 0, typedCard(goodNumber); i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	for name, change := range map[string]func(*http.Request, url.Values){
		"without an origin":     func(r *http.Request, _ url.Values) { r.Header.Del("Origin") },
		"from another origin":   func(r *http.Request, _ url.Values) { r.Header.Set("Origin", "https://evil.example") },
		"from another port":     func(r *http.Request, _ url.Values) { r.Header.Set("Origin", "http://127.0.0.1:1") },
		"under a foreign name":  func(r *http.Request, _ url.Values) { r.Host = "rebound.example" },
		"as plain text":         func(r *http.Request, _ url.Values) { r.Header.Set("Content-Type", "text/plain") },
		"without the mark":      func(_ *http.Request, f url.Values) { f.Del("mark") },
		"with another's mark":   func(_ *http.Request, f url.Values) { f.Set("mark", "guess") },
		"larger than any form":  func(_ *http.Request, f url.Values) { f.Set("name", strings.Repeat("x", 70<<10)) },
		"by a visitor unknown":  func(r *http.Request, _ url.Values) { r.Header.Set("Cookie", "portal=guess") },
		"with hidden origin":    func(r *http.Request, _ url.Values) { r.Header.Set("Origin", "null") },
		"from an encrypted one": func(r *http.Request, _ url.Values) { r.Header.Set("Origin", "https://"+r.URL.Host) },
	} {
		t.Run(name, func(t *testing.T) {
			sent := url.Values{}
			for key, value := range values {
				sent[key] = value
			}
			r := v.post(action, sent)
			change(r, sent)
			host := r.Host
			changed := v.post(action, sent)
			changed.Header, changed.Host = r.Header, host
			jar := v.http.Jar
			if name == "by a visitor unknown" {
				jar = nil
			}
			stranger := &visitor{tester: t, http: &http.Client{Jar: jar}, at: v.at}
			if stranger.do(changed); stranger.code == http.StatusOK {
				t.Fatalf("taken: %s", stranger.body)
			}
		})
	}
	if data, _ := c.page("/v1/payment_methods?customer=" + c.Customer()); len(data) != 1 {
		t.Errorf("%d cards are saved", len(data))
	}
	v.send("/cards/new", typedCard(goodNumber)...).sees(200, "Your card was added.")
}

func TestPagesSayNothingToOthers(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	v := c.portal()
	response, err := v.http.Get(v.at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if strings.Contains(v.body, "<script") || strings.Contains(v.body, " style=") {
		t.Error("the page holds a script or a style of its own")
	}
}

func TestCardsAreAddedEditedMadeDefaultAndRemoved(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	v := c.portal().follow("Add a payment method").send("/cards/new", typedCard("5555 5555 5555 4444")...).
		sees(200, "Your card was added.", "Mastercard ending in 4444")
	data, _ := c.page("/v1/payment_methods?customer=" + c.Customer())
	added := data[0]
	face := added["card"].(map[string]any)
	if face["last4"] != "4444" || face["exp_month"] != 9.0 || face["exp_year"] != 2030.0 {
		t.Errorf("saved: %v", added)
	}
	if where := added["billing_details"].(map[string]any)["address"].(map[string]any); where["postal_code"] != "10013" {
		t.Errorf("its address: %v", where)
	}
	id := added["id"].(string)
	v.open("cards/"+id+"/edit").sees(200, "09 / 30").
		send("/edit", "expiry", "1231", "name", "D. Whitfield", "country", "DE", "line1", "Torstraße 1").sees(200, "were saved", "Valid until 12 / 2031")
	v.send("/cards/"+id+"/default").sees(200, "is your default now")
	if owner := c.get("/v1/customers/" + c.Customer()).object(t); owner["invoice_settings"].(map[string]any)["default_payment_method"] != id {
		t.Error("it is not the default")
	}
	v.open("cards/"+id+"/remove").sees(200, "This is your default").send("/remove").sees(200, "was removed")
	other, _ := c.page("/v1/payment_methods?customer=" + c.Customer())
	v.open("cards/"+other[0]["id"].(string)+"/remove").sees(200, "This is your only payment method.")
	v.open("cards/" + id + "/edit").sees(404)
	v.open("cards/pm_none/remove").sees(404)
}

func TestWhatIsTypedWrongIsSaidAndTheNumberIsNotShownAgain(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	v := c.portal().follow("Add a payment method")
	for name, test := range map[string]struct {
		pairs []string
		says  string
	}{
		"a number that is none":    {typedCard("4242 4242 4242 4241"), "Your card number is incorrect."},
		"a real card":              {typedCard("4539 1488 0343 6467"), "it takes test cards only"},
		"no number":                {typedCard(""), "Enter a card number."},
		"a code that is too short": {typedCard("371449635398431"), "Enter the 4-digit security code."},
		"a date that has passed":   {typedCard(goodNumber, "expiry", "12/25"), "This card has expired."},
		"a date that is none":      {typedCard(goodNumber, "expiry", "13/29"), "Enter the expiry date"},
		"no name":                  {typedCard(goodNumber, "name", " "), "Enter the name on the card."},
		"no country":               {typedCard(goodNumber, "country", ""), "Choose a country."},
		"no postal code":           {typedCard(goodNumber, "postal_code", ""), "Enter the postal code."},
		"a card the bank declines": {typedCard("4000 0000 0000 9995"), "insufficient funds"},
		"a card that was stolen":   {typedCard("4000 0000 0000 9979"), "Your card was declined."},
		"a name with a tag":        {typedCard("", "name", `<script>"'`), "Enter a card number."},
	} {
		t.Run(name, func(t *testing.T) {
			v.tester = t
			v.follow("Skip") // resolves against this page; a fragment keeps it
			v.open(v.at.String())
			v.send("/cards/new", test.pairs...).sees(422, test.says)
			typed := strings.ReplaceAll(test.pairs[1], " ", "")
			if typed != "" && strings.Contains(strings.ReplaceAll(strings.ReplaceAll(v.body, "4242 4242 4242 4242", ""), " ", ""), typed) {
				t.Error("the number is on the page")
			}
			if strings.Contains(v.body, `value="123"`) || strings.Contains(v.body, "<script") {
				t.Error("the code or a tag is on the page")
			}
		})
	}
	if data, _ := c.page("/v1/payment_methods?customer=" + c.Customer()); len(data) != 1 {
		t.Errorf("%d cards are saved", len(data))
	}
}

func TestABankIsAskedBeforeItsCardIsSaved(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	count := func() int {
		data, _ := c.page("/v1/payment_methods?customer=" + c.Customer())
		return len(data)
	}
	v := c.portal().follow("Add a payment method").send("/cards/new", typedCard("4000 0027 6000 3184")...).sees(200, "Confirm it is you", "ending in 3184")
	if count() != 1 {
		t.Error("saved before it was confirmed")
	}
	v.send("/confirm", "outcome", "fail").sees(422, "could not confirm")
	v.send("/cards/new", typedCard("4000 0027 6000 3184")...).follow("Leave").sees(200, "Current plan")
	if count() != 1 {
		t.Error("saved though it was not confirmed")
	}
	v.follow("Add a payment method").send("/cards/new", typedCard("4000 0027 6000 3184")...).send("/confirm", "outcome", "complete").sees(200, "Your card was added.")
	if count() != 2 {
		t.Error("not saved")
	}
}

func TestBillingInformationAndTaxIDs(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	v := c.portal().follow("Update information").sees(200, "Dana Whitfield", "US EIN")
	v.send("/billing", "name", "", "email", "nobody", "country", "").sees(422, "Enter a name.", "Enter an e-mail address.", "Choose a country.")
	v.send("/billing", "name", "Zoë & Söhne <GmbH>", "email", "zoe@example.com", "phone", "+49 30 1", "line1", "Torstraße 1", "city", "Berlin", "postal_code", "10119", "country", "DE").
		sees(200, "was saved", "Zoë & Söhne <GmbH>", "Germany")
	owner := c.get("/v1/customers/" + c.Customer()).object(t)
	if owner["name"] != "Zoë & Söhne <GmbH>" || owner["address"].(map[string]any)["city"] != "Berlin" {
		t.Errorf("%v", owner)
	}
	v.follow("Update information").send("/tax-ids", "type", "eu_vat", "value", "17").sees(422, "not a valid number for EU VAT")
	v.send("/tax-ids", "type", "eu_vat", "value", "DE123456789").sees(200, "The tax ID was added.", "DE123456789", "Pending")
	taxes, _ := c.page("/v1/customers/" + c.Customer() + "/tax_ids")
	v.send("/tax-ids/"+taxes[0]["id"].(string)+"/remove").sees(200, "The tax ID was removed.")
	if left, _ := c.page("/v1/customers/" + c.Customer() + "/tax_ids"); len(left) != 1 {
		t.Errorf("%d tax ids", len(left))
	}
}

func TestAPlanIsCanceledWithAReasonAndKept(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	v := c.portal().follow("Cancel plan").sees(200, "Why do you cancel?")
	v.send("/cancel", "reason", "too_expensive", "comment", "See you").sees(200, "Your plan was canceled.", "Ends on")
	id, _, _ := c.subscriptionOf()
	s := c.get("/v1/subscriptions/" + id).object(t)
	details := s["cancellation_details"].(map[string]any)
	if s["cancel_at_period_end"] != true || details["feedback"] != "too_expensive" || details["comment"] != "See you" || details["reason"] != "cancellation_requested" {
		t.Errorf("%v %v", s["cancel_at_period_end"], details)
	}
	v.send("/keep").sees(200, "goes on as before", "Renews on")
	if s := c.get("/v1/subscriptions/" + id).object(t); s["cancel_at_period_end"] != false {
		t.Error("it is still to end")
	}
}

func TestWhatIsTurnedOffIsNeitherShownNorTaken(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	config := c.made("/v1/billing_portal/configurations", "business_profile[headline]", "Only invoices here", "features[invoice_history][enabled]", "true")["id"].(string)
	v := c.portal("configuration", config).sees(200, "Only invoices here", "Invoice history")
	for _, words := range []string{"Add a payment method", "Cancel plan", "Change plan", "Update information"} {
		if strings.Contains(v.body, words) {
			t.Errorf("%q is shown", words)
		}
	}
	id, _, _ := c.subscriptionOf()
	home := v.at.String()
	full := c.portal()
	mark := regexp.MustCompile(`name="mark" value="([^"]*)"`)
	full.follow("Add a payment method")
	if mark.FindStringSubmatch(full.body) == nil {
		t.Fatal("no mark")
	}
	for _, path := range []string{"cards/new", "billing", "tax-ids", "subscriptions/" + id + "/cancel", "subscriptions/" + id + "/keep", "subscriptions/" + id + "/change"} {
		v.do(v.post(home+path, url.Values{"mark": {"any"}})).sees(403, "Not available here")
	}
}

func TestAnotherCustomersThingsAreNotThere(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	other := c.made("/v1/customers", "name", "Other", "payment_method", "pm_card_visa")["id"].(string)
	data, _ := c.page("/v1/payment_methods?customer=" + other)
	v := c.portal()
	home := v.at.String()
	_, values := v.follow("Add a payment method").form("/cards/new")
	for _, path := range []string{"/edit", "/default", "/remove"} {
		v.do(v.post(home+"cards/"+data[0]["id"].(string)+path, values)).sees(404)
	}
	stranger := newVisitor(t).open(c.made("/v1/billing_portal/sessions", "customer", other)["url"].(string)).sees(200, "You have no plan")
	id, _, _ := c.subscriptionOf()
	stranger.open("subscriptions/" + id + "/cancel").sees(404)
}

func TestEachFlowLeadsToItsTaskAndOn(t *testing.T) {
	reached := ""
	outside := http.NewServeMux()
	outside.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { reached = r.URL.String() })
	back := serve(t, outside)
	t.Run("a card, and back", func(t *testing.T) {
		c := startFor(t, sandbox.Options{Now: newHandClock().now})
		v := c.portal("flow_data[type]", "payment_method_update", "flow_data[after_completion][type]", "redirect",
			"flow_data[after_completion][redirect][return_url]", back+"/thanks?x=1").sees(200, "Add a payment method")
		v.send("/cards/new", typedCard(goodNumber)...).sees(200)
		if reached != "/thanks?x=1" {
			t.Errorf("reached %q", reached)
		}
		data, _ := c.page("/v1/payment_methods?customer=" + c.Customer())
		if owner := c.get("/v1/customers/" + c.Customer()).object(t); owner["invoice_settings"].(map[string]any)["default_payment_method"] != data[0]["id"] {
			t.Error("the card of the flow is not the default")
		}
	})
	t.Run("a cancellation, and a confirmation", func(t *testing.T) {
		c := startFor(t, sandbox.Options{Now: newHandClock().now})
		id, _, _ := c.subscriptionOf()
		v := c.portal("flow_data[type]", "subscription_cancel", "flow_data[subscription_cancel][subscription]", id,
			"flow_data[after_completion][type]", "hosted_confirmation", "flow_data[after_completion][hosted_confirmation][custom_message]", "Come back <soon>").
			sees(200, "Cancel your plan")
		home := v.at.String()
		v.send("/cancel").sees(200, "All done", "Come back <soon>")
		v.open(home).sees(200, "All done") // nothing more can be done
		if s := c.get("/v1/subscriptions/" + id).object(t); s["cancel_at_period_end"] != true {
			t.Error("not canceled")
		}
	})
	t.Run("a card, and the first page", func(t *testing.T) {
		c := startFor(t, sandbox.Options{Now: newHandClock().now})
		c.portal("flow_data[type]", "payment_method_update").send("/cards/new", typedCard(goodNumber)...).sees(200, "Your card was added.", "Current plan")
	})
}
