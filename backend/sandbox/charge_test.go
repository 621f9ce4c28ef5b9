package sandbox_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

// bank makes the bank behind the customer's first method answer differently.
func (c client) bank(customer string, pairs ...string) (method string) {
	c.Helper()
	methods, _ := c.page("/v1/payment_methods?customer=" + customer)
	method = methods[0]["id"].(string)
	c.made("/_sandbox/payment_methods/"+method+"/bank", pairs...)
	return method
}

// latest is the customer's newest invoice.
func (c client) latest(customer string) map[string]any {
	c.Helper()
	data, _ := c.page("/v1/invoices?limit=1&customer=" + customer)
	return data[0]
}

func TestAFailedRenewalIsRetriedUntilTheTriesAreUsedUp(t *testing.T) {
	for end, want := range map[string]string{"cancel": "canceled", "unpaid": "unpaid", "past_due": "past_due"} {
		t.Run(end, func(t *testing.T) {
			clock := newHandClock()
			c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
			c.made("/_sandbox/dunning", "tries", "3", "days", "6", "end", end)
			customer, id := c.subscribe("usd", "2000", "month")
			c.bank(customer, "decline_code", "insufficient_funds")
			clock.advance(28*24*time.Hour + time.Hour)
			bill, s := c.latest(customer), c.get("/v1/subscriptions/"+id).object(t)
			if bill["status"] != "open" || bill["attempt_count"] != 1.0 || bill["next_payment_attempt"] != float64(clock.seconds.Load()+2*86400) || s["status"] != "past_due" {
				t.Fatalf("after the first try: %v %v %v %v", bill["status"], bill["attempt_count"], bill["next_payment_attempt"], s["status"])
			}
			clock.advance(4 * 24 * time.Hour)
			if bill = c.latest(customer); bill["attempt_count"] != 3.0 || bill["next_payment_attempt"] == nil {
				t.Fatalf("after four days: %v", bill["attempt_count"])
			}
			clock.advance(2 * 24 * time.Hour)
			bill, s = c.latest(customer), c.get("/v1/subscriptions/"+id).object(t)
			if bill["attempt_count"] != 4.0 || bill["next_payment_attempt"] != nil || bill["status"] != "open" || s["status"] != want {
				t.Fatalf("at the end: %v %v", bill["attempt_count"], s["status"])
			}
			failed, _ := c.page("/v1/charges?customer=" + customer)
			if got := fmt.Sprint(fieldsOf(failed, "status")); got != "[failed failed failed failed succeeded]" {
				t.Errorf("charges: %s", got)
			}
		})
	}
}

func TestADeclineIsToldOnTheChargeThePaymentAndTheAnswer(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	c.bank(c.Customer(), "decline_code", "do_not_honor")
	bill := c.made("/v1/invoices", "customer", c.Customer())["id"].(string)
	c.made("/v1/invoiceitems", "customer", c.Customer(), "invoice", bill, "currency", "usd", "amount", "500")
	a := c.post("/v1/invoices/" + bill + "/pay")
	said := a.object(t)["error"].(map[string]any)
	if a.status != http.StatusPaymentRequired || said["decline_code"] != "do_not_honor" || said["code"] != "card_declined" {
		t.Fatalf("answer: %d %s", a.status, a.body)
	}
	charge := c.get("/v1/charges/" + said["charge"].(string)).object(t)
	if charge["status"] != "failed" || charge["failure_code"] != "card_declined" || charge["outcome"].(map[string]any)["reason"] != "do_not_honor" {
		t.Errorf("charge: %v", charge)
	}
	open := c.get("/v1/invoices/" + bill + "?expand[]=payment_intent").object(t)
	intent := open["payment_intent"].(map[string]any)
	if open["status"] != "open" || intent["status"] != "requires_payment_method" || intent["last_payment_error"].(map[string]any)["decline_code"] != "do_not_honor" {
		t.Errorf("invoice %v, payment %v", open["status"], intent)
	}
	c.bank(c.Customer(), "decline_code", "")
	if paid := c.made("/v1/invoices/" + bill + "/pay"); paid["status"] != "paid" || paid["payment_intent"] != intent["id"] {
		t.Errorf("with a willing bank: %v", paid["status"])
	}
}

func TestAPaymentThatWaitsForItsOwner(t *testing.T) {
	for outcome, want := range map[string]string{"complete": "paid", "fail": "open"} {
		t.Run(outcome, func(t *testing.T) {
			c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
			customer := c.made("/v1/customers", "payment_method", "pm_card_threeDSecure2Required")["id"].(string)
			bill := c.made("/v1/invoices", "customer", customer, "currency", "usd")["id"].(string)
			c.made("/v1/invoiceitems", "customer", customer, "invoice", bill, "currency", "usd", "amount", "500")
			if r := c.post("/v1/invoices/" + bill + "/pay").refusal(t); r.Status != 402 || r.Code != "invoice_payment_intent_requires_action" {
				t.Fatalf("%+v", r)
			}
			intent := c.get("/v1/invoices/" + bill).object(t)["payment_intent"].(string)
			if o := c.get("/v1/payment_intents/" + intent).object(t); o["status"] != "requires_action" || o["next_action"] == nil {
				t.Fatalf("payment: %v", o["status"])
			}
			c.post("/_sandbox/payment_intents/"+intent+"/authenticate", "outcome", outcome)
			if o := c.get("/v1/invoices/" + bill).object(t); o["status"] != want {
				t.Errorf("invoice: %v", o["status"])
			}
			if r := c.post("/_sandbox/payment_intents/"+intent+"/authenticate", "outcome", outcome).refusal(t); r.Code != "payment_intent_unexpected_state" {
				t.Errorf("a second time: %+v", r)
			}
		})
	}
}

func TestAChallengePassedCanStillEndInADecline(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
	customer := c.made("/v1/customers", "payment_method", "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")["id"].(string)
	bill := c.made("/v1/invoices", "customer", customer, "currency", "usd")["id"].(string)
	c.made("/v1/invoiceitems", "customer", customer, "invoice", bill, "currency", "usd", "amount", "500")
	c.post("/v1/invoices/" + bill + "/pay")
	intent := c.get("/v1/invoices/" + bill).object(t)["payment_intent"].(string)
	r := c.post("/_sandbox/payment_intents/"+intent+"/authenticate", "outcome", "complete").refusal(t)
	if r.Status != 402 || r.Message != "Your card has insufficient funds." {
		t.Errorf("%+v", r)
	}
}

func TestAFinalDeclineIsNotTriedAgainWithTheSameCard(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer, _ := c.subscribe("usd", "2000", "month")
	c.bank(customer, "decline_code", "stolen_card")
	clock.advance(35 * 24 * time.Hour)
	charges, _ := c.page("/v1/charges?customer=" + customer)
	if bill := c.latest(customer); bill["attempt_count"].(float64) < 3 || len(charges) != 2 {
		t.Fatalf("%v tries, %d charges", bill["attempt_count"], len(charges))
	}
	fresh := c.made("/v1/payment_methods/pm_card_mastercard/attach", "customer", customer)["id"].(string)
	c.made("/v1/customers/"+customer, "invoice_settings[default_payment_method]", fresh)
	clock.advance(2 * 24 * time.Hour)
	if bill := c.latest(customer); bill["status"] != "paid" {
		t.Fatalf("with another card: %v", bill["status"])
	}
}

func TestACardOfIndiaIsNotRetried(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer := c.made("/v1/customers", "payment_method", "pm_card_in")["id"].(string)
	c.subscribeOnly(customer, "usd", "2000", "month")
	c.bank(customer, "decline_code", "transaction_not_allowed")
	clock.advance(31 * 24 * time.Hour)
	if bill := c.latest(customer); bill["status"] != "open" || bill["next_payment_attempt"] != nil || bill["attempt_count"] != 1.0 {
		t.Fatalf("%v %v %v", bill["status"], bill["next_payment_attempt"], bill["attempt_count"])
	}
}

func TestANewDefaultDoesNotPayPastAShadow(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer, id := c.subscribe("usd", "2000", "month")
	old := c.bank(customer, "decline_code", "generic_decline")
	c.made("/v1/subscriptions/"+id, "default_payment_method", old)
	clock.advance(29 * 24 * time.Hour)
	fresh := c.made("/v1/payment_methods/pm_card_visa/attach", "customer", customer)["id"].(string)
	c.made("/v1/customers/"+customer, "invoice_settings[default_payment_method]", fresh)
	clock.advance(2 * 24 * time.Hour)
	if bill := c.latest(customer); bill["status"] != "open" || bill["attempt_count"] != 2.0 {
		t.Fatalf("shadowed: %v %v", bill["status"], bill["attempt_count"])
	}
	c.made("/v1/subscriptions/"+id, "default_payment_method", "")
	clock.advance(2 * 24 * time.Hour)
	if bill, s := c.latest(customer), c.get("/v1/subscriptions/"+id).object(t); bill["status"] != "paid" || s["status"] != "active" {
		t.Fatalf("without the shadow: %v %v", bill["status"], s["status"])
	}
}

func TestARefundCanComeBack(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	for card, want := range map[string][2]string{"pendingRefund": {"pending", "succeeded"}, "refundFail": {"succeeded", "failed"}} {
		customer := c.made("/v1/customers", "payment_method", "pm_card_"+card)["id"].(string)
		bill := c.made("/v1/invoices", "customer", customer, "currency", "usd")["id"].(string)
		c.made("/v1/invoiceitems", "customer", customer, "invoice", bill, "currency", "usd", "amount", "500")
		charge := c.made("/v1/invoices/" + bill + "/pay")["charge"].(string)
		refund := c.made("/v1/refunds", "charge", charge)
		clock.advance(25 * time.Hour)
		later := c.get("/v1/refunds/" + refund["id"].(string)).object(t)
		left := c.get("/v1/charges/" + charge).object(t)["amount_refunded"]
		if refund["status"] != want[0] || later["status"] != want[1] || (want[1] == "failed") != (left == 0.0) {
			t.Errorf("%s: %v, then %v with %v refunded", card, refund["status"], later["status"], left)
		}
	}
}
