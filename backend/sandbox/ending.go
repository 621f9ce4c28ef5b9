package sandbox

import (
	"net/http"
	"slices"

	"billfold/backend/stripewire"
)

// planEnd plans a cancellation at a date.
func (w *world) planEnd(s *subscription) {
	at := s.CancelAt
	if at == 0 || s.CancelAtPeriodEnd {
		return // the end of a period comes by itself
	}
	w.plan(int64(at), func() {
		if s.CancelAt == at && !s.CancelAtPeriodEnd && !s.over() {
			w.end(s)
		}
	})
}

// cancel ends a subscription now because somebody asked for it.
func (w *world) cancel(s *subscription) {
	s.CanceledAt = nullableTime(w.clock)
	s.CancellationDetails.Reason = "cancellation_requested"
	w.end(s)
}

// end ends a subscription. What is still open stays owed, and is not collected
// any more by itself.
// Source: Stripe docs, "Cancel subscriptions": automatic collection is disabled.
func (w *world) end(s *subscription) {
	s.Status, s.EndedAt, s.PauseCollection = "canceled", nullableTime(w.clock), nil
	for _, bill := range w.invoices.items {
		if bill != nil && string(bill.Subscription) == s.ID && (bill.Status == "draft" || bill.Status == "open") {
			bill.AutoAdvance, bill.NextPaymentAttempt = false, 0
		}
	}
	w.stopSchedule(s)
	w.emit("customer.subscription.deleted", s)
}

// endWithPeriod ends a subscription as planned, once everything is billed that
// no invoice has yet: usage, and what is pending.
// Source: Stripe docs, "Cancel subscriptions".
func (w *world) endWithPeriod(s *subscription, owner *customer) {
	if owner != nil && s.running() && s.Status != "unpaid" && s.Status != "trialing" {
		pending := slices.DeleteFunc(slices.Clone(w.pending[owner.ID]), func(item *invoiceItem) bool { return !s.takes(item) })
		w.billLast(s, owner, pending)
	}
	w.end(s)
}

// takes tells whether an invoice of a subscription takes a pending item.
func (s *subscription) takes(item *invoiceItem) bool {
	return item.Currency == s.Currency && (item.Subscription == "" || string(item.Subscription) == s.ID)
}

// billLast makes the last invoice of a subscription, and collects it at once,
// since nothing is charged any more afterwards. There is none of nothing.
func (w *world) billLast(s *subscription, owner *customer, pending []*invoiceItem) {
	bill := w.emptyInvoice(s, owner, "subscription_update")
	for _, item := range pending {
		bill.Lines.all = append(bill.Lines.all, w.itemLine(item))
	}
	for _, item := range s.Items.Data {
		if item.Price.Recurring.UsageType == "metered" && item.usage(s.meteredFrom, w.clock) > 0 {
			bill.Lines.all = append(bill.Lines.all, w.cycleLine(s, item, billed{usageUntil: w.clock}))
		}
	}
	if len(bill.Lines.all) == 0 {
		return
	}
	s.meteredFrom = w.clock
	bill.grant(discountsFor(owner, s, s.Currency, w.clock))
	w.reckon(bill, owner)
	w.issue(bill)
	s.LatestInvoice = nullableText(bill.ID)
	w.closeDraft(s, bill)
}

// ending is how a subscription is cancelled at once.
// Source: Stripe API reference, "Cancel a subscription".
type ending struct {
	// invoiceNow bills what was used and what is pending for the subscription.
	invoiceNow bool
	// prorate gives back the rest of the period.
	prorate bool
}

// cancelNow ends a subscription because somebody asked for it. Without a last
// invoice, prorations that are pending go, but for the one made now.
// Source: Stripe API reference, "Cancel a subscription".
func (w *world) cancelNow(s *subscription, owner *customer, way ending) {
	isMine := func(item *invoiceItem) bool { return item.Proration && string(item.Subscription) == s.ID }
	if !way.invoiceNow {
		for _, item := range slices.Clone(w.pending[owner.ID]) {
			if isMine(item) {
				w.unpend(item)
				w.invoiceItems.remove(item.ID)
				w.emit("invoiceitem.deleted", item)
			}
		}
	}
	if way.prorate && s.paidAhead() {
		for i, whole := range discountedPrices(s, s.billedWith) {
			if back := w.proration(s, part{s.Items.Data[i], -whole, w.clock}); back.Amount != 0 {
				w.addPending(back, owner)
			}
		}
	}
	if way.invoiceNow {
		w.billLast(s, owner, slices.DeleteFunc(slices.Clone(w.pending[owner.ID]), func(item *invoiceItem) bool { return !isMine(item) }))
	}
	w.cancel(s)
}

// paidAhead tells whether the current period was billed in advance.
func (s *subscription) paidAhead() bool { return s.Status == "active" || s.Status == "past_due" }

func cancelSubscription(c *call) (any, error) {
	s, err := c.subscriptions.fetch(c.ids[0], "id")
	if err != nil {
		return nil, err
	}
	owner := c.customers.find(s.Customer)
	if s.over() || owner == nil {
		return nil, stripewire.NoSuch(http.StatusNotFound, c.subscriptions.kind, s.ID, "id")
	}
	way := ending{invoiceNow: c.boolean("invoice_now", false), prorate: c.boolean("prorate", false)}
	details := s.CancellationDetails
	c.readReason(&details)
	if c.err != nil {
		return nil, c.err
	}
	s.CancellationDetails = details
	c.cancelNow(s, owner, way)
	return s, nil
}

// readReason reads what the person said when leaving.
// Source: Stripe API reference, "Cancel a subscription", cancellation_details.
func (c *call) readReason(details *cancellation) {
	c.setText(&details.Comment, "cancellation_details[comment]")
	if c.text("cancellation_details[feedback]") == "" {
		c.setText(&details.Feedback, "cancellation_details[feedback]")
		return
	}
	details.Feedback = nullableText(c.choice("cancellation_details[feedback]", "", "customer_service", "low_quality",
		"missing_features", "other", "switched_service", "too_complex", "too_expensive", "unused"))
}
