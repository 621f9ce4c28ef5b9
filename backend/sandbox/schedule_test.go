package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

// scheduled is a subscription of 90.00 USD that goes to 10.00 USD with its next
// period, in the middle of this one.
func scheduled(t *testing.T, more ...string) (c client, clock *handClock, customer, id, schedule string) {
	clock = newHandClock()
	clock.seconds.Store(1775001600) // 2026-04-01
	c = startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	customer = c.made("/v1/customers", "payment_method", "pm_card_visa")["id"].(string)
	large, small := c.plan("Power", "9000"), c.plan("Mini", "1000")
	id = c.made("/v1/subscriptions", "customer", customer, "items[0][price]", large)["id"].(string)
	clock.advance(15 * 24 * time.Hour)
	made := c.made("/v1/subscription_schedules", "from_subscription", id)
	schedule = made["id"].(string)
	now := made["current_phase"].(map[string]any)
	pairs := []string{
		"phases[0][start_date]", fmt.Sprintf("%.0f", now["start_date"]), "phases[0][end_date]", fmt.Sprintf("%.0f", now["end_date"]),
		"phases[0][items][0][price]", large, "phases[1][items][0][price]", small,
	}
	c.made("/v1/subscription_schedules/"+schedule, append(pairs, more...)...)
	return c, clock, customer, id, schedule
}

func TestADowngradeWaitsForTheEndOfThePeriod(t *testing.T) {
	c, clock, customer, id, schedule := scheduled(t)
	if s := c.get("/v1/subscriptions/" + id).object(t); s["schedule"] != schedule || s["plan"].(map[string]any)["amount"] != 9000.0 {
		t.Errorf("before: %v, plan %v", s["schedule"], s["plan"])
	}
	told := c.scheduleEvents("")
	preview := c.get("/v1/invoices/upcoming?customer=" + customer).object(t)
	clock.advance(15*24*time.Hour + 2*time.Hour)
	turned := c.scheduleEvents("&created[gt]=" + fmt.Sprint(clock.seconds.Load()-86400))
	s, bill := c.get("/v1/subscriptions/"+id).object(t), c.latest(customer)
	if preview["total"] != 1000.0 || bill["total"] != 1000.0 || bill["status"] != "paid" || s["plan"].(map[string]any)["amount"] != 1000.0 {
		t.Errorf("previewed %v, billed %v (%v) for %v", preview["total"], bill["total"], bill["status"], s["plan"])
	}
	if lines := bill["lines"].(map[string]any)["data"].([]any); len(lines) != 1 {
		t.Errorf("nothing is prorated at the end of a period: %v", lines)
	}
	clock.advance(month)
	of := c.get("/v1/subscription_schedules/" + schedule).object(t)
	s = c.get("/v1/subscriptions/" + id).object(t)
	if of["status"] != "released" || of["released_subscription"] != id || of["subscription"] != nil || s["schedule"] != nil || s["status"] != "active" {
		t.Errorf("at its end: %v of %v, subscription %v %v", of["status"], of["released_subscription"], s["schedule"], s["status"])
	}
	if got := c.totals(customer); got != "1000 1000 9000" {
		t.Errorf("it goes on as it is: %s", got)
	}
	told += turned + c.scheduleEvents("&created[gt]="+fmt.Sprint(clock.seconds.Load()-86400*20))
	if want := "created updated updated expiring released "; told != want {
		t.Errorf("told: %s, want %s", told, want)
	}
}

// scheduleEvents are the types of events about schedules, oldest first.
func (c client) scheduleEvents(query string) (told string) {
	c.Helper()
	events, _ := c.page("/v1/events?type=subscription_schedule.*&limit=100" + query)
	for _, kind := range fieldsOf(events, "type") {
		told = strings.TrimPrefix(kind, "subscription_schedule.") + " " + told
	}
	return told
}

func TestAScheduleCanEndItsSubscription(t *testing.T) {
	c, clock, customer, id, schedule := scheduled(t, "end_behavior", "cancel", "phases[1][iterations]", "2")
	clock.advance(3 * month)
	s, of := c.get("/v1/subscriptions/"+id).object(t), c.get("/v1/subscription_schedules/"+schedule).object(t)
	if s["status"] != "canceled" || of["status"] != "completed" || of["completed_at"] != s["ended_at"] || s["ended_at"] != float64(1775001600+91*86400) {
		t.Errorf("%v at %v, schedule %v at %v", s["status"], s["ended_at"], of["status"], of["completed_at"])
	}
	if got := c.totals(customer); got != "1000 1000 9000" {
		t.Errorf("%s", got)
	}
}

func TestAScheduleCanBeGivenUp(t *testing.T) {
	t.Run("released, nothing changes", func(t *testing.T) {
		c, clock, customer, id, schedule := scheduled(t)
		c.made("/v1/subscription_schedules/" + schedule + "/release")
		clock.advance(20 * 24 * time.Hour)
		if got, s := c.totals(customer), c.get("/v1/subscriptions/"+id).object(t); got != "9000 9000" || s["schedule"] != nil {
			t.Errorf("%s %v", got, s["schedule"])
		}
		if r := c.post("/v1/subscription_schedules/"+schedule, "end_behavior", "cancel").refusal(t); r.Status != 400 {
			t.Errorf("changed afterwards: %+v", r)
		}
	})
	t.Run("canceled, the rest of the period comes back", func(t *testing.T) {
		c, _, customer, id, schedule := scheduled(t)
		of := c.made("/v1/subscription_schedules/" + schedule + "/cancel")
		s, owner := c.get("/v1/subscriptions/"+id).object(t), c.get("/v1/customers/"+customer).object(t)
		if of["status"] != "canceled" || s["status"] != "canceled" || owner["balance"] != -4500.0 {
			t.Errorf("%v %v, balance %v", of["status"], s["status"], owner["balance"])
		}
	})
}

func TestWhatAScheduleLooksAfterIsNotChangedBesideIt(t *testing.T) {
	c, _, _, id, schedule := scheduled(t)
	s := c.get("/v1/subscriptions/" + id).object(t)
	for name, value := range map[string]string{"cancel_at_period_end": "true", "items[0][id]": itemID(s), "billing_cycle_anchor": "now"} {
		if r := c.post("/v1/subscriptions/"+id, name, value).refusal(t); r.Status != 400 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	start := fmt.Sprintf("%.0f", s["current_period_start"])
	for _, wrong := range [][]string{
		{"phases[0][items][0][price]", c.plan("A", "100")},
		{"phases[0][start_date]", start},
		{"phases[0][start_date]", start, "phases[0][items][0][price]", c.plan("B", "100"), "phases[0][end_date]", start},
		{"phases[0][start_date]", start, "phases[0][items][0][price]", c.plan("C", "100"), "phases[0][iterations]", "1", "phases[0][end_date]", "1780000000"},
	} {
		if r := c.post("/v1/subscription_schedules/"+schedule, wrong...).refusal(t); r.Status != 400 {
			t.Errorf("%v: %+v", wrong, r)
		}
	}
	if r := c.post("/v1/subscription_schedules", "from_subscription", id).refusal(t); r.Status != 400 || r.Param != "from_subscription" {
		t.Errorf("a second schedule: %+v", r)
	}
}
