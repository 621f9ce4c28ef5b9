package billing

// BillingDraft is what a person can change of the billing information in one go.
type BillingDraft struct {
	Name    string  `json:"name"`
	Phone   string  `json:"phone"`
	Address Address `json:"address"`
}

// Draft is the customer's billing information as a draft that changes nothing.
func (c Customer) Draft() BillingDraft {
	return BillingDraft{Name: c.Name, Phone: c.Phone, Address: c.Address}
}

// Difference is one field that is to be another.
type Difference struct {
	// Field is name, phone, address.line1, address.line2, address.city,
	// address.state, address.postal_code or address.country.
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Differences lists the fields in which two drafts differ, in the order of a form.
func Differences(before, after BillingDraft) []Difference {
	var differences []Difference
	for _, d := range []Difference{
		{"name", before.Name, after.Name},
		{"phone", before.Phone, after.Phone},
		{"address.line1", before.Address.Line1, after.Address.Line1},
		{"address.line2", before.Address.Line2, after.Address.Line2},
		{"address.city", before.Address.City, after.Address.City},
		{"address.state", before.Address.State, after.Address.State},
		{"address.postal_code", before.Address.PostalCode, after.Address.PostalCode},
		{"address.country", before.Address.Country, after.Address.Country},
	} {
		if d.Before != d.After {
			differences = append(differences, d)
		}
	}
	return differences
}

// BillingNote says something about a change of the billing information before it
// is made.
type BillingNote string

// The notes.
const (
	// NoteFutureOnly: invoices that were finalized before keep what they show.
	NoteFutureOnly BillingNote = "future_invoices_only"
	// NoteTaxMayChange: tax depends on what is changed. How it comes out is known
	// only from the next preview.
	NoteTaxMayChange BillingNote = "tax_may_change"
	// NoteNoneExpected: no invoice is expected that could show it.
	NoteNoneExpected BillingNote = "none_expected"
	// NoteNothingChanges: the draft is what is known already.
	NoteNothingChanges BillingNote = "nothing_changes"
)

// BillingNotes says what a person should know before the draft is saved.
func (a Account) BillingNotes(draft BillingDraft) []BillingNote {
	differences := Differences(a.Customer.Draft(), draft)
	if len(differences) == 0 {
		return []BillingNote{NoteNothingChanges}
	}
	notes := []BillingNote{NoteFutureOnly}
	if a.FirstInvoiceToShow() == nil {
		notes = append(notes, NoteNoneExpected)
	}
	for _, d := range differences {
		if locatesTax[d.Field] && a.Customer.TaxExempt != "exempt" {
			return append(notes, NoteTaxMayChange)
		}
	}
	return notes
}

// locatesTax are the fields that decide where a sale is taxed.
// Source: Stripe docs, "Determine customer locations".
var locatesTax = map[string]bool{
	"address.line1": true, "address.city": true, "address.state": true, "address.postal_code": true, "address.country": true,
}

// FirstInvoice is the first invoice that will show a change made now.
type FirstInvoice struct {
	// InvoiceID is set when it is there already, as a draft; "" is the next one.
	InvoiceID      string `json:"invoice_id"`
	Number         string `json:"number"`
	SubscriptionID string `json:"subscription_id"`
	// At is when it is finalized, and can show nothing new any more; unknown for a
	// draft that waits for the vendor.
	At    Time `json:"at"`
	Draft bool `json:"draft"`
}

// draftLasts is how long Stripe leaves an invoice of a subscription a draft.
// Source: Stripe docs, "Invoice finalization": approximately one hour.
const draftLasts = 3600

// FirstInvoiceToShow is the first draft to be finalized, or else the next bill of
// any subscription; nil when none is expected. What an invoice says of its payer is
// frozen when it is finalized.
// Source: Stripe API reference, Invoice.customer_address and its like.
func (a Account) FirstInvoiceToShow() *FirstInvoice {
	var first *FirstInvoice
	take := func(candidate FirstInvoice) {
		if first == nil || candidate.At.Known() && (!first.At.Known() || candidate.At < first.At) {
			first = &candidate
		}
	}
	for _, invoice := range a.Unsettled {
		if invoice.Status == InvoiceDraft {
			take(FirstInvoice{InvoiceID: invoice.ID, Number: invoice.Number,
				SubscriptionID: invoice.SubscriptionID, At: invoice.finalizedAround(), Draft: true})
		}
	}
	if first != nil && first.At.Known() {
		return first
	}
	for _, subscription := range a.Subscriptions {
		if next := subscription.NextBilling(); next != nil {
			take(FirstInvoice{SubscriptionID: subscription.ID, At: next.At + draftLasts})
		}
	}
	return first
}

// finalizedAround is when Stripe finalizes a draft on its own.
func (i Invoice) finalizedAround() Time {
	switch {
	case !i.AutoAdvance:
		return 0
	case i.NextAttemptAt.Known():
		return i.NextAttemptAt
	default:
		return i.CreatedAt + draftLasts
	}
}
