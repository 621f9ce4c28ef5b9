package billing

import (
	"slices"
	"strconv"
)

// ahead tells what is planned for a subscription: its end, its next charge, and
// what stands in the way of that.
func (t *newsTeller) ahead(s *Subscription) {
	t.end(s)
	next := s.NextBilling()
	if next == nil || next.At <= t.Now || next.At-t.Now > foresight {
		return
	}
	n := Notification{
		At: next.At, SubscriptionID: s.ID, Plan: s.Plan(), Amount: next.Amount, AmountKnown: next.AmountKnown,
	}
	if missing := t.missing(); len(missing) > 0 && next.At-t.Now <= dataNotice {
		incomplete := n
		incomplete.Kind, incomplete.Missing = NotifyBillingData, missing
		t.tell(incomplete, s.ID, instantKey(next.At))
	}
	if s.CollectionMethod == "send_invoice" || next.AmountKnown && next.Amount.Amount <= 0 {
		return // nothing is charged
	}
	n.Method = MethodToCharge(nil, s, t.Customer, t.PaymentMethods)
	t.charge(s, n)
}

// missing is what the next invoice will lack and everybody's has. That there is no
// tax ID is no news: many have none.
func (t *newsTeller) missing() []MissingKind {
	var kinds []MissingKind
	for _, m := range t.Preflight() {
		if m.What != MissingTaxID && m.What != MissingTaxIDResult {
			kinds = append(kinds, m.What)
		}
	}
	return kinds
}

// charge tells of a charge that is planned.
func (t *newsTeller) charge(s *Subscription, n Notification) {
	if n.Method != nil && n.Method.Method != nil && n.Method.Method.ExpiredBy(n.At) {
		expiring := n
		expiring.Kind = NotifyCardExpires
		t.tell(expiring, n.Method.ID, instantKey(n.Method.Method.ExpiresAt()))
	}
	above := slices.IndexFunc(t.Settings.Above, func(m Money) bool { return m.Currency == n.Amount.Currency })
	if n.AmountKnown && above >= 0 && n.Amount.Amount > t.Settings.Above[above].Amount {
		large := n
		large.Kind = NotifyLargeInvoice
		t.tell(large, s.ID, instantKey(n.At))
	}
	if notice, due := t.renewalNotice(s, n.At); due {
		n.Kind = NotifyRenewal
		t.tell(n, s.ID, instantKey(n.At), strconv.FormatInt(notice, 10))
	}
}

// renewalNotice is the least of the person's notices, in days, that a renewal at
// that time falls within. A plan that renews more often than it would be told of
// is not told of at all.
func (t *newsTeller) renewalNotice(s *Subscription, at Time) (days int64, due bool) {
	interval, count := s.Interval()
	notices := t.Settings.RenewalDays
	if interval == "year" || interval == "month" && count > 1 {
		notices = t.Settings.YearlyRenewalDays
	}
	length := map[string]int64{"day": 1, "week": 7, "month": 28, "year": 365}[interval] * max(count, 1)
	for _, notice := range notices {
		within := notice > 0 && notice < length && at-t.Now <= Time(notice)*day
		if within && (!due || notice < days) {
			days, due = notice, true
		}
	}
	return days, due
}

// end tells that a cancellation takes effect, shortly before and when it has. An
// end for lack of payment is told as access lost.
func (t *newsTeller) end(s *Subscription) {
	ends := s.EndsAt()
	if !ends.Known() || s.Status == SubscriptionIncompleteExpired {
		return
	}
	n := Notification{Kind: NotifyEnds, At: ends, SubscriptionID: s.ID, Plan: s.Plan()}
	away := ends - t.Now
	switch {
	case s.Ended() && (s.CancellationReason == "payment_failed" || s.CancellationReason == "payment_disputed"):
	case s.Ended() && away <= 0 && away >= -endNotice:
		t.tell(n, s.ID, "ended")
	case !s.Ended() && away > 0 && away <= endNotice:
		t.tell(n, s.ID, instantKey(ends))
	}
}

func instantKey(at Time) string { return strconv.FormatInt(int64(at), 10) }
