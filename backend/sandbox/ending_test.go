package sandbox_test

import (
	"testing"
	"time"

	"billfold/backend/sandbox"
)

// used is a subscription of 30.00 USD with 50 metered units of 0.04, halfway
// through its period.
func used(t *testing.T) (c client, clock *handClock, customer, id string) {
	clock = newHandClock()
	clock.seconds.Store(1775001600) // 2026-04-01
	c = startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer = c.made("/v1/customers", "payment_method", "pm_card_visa")["id"].(string)
	s := c.made("/v1/subscriptions", "customer", customer, "items[0][price]", c.plan("Pro", "3000"),
		"items[1][price]", c.plan("Extra", "4", "recurring[usage_type]", "metered"))
	clock.advance(15*24*time.Hour - time.Second)
	metered := s["items"].(map[string]any)["data"].([]any)[1].(map[string]any)["id"].(string)
	c.made("/v1/subscription_items/"+metered+"/usage_records", "quantity", "50")
	clock.advance(time.Second)
	return c, clock, customer, s["id"].(string)
}

func TestCancellingNowBillsAndGivesBackWhatItIsAskedTo(t *testing.T) {
	for asked, want := range map[string]struct {
		totals  string
		balance float64
		pending int
	}{
		"": {"3000", 0, 0}, "invoice_now=true": {"200 3000", 0, 0}, "prorate=true": {"3000", 0, 1},
		"invoice_now=true&prorate=true": {"-1300 3000", -1300, 0},
	} {
		t.Run(asked, func(t *testing.T) {
			c, clock, customer, id := used(t)
			if a := c.send(c.request("DELETE", "/v1/subscriptions/"+id, asked)); a.object(t)["status"] != "canceled" {
				t.Fatalf("%s", a.body)
			}
			waiting, _ := c.page("/v1/invoiceitems?customer=" + customer)
			pending := 0
			for _, item := range waiting {
				if item["invoice"] == nil {
					pending++
				}
			}
			got, balance := c.totals(customer), c.get("/v1/customers/" + customer).object(t)["balance"]
			if got != want.totals || balance != want.balance || pending != want.pending {
				t.Errorf("totals %s, balance %v, %d pending", got, balance, pending)
			}
			clock.advance(3 * month)
			if after := c.totals(customer); after != got {
				t.Errorf("billed after the end: %s", after)
			}
		})
	}
}

func TestProrationsThatArePendingGoWithASubscriptionCancelledAtOnce(t *testing.T) {
	c, _, customer, id, item, larger, _ := halfway(t)
	c.made("/v1/subscriptions/"+id, "items[0][id]", item, "items[0][price]", larger)
	c.send(c.request("DELETE", "/v1/subscriptions/"+id, ""))
	if left, _ := c.page("/v1/invoiceitems?customer=" + customer); len(left) != 0 {
		t.Errorf("left: %v", fieldsOf(left, "description"))
	}
}

func TestTheLastPeriodIsBilledWithWhatWasUsedInIt(t *testing.T) {
	c, clock, customer, id := used(t)
	c.made("/v1/subscriptions/"+id, "cancel_at_period_end", "true")
	c.made("/v1/invoiceitems", "customer", customer, "currency", "usd", "amount", "700", "description", "Pack")
	clock.advance(20 * 24 * time.Hour)
	bill, s := c.latest(customer), c.get("/v1/subscriptions/"+id).object(t)
	if bill["total"] != 900.0 || bill["status"] != "paid" || s["status"] != "canceled" || bill["created"] != s["ended_at"] {
		t.Errorf("last invoice: %v %v at %v, ended %v", bill["total"], bill["status"], bill["created"], s["ended_at"])
	}
}

func TestASentInvoiceThatIsNeverPaidEndsTheSubscription(t *testing.T) {
	for end, want := range map[string]string{"cancel": "canceled", "unpaid": "unpaid", "past_due": "past_due"} {
		t.Run(end, func(t *testing.T) {
			clock := newHandClock()
			c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
			c.made("/_sandbox/dunning", "end", end, "days_past_due", "10")
			id := c.made("/v1/subscriptions", "customer", c.Customer(), "items[0][price]", c.plan("Pro", "2000"),
				"collection_method", "send_invoice", "days_until_due", "7")["id"].(string)
			status := func(days int) any {
				clock.seconds.Store(seededAt + int64(days)*86400 - 60)
				before := c.get("/v1/subscriptions/" + id).object(t)["status"]
				clock.advance(2 * time.Minute)
				return [2]any{before, c.get("/v1/subscriptions/" + id).object(t)["status"]}
			}
			if got := status(7); got != [2]any{"active", "past_due"} {
				t.Errorf("when it is due: %v", got)
			}
			if got := status(17); got != [2]any{"past_due", want} {
				t.Errorf("ten days later: %v", got)
			}
		})
	}
}

func TestWhatIsTooSmallToBeChargedWaitsInTheBalance(t *testing.T) {
	for currency, amounts := range map[string][2]string{"usd": {"49", "50"}, "jpy": {"49", "50"}, "huf": {"17499", "17500"}, "gbp": {"29", "30"}} {
		t.Run(currency, func(t *testing.T) {
			c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
			customer := c.made("/v1/customers", "payment_method", "pm_card_visa")["id"].(string)
			sell := func(amount string) map[string]any {
				bill := c.made("/v1/invoices", "customer", customer, "currency", currency)["id"].(string)
				c.made("/v1/invoiceitems", "customer", customer, "invoice", bill, "currency", currency, "amount", amount)
				c.made("/v1/invoices/" + bill + "/finalize")
				return c.get("/v1/invoices/" + bill).object(t)
			}
			small := sell(amounts[0])
			if small["status"] != "paid" || small["amount_due"] != 0.0 || small["charge"] != nil || small["ending_balance"] != small["total"] {
				t.Errorf("%v, due %v, balance %v after", small["status"], small["amount_due"], small["ending_balance"])
			}
			moves, _ := c.page("/v1/customers/" + customer + "/balance_transactions?")
			if len(moves) != 1 || moves[0]["type"] != "invoice_too_small" || moves[0]["amount"] != small["total"] || moves[0]["invoice"] != small["id"] {
				t.Errorf("moves: %v", moves)
			}
			newVisitor(t).open(small["hosted_invoice_url"].(string)).sees(200, "Carried over to the next invoice")
			next := sell(amounts[1])
			if next["status"] != "open" || next["amount_due"] != next["total"].(float64)+small["total"].(float64) {
				t.Errorf("the next: %v, due %v", next["status"], next["amount_due"])
			}
		})
	}
}

func TestABalanceIsTheSumOfItsTransactions(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
	customer := c.made("/v1/customers", "balance", "-500")["id"].(string)
	path := "/v1/customers/" + customer
	c.made(path+"/balance_transactions", "amount", "120", "currency", "usd", "description", "Correction", "metadata[ticket]", "7")
	moves, _ := c.page(path + "/balance_transactions?")
	if len(moves) != 2 || moves[1]["type"] != "initial" || moves[1]["amount"] != -500.0 || moves[0]["type"] != "adjustment" || moves[0]["ending_balance"] != -380.0 {
		t.Errorf("%v", moves)
	}
	if owner := c.get(path).object(t); owner["balance"] != -380.0 || owner["currency"] != "usd" {
		t.Errorf("balance %v %v", owner["balance"], owner["currency"])
	}
	if r := c.post(path+"/balance_transactions", "amount", "1", "currency", "eur").refusal(t); r.Status != 400 || r.Param != "currency" {
		t.Errorf("another currency: %+v", r)
	}
}
