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
	return given, nil
}

func (w *world) giveBack(paid *charge, amount int64, reason string) *refund {
	paid.AmountRefunded += amount
	paid.Refunded = paid.AmountRefunded == paid.Amount
	return w.refunds.add(&refund{
		ID: w.newID("re"), Object: "refund", Amount: amount, Charge: paid.ID, Created: w.clock, Currency: paid.Currency,
		PaymentIntent: paid.PaymentIntent, Reason: nullableText(reason), Status: "succeeded",
	})
}

func getRefund(c *call) (any, error) { return c.refunds.fetch(c.ids[0], "id") }

func listRefunds(c *call) (any, error) {
	of, intent, within := c.text("charge"), c.text("payment_intent"), c.createdWithin()
	return list(c, c.refunds, func(o *refund) bool {
		return within(o.Created) && (of == "" || o.Charge == of) && (intent == "" || string(o.PaymentIntent) == intent)
	})
}
