package sandbox_test

import (
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// life is some customers that things happen to, each with a currency of its own.
type life struct {
	client
	clock     *handClock
	customers []string
	tax       []string
	plans     map[string][]string // by currency
	metered   map[string]string
	asked     map[any]bool // who paid by hand, and when

	customer, currency string // whose turn it is
}

var currencies = []string{"usd", "jpy", "kwd", "eur"}

// begin makes the customers and what they can buy.
func begin(rt *rapid.T, c client, clock *handClock) *life {
	l := &life{client: c, clock: clock, plans: map[string][]string{}, metered: map[string]string{}, asked: map[any]bool{}}
	for _, inclusive := range []string{"false", "true"} {
		l.tax = append(l.tax, l.made("/v1/tax_rates", "display_name", "VAT", "percentage", "8.875", "inclusive", inclusive)["id"].(string))
	}
	l.made("/v1/coupons", "id", "THIRD", "percent_off", "33.3", "duration", "repeating", "duration_in_months", "2")
	l.made("/v1/coupons", "id", "HALF", "percent_off", "50", "duration", "once")
	for _, currency := range currencies {
		product := l.made("/v1/products", "name", "Plan")["id"].(string)
		price := func(amount string, more ...string) string {
			pairs := append([]string{"product", product, "currency", currency, "unit_amount", amount, "recurring[interval]", "month"}, more...)
			return l.made("/v1/prices", pairs...)["id"].(string)
		}
		l.plans[currency] = []string{price("900"), price("2000"), price("0"), price("19990", "recurring[interval_count]", "12")}
		l.metered[currency] = price("7", "recurring[usage_type]", "metered")
		l.made("/v1/coupons", "id", "OFF-"+currency, "amount_off", "555", "currency", currency, "duration", "forever")
		l.customers = append(l.customers, l.made("/v1/customers", "name", "A")["id"].(string))
		l.customer, l.currency = l.customers[len(l.customers)-1], currency
		happenings["new card"](l, rt)
		happenings["subscribe"](l, rt)
	}
	return l
}

// choose gives the turn to somebody.
func (l *life) choose(t *rapid.T) {
	who := rapid.IntRange(0, len(currencies)-1).Draw(t, "who")
	l.customer, l.currency = l.customers[who], currencies[who]
}

func (l *life) plan(t *rapid.T) string { return rapid.SampledFrom(l.plans[l.currency]).Draw(t, "plan") }

func (l *life) byHand() { l.asked[[2]any{l.customer, float64(l.clock.seconds.Load())}] = true }

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
		pairs := []string{"customer", l.customer, "items[0][price]", l.plan(t)}
		for _, more := range [][]string{{"items[1][price]", l.metered[l.currency]}, {"default_tax_rates[0]", rapid.SampledFrom(l.tax).Draw(t, "tax")}, {"coupon", l.coupon(t)}} {
			if rapid.Bool().Draw(t, "more") {
				pairs = append(pairs, more...)
			}
		}
		extra := rapid.SampledFrom([][]string{nil, {"trial_period_days", "5"}, {"payment_behavior", "default_incomplete"}, {"collection_method", "send_invoice", "days_until_due", "7"}}).Draw(t, "terms")
		l.post("/v1/subscriptions", append(pairs, extra...)...)
	},
	"change plan": func(l *life, t *rapid.T) {
		if s := l.some(t, "/v1/subscriptions"); s != nil {
			l.post("/v1/subscriptions/"+s["id"].(string), "items[0][id]", itemID(s), "items[0][price]", l.plan(t),
				"proration_behavior", rapid.SampledFrom([]string{"create_prorations", "always_invoice", "none"}).Draw(t, "behavior"))
		}
	},
	"end": func(l *life, t *rapid.T) {
		if s := l.some(t, "/v1/subscriptions"); s != nil {
			if rapid.Bool().Draw(t, "now") {
				l.send(l.request("DELETE", "/v1/subscriptions/"+s["id"].(string), formOf([]string{
					"invoice_now", fmt.Sprint(rapid.Bool().Draw(t, "invoice")), "prorate", fmt.Sprint(rapid.Bool().Draw(t, "prorate")),
				})))
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
			l.byHand()
			l.post("/v1/invoices/"+bill["id"].(string)+"/pay", "paid_out_of_band", fmt.Sprint(rapid.Bool().Draw(t, "outside")))
		}
	},
	"confirm": func(l *life, t *rapid.T) {
		if intent := l.some(t, "/v1/payment_intents"); intent != nil {
			l.byHand()
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
		l.post("/v1/invoiceitems", "customer", l.customer, "currency", l.currency, "amount", fmt.Sprint(rapid.IntRange(-3000, 3000).Draw(t, "amount")))
	},
	"one-off": func(l *life, t *rapid.T) {
		other := rapid.SampledFrom([]string{l.currency, l.currency, "usd"}).Draw(t, "currency")
		l.post("/v1/invoices", "customer", l.customer, "currency", other, "pending_invoice_items_behavior", "include", "auto_advance", "true")
	},
	"coupon": func(l *life, t *rapid.T) {
		target := "/v1/customers/" + l.customer
		if s := l.some(t, "/v1/subscriptions"); s != nil && rapid.Bool().Draw(t, "of the plan") {
			target = "/v1/subscriptions/" + s["id"].(string)
		}
		if rapid.IntRange(0, 3).Draw(t, "gone") == 0 {
			l.send(l.request("DELETE", target+"/discount", ""))
			return
		}
		l.post(target, "coupon", l.coupon(t))
	},
	"schedule": func(l *life, t *rapid.T) {
		if s := l.some(t, "/v1/subscriptions"); s != nil {
			l.schedule(t, s)
		}
	},
	"usage": func(l *life, t *rapid.T) {
		if s := l.some(t, "/v1/subscriptions"); s != nil {
			items := s["items"].(map[string]any)["data"].([]any)
			id := items[len(items)-1].(map[string]any)["id"].(string)
			l.post("/v1/subscription_items/"+id+"/usage_records", "quantity", fmt.Sprint(rapid.IntRange(1, 300).Draw(t, "used")))
		}
	},
	"itemised credit": func(l *life, t *rapid.T) {
		if bill := l.some(t, "/v1/invoices"); bill != nil {
			l.creditLines(t, bill)
		}
	},
	"void note": func(l *life, t *rapid.T) {
		if note := l.some(t, "/v1/credit_notes"); note != nil {
			l.post("/v1/credit_notes/" + note["id"].(string) + "/void")
		}
	},
	"balance": func(l *life, t *rapid.T) {
		l.post("/v1/customers/"+l.customer+"/balance_transactions", "currency", l.currency, "amount", fmt.Sprint(rapid.IntRange(-3000, 1000).Draw(t, "amount")))
	},
}

func (l *life) coupon(t *rapid.T) string {
	return rapid.SampledFrom([]string{"THIRD", "HALF", "OFF-" + l.currency}).Draw(t, "coupon")
}

// schedule lets a subscription go to another plan with its next period, or, when
// it has such a plan already, gives it up.
func (l *life) schedule(t *rapid.T, s map[string]any) {
	if id, there := s["schedule"].(string); there {
		l.post("/v1/subscription_schedules/" + id + "/" + rapid.SampledFrom([]string{"release", "cancel"}).Draw(t, "ending"))
		return
	}
	made := l.post("/v1/subscription_schedules", "from_subscription", s["id"].(string))
	if made.status != 200 {
		return
	}
	now := made.object(l)["phases"].([]any)[0].(map[string]any)
	pairs := []string{"phases[0][start_date]", fmt.Sprintf("%.0f", now["start_date"]), "phases[0][end_date]", fmt.Sprintf("%.0f", now["end_date"])}
	for i, item := range now["items"].([]any) {
		pairs = append(pairs, fmt.Sprintf("phases[0][items][%d][price]", i), item.(map[string]any)["price"].(string))
	}
	pairs = append(pairs, "phases[1][items][0][price]", l.plan(t), "end_behavior", rapid.SampledFrom([]string{"release", "cancel"}).Draw(t, "end"))
	if rapid.Bool().Draw(t, "discounted") {
		pairs = append(pairs, "phases[1][coupon]", l.coupon(t))
	}
	l.made("/v1/subscription_schedules/"+made.object(l)["id"].(string), pairs...)
}

// creditLines credits a line of an invoice: all of it when it is paid, so that
// what comes back is known.
func (l *life) creditLines(t *rapid.T, bill map[string]any) {
	lines := bill["lines"].(map[string]any)["data"].([]any)
	if len(lines) == 0 {
		return
	}
	line := rapid.SampledFrom(lines).Draw(t, "line").(map[string]any)
	amount := line["amount"].(float64)
	back := amount - sumOf(line["discount_amounts"], nil)
	back += sumOf(line["tax_amounts"], func(tax map[string]any) bool { return tax["inclusive"] == false })
	pairs := []string{"invoice", bill["id"].(string), "lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", line["id"].(string)}
	if bill["status"] == "paid" {
		where := rapid.SampledFrom([]string{"credit_amount", "refund_amount", "out_of_band_amount"}).Draw(t, "where")
		pairs = append(pairs, where, fmt.Sprintf("%.0f", back))
	} else {
		amount = float64(rapid.IntRange(1, 2500).Draw(t, "amount"))
		pairs = append(pairs, "lines[1][type]", "custom_line_item", "lines[1][description]", "Sorry", "lines[1][unit_amount]", "11",
			"lines[1][quantity]", "3", "lines[1][tax_rates][0]", rapid.SampledFrom(l.tax).Draw(t, "rate"))
	}
	l.post("/v1/credit_notes", append(pairs, "lines[0][amount]", fmt.Sprintf("%.0f", amount))...)
}

// sumOf adds up the amounts of an array of objects that keep wants.
func sumOf(objects any, keep func(map[string]any) bool) (sum float64) {
	for _, o := range objects.([]any) {
		if one := o.(map[string]any); keep == nil || keep(one) {
			sum += one["amount"].(float64)
		}
	}
	return sum
}

var happeningNames = namesOf(happenings)

func namesOf[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
