package billing_test

import (
	"slices"
	"testing"

	"billfold/backend/billing"
)

const (
	standNow = periodStart + 3*86400
	dayLong  = billing.Time(86400)
)

// plain is an account with nothing wrong: one subscription of 23.80 a month, its
// card good for years, synced just now.
func plain() billing.Snapshot {
	return billing.Snapshot{
		Account: billing.Account{
			Customer: billing.Customer{ID: "cus_1", Currency: "usd", DefaultPaymentMethodID: "pm_card"},
			Subscriptions: []billing.Subscription{{
				ID: "sub_1", Status: billing.SubscriptionActive, Currency: "usd", CollectionMethod: "charge_automatically",
				CreatedAt: periodStart - 300*dayLong, PeriodStart: periodStart, PeriodEnd: periodEnd, LatestInvoiceID: "in_1",
				Items:    []billing.SubscriptionItem{{ID: "si_1", ProductID: "prod_pro", Plan: "Pro", Quantity: 1}},
				Upcoming: &billing.Upcoming{At: periodEnd, AmountDue: usd(2380), Total: usd(2380)},
			}},
			PaymentMethods: []billing.PaymentMethod{{
				ID: "pm_card", Type: "card", Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2039, Country: "US",
				CreatedAt: periodStart - 300*dayLong,
			}},
		},
		Now: standNow, SyncedAt: standNow - 60,
	}
}

// step is one way of being different from plain.
type step func(*billing.Snapshot)

func away(steps ...step) billing.Snapshot {
	s := plain()
	for _, c := range steps {
		c(&s)
	}
	return s
}

func status(word billing.SubscriptionStatus) step {
	return func(s *billing.Snapshot) {
		sub := &s.Subscriptions[0]
		sub.Status = word
		switch word {
		case billing.SubscriptionTrialing:
			sub.TrialEnd = sub.PeriodEnd
		case billing.SubscriptionIncomplete:
			sub.CreatedAt = s.Now - 2*3600
		case billing.SubscriptionCanceled, billing.SubscriptionIncompleteExpired:
			sub.EndedAt = s.Now - dayLong
		}
	}
}

func sub(edit func(*billing.Subscription)) step {
	return func(s *billing.Snapshot) { edit(&s.Subscriptions[0]) }
}

func invoice(edit func(*billing.Invoice)) step {
	return func(s *billing.Snapshot) {
		i := billing.Invoice{
			ID: "in_1", Number: "N-1", Status: billing.InvoiceOpen, Currency: "usd", SubscriptionID: "sub_1",
			CollectionMethod: "charge_automatically", Total: usd(2380), AmountDue: usd(2380), AmountRemaining: usd(2380),
			AutoAdvance: true, CreatedAt: periodStart, FinalizedAt: periodStart + 3600,
		}
		edit(&i)
		s.Unsettled = append(s.Unsettled, i)
	}
}

// declined is an open invoice whose attempts failed for that reason, with another
// attempt planned or none.
func declined(reason string, retry billing.Time) step {
	return func(s *billing.Snapshot) {
		invoice(func(i *billing.Invoice) { i.Attempted, i.Attempts, i.NextAttemptAt = true, 2, retry })(s)
		for n, at := range []billing.Time{periodStart + 3600, periodStart + dayLong} {
			s.Payments = append(s.Payments, billing.Payment{
				ID: []string{"ch_1", "ch_2"}[n], InvoiceID: "in_1", Status: "failed", Amount: usd(2380), MethodType: "card", Brand: "visa",
				Last4: "4242", FailureCode: "card_declined", DeclineCode: reason, Descriptor: "QUILLFORGE", CreatedAt: at,
			})
		}
	}
}

// second saves another card and, if it is to be, makes it the customer's default.
func second(createdAt billing.Time) step {
	return func(s *billing.Snapshot) {
		s.PaymentMethods = append(s.PaymentMethods, billing.PaymentMethod{
			ID: "pm_new", Type: "card", Brand: "mastercard", Last4: "4444", ExpMonth: 12, ExpYear: 2039, Country: "US", CreatedAt: createdAt,
		})
		s.Customer.DefaultPaymentMethodID = "pm_new"
	}
}

func policy(p billing.Policy) step { return func(s *billing.Snapshot) { s.Policy = p } }

func card(edit func(*billing.PaymentMethod)) step {
	return func(s *billing.Snapshot) { edit(&s.PaymentMethods[0]) }
}

const retryAt = standNow + 2*dayLong

func TestStanding(t *testing.T) {
	behind := status(billing.SubscriptionPastDue)
	oldDefault := sub(func(s *billing.Subscription) { s.DefaultPaymentMethodID = "pm_card" })
	for name, test := range map[string]struct {
		snapshot    billing.Snapshot
		state       billing.StandingState
		cause       billing.Cause
		consequence billing.Consequence
		event       billing.EventKind
		remedies    []billing.RemedyKind
		unknown     []billing.UnknownFact
	}{
		"nothing to do": {plain(), billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventCharge, nil, nil},
		"never synced": {away(func(s *billing.Snapshot) { s.SyncedAt = 0 }),
			billing.StandingUnknown, billing.CauseNeverSynced, billing.ConsequenceNotKnown, "",
			[]billing.RemedyKind{billing.RemedySync}, []billing.UnknownFact{billing.UnknownEverything}},
		"an old copy of a good account": {away(func(s *billing.Snapshot) { s.SyncedAt = s.Now - 2*dayLong }),
			billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedySync}, []billing.UnknownFact{billing.UnknownSince}},
		"a charge was due since the last sync": {away(func(s *billing.Snapshot) { s.Now = periodEnd + dayLong }),
			billing.StandingUnknown, billing.CauseOutOfDate, billing.ConsequenceNotKnown, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedySync}, []billing.UnknownFact{billing.UnknownOutcome, billing.UnknownSince}},
		"a charge was due minutes ago": {away(func(s *billing.Snapshot) { s.SyncedAt, s.Now = periodEnd-60, periodEnd+600 }),
			billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventCharge, nil, nil},
		"a clock that is behind": {away(func(s *billing.Snapshot) { s.SyncedAt = s.Now + dayLong }),
			billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventCharge, nil,
			[]billing.UnknownFact{billing.UnknownClock}},
		"the vendor removed the account": {away(func(s *billing.Snapshot) { s.Customer.Deleted = true }),
			billing.StandingEnded, billing.CauseAccountRemoved, billing.ConsequenceLastKnown, "",
			[]billing.RemedyKind{billing.RemedyContactVendor}, nil},
		"cancellation planned": {away(sub(func(s *billing.Subscription) { s.CancelAtPeriodEnd = true })),
			billing.StandingGood, billing.CauseCancellationPlanned, billing.ConsequenceAccessUntil, billing.EventEnds,
			[]billing.RemedyKind{billing.RemedyResume}, nil},
		"cancellation planned for a later period": {away(sub(func(s *billing.Subscription) { s.CancelAt = periodEnd + dayLong })),
			billing.StandingGood, billing.CauseCancellationPlanned, billing.ConsequenceAccessUntil, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedyResume}, nil},
		"a change of plan waits for its payment": {away(declined("insufficient_funds", 0), sub(func(s *billing.Subscription) { s.PendingUpdateExpiresAt = retryAt })),
			billing.StandingAttention, billing.CausePaymentFailed, billing.ConsequenceChangeNotMade, billing.EventChangeExpires,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyContactVendor}, nil},
		"a change that expires before the next attempt": {away(declined("insufficient_funds", retryAt), sub(func(s *billing.Subscription) { s.PendingUpdateExpiresAt = retryAt - 60 })),
			billing.StandingAttention, billing.CausePaymentFailed, billing.ConsequenceChangeNotMade, billing.EventChangeExpires,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard}, nil},
		"the card expires before a charge that is months away": {away(card(func(m *billing.PaymentMethod) { m.ExpMonth, m.ExpYear = 12, 2026 }), sub(func(s *billing.Subscription) { s.PeriodEnd += 150 * dayLong })),
			billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventCharge, nil, nil},
		"active with a failed invoice": {away(declined("insufficient_funds", retryAt)),
			billing.StandingAttention, billing.CausePaymentFailed, billing.ConsequenceStaysOwed, billing.EventRetry,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyWait}, nil},
		"trial with a card": {away(status(billing.SubscriptionTrialing)),
			billing.StandingGood, billing.CauseTrial, billing.ConsequenceNone, billing.EventTrialEnds, nil, nil},
		"trial without a method": {away(status(billing.SubscriptionTrialing), func(s *billing.Snapshot) { s.Customer.DefaultPaymentMethodID = "" }),
			billing.StandingAttention, billing.CauseTrialEndsUnpaid, billing.ConsequenceTrialStops, billing.EventTrialEnds,
			[]billing.RemedyKind{billing.RemedyUpdateCard}, []billing.UnknownFact{billing.UnknownTrialEnd}},
		"no method, and the charge is near": {away(func(s *billing.Snapshot) {
			s.Customer.DefaultPaymentMethodID, s.Now, s.SyncedAt = "", periodEnd-2*dayLong, periodEnd-2*dayLong
		}), billing.StandingAtRisk, billing.CauseNoMethod, billing.ConsequenceChargeWillFail, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedyUpdateCard}, nil},
		"no method, and credit covers the bill": {away(func(s *billing.Snapshot) {
			s.Customer.DefaultPaymentMethodID, s.Subscriptions[0].Upcoming.AmountDue = "", usd(0)
		}), billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventBill, nil, nil},
		"past due, policy unknown": {away(behind, declined("insufficient_funds", retryAt)),
			billing.StandingAccessLost, billing.CausePaymentFailed, billing.ConsequenceAccessPresumedLost, billing.EventRetry,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyWait},
			[]billing.UnknownFact{billing.UnknownGracePolicy, billing.UnknownAccess}},
		"past due within grace": {away(behind, declined("insufficient_funds", retryAt), policy(billing.Policy{WhilePastDue: billing.AccessGrace, GraceDays: 7})),
			billing.StandingAtRisk, billing.CausePaymentFailed, billing.ConsequenceAccessUntil, billing.EventRetry,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyWait}, nil},
		"past due after grace": {away(behind, declined("insufficient_funds", retryAt), policy(billing.Policy{WhilePastDue: billing.AccessGrace, GraceDays: 2})),
			billing.StandingAccessLost, billing.CausePaymentFailed, billing.ConsequenceAccessLost, billing.EventRetry,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyWait}, nil},
		"past due, and access is lost at once": {away(behind, declined("insufficient_funds", retryAt), policy(billing.Policy{WhilePastDue: billing.AccessLost})),
			billing.StandingAccessLost, billing.CausePaymentFailed, billing.ConsequenceAccessLost, billing.EventRetry,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyWait}, nil},
		"past due, and access is kept": {away(behind, declined("insufficient_funds", retryAt), policy(billing.Policy{WhilePastDue: billing.AccessKept})),
			billing.StandingAtRisk, billing.CausePaymentFailed, billing.ConsequenceAccessKept, billing.EventRetry,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyWait}, nil},
		"past due, and the bank gave no reason": {away(behind, declined("stolen_card", 0)),
			billing.StandingAccessLost, billing.CausePaymentFailed, billing.ConsequenceAccessPresumedLost, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedyUpdateCard, billing.RemedyPayInvoice, billing.RemedyContactBank, billing.RemedyContactVendor},
			[]billing.UnknownFact{billing.UnknownDeclineReason, billing.UnknownGracePolicy, billing.UnknownAccess}},
		"past due, a new card shadowed by the old one": {away(behind, declined("expired_card", retryAt), oldDefault, second(standNow-3600)),
			billing.StandingAccessLost, billing.CauseShadowedDefault, billing.ConsequenceAccessPresumedLost, billing.EventRetry,
			[]billing.RemedyKind{billing.RemedyFixDefault, billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyWait},
			[]billing.UnknownFact{billing.UnknownGracePolicy, billing.UnknownAccess}},
		"past due, another card that was there before": {away(behind, declined("expired_card", 0), oldDefault, second(periodStart-dayLong)),
			billing.StandingAccessLost, billing.CausePaymentFailed, billing.ConsequenceAccessPresumedLost, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedyUpdateCard, billing.RemedyPayInvoice, billing.RemedyFixDefault, billing.RemedyContactVendor},
			[]billing.UnknownFact{billing.UnknownGracePolicy, billing.UnknownAccess}},
		"past due, and a new card will be charged": {away(behind, declined("expired_card", retryAt), second(standNow-3600)),
			billing.StandingAccessLost, billing.CausePaymentFailed, billing.ConsequenceAccessPresumedLost, billing.EventRetry,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyWait},
			[]billing.UnknownFact{billing.UnknownGracePolicy, billing.UnknownAccess}},
		"past due, and the bank asks for confirmation": {away(behind, invoice(func(i *billing.Invoice) { i.Attempted, i.Attempts, i.NeedsConfirmation = true, 1, true })),
			billing.StandingAccessLost, billing.CauseConfirmation, billing.ConsequenceAccessPresumedLost, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedyConfirm, billing.RemedyUpdateCard},
			[]billing.UnknownFact{billing.UnknownGracePolicy, billing.UnknownAccess}},
		"past due, and a payment is on its way": {away(behind, declined("insufficient_funds", 0), func(s *billing.Snapshot) {
			s.Payments = append(s.Payments, billing.Payment{ID: "ch_3", InvoiceID: "in_1", Status: "pending", Amount: usd(2380), CreatedAt: standNow - 60})
		}), billing.StandingAccessLost, billing.CausePaymentProcessing, billing.ConsequenceAccessPresumedLost, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedyWait}, []billing.UnknownFact{billing.UnknownGracePolicy, billing.UnknownAccess}},
		"past due, and the invoice was given up": {away(behind, invoice(func(i *billing.Invoice) { i.Status = billing.InvoiceUncollectible })),
			billing.StandingAccessLost, billing.CauseFailedWithoutInvoice, billing.ConsequenceAccessPresumedLost, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedySync, billing.RemedyContactVendor},
			[]billing.UnknownFact{billing.UnknownGracePolicy, billing.UnknownAccess}},
		"unpaid": {away(status(billing.SubscriptionUnpaid), declined("insufficient_funds", 0)),
			billing.StandingAccessLost, billing.CauseTriesUsedUp, billing.ConsequencePayingMayNotHelp, "",
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyContactVendor},
			[]billing.UnknownFact{billing.UnknownAccess}},
		"paused since a trial ended without a card": {away(status(billing.SubscriptionPaused)),
			billing.StandingAccessLost, billing.CauseTrialEnded, billing.ConsequenceAccessPresumedLost, "",
			[]billing.RemedyKind{billing.RemedyUpdateCard, billing.RemedyContactVendor}, []billing.UnknownFact{billing.UnknownAccess}},
		"a first payment that was declined": {away(status(billing.SubscriptionIncomplete), declined("insufficient_funds", 0)),
			billing.StandingAtRisk, billing.CauseFirstPayment, billing.ConsequenceLapses, billing.EventLapses,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyUpdateCard, billing.RemedyContactVendor}, nil},
		"a sign-up that lapsed": {away(status(billing.SubscriptionIncompleteExpired)),
			billing.StandingEnded, billing.CauseSignupLapsed, billing.ConsequenceOver, "", []billing.RemedyKind{billing.RemedySubscribe}, nil},
		"ended on purpose": {away(status(billing.SubscriptionCanceled), sub(func(s *billing.Subscription) { s.CancellationReason = "cancellation_requested" })),
			billing.StandingEnded, billing.CauseEndedByChoice, billing.ConsequenceOver, "", []billing.RemedyKind{billing.RemedySubscribe}, nil},
		"ended on purpose with a bill left": {away(status(billing.SubscriptionCanceled), declined("insufficient_funds", 0), sub(func(s *billing.Subscription) { s.CancellationReason = "cancellation_requested" })),
			billing.StandingAttention, billing.CauseOpenAfterEnd, billing.ConsequenceStaysOwed, "",
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyContactVendor}, nil},
		"ended unpaid": {away(status(billing.SubscriptionCanceled), declined("insufficient_funds", 0), sub(func(s *billing.Subscription) { s.CancellationReason = "payment_failed" })),
			billing.StandingEnded, billing.CauseEndedUnpaid, billing.ConsequenceStaysOwed, "",
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedySubscribe, billing.RemedyContactVendor}, nil},
		"ended for a reason that is not known": {away(status(billing.SubscriptionCanceled)),
			billing.StandingEnded, billing.CauseEndedWithoutReason, billing.ConsequenceOver, "", []billing.RemedyKind{billing.RemedySubscribe},
			[]billing.UnknownFact{billing.UnknownEndReason}},
		"a status of tomorrow": {away(status("hibernating")),
			billing.StandingUnknown, billing.CauseStatusNotUnderstood, billing.ConsequenceNotKnown, "",
			[]billing.RemedyKind{billing.RemedySync, billing.RemedyContactVendor}, []billing.UnknownFact{billing.UnknownStatus}},
		"the card expires before the charge": {away(card(func(m *billing.PaymentMethod) { m.ExpMonth, m.ExpYear = 9, 2026 })),
			billing.StandingAttention, billing.CauseCardExpires, billing.ConsequenceChargeMayFail, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedyUpdateCard}, nil},
		"an invoice that cannot be finished": {away(invoice(func(i *billing.Invoice) {
			i.Status, i.FinalizationError = billing.InvoiceDraft, "customer_tax_location_invalid"
		})), billing.StandingAttention, billing.CauseInvoiceStuck, billing.ConsequenceChargeWillFail, billing.EventCharge,
			[]billing.RemedyKind{billing.RemedyBillingInformation, billing.RemedyContactVendor}, nil},
		"a draft about to be charged": {away(invoice(func(i *billing.Invoice) { i.Status, i.NextAttemptAt = billing.InvoiceDraft, standNow+1800 })),
			billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventCharge, nil, nil},
		"an invoice of an hour ago, not tried yet": {away(invoice(func(i *billing.Invoice) { i.NextAttemptAt = standNow + 1800 })),
			billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventCharge, nil, nil},
		"an invoice that nothing collects": {away(invoice(func(i *billing.Invoice) { i.SubscriptionID = "" })),
			billing.StandingAttention, billing.CauseInvoiceToPay, billing.ConsequenceStaysOwed, "", []billing.RemedyKind{billing.RemedyPayInvoice}, nil},
		"a sent invoice, due in weeks": {away(sent(standNow + 20*dayLong)),
			billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventInvoiceDue, nil, nil},
		"a sent invoice, due in days": {away(sent(standNow + 5*dayLong)),
			billing.StandingAttention, billing.CauseInvoiceToPay, billing.ConsequenceStaysOwed, billing.EventInvoiceDue,
			[]billing.RemedyKind{billing.RemedyPayInvoice}, nil},
		"a sent invoice, overdue": {away(sent(standNow - dayLong)),
			billing.StandingAtRisk, billing.CauseInvoiceOverdue, billing.ConsequenceStaysOwed, billing.EventBill,
			[]billing.RemedyKind{billing.RemedyPayInvoice, billing.RemedyContactVendor}, nil},
		"a void invoice": {away(invoice(func(i *billing.Invoice) { i.Status = billing.InvoiceVoid })),
			billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventCharge, nil, nil},
		"an invoice that was given up": {away(invoice(func(i *billing.Invoice) { i.Status = billing.InvoiceUncollectible })),
			billing.StandingGood, billing.CauseInOrder, billing.ConsequenceNone, billing.EventCharge, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := billing.StandingOf(test.snapshot)
			event := billing.EventKind("")
			if got.NextEvent != nil {
				event = got.NextEvent.Kind
			}
			if got.State != test.state || got.Cause != test.cause || got.Consequence != test.consequence || event != test.event {
				t.Errorf("%s, %s, %s, next %q\nwant %s, %s, %s, next %q",
					got.State, got.Cause, got.Consequence, event, test.state, test.cause, test.consequence, test.event)
			}
			if kinds := kindsOf(got.Remedies); !slices.Equal(kinds, test.remedies) {
				t.Errorf("remedies %v, want %v", kinds, test.remedies)
			}
			if !slices.Equal(got.Unknown, test.unknown) && len(got.Unknown)+len(test.unknown) > 0 {
				t.Errorf("unknown %v, want %v", got.Unknown, test.unknown)
			}
		})
	}
}

func sent(due billing.Time) step {
	return func(s *billing.Snapshot) {
		s.Subscriptions[0].CollectionMethod = "send_invoice"
		invoice(func(i *billing.Invoice) { i.CollectionMethod, i.DueAt = "send_invoice", due })(s)
	}
}

func kindsOf(remedies []billing.Remedy) []billing.RemedyKind {
	var kinds []billing.RemedyKind
	for _, r := range remedies {
		kinds = append(kinds, r.Kind)
	}
	return kinds
}
