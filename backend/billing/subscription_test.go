package billing_test

import (
	"fmt"
	"slices"
	"testing"

	"billfold/backend/billing"
)

const (
	periodStart = billing.Time(1_790_000_000)
	periodEnd   = periodStart + 30*86400
	beforeEnd   = periodEnd - 86400
	afterEnd    = periodEnd + 86400
	endedAt     = periodStart + 3600
)

// situation is a subscription told in words, so that what is expected of it can
// be told in words too.
type situation struct {
	status        billing.SubscriptionStatus
	stopsAtEnd    bool   // cancel_at_period_end
	stopsOn       string // cancel_at: "", before, at or after the end of the period
	paused        string // pause_collection: "" or its behaviour
	resumes       string // "", before, at or after the end of the period
	pendingUpdate bool
	preview       bool
}

var instants = map[string]billing.Time{"": 0, "before": beforeEnd, "at": periodEnd, "after": afterEnd}

func (s situation) subscription() billing.Subscription {
	result := billing.Subscription{
		ID: "sub_1", Status: s.status, Currency: "usd", PeriodStart: periodStart, PeriodEnd: periodEnd,
		CancelAtPeriodEnd: s.stopsAtEnd, CancelAt: instants[s.stopsOn],
	}
	if s.over() {
		result.EndedAt = endedAt
	}
	if s.paused != "" {
		result.Pause = &billing.PauseCollection{Behavior: s.paused, ResumesAt: instants[s.resumes]}
	}
	if s.pendingUpdate {
		result.PendingUpdateExpiresAt = beforeEnd
	}
	if s.preview {
		result.Upcoming = &billing.Upcoming{
			At: periodEnd, AmountDue: billing.Money{Amount: 2380, Currency: "usd"},
			Total: billing.Money{Amount: 9999, Currency: "usd"},
		}
	}
	return result
}

func (s situation) over() bool {
	return s.status == "canceled" || s.status == "incomplete_expired"
}

func everySituation() []situation {
	var all []situation
	for _, status := range billing.SubscriptionStatuses() {
		for _, stopsOn := range []string{"", "before", "at", "after"} {
			for _, pause := range everyPause() {
				for flags := range 8 {
					all = append(all, situation{
						status: status, stopsOn: stopsOn, paused: pause[0], resumes: pause[1],
						stopsAtEnd: flags&1 != 0, pendingUpdate: flags&2 != 0, preview: flags&4 != 0,
					})
				}
			}
		}
	}
	return all
}

func everyPause() [][2]string {
	all := [][2]string{{"", ""}}
	for _, behavior := range []string{"keep_as_draft", "mark_uncollectible", "void"} {
		for _, resumes := range []string{"", "before", "at", "after"} {
			all = append(all, [2]string{behavior, resumes})
		}
	}
	return all
}

type billingRule struct {
	words  string
	fits   func(situation) bool
	billed bool
}

// billingRules says what a person would answer to "is there a next bill?"; the
// first rule that fits decides.
var billingRules = []billingRule{
	{"canceled is not billed", func(s situation) bool { return s.status == "canceled" }, false},
	{"a lapsed sign-up is not billed", func(s situation) bool { return s.status == "incomplete_expired" }, false},
	{"before its first payment it is not billed", func(s situation) bool { return s.status == "incomplete" }, false},
	{"unpaid only gathers drafts", func(s situation) bool { return s.status == "unpaid" }, false},
	{"a trial that ended without a card is not billed", func(s situation) bool { return s.status == "paused" }, false},
	{"stopping with this period is not billed", func(s situation) bool { return s.stopsAtEnd }, false},
	{"stopping on a day within this period is not billed",
		func(s situation) bool { return s.stopsOn == "before" || s.stopsOn == "at" }, false},
	{"collection paused until further notice is not billed",
		func(s situation) bool { return s.paused != "" && s.resumes == "" }, false},
	{"collection paused beyond this period is not billed",
		func(s situation) bool { return s.paused != "" && s.resumes == "after" }, false},
	{"a pause that ends in time is billed", func(s situation) bool { return s.paused != "" }, true},
	{"past due is billed again", func(s situation) bool { return s.status == "past_due" }, true},
	{"a trial is billed at its end", func(s situation) bool { return s.status == "trialing" }, true},
	{"stopping in a later period is billed", func(s situation) bool { return s.stopsOn == "after" }, true},
	{"active is billed", func(s situation) bool { return s.status == "active" }, true},
}

func TestNextBillingOfEverySituation(t *testing.T) {
	decided := map[string][]situation{}
	for _, s := range everySituation() {
		i := slices.IndexFunc(billingRules, func(rule billingRule) bool { return rule.fits(s) })
		if i < 0 {
			t.Fatalf("no rule decides %+v", s)
		}
		decided[billingRules[i].words] = append(decided[billingRules[i].words], s)
	}
	for _, rule := range billingRules {
		t.Run(rule.words, func(t *testing.T) {
			if len(decided[rule.words]) == 0 {
				t.Fatal("the rule decided nothing")
			}
			for _, s := range decided[rule.words] {
				requireNextBilling(t, s, rule.billed)
			}
		})
	}
}

func requireNextBilling(t *testing.T, s situation, billed bool) {
	t.Helper()
	next := s.subscription().NextBilling()
	switch {
	case !billed && next != nil:
		t.Errorf("%+v is billed %+v", s, *next)
	case billed && next == nil:
		t.Errorf("%+v is not billed", s)
	case billed && next.At != periodEnd:
		t.Errorf("%+v is billed at %d, want the end of the period", s, next.At)
	case billed && next.AmountKnown != s.preview:
		t.Errorf("%+v: amount known is %v", s, next.AmountKnown)
	case billed && s.preview && next.Amount != (billing.Money{Amount: 2380, Currency: "usd"}):
		t.Errorf("%+v is billed %v, want what is due in the preview", s, next.Amount)
	case billed && !s.preview && next.Amount != (billing.Money{Currency: "usd"}):
		t.Errorf("%+v: an unknown amount is %v", s, next.Amount)
	}
}

func TestNextBillingNeedsAKnownDate(t *testing.T) {
	s := situation{status: billing.SubscriptionActive, preview: true}.subscription()
	s.PeriodEnd = 0
	if next := s.NextBilling(); next != nil {
		t.Errorf("billed at %d without a period", next.At)
	}
}

func TestEndOfEverySituation(t *testing.T) {
	for _, s := range everySituation() {
		subscription := s.subscription()
		if got := subscription.Ended(); got != s.over() {
			t.Errorf("%+v: ended is %v", s, got)
		}
		if got, want := subscription.EndsAt(), expectedEnd(s); got != want {
			t.Errorf("%+v ends at %d, want %d", s, got, want)
		}
	}
}

func expectedEnd(s situation) billing.Time {
	switch {
	case s.over():
		return endedAt
	case s.stopsAtEnd && s.stopsOn == "before":
		return beforeEnd
	case s.stopsAtEnd:
		return periodEnd
	case s.stopsOn == "before":
		return beforeEnd
	case s.stopsOn == "at":
		return periodEnd
	case s.stopsOn == "after":
		return afterEnd
	default:
		return 0
	}
}

// A preview is asked for exactly where Stripe can have one: pausing collection
// does not take it away, a scheduled end does.
func TestPreviewIsAskedForOnlyWhereThereCanBeOne(t *testing.T) {
	alive := []billing.SubscriptionStatus{"trialing", "active", "past_due"}
	for _, s := range everySituation() {
		want := slices.Contains(alive, s.status) && !s.stopsAtEnd && s.stopsOn != "before" && s.stopsOn != "at"
		if got := s.subscription().Previewable(); got != want {
			t.Errorf("%+v: previewable is %v", s, got)
		}
	}
}

func TestPlanNamesEachProductOnce(t *testing.T) {
	for want, plans := range map[string][]string{
		"":              {},
		"Pro":           {"Pro"},
		"Pro + Credits": {"Pro", "Credits", "Pro"},
		"Credits + Pro": {"", "Credits", "Pro", ""},
	} {
		t.Run(fmt.Sprintf("%q", want), func(t *testing.T) {
			var s billing.Subscription
			for _, plan := range plans {
				s.Items = append(s.Items, billing.SubscriptionItem{Plan: plan})
			}
			if got := s.Plan(); got != want {
				t.Errorf("got %q", got)
			}
		})
	}
}
