package billing

import "sort"

// Account is what is known of one subscriber apart from the settled invoices:
// small enough to be read whole.
type Account struct {
	Customer       Customer
	Subscriptions  []Subscription
	PaymentMethods []PaymentMethod
	TaxIDs         []TaxID
	// Unsettled are the draft, open and uncollectible invoices.
	Unsettled []Invoice
	// Portal is what the vendor's customer portal lets the subscriber do.
	Portal PortalFeatures
}

// NextCharge is the next automatic charge to the subscriber.
type NextCharge struct {
	At          Time  `json:"at"`
	Amount      Money `json:"amount"`
	AmountKnown bool  `json:"amount_known"`
	// Method is nil when there is no method to charge.
	Method *ChargedMethod `json:"method"`
	// InvoiceID is set when it is an attempt at an invoice that is there already:
	// another one at an open invoice, or the first one at a draft.
	InvoiceID      string `json:"invoice_id"`
	SubscriptionID string `json:"subscription_id"`
}

// Owed is what the open invoices ask for, currency by currency.
func (a Account) Owed() ([]Money, error) { return Owed(a.Unsettled) }

// NextCharge is the earliest of the automatic attempts at invoices that are there
// already and the next bills of the subscriptions that are charged automatically;
// nil when nothing will be charged on its own. A bill that is known to be 0, of a
// free plan or one paid by credit, is no charge and never hides a later one. Ties
// go to the attempt, then the lower id.
func (a Account) NextCharge() *NextCharge {
	charges := a.charges()
	if len(charges) == 0 {
		return nil
	}
	sort.SliceStable(charges, func(i, j int) bool { return sooner(charges[i], charges[j]) })
	return &charges[0]
}

// charges lists all that will be charged on its own, in no order.
func (a Account) charges() []NextCharge {
	var charges []NextCharge
	for i := range a.Unsettled {
		invoice := &a.Unsettled[i]
		if !invoice.attemptIsPlanned() || invoice.AmountRemaining.Amount <= 0 {
			continue
		}
		charges = append(charges, NextCharge{
			At: invoice.NextAttemptAt, Amount: invoice.AmountRemaining, AmountKnown: true,
			Method:    MethodToCharge(invoice, a.subscription(invoice.SubscriptionID), a.Customer, a.PaymentMethods),
			InvoiceID: invoice.ID, SubscriptionID: invoice.SubscriptionID,
		})
	}
	for i := range a.Subscriptions {
		subscription := &a.Subscriptions[i]
		next := subscription.NextBilling()
		if next == nil || subscription.CollectionMethod == "send_invoice" {
			continue
		}
		if next.AmountKnown && next.Amount.Amount <= 0 {
			continue
		}
		charges = append(charges, NextCharge{
			At: next.At, Amount: next.Amount, AmountKnown: next.AmountKnown,
			Method:         MethodToCharge(nil, subscription, a.Customer, a.PaymentMethods),
			SubscriptionID: subscription.ID,
		})
	}
	return charges
}

func sooner(a, b NextCharge) bool {
	switch {
	case a.At != b.At:
		return a.At < b.At
	case (a.InvoiceID == "") != (b.InvoiceID == ""):
		return a.InvoiceID != ""
	case a.InvoiceID != b.InvoiceID:
		return a.InvoiceID < b.InvoiceID
	default:
		return a.SubscriptionID < b.SubscriptionID
	}
}

// MethodInUse is the method that will really be charged next. Without a next
// charge it is the one a future bill of the foremost subscription, or failing
// that of the customer, would be charged to; nil when there is none.
func (a Account) MethodInUse() *ChargedMethod {
	if charge := a.NextCharge(); charge != nil {
		return charge.Method
	}
	for _, subscription := range ByImportance(a.Subscriptions) {
		if !subscription.Ended() {
			return MethodToCharge(nil, &subscription, a.Customer, a.PaymentMethods)
		}
	}
	return MethodToCharge(nil, nil, a.Customer, a.PaymentMethods)
}

func (a Account) subscription(id string) *Subscription {
	for i := range a.Subscriptions {
		if a.Subscriptions[i].ID == id {
			return &a.Subscriptions[i]
		}
	}
	return nil
}

// ByImportance gives the subscriptions in the order a subscriber wants to see
// them: those that go on before those that ended, then the newest first. The
// argument is left as it is.
func ByImportance(subscriptions []Subscription) []Subscription {
	ordered := append([]Subscription{}, subscriptions...)
	sort.SliceStable(ordered, func(i, j int) bool {
		a, b := ordered[i], ordered[j]
		switch {
		case a.Ended() != b.Ended():
			return !a.Ended()
		case a.CreatedAt != b.CreatedAt:
			return a.CreatedAt > b.CreatedAt
		default:
			return a.ID < b.ID
		}
	})
	return ordered
}
