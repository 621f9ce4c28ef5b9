package billing

import (
	"cmp"
	"slices"
)

// pastDue judges one whose payment failed. Whether access is lost is the vendor's
// policy, and no status.
func (j *judge) pastDue(m *Matter, s *Subscription, bills []bill) {
	if len(bills) == 0 {
		j.withoutInvoice(m, s)
	} else {
		if bills[0].course == coursePlanned {
			bills[0].course = courseFailed // the status says so
			if bills[0].CollectionMethod == "send_invoice" {
				bills[0].course = courseToPay
			}
		}
		j.describe(m, bills, s)
	}
	state, consequence, until, unknown := j.Policy.access(j.behindSince(bills), j.now)
	m.State, m.Consequence, m.AccessUntil = state, consequence, until
	m.Unknown = append(m.Unknown, unknown...)
}

// withoutInvoice tells of one that is behind although nothing is open: the bill
// may have been given up, and can be paid all the same.
func (j *judge) withoutInvoice(m *Matter, s *Subscription) {
	m.Cause, m.NoRetry = CauseFailedWithoutInvoice, NoRetryNonePlanned
	for i := range j.Unsettled {
		invoice := &j.Unsettled[i]
		if invoice.Status == InvoiceUncollectible && invoice.SubscriptionID == s.ID && invoice.AmountRemaining.Amount > 0 {
			m.Remedies = append(m.Remedies, Remedy{Kind: RemedyPayInvoice, SubscriptionID: s.ID, InvoiceID: invoice.ID})
			break
		}
	}
	m.add(RemedySync, RemedyContactVendor)
}

// behindSince is when the first of the bills could not be paid: its first failed
// attempt, the due date of one that was sent, else when it was issued.
func (j *judge) behindSince(bills []bill) Time {
	var since Time
	for _, b := range bills {
		failed := b.firstAt
		switch {
		case failed.Known():
		case b.CollectionMethod == "send_invoice":
			failed = b.DueAt
		default:
			failed = b.FinalizedAt
		}
		since = Earliest(since, failed)
	}
	return since
}

// unpaid judges one that Stripe stopped collecting. The newest invoice counts: to
// pay an older one may change nothing, and newer ones are kept as drafts.
// Source: Stripe docs, "How subscriptions work", unpaid.
func (j *judge) unpaid(m *Matter, s *Subscription, bills []bill) {
	if len(bills) == 0 {
		j.withoutInvoice(m, s)
	} else {
		slices.SortStableFunc(bills, func(a, b bill) int { return cmp.Compare(b.CreatedAt, a.CreatedAt) })
		if bills[0].course == coursePlanned {
			bills[0].course = courseToPay
		}
		j.describe(m, bills, s)
		if m.Cause != CausePaymentProcessing {
			m.Cause = CauseTriesUsedUp
			m.add(RemedyContactVendor)
		}
	}
	m.State, m.Consequence = StandingAccessLost, ConsequencePayingMayNotHelp
	m.Unknown = append(m.Unknown, UnknownAccess)
}

// incomplete judges one whose first payment is not finished. Stripe lets it lapse.
func (j *judge) incomplete(m *Matter, s *Subscription, bills []bill) {
	if len(bills) > 0 {
		if bills[0].course == coursePlanned {
			bills[0].course = courseToPay // a first payment waits for the subscriber
		}
		j.describe(m, bills, s)
	}
	m.State, m.Consequence = StandingAtRisk, ConsequenceLapses
	switch {
	case m.Cause == CauseConfirmation:
	case m.Cause == CausePaymentProcessing:
		m.Consequence = ConsequenceWaitForBank
	default:
		m.Cause = CauseFirstPayment
	}
	if s.CreatedAt.Known() {
		m.NextEvent = j.event(EventLapses, s.CreatedAt+signupLasts, *m)
	}
	if m.Cause != CausePaymentProcessing {
		m.drop(RemedyWait) // it lapses, whatever is planned
	}
	if len(m.Remedies) == 0 {
		m.add(RemedySync, RemedyContactVendor)
	}
}

// paused judges one whose trial ended without a method. It makes no bills; older
// ones may be open.
func (j *judge) paused(m *Matter, s *Subscription, bills []bill) {
	m.Cause = CauseTrialEnded
	if len(bills) > 0 && bills[0].course > coursePlanned {
		j.describe(m, bills, s)
	}
	m.State, m.Consequence = StandingAccessLost, ConsequenceAccessPresumedLost
	m.Unknown = append(m.Unknown, UnknownAccess)
	if m.Cause != CausePaymentProcessing {
		m.add(RemedyUpdateCard)
	}
	m.add(RemedyContactVendor)
}

// ended judges one that is over, with what may still be open on it.
func (j *judge) ended(m *Matter, s *Subscription, bills []bill) ranked {
	m.State, m.Consequence, m.Cause, m.EndedAt = StandingEnded, ConsequenceOver, endedBecause(s), s.EndedAt
	if m.Cause == CauseEndedWithoutReason {
		m.Unknown = append(m.Unknown, UnknownEndReason)
	}
	m.Method = nil
	if len(bills) > 0 && bills[0].course == coursePlanned {
		// A last bill that is about to be charged, or due in weeks: nothing is amiss.
		m.NextEvent, bills = j.earliestPlanned(bills, *m), nil
	}
	if len(bills) > 0 {
		j.leftOpen(m, s, bills)
	} else {
		m.add(RemedySubscribe)
		if m.Cause == CauseEndedUnpaid || m.Cause == CauseEndedDisputed {
			m.add(RemedyContactVendor)
		}
	}
	history := j.isHistory(s, endedBecause(s))
	switch {
	case history && len(bills) == 0:
		return ranked{*m, rankHistory}
	case history && m.endedUnpaid():
		m.State, m.Cause = StandingAttention, CauseOpenAfterEnd
	case m.endedUnpaid() && j.somethingGoesOn():
		m.State = StandingAttention // not everything is over
	}
	return weighed(*m)
}

func endedBecause(s *Subscription) Cause {
	switch {
	case s.Status == SubscriptionIncompleteExpired:
		return CauseSignupLapsed
	case s.CancellationReason == "payment_failed":
		return CauseEndedUnpaid
	case s.CancellationReason == "payment_disputed":
		return CauseEndedDisputed
	case s.CancellationReason == "cancellation_requested":
		return CauseEndedByChoice
	default:
		return CauseEndedWithoutReason
	}
}

// leftOpen tells of bills that outlive their subscription: it is over, and they
// stay due. Another card would change nothing on its own any more.
func (j *judge) leftOpen(m *Matter, s *Subscription, bills []bill) {
	why := m.Cause
	j.describe(m, bills, s)
	processing := m.Cause == CausePaymentProcessing
	m.Consequence = ConsequenceStaysOwed
	if processing {
		m.Consequence = ConsequenceWaitForBank
	}
	unpaid := why == CauseEndedUnpaid || why == CauseEndedDisputed
	switch {
	case unpaid:
		m.Cause = why
	case processing:
		m.State = StandingAttention
	default:
		m.State, m.Cause = StandingAttention, CauseOpenAfterEnd
	}
	if !processing {
		first := RemedyPayInvoice
		if bills[0].course == courseConfirm {
			first = RemedyConfirm
		}
		m.Remedies, m.Hidden = nil, nil
		m.add(first)
		if m.NextEvent != nil && m.NextEvent.Kind == EventRetry {
			m.add(RemedyWait)
		}
	}
	if unpaid {
		m.add(RemedySubscribe)
	}
	m.add(RemedyContactVendor)
}

func (j *judge) somethingGoesOn() bool {
	return slices.ContainsFunc(j.Subscriptions, func(s Subscription) bool { return !s.Ended() })
}

// isHistory tells whether an end is nothing to speak of any more: another
// subscription goes on, or a later one ended too. An unpaid end beside one that
// goes on is history when that one has taken its place, or after a month.
func (j *judge) isHistory(s *Subscription, why Cause) bool {
	unpaid := why == CauseEndedUnpaid || why == CauseEndedDisputed
	for i := range j.Subscriptions {
		other := &j.Subscriptions[i]
		switch {
		case other.ID == s.ID:
		case other.Ended():
			if j.endedLater(other, s) {
				return true
			}
		case !unpaid, j.now-s.EndedAt > endIsNews, other.CreatedAt >= s.EndedAt, sharesPlan(*other, *s):
			return true
		}
	}
	return false
}

// endedLater tells whether the end of a is more news than that of b. A sign-up
// that lapsed is no news beside anything else.
func (j *judge) endedLater(a, b *Subscription) bool {
	lapsed := cmp.Compare(truth(b.Status == SubscriptionIncompleteExpired), truth(a.Status == SubscriptionIncompleteExpired))
	return cmp.Or(lapsed, cmp.Compare(a.EndedAt, b.EndedAt), cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(b.ID, a.ID)) > 0
}

// sharesPlan tells whether the two sell one product.
func sharesPlan(a, b Subscription) bool {
	return slices.ContainsFunc(a.Items, func(i SubscriptionItem) bool {
		return i.ProductID != "" && slices.ContainsFunc(b.Items, func(k SubscriptionItem) bool { return k.ProductID == i.ProductID })
	})
}

// ofLooseInvoices judges the invoices that belong to no subscription, those of one
// cause together.
func (j *judge) ofLooseInvoices() []ranked {
	byCourse := map[course][]bill{}
	for _, b := range j.billsOf(nil) {
		byCourse[b.course] = append(byCourse[b.course], b)
	}
	var all []ranked
	for c := courseConfirm; c >= coursePlanned; c-- {
		bills := byCourse[c]
		if len(bills) == 0 {
			continue
		}
		slices.Reverse(bills) // the oldest is the first to pay
		m := j.matter(StandingGood, CauseInOrder, ConsequenceNone)
		switch c {
		case coursePlanned:
			j.describe(&m, bills, nil)
			m.NextEvent = j.earliestPlanned(bills, m)
		case courseProcessing:
			j.describe(&m, bills, nil)
			m.Consequence = ConsequenceWaitForBank
		default:
			j.openBill(&m, nil, bills)
		}
		all = append(all, weighed(m))
	}
	m := j.matter(StandingGood, CauseInOrder, ConsequenceNone)
	if j.stuck(&m, "") {
		all = append(all, weighed(m))
	}
	if events := j.draftsOf("", j.matter(StandingGood, CauseInOrder, ConsequenceNone)); len(events) > 0 {
		m := j.matter(StandingGood, CauseInOrder, ConsequenceNone)
		m.NextEvent = earliestEvent(events)
		all = append(all, weighed(m))
	}
	return all
}

func (j *judge) earliestPlanned(bills []bill, m Matter) *NextEvent {
	events := make([]*NextEvent, len(bills))
	for i, b := range bills {
		events[i] = j.planned(b, m)
	}
	return earliestEvent(events)
}
