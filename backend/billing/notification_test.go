package billing_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
)

const noon billing.Time = 1_790_000_000

// pro is a monthly plan that renews after so many days, with a card that is good.
func pro(renewsIn billing.Time) billing.News {
	return billing.News{
		Snapshot: billing.Snapshot{
			Now: noon, SyncedAt: noon,
			Account: billing.Account{
				Customer: billing.Customer{
					ID: "cus_1", Name: "Ada Lovelace", DefaultPaymentMethodID: "pm_1",
					Address: billing.Address{Line1: "1 Street", City: "Town", Country: "GB"},
				},
				PaymentMethods: []billing.PaymentMethod{
					{ID: "pm_1", Type: "card", Last4: "4242", ExpMonth: 1, ExpYear: 2050},
				},
				Subscriptions: []billing.Subscription{{
					ID: "sub_1", Status: billing.SubscriptionActive, CollectionMethod: "charge_automatically", Currency: "usd",
					PeriodStart: noon + renewsIn - 30*day, PeriodEnd: noon + renewsIn,
					Items:    []billing.SubscriptionItem{{Plan: "Pro", Interval: "month", IntervalCount: 1, UnitAmountKnown: true}},
					Upcoming: &billing.Upcoming{AmountDue: billing.Money{Amount: 2000, Currency: "usd"}},
				}},
			},
		},
		Settings: billing.UsualNotifications(),
	}
}

// failed is a renewal whose payment was declined, with another try to come.
func failed() billing.News {
	n := pro(20 * day)
	n.Subscriptions[0].Status = billing.SubscriptionPastDue
	n.Unsettled = []billing.Invoice{{
		ID: "in_1", Number: "A-1", Status: billing.InvoiceOpen, SubscriptionID: "sub_1", Currency: "usd", Attempted: true, Attempts: 1,
		AmountRemaining: billing.Money{Amount: 2000, Currency: "usd"}, NextAttemptAt: noon + 2*day, CreatedAt: noon - day,
		FinalizedAt: noon - day, CollectionMethod: "charge_automatically", AutoAdvance: true,
	}}
	n.Payments = []billing.Payment{{
		ID: "ch_1", InvoiceID: "in_1", Status: "failed", DeclineCode: "insufficient_funds", FailureCode: "card_declined",
		Amount: billing.Money{Amount: 2000, Currency: "usd"}, CreatedAt: noon - hour, MethodType: "card", Last4: "4242",
	}}
	return n
}

// paid is how failed ends well.
func paid() billing.News {
	n := pro(20 * day)
	n.Settled = []billing.Invoice{{
		ID: "in_1", Number: "A-1", Status: billing.InvoicePaid, SubscriptionID: "sub_1", Currency: "usd",
		PaidAt: noon - minute, AmountPaid: billing.Money{Amount: 2000, Currency: "usd"},
	}}
	n.Told = []billing.Told{{Kind: billing.NotifyPaymentFailed, Key: "payment_failed/in_1", SubscriptionID: "sub_1", InvoiceID: "in_1"}}
	return n
}

// newsTest is what is known, and what is told of it.
type newsTest struct {
	news billing.News
	want []billing.NotificationKind
}

func newsTests() map[string]newsTest {
	with := func(n billing.News, change func(*billing.News)) billing.News {
		change(&n)
		return n
	}
	return map[string]newsTest{
		"nothing when all is quiet":   {pro(20 * day), nil},
		"a renewal within three days": {pro(3 * day), theKinds(billing.NotifyRenewal)},
		"no renewal that is past":     {pro(-hour), nil},
		"a failed payment":            {failed(), theKinds(billing.NotifyPaymentFailed)},
		"a payment that waits for its owner": {with(failed(), func(n *billing.News) {
			n.Unsettled[0].NeedsConfirmation, n.Unsettled[0].NextAttemptAt, n.Payments = true, 0, nil
		}), theKinds(billing.NotifyConfirmation)},
		"access restored when it is paid":       {paid(), theKinds(billing.NotifyAccessRestored)},
		"nothing before the first sync":         {with(failed(), func(n *billing.News) { n.SyncedAt = 0 }), nil},
		"nothing of an account that is removed": {with(failed(), func(n *billing.News) { n.Customer.Deleted = true }), nil},
		"access lost where the vendor says so": {with(failed(), func(n *billing.News) {
			n.Policy.WhilePastDue = billing.AccessLost
		}), theKinds(billing.NotifyAccessLost)},
		"no relief from a copy of the day before yesterday": {with(paid(), func(n *billing.News) { n.SyncedAt = noon - 2*day }), nil},
		"no relief when the invoice is void": {with(paid(), func(n *billing.News) {
			n.Settled[0].Status = billing.InvoiceVoid
		}), nil},
		"no relief while another payment fails": {with(failed(), func(n *billing.News) {
			n.Settled, n.Told = paid().Settled, paid().Told
			n.Settled[0].ID = "in_0"
			n.Told[0].InvoiceID, n.Told[0].Key = "in_0", "payment_failed/in_0"
		}), theKinds(billing.NotifyPaymentFailed)},
		"a card that expires before the charge": {with(pro(20*day), func(n *billing.News) {
			n.PaymentMethods[0].ExpYear, n.PaymentMethods[0].ExpMonth = 2026, 9
		}), theKinds(billing.NotifyCardExpires)},
		"an invoice above what was set": {with(pro(20*day), func(n *billing.News) {
			n.Settings.Above = []billing.Money{{Amount: 1999, Currency: "usd"}}
		}), theKinds(billing.NotifyLargeInvoice)},
		"no invoice of just that": {with(pro(20*day), func(n *billing.News) {
			n.Settings.Above = []billing.Money{{Amount: 2000, Currency: "usd"}}
		}), nil},
		"no invoice in another currency": {with(pro(20*day), func(n *billing.News) {
			n.Settings.Above = []billing.Money{{Amount: 1, Currency: "eur"}}
		}), nil},
		"a yearly renewal two weeks ahead": {with(pro(14*day), func(n *billing.News) {
			n.Subscriptions[0].Items[0].Interval = "year"
		}), theKinds(billing.NotifyRenewal)},
		"no renewal of a daily plan": {with(pro(hour), func(n *billing.News) {
			n.Subscriptions[0].Items[0].Interval = "day"
		}), nil},
		"no renewal that charges nothing": {with(pro(2*day), func(n *billing.News) {
			n.Subscriptions[0].Upcoming.AmountDue.Amount = 0
		}), nil},
		"no renewal that is billed by invoice": {with(pro(2*day), func(n *billing.News) {
			n.Subscriptions[0].CollectionMethod = "send_invoice"
		}), nil},
		"missing billing data before the invoice": {with(pro(6*day), func(n *billing.News) {
			n.Customer.Address = billing.Address{}
		}), theKinds(billing.NotifyBillingData)},
		"no missing tax ID, which many have none of": {with(pro(6*day), func(n *billing.News) { n.TaxIDs = nil }), nil},
		"a cancellation that takes effect soon": {with(pro(2*day), func(n *billing.News) {
			n.Subscriptions[0].CancelAtPeriodEnd = true
		}), theKinds(billing.NotifyEnds)},
		"a cancellation that took effect": {with(pro(-hour), func(n *billing.News) {
			n.Subscriptions[0].Status, n.Subscriptions[0].EndedAt = billing.SubscriptionCanceled, noon-hour
		}), theKinds(billing.NotifyEnds)},
		"no cancellation of last month": {with(pro(-30*day), func(n *billing.News) {
			n.Subscriptions[0].Status, n.Subscriptions[0].EndedAt = billing.SubscriptionCanceled, noon-30*day
		}), nil},
		"nothing that is switched off": {with(failed(), func(n *billing.News) {
			n.Settings.Off = billing.NotificationKinds()
		}), nil},
	}
}

func TestNotificationsTell(t *testing.T) {
	told := map[billing.NotificationKind]bool{}
	for name, test := range newsTests() {
		for _, kind := range test.want {
			told[kind] = true
		}
		t.Run(name, func(t *testing.T) {
			var got []billing.NotificationKind
			for _, n := range test.news.Notifications() {
				got = append(got, n.Kind)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("tells %v, want %v", got, test.want)
			}
		})
	}
	for _, kind := range billing.NotificationKinds() {
		if !told[kind] {
			t.Errorf("nothing here is told as %s", kind)
		}
	}
}

// TestEachKindCanBeSwitchedOff leaves all others as they are.
func TestEachKindCanBeSwitchedOff(t *testing.T) {
	for name, test := range newsTests() {
		for _, kind := range billing.NotificationKinds() {
			news := test.news
			news.Settings.Off = append([]billing.NotificationKind{kind}, news.Settings.Off...)
			want := slices.DeleteFunc(slices.Clone(test.want), func(k billing.NotificationKind) bool { return k == kind })
			var got []billing.NotificationKind
			for _, n := range news.Notifications() {
				got = append(got, n.Kind)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, without %s: tells %v, want %v", name, kind, got, want)
			}
		}
	}
}

func theKinds(k ...billing.NotificationKind) []billing.NotificationKind { return k }

func TestANotificationSaysHowOldItsCopyIs(t *testing.T) {
	fresh, old := failed(), failed()
	old.SyncedAt = noon - 2*day
	if n := fresh.Notifications(); len(n) != 1 || n[0].AsOf.Known() {
		t.Errorf("from a fresh copy: %+v", n)
	}
	if n := old.Notifications(); len(n) != 1 || n[0].AsOf != old.SyncedAt {
		t.Errorf("from an old copy: %+v", n)
	}
}

func TestANotificationIsToldOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		news := rapid.SampledFrom([]billing.News{pro(2 * day), failed(), paid()}).Draw(t, "news")
		told := map[string]bool{}
		for range rapid.IntRange(1, 30).Draw(t, "looks") {
			news.Now += billing.Time(rapid.Int64Range(0, 40*3600).Draw(t, "passes"))
			if rapid.Bool().Draw(t, "synced") {
				news.SyncedAt = news.Now
			}
			news.Subscriptions[0].Status = rapid.SampledFrom(billing.SubscriptionStatuses()).Draw(t, "status")
			for _, n := range news.Notifications() {
				if told[n.Key] || n.Key == "" {
					t.Fatalf("%q is told again", n.Key)
				}
				told[n.Key] = true
				news.Told = append(news.Told, billing.Told{
					Kind: n.Kind, Key: n.Key, SubscriptionID: n.SubscriptionID, InvoiceID: n.InvoiceID,
				})
			}
			if again := news.Notifications(); len(again) != 0 {
				t.Fatalf("told twice: %+v", again)
			}
		}
	})
}
