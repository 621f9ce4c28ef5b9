package sandbox

import (
	"maps"
	"slices"

	"billfold/backend/stripewire"
)

// createSchedule puts a subscription that is there under a schedule, whose only
// phase is the current period.
// Source: Stripe API reference, "Create a schedule", from_subscription.
func createSchedule(c *call) (any, error) {
	s := needed(c, c.subscriptions, "from_subscription")
	switch {
	case c.err != nil:
	case !s.running():
		c.fail(stripewire.Invalid("", "from_subscription", "A subscription that is "+s.Status+" cannot be scheduled."))
	case s.Schedule != "":
		c.fail(stripewire.Invalid("", "from_subscription", "You cannot migrate a subscription that is already attached to a schedule: "+string(s.Schedule)))
	case s.CancelAt != 0:
		c.fail(stripewire.Invalid("", "from_subscription", "The subscription is set to cancel. Take that back before you schedule it."))
	}
	if c.err != nil {
		return nil, c.err
	}
	defer c.noting("customer.subscription.updated", s)()
	sc := &schedule{
		ID: c.newID("sub_sched"), Object: "subscription_schedule", Created: c.clock, Customer: s.Customer, EndBehavior: "release",
		Status: "active", Subscription: nullableText(s.ID),
		DefaultSettings: scheduleSettings{
			BillingCycleAnchor: "automatic", CollectionMethod: s.CollectionMethod, DefaultPaymentMethod: s.DefaultPaymentMethod,
			Description: s.Description, InvoiceSettings: scheduleInvoice{DaysUntilDue: s.DaysUntilDue},
		},
	}
	s.Schedule = nullableText(sc.ID)
	c.setPhases(sc, []*phase{phaseOf(s)})
	c.emit("subscription_schedule.created", sc)
	return c.schedules.add(sc), nil
}

func updateSchedule(c *call) (any, error) {
	current, s, err := c.liveSchedule()
	if err != nil {
		return nil, err
	}
	behavior := c.choice("end_behavior", current.EndBehavior, "release", "cancel")
	prorate := c.choice("proration_behavior", "create_prorations", "create_prorations", "always_invoice", "none")
	notes := maps.Clone(current.Metadata)
	c.setMetadata(&notes)
	phases := c.readPhases(current, s)
	if c.err != nil {
		return nil, c.err
	}
	defer c.noting("subscription_schedule.updated", current)()
	current.EndBehavior, current.Metadata = behavior, notes
	if phases != nil {
		c.setPhases(current, append(current.past(), phases...))
		c.live(s, phases[0], prorate)
	}
	return current, nil
}

// liveSchedule finds a schedule that still goes on, and its subscription.
func (c *call) liveSchedule() (*schedule, *subscription, error) {
	sc, err := c.schedules.fetch(c.ids[0], "schedule")
	if err != nil {
		return nil, nil, err
	}
	if sc.Status != "active" {
		return nil, nil, stripewire.Invalid("", "", "You can only change a subscription schedule that is active. This one is "+sc.Status+".")
	}
	return sc, c.subscriptions.find(string(sc.Subscription)), nil
}

// setPhases gives a schedule its phases and plans how it goes through them. The
// current one is the first that has not ended.
func (w *world) setPhases(sc *schedule, phases []*phase) {
	sc.Phases = phases
	for _, p := range phases[len(sc.past()):] {
		w.plan(p.EndDate, func() { w.turn(sc, p) })
	}
	now := phases[len(sc.past())]
	sc.CurrentPhase = &currentPhase{StartDate: now.StartDate, EndDate: now.EndDate}
	last := phases[len(phases)-1]
	if last.EndDate-expiryWarning < w.clock {
		return
	}
	w.plan(last.EndDate-expiryWarning, func() {
		if sc.Status == "active" && sc.Phases[len(sc.Phases)-1] == last {
			w.emit("subscription_schedule.expiring", sc)
		}
	})
}

// expiryWarning is how long before its end a schedule is announced to be over.
// Source: Stripe docs, "Types of events": subscription_schedule.expiring, 7 days.
const expiryWarning = 7 * day

// past are the phases that are over.
func (sc *schedule) past() []*phase {
	if sc.CurrentPhase == nil {
		return nil
	}
	return slices.Clone(sc.Phases[:slices.IndexFunc(sc.Phases, func(p *phase) bool { return p.StartDate == sc.CurrentPhase.StartDate })])
}

// turn goes on from a phase that has come to its end, if it is still the current
// one: to the next, or to the end of the schedule.
func (w *world) turn(sc *schedule, p *phase) {
	if sc.Status != "active" || sc.CurrentPhase.StartDate != p.StartDate || !slices.Contains(sc.Phases, p) || w.clock < p.EndDate {
		return
	}
	s := w.subscriptions.find(string(sc.Subscription))
	next := sc.after(p)
	if next == nil {
		w.finish(sc, s)
		return
	}
	defer w.noting("subscription_schedule.updated", sc)()
	sc.CurrentPhase = &currentPhase{StartDate: next.StartDate, EndDate: next.EndDate}
	w.live(s, next, next.ProrationBehavior)
}

// turnSchedule does what the schedule of a subscription has for this moment.
func (w *world) turnSchedule(s *subscription) {
	sc := w.schedules.find(string(s.Schedule))
	for sc != nil && sc.Status == "active" && sc.CurrentPhase.EndDate <= w.clock {
		w.turn(sc, sc.Phases[len(sc.past())])
	}
}

// after is the phase that follows on another; nil when there is none.
func (sc *schedule) after(p *phase) *phase {
	if at := slices.Index(sc.Phases, p) + 1; at < len(sc.Phases) {
		return sc.Phases[at]
	}
	return nil
}

// finish ends a schedule that has gone through all of its phases.
// Source: Stripe docs, "Subscription schedules", Complete a schedule.
func (w *world) finish(sc *schedule, s *subscription) {
	if sc.EndBehavior == "release" {
		w.release(sc, s)
		return
	}
	sc.Status, sc.CompletedAt, sc.CurrentPhase = "completed", nullableTime(w.clock), nil
	w.emit("subscription_schedule.completed", sc)
	s.CanceledAt = nullableTime(w.clock)
	w.endWithPeriod(s, w.customers.find(s.Customer))
}

// release lets a subscription go on by itself, as it is.
func (w *world) release(sc *schedule, s *subscription) {
	defer w.noting("customer.subscription.updated", s)()
	sc.Status, sc.ReleasedAt, sc.CurrentPhase = "released", nullableTime(w.clock), nil
	sc.ReleasedSubscription, sc.Subscription, s.Schedule = sc.Subscription, "", ""
	w.emit("subscription_schedule.released", sc)
}

// stopSchedule ends the schedule of a subscription that has come to its end.
func (w *world) stopSchedule(s *subscription) {
	sc := w.schedules.find(string(s.Schedule))
	if sc == nil || sc.Status != "active" {
		return
	}
	sc.Status, sc.CanceledAt, sc.CurrentPhase = "canceled", nullableTime(w.clock), nil
	if s.CancellationDetails.Reason == "payment_failed" {
		w.emit("subscription_schedule.aborted", sc)
		return
	}
	w.emit("subscription_schedule.canceled", sc)
}

func releaseSchedule(c *call) (any, error) {
	sc, s, err := c.liveSchedule()
	if err != nil {
		return nil, err
	}
	c.release(sc, s)
	return sc, nil
}

// cancelSchedule ends the subscription with its schedule.
func cancelSchedule(c *call) (any, error) {
	sc, s, err := c.liveSchedule()
	if err != nil {
		return nil, err
	}
	way := ending{invoiceNow: c.boolean("invoice_now", true), prorate: c.boolean("prorate", true)}
	if c.err != nil {
		return nil, c.err
	}
	c.cancelNow(s, c.customers.find(s.Customer), way)
	return sc, nil
}

func getSchedule(c *call) (any, error) { return c.schedules.fetch(c.ids[0], "schedule") }

func listSchedules(c *call) (any, error) {
	owner, within := c.owner(), c.createdWithin()
	return list(c, c.schedules, func(o *schedule) bool { return within(o.Created) && (owner == "" || o.Customer == owner) })
}

// readUnscheduled refuses to change directly what a schedule looks after.
// Source: Stripe docs, "Subscription schedules": update the schedule instead.
func (c *call) readUnscheduled(s *subscription) {
	for _, name := range []string{"cancel_at", "cancel_at_period_end", "billing_cycle_anchor", "items"} {
		if s.Schedule != "" && (c.given(name) || len(c.form.Groups(name)) > 0) {
			c.fail(stripewire.Invalid("", name, "The subscription is managed by the subscription schedule "+string(s.Schedule)+
				", and changing "+name+" directly is not allowed. Please update or release the schedule instead."))
		}
	}
}
