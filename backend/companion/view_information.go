package companion

import "billfold/backend/billing"

// PaymentMethodsView is all saved ways to pay, and which of them pays next.
type PaymentMethodsView struct {
	// Methods has the customer's default first, then the newest.
	Methods []MethodView `json:"methods"`
	// InUse is the method that will really be charged; nil when there is none.
	InUse *billing.ChargedMethod `json:"in_use"`
	// NextCharge is nil when nothing will be charged on its own.
	NextCharge *billing.NextCharge    `json:"next_charge"`
	Shadows    []billing.Shadow       `json:"shadows"`
	Portal     billing.PortalFeatures `json:"portal"`
	SyncedAt   billing.Time           `json:"synced_at"`
}

// MethodView is a saved method with what the rules say of it.
type MethodView struct {
	billing.PaymentMethod
	// Default tells that it is the customer's; Charged that it pays next.
	Default  bool                    `json:"default"`
	Charged  bool                    `json:"charged"`
	Warnings []billing.MethodWarning `json:"warnings"`
	// UsedBy are the ids of the subscriptions whose bills it pays.
	UsedBy []string `json:"used_by"`
}

// BillingInformationView is what invoices are made out to, and what is wrong with it.
type BillingInformationView struct {
	BillingInformation
	// FirstInvoice will show a change made now; nil when none is expected.
	FirstInvoice *billing.FirstInvoice `json:"first_invoice"`
	Preflight    []billing.Missing     `json:"preflight"`
	// Lacking are past invoices, newest first, that do not show today's data.
	Lacking []billing.LackingInvoice `json:"lacking"`
	// Support is the vendor's address for help, where a correction is asked for; ""
	// when it is not known.
	Support  string       `json:"support"`
	SyncedAt billing.Time `json:"synced_at"`
}

// BillingReview is what saving a draft would do.
type BillingReview struct {
	Differences  []billing.Difference  `json:"differences"`
	FirstInvoice *billing.FirstInvoice `json:"first_invoice"`
	Notes        []billing.BillingNote `json:"notes"`
	// Lacking is as it will be after saving.
	Lacking []billing.LackingInvoice `json:"lacking"`
}

// BillingSaved is what saving a draft did.
type BillingSaved struct {
	Changes []billing.Change         `json:"changes"`
	Lacking []billing.LackingInvoice `json:"lacking"`
	// NextBefore and NextAfter are the foremost preview before and after; nil when
	// there is none.
	NextBefore *billing.Upcoming `json:"next_before"`
	NextAfter  *billing.Upcoming `json:"next_after"`
}

// TaxIDDraft is a tax id to be added.
type TaxIDDraft struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// TaxIDReplacement is a tax id to be put in another's place.
type TaxIDReplacement struct {
	// ID is that of the one that goes.
	ID    string `json:"id"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

// TaxIDChange is what adding or replacing a tax id did.
type TaxIDChange struct {
	TaxID billing.TaxID `json:"tax_id"`
	// BothExist tells that the new one was accepted and the old one, OldID, could not
	// be removed: Problem says why. Removing it again is the remedy.
	BothExist  bool              `json:"both_exist"`
	OldID      string            `json:"old_id"`
	Problem    *Problem          `json:"problem"`
	NextBefore *billing.Upcoming `json:"next_before"`
	NextAfter  *billing.Upcoming `json:"next_after"`
}

// PlanView is a subscription with what comes next and how it ends.
type PlanView struct {
	Subscription SubscriptionView       `json:"subscription"`
	Portal       billing.PortalFeatures `json:"portal"`
	// Next is nil when no further bill is expected, or nothing is known of it.
	Next *NextInvoice `json:"next"`
	// Ending is nil when it goes on.
	Ending *billing.Ending `json:"ending"`
	// PendingUntil is known while a change waits for its payment.
	PendingUntil billing.Time `json:"pending_until"`
	SyncedAt     billing.Time `json:"synced_at"`
}

// NextInvoice is the preview of the next invoice beside the last one.
type NextInvoice struct {
	billing.Upcoming
	// Last is nil when there was none.
	Last *LastInvoice `json:"last"`
	// Difference is the next total less the last one; nil without a last one in the
	// same currency. Reasons say where it comes from.
	Difference *billing.Money   `json:"difference"`
	Reasons    []billing.Reason `json:"reasons"`
}

// LastInvoice is the latest regular invoice of a subscription.
type LastInvoice struct {
	ID     string        `json:"id"`
	Number string        `json:"number"`
	Date   billing.Time  `json:"date"`
	Total  billing.Money `json:"total"`
}
