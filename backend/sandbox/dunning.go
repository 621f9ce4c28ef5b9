package sandbox

import "billfold/backend/stripewire"

// dunning is what the merchant has chosen to happen after a payment failed. The
// tries are spread evenly: Stripe picks their times by what it knows of banks.
// Source: Stripe docs, "Automate payment retries": 8 tries in 2 weeks.
type dunning struct {
	tries  int64
	within int64  // seconds from the first failure to the last try
	end    string // cancel, unpaid or past_due: what becomes of the subscription
	// sentWithin is how many seconds an invoice that was sent may be past due
	// before the same end.
	sentWithin int64
}

const (
	hour = int64(3600)
	day  = 24 * hour
)

var usualDunning = dunning{tries: 8, within: 14 * day, end: "cancel", sentWithin: 30 * day}

// confirmationLasts is how long a payment waits for its owner's confirmation
// before the subscription ends as after the last try. It is not retried.
// Source: Stripe docs, "Manage payments that require confirmation": 15 days.
const confirmationLasts = 15 * day

// collect charges an open invoice automatically, for the first time.
func (w *world) collect(bill *invoice) {
	if bill.Status != "open" || bill.CollectionMethod != "charge_automatically" {
		return
	}
	defer w.noting("invoice.updated", bill)()
	w.tryNow(bill, false)
	if bill.Status == "open" {
		w.behind(bill)
		w.emitUnpaid(bill)
	}
}

// tryNow is one automatic attempt. Without a method there is nothing to charge,
// which counts as one too.
func (w *world) tryNow(bill *invoice, present bool) {
	bill.Attempted = true
	bill.AttemptCount++
	method := w.methodFor(w.customers.find(bill.Customer), w.subscriptions.find(string(bill.Subscription)), bill)
	if method != nil && method.ID != bill.refusedMethod {
		_ = w.charge(bill, attempt{method: method, present: present}) // the invoice and its payment say how it ended
	}
}

// behind notes that an open invoice could not be paid: the subscription falls
// behind, and the next try is planned.
func (w *world) behind(bill *invoice) {
	s := w.subscriptions.find(string(bill.Subscription))
	if s != nil && (s.Status == "active" || s.Status == "trialing") {
		defer w.noting("customer.subscription.updated", s)()
		s.Status = "past_due"
	}
	if bill.failedAt == 0 && bill.AutoAdvance && (s == nil || s.Status == "past_due") {
		bill.failedAt = w.clock
		w.planRetry(bill)
	}
}

// planRetry plans the next try, or what comes after the last.
func (w *world) planRetry(bill *invoice) {
	bill.NextPaymentAttempt, bill.retryAt = 0, 0
	switch intent := w.intents.find(string(bill.PaymentIntent)); {
	case intent != nil && intent.Status == "requires_action":
		w.giveUpAt(bill, bill.failedAt+confirmationLasts)
	case bill.retries >= w.dunning.tries:
		w.giveUp(bill)
	default:
		bill.retries++
		at := max(bill.failedAt+w.dunning.within*bill.retries/w.dunning.tries, w.clock)
		bill.retryAt = at
		if w.triesAgain(bill) {
			bill.NextPaymentAttempt = nullableTime(at)
		}
		w.plan(at, func() { w.retry(bill, at) })
	}
}

// triesAgain tells whether a try will be more than a date that passes.
// Source: Stripe docs, "Automate payment retries": not without a method, and not
// on cards issued in India.
func (w *world) triesAgain(bill *invoice) bool {
	method := w.methodFor(w.customers.find(bill.Customer), w.subscriptions.find(string(bill.Subscription)), bill)
	return method != nil && (method.Card == nil || method.Card.Country != "IN")
}

func (w *world) retry(bill *invoice, at int64) {
	if bill.retryAt != at || bill.Status != "open" || !bill.AutoAdvance || w.customers.find(bill.Customer) == nil {
		return
	}
	defer w.noting("invoice.updated", bill)()
	tries := w.triesAgain(bill)
	if tries {
		w.tryNow(bill, false)
	}
	if bill.Status == "open" {
		w.planRetry(bill)
		if tries {
			w.emitUnpaid(bill)
		}
	}
}

func (w *world) giveUpAt(bill *invoice, at int64) {
	bill.retryAt = at
	w.plan(at, func() {
		if bill.retryAt == at && bill.Status == "open" && bill.AutoAdvance {
			w.giveUp(bill)
		}
	})
}

// planDue makes a subscription fall behind when an invoice that was sent is not
// paid in time, and ends it as after the last try when it is not paid for long.
// Source: Stripe docs, "Manage failed payments": invoices that are past due.
func (w *world) planDue(bill *invoice) {
	if bill.CollectionMethod != "send_invoice" || bill.DueDate == 0 {
		return
	}
	w.plan(int64(bill.DueDate), func() {
		s := w.subscriptions.find(string(bill.Subscription))
		if s != nil && bill.Status == "open" && s.Status == "active" {
			before := w.snapshot(s)
			s.Status = "past_due"
			w.emitChange("customer.subscription.updated", s, before)
		}
	})
	w.plan(int64(bill.DueDate)+w.dunning.sentWithin, func() {
		if bill.Status == "open" && bill.Subscription != "" {
			w.giveUp(bill)
		}
	})
}

// giveUp does what the merchant chose for the end of all tries. The invoice stays
// open and can still be paid by hand.
func (w *world) giveUp(bill *invoice) {
	defer w.noting("invoice.updated", bill)()
	bill.AutoAdvance, bill.NextPaymentAttempt = false, 0
	s := w.subscriptions.find(string(bill.Subscription))
	if s == nil || s.Status != "past_due" {
		return
	}
	switch w.dunning.end {
	case "cancel":
		s.CanceledAt = nullableTime(w.clock)
		s.CancellationDetails.Reason = "payment_failed"
		w.end(s)
	case "unpaid":
		defer w.noting("customer.subscription.updated", s)()
		s.Status = "unpaid"
	}
}

// catchUp looks whether a subscription that had fallen behind is all right again
// now that an invoice of it is settled: the newest one decides. A subscription
// that is unpaid needs its very newest, drafts included.
// Source: Stripe docs, "Subscription statuses".
func (w *world) catchUp(s *subscription) {
	defer w.noting("customer.subscription.updated", s)()
	switch s.Status {
	case "incomplete", "past_due":
		if newest := w.newestIssued(s); newest == nil || newest.Status == "paid" || newest.Status == "void" {
			s.Status = "active"
		}
	case "unpaid":
		if newest := w.invoices.find(string(s.LatestInvoice)); newest != nil && newest.Status == "paid" {
			s.Status = "active"
		}
	}
}

// newestIssued is the newest invoice of a subscription that is no draft and was
// not voided; nil when there is none.
func (w *world) newestIssued(s *subscription) *invoice {
	for i := len(s.issued) - 1; i >= 0; i-- {
		if bill := w.invoices.find(s.issued[i]); bill != nil && bill.Status != "void" {
			return bill
		}
	}
	return nil
}

// setDunning changes what happens after a payment failed, from the next failure
// on. It is the sandbox's own: at Stripe it is chosen in the dashboard.
func setDunning(c *call) (any, error) {
	chosen := dunning{
		tries: c.integer("tries", c.dunning.tries), within: c.integer("days", c.dunning.within/day) * day,
		end: c.choice("end", c.dunning.end, "cancel", "unpaid", "past_due"), sentWithin: c.integer("days_past_due", c.dunning.sentWithin/day) * day,
	}
	if c.err == nil && (chosen.tries < 0 || chosen.tries > 12 || chosen.within < day || chosen.within > 60*day ||
		chosen.sentWithin < day || chosen.sentWithin > 90*day) {
		c.fail(stripewire.Invalid("", "tries", "Invalid dunning: 0 to 12 tries within 1 to 60 days, and 1 to 90 days past due."))
	}
	if c.err != nil {
		return nil, c.err
	}
	c.dunning = chosen
	return struct {
		Object      string `json:"object"`
		Tries       int64  `json:"tries"`
		Days        int64  `json:"days"`
		End         string `json:"end"`
		DaysPastDue int64  `json:"days_past_due"`
	}{"_sandbox.dunning", chosen.tries, chosen.within / day, chosen.end, chosen.sentWithin / day}, nil
}
