package sandbox_test

import (
	"fmt"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

// subscribe makes a customer with a card and a subscription of one price.
func (c client) subscribe(currency, amount, interval string) (customer, subscription string) {
	customer = c.made("/v1/customers", "name", "A", "payment_method", "pm_card_visa")["id"].(string)
	return customer, c.subscribeOnly(customer, currency, amount, interval)
}

func (c client) subscribeOnly(customer, currency, amount, interval string) string {
	product := c.made("/v1/products", "name", "Plan")["id"].(string)
	price := c.made("/v1/prices", "product", product, "currency", currency, "unit_amount", amount, "recurring[interval]", interval)["id"].(string)
	return c.made("/v1/subscriptions", "customer", customer, "items[0][price]", price)["id"].(string)
}

func fieldsOf(objects []map[string]any, name string) (values []string) {
	for _, o := range objects {
		values = append(values, fmt.Sprint(o[name]))
	}
	return values
}

func TestARenewalIsDraftedThenFinalizedAndPaidAnHourLater(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer, subscription := c.subscribe("usd", "2000", "month")
	first := c.get("/v1/subscriptions/" + subscription).object(t)
	end := int64(first["current_period_end"].(float64))
	if got := time.Unix(end, 0).UTC().Format("2006-01-02"); got != "2026-02-28" {
		t.Fatalf("a month after 31 January ends on %s", got)
	}
	clock.seconds.Store(end)
	latest := func() map[string]any {
		data, _ := c.page("/v1/invoices?customer=" + customer)
		return data[0]
	}
	if draft := latest(); draft["status"] != "draft" || draft["number"] != nil || draft["next_payment_attempt"] != float64(end+3600) {
		t.Fatalf("at the end of the period: %v", draft)
	}
	clock.advance(time.Hour)
	paid := latest()
	if paid["status"] != "paid" || paid["amount_paid"] != float64(2000) || paid["billing_reason"] != "subscription_cycle" || paid["attempt_count"] != float64(1) {
		t.Fatalf("an hour later: %v", paid)
	}
	charge := c.get("/v1/charges/" + paid["charge"].(string)).object(t)
	if charge["amount"] != float64(2000) || charge["invoice"] != paid["id"] {
		t.Fatalf("charge: %v", charge)
	}
	clock.advance(31 * 24 * time.Hour)
	if next := c.get("/v1/subscriptions/" + subscription).object(t); time.Unix(int64(next["current_period_start"].(float64)), 0).UTC().Day() != 31 {
		t.Fatalf("the anchor's day was lost: %v", next["current_period_start"])
	}
}

func TestThePreviewIsTheInvoiceThatComes(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	path := "?customer=" + c.Customer()
	preview := c.get("/v1/invoices/upcoming" + path).object(t)
	clock.seconds.Store(int64(preview["next_payment_attempt"].(float64)))
	data, _ := c.page("/v1/invoices" + path + "&limit=1")
	for _, field := range []string{"subtotal", "tax", "total", "amount_due", "period_start", "period_end", "created", "currency", "subscription"} {
		if fmt.Sprint(preview[field]) != fmt.Sprint(data[0][field]) {
			t.Errorf("%s: preview %v, invoice %v", field, preview[field], data[0][field])
		}
	}
	if preview["id"] != nil || preview["total"] != float64(2178) || preview["tax"] != float64(178) {
		t.Errorf("preview: id %v, total %v, tax %v", preview["id"], preview["total"], preview["tax"])
	}
}

func TestTheUpcomingInvoiceIsTheEarliestUnlessOneIsNamed(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
	customer, yearly := c.subscribe("usd", "9900", "year")
	weekly := c.subscribeOnly(customer, "jpy", "500", "week")
	if o := c.get("/v1/invoices/upcoming?customer=" + customer).object(t); o["subscription"] != weekly {
		t.Errorf("without a name: %v", o["subscription"])
	}
	if o := c.get("/v1/invoices/upcoming?customer=" + customer + "&subscription=" + yearly).object(t); o["subscription"] != yearly {
		t.Errorf("named: %v", o["subscription"])
	}
}

func TestCanceledSubscriptionsAreListedOnlyWhenAskedFor(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
	customer, gone := c.subscribe("usd", "2000", "month")
	stays := c.subscribeOnly(customer, "usd", "100", "day")
	if a := c.send(c.request("DELETE", "/v1/subscriptions/"+gone, "")); a.status != 200 {
		t.Fatalf("cancel: %s", a.body)
	}
	for status, want := range map[string]string{
		"": "[" + stays + "]", "&status=all": "[" + stays + " " + gone + "]",
		"&status=canceled": "[" + gone + "]", "&status=active": "[" + stays + "]", "&status=past_due": "[]",
	} {
		data, _ := c.page("/v1/subscriptions?customer=" + customer + status)
		if got := fmt.Sprint(fieldsOf(data, "id")); got != want {
			t.Errorf("%q: got %s, want %s", status, got, want)
		}
	}
}

func TestACancellationAtPeriodEndTakesHoldThereAndLeavesNothingUpcoming(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	data, _ := c.page("/v1/subscriptions?customer=" + c.Customer())
	id := data[0]["id"].(string)
	c.made("/v1/subscriptions/"+id, "cancel_at_period_end", "true")
	if r := c.get("/v1/invoices/upcoming?customer=" + c.Customer()).refusal(t); r.Status != 404 || r.Code != "invoice_upcoming_none" {
		t.Fatalf("upcoming: %+v", r)
	}
	before, _ := c.page("/v1/invoices?limit=1")
	clock.seconds.Store(int64(data[0]["current_period_end"].(float64)) + 7200)
	ended := c.get("/v1/subscriptions/" + id).object(t)
	after, _ := c.page("/v1/invoices?limit=1")
	if ended["status"] != "canceled" || ended["ended_at"] != data[0]["current_period_end"] || after[0]["id"] != before[0]["id"] {
		t.Fatalf("after the period: %v %v, latest invoice %v", ended["status"], ended["ended_at"], after[0]["id"])
	}
}

func TestCreditIsSpentOnTheNextInvoice(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	paid, _ := c.page("/v1/invoices?limit=1")
	c.made("/v1/credit_notes", "invoice", paid[0]["id"].(string), "amount", "500", "credit_amount", "500")
	preview := c.get("/v1/invoices/upcoming?customer=" + c.Customer()).object(t)
	if preview["amount_due"] != float64(1678) || preview["starting_balance"] != float64(-500) || preview["total"] != float64(2178) {
		t.Fatalf("preview: due %v of %v with %v", preview["amount_due"], preview["total"], preview["starting_balance"])
	}
	clock.seconds.Store(int64(preview["next_payment_attempt"].(float64)))
	next, _ := c.page("/v1/invoices?limit=1")
	if next[0]["amount_paid"] != float64(1678) || next[0]["ending_balance"] != float64(0) || next[0]["status"] != "paid" {
		t.Fatalf("invoice: %v", next[0])
	}
	moves, _ := c.page("/v1/customers/" + c.Customer() + "/balance_transactions?")
	if got := fmt.Sprint(fieldsOf(moves, "type"), fieldsOf(moves, "amount")); got != "[applied_to_invoice credit_note] [500 -500]" {
		t.Fatalf("balance: %s", got)
	}
	old := c.get("/v1/invoices/" + paid[0]["id"].(string)).object(t)
	if old["post_payment_credit_notes_amount"] != float64(500) {
		t.Fatalf("credited invoice: %v", old["post_payment_credit_notes_amount"])
	}
}

func TestAnInvoiceKeepsTheAddressItWasFinalizedWith(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	c.made("/v1/customers/"+c.Customer(), "address[city]", "Lisbon", "name", "New Name")
	old, _ := c.page("/v1/invoices?limit=1")
	preview := c.get("/v1/invoices/upcoming?customer=" + c.Customer()).object(t)
	city := func(o map[string]any) any { return o["customer_address"].(map[string]any)["city"] }
	if city(old[0]) != "New York" || city(preview) != "Lisbon" || old[0]["customer_name"] == "New Name" {
		t.Fatalf("old %v, next %v", city(old[0]), city(preview))
	}
}

func TestATaxIDIsVerifiedAfterAWhile(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	path := "/v1/customers/" + c.Customer() + "/tax_ids"
	status := func(id string) any {
		return c.get(path + "/" + id).object(t)["verification"].(map[string]any)["status"]
	}
	good := c.made(path, "type", "eu_vat", "value", "DE123456789")["id"].(string)
	bad := c.made(path, "type", "eu_vat", "value", "DE111111111")["id"].(string)
	if status(good) != "pending" || status(bad) != "pending" {
		t.Fatal("not pending at first")
	}
	clock.advance(time.Minute)
	if status(good) != "verified" || status(bad) != "unverified" {
		t.Fatalf("after a minute: %v, %v", status(good), status(bad))
	}
}

func TestLinesBeyondTheTenthAreBehindTheirOwnList(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	bill := c.made("/v1/invoices", "customer", c.Customer())["id"].(string)
	for i := range 25 {
		c.made("/v1/invoiceitems", "customer", c.Customer(), "invoice", bill, "currency", "usd", "amount", "100", "description", fmt.Sprint("line ", i))
	}
	lines := c.get("/v1/invoices/" + bill).object(t)["lines"].(map[string]any)
	if len(lines["data"].([]any)) != 10 || lines["has_more"] != true || lines["url"] != "/v1/invoices/"+bill+"/lines" {
		t.Fatalf("embedded: %v", lines["url"])
	}
	if ids := c.all(lines["url"].(string)+"?", "7"); len(ids) != 25 {
		t.Fatalf("%d lines in all", len(ids))
	}
}
