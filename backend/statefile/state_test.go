package statefile_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/statefile"
	"billfold/frontend/messages"
)

const scenes = "../companion/testdata/standing"

// standings are those of the sandbox's scenarios, by their names.
func standings(t *testing.T) map[string]billing.Standing {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(scenes, "*.json"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d scenes, %v", len(files), err)
	}
	all := map[string]billing.Standing{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var standing billing.Standing
		if err := json.Unmarshal(content, &standing); err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = standing
	}
	return all
}

// dated are the causes that the window tells with a date.
var dated = []billing.Cause{billing.CauseCardExpires, billing.CauseTrialEndsUnpaid, billing.CauseCancellationPlanned}

// TestTheWordsAreThoseOfTheWindow compares with docs/standing.md, which the window's
// own code writes.
func TestTheWordsAreThoseOfTheWindow(t *testing.T) {
	page, err := os.ReadFile("../../docs/standing.md")
	if err != nil {
		t.Fatal(err)
	}
	for scenario, standing := range standings(t) {
		t.Run(scenario, func(t *testing.T) {
			row := regexp.MustCompile(`(?m)^\| \[` + scenario + `\].*$`).FindString(string(page))
			cells := strings.Split(row, " | ")
			if len(cells) != 5 {
				t.Fatalf("the page has no row: %q", row)
			}
			words := statefile.WordsOf(standing, time.UTC)["en"]
			if words.State != cells[1] {
				t.Errorf("state %q, the window says %q", words.State, cells[1])
			}
			// The window's title has the date of some, which comes at the end here.
			text := words.Text
			if slices.Contains(dated, standing.Cause) {
				text = text[:min(len(text), len(cells[3]))]
			}
			if text != cells[3] {
				t.Errorf("text %q, the window says %q", words.Text, cells[3])
			}
		})
	}
}

func TestNoSentenceHasAHoleOrACodeInIt(t *testing.T) {
	odd := regexp.MustCompile(`[{}_]|standing|1970|  |\.\.|^$`)
	for scenario, standing := range standings(t) {
		all := statefile.WordsOf(standing, nil)
		for _, language := range messages.Languages() {
			words, there := all[language]
			for _, text := range []string{words.State, words.Title, words.Text} {
				if !there || odd.MatchString(text) {
					t.Errorf("%s in %s: %q", scenario, language, text)
				}
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
