package sandbox

import (
	"net/http"
	"time"

	"billfold/backend/stripewire"
)

// running tells whether the subscription still bills, or will after its trial.
func (s *subscription) running() bool {
	return s.Status == "active" || s.Status == "past_due" || s.Status == "trialing" || s.Status == "unpaid"
}

// over tells whether the subscription has come to its end, for good.
func (s *subscription) over() bool {
	return s.Status == "canceled" || s.Status == "incomplete_expired"
}

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
	c.readSent(s)
	c.readTrial(s)
	if c.err == nil {
		s.beginPeriods()
	}
	c.scheduleEnd(s)
	s.Discount = discountOf(c.readCoupon("coupon", s.Currency))
	first := firstPayment{
		behavior: c.choice("payment_behavior", "allow_incomplete", "allow_incomplete", "default_incomplete", "error_if_incomplete"),
		present:  !c.boolean("off_session", false),
	}
	if c.err != nil {
		return nil, c.err
	}
	s.Customer = owner.ID
	if err := c.payable(s, owner, first); err != nil {
		return nil, err
	}
	c.startSubscription(s, owner, first)
	return s, nil
}

// firstPayment is how the first invoice of a subscription is to be paid.
// Source: Stripe API reference, "Create a subscription", payment_behavior.
type firstPayment struct {
	behavior string
	present  bool
}

// payable refuses a subscription that has to be paid at once and cannot be.
func (c *call) payable(s *subscription, owner *customer, first firstPayment) error {
	if s.CollectionMethod != "charge_automatically" || c.firstPrice(s, owner) == 0 || s.TrialEnd != 0 || first.behavior == "default_incomplete" {
		return nil
	}
	method := c.methodFor(owner, s, nil)
	if method == nil {
		return noMethod()
	}
	if first.behavior == "error_if_incomplete" {
		return asError(attempt{method: method, present: first.present}.foresee(c.clock))
	}
	return nil
}

// foresee tells how a charge would end, without making it.
func (a attempt) foresee(at int64) *stripewire.Error {
	if a.mustConfirm() {
		return cardError("subscription_payment_intent_requires_action", "", "Payment for this subscription requires additional user action before it can be completed successfully.")
	}
	if code := a.method.refusal(at); code != "" {
		return declined(code)
	}
	return nil
}

// asError keeps "no error" from becoming an error that is nil inside.
func asError(e *stripewire.Error) error {
	if e == nil {
		return nil
	}
	return e
}

func (c *call) readItems(s *subscription) {
	groups := c.form.Groups("items")
	if len(groups) == 0 {
		c.fail(stripewire.MissingParam("items"))
	}
	items := []*subscriptionItem{}
	for _, group := range groups {
		item := c.readItem(group, nil)
		if c.err != nil {
			return
		}
		items = append(items, item)
	}
	s.Items.Data = items
	c.checkItems(s)
}

// readItem reads what one element of items asks for: of a new item, or of one
// that is there.
func (c *call) readItem(group stripewire.Form, old *subscriptionItem) *subscriptionItem {
	inner := &call{world: c.world, form: group}
	item := &subscriptionItem{Object: "subscription_item", Created: c.clock, TaxRates: []*taxRate{}}
	if old != nil {
		twin := *old
		item = &twin
	} else {
		inner.required("price")
	}
	if of := named(inner, c.prices, "price"); of != nil {
		item.Price = of
	}
	switch {
	case inner.err != nil:
	case item.Price.Recurring == nil:
		inner.fail(stripewire.Invalid("", "items", "The prices of a subscription must be recurring and share currency and interval."))
	case item.Price.Recurring.UsageType == "metered":
		if inner.given("quantity") {
			inner.fail(stripewire.Invalid("", "items", "A quantity cannot be set for a metered price: report usage instead."))
		}
		item.Quantity = 0
	case inner.given("quantity") || item.Quantity == 0:
		item.Quantity = inner.quantity()
	}
	if inner.err != nil {
		c.fail(inner.err)
		return nil
	}
	if item.Price.UnitAmount*item.Quantity > maxAmount {
		c.fail(stripewire.Invalid(stripewire.CodeParameterInvalidInteger, "items", "Invalid amount: at most eight digits."))
	}
	item.Plan = planOf(item.Price)
	return item
}

// checkItems holds the items of a subscription against each other, and takes the
// currency from them.
func (c *call) checkItems(s *subscription) {
	if c.err != nil {
		return
	}
	for _, item := range s.Items.Data {
		first := s.Items.Data[0].Price
		if item.Price.Currency != first.Currency || !samePace(item.Price, first) || (s.Currency != "" && s.Currency != first.Currency) {
			c.fail(stripewire.Invalid("", "items", "The prices of a subscription must be recurring and share currency and interval."))
			return
		}
	}
	s.Currency = s.Items.Data[0].Price.Currency
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

// readSent reads whether invoices are charged or sent, and when those are due.
func (c *call) readSent(s *subscription) {
	s.CollectionMethod = c.choice("collection_method", s.CollectionMethod, "charge_automatically", "send_invoice")
	if c.given("days_until_due") {
		days := c.integer("days_until_due", 0)
		s.DaysUntilDue = &days
		if days < 0 || days > 365 {
			c.fail(stripewire.Invalid("", "days_until_due", "Invalid days_until_due: must be between 0 and 365."))
		}
	}
	switch sent := s.CollectionMethod == "send_invoice"; {
	case sent && s.DaysUntilDue == nil:
		c.fail(stripewire.MissingParam("days_until_due"))
	case !sent && c.given("days_until_due"):
		c.fail(stripewire.Invalid("", "days_until_due", "You can only set days_until_due if collection_method is send_invoice."))
	case !sent:
		s.DaysUntilDue = nil
	}
}

// startSubscription gives it its ids, bills the first period at once and plans
// what comes by itself.
func (w *world) startSubscription(s *subscription, owner *customer, first firstPayment) {
	s.ID = w.newID("sub")
	w.nameItems(s)
	w.subscriptions.add(s)
	if fresh := s.Discount; fresh != nil {
		s.Discount = nil
		w.discountSubscription(s, fresh)
	}
	if s.TrialEnd != 0 {
		s.Status = "trialing"
	}
	bill := w.cycleInvoice(s, owner, "subscription_create")
	w.issue(bill)
	s.LatestInvoice = nullableText(bill.ID)
	if s.CollectionMethod == "send_invoice" && bill.AmountDue > 0 {
		w.planFinalization(s, bill)
	} else {
		w.payFirst(s, bill, first)
	}
	w.emit("customer.subscription.created", s)
	w.planTrialEnding(s)
	w.planRenewal(s)
	w.planEnd(s)
}

// nameItems gives new items their ids, and writes what Stripe repeats of a single
// item on the subscription itself.
func (w *world) nameItems(s *subscription) {
	for _, item := range s.Items.Data {
		if item.ID == "" {
			item.ID, item.Subscription = w.newID("si"), s.ID
		}
	}
	s.Items = stripewire.NewList("/v1/subscription_items?subscription="+s.ID, s.Items.Data, false)
	s.Plan, s.Quantity = nil, nil
	if len(s.Items.Data) == 1 {
		only := s.Items.Data[0]
		s.Plan = &only.Plan
		if only.Quantity > 0 {
			s.Quantity = &only.Quantity
		}
	}
}

// signUpLasts is how long a first payment may take before the sign-up lapses.
// Source: Stripe docs, "Subscription statuses": 23 hours.
const signUpLasts = 23 * hour

func (w *world) payFirst(s *subscription, bill *invoice, first firstPayment) {
	w.finalize(bill)
	if bill.Status == "paid" {
		return
	}
	s.Status = "incomplete"
	bill.AutoAdvance = false
	w.plan(w.clock+signUpLasts, func() {
		if s.Status == "incomplete" {
			w.lapse(s, bill)
		}
	})
	if first.behavior != "default_incomplete" {
		w.tryNow(bill, first.present)
		return
	}
	if method := w.methodFor(w.customers.find(s.Customer), s, bill); method != nil {
		intent := w.intentOf(bill)
		intent.Status, intent.PaymentMethod = "requires_confirmation", nullableText(method.ID)
	}
}

// lapse ends a sign-up whose first payment never came.
func (w *world) lapse(s *subscription, bill *invoice) {
	before := w.snapshot(s)
	if bill.Status == "open" {
		bill.Status, bill.StatusTransitions.VoidedAt = "void", nullableTime(w.clock)
		w.closeIntent(bill, "void_invoice")
		w.emit("invoice.voided", bill)
	}
	s.Status, s.EndedAt = "incomplete_expired", nullableTime(w.clock)
	w.emitChange("customer.subscription.updated", s, before)
}

// price is what one period costs before tax and usage.
func (s *subscription) price() (sum int64) {
	for _, item := range s.Items.Data {
		sum += item.Price.UnitAmount * item.Quantity
	}
	return sum
}

// firstPrice is price less the discounts of the present.
func (w *world) firstPrice(s *subscription, owner *customer) (sum int64) {
	for _, price := range discountedPrices(s, discountsFor(owner, s, s.Currency, w.clock)) {
		sum += price
	}
	return sum
}

// beginPeriods sets the first period: the trial, or one from the anchor.
func (s *subscription) beginPeriods() {
	if s.TrialEnd != 0 {
		s.BillingCycleAnchor, s.CurrentPeriodEnd, s.periods = int64(s.TrialEnd), int64(s.TrialEnd), 0
		return
	}
	s.CurrentPeriodEnd, s.periods = s.periodEnd(1), 1
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
	return monthsAfter(s.BillingCycleAnchor, steps)
}

// monthsAfter is the same day and time some months later, or the last day of a
// month that does not have it.
func monthsAfter(at int64, months int) int64 {
	from := time.Unix(at, 0).UTC()
	first := time.Date(from.Year(), from.Month()+time.Month(months), 1, from.Hour(), from.Minute(), from.Second(), 0, time.UTC)
	lastDay := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(from.Day(), lastDay)-1).Unix()
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
	switch status {
	case "":
		return s.Status != "canceled"
	case "all":
		return true
	case "ended":
		return s.over()
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

func listSubscriptionItems(c *call) (any, error) {
	s := needed(c, c.subscriptions, "subscription")
	p := c.paging()
	if c.err != nil {
		return nil, c.err
	}
	all := inLine("subscription item", s.Items.Data, func(o *subscriptionItem) string { return o.ID })
	page, more, err := pageOf(p, all, func(*subscriptionItem) bool { return true })
	if err != nil {
		return nil, err
	}
	return stripewire.NewList(c.path, page, more), nil
}
