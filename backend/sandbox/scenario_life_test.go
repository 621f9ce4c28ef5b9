package sandbox_test

import (
	"fmt"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

// sight is a scenario as its subscriber's app sees it.
type sight struct {
	client
	now      int64
	subs     []map[string]any
	invoices []map[string]any
	charges  []map[string]any
}

func (c client) look(now int64) sight {
	c.Helper()
	of := "?limit=100&customer=" + c.Customer()
	s := sight{client: c, now: now}
	s.subs, _ = c.page("/v1/subscriptions" + of + "&status=all&expand[]=data.latest_invoice.payment_intent")
	s.invoices, _ = c.page("/v1/invoices" + of)
	s.charges, _ = c.page("/v1/charges" + of)
	return s
}

// has tells whether the fields of an object are as the pairs say.
func has(o map[string]any, pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		if got := o[pairs[i].(string)]; got != pairs[i+1] {
			return fmt.Errorf("%v is %v, want %v", pairs[i], got, pairs[i+1])
		}
	}
	return nil
}

func (s sight) upcomingIsNone() error {
	if a := s.get("/v1/invoices/upcoming?customer=" + s.Customer()); a.status != 404 {
		return fmt.Errorf("something is upcoming: %d", a.status)
	}
	return nil
}

func (s sight) statuses(status string) (n int) {
	for _, bill := range s.invoices {
		if bill["status"] == status {
			n++
		}
	}
	return n
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func that(ok bool, what string, values ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("not so: %s %v", what, values)
}

// points are what each scenario is there to show.
var points = map[string]func(sight) error{
	"active": func(s sight) error {
		return first(has(s.subs[0], "status", "active"), that(s.statuses("paid") == 18, "18 paid"))
	},
	"new": func(s sight) error { return that(len(s.subs)+len(s.invoices) == 0, "nothing yet") },
	"trial": func(s sight) error {
		left := int64(s.subs[0]["trial_end"].(float64)) - s.now
		return first(has(s.subs[0], "status", "trialing"), that(left == 5*86400, "five days left", left), that(len(s.charges) == 0, "no charge"))
	},
	"past-due": func(s sight) error {
		next, _ := s.invoices[0]["next_payment_attempt"].(float64)
		return first(has(s.subs[0], "status", "past_due"), has(s.invoices[0], "status", "open"), that(int64(next) > s.now, "a next try is known", next),
			has(s.charges[0], "status", "failed", "failure_message", "Your card has insufficient funds."))
	},
	"past-due-last": func(s sight) error {
		return first(has(s.subs[0], "status", "past_due"), has(s.invoices[0], "status", "open", "next_payment_attempt", nil, "attempt_count", 9.0))
	},
	"needs-confirmation": func(s sight) error {
		intent := s.subs[0]["latest_invoice"].(map[string]any)["payment_intent"].(map[string]any)
		return first(has(s.subs[0], "status", "past_due"), has(intent, "status", "requires_action"), has(s.invoices[0], "next_payment_attempt", nil))
	},
	"unpaid": func(s sight) error {
		return first(has(s.subs[0], "status", "unpaid"), has(s.invoices[0], "status", "draft", "auto_advance", false), has(s.invoices[1], "status", "open"))
	},
	"canceled": func(s sight) error {
		why := s.subs[0]["cancellation_details"].(map[string]any)
		return first(has(s.subs[0], "status", "canceled", "ended_at", s.subs[0]["current_period_end"]), has(why, "feedback", "switched_service"), s.upcomingIsNone())
	},
	"cancel-scheduled": func(s sight) error {
		return first(has(s.subs[0], "status", "active", "cancel_at_period_end", true, "cancel_at", s.subs[0]["current_period_end"]), s.upcomingIsNone())
	},
	"downgrade-scheduled": func(s sight) error {
		next := s.get("/v1/invoices/upcoming?customer=" + s.Customer()).object(s)
		return first(has(s.subs[0], "status", "active"), has(s.subs[0]["plan"].(map[string]any), "amount", 20000.0), has(next, "subtotal", 2000.0),
			has(s.invoices[0], "status", "paid", "subtotal", 20000.0), that(s.subs[0]["schedule"] != nil, "has a schedule"))
	},
	"discount": func(s sight) error {
		held, _ := s.subs[0]["discount"].(map[string]any)
		if err := that(held != nil, "has a discount"); err != nil {
			return err
		}
		left := int64(held["end"].(float64)) - s.now
		return first(has(s.subs[0], "status", "active"), that(left > 50*86400 && left < 80*86400, "two months are left", left/86400),
			has(s.invoices[0], "subtotal", 2000.0, "total_excluding_tax", 1500.0), has(s.invoices[len(s.invoices)-1], "total_excluding_tax", 1000.0))
	},
	"paused-collection": func(s sight) error {
		pause, _ := s.subs[0]["pause_collection"].(map[string]any)
		return first(has(s.subs[0], "status", "active"), has(pause, "behavior", "void"), has(s.invoices[0], "status", "void"))
	},
	"incomplete": func(s sight) error {
		intent := s.subs[0]["latest_invoice"].(map[string]any)["payment_intent"].(map[string]any)
		return first(has(s.subs[0], "status", "incomplete"), has(intent, "status", "requires_action"))
	},
	"shadowed-card": func(s sight) error {
		settings := s.get("/v1/customers/" + s.Customer()).object(s)["invoice_settings"].(map[string]any)
		named := s.subs[0]["default_payment_method"]
		return first(has(s.subs[0], "status", "past_due"), that(named != nil && named != settings["default_payment_method"], "two defaults"))
	},
	"card-expiring": func(s sight) error {
		methods, _ := s.page("/v1/payment_methods?customer=" + s.Customer())
		now := time.Unix(s.now, 0).UTC()
		return first(has(s.subs[0], "status", "active"),
			has(methods[0]["card"].(map[string]any), "exp_month", float64(now.Month()), "exp_year", float64(now.Year())))
	},
	"tiny-balance": func(s sight) error {
		return first(has(s.subs[0], "status", "past_due"), has(s.invoices[0], "status", "open", "amount_remaining", 38.0, "currency", "usd"))
	},
	"overage": func(s sight) error {
		preview := s.get("/v1/invoices/upcoming?customer=" + s.Customer()).object(s)
		return first(that(s.invoices[0]["total"].(float64) > 2178, "billed overage", s.invoices[0]["total"]),
			that(preview["total"].(float64) > 2178, "overage to come", preview["total"]))
	},
	"credit-packs": func(s sight) error {
		manual := 0
		for _, bill := range s.invoices {
			if bill["billing_reason"] == "manual" {
				manual++
			}
		}
		preview := s.get("/v1/invoices/upcoming?customer=" + s.Customer()).object(s)
		return first(that(manual == 4, "four packs", manual), that(preview["subtotal"] == 3000.0, "one waits", preview["subtotal"]))
	},
	"refunds": func(s sight) error {
		refunds, _ := s.page("/v1/refunds?limit=100")
		notes, _ := s.page("/v1/credit_notes?customer=" + s.Customer())
		return first(that(len(refunds) == 6 && len(notes) == 4, "refunds and credit notes", len(refunds), len(notes)), has(refunds[0], "status", "failed"))
	},
	"two-subscriptions": func(s sight) error {
		return that(len(s.subs) == 2 && s.subs[0]["status"] == "past_due" && s.subs[1]["status"] == "active", "one past due", fieldsOf(s.subs, "status"))
	},
	"double": func(s sight) error {
		apart := s.charges[0]["created"].(float64) - s.charges[1]["created"].(float64)
		return first(has(s.charges[0], "status", "succeeded", "amount", 1089.0), has(s.charges[1], "status", "succeeded", "amount", 1089.0),
			that(apart == 240, "four minutes apart", apart),
			that(len(s.subs) == 2 && s.subs[0]["status"] == "active" && s.subs[1]["status"] == "active", "two go on", fieldsOf(s.subs, "status")))
	},
	"send-invoice": func(s sight) error {
		due, _ := s.invoices[0]["due_date"].(float64)
		return first(has(s.subs[0], "status", "active"), has(s.invoices[0], "status", "open", "collection_method", "send_invoice"),
			that(int64(due) > s.now && s.statuses("paid") == 5, "due later", due, s.statuses("paid")))
	},
	"marked-paid": func(s sight) error {
		return first(has(s.subs[0], "status", "active"), has(s.invoices[0], "status", "paid", "paid_out_of_band", true))
	},
	"deleted-customer": func(s sight) error {
		return first(has(s.get("/v1/customers/"+s.Customer()).object(s), "deleted", true), that(s.statuses("paid") == 7, "seven months", s.statuses("paid")))
	},
	"many": func(s sight) error {
		return that(len(s.all("/v1/invoices?customer="+s.Customer(), "100")) == 10_000, "10,000 invoices")
	},
	"hostile": func(s sight) error { return that(len(s.invoices) > 30, "many texts") },
	"currencies": func(s sight) error {
		seen := map[any]bool{}
		for _, bill := range s.invoices {
			seen[bill["currency"]] = true
		}
		methods, _ := s.page("/v1/payment_methods?customer=" + s.Customer())
		return that(len(seen) == 7 && len(methods) == 5, "seven currencies, five methods", seen, fieldsOf(methods, "type"))
	},
}

// TestEveryScenarioShowsItsPoint, whatever day it is started on.
func TestEveryScenarioShowsItsPoint(t *testing.T) {
	for _, day := range []int64{seededAt, seededAt + 29*86400, seededAt + 54*86400 + 3000} {
		for _, scenario := range sandbox.Scenarios() {
			if scenario.Name == "many" && day != seededAt {
				continue
			}
			t.Run(scenario.Name+time.Unix(day, 0).UTC().Format(" 02 Jan"), func(t *testing.T) {
				clock := newHandClock()
				clock.seconds.Store(day)
				c := startFor(t, sandbox.Options{Scenario: scenario.Name, Now: clock.now})
				point := points[scenario.Name]
				if point == nil {
					t.Fatal("nobody says what it shows")
				}
				if err := point(c.look(day)); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
