package wording

import (
	"slices"
	"strconv"

	"billfold/backend/billing"
)

// The causes that are told with an amount, with the day of what comes next, or with
// the day on which it ended, each where that is known.
var (
	withAmount = []billing.Cause{
		billing.CausePaymentFailed, billing.CauseCardExpired, billing.CauseConfirmation, billing.CauseShadowedDefault,
		billing.CauseNoMethod, billing.CauseTriesUsedUp, billing.CauseInvoiceToPay, billing.CauseInvoiceOverdue,
		billing.CausePaymentProcessing, billing.CauseChangeUnpaid, billing.CauseFirstPayment, billing.CauseOpenAfterEnd,
		billing.CauseEndedUnpaid,
	}
	withNext = []billing.Cause{billing.CauseTrialEndsUnpaid, billing.CauseCancellationPlanned, billing.CauseCardExpires}
	withEnd  = []billing.Cause{billing.CauseEndedByChoice, billing.CauseEndedWithoutReason}
)

// State is how it stands, in a word or two.
func (s Speaker) State(m billing.Matter) string {
	if m.State == billing.StandingAccessLost && m.Consequence == billing.ConsequenceAccessPresumedLost {
		return s.Say("standing_state_presumed")
	}
	return s.Say("standing_state_" + string(m.State))
}

// Cause is what happened, with no name and no amount in it.
func (s Speaker) Cause(cause billing.Cause) string { return s.Say("standing_cause_" + string(cause)) }

// What is what happened, with its amount and dates, in one sentence without its full
// stop.
func (s Speaker) What(m billing.Matter, of billing.Standing) string {
	owed := owedBy(m, of)
	method, hidden := s.charged(m.Method), ""
	if m.Hidden != nil {
		hidden = shortened(s.Method(*m.Hidden))
	}
	next := ""
	if m.NextEvent != nil && !m.NextEvent.Imminent {
		next = s.Day(m.NextEvent.At)
	}
	told := func(amount, date string) string {
		return s.Say("standing_of_"+string(m.Cause),
			"amount", amount, "what", s.name(m.Plan, owed.Number), "date", date, "method", method, "hidden", hidden)
	}
	unnamed := m.Cause == billing.CauseShadowedDefault && (method == "" || hidden == "") ||
		m.Cause == billing.CauseCardExpires && method == ""
	switch {
	case unnamed:
		return s.Cause(m.Cause)
	case owed.ID != "" && slices.Contains(withAmount, m.Cause):
		return told(s.Money(owed.Amount), "")
	case next != "" && slices.Contains(withNext, m.Cause):
		return told("", next)
	case m.EndedAt.Known() && slices.Contains(withEnd, m.Cause):
		return told("", s.Day(m.EndedAt))
	default:
		return s.Cause(m.Cause)
	}
}

// owedBy is the invoice to pay first, without an ID where it is about none.
func owedBy(m billing.Matter, of billing.Standing) billing.OwedInvoice {
	for _, owed := range of.OwedOn {
		if len(m.InvoiceIDs) > 0 && owed.ID == m.InvoiceIDs[0] {
			return owed
		}
	}
	return billing.OwedInvoice{}
}

// name is what is paid for: the plan, else the invoice.
func (s Speaker) name(plan, number string) string {
	if plan = shortened(plan); plan != "" {
		return plan
	}
	if number == "" {
		return s.Say("standing_what_subscription")
	}
	return s.Say("standing_what_invoice", "number", shortened(number))
}

// Meaning is what it means and what comes next on its own, a sentence each. What tells
// the day of what comes next, for which titled stands, is not told again.
func (s Speaker) Meaning(m billing.Matter, titled bool) []string {
	var sentences []string
	if open := len(m.InvoiceIDs); open > 1 {
		sentences = append(sentences, s.Say("standing_several_open", "count", strconv.Itoa(open)))
	}
	sentences = append(sentences, s.Say("standing_means_"+string(m.Consequence), "date", s.Moment(m.AccessUntil)))
	if m.NoRetry != billing.NoRetryNone {
		sentences = append(sentences, s.Say("standing_noretry_"+string(m.NoRetry)))
	}
	if m.NextEvent != nil && tellsNext(m) && !(titled && slices.Contains(withNext, m.Cause)) {
		sentences = append(sentences, s.next(*m.NextEvent))
	}
	return sentences
}

// tellsNext is false for an end that access goes on until, which was told of already,
// and for the next bill beside one that is not tried again.
func tellsNext(m billing.Matter) bool {
	kind := m.NextEvent.Kind
	return !(m.Consequence == billing.ConsequenceAccessUntil && kind == billing.EventEnds) &&
		!(m.NoRetry != billing.NoRetryNone && kind == billing.EventCharge)
}

func (s Speaker) next(e billing.NextEvent) string {
	at := s.Moment(e.At)
	if e.Imminent {
		at = s.Say("standing_now")
	}
	return s.Say("standing_next_"+string(e.Kind), "date", at)
}

// Remedy is what can be done, in a sentence. Waiting is nothing to do only where it is
// the first of the matter's remedies.
func (s Speaker) Remedy(m billing.Matter, at int) string {
	r := m.Remedies[at]
	switch {
	case r.Kind == billing.RemedyFixDefault && m.Hidden != nil && m.Hidden.ID == r.MethodID:
		return s.Say("standing_do_fix_default_to", "method", shortened(s.Method(*m.Hidden)))
	case r.Kind != billing.RemedyWait || at == 0 || m.NextEvent == nil || m.NextEvent.Kind != billing.EventRetry:
		return s.Say("standing_do_" + string(r.Kind))
	case m.NextEvent.Imminent:
		return s.Say("standing_do_wait_else")
	default:
		return s.Say("standing_do_wait_until", "date", s.Moment(m.NextEvent.At))
	}
}
