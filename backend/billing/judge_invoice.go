package billing

import (
	"cmp"
	"slices"
)

// course is how the collection of an open invoice goes, from the harmless to the
// grave.
type course int

const (
	coursePlanned    course = iota // its first attempt or its due date is ahead
	courseProcessing               // sent to the bank, which has not answered
	courseToPay
	courseOverdue
	courseFailed
	courseConfirm
)

// bill is an open invoice with something left to pay, and how its collection goes.
type bill struct {
	*Invoice
	course course
	// last is the latest attempt when it failed, nil when none is known; firstAt is
	// when the first one failed.
	last    *Payment
	firstAt Time
	method  *ChargedMethod
}

// billsOf gives the open invoices of a subscription, or those of none for nil:
// the gravest first, then the latest.
func (j *judge) billsOf(s *Subscription) []bill {
	var bills []bill
	for i := range j.Unsettled {
		invoice := &j.Unsettled[i]
		of := j.subscription(invoice.SubscriptionID)
		if (s == nil) != (of == nil) || (s != nil && of.ID != s.ID) || invoice.Owed().Amount <= 0 {
			continue
		}
		bills = append(bills, j.bill(invoice, s))
	}
	slices.SortStableFunc(bills, func(a, b bill) int {
		latest := 0
		if s != nil {
			latest = cmp.Compare(truth(b.ID == s.LatestInvoiceID), truth(a.ID == s.LatestInvoiceID))
		}
		return cmp.Or(cmp.Compare(b.course, a.course), latest)
	})
	return bills
}

func truth(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (j *judge) bill(invoice *Invoice, s *Subscription) bill {
	b := bill{Invoice: invoice, method: MethodToCharge(invoice, s, j.Customer, j.PaymentMethods)}
	attempts := j.payments[invoice.ID]
	if len(attempts) > 0 && attempts[0].Status == "failed" {
		b.last = &attempts[0]
	}
	for _, attempt := range attempts {
		if attempt.Status == "failed" {
			b.firstAt = Earliest(b.firstAt, attempt.CreatedAt)
		}
	}
	switch {
	case len(attempts) > 0 && attempts[0].Status == "pending":
		b.course = courseProcessing
	case invoice.NeedsConfirmation:
		b.course = courseConfirm
	case invoice.CollectionMethod == "send_invoice":
		b.course = j.courseOfSent(invoice)
	case invoice.Attempted || b.last != nil:
		b.course = courseFailed
	case !invoice.NextAttemptAt.Known():
		b.course = courseToPay
	}
	return b
}

func (j *judge) courseOfSent(invoice *Invoice) course {
	switch {
	case !invoice.DueAt.Known():
		return courseToPay
	case j.now > invoice.DueAt:
		return courseOverdue
	case invoice.DueAt-j.now <= dueNotice:
		return courseToPay
	default:
		return coursePlanned
	}
}

// describe tells of the first of the bills: why it is open, what was tried, what
// will be, and what helps. State and consequence are the caller's to say.
func (j *judge) describe(m *Matter, bills []bill, s *Subscription) {
	b := bills[0]
	for _, each := range bills {
		if each.course != coursePlanned || each.ID == b.ID {
			m.InvoiceIDs = append(m.InvoiceIDs, each.ID)
		}
	}
	m.Attempts, m.Method = b.Attempts, b.method
	if b.last != nil {
		m.Decline = &Decline{Advice: AdviceOf(*b.last), PaymentID: b.last.ID, Bank: BankFactsOf(*b.last)}
	}
	switch b.course {
	case coursePlanned:
		m.Cause, m.NextEvent = CauseInOrder, j.planned(b, *m)
	case courseProcessing:
		m.Cause, m.Decline, m.Remedies = CausePaymentProcessing, nil, []Remedy{m.remedy(RemedyWait)}
	case courseToPay:
		m.Cause, m.NextEvent, m.Remedies = CauseInvoiceToPay, j.dueDate(b, *m), []Remedy{m.remedy(RemedyPayInvoice)}
	case courseOverdue:
		m.Cause, m.NoRetry = CauseInvoiceOverdue, NoRetrySent
		m.Remedies = []Remedy{m.remedy(RemedyPayInvoice), m.remedy(RemedyContactVendor)}
	case courseConfirm:
		m.Cause, m.NoRetry = CauseConfirmation, NoRetryConfirmation
		m.Remedies = []Remedy{m.remedy(RemedyConfirm), m.remedy(RemedyUpdateCard)}
		j.expectRetry(m, b)
	case courseFailed:
		j.describeFailure(m, b, s)
	}
}

// describeFailure tells of a bill whose automatic attempt failed.
func (j *judge) describeFailure(m *Matter, b bill, s *Subscription) {
	m.NewMethod = b.methodIsNew()
	m.NoRetry = b.noRetry(m.Decline)
	j.expectRetry(m, b)
	shadow := j.shadowOf(b.method)
	m.Cause = CausePaymentFailed
	switch {
	case b.method == nil:
		m.Cause = CauseNoMethod
	case shadow != nil && !m.NewMethod && b.mendedBy(shadow):
		m.Cause = CauseShadowedDefault
	case b.expired(j.now) && !m.NewMethod && (m.Decline == nil || m.Decline.Group == DeclineWrongData):
		m.Cause = CauseCardExpired
	}
	switch {
	case m.Decline == nil && m.Cause != CauseNoMethod:
		m.Unknown = append(m.Unknown, UnknownAttempt)
	case m.Decline != nil && !m.Decline.ReasonKnown:
		m.Unknown = append(m.Unknown, UnknownDeclineReason)
	}
	m.Remedies = m.waysOut(b, shadow)
	if m.has(RemedyFixDefault) {
		m.Hidden = shadow
	}
}

func (b bill) expired(now Time) bool {
	return b.method != nil && b.method.Method != nil && b.method.Method.ExpiredBy(now)
}

// methodIsNew tells whether the next attempt would charge another method than the
// one that failed, or one that was added since.
func (b bill) methodIsNew() bool {
	if b.last == nil || b.method == nil || b.method.Method == nil {
		return false
	}
	m := b.method.Method
	other := b.last.Last4 != "" && m.Last4 != "" && b.last.Last4 != m.Last4
	return other || m.CreatedAt > b.last.CreatedAt
}

// noRetry says why no attempt is planned, as far as that can be known.
// Source: docs.stripe.com/billing/revenue-recovery/smart-retries: none without a
// method, none on a card issued in India, none after a hard decline.
func (b bill) noRetry(d *Decline) NoRetry {
	switch {
	case b.RetriesAutomatically():
		return NoRetryNone
	case b.method == nil:
		return NoRetryNoMethod
	case b.method.Method != nil && b.method.Method.Type == "card" && b.method.Method.Country == "IN":
		return NoRetryIndia
	case d != nil && finalDeclines[d.Reason]:
		return NoRetryFinal
	default:
		return NoRetryNonePlanned
	}
}

func (j *judge) expectRetry(m *Matter, b bill) {
	if !b.RetriesAutomatically() {
		return
	}
	m.NextEvent = j.event(EventRetry, b.NextAttemptAt, *m)
	if m.NextEvent != nil {
		m.NoRetry = NoRetryNone
		m.NextEvent.InvoiceID, m.NextEvent.Method = b.ID, b.method
		m.NextEvent.Amount, m.NextEvent.AmountKnown = b.AmountRemaining, true
	}
}

// planned is the first attempt at a bill, or the date by which to pay it.
func (j *judge) planned(b bill, m Matter) *NextEvent {
	if b.CollectionMethod == "send_invoice" {
		return j.dueDate(b, m)
	}
	event := j.event(EventCharge, b.NextAttemptAt, m)
	if event != nil {
		event.InvoiceID, event.Method, event.Amount, event.AmountKnown = b.ID, b.method, b.AmountRemaining, true
	}
	return event
}

func (j *judge) dueDate(b bill, m Matter) *NextEvent {
	if b.DueAt < j.now {
		return nil
	}
	event := j.event(EventInvoiceDue, b.DueAt, m)
	if event != nil {
		event.InvoiceID, event.Amount, event.AmountKnown = b.ID, b.AmountRemaining, true
	}
	return event
}

// shadowOf is the customer's own default method where another one, named by
// something more particular, is charged in its place; nil when there is none, or
// when it is no better since it has expired.
func (j *judge) shadowOf(charged *ChargedMethod) *PaymentMethod {
	if charged == nil || charged.Origin == OriginCustomer || charged.Origin == OriginCustomerSource ||
		charged.ID == j.Customer.DefaultPaymentMethodID {
		return nil
	}
	method := methodByID(j.PaymentMethods, j.Customer.DefaultPaymentMethodID)
	if method == nil || method.ExpiredBy(j.now) {
		return nil
	}
	return method
}

// mendedBy tells whether the shadowed method was added to mend things: after the
// first failure, or after the method that shadows it where no failure is known.
func (b bill) mendedBy(shadow *PaymentMethod) bool {
	if b.firstAt.Known() {
		return shadow.CreatedAt > b.firstAt
	}
	return b.method.Method != nil && shadow.CreatedAt > b.method.Method.CreatedAt
}
