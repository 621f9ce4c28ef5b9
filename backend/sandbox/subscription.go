package sandbox

import (
	"net/http"
	"time"

	"billfold/backend/stripewire"
)

// running tells whether the subscription still bills.
func (s *subscription) running() bool { return s.Status == "active" || s.Status == "past_due" }

func createSubscription(c *call) (any, error) {
	owner := needed(c, c.customers, "customer")
	s := &subscription{
		Object: "subscription", BillingCycleAnchor: c.clock, CollectionMethod: "charge_automatically", Created: c.clock,
		CurrentPeriodStart: c.clock, DefaultTaxRates: c.ratesNamed("default_tax_rates"), StartDate: c.clock, Status: "active",
		PaymentSettings: subscriptionPayment{SaveDefaultPaymentMethod: "off"},
	}
	s.TrialSettings.EndBehavior.MissingPaymentMethod = "create_invoice"
	c.readItems(s)
	c.setText(&s.Description, "description")
	c.setMetadata(&s.Metadata)
	c.readDefaultMethod(&s.DefaultPaymentMethod, owner)
	if c.err != nil {
		return nil, c.err
	}
	s.Customer = owner.ID
	if s.price() > 0 && c.methodFor(owner, s, nil) == nil {
		return nil, noMethod()
	}
	c.startSubscription(s, owner)
	return s, nil
}

func (c *call) readItems(s *subscription) {
	groups := c.form.Groups("items")
	if len(groups) == 0 {
		c.fail(stripewire.MissingParam("items"))
	}
	items := []*subscriptionItem{}
	for _, group := range groups {
		inner := &call{world: c.world, form: group}
		of := needed(inner, c.prices, "price")
		quantity := inner.quantity()
		if inner.err == nil && of.UnitAmount*quantity > maxAmount {
			inner.fail(stripewire.Invalid(stripewire.CodeParameterInvalidInteger, "items", "Invalid amount: at most eight digits."))
		}
		if inner.err != nil {
			c.fail(inner.err)
			return
		}
		if of.Recurring == nil || (len(items) > 0 && (of.Currency != s.Currency || !samePace(of, items[0].Price))) {
			c.fail(stripewire.Invalid("", "items", "The prices of a subscription must be recurring and share currency and interval."))
			return
		}
		s.Currency = of.Currency
		items = append(items, &subscriptionItem{
			Object: "subscription_item", Created: c.clock, Plan: planOf(of), Price: of, Quantity: quantity, TaxRates: []*taxRate{},
		})
	}
	s.Items.Data = items
}

func samePace(a, b *price) bool {
	return a.Recurring.Interval == b.Recurring.Interval && a.Recurring.IntervalCount == b.Recurring.IntervalCount
}

// readDefaultMethod reads a method that must belong to the owner.
func (c *call) readDefaultMethod(target *nullableText, owner *customer) {
	method := named(c, c.paymentMethods, "default_payment_method")
	if c.err != nil {
		return
	}
	if method != nil && string(method.Customer) != owner.ID {
		c.fail(stripewire.NoSuch(http.StatusBadRequest, c.paymentMethods.kind, method.ID, "default_payment_method"))
	}
	c.setText(target, "default_payment_method")
}

// startSubscription gives it its ids, bills the first period at once and plans
// the renewals.
func (w *world) startSubscription(s *subscription, owner *customer) {
	s.ID = w.newID("sub")
	for _, item := range s.Items.Data {
		item.ID, item.Subscription = w.newID("si"), s.ID
	}
	s.Items = stripewire.NewList("/v1/subscription_items?subscription="+s.ID, s.Items.Data, false)
	if len(s.Items.Data) == 1 {
		s.Plan, s.Quantity = &s.Items.Data[0].Plan, &s.Items.Data[0].Quantity
	}
	s.CurrentPeriodEnd = s.periodEnd(1)
	s.periods = 1
	w.subscriptions.add(s)
	bill := w.cycleInvoice(s, owner, "subscription_create")
	w.issue(bill)
	s.LatestInvoice = nullableText(bill.ID)
	w.finalize(bill)
	w.collect(bill)
	w.planRenewal(s)
}

// price is what one period costs before tax.
func (s *subscription) price() (sum int64) {
	for _, item := range s.Items.Data {
		sum += item.Price.UnitAmount * item.Quantity
	}
	return sum
}

// periodEnd is where the n-th period ends, reckoned from the anchor: months keep
// the day of the anchor where they have it, and end on their last day where not.
// Source: Stripe docs, "Subscription billing cycle".
func (s *subscription) periodEnd(n int) int64 {
	pace := s.Items.Data[0].Price.Recurring
	anchor := time.Unix(s.BillingCycleAnchor, 0).UTC()
	steps := n * int(pace.IntervalCount)
	switch pace.Interval {
	case "day":
		return anchor.AddDate(0, 0, steps).Unix()
	case "week":
		return anchor.AddDate(0, 0, 7*steps).Unix()
	case "year":
		steps *= 12
	}
	first := time.Date(anchor.Year(), anchor.Month()+time.Month(steps), 1, anchor.Hour(), anchor.Minute(), anchor.Second(), 0, time.UTC)
	lastDay := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(anchor.Day(), lastDay)-1).Unix()
}

func (w *world) planRenewal(s *subscription) {
	at := s.CurrentPeriodEnd
	w.plan(at, func() {
		if s.running() && s.CurrentPeriodEnd == at {
			w.renew(s)
		}
	})
}

// draftRests is how long, in seconds, a renewal's invoice stays a draft.
// Source: Stripe docs, "Subscription invoices": about an hour.
const draftRests = 3600

func (w *world) renew(s *subscription) {
	owner := w.customers.find(s.Customer)
	if s.CancelAtPeriodEnd || owner == nil {
		w.end(s)
		return
	}
	bill := w.nextInvoice(s, owner)
	s.periods++
	s.CurrentPeriodStart, s.CurrentPeriodEnd = s.CurrentPeriodEnd, s.periodEnd(s.periods)
	w.issue(bill)
	s.LatestInvoice = nullableText(bill.ID)
	w.plan(w.clock+draftRests, func() {
		if bill.Status == "draft" && w.customers.find(bill.Customer) != nil {
			w.finalize(bill)
			w.collect(bill)
		}
	})
	w.planRenewal(s)
}

// cancel ends a subscription now because somebody asked for it.
func (w *world) cancel(s *subscription) {
	s.CanceledAt = nullableTime(w.clock)
	s.CancellationDetails.Reason = "cancellation_requested"
	w.end(s)
}

func (w *world) end(s *subscription) {
	s.Status = "canceled"
	s.EndedAt = nullableTime(w.clock)
}

func updateSubscription(c *call) (any, error) {
	current, err := c.subscriptions.fetch(c.ids[0], "id")
	if err != nil {
		return nil, err
	}
	if !current.running() {
		return nil, stripewire.Invalid("", "", "A canceled subscription can only update its cancellation_details.")
	}
	changed := *current
	changed.Metadata = metadata{}
	for key, value := range current.Metadata {
		changed.Metadata[key] = value
	}
	c.setText(&changed.Description, "description")
	c.setMetadata(&changed.Metadata)
	c.readDefaultMethod(&changed.DefaultPaymentMethod, c.customers.find(current.Customer))
	c.scheduleEnd(&changed)
	if c.err != nil {
		return nil, c.err
	}
	*current = changed
	return current, nil
}

// scheduleEnd reads cancel_at_period_end, which can be set and taken back.
func (c *call) scheduleEnd(s *subscription) {
	if !c.given("cancel_at_period_end") {
		return
	}
	s.CancelAtPeriodEnd = c.boolean("cancel_at_period_end", false)
	s.CancelAt, s.CanceledAt, s.CancellationDetails = 0, 0, cancellation{}
	if s.CancelAtPeriodEnd {
		s.CancelAt, s.CanceledAt = nullableTime(s.CurrentPeriodEnd), nullableTime(c.clock)
		s.CancellationDetails.Reason = "cancellation_requested"
	}
}

func cancelSubscription(c *call) (any, error) {
	s, err := c.subscriptions.fetch(c.ids[0], "id")
	if err != nil {
		return nil, err
	}
	if !s.running() {
		return nil, stripewire.NoSuch(http.StatusNotFound, c.subscriptions.kind, s.ID, "id")
	}
	c.cancel(s)
	return s, nil
}

func getSubscription(c *call) (any, error) { return c.subscriptions.fetch(c.ids[0], "id") }

// listSubscriptions leaves out canceled ones unless a status asks for them.
// Source: Stripe API reference, "List subscriptions".
func listSubscriptions(c *call) (any, error) {
	owner, within := c.owner(), c.createdWithin()
	status := c.choice("status", "", "all", "ended", "active", "canceled", "incomplete", "incomplete_expired",
		"past_due", "paused", "trialing", "unpaid")
	of := named(c, c.prices, "price")
	return list(c, c.subscriptions, func(s *subscription) bool {
		return within(s.Created) && (owner == "" || s.Customer == owner) && s.inList(status) && (of == nil || s.bills(of))
	})
}

func (s *subscription) inList(status string) bool {
	ended := s.Status == "canceled" || s.Status == "incomplete_expired"
	switch status {
	case "":
		return s.Status != "canceled"
	case "all":
		return true
	case "ended":
		return ended
	}
	return s.Status == status
}

func (s *subscription) bills(p *price) bool {
	for _, item := range s.Items.Data {
		if item.Price == p {
			return true
		}
	}
	return false
}
