package statefile_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/statefile"
	"billfold/frontend/messages"
)

func TestTheWordsHaveNoNameAndNoAmountInThem(t *testing.T) {
	amount := billing.Money{Amount: 2178, Currency: "usd"}
	standing := billing.Standing{
		Matter: billing.Matter{
			State: billing.StandingAccessLost, Cause: billing.CausePaymentFailed, Consequence: billing.ConsequenceAccessLost,
			Plan: "Pro", InvoiceIDs: []string{"in_1"}, NextEvent: &billing.NextEvent{Kind: billing.EventRetry, At: 1_790_000_000, Amount: amount, AmountKnown: true},
		},
		OwedOn: []billing.OwedInvoice{{ID: "in_1", Number: "X-0001", Amount: amount}},
	}
	all := statefile.WordsOf(standing, time.UTC)
	for _, language := range messages.Languages() {
		words := all[language]
		text := words.State + words.Title + words.Text
		if words.State == "" || words.Title == "" || !strings.Contains(words.Text, "2026") {
			t.Errorf("%s says %+v", language, words)
		}
		for _, secret := range []string{"Pro", "21.78", "21,78", "X-0001", "in_1"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %s in %q", language, secret, text)
			}
		}
	}
}

func TestLevels(t *testing.T) {
	matter := func(state billing.StandingState, cause billing.Cause) billing.Standing {
		return billing.Standing{Matter: billing.Matter{State: state, Cause: cause}}
	}
	cases := []struct {
		name string
		of   billing.Standing
		want statefile.Level
	}{
		{"NothingIsWrong", matter(billing.StandingGood, billing.CauseInOrder), statefile.LevelNone},
		{"SomethingToDo", matter(billing.StandingAttention, billing.CauseCardExpires), statefile.LevelNote},
		{"AccessIsInDanger", matter(billing.StandingAtRisk, billing.CausePaymentFailed), statefile.LevelWarning},
		{"AccessIsLost", matter(billing.StandingAccessLost, billing.CauseTriesUsedUp), statefile.LevelError},
		{"ItEndedSinceItWasNotPaid", matter(billing.StandingEnded, billing.CauseEndedUnpaid), statefile.LevelError},
		{"ItEndedOnPurpose", matter(billing.StandingEnded, billing.CauseEndedByChoice), statefile.LevelNone},
		{"TheVendorRemovedTheAccount", matter(billing.StandingEnded, billing.CauseAccountRemoved), statefile.LevelNote},
		{"NobodyKnows", matter(billing.StandingUnknown, billing.CauseOutOfDate), statefile.LevelNote},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := statefile.LevelOf(c.of); got != c.want {
				t.Errorf("level %s, want %s", got, c.want)
			}
		})
	}
}

func TestWhatIsNotKnownIsNull(t *testing.T) {
	state := statefile.Of(statefile.Facts{Account: statefile.Account{ID: "a"}, Connection: "gateway", Standing: billing.StandingOf(billing.Snapshot{Now: 5}), Now: 5})
	content, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plan", "subscription_status", "next_charge", "as_of"} {
		if !strings.Contains(string(content), `"`+name+`":null`) {
			t.Errorf("%s is not null: %s", name, content)
		}
	}
}

func TestNamesAreOneLineOfWhatCanBeSeen(t *testing.T) {
	nasty := " Pro\u202e\x07\nX" + strings.Repeat("y", 1000)
	facts := statefile.Facts{Account: statefile.Account{ID: "a", Label: nasty}, Known: billing.Account{
		Subscriptions: []billing.Subscription{{ID: "sub_1", Items: []billing.SubscriptionItem{{Plan: nasty}}}},
	}}
	state := statefile.Of(facts)
	for _, text := range []string{state.Account.Label, *state.Plan} {
		if len([]rune(text)) > 200 || !strings.HasPrefix(text, "Pro") || strings.ContainsAny(text, "\u202e\x07\n") {
			t.Errorf("%q", text)
		}
	}
}

func TestThePlanIsTheOneThatTheStandingIsAbout(t *testing.T) {
	of := func(id, plan string, status billing.SubscriptionStatus) billing.Subscription {
		return billing.Subscription{ID: id, Status: status, Items: []billing.SubscriptionItem{{Plan: plan}}}
	}
	known := billing.Account{Subscriptions: []billing.Subscription{of("sub_1", "Pro", billing.SubscriptionActive), of("sub_2", "Builds", billing.SubscriptionPastDue)}}
	bad := billing.Standing{Matter: billing.Matter{State: billing.StandingAccessLost, SubscriptionID: "sub_2"}}
	good := billing.Standing{Matter: billing.Matter{State: billing.StandingGood, SubscriptionID: "sub_2"}}
	if got := statefile.Of(statefile.Facts{Known: known, Standing: bad}); *got.Plan != "Builds" || *got.SubscriptionStatus != "past_due" {
		t.Errorf("%s is %s", *got.Plan, *got.SubscriptionStatus)
	}
	most := billing.ByImportance(known.Subscriptions)[0].Plan()
	if got := statefile.Of(statefile.Facts{Known: known, Standing: good}); *got.Plan != most {
		t.Errorf("all is well, and %s is told, not %s", *got.Plan, most)
	}
}
