package billing_test

import (
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
)

const (
	minute billing.Time = 60
	hour                = 60 * minute
	day                 = 24 * hour
)

func TestLookAgain(t *testing.T) {
	const now billing.Time = 1_700_000_000
	quiet := billing.Subscription{Status: billing.SubscriptionActive, PeriodEnd: now + 20*day}
	tests := map[string]struct {
		account billing.Account
		after   billing.Time
	}{
		"nothing there":           {billing.Account{}, 6 * hour},
		"all quiet":               {subscribed(quiet), 6 * hour},
		"renewal in an hour":      {subscribed(billing.Subscription{Status: billing.SubscriptionActive, PeriodEnd: now + hour}), hour + 2*minute},
		"renewal's charge":        {subscribed(billing.Subscription{Status: billing.SubscriptionActive, PeriodEnd: now - 30*minute}), 32 * minute},
		"past due":                {subscribed(billing.Subscription{Status: billing.SubscriptionPastDue, PeriodEnd: now + 20*day}), 15 * minute},
		"unpaid":                  {subscribed(billing.Subscription{Status: billing.SubscriptionUnpaid}), 15 * minute},
		"sign-up waits":           {subscribed(billing.Subscription{Status: billing.SubscriptionIncomplete}), 5 * minute},
		"change waits":            {subscribed(billing.Subscription{Status: billing.SubscriptionActive, PendingUpdateExpiresAt: now + hour}), 5 * minute},
		"trial ends in a minute":  {subscribed(billing.Subscription{Status: billing.SubscriptionTrialing, TrialEnd: now + minute}), 3 * minute},
		"ended long ago":          {subscribed(billing.Subscription{Status: billing.SubscriptionCanceled, PeriodEnd: now + minute}), 6 * hour},
		"pause ends soon":         {subscribed(billing.Subscription{Status: billing.SubscriptionActive, Pause: &billing.PauseCollection{ResumesAt: now + 10*minute}}), 12 * minute},
		"draft about to be taken": {owing(billing.Invoice{Status: billing.InvoiceDraft, AutoAdvance: true}), 5 * minute},
		"draft that stays":        {owing(billing.Invoice{Status: billing.InvoiceDraft}), 6 * hour},
		"open invoice":            {owing(billing.Invoice{Status: billing.InvoiceOpen}), 15 * minute},
		"retry in four minutes":   {owing(billing.Invoice{Status: billing.InvoiceOpen, NextAttemptAt: now + 4*minute}), 6 * minute},
		"given up":                {owing(billing.Invoice{Status: billing.InvoiceUncollectible}), 6 * hour},
		"tax id being verified":   {billing.Account{TaxIDs: []billing.TaxID{{Verification: "pending"}}}, 5 * minute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.account.LookAgainAt(now) - now; got != test.after {
				t.Errorf("looks again after %d s, want %d s", got, test.after)
			}
		})
	}
}

func TestLookAgainIsAlwaysAheadAndNeverFar(t *testing.T) {
	instant := rapid.Int64Range(0, 4_000_000_000)
	rapid.Check(t, func(t *rapid.T) {
		now := billing.Time(rapid.Int64Range(1, 3_000_000_000).Draw(t, "now"))
		account := subscribed(billing.Subscription{
			Status:    rapid.SampledFrom(billing.SubscriptionStatuses()).Draw(t, "status"),
			PeriodEnd: billing.Time(instant.Draw(t, "period end")),
			TrialEnd:  billing.Time(instant.Draw(t, "trial end")),
			CancelAt:  billing.Time(instant.Draw(t, "cancel at")),
		})
		account.Unsettled = []billing.Invoice{{
			Status:        rapid.SampledFrom(billing.InvoiceStatuses()).Draw(t, "invoice"),
			AutoAdvance:   rapid.Bool().Draw(t, "auto advance"),
			NextAttemptAt: billing.Time(instant.Draw(t, "attempt")),
		}}
		if wait := account.LookAgainAt(now) - now; wait <= 0 || wait > 6*hour {
			t.Fatalf("waits %d s", wait)
		}
	})
}

func subscribed(s billing.Subscription) billing.Account {
	return billing.Account{Subscriptions: []billing.Subscription{s}}
}

func owing(i billing.Invoice) billing.Account {
	return billing.Account{Unsettled: []billing.Invoice{i}}
}
