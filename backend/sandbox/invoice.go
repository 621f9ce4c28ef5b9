package sandbox

import (
	"net/http"

	"billfold/backend/stripewire"
)

func createInvoice(c *call) (any, error) {
	owner := needed(c, c.customers, "customer")
	if c.err != nil {
		return nil, c.err
	}
	currency := string(owner.Currency)
	if c.given("currency") || currency == "" {
		currency = c.currency("currency")
	}
	bill := c.newInvoice(owner, currency, "manual")
	bill.AutoAdvance = c.boolean("auto_advance", false)
	bill.DefaultTaxRates = c.ratesNamed("default_tax_rates")
	c.readInvoice(bill, owner)
	c.readCollection(bill)
	take := c.choice("pending_invoice_items_behavior", "exclude", "exclude", "include") == "include"
	if c.err != nil {
		return nil, c.err
	}
	if take {
		for _, item := range c.pending[owner.ID] {
			if item.Currency == currency {
				bill.Lines.all = append(bill.Lines.all, c.itemLine(item))
			}
		}
	}
	bill.grant(discountsFor(owner, nil, currency, c.clock))
	c.reckon(bill, owner)
	c.issue(bill)
	c.advanceLater(bill)
	return bill, nil
}

// readInvoice takes over what both creation and update know.
func (c *call) readInvoice(bill *invoice, owner *customer) {
	c.setText(&bill.Description, "description")
	c.setText(&bill.Footer, "footer")
	c.setText(&bill.StatementDescriptor, "statement_descriptor")
	c.setMetadata(&bill.Metadata)
	c.readDefaultMethod(&bill.DefaultPaymentMethod, owner)
}

func (c *call) readCollection(bill *invoice) {
	bill.CollectionMethod = c.choice("collection_method", "charge_automatically", "charge_automatically", "send_invoice")
	days := c.integer("days_until_due", -1)
	switch sent := bill.CollectionMethod == "send_invoice"; {
	case days >= 0 && !sent:
		c.fail(stripewire.Invalid("", "days_until_due", "You can only set days_until_due if collection_method is send_invoice."))
	case days < 0 && sent:
		c.fail(stripewire.MissingParam("days_until_due"))
	case sent:
		bill.DueDate = nullableTime(c.clock + days*24*3600)
	}
}

// advanceLater plans the automatic finalization of a draft that asked for it.
func (c *call) advanceLater(bill *invoice) {
	if !bill.AutoAdvance {
		return
	}
	w := c.world
	w.plan(w.clock+draftRests, func() {
		if bill.Status == "draft" && bill.AutoAdvance && w.customers.find(bill.Customer) != nil {
			w.finalizeAndCollect(bill)
		}
	})
}

func (w *world) finalizeAndCollect(bill *invoice) {
	defer w.noting("invoice.updated", bill)()
	w.finalize(bill)
	if bill.AutoAdvance && bill.CollectionMethod == "charge_automatically" {
		w.collect(bill)
	}
}

func updateInvoice(c *call) (any, error) {
	current, owner, err := c.draft()
	if err != nil {
		return nil, err
	}
	changed := *current
	changed.Metadata = metadata{}
	for key, value := range current.Metadata {
		changed.Metadata[key] = value
	}
	changed.AutoAdvance = c.boolean("auto_advance", current.AutoAdvance)
	c.readInvoice(&changed, owner)
	if c.err != nil {
		return nil, c.err
	}
	defer c.noting("invoice.updated", current)()
	*current = changed
	if changed.AutoAdvance {
		c.advanceLater(current)
	}
	return current, nil
}

// draft finds an invoice that may still be edited, and its customer.
func (c *call) draft() (*invoice, *customer, error) {
	bill, err := c.invoices.fetch(c.ids[0], "invoice")
	if err != nil {
		return nil, nil, err
	}
	if bill.Status != "draft" {
		return nil, nil, stripewire.Invalid(stripewire.CodeInvoiceNotEditable, "", "Only draft invoices can be changed. This invoice is "+bill.Status+".")
	}
	owner := c.customers.find(bill.Customer)
	if owner == nil {
		return nil, nil, stripewire.NoSuch(http.StatusBadRequest, c.customers.kind, bill.Customer, "customer")
	}
	return bill, owner, nil
}

func finalizeInvoice(c *call) (any, error) {
	bill, _, err := c.draft()
	if err != nil {
		return nil, err
	}
	advance := c.boolean("auto_advance", bill.AutoAdvance)
	if c.err != nil {
		return nil, c.err
	}
	bill.AutoAdvance = advance
	c.finalizeAndCollect(bill)
	return bill, nil
}

// payInvoice pays with the given method or the one that is due to be charged.
func payInvoice(c *call) (any, error) {
	bill, err := c.invoices.fetch(c.ids[0], "invoice")
	if err != nil {
		return nil, err
	}
	owner := c.customers.find(bill.Customer)
	if bill.Status == "paid" || bill.Status == "void" || owner == nil {
		return nil, stripewire.Invalid("", "", "This invoice is "+bill.Status+" and can no longer be paid.")
	}
	outside, away := c.boolean("paid_out_of_band", false), c.boolean("off_session", true)
	method := c.methodToPay(bill, owner)
	if c.err != nil {
		return nil, c.err
	}
	if method == nil && !outside && bill.AmountRemaining > 0 {
		return nil, noMethod()
	}
	defer c.noting("invoice.updated", bill)()
	if bill.Status == "draft" {
		c.finalize(bill)
	}
	switch {
	case bill.Status == "paid":
	case outside:
		bill.PaidOutOfBand = true
		c.closeIntent(bill, "automatic")
		c.markPaid(bill, bill.AmountRemaining)
	default:
		if err := c.payNow(bill, attempt{method: method, present: !away}); err != nil {
			return nil, err
		}
	}
	return bill, nil
}

// payNow pays an open invoice because somebody asked for it. Only the first try
// counts among the automatic ones.
// Source: Stripe API reference, Invoice object, attempt_count.
func (w *world) payNow(bill *invoice, a attempt) error {
	defer w.noting("invoice.updated", bill)()
	bill.Attempted = true
	bill.AttemptCount = max(bill.AttemptCount, 1)
	if err := w.charge(bill, a); err != nil {
		w.behind(bill)
		w.emitUnpaid(bill)
		return err
	}
	return nil
}

func (c *call) methodToPay(bill *invoice, owner *customer) *paymentMethod {
	method := named(c, c.paymentMethods, "payment_method")
	if method == nil {
		return c.methodFor(owner, c.subscriptions.find(string(bill.Subscription)), bill)
	}
	if string(method.Customer) != owner.ID {
		c.fail(stripewire.NoSuch(http.StatusBadRequest, c.paymentMethods.kind, method.ID, "payment_method"))
	}
	return method
}

func voidInvoice(c *call) (any, error) {
	return c.closeInvoice("void", func(bill *invoice) { bill.StatusTransitions.VoidedAt = nullableTime(c.clock) })
}

func markUncollectible(c *call) (any, error) {
	return c.closeInvoice("uncollectible", func(bill *invoice) {
		bill.StatusTransitions.MarkedUncollectibleAt = nullableTime(c.clock)
	})
}

// closeInvoice ends an open invoice without a payment; an uncollectible one may
// still be voided.
func (c *call) closeInvoice(status string, note func(*invoice)) (any, error) {
	bill, err := c.invoices.fetch(c.ids[0], "invoice")
	if err != nil {
		return nil, err
	}
	if bill.Status != "open" && (status != "void" || bill.Status != "uncollectible") {
		return nil, stripewire.Invalid("", "", "This invoice is "+bill.Status+" and cannot become "+status+".")
	}
	defer c.noting("invoice.updated", bill)()
	bill.Status, bill.AutoAdvance, bill.NextPaymentAttempt = status, false, 0
	note(bill)
	if status == "void" {
		c.emit("invoice.voided", bill)
		c.voided(bill)
	} else {
		c.emit("invoice.marked_uncollectible", bill)
	}
	return bill, nil
}

// voided looks after what hung on an invoice that is void now.
func (w *world) voided(bill *invoice) {
	w.closeIntent(bill, "void_invoice")
	s := w.subscriptions.find(string(bill.Subscription))
	switch {
	case s == nil:
	case s.Status == "incomplete":
		defer w.noting("customer.subscription.updated", s)()
		s.Status, s.EndedAt = "incomplete_expired", nullableTime(w.clock)
	default:
		w.catchUp(s)
	}
}

// deleteInvoice removes a draft that belongs to no subscription.
func deleteInvoice(c *call) (any, error) {
	bill, _, err := c.draft()
	if err != nil {
		return nil, err
	}
	if bill.Subscription != "" {
		return nil, stripewire.Invalid("", "", "You can't delete invoices created by subscriptions.")
	}
	for _, line := range bill.Lines.all {
		c.invoiceItems.remove(line.InvoiceItem)
	}
	c.emit("invoice.deleted", bill)
	c.invoices.remove(bill.ID)
	return deletedObject{ID: bill.ID, Object: "invoice", Deleted: true}, nil
}

func getInvoice(c *call) (any, error) { return c.invoices.fetch(c.ids[0], "invoice") }

func listInvoices(c *call) (any, error) {
	owner, within, subscribed := c.owner(), c.createdWithin(), c.text("subscription")
	status := c.choice("status", "", "draft", "open", "paid", "uncollectible", "void")
	collection := c.choice("collection_method", "", "charge_automatically", "send_invoice")
	return list(c, c.invoices, func(bill *invoice) bool {
		return (owner == "" || bill.Customer == owner) && within(bill.Created) && (status == "" || bill.Status == status) &&
			(subscribed == "" || string(bill.Subscription) == subscribed) && (collection == "" || bill.CollectionMethod == collection)
	})
}

func listLines(c *call) (any, error) {
	bill, err := c.invoices.fetch(c.ids[0], "invoice")
	if err != nil {
		return nil, err
	}
	return c.lines(bill)
}

func (c *call) lines(bill *invoice) (any, error) {
	p := c.paging()
	if c.err != nil {
		return nil, c.err
	}
	all := inLine("line item", bill.Lines.all, func(o *lineItem) string { return o.ID })
	page, more, err := pageOf(p, all, func(*lineItem) bool { return true })
	if err != nil {
		return nil, err
	}
	return stripewire.NewList(bill.Lines.url, page, more), nil
}
