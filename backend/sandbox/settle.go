package sandbox

import (
	"fmt"

	"billfold/backend/stripewire"
)

// finalize turns a draft into a bill: it gets its number, freezes who it is to,
// takes the customer's balance into account, and is paid at once when nothing is
// due.
func (w *world) finalize(bill *invoice) {
	owner := w.customers.find(bill.Customer)
	if owner.Currency == "" {
		owner.Currency = nullableText(bill.Currency)
	}
	w.reckon(bill, owner)
	bill.Number = nullableText(w.scenario.number(owner.InvoicePrefix, owner.NextInvoiceSequence))
	owner.NextInvoiceSequence++
	bill.Status = "open"
	bill.StatusTransitions.FinalizedAt, bill.EffectiveAt = nullableTime(w.clock), nullableTime(w.clock)
	bill.NextPaymentAttempt = 0
	w.spendBalance(bill, owner)
	if bill.AmountDue == 0 {
		bill.Attempted = true
		w.markPaid(bill, 0)
	}
}

// spendBalance moves what the invoice took from, or settled of, the balance.
func (w *world) spendBalance(bill *invoice, owner *customer) {
	after := bill.StartingBalance
	if applied := bill.AmountDue - bill.Total; applied != 0 {
		after = w.moveBalance(owner, -applied, "applied_to_invoice", bill.ID).EndingBalance
	}
	bill.EndingBalance = &after
}

// number is the n-th invoice number of a customer.
func (s scenario) number(prefix string, n int64) string {
	if s.inscribe != nil {
		return s.inscribe(n)
	}
	return fmt.Sprintf("%s-%04d", prefix, n)
}

// methodFor finds what will be charged. Order: the invoice's own method, the
// subscription's, the customer's.
// Source: Stripe docs, "Automate payment retries"; Invoice object.
func (w *world) methodFor(owner *customer, s *subscription, bill *invoice) *paymentMethod {
	var named []nullableText
	if bill != nil {
		named = append(named, bill.DefaultPaymentMethod)
	}
	if s != nil {
		named = append(named, s.DefaultPaymentMethod)
	}
	for _, id := range append(named, owner.InvoiceSettings.DefaultPaymentMethod) {
		if method := w.paymentMethods.find(string(id)); method != nil {
			return method
		}
	}
	return nil
}

func noMethod() error {
	return stripewire.Invalid(stripewire.CodeResourceMissing, "",
		"This customer has no attached payment source or default payment method. Please consider adding a default payment method.")
}

// collect charges an open invoice automatically. Without a method there is
// nothing to charge and the subscription falls behind.
func (w *world) collect(bill *invoice) {
	if bill.Status != "open" {
		return
	}
	s := w.subscriptions.find(string(bill.Subscription))
	bill.Attempted = true
	bill.AttemptCount++
	if method := w.methodFor(w.customers.find(bill.Customer), s, bill); method != nil {
		w.charge(bill, method)
	} else if s != nil && s.running() {
		s.Status = "past_due"
	}
}

// charge takes what remains of an open invoice from a method; every test card
// the sandbox has accepts.
func (w *world) charge(bill *invoice, method *paymentMethod) {
	why := w.chargeWords(bill)
	amount := bill.AmountRemaining
	intent := w.intents.add(w.newIntent(bill, method, amount, why))
	paid := w.charges.add(&charge{
		ID: w.newID("ch"), Object: "charge", Amount: amount, AmountCaptured: amount, BillingDetails: method.BillingDetails,
		CalculatedStatementDescriptor: nullableText(w.scenario.seller.descriptor), Captured: true, Created: w.clock,
		Currency: bill.Currency, Customer: bill.Customer, Description: why, Invoice: nullableText(bill.ID),
		Outcome:       outcome{NetworkStatus: "approved_by_network", RiskLevel: "normal", SellerMessage: "Payment complete.", Type: "authorized"},
		Paid:          true,
		PaymentIntent: nullableText(intent.ID), PaymentMethod: nullableText(method.ID),
		PaymentMethodDetails: methodDetails{Type: method.Type, Card: method.Card.charged(amount)}, Status: "succeeded",
	})
	intent.LatestCharge = nullableText(paid.ID)
	bill.Charge, bill.PaymentIntent = nullableText(paid.ID), nullableText(intent.ID)
	w.markPaid(bill, amount)
}

func (w *world) newIntent(bill *invoice, method *paymentMethod, amount int64, why nullableText) *paymentIntent {
	id := w.newID("pi")
	return &paymentIntent{
		ID: id, Object: "payment_intent", Amount: amount, AmountReceived: amount, CaptureMethod: "automatic",
		ClientSecret: id + "_secret_" + w.digest("secret/"+id, 25), ConfirmationMethod: "automatic", Created: w.clock,
		Currency: bill.Currency, Customer: bill.Customer, Description: why, Invoice: nullableText(bill.ID),
		PaymentMethod: nullableText(method.ID), PaymentMethodTypes: []string{method.Type}, SetupFutureUsage: "off_session",
		Status: "succeeded",
	}
}

func (w *world) chargeWords(bill *invoice) nullableText {
	switch bill.BillingReason {
	case "subscription_create":
		return "Subscription creation"
	case "subscription_cycle":
		return "Subscription update"
	}
	if bill.Description != "" {
		return bill.Description
	}
	return "Payment for Invoice"
}

func (k *card) charged(amount int64) *chargedCard {
	return &chargedCard{
		AmountAuthorized: amount, Brand: k.Brand, Checks: k.Checks, Country: k.Country, ExpMonth: k.ExpMonth, ExpYear: k.ExpYear,
		Fingerprint: k.Fingerprint, Funding: k.Funding, Last4: k.Last4, Network: k.Brand,
	}
}

// markPaid closes an invoice. A subscription that had fallen behind with it is
// active again.
func (w *world) markPaid(bill *invoice, amount int64) {
	bill.AmountPaid += amount
	bill.AmountRemaining = 0
	bill.Status, bill.Paid, bill.AutoAdvance = "paid", true, false
	bill.StatusTransitions.PaidAt = nullableTime(w.clock)
	s := w.subscriptions.find(string(bill.Subscription))
	if s != nil && s.Status == "past_due" && string(s.LatestInvoice) == bill.ID {
		s.Status = "active"
	}
}
