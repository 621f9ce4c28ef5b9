package sandbox_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

// plan makes a monthly price.
func (c client) plan(name, amount string, more ...string) string {
	c.Helper()
	product := c.made("/v1/products", "name", name)["id"].(string)
	return c.made("/v1/prices", append([]string{"product", product, "currency", "usd", "unit_amount", amount, "recurring[interval]", "month"}, more...)...)["id"].(string)
}

func itemID(subscription map[string]any) string {
	return subscription["items"].(map[string]any)["data"].([]any)[0].(map[string]any)["id"].(string)
}

// halfway is a subscription of 30.00 USD in the middle of a period of 30 days.
func halfway(t *testing.T) (c client, clock *handClock, customer, id, item, larger, smaller string) {
	clock = newHandClock()
	clock.seconds.Store(1775001600) // 2026-04-01
	c = startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer, id = c.subscribe("usd", "3000", "month")
	larger, smaller = c.plan("Power", "9000"), c.plan("Mini", "1000")
	clock.advance(15 * 24 * time.Hour)
	item = itemID(c.get("/v1/subscriptions/" + id).object(t))
	return c, clock, customer, id, item, larger, smaller
}

func TestAChangeOfPlanIsProratedOnTheNextInvoice(t *testing.T) {
	c, clock, customer, id, item, larger, _ := halfway(t)
	preview := c.get("/v1/invoices/upcoming?customer=" + customer + "&subscription=" + id +
		"&subscription_items[0][id]=" + item + "&subscription_items[0][price]=" + larger).object(t)
	if pending, _ := c.page("/v1/invoiceitems?customer=" + customer); len(pending) != 0 {
		t.Fatal("the preview has left items behind")
	}
	c.made("/v1/subscriptions/"+id, "items[0][id]", item, "items[0][price]", larger)
	clock.advance(15*24*time.Hour + 2*time.Hour)
	bill := c.latest(customer)
	if bill["total"] != 12000.0 || bill["status"] != "paid" || preview["total"] != bill["total"] {
		t.Errorf("3000 less half of 3000 and half of 9000 and 9000: %v, previewed %v", bill["total"], preview["total"])
	}
	lines := bill["lines"].(map[string]any)["data"].([]any)
	first := lines[0].(map[string]any)
	if first["amount"] != -1500.0 || first["proration"] != true || first["description"] != "Unused time on Plan after 16 Apr 2026" {
		t.Errorf("first line: %v %v", first["amount"], first["description"])
	}
}

func TestAChangeCanBeInvoicedAtOnceOrNotProrated(t *testing.T) {
	for behavior, want := range map[string]string{
		"always_invoice": "[3000 3000] [subscription_update subscription_create]", "none": "[3000] [subscription_create]",
	} {
		t.Run(behavior, func(t *testing.T) {
			c, _, customer, id, item, larger, _ := halfway(t)
			c.made("/v1/subscriptions/"+id, "items[0][id]", item, "items[0][price]", larger, "proration_behavior", behavior)
			bills, _ := c.page("/v1/invoices?customer=" + customer)
			if got := fmt.Sprint(fieldsOf(bills, "total"), fieldsOf(bills, "billing_reason")); got != want[:len(got)] || bills[0]["status"] != "paid" {
				t.Errorf("%s", got)
			}
		})
	}
}

func TestADowngradeAtOnceLeavesCredit(t *testing.T) {
	c, _, customer, id, item, _, smaller := halfway(t)
	c.made("/v1/subscriptions/"+id, "items[0][id]", item, "items[0][price]", smaller, "proration_behavior", "always_invoice")
	bill, owner := c.latest(customer), c.get("/v1/customers/"+customer).object(t)
	if bill["total"] != -1000.0 || bill["amount_due"] != 0.0 || bill["status"] != "paid" || owner["balance"] != -1000.0 {
		t.Errorf("total %v, due %v, balance %v", bill["total"], bill["amount_due"], owner["balance"])
	}
}

func TestAnotherPaceBeginsANewPeriodAtOnce(t *testing.T) {
	c, clock, customer, id, item, _, _ := halfway(t)
	product := c.made("/v1/products", "name", "Yearly")["id"].(string)
	yearly := c.made("/v1/prices", "product", product, "currency", "usd", "unit_amount", "30000", "recurring[interval]", "year")["id"].(string)
	s := c.made("/v1/subscriptions/"+id, "items[0][id]", item, "items[0][price]", yearly)
	if bill := c.latest(customer); bill["total"] != 28500.0 || s["current_period_start"] != float64(clock.seconds.Load()) {
		t.Errorf("total %v", bill["total"])
	}
}

func TestATrialEndsInOneOfThreeWays(t *testing.T) {
	for ending, want := range map[string]string{"cancel": "canceled", "pause": "paused", "create_invoice": "past_due"} {
		t.Run(ending, func(t *testing.T) {
			clock := newHandClock()
			c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
			id := c.made("/v1/subscriptions", "customer", c.Customer(), "items[0][price]", c.plan("Pro", "2000"),
				"trial_period_days", "14", "trial_settings[end_behavior][missing_payment_method]", ending)["id"].(string)
			if s, bill := c.get("/v1/subscriptions/"+id).object(t), c.latest(c.Customer()); s["status"] != "trialing" || bill["total"] != 0.0 || bill["status"] != "paid" {
				t.Fatalf("at first: %v, invoice %v %v", s["status"], bill["total"], bill["status"])
			}
			clock.advance(14*24*time.Hour + 2*time.Hour)
			if s := c.get("/v1/subscriptions/" + id).object(t); s["status"] != want {
				t.Errorf("after the trial: %v", s["status"])
			}
			warned, _ := c.page("/v1/events?type=customer.subscription.trial_will_end")
			if len(warned) != 1 || warned[0]["created"] != float64(seededAt+11*86400) {
				t.Errorf("warned: %v", fieldsOf(warned, "created"))
			}
		})
	}
}

func TestAnUnfinishedSignUpLapses(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer := c.made("/v1/customers", "payment_method", "pm_card_chargeCustomerFail")["id"].(string)
	price := c.plan("Pro", "2000")
	if r := c.post("/v1/subscriptions", "customer", customer, "items[0][price]", price, "payment_behavior", "error_if_incomplete").refusal(t); r.Status != 402 {
		t.Fatalf("error_if_incomplete: %+v", r)
	}
	s := c.made("/v1/subscriptions", "customer", customer, "items[0][price]", price)
	if s["status"] != "incomplete" {
		t.Fatalf("at first: %v", s["status"])
	}
	clock.advance(22 * time.Hour)
	if now := c.get("/v1/subscriptions/" + s["id"].(string)).object(t); now["status"] != "incomplete" {
		t.Fatalf("after 22 hours: %v", now["status"])
	}
	clock.advance(time.Hour)
	if now := c.get("/v1/subscriptions/" + s["id"].(string)).object(t); now["status"] != "incomplete_expired" || c.latest(customer)["status"] != "void" {
		t.Errorf("after 23: %v, invoice %v", now["status"], c.latest(customer)["status"])
	}
}

func TestASignUpIsFinishedByConfirming(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
	customer := c.made("/v1/customers", "payment_method", "pm_card_authenticationRequiredOnSetup")["id"].(string)
	s := c.made("/v1/subscriptions", "customer", customer, "items[0][price]", c.plan("Pro", "2000"), "expand[]", "latest_invoice.payment_intent")
	intent := s["latest_invoice"].(map[string]any)["payment_intent"].(map[string]any)
	if s["status"] != "incomplete" || intent["status"] != "requires_action" {
		t.Fatalf("%v %v", s["status"], intent["status"])
	}
	c.made("/_sandbox/payment_intents/"+intent["id"].(string)+"/authenticate", "outcome", "complete")
	if now := c.get("/v1/subscriptions/" + s["id"].(string)).object(t); now["status"] != "active" {
		t.Errorf("after the challenge: %v", now["status"])
	}
}

func TestCollectionCanPause(t *testing.T) {
	for behavior, want := range map[string]string{"keep_as_draft": "draft", "void": "void", "mark_uncollectible": "uncollectible"} {
		t.Run(behavior, func(t *testing.T) {
			clock := newHandClock()
			c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
			customer, id := c.subscribe("usd", "2000", "month")
			c.made("/v1/subscriptions/"+id, "pause_collection[behavior]", behavior, "pause_collection[resumes_at]", fmt.Sprint(seededAt+40*86400))
			clock.advance(30 * 24 * time.Hour)
			if bill, s := c.latest(customer), c.get("/v1/subscriptions/"+id).object(t); bill["status"] != want || s["status"] != "active" {
				t.Fatalf("while paused: invoice %v, subscription %v", bill["status"], s["status"])
			}
			clock.advance(32 * 24 * time.Hour)
			if bill, s := c.latest(customer), c.get("/v1/subscriptions/"+id).object(t); bill["status"] != "paid" || s["pause_collection"] != nil {
				t.Errorf("after the pause: %v %v", bill["status"], s["pause_collection"])
			}
		})
	}
}

func TestWhatWasUsedIsBilledAfterwards(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer := c.made("/v1/customers", "payment_method", "pm_card_visa")["id"].(string)
	s := c.made("/v1/subscriptions", "customer", customer, "items[0][price]", c.plan("Pro", "2000"),
		"items[1][price]", c.plan("Extra credits", "4", "recurring[usage_type]", "metered"))
	metered := s["items"].(map[string]any)["data"].([]any)[1].(map[string]any)["id"].(string)
	if bill := c.latest(customer); bill["total"] != 2000.0 {
		t.Fatalf("in advance: %v", bill["total"])
	}
	clock.advance(24 * time.Hour)
	c.made("/v1/subscription_items/"+metered+"/usage_records", "quantity", "100")
	c.made("/v1/subscription_items/"+metered+"/usage_records", "quantity", "25", "action", "set")
	if preview := c.get("/v1/invoices/upcoming?customer=" + customer).object(t); preview["total"] != 2100.0 {
		t.Errorf("preview: %v", preview["total"])
	}
	clock.advance(28 * 24 * time.Hour)
	if bill := c.latest(customer); bill["total"] != 2100.0 {
		t.Errorf("after the period: %v", bill["total"])
	}
	clock.advance(31 * 24 * time.Hour)
	if bill := c.latest(customer); bill["total"] != 2000.0 {
		t.Errorf("used once, billed twice: %v", bill["total"])
	}
}

func TestAnInvoiceThatIsSentFallsDue(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	id := c.made("/v1/subscriptions", "customer", c.Customer(), "items[0][price]", c.plan("Team", "4900"), "collection_method", "send_invoice", "days_until_due", "14")["id"].(string)
	clock.advance(2 * time.Hour)
	if bill := c.latest(c.Customer()); bill["status"] != "open" || bill["due_date"] != float64(seededAt+14*86400) || bill["next_payment_attempt"] != nil {
		t.Fatalf("sent: %v due %v", bill["status"], bill["due_date"])
	}
	clock.advance(14 * 24 * time.Hour)
	if s := c.get("/v1/subscriptions/" + id).object(t); s["status"] != "past_due" {
		t.Fatalf("after the due date: %v", s["status"])
	}
	paid := c.made("/v1/invoices/"+c.latest(c.Customer())["id"].(string)+"/pay", "paid_out_of_band", "true")
	if s := c.get("/v1/subscriptions/" + id).object(t); s["status"] != "active" || paid["charge"] != nil || paid["paid_out_of_band"] != true {
		t.Errorf("marked paid: %v", s["status"])
	}
}

func TestAnEndCanBeSetToADate(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer, id := c.subscribe("usd", "2000", "month")
	end := seededAt + 10*86400
	c.made("/v1/subscriptions/"+id, "cancel_at", fmt.Sprint(end), "cancellation_details[feedback]", "too_expensive", "cancellation_details[comment]", "later")
	clock.seconds.Store(int64(end))
	s := c.get("/v1/subscriptions/" + id).object(t)
	why := s["cancellation_details"].(map[string]any)
	if s["status"] != "canceled" || s["ended_at"] != float64(end) || why["feedback"] != "too_expensive" || why["comment"] != "later" {
		t.Errorf("%v %v %v", s["status"], s["ended_at"], why)
	}
	if a := c.send(c.request(http.MethodDelete, "/v1/subscriptions/"+id, "")); a.status != http.StatusNotFound {
		t.Errorf("canceled twice: %d", a.status)
	}
	if bills, _ := c.page("/v1/invoices?customer=" + customer); len(bills) != 1 {
		t.Errorf("%d invoices", len(bills))
	}
}

func TestNothingIsChargedAfterTheEnd(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer, id := c.subscribe("usd", "2000", "month")
	c.bank(customer, "decline_code", "insufficient_funds")
	clock.advance(29 * 24 * time.Hour)
	c.send(c.request(http.MethodDelete, "/v1/subscriptions/"+id, ""))
	c.bank(customer, "decline_code", "")
	before, _ := c.page("/v1/charges?customer=" + customer)
	clock.advance(60 * 24 * time.Hour)
	after, _ := c.page("/v1/charges?customer=" + customer)
	if bill := c.latest(customer); len(after) != len(before) || bill["status"] != "open" || bill["next_payment_attempt"] != nil {
		t.Errorf("%d charges, then %d; the invoice is %v", len(before), len(after), bill["status"])
	}
}
