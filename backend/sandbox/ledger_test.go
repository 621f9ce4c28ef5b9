package sandbox_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"billfold/backend/sandbox"
)

// life is one customer that things happen to.
type life struct {
	client
	clock    *handClock
	customer string
	plans    []string
	asked    map[float64]bool // the seconds in which somebody paid by hand
}

// some is a random object of a list; nil when there is none.
func (l *life) some(t *rapid.T, path string) map[string]any {
	data, _ := l.page(path + "?limit=100&customer=" + l.customer)
	if len(data) == 0 {
		return nil
	}
	return rapid.SampledFrom(data).Draw(t, "object")
}

// happenings are what can happen; a write that makes no sense is refused, which is
// a happening too.
var happenings = map[string]func(*life, *rapid.T){
	"subscribe": func(l *life, t *rapid.T) {
		pairs := []string{"customer", l.customer, "items[0][price]", rapid.SampledFrom(l.plans).Draw(t, "plan")}
		extra := rapid.SampledFrom([][]string{nil, {"trial_period_days", "5"}, {"payment_behavior", "default_incomplete"}, {"collection_method", "send_invoice", "days_until_due", "7"}}).Draw(t, "terms")
		l.post("/v1/subscriptions", append(pairs, extra...)...)
	},
	"change plan": func(l *life, t *rapid.T) {
		if s := l.some(t, "/v1/subscriptions"); s != nil {
			l.post("/v1/subscriptions/"+s["id"].(string), "items[0][id]", itemID(s), "items[0][price]", rapid.SampledFrom(l.plans).Draw(t, "plan"),
				"proration_behavior", rapid.SampledFrom([]string{"create_prorations", "always_invoice", "none"}).Draw(t, "behavior"))
		}
	},
	"end": func(l *life, t *rapid.T) {
		if s := l.some(t, "/v1/subscriptions"); s != nil {
			if rapid.Bool().Draw(t, "now") {
				l.send(l.request("DELETE", "/v1/subscriptions/"+s["id"].(string), ""))
			} else {
				l.post("/v1/subscriptions/"+s["id"].(string), "cancel_at_period_end", "true")
			}
		}
	},
	"pause": func(l *life, t *rapid.T) {
		if s := l.some(t, "/v1/subscriptions"); s != nil {
			l.post("/v1/subscriptions/"+s["id"].(string), "pause_collection[behavior]", rapid.SampledFrom([]string{"void", "keep_as_draft", "mark_uncollectible"}).Draw(t, "how"))
		}
	},
	"bank": func(l *life, t *rapid.T) {
		if m := l.some(t, "/v1/payment_methods"); m != nil {
			l.post("/_sandbox/payment_methods/"+m["id"].(string)+"/bank", "decline_code", rapid.SampledFrom([]string{"", "insufficient_funds", "lost_card"}).Draw(t, "says"))
		}
	},
	"new card": func(l *life, t *rapid.T) {
		name := rapid.SampledFrom([]string{"visa", "chargeCustomerFail", "threeDSecure2Required", "chargeDeclined", "in", "refundFail"}).Draw(t, "card")
		if m := l.post("/v1/payment_methods/pm_card_"+name+"/attach", "customer", l.customer).object(l); m["id"] != nil {
			l.post("/v1/customers/"+l.customer, "invoice_settings[default_payment_method]", m["id"].(string))
		}
	},
	"lose card": func(l *life, t *rapid.T) {
		if m := l.some(t, "/v1/payment_methods"); m != nil {
			l.post("/v1/payment_methods/" + m["id"].(string) + "/detach")
		}
	},
	"pay": func(l *life, t *rapid.T) {
		if bill := l.some(t, "/v1/invoices"); bill != nil {
			l.asked[float64(l.clock.seconds.Load())] = true
			l.post("/v1/invoices/"+bill["id"].(string)+"/pay", "paid_out_of_band", fmt.Sprint(rapid.Bool().Draw(t, "outside")))
		}
	},
	"confirm": func(l *life, t *rapid.T) {
		if intent := l.some(t, "/v1/payment_intents"); intent != nil {
			l.asked[float64(l.clock.seconds.Load())] = true
			l.post("/_sandbox/payment_intents/"+intent["id"].(string)+"/authenticate", "outcome", rapid.SampledFrom([]string{"complete", "fail"}).Draw(t, "outcome"))
		}
	},
	"close": func(l *life, t *rapid.T) {
		if bill := l.some(t, "/v1/invoices"); bill != nil {
			l.post("/v1/invoices/" + bill["id"].(string) + "/" + rapid.SampledFrom([]string{"void", "mark_uncollectible", "finalize"}).Draw(t, "how"))
		}
	},
	"refund": func(l *life, t *rapid.T) {
		if charge := l.some(t, "/v1/charges"); charge != nil {
			l.post("/v1/refunds", "charge", charge["id"].(string), "amount", fmt.Sprint(rapid.IntRange(1, 2500).Draw(t, "amount")))
		}
	},
	"credit": func(l *life, t *rapid.T) {
		if bill := l.some(t, "/v1/invoices"); bill != nil {
			amount := fmt.Sprint(rapid.IntRange(1, 2500).Draw(t, "amount"))
			where := rapid.SampledFrom([][]string{nil, {"credit_amount", amount}, {"refund_amount", amount}, {"out_of_band_amount", amount}}).Draw(t, "where")
			l.post("/v1/credit_notes", append([]string{"invoice", bill["id"].(string), "amount", amount}, where...)...)
		}
	},
	"item": func(l *life, t *rapid.T) {
		l.post("/v1/invoiceitems", "customer", l.customer, "currency", "usd", "amount", fmt.Sprint(rapid.IntRange(-3000, 3000).Draw(t, "amount")))
	},
	"one-off": func(l *life, t *rapid.T) {
		l.post("/v1/invoices", "customer", l.customer, "currency", "usd", "pending_invoice_items_behavior", "include", "auto_advance", "true")
	},
}

// TestTheBooksBalance: whatever happens to a customer, what was billed, paid,
// given back and credited sums up, nothing is paid without a reason, nothing is
// charged after the end, and the state file tells the same story.
func TestTheBooksBalance(t *testing.T) {
	folder := t.TempDir()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		clock := newHandClock()
		options := sandbox.Options{Scenario: "new", Now: clock.now, StateFile: filepath.Join(folder, fmt.Sprint(round, ".json"))}
		l := &life{client: MustStart(rt, options), clock: clock, asked: map[float64]bool{}}
		l.customer = l.Customer()
		l.plans = []string{l.plan("Mini", "900"), l.plan("Pro", "2000"), l.plan("Free", "0")}
		l.made("/_sandbox/dunning", "end", rapid.SampledFrom([]string{"cancel", "unpaid", "past_due"}).Draw(rt, "dunning"))
		happenings["new card"](l, rt)
		for range rapid.IntRange(1, 14).Draw(rt, "length") {
			name := rapid.SampledFrom(happeningNames).Draw(rt, "happening")
			happenings[name](l, rt)
			clock.advance(rapid.SampledFrom([]time.Duration{0, time.Minute, 2 * time.Hour, 60 * time.Hour, 20 * 24 * time.Hour}).Draw(rt, "wait") + time.Second)
		}
		l.checkBooks()
		before := l.picture()
		_ = l.Close()
		again := MustStart(rt, options)
		defer func() { _ = again.Close() }()
		if again.picture() != before {
			rt.Fatal("the state file makes other objects")
		}
	})
}

var happeningNames = namesOf(happenings)

func (l *life) checkBooks() {
	l.Helper()
	of := "?limit=100&customer=" + l.customer
	bills, _ := l.page("/v1/invoices" + of)
	charges, _ := l.page("/v1/charges" + of + "&expand[]=data.refunds")
	notes, _ := l.page("/v1/credit_notes" + of)
	moves, _ := l.page("/v1/customers/" + l.customer + "/balance_transactions?limit=100")
	subs, _ := l.page("/v1/subscriptions" + of + "&status=all")
	paid, given := map[any]float64{}, map[any]float64{}
	for _, charge := range charges {
		if charge["status"] == "succeeded" {
			paid[charge["invoice"]] += charge["amount"].(float64)
		}
		back := 0.0
		for _, refund := range charge["refunds"].(map[string]any)["data"].([]any) {
			if r := refund.(map[string]any); r["status"] != "failed" {
				back += r["amount"].(float64)
			}
		}
		l.same("refunds of "+charge["id"].(string), charge["amount_refunded"], back)
	}
	for _, note := range notes {
		if note["status"] == "issued" {
			given[[2]any{note["invoice"], note["type"]}] += note["amount"].(float64)
		}
	}
	for _, bill := range bills {
		l.checkBill(bill, paid[bill["id"]], given)
	}
	balance := 0.0
	for _, move := range moves {
		balance += move["amount"].(float64)
	}
	l.same("balance", l.get("/v1/customers/" + l.customer).object(l)["balance"], balance)
	for _, s := range subs {
		l.checkEnd(s, bills, charges)
	}
}

func (l *life) checkBill(bill map[string]any, charged float64, given map[any]float64) {
	l.Helper()
	id := bill["id"].(string)
	number := func(field string) float64 { return bill[field].(float64) }
	before, after := number("pre_payment_credit_notes_amount"), number("post_payment_credit_notes_amount")
	l.same("credit before payment of "+id, before, given[[2]any{bill["id"], "pre_payment"}])
	l.same("credit after payment of "+id, after, given[[2]any{bill["id"], "post_payment"}])
	l.same("due of "+id, number("amount_due")+before, max(number("total")+number("starting_balance"), 0))
	l.same("remaining of "+id, number("amount_remaining"), number("amount_due")-number("amount_paid"))
	if bill["paid_out_of_band"] == true {
		l.same("charged beside "+id, charged, 0.0)
		return
	}
	l.same("paid of "+id, number("amount_paid"), charged)
	if bill["status"] == "paid" && number("amount_remaining") != 0 {
		l.Fatalf("%s is paid, and %v remains", id, bill["amount_remaining"])
	}
}

func (l *life) checkEnd(s map[string]any, bills, charges []map[string]any) {
	l.Helper()
	end, ended := s["ended_at"].(float64)
	if !ended {
		return
	}
	of := map[any]bool{}
	for _, bill := range bills {
		of[bill["id"]] = bill["subscription"] == s["id"]
	}
	for _, charge := range charges {
		if at := charge["created"].(float64); of[charge["invoice"]] && at > end && !l.asked[at] {
			l.Fatalf("%s was charged %v seconds after the end of %s", charge["id"], at-end, s["id"])
		}
	}
}

func (l *life) same(what string, got any, want float64) {
	l.Helper()
	if got != want {
		l.Fatalf("%s: %v, reckoned %v", what, got, want)
	}
}

func namesOf[T any](m map[string]T) []string {
	names := slices.Sorted(maps.Keys(m))
	return names
}
