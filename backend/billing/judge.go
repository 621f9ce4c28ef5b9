package billing

import (
	"cmp"
	"math"
	"slices"
)

const (
	minute = 60
	hour   = 60 * minute
	day    = Time(24 * hour)

	// staleAfter is the age from which a copy may no longer pass for today's.
	staleAfter = day
	// skewAllowed is how far a clock may be behind without a word about it.
	skewAllowed = Time(5 * minute)
	// eventPatience is how long after its time an event may still be on its way:
	// Stripe finalizes and charges about an hour after a period ends.
	eventPatience = Time(2 * hour)
	// imminentFor is how long an event that was due at the sync is still expected.
	imminentFor = day
	// soon is when a failure that can be foreseen becomes urgent.
	soon = 3 * day
	// foresight is how far ahead a charge that may fail is spoken of: a month and
	// some days, so that a yearly bill does not trouble anybody for a year.
	foresight = 35 * day
	// dueNotice is how long before its due date a sent invoice is spoken of.
	dueNotice = 7 * day
	// endIsNews is how long an unpaid end is spoken of beside another subscription
	// that goes on.
	endIsNews = 30 * day
	// signupLasts is how long a first payment may stay unfinished.
	// Source: Stripe docs, "How subscriptions work", incomplete: 23 hours.
	signupLasts = Time(23 * hour)
)

// judge holds a snapshot in an order of its own.
type judge struct {
	Snapshot
	now      Time
	payments map[string][]Payment // by invoice, newest first
}

func newJudge(s Snapshot) *judge {
	j := &judge{Snapshot: s, now: max(s.Now, s.SyncedAt), payments: map[string][]Payment{}}
	j.Subscriptions = ByImportance(s.Subscriptions)
	j.Unsettled = slices.Clone(s.Unsettled)
	slices.SortStableFunc(j.Unsettled, func(a, b Invoice) int {
		return cmp.Or(cmp.Compare(b.CreatedAt, a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	for _, p := range s.Payments {
		j.payments[p.InvoiceID] = append(j.payments[p.InvoiceID], p)
	}
	for _, list := range j.payments {
		slices.SortStableFunc(list, func(a, b Payment) int {
			return cmp.Or(cmp.Compare(b.CreatedAt, a.CreatedAt), cmp.Compare(b.ID, a.ID))
		})
	}
	return j
}

// ranked is a matter with its weight among the others.
type ranked struct {
	Matter
	rank int
}

// eventAt orders by the next event; nothing at all comes last.
func (r ranked) eventAt() Time {
	if r.NextEvent == nil {
		return math.MaxInt64
	}
	return r.NextEvent.At
}

// The weights. History never leads where anything else is there.
const (
	rankHistory = iota
	rankGood
	rankEnded
	rankUnknown // below every trouble that is known
	rankAttention
	rankAtRisk
	rankEndedUnpaid
	rankAccessLost
)

func weighed(m Matter) ranked {
	ranks := map[StandingState]int{
		StandingGood: rankGood, StandingAttention: rankAttention, StandingAtRisk: rankAtRisk,
		StandingAccessLost: rankAccessLost, StandingEnded: rankEnded, StandingUnknown: rankUnknown,
	}
	rank := ranks[m.State]
	if m.endedUnpaid() {
		rank = rankEndedUnpaid
	}
	return ranked{m, rank}
}

// matters lists everything there is to say, the gravest first; it is never empty.
func (j *judge) matters() []ranked {
	if !j.SyncedAt.Known() {
		m := j.matter(StandingUnknown, CauseNeverSynced, ConsequenceNotKnown)
		m.Unknown = []UnknownFact{UnknownEverything}
		m.Remedies = []Remedy{{Kind: RemedySync}}
		return []ranked{weighed(m)}
	}
	if j.Customer.Deleted {
		m := j.matter(StandingEnded, CauseAccountRemoved, ConsequenceLastKnown)
		m.Remedies = []Remedy{{Kind: RemedyContactVendor}}
		return []ranked{weighed(m)}
	}
	var all []ranked
	for i := range j.Subscriptions {
		all = append(all, j.ofSubscription(&j.Subscriptions[i]))
	}
	all = append(all, j.ofLooseInvoices()...)
	if len(all) == 0 {
		all = append(all, weighed(j.matter(StandingGood, CauseNoSubscription, ConsequenceNone)))
	}
	for i := range all {
		all[i] = j.seen(all[i])
	}
	// The order before is one of its own, and what weighs the same keeps it; of what
	// is good, the one where something happens first leads.
	slices.SortStableFunc(all, func(a, b ranked) int {
		if a.rank == rankGood && b.rank == rankGood {
			return cmp.Compare(a.eventAt(), b.eventAt())
		}
		return cmp.Compare(b.rank, a.rank)
	})
	return all
}

func (j *judge) matter(state StandingState, cause Cause, consequence Consequence) Matter {
	return Matter{
		State: state, Cause: cause, Consequence: consequence,
		InvoiceIDs: []string{}, Remedies: []Remedy{}, Unknown: []UnknownFact{},
	}
}

// event plans something at an instant; nil when that is unknown or so long before
// the sync that it cannot be on its way any more.
func (j *judge) event(kind EventKind, at Time, about Matter) *NextEvent {
	if !at.Known() || at < j.SyncedAt-imminentFor {
		return nil
	}
	event := &NextEvent{Kind: kind, At: at, SubscriptionID: about.SubscriptionID}
	if at < j.SyncedAt {
		event.At, event.Imminent = j.SyncedAt, true
	}
	return event
}

// seen takes into account that an event may have happened since the sync. A good
// standing cannot be vouched for then; a bad one is told as it was.
func (j *judge) seen(r ranked) ranked {
	e := r.NextEvent
	if e == nil || e.At >= j.now {
		return r
	}
	passed := j.now-e.At > eventPatience && j.now-j.SyncedAt > hour
	if !passed {
		return r
	}
	r.Unknown = append(r.Unknown, UnknownOutcome)
	if r.State == StandingGood {
		r.State, r.Cause, r.Consequence = StandingUnknown, CauseOutOfDate, ConsequenceNotKnown
		r.rank, r.Remedies, r.Hidden = rankUnknown, nil, nil
	}
	r.syncFirst()
	return r
}

// addDoubts says what is not known of the whole.
func (j *judge) addDoubts(s *Standing) {
	if !j.SyncedAt.Known() {
		return
	}
	if j.Now.Known() && j.SyncedAt > j.Now+skewAllowed {
		s.Unknown = append(s.Unknown, UnknownClock)
	}
	if j.now-j.SyncedAt > staleAfter {
		s.Unknown = append(s.Unknown, UnknownSince)
		s.syncFirst()
	}
}

// owedOn lists the open invoices with something left to pay, the oldest first.
func (j *judge) owedOn() []OwedInvoice {
	owed := []OwedInvoice{}
	for i := len(j.Unsettled) - 1; i >= 0; i-- {
		if j.Unsettled[i].Owed().Amount != 0 {
			owed = append(owed, owedInvoice(j.Unsettled[i]))
		}
	}
	return owed
}

func (j *judge) givenUp() []OwedInvoice {
	list := []OwedInvoice{}
	for i := len(j.Unsettled) - 1; i >= 0; i-- {
		if invoice := j.Unsettled[i]; invoice.Status == InvoiceUncollectible && invoice.AmountRemaining.Amount != 0 {
			list = append(list, owedInvoice(invoice))
		}
	}
	return list
}

func owedInvoice(i Invoice) OwedInvoice {
	unit := int64(100)
	if Exponent(i.Currency) == 3 {
		unit = 1000
	}
	return OwedInvoice{
		ID: i.ID, Number: i.Number, SubscriptionID: i.SubscriptionID, Amount: i.AmountRemaining,
		DueAt: i.DueAt, NextAttemptAt: i.NextAttemptAt, Tiny: i.AmountRemaining.Amount > 0 && i.AmountRemaining.Amount < unit,
	}
}
