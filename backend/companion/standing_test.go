package companion_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/sandbox"
	"billfold/backend/stripeapi"
)

// theDay is when the scenarios are looked at.
var theDay = time.Date(2026, 6, 17, 9, 30, 0, 0, time.UTC)

// mustOpenOnTheDay is mustOpen with all clocks at one instant.
func mustOpenOnTheDay(t *testing.T, scenario string) *companion.Companion {
	t.Helper()
	now := func() time.Time { return theDay }
	opened, err := companion.Open(t.Context(), companion.Config{
		Dir: t.TempDir(), Now: now,
		Target: companion.Target{Connection: companion.ConnectionSandbox, Scenario: scenario},
		Dial: func(ctx context.Context, target companion.Target) (companion.Dialed, error) {
			s, err := sandbox.Start(ctx, sandbox.Options{Scenario: target.Scenario, Now: now})
			if err != nil {
				return companion.Dialed{}, err
			}
			api, err := stripeapi.New(stripeapi.Config{
				URL: s.URL(), Customer: s.Customer(),
				Token: func(context.Context) (string, error) { return s.Key(), nil },
			})
			return companion.Dialed{API: api, Close: s.Close}, err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	return opened
}

// TestStandingOfEveryScenario pulls each scenario and compares how it stands with
// testdata/standing/<scenario>.json. What they mean in a word is said here, so that
// a golden written anew cannot turn one into another unseen.
func TestStandingOfEveryScenario(t *testing.T) {
	type word struct {
		state billing.StandingState
		cause billing.Cause
	}
	want := map[string]word{
		"active":             {billing.StandingGood, billing.CauseInOrder},
		"new":                {billing.StandingGood, billing.CauseNoSubscription},
		"trial":              {billing.StandingAttention, billing.CauseTrialEndsUnpaid},
		"past-due":           {billing.StandingAccessLost, billing.CausePaymentFailed},
		"past-due-last":      {billing.StandingAccessLost, billing.CausePaymentFailed},
		"needs-confirmation": {billing.StandingAccessLost, billing.CauseConfirmation},
		"unpaid":             {billing.StandingAccessLost, billing.CauseTriesUsedUp},
		"canceled":           {billing.StandingEnded, billing.CauseEndedByChoice},
		"cancel-scheduled":   {billing.StandingGood, billing.CauseCancellationPlanned},
		"paused-collection":  {billing.StandingGood, billing.CauseCollectionPaused},
		"incomplete":         {billing.StandingAtRisk, billing.CauseConfirmation},
		"shadowed-card":      {billing.StandingAccessLost, billing.CauseShadowedDefault},
		"card-expiring":      {billing.StandingAttention, billing.CauseCardExpires},
		"tiny-balance":       {billing.StandingAccessLost, billing.CausePaymentFailed},
		"overage":            {billing.StandingGood, billing.CauseInOrder},
		"credit-packs":       {billing.StandingGood, billing.CauseInOrder},
		"refunds":            {billing.StandingGood, billing.CauseInOrder},
		"two-subscriptions":  {billing.StandingAccessLost, billing.CausePaymentFailed},
		"double":             {billing.StandingGood, billing.CauseInOrder},
		"send-invoice":       {billing.StandingGood, billing.CauseInOrder},
		"marked-paid":        {billing.StandingGood, billing.CauseInOrder},
		"deleted-customer":   {billing.StandingEnded, billing.CauseAccountRemoved},
		"currencies":         {billing.StandingGood, billing.CauseNoSubscription},
		"many":               {billing.StandingAttention, billing.CauseInvoiceOverdue},
		"hostile":            {billing.StandingGood, billing.CauseInOrder},

		"discount":            {billing.StandingGood, billing.CauseInOrder},
		"downgrade-scheduled": {billing.StandingGood, billing.CauseInOrder},
	}
	for _, scenario := range sandbox.Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			t.Parallel()
			c := mustOpenOnTheDay(t, scenario.Name)
			before, err := c.Standing(t.Context())
			if err != nil || before.State != billing.StandingUnknown || before.Cause != billing.CauseNeverSynced {
				t.Errorf("before the first pull: %+v, %v", before, err)
			}
			mustHoldNoNullList(t, before)
			if _, err := c.Pull(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			standing, err := c.Standing(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := (word{standing.State, standing.Cause}); got != want[scenario.Name] {
				t.Errorf("it stands %v, want %v", got, want[scenario.Name])
			}
			mustHoldNoNullList(t, standing)
			mustBeGolden(t, filepath.Join("standing", scenario.Name+".json"), standing)
		})
	}
}

func mustBeGolden(t *testing.T, name string, value any) {
	t.Helper()
	got, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got\n%s", path, got)
	}
}
