package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"billfold/backend/stripewire"
)

// change is how a subscription goes from one plan to another.
type change struct {
	made bool
	// behavior is create_prorations, always_invoice or none.
	behavior string
	// at is the moment the old plan stops counting.
	at int64
	// restart tells that the periods begin anew with the present moment.
	restart bool
}

// twin is a subscription that can be changed without the other noticing.
func (s *subscription) twin() *subscription {
	other := *s
	other.Metadata = maps.Clone(s.Metadata)
	other.Items.Data = slices.Clone(s.Items.Data)
	return &other
}

func updateSubscription(c *call) (any, error) {
	current, err := c.subscriptions.fetch(c.ids[0], "id")
	if err != nil {
		return nil, err
	}
	owner := c.customers.find(current.Customer)
	if current.over() || owner == nil {
		return nil, stripewire.Invalid("", "", "A canceled subscription can only update its cancellation_details.")
	}
	changed := current.twin()
	c.readUnscheduled(current)
	c.setText(&changed.Description, "description")
	c.setMetadata(&changed.Metadata)
	c.readDefaultMethod(&changed.DefaultPaymentMethod, owner)
	if c.given("default_tax_rates") || c.form.List("default_tax_rates") != nil {
		changed.DefaultTaxRates = c.ratesNamed("default_tax_rates")
	}
	c.readSent(changed)
	c.scheduleEnd(changed)
	c.readReason(&changed.CancellationDetails)
	c.readPause(changed)
	if c.given("coupon") {
		changed.Discount = discountOf(c.readCoupon("coupon", current.Currency))
	}
	trial := c.readNewTrial(current)
	way := c.readChange(current, changed, "")
	if c.err != nil {
		return nil, c.err
	}
	if err := c.affordable(changed, owner, way); err != nil {
		return nil, err
	}
	before := c.snapshot(current)
	c.changeTo(current, changed, way)
	c.applyTrial(current, owner, trial)
	c.planEnd(current)
	c.planResuming(current)
	c.emitChange("customer.subscription.updated", current, before)
	return current, nil
}

// changeTo makes a subscription like its changed twin.
func (w *world) changeTo(current, changed *subscription, way change) {
	items := w.prorations(current, changed, way)
	old, fresh := current.Discount, changed.Discount
	*current = *changed
	if fresh != old {
		current.Discount = old
		w.discountSubscription(current, fresh)
	}
	w.takeEffect(current, way, items)
}

// affordable refuses a change whose invoice cannot be paid, when that is asked
// for.
func (c *call) affordable(s *subscription, owner *customer, way change) error {
	behavior := c.choice("payment_behavior", "allow_incomplete", "allow_incomplete", "error_if_incomplete")
	if c.err != nil || behavior != "error_if_incomplete" || (!way.restart && way.behavior != "always_invoice") {
		return c.err
	}
	method := c.methodFor(owner, s, nil)
	if method == nil {
		return noMethod()
	}
	return asError(attempt{method: method, present: !c.boolean("off_session", false)}.foresee(c.clock))
}

// readChange reads which items a subscription is to have. prefix is what stands
// before the names of the parameters; a preview has one.
func (c *call) readChange(current, changed *subscription, prefix string) change {
	way := change{
		behavior: c.choice(prefix+"proration_behavior", "create_prorations", "create_prorations", "always_invoice", "none"),
		at:       c.integer(prefix+"proration_date", c.clock),
		restart:  c.choice(prefix+"billing_cycle_anchor", "unchanged", "unchanged", "now") == "now",
	}
	for _, group := range c.form.Groups(prefix + "items") {
		c.changeItem(changed, group)
	}
	way.made = way.restart || len(c.form.Groups(prefix+"items")) > 0
	switch {
	case c.err != nil || !way.made:
		return way
	case len(changed.Items.Data) == 0:
		c.fail(stripewire.Invalid("", "items", "A subscription must have at least one item: cancel it instead."))
		return way
	case !current.running():
		c.fail(stripewire.Invalid("", "items", "The items of a subscription that is "+current.Status+" cannot be changed."))
	case way.at < current.CurrentPeriodStart || way.at > current.CurrentPeriodEnd:
		c.fail(stripewire.Invalid("", prefix+"proration_date", "The proration date must be within the current period."))
	}
	c.checkItems(changed)
	if c.err == nil {
		way.restart = current.Status != "trialing" && (way.restart || current.mustRestart(changed))
	}
	return way
}

// mustRestart tells whether a change begins the periods anew by itself: to another
// pace, or from a plan that was free.
func (s *subscription) mustRestart(changed *subscription) bool {
	freeUntilNow := s.price() == 0 && changed.price() > 0
	return s.Status != "trialing" && (freeUntilNow || !samePace(s.Items.Data[0].Price, changed.Items.Data[0].Price))
}

// changeItem changes, adds or takes away one item of a twin.
func (c *call) changeItem(changed *subscription, group stripewire.Form) {
	id, named := group.Get("id")
	if !named {
		if item := c.readItem(group, nil); item != nil {
			changed.Items.Data = append(changed.Items.Data, item)
		}
		return
	}
	at := slices.IndexFunc(changed.Items.Data, func(item *subscriptionItem) bool { return item.ID == id })
	if at < 0 {
		c.fail(stripewire.NoSuch(http.StatusBadRequest, "subscription_item", id, "items"))
		return
	}
	if gone, _ := group.Get("deleted"); gone == "true" {
		changed.Items.Data = slices.Delete(changed.Items.Data, at, at+1)
		return
	}
	if item := c.readItem(group, changed.Items.Data[at]); item != nil {
		changed.Items.Data[at] = item
	}
}

// prorations is what a change gives back of the old items and asks for the new
// ones, by the second. They have no ids yet.
// Source: Stripe docs, "Prorations".
func (w *world) prorations(current, changed *subscription, way change) []*invoiceItem {
	if !way.made || way.behavior == "none" || current.Status == "trialing" || current.Status == "unpaid" {
		return nil
	}
	owner := w.customers.find(current.Customer)
	given := discountedPrices(current, current.billedWith)
	asked := discountedPrices(changed, discountsFor(owner, changed, current.Currency, way.at))
	var items []*invoiceItem
	for i, old := range current.Items.Data {
		at := slices.IndexFunc(changed.Items.Data, func(fresh *subscriptionItem) bool { return fresh.ID == old.ID })
		if at >= 0 && !way.restart && changed.Items.Data[at].same(old) {
			continue
		}
		items = append(items, w.proration(current, part{old, -given[i], way.at}))
		if at >= 0 && !way.restart {
			items = append(items, w.proration(current, part{changed.Items.Data[at], asked[at], way.at}))
		}
	}
	for i, fresh := range changed.Items.Data {
		if fresh.ID == "" && !way.restart {
			items = append(items, w.proration(current, part{fresh, asked[i], way.at}))
		}
	}
	return slices.DeleteFunc(items, func(item *invoiceItem) bool { return item.Amount == 0 })
}

// same tells whether two items cost the same.
func (item *subscriptionItem) same(other *subscriptionItem) bool {
	return item.Price == other.Price && item.Quantity == other.Quantity
}

func itemOf(s *subscription, id string) *subscriptionItem {
	for _, item := range s.Items.Data {
		if item.ID == id {
			return item
		}
	}
	return nil
}

// part is an item from a moment on to the end of the period. whole is what it
// costs for all of the period, less discounts; negative when it is given back.
type part struct {
	of        *subscriptionItem
	whole, at int64
}

// proration is one item for the rest of the current period.
func (w *world) proration(s *subscription, p part) *invoiceItem {
	of, at := p.of, p.at
	amount := shareOf(p.whole, s.CurrentPeriodEnd-at, s.CurrentPeriodEnd-s.CurrentPeriodStart)
	words := "Remaining time on "
	if p.whole < 0 {
		words = "Unused time on "
	}
	if of.Quantity > 1 {
		words += strconv.FormatInt(of.Quantity, 10) + " × "
	}
	words += w.products.find(of.Price.Product).Name + " after " + time.Unix(at, 0).UTC().Format("02 Jan 2006")
	item := &invoiceItem{
		Object: "invoiceitem", Amount: amount, Currency: s.Currency, Customer: s.Customer, Date: w.clock, Description: nullableText(words),
		Discounts: []string{}, Period: period{Start: at, End: s.CurrentPeriodEnd}, Price: of.Price, Proration: true,
		Quantity: max(of.Quantity, 1), Subscription: nullableText(s.ID), TaxRates: []*taxRate{},
	}
	item.UnitAmount = amount / item.Quantity
	item.UnitAmountDecimal = unitPrice(amount, item.Quantity)
	return item
}

// takeEffect makes what a change brings with it: items for the next invoice, or
// an invoice now.
func (w *world) takeEffect(s *subscription, way change, items []*invoiceItem) {
	owner := w.customers.find(s.Customer)
	w.nameItems(s)
	for _, item := range items {
		w.addPending(item, owner)
	}
	switch {
	case way.restart && way.made:
		w.restart(s)
		w.billNow(s, owner, "subscription_update")
	case way.behavior == "always_invoice" && len(items) > 0:
		w.billItems(s, owner)
	}
	if s.CancelAtPeriodEnd {
		s.CancelAt = nullableTime(s.CurrentPeriodEnd)
	}
}

// addPending lets an item wait for the owner's next invoice.
func (w *world) addPending(item *invoiceItem, owner *customer) {
	item.ID = w.newID("ii")
	w.invoiceItems.add(item)
	w.pending[owner.ID] = append(w.pending[owner.ID], item)
	w.emit("invoiceitem.created", item)
}

// billItems invoices what is pending for a subscription, and nothing else.
func (w *world) billItems(s *subscription, owner *customer) {
	bill := w.subscriptionInvoice(s, owner, "subscription_update", billed{at: w.clock, itemsOnly: true})
	w.issue(bill)
	s.LatestInvoice = nullableText(bill.ID)
	w.finalizeAndCollect(bill)
}

// scheduleEnd reads when a subscription is to end, which can be set and taken
// back.
func (c *call) scheduleEnd(s *subscription) {
	date, dated := c.form.Get("cancel_at")
	if !dated && !c.given("cancel_at_period_end") {
		return
	}
	atPeriodEnd := c.boolean("cancel_at_period_end", false)
	if atPeriodEnd && date != "" {
		c.fail(stripewire.Invalid(stripewire.CodeParametersExclusive, "cancel_at", "You may only specify one of these parameters: cancel_at, cancel_at_period_end."))
		return
	}
	s.CancelAtPeriodEnd, s.CancelAt, s.CanceledAt, s.CancellationDetails = atPeriodEnd, 0, 0, cancellation{}
	switch {
	case atPeriodEnd:
		s.CancelAt = nullableTime(s.CurrentPeriodEnd)
	case date != "":
		s.CancelAt = nullableTime(c.integer("cancel_at", 0))
		if c.err == nil && int64(s.CancelAt) <= c.clock {
			c.fail(stripewire.Invalid("", "cancel_at", "cancel_at must be in the future."))
		}
	default:
		return
	}
	s.CanceledAt, s.CancellationDetails.Reason = nullableTime(c.clock), "cancellation_requested"
}

// endsWithPeriod tells whether the current period is the last.
func (s *subscription) endsWithPeriod() bool {
	return s.CancelAt != 0 && int64(s.CancelAt) <= s.CurrentPeriodEnd
}

// readPause reads whether collection is paused; empty takes the pause back.
func (c *call) readPause(s *subscription) {
	if value, present := c.form.Get("pause_collection"); present && value == "" {
		s.PauseCollection = nil
		return
	}
	if c.form.Under("pause_collection") == nil {
		return
	}
	c.required("pause_collection[behavior]")
	pause := &pauseCollection{
		Behavior:  c.choice("pause_collection[behavior]", "", "keep_as_draft", "mark_uncollectible", "void"),
		ResumesAt: nullableTime(c.integer("pause_collection[resumes_at]", 0)),
	}
	if c.err == nil && pause.ResumesAt != 0 && int64(pause.ResumesAt) <= c.clock {
		c.fail(stripewire.Invalid("", "pause_collection[resumes_at]", "resumes_at must be in the future."))
	}
	s.PauseCollection = pause
}

func (w *world) planResuming(s *subscription) {
	pause := s.PauseCollection
	if pause == nil || pause.ResumesAt == 0 {
		return
	}
	w.plan(int64(pause.ResumesAt), func() {
		if s.PauseCollection == pause {
			before := w.snapshot(s)
			s.PauseCollection = nil
			w.emitChange("customer.subscription.updated", s, before)
		}
	})
}

// readNewTrial reads another end for a trial that is running: 0 is none.
func (c *call) readNewTrial(s *subscription) int64 {
	if !c.given("trial_end") {
		return 0
	}
	twin := *s
	c.readTrial(&twin)
	switch {
	case c.err != nil:
		return 0
	case s.Status != "trialing":
		c.fail(stripewire.Invalid("", "trial_end", "Only a trial that is running can be given another end."))
		return 0
	case c.text("trial_end") == "now":
		return c.clock
	}
	return int64(twin.TrialEnd)
}

// applyTrial moves the end of a trial, or ends it at once.
func (w *world) applyTrial(s *subscription, owner *customer, end int64) {
	if end == 0 {
		return
	}
	s.TrialEnd = nullableTime(end)
	if end > w.clock {
		s.beginPeriods()
		w.planTrialEnding(s)
		w.planRenewal(s)
		return
	}
	if w.outgrow(s, owner) {
		w.restart(s)
		w.billNow(s, owner, "subscription_cycle")
	}
}
