package sandbox

// emitUnpaid tells that an invoice could not be paid, and, when the bank waits
// for its owner, that something is to be done.
// Source: Stripe docs, "Using webhooks with subscriptions".
func (w *world) emitUnpaid(bill *invoice) {
	intent := w.intents.find(string(bill.PaymentIntent))
	if intent != nil && intent.Status == "requires_action" {
		w.emit("invoice.payment_action_required", bill)
	}
	w.emit("invoice.payment_failed", bill)
}

// emitRefund tells of money that goes back to a customer.
func (w *world) emitRefund(given *refund, paid *charge) {
	w.emit("refund.created", given)
	w.emit("charge.refunded", paid)
}

// eventTypes are the types of events that are ever sent here, of those that
// Stripe has.
var eventTypes = wordSet(`
billing_portal.configuration.created billing_portal.configuration.updated billing_portal.session.created
charge.failed charge.refunded charge.succeeded charge.updated
coupon.created coupon.deleted coupon.updated
credit_note.created credit_note.voided
customer.created customer.deleted customer.updated
customer.discount.created customer.discount.deleted customer.discount.updated
customer.subscription.created customer.subscription.deleted customer.subscription.paused customer.subscription.resumed
customer.subscription.trial_will_end customer.subscription.updated
customer.tax_id.created customer.tax_id.deleted customer.tax_id.updated
invoice.created invoice.deleted invoice.finalized invoice.marked_uncollectible invoice.paid invoice.sent invoice.upcoming
invoice.payment_action_required invoice.payment_failed invoice.payment_succeeded invoice.updated invoice.voided
invoiceitem.created invoiceitem.deleted
payment_intent.canceled payment_intent.created payment_intent.payment_failed payment_intent.requires_action payment_intent.succeeded
payment_method.attached payment_method.detached payment_method.updated
price.created product.created tax_rate.created
refund.created refund.updated
subscription_schedule.aborted subscription_schedule.canceled subscription_schedule.completed subscription_schedule.created
subscription_schedule.expiring subscription_schedule.released subscription_schedule.updated
`)
