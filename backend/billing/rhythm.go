package billing

import "time"

// How long a copy is good enough, unless something is known to happen earlier.
const (
	// lookSoon is while something moves by itself: a payment or a bank's answer is
	// under way, an invoice is about to be charged, a tax ID is being verified.
	lookSoon = 5 * time.Minute
	// lookOften is while something is owed, so that a payment made elsewhere shows.
	lookOften = 15 * time.Minute
	// lookSeldom is when all is quiet.
	lookSeldom = 6 * time.Hour
	// settling is how long after a planned event its outcome is worth a look.
	settling = 2 * time.Minute
	// finalizing is how long after the end of a period the renewal's invoice is
	// charged. Source: Stripe docs, "Subscription invoices": about an hour.
	finalizing = time.Hour
)

// LookAgainAt is when the account is worth asking for again: minutes from now
// when something is pending, hours when all is quiet, and shortly after each
// planned event that comes first. now is when it was last asked for.
func (a Account) LookAgainAt(now Time) Time {
	next := now + seconds(a.patience())
	for _, planned := range a.planned() {
		if look := planned + seconds(settling); planned.Known() && look > now {
			next = Earliest(next, look)
		}
	}
	return next
}

// patience is how long nothing new need be expected, planned events aside.
func (a Account) patience() time.Duration {
	wait := lookSeldom
	for i := range a.Unsettled {
		invoice := &a.Unsettled[i]
		switch {
		case invoice.Status == InvoiceDraft && invoice.AutoAdvance:
			return lookSoon
		case invoice.Status == InvoiceOpen:
			wait = lookOften
		}
	}
	for _, id := range a.TaxIDs {
		if id.Verification == "pending" {
			return lookSoon
		}
	}
	for i := range a.Subscriptions {
		switch s := &a.Subscriptions[i]; {
		case s.Status == SubscriptionIncomplete, s.PendingUpdateExpiresAt.Known():
			return lookSoon
		case s.Status == SubscriptionPastDue, s.Status == SubscriptionUnpaid:
			wait = lookOften
		}
	}
	return wait
}

// planned lists the instants at which something is known to happen; some may be
// unknown or past.
func (a Account) planned() []Time {
	var times []Time
	for i := range a.Unsettled {
		times = append(times, a.Unsettled[i].NextAttemptAt, a.Unsettled[i].DueAt)
	}
	for i := range a.Subscriptions {
		s := &a.Subscriptions[i]
		if s.Ended() {
			continue
		}
		times = append(times, s.TrialEnd, s.CancelAt, s.PeriodEnd)
		if s.PeriodEnd.Known() {
			times = append(times, s.PeriodEnd+seconds(finalizing))
		}
		if s.Pause != nil {
			times = append(times, s.Pause.ResumesAt)
		}
	}
	return times
}

func seconds(d time.Duration) Time { return Time(d / time.Second) }
