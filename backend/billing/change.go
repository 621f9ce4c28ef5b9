package billing

// ChangeKind says in one word what became another.
type ChangeKind string

// What can become another between two looks at an account.
const (
	MethodAdded               ChangeKind = "method_added"
	MethodRemoved             ChangeKind = "method_removed"
	MethodUpdated             ChangeKind = "method_updated"
	DefaultMethodChanged      ChangeKind = "default_method_changed"
	ChargedMethodChanged      ChangeKind = "charged_method_changed" // a subscription's own default
	InvoicePaidNow            ChangeKind = "invoice_paid"
	InvoiceCreated            ChangeKind = "invoice_created"
	PaymentFailed             ChangeKind = "payment_failed"
	PlanChanged               ChangeKind = "plan_changed"
	CancellationScheduled     ChangeKind = "cancellation_scheduled"
	CancellationUndone        ChangeKind = "cancellation_undone"
	SubscriptionStarted       ChangeKind = "subscription_started"
	SubscriptionEnded         ChangeKind = "subscription_ended"
	TaxIDAdded                ChangeKind = "tax_id_added"
	TaxIDRemoved              ChangeKind = "tax_id_removed"
	TaxIDVerified             ChangeKind = "tax_id_verified"
	TaxIDUnverified           ChangeKind = "tax_id_unverified"
	BillingInformationChanged ChangeKind = "billing_information_changed"
)

// Change is one thing that became another. Fields that say nothing about its kind
// are empty.
type Change struct {
	Kind           ChangeKind `json:"kind"`
	SubscriptionID string     `json:"subscription_id"`
	InvoiceID      string     `json:"invoice_id"`
	// Number is the invoice's, "" for a draft.
	Number string `json:"number"`
	// Plan is the subscription's, and PlanBefore what it was where that changed.
	Plan       string         `json:"plan"`
	PlanBefore string         `json:"plan_before"`
	Method     *PaymentMethod `json:"method"`
	TaxID      *TaxID         `json:"tax_id"`
	// Amount is what was paid, billed or could not be charged; else nil.
	Amount *Money `json:"amount"`
	// At is when it takes or took effect; unknown where that says nothing.
	At Time `json:"at"`
	// Fields names the parts of the billing information that are others.
	Fields []string `json:"fields"`
}

// Picture is an account at one instant, with those of its latest invoices that
// are settled. Two of them can be compared.
type Picture struct {
	Account
	Settled []Invoice
}

// Changes lists what is another in after than in before: methods first, then
// invoices, subscriptions, tax ids, and the billing information. Of invoices only
// those count that one of the two pictures holds as unsettled, or that are newer
// than all of before.
func Changes(before, after Picture) []Change {
	var changes []Change
	changes = append(changes, methodChanges(before, after)...)
	changes = append(changes, invoiceChanges(before, after)...)
	changes = append(changes, subscriptionChanges(before, after)...)
	changes = append(changes, taxIDChanges(before, after)...)
	fields := fieldsThatDiffer(before.Customer, after.Customer)
	if len(fields) > 0 {
		changes = append(changes, Change{Kind: BillingInformationChanged, Fields: fields})
	}
	for i := range changes {
		if changes[i].Fields == nil {
			changes[i].Fields = []string{}
		}
	}
	return changes
}

func methodChanges(before, after Picture) []Change {
	var changes []Change
	for i := range after.PaymentMethods {
		method := &after.PaymentMethods[i]
		switch old := methodByID(before.PaymentMethods, method.ID); {
		case old == nil:
			changes = append(changes, Change{Kind: MethodAdded, Method: method})
		case *old != *method:
			changes = append(changes, Change{Kind: MethodUpdated, Method: method})
		}
	}
	for i := range before.PaymentMethods {
		if old := &before.PaymentMethods[i]; methodByID(after.PaymentMethods, old.ID) == nil {
			changes = append(changes, Change{Kind: MethodRemoved, Method: old})
		}
	}
	if id := after.Customer.DefaultPaymentMethodID; id != before.Customer.DefaultPaymentMethodID {
		changes = append(changes, Change{Kind: DefaultMethodChanged, Method: methodByID(after.PaymentMethods, id)})
	}
	return changes
}

func invoiceChanges(before, after Picture) []Change {
	var changes []Change
	old := map[string]Invoice{}
	var newest Time
	for _, invoice := range before.invoices() {
		old[invoice.ID] = invoice
		newest = max(newest, invoice.CreatedAt)
	}
	for _, invoice := range after.invoices() {
		was, known := old[invoice.ID]
		if !known && invoice.CreatedAt < newest {
			continue
		}
		change := Change{InvoiceID: invoice.ID, Number: invoice.Number, SubscriptionID: invoice.SubscriptionID}
		if !known && invoice.Status != InvoiceDraft {
			changes = append(changes, change.as(InvoiceCreated, invoice.Total, invoice.CreatedAt))
		}
		if invoice.Status == InvoicePaid && was.Status != InvoicePaid {
			changes = append(changes, change.as(InvoicePaidNow, invoice.AmountPaid, invoice.PaidAt))
		}
		if invoice.Status == InvoiceOpen && invoice.Attempts > was.Attempts {
			changes = append(changes, change.as(PaymentFailed, invoice.AmountRemaining, invoice.NextAttemptAt))
		}
	}
	return changes
}

func (s Picture) invoices() []Invoice {
	return append(append([]Invoice{}, s.Unsettled...), s.Settled...)
}

func (c Change) as(kind ChangeKind, amount Money, at Time) Change {
	c.Kind, c.Amount, c.At = kind, &amount, at
	return c
}

func taxIDChanges(before, after Picture) []Change {
	var changes []Change
	for i := range after.TaxIDs {
		taxID := &after.TaxIDs[i]
		old := taxIDByID(before.TaxIDs, taxID.ID)
		if old == nil {
			changes = append(changes, Change{Kind: TaxIDAdded, TaxID: taxID})
			old = &TaxID{}
		}
		if old.Verification != taxID.Verification {
			switch taxID.Verification {
			case "verified":
				changes = append(changes, Change{Kind: TaxIDVerified, TaxID: taxID})
			case "unverified":
				changes = append(changes, Change{Kind: TaxIDUnverified, TaxID: taxID})
			}
		}
	}
	for i := range before.TaxIDs {
		if old := &before.TaxIDs[i]; taxIDByID(after.TaxIDs, old.ID) == nil {
			changes = append(changes, Change{Kind: TaxIDRemoved, TaxID: old})
		}
	}
	return changes
}

func taxIDByID(taxIDs []TaxID, id string) *TaxID {
	for i := range taxIDs {
		if taxIDs[i].ID == id {
			return &taxIDs[i]
		}
	}
	return nil
}

// fieldsThatDiffer names the parts of the billing information that are others.
func fieldsThatDiffer(before, after Customer) []string {
	var fields []string
	for _, difference := range Differences(before.Draft(), after.Draft()) {
		fields = append(fields, difference.Field)
	}
	if before.Email != after.Email {
		fields = append(fields, "email")
	}
	return fields
}
