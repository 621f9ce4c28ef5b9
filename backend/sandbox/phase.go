package sandbox

import (
	"time"

	"billfold/backend/stripewire"
)

// maxPhases is how many phases a schedule can have.
// Source: Stripe docs, "Subscription schedules".
const maxPhases = 10

// phaseOf is the current period of a subscription as a phase.
func phaseOf(s *subscription) *phase {
	p := newPhase(s.Currency)
	p.StartDate, p.EndDate = s.CurrentPeriodStart, s.CurrentPeriodEnd
	if s.Status == "trialing" {
		p.TrialEnd = s.TrialEnd
	}
	if s.Discount != nil {
		p.takeCoupon(s.Discount.Coupon)
	}
	for _, item := range s.Items.Data {
		p.Items = append(p.Items, &phaseItem{Price: item.Price.ID, Quantity: item.Quantity, TaxRates: []*taxRate{}})
	}
	return p
}

func newPhase(currency string) *phase {
	return &phase{AddInvoiceItems: []struct{}{}, Currency: currency, DefaultTaxRates: []*taxRate{}, ProrationBehavior: "create_prorations"}
}

func (p *phase) takeCoupon(of *coupon) {
	if of != nil {
		p.coupon, p.Coupon = of, nullableText(of.ID)
	}
}

// readPhases reads the current phase and those that are to follow; nil when none
// are given. Each begins where the one before it ends.
func (c *call) readPhases(sc *schedule, s *subscription) (phases []*phase) {
	groups := c.form.Groups("phases")
	if len(groups) > maxPhases {
		c.fail(stripewire.Invalid("", "phases", "A schedule has at most 10 phases."))
	}
	start := sc.CurrentPhase.StartDate
	for i, group := range groups {
		inner := &call{world: c.world, form: group}
		given := inner.integer("start_date", 0)
		if (i == 0 || inner.given("start_date")) && given != start && inner.err == nil {
			inner.fail(stripewire.Invalid("", "phases", "The first phase must have the start_date of the current one, and each other that of the end of the phase before."))
		}
		p := inner.readPhase(s, start)
		if inner.err != nil {
			c.fail(inner.err)
			return nil
		}
		phases, start = append(phases, p), p.EndDate
	}
	return phases
}

func (c *call) readPhase(s *subscription, start int64) *phase {
	p := newPhase(s.Currency)
	p.StartDate = start
	p.ProrationBehavior = c.choice("proration_behavior", p.ProrationBehavior, "create_prorations", "always_invoice", "none")
	if s.Discount != nil && c.text("coupon") == s.Discount.Coupon.ID {
		p.takeCoupon(s.Discount.Coupon) // which it has, and need not redeem again
	} else {
		p.takeCoupon(c.readCoupon("coupon", s.Currency))
	}
	twin := s.twin()
	c.readItems(twin)
	if c.err != nil {
		return nil
	}
	for _, item := range twin.Items.Data {
		p.Items = append(p.Items, &phaseItem{Price: item.Price.ID, Quantity: item.Quantity, TaxRates: []*taxRate{}})
	}
	iterations := c.integer("iterations", 1)
	switch {
	case c.given("iterations") && c.given("end_date"):
		c.fail(stripewire.Invalid(stripewire.CodeParametersExclusive, "phases", "You may only specify one of these parameters: iterations, end_date."))
	case c.given("end_date"):
		p.EndDate = c.integer("end_date", 0)
	case iterations < 1 || iterations > 120:
		c.fail(stripewire.Invalid("", "phases", "Invalid iterations: must be between 1 and 120."))
	default:
		p.EndDate = s.after(start, int(iterations), twin.Items.Data[0].Price)
	}
	if c.err == nil && (p.EndDate <= start || p.EndDate <= c.clock || p.EndDate > start+10*366*day) {
		c.fail(stripewire.Invalid("", "phases", "A phase must end after it begins, in the future, within ten years."))
	}
	return p
}

// after is some periods after a moment. Where the moment is the beginning of a
// period of the same pace, so is the result.
func (s *subscription) after(start int64, count int, of *price) int64 {
	if samePace(s.Items.Data[0].Price, of) {
		for n := s.periods - 1; n < s.periods+maxPhases*120 && s.periodEnd(n) <= start; n++ {
			if s.periodEnd(n) == start {
				return s.periodEnd(n + count)
			}
		}
	}
	alone := subscription{BillingCycleAnchor: start}
	alone.Items.Data = []*subscriptionItem{{Price: of}}
	return alone.periodEnd(count)
}

// live makes a subscription what it is to be in a phase.
// Source: Stripe docs, "Subscription schedules", Transition to the next phase.
func (w *world) live(s *subscription, p *phase, behavior string) {
	owner := w.customers.find(s.Customer)
	if owner == nil || !s.running() {
		return
	}
	changed := s.twin()
	w.takePhase(changed, p)
	way := change{made: !sameItems(s, changed), behavior: behavior, at: max(min(w.clock, s.CurrentPeriodEnd), s.CurrentPeriodStart)}
	way.restart = way.made && s.mustRestart(changed)
	before := w.snapshot(s)
	w.changeTo(s, changed, way)
	w.emitChange("customer.subscription.updated", s, before)
}

// takePhase gives a twin the items and the discount of a phase. An item whose
// price is kept stays the same item.
func (w *world) takePhase(changed *subscription, p *phase) {
	var items []*subscriptionItem
	for _, wanted := range p.Items {
		item := &subscriptionItem{Object: "subscription_item", Created: w.clock, TaxRates: []*taxRate{}}
		for _, old := range changed.Items.Data {
			if old.Price.ID == wanted.Price {
				twin := *old
				item = &twin
			}
		}
		if item.ID == "" {
			item.Price = w.prices.find(wanted.Price)
			item.Plan = planOf(item.Price)
		}
		item.Quantity = wanted.Quantity
		items = append(items, item)
	}
	changed.Items.Data = items
	if had := changed.Discount; had == nil || had.Coupon != p.coupon {
		changed.Discount = discountOf(p.coupon)
	}
}

func sameItems(a, b *subscription) bool {
	if len(a.Items.Data) != len(b.Items.Data) {
		return false
	}
	for i, item := range a.Items.Data {
		if other := b.Items.Data[i]; other.ID != item.ID || !other.same(item) {
			return false
		}
	}
	return true
}

// asScheduled makes a twin what it will be at the end of its period. It tells
// whether it goes on then.
func (w *world) asScheduled(changed *subscription) bool {
	sc := w.schedules.find(string(changed.Schedule))
	if sc == nil || sc.Status != "active" || sc.CurrentPhase.EndDate > changed.CurrentPeriodEnd {
		return true
	}
	p := sc.Phases[len(sc.past())]
	for p != nil && p.EndDate <= changed.CurrentPeriodEnd {
		p = sc.after(p)
	}
	if p == nil {
		return sc.EndBehavior == "release"
	}
	paced := changed.Items.Data[0].Price
	w.takePhase(changed, p)
	if d := changed.Discount; d != nil && d.ID == "" {
		d.ID, d.Start = "di_tmp_"+w.digest("phase/"+sc.ID+"/"+time.Unix(p.StartDate, 0).UTC().String(), longID), p.StartDate
	}
	if !samePace(paced, changed.Items.Data[0].Price) {
		changed.BillingCycleAnchor, changed.periods = changed.CurrentPeriodEnd, 0
	}
	return true
}
