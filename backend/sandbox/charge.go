package sandbox

import (
	"cmp"

	"billfold/backend/stripewire"
)

// attempt is one try to take what remains of an invoice.
type attempt struct {
	method *paymentMethod
	// present tells that the person is there and could confirm.
	present bool
	// confirmed tells that the person has just confirmed this payment.
	confirmed bool
}

// openIntent starts the payment of an invoice that has just been finalized.
// Source: Stripe docs, "PaymentIntents of invoices": one for the invoice's life.
func (w *world) openIntent(bill *invoice) {
	id := w.newID("pi")
	opened := w.intents.add(&paymentIntent{
		ID: id, Object: "payment_intent", Amount: bill.AmountRemaining, CaptureMethod: "automatic",
		ClientSecret: id + "_secret_" + w.digest("secret/"+id, 25), ConfirmationMethod: "automatic", Created: w.clock,
		Currency: bill.Currency, Customer: bill.Customer, Description: w.chargeWords(bill), Invoice: nullableText(bill.ID),
		PaymentMethodTypes: []string{"card"}, SetupFutureUsage: "off_session", Status: "requires_payment_method",
	})
	bill.PaymentIntent = nullableText(id)
	w.emit("payment_intent.created", opened)
}

// intentOf is the payment of an open invoice, its amount brought up to date.
func (w *world) intentOf(bill *invoice) *paymentIntent {
	intent := w.intents.find(string(bill.PaymentIntent))
	if intent == nil {
		w.openIntent(bill)
		intent = w.intents.find(string(bill.PaymentIntent))
	}
	intent.Amount = bill.AmountRemaining
	return intent
}

// closeIntent ends the payment of an invoice that is settled in another way.
func (w *world) closeIntent(bill *invoice, reason string) {
	intent := w.intents.find(string(bill.PaymentIntent))
	if intent == nil || intent.Status == "succeeded" || intent.Status == "canceled" {
		return
	}
	intent.Status, intent.CancellationReason, intent.CanceledAt, intent.NextAction = "canceled", nullableText(reason), nullableTime(w.clock), nil
	w.emit("payment_intent.canceled", intent)
}

// charge takes what remains of an open invoice. The error, if any, is what Stripe
// answers to who asked for the payment; what happened is kept all the same.
func (w *world) charge(bill *invoice, a attempt) *stripewire.Error {
	intent := w.intentOf(bill)
	intent.PaymentMethod, intent.PaymentMethodTypes = nullableText(a.method.ID), []string{a.method.Type}
	intent.LastPaymentError, intent.NextAction = nil, nil
	switch code := a.method.refusal(w.clock); {
	case a.mustConfirm():
		intent.Status, intent.NextAction = "requires_action", &nextAction{Type: "use_stripe_sdk", UseStripeSDK: &struct{}{}}
		intent.present = a.present
		w.emit("payment_intent.requires_action", intent)
		return needsAction(intent)
	case code != "":
		return w.refuse(bill, intent, a, code)
	}
	w.accept(bill, intent, a)
	return nil
}

// mustConfirm tells whether the bank asks for 3-D Secure first.
func (a attempt) mustConfirm() bool {
	if a.confirmed {
		return false
	}
	switch a.method.test.confirm {
	case confirmAlways:
		return true
	case confirmOnce:
		return a.present || !a.method.confirmed
	case confirmInPerson:
		return a.present
	}
	return false
}

// refusal is the decline code a bank answers a charge with; "" accepts.
func (m *paymentMethod) refusal(at int64) string {
	if m.test.decline == "" && m.Card != nil && m.Card.expired(at) {
		return "expired_card"
	}
	return m.test.decline
}

func needsAction(intent *paymentIntent) *stripewire.Error {
	e := cardError("invoice_payment_intent_requires_action", "",
		"Payment for this invoice requires additional user action before it can be completed successfully. "+
			"Payment can be completed using the PaymentIntent associated with the invoice.")
	e.PaymentIntent = intent.snapshot()
	return e
}

// snapshot is the payment as it is now, for an answer that is written later.
func (o *paymentIntent) snapshot() *paymentIntent {
	twin := *o
	return &twin
}

// newCharge is a charge of what remains, not yet decided.
func (w *world) newCharge(bill *invoice, intent *paymentIntent, method *paymentMethod) *charge {
	amount := bill.AmountRemaining
	made := &charge{
		ID: w.newID("ch"), Object: "charge", Amount: amount, BillingDetails: method.BillingDetails,
		CalculatedStatementDescriptor: nullableText(w.scenario.seller.descriptor), Created: w.clock,
		Currency: bill.Currency, Customer: bill.Customer, Description: w.chargeWords(bill), Invoice: nullableText(bill.ID),
		PaymentIntent: nullableText(intent.ID), PaymentMethod: nullableText(method.ID),
		PaymentMethodDetails: method.charged(amount), refund: method.test.refund,
	}
	intent.LatestCharge = nullableText(made.ID)
	bill.Charge = nullableText(made.ID)
	return w.charges.add(made)
}

func (w *world) accept(bill *invoice, intent *paymentIntent, a attempt) {
	defer w.noting("invoice.updated", bill)()
	paid := w.newCharge(bill, intent, a.method)
	paid.Outcome = outcome{NetworkStatus: "approved_by_network", RiskLevel: cmp.Or(a.method.test.risk, "normal"), SellerMessage: "Payment complete.", Type: "authorized"}
	paid.Paid, paid.Captured, paid.Status, paid.AmountCaptured = true, true, "succeeded", paid.Amount
	if a.confirmed {
		a.method.confirmed = true
		if paid.PaymentMethodDetails.Card != nil {
			paid.PaymentMethodDetails.Card.ThreeDSecure = authenticated()
		}
	}
	paid.ReceiptURL = w.link(receiptPages, paid.ID, "")
	w.sendReceipt(bill, paid)
	intent.Status, intent.AmountReceived = "succeeded", paid.Amount
	w.emit("charge.succeeded", paid)
	w.emit("payment_intent.succeeded", intent)
	w.markPaid(bill, paid.Amount)
}

func (w *world) refuse(bill *invoice, intent *paymentIntent, a attempt, declineCode string) *stripewire.Error {
	why := declined(declineCode)
	tried := w.newCharge(bill, intent, a.method)
	tried.Status, tried.FailureCode, tried.FailureMessage = "failed", nullableText(why.Code), nullableText(why.Message)
	tried.Outcome = outcome{
		NetworkStatus: "declined_by_network", Reason: nullableText(declineCode), RiskLevel: "normal",
		SellerMessage: "The bank returned the decline code `" + declineCode + "`.", Type: "issuer_declined",
	}
	if a.method.test.risk == "highest" {
		tried.Outcome = outcome{
			NetworkStatus: "not_sent_to_network", Reason: "highest_risk_level", RiskLevel: "highest",
			SellerMessage: "Stripe blocked this payment as too risky.", Type: "blocked",
		}
	}
	bill.refusedMethod = ""
	if hardDeclines[declineCode] || hardDeclines[string(tried.Outcome.Reason)] {
		bill.refusedMethod = a.method.ID
	}
	w.emit("charge.failed", tried)
	w.failIntent(intent, a.method, why, tried.ID)
	why.Charge, why.PaymentIntent = tried.ID, intent.snapshot()
	return why
}

// failIntent makes a payment wait for another method, and say why.
func (w *world) failIntent(intent *paymentIntent, method *paymentMethod, why *stripewire.Error, chargeID string) {
	of := *method
	intent.Status, intent.PaymentMethod, intent.NextAction = "requires_payment_method", "", nil
	intent.LastPaymentError = &paymentFailure{
		Charge: chargeID, Code: string(why.Code), DeclineCode: why.DeclineCode, DocURL: stripewire.DocURL(why.Code),
		Message: why.Message, PaymentMethod: &of, Type: "card_error",
	}
	w.emit("payment_intent.payment_failed", intent)
}

// The ways a 3-D Secure challenge can end. A person may also just leave, which
// changes nothing.
const (
	confirmationCompleted = "complete"
	confirmationFailed    = "fail"
)

// authenticate ends the 3-D Secure challenge of a payment that waits for one.
// The error says why the payment did not go through after all.
func (w *world) authenticate(intent *paymentIntent, ending string) *stripewire.Error {
	bill, method := w.invoices.find(string(intent.Invoice)), w.paymentMethods.find(string(intent.PaymentMethod))
	switch {
	case intent.Status != "requires_action" || bill == nil || method == nil:
		return stripewire.Invalid("payment_intent_unexpected_state", "", "This PaymentIntent does not wait for a confirmation. Its status is "+intent.Status+".")
	case ending == confirmationFailed:
		why := cardError("payment_intent_authentication_failure", "",
			"We are unable to authenticate your payment method. Please choose a different payment method and try again.")
		defer w.noting("invoice.updated", bill)()
		w.failIntent(intent, method, why, "")
		why.PaymentIntent = intent.snapshot()
		w.behind(bill)
		w.emitUnpaid(bill)
		return why
	}
	defer w.noting("invoice.updated", bill)()
	err := w.charge(bill, attempt{method: method, present: true, confirmed: true})
	if err != nil {
		w.behind(bill)
		w.emitUnpaid(bill)
	}
	return err
}

// authenticated is what a charge says of a challenge that was passed.
func authenticated() *threeDSecure {
	return &threeDSecure{AuthenticationFlow: "challenge", ElectronicCommerceIndicator: "05", Result: "authenticated", Version: "2.2.0"}
}

func (w *world) chargeWords(bill *invoice) nullableText {
	switch bill.BillingReason {
	case "subscription_create":
		return "Subscription creation"
	case "subscription_cycle", "subscription_update":
		return "Subscription update"
	}
	return cmp.Or(bill.Description, "Payment for Invoice")
}

// charged is the method as it is when it is charged.
func (m *paymentMethod) charged(amount int64) methodDetails {
	details := methodDetails{Type: m.Type}
	if k := m.Card; k != nil {
		details.Card = &chargedCard{
			AmountAuthorized: amount, Brand: k.Brand, Checks: k.Checks, Country: k.Country, ExpMonth: k.ExpMonth, ExpYear: k.ExpYear,
			Fingerprint: k.Fingerprint, Funding: k.Funding, Last4: k.Last4, Network: k.Brand,
		}
	}
	return details
}
