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
	defer w.noting("invoice.updated", bill)()
	defer w.noting("customer.updated", owner)()
	if owner.Currency == "" {
		owner.Currency = nullableText(bill.Currency)
	}
	w.reckon(bill, owner)
	w.useUp(bill) // what was added since it was a draft may be the first to be discounted
	bill.Number = nullableText(w.scenario.number(owner.InvoicePrefix, owner.NextInvoiceSequence))
	owner.NextInvoiceSequence++
	bill.Status = "open"
	bill.StatusTransitions.FinalizedAt, bill.EffectiveAt = nullableTime(w.clock), nullableTime(w.clock)
	bill.NextPaymentAttempt = 0
	bill.HostedInvoiceURL, bill.InvoicePDF = w.link(invoicePages, bill.ID, ""), w.link(invoicePages, bill.ID, "/pdf")
	if s := w.subscriptions.find(string(bill.Subscription)); s != nil {
		s.issued = append(s.issued, bill.ID)
	}
	w.spendBalance(bill, owner)
	w.emit("invoice.finalized", bill)
	if bill.CollectionMethod == "send_invoice" {
		w.emit("invoice.sent", bill)
	}
	if bill.AmountDue == 0 {
		bill.Attempted = true
		w.markPaid(bill, 0)
		return
	}
	w.openIntent(bill)
	w.planDue(bill)
}

// spendBalance moves what the invoice took from, or settled of, the balance.
func (w *world) spendBalance(bill *invoice, owner *customer) {
	after := bill.StartingBalance
	if applied := bill.AmountDue + bill.leftOver - bill.Total; applied != 0 {
		after = w.moveBalance(owner, -applied, "applied_to_invoice", bill.ID).EndingBalance
	}
	if bill.leftOver != 0 {
		after = w.moveBalance(owner, bill.leftOver, "invoice_too_small", bill.ID).EndingBalance
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

// markPaid closes an invoice. A subscription that had fallen behind with it
// catches up.
func (w *world) markPaid(bill *invoice, amount int64) {
	defer w.noting("invoice.updated", bill)()
	bill.AmountPaid += amount
	bill.AmountRemaining = 0
	bill.Status, bill.Paid, bill.AutoAdvance = "paid", true, false
	bill.StatusTransitions.PaidAt = nullableTime(w.clock)
	bill.NextPaymentAttempt = 0
	w.emit("invoice.paid", bill)
	w.emit("invoice.payment_succeeded", bill)
	if s := w.subscriptions.find(string(bill.Subscription)); s != nil {
		w.catchUp(s)
	}
}
