package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"billfold/backend/sandbox"
)

func TestACardNumberIsATestNumberOrRefused(t *testing.T) {
	for name, number := range sandbox.CardNumbers() {
		spaced := number[:4] + " " + number[4:8] + "-" + number[8:]
		if got, code, _ := sandbox.CardByNumber(spaced); got == "" || (got != name && name != "radarBlock") {
			t.Errorf("%s: found %q %s", name, got, code)
		}
	}
	for number, want := range map[string]string{
		"":                    "incomplete_number/",
		"4242424242424241":    "incorrect_number/incorrect_number",
		"4242":                "incorrect_number/incorrect_number",
		"424242424242424a":    "incorrect_number/incorrect_number",
		"4539578763621486":    "card_declined/test_mode_live_card", // a sound check digit, and no test card
		"5425233430109903":    "card_declined/test_mode_live_card",
		"6011000990139424000": "incorrect_number/incorrect_number",
	} {
		name, code, message := sandbox.CardByNumber(number)
		if name != "" || code != want {
			t.Errorf("%q: %q %s, want %s", number, name, code, want)
		}
		if number != "" && strings.Contains(message, number) {
			t.Errorf("the refusal repeats the number: %s", message)
		}
	}
}

// TestEveryPublishedNumberChecksItself holds the table against the standard that
// real numbers follow: a mistyped one would not check.
func TestEveryPublishedNumberChecksItself(t *testing.T) {
	for name, number := range sandbox.CardNumbers() {
		if !sandbox.ChecksItself(number) {
			t.Errorf("%s: %s", name, number)
		}
	}
}

func TestADecliningCardCannotBeSavedAndSaysWhy(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
	for name, want := range map[string]refused{
		"chargeDeclined":                       {402, "card_error", "card_declined", "", "Your card was declined."},
		"visa_chargeDeclinedInsufficientFunds": {402, "card_error", "card_declined", "", "Your card has insufficient funds."},
		"chargeDeclinedExpiredCard":            {402, "card_error", "expired_card", "", "Your card has expired."},
		"chargeDeclinedIncorrectCvc":           {402, "card_error", "incorrect_cvc", "", "Your card's security code is incorrect."},
		"chargeDeclinedFraudulent":             {402, "card_error", "card_declined", "", "Your card was declined."},
	} {
		a := c.post("/v1/payment_methods/pm_card_"+name+"/attach", "customer", c.Customer())
		if got := a.refusal(t); got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if methods, _ := c.page("/v1/payment_methods?customer=" + c.Customer()); len(methods) != 0 {
		t.Errorf("saved: %v", methods)
	}
}

func TestADetachedMethodIsGoneForGood(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	methods, _ := c.page("/v1/payment_methods?customer=" + c.Customer())
	id := methods[0]["id"].(string)
	c.made("/v1/payment_methods/" + id + "/detach")
	settings := c.get("/v1/customers/" + c.Customer()).object(t)["invoice_settings"].(map[string]any)
	if settings["default_payment_method"] != nil {
		t.Errorf("still the default: %v", settings)
	}
	if r := c.post("/v1/payment_methods/"+id+"/attach", "customer", c.Customer()).refusal(t); r.Status != http.StatusBadRequest {
		t.Errorf("attached again: %+v", r)
	}
}
