package billing_test

import (
	"slices"
	"testing"

	"billfold/backend/billing"
)

func TestWhyNoRetryFollows(t *testing.T) {
	behind := status(billing.SubscriptionPastDue)
	for name, test := range map[string]struct {
		snapshot billing.Snapshot
		want     billing.NoRetry
	}{
		"one is planned":                 {away(behind, declined("do_not_honor", retryAt)), billing.NoRetryNone},
		"a card issued in India":         {away(behind, declined("do_not_honor", 0), card(func(m *billing.PaymentMethod) { m.Country = "IN" })), billing.NoRetryIndia},
		"no method":                      {away(behind, declined("do_not_honor", 0), func(s *billing.Snapshot) { s.Customer.DefaultPaymentMethodID = "" }), billing.NoRetryNoMethod},
		"a refusal that is final":        {away(behind, declined("revocation_of_authorization", 0)), billing.NoRetryFinal},
		"a final refusal that is hidden": {away(behind, declined("stolen_card", 0)), billing.NoRetryNonePlanned},
		"the tries are used up":          {away(behind, declined("do_not_honor", 0)), billing.NoRetryNonePlanned},
		"the invoice is sent":            {away(behind, sent(standNow-dayLong)), billing.NoRetrySent},
		"the bank asks for confirmation": {away(behind, invoice(func(i *billing.Invoice) { i.Attempted, i.NeedsConfirmation = true, true })), billing.NoRetryConfirmation},
	} {
		t.Run(name, func(t *testing.T) {
			if got := billing.StandingOf(test.snapshot).NoRetry; got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// another adds a subscription to another plan.
func another(id string, edit func(*billing.Subscription)) step {
	return func(s *billing.Snapshot) {
		more := s.Subscriptions[0]
		more.ID, more.LatestInvoiceID = id, ""
		more.Items = []billing.SubscriptionItem{{ID: "si_2", ProductID: "prod_" + id, Plan: "Build machines", Quantity: 1}}
		edit(&more)
		s.Subscriptions = append(s.Subscriptions, more)
	}
}

func TestSeveralSubscriptions(t *testing.T) {
	endedAs := func(reason string, daysAgo billing.Time) func(*billing.Subscription) {
		return func(s *billing.Subscription) {
			s.Status, s.CancellationReason, s.EndedAt = billing.SubscriptionCanceled, reason, standNow-daysAgo*dayLong
		}
	}
	for name, test := range map[string]struct {
		snapshot billing.Snapshot
		state    billing.StandingState
		cause    billing.Cause
		leads    string
	}{
		"the one that is behind leads": {
			away(another("sub_2", func(s *billing.Subscription) { s.Status = billing.SubscriptionPastDue })),
			billing.StandingAccessLost, billing.CauseFailedWithoutInvoice, "sub_2"},
		"of two that are good the next bill leads": {
			away(another("sub_2", func(s *billing.Subscription) { s.PeriodEnd = periodEnd - dayLong })),
			billing.StandingGood, billing.CauseInOrder, "sub_2"},
		"one that was ended on purpose is history": {
			away(another("sub_2", endedAs("cancellation_requested", 1))), billing.StandingGood, billing.CauseInOrder, "sub_1"},
		"one that ended unpaid yesterday is news": {
			away(another("sub_2", endedAs("payment_failed", 1))), billing.StandingAttention, billing.CauseEndedUnpaid, "sub_2"},
		"one that ended unpaid long ago is history": {
			away(another("sub_2", endedAs("payment_failed", 60))), billing.StandingGood, billing.CauseInOrder, "sub_1"},
		"one that ended unpaid and was bought again is history": {
			away(another("sub_2", func(s *billing.Subscription) {
				endedAs("payment_failed", 1)(s)
				s.Items[0].ProductID = "prod_pro"
			})), billing.StandingGood, billing.CauseInOrder, "sub_1"},
		"one that ended unpaid before the other was bought is history": {
			away(sub(func(s *billing.Subscription) { s.CreatedAt = standNow - 3600 }), another("sub_2", endedAs("payment_failed", 1))),
			billing.StandingGood, billing.CauseInOrder, "sub_1"},
		"of two that ended the later leads": {
			away(sub(endedAs("payment_failed", 40)), another("sub_2", endedAs("cancellation_requested", 5))),
			billing.StandingEnded, billing.CauseEndedByChoice, "sub_2"},
		"a sign-up that lapsed is no news beside an end": {
			away(sub(endedAs("payment_failed", 40)), another("sub_2", func(s *billing.Subscription) {
				s.Status, s.EndedAt = billing.SubscriptionIncompleteExpired, standNow-dayLong
			})), billing.StandingEnded, billing.CauseEndedUnpaid, "sub_1"},
		"an open bill of one that is history is still told": {
			away(another("sub_2", endedAs("payment_failed", 60)), declined("do_not_honor", 0), func(s *billing.Snapshot) {
				s.Unsettled[0].SubscriptionID = "sub_2"
			}), billing.StandingAttention, billing.CauseOpenAfterEnd, "sub_2"},
		"a failed bill of no subscription leads before what is good": {
			away(declined("do_not_honor", 0), func(s *billing.Snapshot) { s.Unsettled[0].SubscriptionID = "" }),
			billing.StandingAttention, billing.CausePaymentFailed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := billing.StandingOf(test.snapshot)
			mustObeyTheLaws(t, test.snapshot, got)
			if got.State != test.state || got.Cause != test.cause || got.SubscriptionID != test.leads {
				t.Errorf("%s, %s, led by %q; want %s, %s, %q", got.State, got.Cause, got.SubscriptionID, test.state, test.cause, test.leads)
			}
			if len(got.Others) != 1 {
				t.Errorf("%d others: each subscription is told of", len(got.Others))
			}
		})
	}
}

func TestEndedUnpaid(t *testing.T) {
	for reason, want := range map[string]bool{"cancellation_requested": false, "": false, "payment_failed": true, "payment_disputed": true} {
		s := away(status(billing.SubscriptionCanceled), sub(func(s *billing.Subscription) { s.CancellationReason = reason }))
		if got := billing.StandingOf(s); got.EndedUnpaid() != want || got.State != billing.StandingEnded {
			t.Errorf("%q: %s, unpaid %v", reason, got.State, got.EndedUnpaid())
		}
	}
}

func TestWhatIsOwedIsListedOldestFirst(t *testing.T) {
	s := away(
		invoice(func(i *billing.Invoice) { i.ID, i.AmountRemaining, i.CreatedAt = "in_tiny", usd(38), periodStart+2 }),
		invoice(func(i *billing.Invoice) { i.ID, i.CreatedAt = "in_old", periodStart }),
		invoice(func(i *billing.Invoice) {
			i.ID, i.Currency, i.CreatedAt = "in_yen", "jpy", periodStart+1
			i.AmountRemaining = billing.Money{Amount: 99, Currency: "jpy"}
		}),
		invoice(func(i *billing.Invoice) { i.ID, i.Status = "in_lost", billing.InvoiceUncollectible }),
		invoice(func(i *billing.Invoice) { i.ID, i.Status = "in_void", billing.InvoiceVoid }),
		invoice(func(i *billing.Invoice) { i.ID, i.AmountRemaining = "in_nil", usd(0) }),
	)
	got := billing.StandingOf(s)
	var ids []string
	for _, i := range got.OwedOn {
		ids = append(ids, i.ID)
		if i.Tiny != (i.ID != "in_old") {
			t.Errorf("%s is tiny: %v", i.ID, i.Tiny)
		}
	}
	if want := []string{"in_old", "in_yen", "in_tiny"}; !slices.Equal(ids, want) {
		t.Errorf("owed on %v, want %v", ids, want)
	}
	if len(got.GivenUp) != 1 || got.GivenUp[0].ID != "in_lost" {
		t.Errorf("given up: %+v", got.GivenUp)
	}
	if want := []billing.Money{{Amount: 99, Currency: "jpy"}, usd(2418)}; !slices.Equal(got.Owed, want) {
		t.Errorf("owed %v, want %v", got.Owed, want)
	}
}

func TestAnEventThatWasDueAtTheSyncIsImminent(t *testing.T) {
	for name, test := range map[string]struct {
		planned  billing.Time
		there    bool
		imminent bool
	}{
		"an hour ahead":     {standNow + 3600, true, false},
		"minutes before":    {standNow - 600, true, true},
		"two days before":   {standNow - 2*dayLong, false, false},
		"nobody knows when": {0, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := away(status(billing.SubscriptionUnpaid), declined("do_not_honor", test.planned))
			e := billing.StandingOf(s).NextEvent
			if (e != nil) != test.there || e != nil && (e.Imminent != test.imminent || e.At < s.SyncedAt) {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestCardThatHasExpiredIsTheCause(t *testing.T) {
	old := card(func(m *billing.PaymentMethod) { m.ExpMonth, m.ExpYear = 1, 2026 })
	got := billing.StandingOf(away(status(billing.SubscriptionPastDue), declined("expired_card", 0), old))
	if got.Cause != billing.CauseCardExpired || got.Remedies[0].Kind != billing.RemedyUpdateCard {
		t.Errorf("%s, %v", got.Cause, got.Remedies)
	}
	got = billing.StandingOf(away(status(billing.SubscriptionPastDue), declined("insufficient_funds", 0), old))
	if got.Cause != billing.CausePaymentFailed {
		t.Errorf("%s, and the bank has named another reason", got.Cause)
	}
}

func TestRenewedCardCountsAsNew(t *testing.T) {
	for name, test := range map[string]struct {
		step step
		want bool
	}{
		"the card that failed":               {func(*billing.Snapshot) {}, false},
		"another card":                       {second(periodStart - dayLong), true},
		"a card of the same number, renewed": {card(func(m *billing.PaymentMethod) { m.CreatedAt = standNow - 60 }), true},
	} {
		t.Run(name, func(t *testing.T) {
			got := billing.StandingOf(away(status(billing.SubscriptionPastDue), declined("expired_card", retryAt), test.step))
			if got.NewMethod != test.want || (got.Remedies[0].Kind == billing.RemedyPayInvoice) != test.want {
				t.Errorf("new: %v, %v", got.NewMethod, got.Remedies)
			}
		})
	}
}

func TestUnpaidIsPaidByTheNewestInvoice(t *testing.T) {
	s := away(status(billing.SubscriptionUnpaid), declined("do_not_honor", 0), invoice(func(i *billing.Invoice) {
		i.ID, i.CreatedAt, i.Attempted = "in_2", periodStart+dayLong, true
	}), sub(func(s *billing.Subscription) { s.LatestInvoiceID = "in_1" }))
	got := billing.StandingOf(s)
	pay := slices.IndexFunc(got.Remedies, func(r billing.Remedy) bool { return r.Kind == billing.RemedyPayInvoice })
	if pay < 0 || got.Remedies[pay].InvoiceID != "in_2" || got.InvoiceIDs[0] != "in_2" {
		t.Errorf("%+v of %v", got.Remedies, got.InvoiceIDs)
	}
}
