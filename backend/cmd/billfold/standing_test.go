package main_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// standing is what the tests look at of the standing in status --json.
type standing struct {
	Standing struct {
		State, Cause, Consequence string
		NoRetry                   *string `json:"no_retry"`
		NextEvent                 *struct {
			Kind string
			At   int64
		} `json:"next_event"`
		Remedies []struct {
			Kind      string
			InvoiceID *string `json:"invoice_id"`
		}
		Owed []struct {
			Currency   string
			Amount     int64
			InvoiceIDs []string `json:"invoice_ids"`
		}
		Unknown []string
		Others  []struct{ State string }
	}
	Owed []struct {
		Currency string
		Amount   int64
	}
}

func TestStatusEndsWithTheStandingsCode(t *testing.T) {
	for scenario, want := range map[string]struct {
		code         int
		state, cause string
		first        string // the first remedy, "" for none
	}{
		"active":           {0, "good", "in_order", ""},
		"new":              {0, "good", "no_subscription", ""},
		"cancel-scheduled": {0, "good", "cancellation_planned", "resume"},
		"canceled":         {0, "ended", "ended_by_choice", "subscribe_again"},
		"card-expiring":    {3, "attention", "card_expires", "update_card"},
		"incomplete":       {3, "at_risk", "confirmation_needed", "confirm_payment"},
		"deleted-customer": {3, "ended", "account_removed", "contact_vendor"},
		"past-due":         {4, "access_lost", "payment_failed", "pay_invoice"},
		"shadowed-card":    {4, "access_lost", "shadowed_default", "fix_default"},
		"unpaid":           {4, "access_lost", "tries_used_up", "update_card"},
	} {
		t.Run(scenario, func(t *testing.T) {
			d := newDesk(t)
			got := d.run("status", "--json", "--sandbox="+scenario)
			var said standing
			if err := json.Unmarshal([]byte(got.stdout), &said); err != nil {
				t.Fatalf("%q: %v", got.stdout, err)
			}
			s := said.Standing
			if got.code != want.code || s.State != want.state || s.Cause != want.cause || s.Consequence == "" {
				t.Errorf("exit %d, %s, %s; want %d, %s, %s", got.code, s.State, s.Cause, want.code, want.state, want.cause)
			}
			first := ""
			if len(s.Remedies) > 0 {
				first = s.Remedies[0].Kind
			}
			if first != want.first {
				t.Errorf("the first remedy is %q, want %q", first, want.first)
			}
			if strings.Contains(got.stdout, `"remedies": null`) || s.Unknown == nil || s.Others == nil {
				t.Error("a list is null")
			}
			if len(s.Owed) != len(said.Owed) || len(s.Owed) > 0 && (s.Owed[0].Amount != said.Owed[0].Amount || len(s.Owed[0].InvoiceIDs) == 0) {
				t.Errorf("owed %v, in the standing %v", said.Owed, s.Owed)
			}
			if plain := d.run("status", "--sandbox="+scenario); plain.code != want.code || plain.stderr != "" {
				t.Errorf("without --json: exit %d, %s", plain.code, plain.stderr)
			} else if regexp.MustCompile(`[a-z]_[a-z]`).MatchString(standingLines(plain.stdout)) {
				t.Errorf("a code is shown in place of words:\n%s", plain.stdout)
			}
		})
	}
}

// standingLines are the first lines, up to the subscription.
func standingLines(text string) string {
	lines := strings.Split(text, "\n")
	end := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "Current Subscription") })
	return strings.Join(lines[:max(end, 0)], "\n")
}
