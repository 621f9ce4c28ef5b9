package billing_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
)

var (
	someCurrencies = []string{"usd", "eur", "jpy", "kwd"}
	someReasons    = []string{
		"", "insufficient_funds", "expired_card", "do_not_honor", "stolen_card", "authentication_required", "card_not_supported",
		"stop_payment_order", "processing_error", "account_closed", "never_heard_of",
	}
)

// someTime draws an instant around the snapshot's, or none.
func someTime(t *rapid.T, name string) billing.Time {
	if rapid.IntRange(0, 3).Draw(t, name+" known") == 0 {
		return 0
	}
	return standNow + billing.Time(rapid.IntRange(-60*24, 60*24).Draw(t, name))*3600
}

func drawSnapshot(t *rapid.T) billing.Snapshot {
	s := billing.Snapshot{
		Now:      standNow + billing.Time(rapid.IntRange(-90, 90).Draw(t, "now"))*3600,
		SyncedAt: standNow + billing.Time(rapid.IntRange(-90, 90).Draw(t, "synced"))*3600,
		Policy: billing.Policy{
			WhilePastDue: rapid.SampledFrom([]billing.AccessPolicy{billing.AccessUnknown, billing.AccessKept, billing.AccessGrace, billing.AccessLost}).Draw(t, "policy"),
			GraceDays:    rapid.Int64Range(0, 30).Draw(t, "grace"),
		},
	}
	if rapid.IntRange(0, 19).Draw(t, "never synced") == 0 {
		s.SyncedAt = 0
	}
	s.Customer = billing.Customer{ID: "cus_1", Deleted: rapid.IntRange(0, 19).Draw(t, "deleted") == 0}
	methods := []string{"", "pm_a", "pm_b", "pm_gone"}
	s.Customer.DefaultPaymentMethodID = rapid.SampledFrom(methods).Draw(t, "customer's method")
	for _, id := range []string{"pm_a", "pm_b"} {
		s.PaymentMethods = append(s.PaymentMethods, billing.PaymentMethod{
			ID: id, Type: rapid.SampledFrom([]string{"card", "link", "sepa_debit"}).Draw(t, "type"), Last4: id[3:],
			ExpMonth: rapid.Int64Range(0, 12).Draw(t, "month"), ExpYear: rapid.Int64Range(2026, 2027).Draw(t, "year"),
			Country: rapid.SampledFrom([]string{"US", "IN"}).Draw(t, "country"), CreatedAt: someTime(t, "method made"),
		})
	}
	for _, id := range []string{"sub_a", "sub_b", "sub_c"}[:rapid.IntRange(0, 3).Draw(t, "subscriptions")] {
		s.Subscriptions = append(s.Subscriptions, drawSubscription(t, id, methods))
	}
	for _, id := range []string{"in_a", "in_b", "in_c", "in_d"}[:rapid.IntRange(0, 4).Draw(t, "invoices")] {
		s.Unsettled = append(s.Unsettled, drawInvoice(t, id, methods))
		for n := range rapid.IntRange(0, 2).Draw(t, "attempts") {
			s.Payments = append(s.Payments, billing.Payment{
				ID: "ch_" + id + string(rune('0'+n)), InvoiceID: id, Amount: s.Unsettled[len(s.Unsettled)-1].Total,
				Status:      rapid.SampledFrom([]string{"failed", "failed", "pending", "succeeded"}).Draw(t, "payment"),
				DeclineCode: rapid.SampledFrom(someReasons).Draw(t, "reason"), Last4: "a", MethodType: "card", CreatedAt: someTime(t, "tried"),
			})
		}
	}
	return s
}

func drawSubscription(t *rapid.T, id string, methods []string) billing.Subscription {
	s := billing.Subscription{
		ID: id, Status: rapid.SampledFrom(billing.SubscriptionStatuses()).Draw(t, "status"), Currency: "usd",
		CreatedAt: someTime(t, "made"), PeriodStart: periodStart, PeriodEnd: someTime(t, "period end"),
		CancelAtPeriodEnd: rapid.IntRange(0, 4).Draw(t, "stops") == 0, LatestInvoiceID: "in_a",
		CancellationReason:     rapid.SampledFrom([]string{"", "cancellation_requested", "payment_failed", "payment_disputed"}).Draw(t, "why"),
		CollectionMethod:       rapid.SampledFrom([]string{"charge_automatically", "send_invoice"}).Draw(t, "collection"),
		DefaultPaymentMethodID: rapid.SampledFrom(methods).Draw(t, "method"),
		Items:                  []billing.SubscriptionItem{{ProductID: rapid.SampledFrom([]string{"prod_a", "prod_b"}).Draw(t, "product")}},
	}
	if rapid.IntRange(0, 4).Draw(t, "cancel") == 0 {
		s.CancelAt = someTime(t, "cancel at")
	}
	if s.Ended() {
		s.EndedAt = someTime(t, "ended")
	}
	if rapid.IntRange(0, 4).Draw(t, "pause") == 0 {
		s.Pause = &billing.PauseCollection{
			Behavior:  rapid.SampledFrom([]string{"keep_as_draft", "mark_uncollectible", "void", "dream"}).Draw(t, "behavior"),
			ResumesAt: someTime(t, "resumes"),
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "change") == 0 {
		s.PendingUpdateExpiresAt = someTime(t, "change expires")
	}
	if rapid.Bool().Draw(t, "preview") {
		s.Upcoming = &billing.Upcoming{AmountDue: usd(rapid.Int64Range(-1, 2).Draw(t, "next"))}
	}
	return s
}

func drawInvoice(t *rapid.T, id string, methods []string) billing.Invoice {
	currency := rapid.SampledFrom(someCurrencies).Draw(t, "currency")
	amount := billing.Money{Amount: rapid.Int64Range(0, 3).Draw(t, "remaining"), Currency: currency}
	i := billing.Invoice{
		ID: id, Currency: currency, Total: amount, AmountRemaining: amount,
		Status:                 rapid.SampledFrom([]billing.InvoiceStatus{billing.InvoiceOpen, billing.InvoiceOpen, billing.InvoiceDraft, billing.InvoiceUncollectible}).Draw(t, "invoice"),
		SubscriptionID:         rapid.SampledFrom([]string{"", "sub_a", "sub_b", "sub_gone"}).Draw(t, "of"),
		CollectionMethod:       rapid.SampledFrom([]string{"charge_automatically", "charge_automatically", "send_invoice"}).Draw(t, "collected"),
		DefaultPaymentMethodID: rapid.SampledFrom(append(methods, "", "")).Draw(t, "invoice's method"),
		AutoAdvance:            rapid.Bool().Draw(t, "advances"), Attempted: rapid.Bool().Draw(t, "attempted"),
		CreatedAt: someTime(t, "created"), FinalizedAt: someTime(t, "finalized"), DueAt: someTime(t, "due"), NextAttemptAt: someTime(t, "next attempt"),
	}
	i.NeedsConfirmation = i.Attempted && i.Status == billing.InvoiceOpen && rapid.IntRange(0, 3).Draw(t, "confirm") == 0
	if i.Status == billing.InvoiceDraft && rapid.IntRange(0, 3).Draw(t, "stuck") == 0 {
		i.FinalizationError = "customer_tax_location_invalid"
	}
	return i
}

func TestStandingObeysTheLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSnapshot(t)
		mustObeyTheLaws(t, s, billing.StandingOf(s))
	})
}

func TestStandingDoesNotDependOnTheOrderOfLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSnapshot(t)
		want := billing.StandingOf(s)
		s.Subscriptions = rapid.Permutation(s.Subscriptions).Draw(t, "subscriptions")
		s.Unsettled = rapid.Permutation(s.Unsettled).Draw(t, "invoices")
		s.Payments = rapid.Permutation(s.Payments).Draw(t, "payments")
		s.PaymentMethods = rapid.Permutation(s.PaymentMethods).Draw(t, "methods")
		if got := billing.StandingOf(s); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\nin another order\n%+v", want, got)
		}
	})
}

func TestStandingLeavesTheSnapshotAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSnapshot(t)
		before := slices.Clone(s.Unsettled)
		subscriptions := slices.Clone(s.Subscriptions)
		billing.StandingOf(s)
		if !reflect.DeepEqual(before, s.Unsettled) || !reflect.DeepEqual(subscriptions, s.Subscriptions) {
			t.Fatal("it was changed")
		}
	})
}

// gravity orders the states by hand, for those that go on.
var gravity = map[billing.StandingState]int{
	billing.StandingGood: 0, billing.StandingUnknown: 1, billing.StandingAttention: 2, billing.StandingAtRisk: 3, billing.StandingAccessLost: 4,
}

// Of subscriptions that go on, the whole stands as the worst does alone.
func TestTheWorstSubscriptionLeads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSnapshot(t)
		s.Subscriptions = slices.DeleteFunc(s.Subscriptions, billing.Subscription.Ended)
		s.Unsettled = slices.DeleteFunc(s.Unsettled, func(i billing.Invoice) bool {
			return !slices.ContainsFunc(s.Subscriptions, func(x billing.Subscription) bool { return x.ID == i.SubscriptionID })
		})
		if len(s.Subscriptions) == 0 || s.Customer.Deleted || !s.SyncedAt.Known() {
			return
		}
		worst := 0
		for _, one := range s.Subscriptions {
			alone := s
			alone.Subscriptions = []billing.Subscription{one}
			alone.Unsettled = slices.DeleteFunc(slices.Clone(s.Unsettled), func(i billing.Invoice) bool { return i.SubscriptionID != one.ID })
			worst = max(worst, gravity[billing.StandingOf(alone).State])
		}
		got := billing.StandingOf(s)
		if gravity[got.State] != worst {
			t.Fatalf("together %s, the worst alone is %d", got.State, worst)
		}
		if len(got.Others) != len(s.Subscriptions)-1 {
			t.Fatalf("%d subscriptions, and %d others are told of", len(s.Subscriptions), len(got.Others))
		}
	})
}

// A grace period can only help, and more of it no less.
func TestGraceNeverHarms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSnapshot(t)
		s.Policy = billing.Policy{}
		unknown := billing.StandingOf(s)
		s.Policy = billing.Policy{WhilePastDue: billing.AccessGrace, GraceDays: rapid.Int64Range(0, 40).Draw(t, "days")}
		some := billing.StandingOf(s)
		s.Policy.GraceDays += rapid.Int64Range(0, 40).Draw(t, "more")
		more := billing.StandingOf(s)
		if gravity[some.State] > gravity[unknown.State] || gravity[more.State] > gravity[some.State] {
			t.Fatalf("%s, with grace %s, with more %s", unknown.State, some.State, more.State)
		}
	})
}
