package billing_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"billfold/backend/billing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// condition is something that can be so in any status.
type condition struct {
	name  string
	steps []step
	// fails tells that a payment failed, so that its reason matters.
	fails bool
}

func conditions() []condition {
	pause := func(behavior string) step {
		return sub(func(s *billing.Subscription) {
			s.Pause = &billing.PauseCollection{Behavior: behavior, ResumesAt: periodEnd + dayLong}
		})
	}
	noMethod := func(s *billing.Snapshot) { s.Customer.DefaultPaymentMethodID = "" }
	named := sub(func(s *billing.Subscription) { s.DefaultPaymentMethodID = "pm_card" })
	return []condition{
		{"nothing else", nil, false},
		{"cancel_at_period_end", []step{sub(func(s *billing.Subscription) { s.CancelAtPeriodEnd = true })}, false},
		{"cancel_at within the period", []step{sub(func(s *billing.Subscription) { s.CancelAt = beforeEnd })}, false},
		{"cancel_at in a later period", []step{sub(func(s *billing.Subscription) { s.CancelAt = afterEnd })}, false},
		{"collection paused, keep_as_draft", []step{pause("keep_as_draft")}, false},
		{"collection paused, mark_uncollectible", []step{pause("mark_uncollectible")}, false},
		{"collection paused, void", []step{pause("void")}, false},
		{"pending update", []step{sub(func(s *billing.Subscription) { s.PendingUpdateExpiresAt = retryAt })}, false},
		{"no method", []step{noMethod}, false},
		{"card expired", []step{card(func(m *billing.PaymentMethod) { m.ExpMonth, m.ExpYear = 1, 2026 })}, false},
		{"card expires before the charge", []step{card(func(m *billing.PaymentMethod) { m.ExpMonth, m.ExpYear = 9, 2026 })}, false},
		{"credit covers the next bill", []step{sub(func(s *billing.Subscription) { s.Upcoming.AmountDue = usd(0) })}, false},
		{"draft about to be charged", []step{invoice(func(i *billing.Invoice) { i.Status, i.NextAttemptAt = billing.InvoiceDraft, standNow+1800 })}, false},
		{"draft that cannot be finished", []step{invoice(func(i *billing.Invoice) { i.Status, i.FinalizationError = billing.InvoiceDraft, "x" })}, false},
		{"open, first attempt ahead", []step{invoice(func(i *billing.Invoice) { i.NextAttemptAt = standNow + 1800 })}, false},
		{"open, nothing collects it", []step{invoice(func(*billing.Invoice) {})}, false},
		{"failed, another attempt planned", []step{declined("", retryAt)}, true},
		{"failed, no attempt planned", []step{declined("", 0)}, true},
		{"failed, tiny", []step{declined("", retryAt), func(s *billing.Snapshot) { s.Unsettled[0].AmountRemaining = usd(38) }}, true},
		{"failed, card issued in India", []step{declined("", 0), card(func(m *billing.PaymentMethod) { m.Country = "IN" })}, true},
		{"failed, new card shadowed", []step{declined("", retryAt), named, second(standNow - 3600)}, true},
		{"failed, new card in use", []step{declined("", retryAt), second(standNow - 3600)}, true},
		{"failed, no method any more", []step{declined("", 0), noMethod}, true},
		{"needs confirmation", []step{invoice(func(i *billing.Invoice) { i.Attempted, i.Attempts, i.NeedsConfirmation = true, 1, true })}, false},
		{"payment on its way", []step{invoice(func(i *billing.Invoice) { i.Attempted = true }), func(s *billing.Snapshot) {
			s.Payments = []billing.Payment{{ID: "py_1", InvoiceID: "in_1", Status: "pending", Amount: usd(2380), CreatedAt: standNow - 60}}
		}}, false},
		{"sent, due in weeks", []step{sent(standNow + 20*dayLong)}, false},
		{"sent, overdue", []step{sent(standNow - dayLong)}, false},
		{"uncollectible", []step{invoice(func(i *billing.Invoice) { i.Status = billing.InvoiceUncollectible })}, false},
		{"void", []step{invoice(func(i *billing.Invoice) { i.Status = billing.InvoiceVoid })}, false},
		{"copy of two days ago", []step{func(s *billing.Snapshot) { s.SyncedAt = s.Now - 2*dayLong }}, false},
		{"never synced", []step{func(s *billing.Snapshot) { s.SyncedAt = 0 }}, false},
		{"clock behind", []step{func(s *billing.Snapshot) { s.Now = s.SyncedAt - dayLong }}, false},
		{"customer deleted", []step{func(s *billing.Snapshot) { s.Customer.Deleted = true }}, false},
	}
}

// oneOf gives a reason of each group.
var oneOf = map[billing.DeclineGroup]string{
	billing.DeclineFundsAndLimits: "insufficient_funds", billing.DeclineWrongData: "expired_card",
	billing.DeclineBankRefused: "do_not_honor", billing.DeclineConfirmation: "authentication_required",
	billing.DeclineCardNotSuited: "card_not_supported", billing.DeclineStopped: "stop_payment_order",
	billing.DeclineTechnical: "processing_error", billing.DeclineMethodSpecific: "account_closed",
}

// TestStandingMatrix compares every status, condition and group of declines with
// its row in testdata/standing.txt, and holds each against the laws.
func TestStandingMatrix(t *testing.T) {
	var rows strings.Builder
	for _, word := range billing.SubscriptionStatuses() {
		for _, c := range conditions() {
			groups := []billing.DeclineGroup{""}
			if c.fails {
				groups = append(groups, billing.DeclineGroups()...)
			}
			for _, group := range groups {
				s := away(append([]step{status(word)}, c.steps...)...)
				for i := range s.Payments {
					if group != "" {
						s.Payments[i].DeclineCode = oneOf[group]
					}
				}
				if c.fails && group == "" {
					s.Payments = nil // nobody knows what the bank said
				}
				standing := billing.StandingOf(s)
				mustObeyTheLaws(t, s, standing)
				fmt.Fprintln(&rows, row(word, c.name, group, standing))
			}
		}
	}
	const path = "testdata/standing.txt"
	if *update {
		if err := os.WriteFile(path, []byte(rows.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := rows.String(); got != string(want) {
		t.Errorf("%s differs:\n%s", path, firstDifference(got, string(want)))
	}
}

func row(word billing.SubscriptionStatus, name string, group billing.DeclineGroup, s billing.Standing) string {
	parts := []string{string(word), name}
	if group != "" {
		parts[1] += " (" + string(group) + ")"
	}
	parts = append(parts, fmt.Sprintf("%s: %s, %s", s.State, s.Cause, s.Consequence))
	if s.NoRetry != "" {
		parts = append(parts, "no retry: "+string(s.NoRetry))
	}
	if s.NextEvent != nil {
		parts = append(parts, fmt.Sprintf("next: %s at %+d h", s.NextEvent.Kind, (s.NextEvent.At-standNow)/3600))
	}
	var kinds []string
	for _, r := range s.Remedies {
		kinds = append(kinds, string(r.Kind))
	}
	if len(kinds) > 0 {
		parts = append(parts, "do: "+strings.Join(kinds, ", "))
	}
	var unknown []string
	for _, u := range s.Unknown {
		unknown = append(unknown, string(u))
	}
	if len(unknown) > 0 {
		parts = append(parts, "unknown: "+strings.Join(unknown, ", "))
	}
	return strings.Join(parts, " | ")
}

func firstDifference(got, want string) string {
	theirs := strings.Split(want, "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(theirs) || line != theirs[i] {
			return fmt.Sprintf("line %d is\n%s\nwant\n%s", i+1, line, strings.Join(theirs[min(i, len(theirs)):min(i+1, len(theirs))], ""))
		}
	}
	return "it is shorter"
}
