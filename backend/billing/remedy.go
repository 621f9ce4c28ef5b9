package billing

import "slices"

// remedy makes one that acts on what the matter is about.
func (m *Matter) remedy(kind RemedyKind) Remedy {
	r := Remedy{Kind: kind, SubscriptionID: m.SubscriptionID}
	if len(m.InvoiceIDs) > 0 && kind != RemedyUpdateCard && kind != RemedyResume && kind != RemedySubscribe {
		r.InvoiceID = m.InvoiceIDs[0]
	}
	return r
}

// add appends what is not there yet.
func (m *Matter) add(kinds ...RemedyKind) {
	for _, kind := range kinds {
		if !m.has(kind) {
			m.Remedies = append(m.Remedies, m.remedy(kind))
		}
	}
}

func (m *Matter) drop(kind RemedyKind) {
	m.Remedies = slices.DeleteFunc(m.Remedies, func(r Remedy) bool { return r.Kind == kind })
}

// syncFirst puts looking again before everything else.
func (m *Matter) syncFirst() {
	m.drop(RemedySync)
	m.Remedies = slices.Insert(m.Remedies, 0, Remedy{Kind: RemedySync})
}

func (m *Matter) has(kind RemedyKind) bool {
	return slices.ContainsFunc(m.Remedies, func(r Remedy) bool { return r.Kind == kind })
}

// promising says what helps against each group of declines, the best first. Where
// it is a lack of money or a fault the same card can pay; elsewhere another card
// comes first, since that needs nobody's help.
var promising = map[DeclineGroup][]RemedyKind{
	DeclineFundsAndLimits: {RemedyPayInvoice, RemedyUpdateCard},
	DeclineWrongData:      {RemedyUpdateCard, RemedyPayInvoice},
	DeclineBankRefused:    {RemedyUpdateCard, RemedyPayInvoice, RemedyContactBank},
	DeclineConfirmation:   {RemedyConfirm, RemedyUpdateCard},
	DeclineCardNotSuited:  {RemedyUpdateCard, RemedyPayInvoice},
	DeclineStopped:        {RemedyUpdateCard, RemedyPayInvoice},
	DeclineTechnical:      {RemedyPayInvoice, RemedyWait, RemedyUpdateCard},
	DeclineMethodSpecific: {RemedyUpdateCard, RemedyPayInvoice},
}

// waysOut are the remedies against a failed attempt, in order of their promise.
func (m *Matter) waysOut(b bill, shadow *PaymentMethod) []Remedy {
	retry := m.NextEvent != nil && m.NextEvent.Kind == EventRetry
	fixable := shadow != nil && !m.NewMethod && b.method.Origin != OriginInvoice && m.SubscriptionID != ""
	ways := Matter{SubscriptionID: m.SubscriptionID, InvoiceIDs: m.InvoiceIDs}
	for _, kind := range m.ranking(b) {
		switch {
		case kind == RemedyFixDefault && !fixable, kind == RemedyWait && !retry:
		case kind == RemedyPayInvoice && ways.has(RemedyConfirm), kind == RemedyConfirm && ways.has(RemedyPayInvoice):
			// Both are done on the invoice's page.
		case kind == RemedyFixDefault && !ways.has(kind):
			ways.Remedies = append(ways.Remedies, Remedy{Kind: kind, SubscriptionID: m.SubscriptionID, MethodID: shadow.ID})
		default:
			ways.add(kind)
		}
	}
	if !retry {
		ways.add(RemedyContactVendor)
	}
	return ways.Remedies
}

// ranking is what may help against a failed attempt, the best first; kinds can
// come twice. What the bank said holds for the method it said it of.
func (m *Matter) ranking(b bill) []RemedyKind {
	var kinds []RemedyKind
	stillHolds := m.Decline != nil && !m.NewMethod && b.method != nil
	switch {
	case m.Cause == CauseShadowedDefault:
		kinds = []RemedyKind{RemedyFixDefault, RemedyPayInvoice}
	case m.NewMethod:
		kinds = []RemedyKind{RemedyPayInvoice} // the first of the two steps is done
	}
	if stillHolds {
		kinds = append(kinds, promising[m.Decline.Group]...)
	}
	kinds = append(kinds, RemedyUpdateCard, RemedyPayInvoice)
	if stillHolds && m.Decline.CallBank {
		kinds = append(kinds, RemedyContactBank)
	}
	kinds = append(kinds, RemedyFixDefault)
	if !stillHolds || m.Cause == CauseShadowedDefault || m.Decline.Retry == RetryMayHelp {
		kinds = append(kinds, RemedyWait)
	}
	return kinds
}
