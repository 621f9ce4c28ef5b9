package main

import (
	"billfold/backend/billing"
	"billfold/backend/companion"
)

// HandOff leads to the hosted pages in the person's browser.
func (a *App) HandOff(request companion.HandOffRequest) (companion.HandOffTicket, error) {
	return a.companion.HandOff(a.ctx(), request)
}

// PlanHandOff says where a hand-off would lead and why.
func (a *App) PlanHandOff(request companion.HandOffRequest) (companion.HandOffTicket, error) {
	return a.companion.PlanHandOff(a.ctx(), request)
}

// HandOffState is how the present or last hand-off goes.
func (a *App) HandOffState() companion.HandOffState { return a.companion.HandOffState() }

// CheckHandOff looks for what changed, as if the browser had come back.
func (a *App) CheckHandOff() { a.companion.CheckHandOff() }

// CancelHandOff stops waiting for the browser, and looking.
func (a *App) CancelHandOff() { a.companion.CancelHandOff() }

// CopyHandOffLink gives the link of the present hand-off, once.
func (a *App) CopyHandOffLink() (string, error) { return a.companion.CopyHandOffLink() }

// PaymentMethods are all saved ways to pay, and which of them pays next.
func (a *App) PaymentMethods() (companion.PaymentMethodsView, error) {
	return a.companion.PaymentMethods(a.ctx())
}

// FixShadowedDefault lets a subscription be charged to the customer's default again.
func (a *App) FixShadowedDefault(subscriptionID string) error {
	return a.companion.FixShadowedDefault(a.ctx(), subscriptionID)
}

// SetDefaultPaymentMethod makes a saved method the customer's default.
func (a *App) SetDefaultPaymentMethod(methodID string) error {
	return a.companion.SetDefaultPaymentMethod(a.ctx(), methodID)
}

// BillingInformation is what invoices are made out to, and what is wrong with it.
func (a *App) BillingInformation() (companion.BillingInformationView, error) {
	return a.companion.BillingInformation(a.ctx())
}

// ReviewBillingInformation says what saving a draft would do.
func (a *App) ReviewBillingInformation(draft billing.BillingDraft) (companion.BillingReview, error) {
	return a.companion.ReviewBillingInformation(a.ctx(), draft)
}

// SaveBillingInformation saves what differs of a draft.
func (a *App) SaveBillingInformation(draft billing.BillingDraft) (companion.BillingSaved, error) {
	return a.companion.SaveBillingInformation(a.ctx(), draft)
}

// TaxIDTypes lists the types of tax ids by country.
func (a *App) TaxIDTypes() []billing.TaxIDType { return a.companion.TaxIDTypes() }

// AddTaxID adds a tax id.
func (a *App) AddTaxID(draft companion.TaxIDDraft) (companion.TaxIDChange, error) {
	return a.companion.AddTaxID(a.ctx(), draft)
}

// ReplaceTaxID puts a tax id in another's place.
func (a *App) ReplaceTaxID(replacement companion.TaxIDReplacement) (companion.TaxIDChange, error) {
	return a.companion.ReplaceTaxID(a.ctx(), replacement)
}

// RemoveTaxID removes a tax id.
func (a *App) RemoveTaxID(id string) error { return a.companion.RemoveTaxID(a.ctx(), id) }

// Plan is a subscription with what comes next and how it ends.
func (a *App) Plan(subscriptionID string) (companion.PlanView, error) {
	return a.companion.Plan(a.ctx(), subscriptionID)
}
