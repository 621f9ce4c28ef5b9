package sandbox

import "billfold/backend/stripewire"

func (w *world) planRenewal(s *subscription) {
	at := s.CurrentPeriodEnd
	w.planReminder(s)
	w.plan(at, func() {
		if s.running() && s.CurrentPeriodEnd == at {
			w.renew(s)
		}
	})
}

// draftRests is how long, in seconds, a renewal's invoice stays a draft.
// Source: Stripe docs, "Subscription invoices": about an hour.
const draftRests = hour

// renew begins the next period: the trial or the subscription ends, or another
// invoice is drafted.
func (w *world) renew(s *subscription) {
	at := s.CurrentPeriodEnd
	w.turnSchedule(s)
	if s.over() || s.CurrentPeriodEnd != at {
		return // the schedule has begun something new
	}
	owner := w.customers.find(s.Customer)
	if s.endsWithPeriod() || owner == nil {
		w.endWithPeriod(s, owner)
		return
	}
	if s.Status == "trialing" && !w.outgrow(s, owner) {
		return
	}
	before := w.snapshot(s)
	bill := w.nextInvoice(s, owner)
	s.periods++
	s.CurrentPeriodStart, s.CurrentPeriodEnd = s.CurrentPeriodEnd, s.periodEnd(s.periods)
	s.meteredFrom, s.billedWith = s.CurrentPeriodStart, bill.granted
	if s.Status == "unpaid" {
		bill.AutoAdvance, bill.NextPaymentAttempt = false, 0
	}
	w.issue(bill)
	s.LatestInvoice = nullableText(bill.ID)
	w.planFinalization(s, bill)
	w.emitChange("customer.subscription.updated", s, before)
	w.planRenewal(s)
}

// planFinalization lets a draft rest for an hour. While collection is paused, it
// then goes the way the pause says.
// Source: Stripe docs, "Pause payment collection".
func (w *world) planFinalization(s *subscription, bill *invoice) {
	if s.PauseCollection != nil && s.PauseCollection.Behavior == "keep_as_draft" {
		bill.AutoAdvance, bill.NextPaymentAttempt = false, 0
	}
	w.plan(w.clock+draftRests, func() {
		if bill.Status != "draft" || !bill.AutoAdvance || w.customers.find(bill.Customer) == nil {
			return
		}
		w.closeDraft(s, bill)
	})
}

// closeDraft finalizes and collects an invoice of a subscription, or does what a
// pause says.
func (w *world) closeDraft(s *subscription, bill *invoice) {
	switch pause := s.PauseCollection; {
	case pause == nil:
		w.finalize(bill)
		w.collect(bill)
	case pause.Behavior == "keep_as_draft":
		bill.AutoAdvance, bill.NextPaymentAttempt = false, 0
	default:
		w.finalize(bill)
		w.giveAway(bill, pause.Behavior)
	}
}

// giveAway closes an invoice of a time in which collection was paused.
func (w *world) giveAway(bill *invoice, behavior string) {
	if bill.Status != "open" {
		return
	}
	bill.AutoAdvance = false
	if behavior == "void" {
		bill.Status, bill.StatusTransitions.VoidedAt = "void", nullableTime(w.clock)
		w.closeIntent(bill, "void_invoice")
		w.emit("invoice.voided", bill)
		return
	}
	bill.Status, bill.StatusTransitions.MarkedUncollectibleAt = "uncollectible", nullableTime(w.clock)
	w.emit("invoice.marked_uncollectible", bill)
}

// readTrial reads until when nothing is to be paid, and what happens then when
// there is no method.
func (c *call) readTrial(s *subscription) {
	behavior := "trial_settings[end_behavior][missing_payment_method]"
	ending := &s.TrialSettings.EndBehavior.MissingPaymentMethod
	*ending = c.choice(behavior, *ending, "cancel", "create_invoice", "pause")
	end := int64(0)
	switch text := c.text("trial_end"); {
	case c.given("trial_period_days") && text != "":
		c.fail(stripewire.Invalid(stripewire.CodeParametersExclusive, "trial_end", "You may only specify one of these parameters: trial_end, trial_period_days."))
	case c.given("trial_period_days"):
		end = c.clock + c.integer("trial_period_days", 0)*day
	case text == "now":
		end = c.clock
	case text != "":
		end = c.integer("trial_end", 0)
	default:
		return
	}
	if c.err == nil && (end < c.clock || end > c.clock+730*day) {
		c.fail(stripewire.Invalid("", "trial_end", "Invalid trial: it must end in the future, within two years."))
	}
	if end > c.clock {
		s.TrialStart, s.TrialEnd = nullableTime(c.clock), nullableTime(end)
	}
}

// trialWarning is how long before its end a trial is announced to be over.
// Source: Stripe docs, "Trial periods": three days.
const trialWarning = 3 * day

func (w *world) planTrialEnding(s *subscription) {
	end := s.TrialEnd
	if end == 0 {
		return
	}
	w.plan(max(int64(end)-trialWarning, w.clock), func() {
		if s.Status == "trialing" && s.TrialEnd == end {
			w.emit("customer.subscription.trial_will_end", s)
		}
	})
}

// outgrow ends a trial; it tells whether the subscription goes on billing.
// Source: Stripe docs, "Trial periods", trial_settings.
func (w *world) outgrow(s *subscription, owner *customer) bool {
	before := w.snapshot(s)
	missing := s.CollectionMethod == "charge_automatically" && w.methodFor(owner, s, nil) == nil
	switch ending := s.TrialSettings.EndBehavior.MissingPaymentMethod; {
	case missing && ending == "cancel":
		s.CanceledAt = nullableTime(w.clock)
		s.CancellationDetails.Reason = "cancellation_requested"
		w.end(s)
		return false
	case missing && ending == "pause":
		s.Status = "paused"
		w.emitChange("customer.subscription.paused", s, before)
		return false
	}
	s.Status = "active"
	return true
}

// resumeSubscription starts the billing of one that paused at the end of its
// trial. It begins anew with the present moment.
func resumeSubscription(c *call) (any, error) {
	s, err := c.subscriptions.fetch(c.ids[0], "id")
	if err != nil {
		return nil, err
	}
	owner := c.customers.find(s.Customer)
	c.choice("billing_cycle_anchor", "now", "now")
	if c.err != nil {
		return nil, c.err
	}
	if s.Status != "paused" || owner == nil {
		return nil, stripewire.Invalid("", "", "This subscription cannot be resumed: only one that is paused can. This one is "+s.Status+".")
	}
	if c.methodFor(owner, s, nil) == nil {
		return nil, noMethod()
	}
	before := c.snapshot(s)
	s.Status = "active"
	c.restart(s)
	c.billNow(s, owner, "subscription_cycle")
	c.emitChange("customer.subscription.resumed", s, before)
	return s, nil
}

// restart makes the present moment the anchor of the periods.
func (w *world) restart(s *subscription) {
	s.BillingCycleAnchor, s.CurrentPeriodStart, s.periods = w.clock, w.clock, 1
	s.CurrentPeriodEnd = s.periodEnd(1)
	w.planRenewal(s)
}

// billNow makes the invoice of the current period, and collects it at once.
func (w *world) billNow(s *subscription, owner *customer, reason string) *invoice {
	bill := w.cycleInvoice(s, owner, reason)
	w.issue(bill)
	s.LatestInvoice = nullableText(bill.ID)
	w.finalizeAndCollect(bill)
	return bill
}
