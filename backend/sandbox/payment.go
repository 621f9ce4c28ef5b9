package sandbox

import "billfold/backend/stripewire"

func getCharge(c *call) (any, error) { return c.charges.fetch(c.ids[0], "id") }

func listCharges(c *call) (any, error) {
	owner, intent, within := c.owner(), c.text("payment_intent"), c.createdWithin()
	return list(c, c.charges, func(o *charge) bool {
		return within(o.Created) && (owner == "" || o.Customer == owner) && (intent == "" || string(o.PaymentIntent) == intent)
	})
}

func getIntent(c *call) (any, error) { return c.intents.fetch(c.ids[0], "intent") }

func listIntents(c *call) (any, error) {
	owner, within := c.owner(), c.createdWithin()
	return list(c, c.intents, func(o *paymentIntent) bool { return within(o.Created) && (owner == "" || o.Customer == owner) })
}

// confirmIntent pays as the person would on a page: the bank may ask to confirm,
// and is then waited for.
func confirmIntent(c *call) (any, error) {
	intent, err := c.intents.fetch(c.ids[0], "intent")
	if err != nil {
		return nil, err
	}
	bill := c.invoices.find(string(intent.Invoice))
	owner := c.customers.find(intent.Customer)
	if bill == nil || owner == nil || (bill.Status != "open" && bill.Status != "uncollectible") {
		return nil, stripewire.Invalid("payment_intent_unexpected_state", "", "This PaymentIntent could not be confirmed because its status is "+intent.Status+".")
	}
	away := c.boolean("off_session", false)
	method := c.methodToPay(bill, owner)
	if c.err != nil {
		return nil, c.err
	}
	if method == nil {
		return nil, noMethod()
	}
	err = c.payNow(bill, attempt{method: method, present: !away})
	if err != nil && intent.Status != "requires_action" {
		return nil, err
	}
	return intent, nil
}

func createRefund(c *call) (any, error) {
	paid := named(c, c.charges, "charge")
	if intent := named(c, c.intents, "payment_intent"); paid == nil && intent != nil {
		paid = c.charges.find(string(intent.LatestCharge))
	}
	if paid == nil && c.err == nil {
		c.fail(stripewire.MissingParam("charge"))
	}
	reason := c.choice("reason", "", "duplicate", "fraudulent", "requested_by_customer")
	var notes metadata
	c.setMetadata(&notes)
	if c.err != nil {
		return nil, c.err
	}
	left := paid.Amount - paid.AmountRefunded
	amount := c.amount("amount", left)
	switch {
	case c.err != nil:
		return nil, c.err
	case left == 0:
		return nil, stripewire.Invalid(stripewire.CodeChargeAlreadyRefunded, "", "Charge "+paid.ID+" has already been refunded.")
	case amount == 0 || amount > left:
		return nil, stripewire.Invalid("", "amount", "Refund amount must be greater than 0 and at most what is left of the charge.")
	}
	given := c.giveBack(paid, amount, reason)
	given.Metadata = notes
	c.emitRefund(given, paid)
	return given, nil
}

func (w *world) giveBack(paid *charge, amount int64, reason string) *refund {
	paid.AmountRefunded += amount
	paid.Refunded = paid.AmountRefunded == paid.Amount
	given := w.refunds.add(&refund{
		ID: w.newID("re"), Object: "refund", Amount: amount, Charge: paid.ID, Created: w.clock, Currency: paid.Currency,
		PaymentIntent: paid.PaymentIntent, ReceiptNumber: paid.ReceiptNumber, Reason: nullableText(reason), Status: "succeeded",
	})
	switch paid.refund {
	case "pending":
		given.Status = "pending"
		w.plan(w.clock+refundTakes, func() {
			defer w.noting("refund.updated", given)()
			given.Status = "succeeded"
		})
	case "failed":
		w.plan(w.clock+refundTakes, func() { w.failRefund(given, paid) })
	}
	return given
}

// refundTakes is how long, in seconds, a refund of a card made for it stays
// pending, or takes to come back.
const refundTakes = day

// failRefund takes back what a bank would not take: the money is still the
// merchant's. Source: Stripe docs, "Failed refunds".
func (w *world) failRefund(given *refund, paid *charge) {
	defer w.noting("refund.updated", given)()
	defer w.noting("charge.updated", paid)()
	given.Status, given.FailureReason = "failed", "lost_or_stolen_card"
	paid.AmountRefunded -= given.Amount
	paid.Refunded = false
}

func getRefund(c *call) (any, error) { return c.refunds.fetch(c.ids[0], "id") }

func listRefunds(c *call) (any, error) {
	of, intent, within := c.text("charge"), c.text("payment_intent"), c.createdWithin()
	return list(c, c.refunds, func(o *refund) bool {
		return within(o.Created) && (of == "" || o.Charge == of) && (intent == "" || string(o.PaymentIntent) == intent)
	})
}
