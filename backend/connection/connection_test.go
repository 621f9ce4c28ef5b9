package connection_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/connection"
)

func TestChoose(t *testing.T) {
	cases := []struct {
		name  string
		flags connection.Flags
		want  companion.Target
	}{
		{"NothingMeansTheSandbox", connection.Flags{},
			companion.Target{Connection: "sandbox", Scenario: "active"}},
		{"AKeyInTheEnvironmentAloneMeansTheSandbox", connection.Flags{StripeKey: "sk_test_1"},
			companion.Target{Connection: "sandbox", Scenario: "active"}},
		{"ALiveKeyThatIsNotUsedIsNoMistake", connection.Flags{StripeKey: "sk_live_1"},
			companion.Target{Connection: "sandbox", Scenario: "active"}},
		{"ANamedScenario", connection.Flags{Sandbox: "new", Customer: "cus_1"},
			companion.Target{Connection: "sandbox", Scenario: "new"}},
		{"ACustomerMeansStripeInTestMode", connection.Flags{Customer: "cus_1", StripeKey: "sk_test_1"},
			companion.Target{Connection: "stripe_test", URL: "https://api.stripe.com", Customer: "cus_1"}},
		{"AnAddressMeansAGateway", connection.Flags{URL: "https://b.example/", Token: "t", Customer: "cus_1"},
			companion.Target{Connection: "gateway", URL: "https://b.example", Customer: "cus_1"}},
		{"AnAddressTakesTheKeyToo", connection.Flags{URL: "http://127.0.0.1:1", StripeKey: "sk_test_1", Customer: "cus_1"},
			companion.Target{Connection: "gateway", URL: "http://127.0.0.1:1", Customer: "cus_1"}},
		{"StripesAddressIsStripe", connection.Flags{URL: "https://api.stripe.com", StripeKey: "rk_test_1", Customer: "cus_1"},
			companion.Target{Connection: "stripe_test", URL: "https://api.stripe.com", Customer: "cus_1"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			chosen, err := c.flags.Choose()
			if err != nil || chosen.Target != c.want {
				t.Fatalf("Choose = %+v, %v; want %+v", chosen.Target, err, c.want)
			}
		})
	}
}

func TestChooseRefuses(t *testing.T) {
	cases := []struct {
		name  string
		flags connection.Flags
		want  billing.Code
	}{
		{"TwoConnections", connection.Flags{Sandbox: "active", URL: "https://b.example"}, billing.CodeInvalid},
		{"AnUnknownScenario", connection.Flags{Sandbox: "nope"}, billing.CodeInvalid},
		{"AnAddressWithoutAToken", connection.Flags{URL: "https://b.example", Customer: "cus_1"}, billing.CodeInvalid},
		{"AnAddressWithoutACustomer", connection.Flags{URL: "https://b.example", Token: "t"}, billing.CodeInvalid},
		{"NoAddressAtAll", connection.Flags{URL: "b.example", Token: "t", Customer: "cus_1"}, billing.CodeInvalid},
		{"ACustomerWithoutAKey", connection.Flags{Customer: "cus_1"}, billing.CodeInvalid},
		{"AKeyThatIsNoTestKey", connection.Flags{Customer: "cus_1", StripeKey: "sk_org_live_1"}, billing.CodeInvalid},
		{"AKeyThatIsNoTestKeyByAddress", connection.Flags{URL: "https://api.stripe.com", Customer: "cus_1", Token: "whatever"}, billing.CodeInvalid},
		{"AStripeKeyForAnotherHost", connection.Flags{URL: "https://b.example", Customer: "cus_1", StripeKey: "sk_test_1"}, billing.CodeInvalid},
		{"ALiveSecretKey", connection.Flags{Customer: "cus_1", StripeKey: "sk_live_1"}, billing.CodeLiveKey},
		{"ALiveRestrictedKey", connection.Flags{Customer: "cus_1", StripeKey: "rk_live_1"}, billing.CodeLiveKey},
		{"ALiveKeyAsAToken", connection.Flags{URL: "https://b.example", Token: "sk_live_1", Customer: "cus_1"}, billing.CodeLiveKey},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			chosen, err := c.flags.Choose()
			if billing.CodeOf(err) != c.want || chosen != (connection.Chosen{}) {
				t.Fatalf("Choose = %+v, %v; want %s", chosen, err, c.want)
			}
		})
	}
}

func TestAccountsHaveFoldersOfTheirOwn(t *testing.T) {
	flags := []connection.Flags{
		{}, {Sandbox: "new"},
		{URL: "https://a.example", Token: "t", Customer: "cus_1"}, {URL: "https://b.example", Token: "t", Customer: "cus_1"},
		{URL: "https://a.example", Token: "t", Customer: "cus_2"}, {Customer: "cus_1", StripeKey: "sk_test_1"},
	}
	seen := map[string]bool{}
	for _, f := range flags {
		f.DataDir = t.TempDir()
		chosen, err := f.Choose()
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(chosen.AccountDir())
		if seen[name] || strings.Contains(name, "cus") {
			t.Errorf("folder %s of %+v", name, chosen.Target)
		}
		seen[name] = true
	}
}

func TestSandboxArgs(t *testing.T) {
	cases := []struct{ args, want string }{
		{"status", "status"},
		{"status --sandbox", "status --sandbox=active"},
		{"--sandbox status", "--sandbox=active status"},
		{"--sandbox new status", "--sandbox=new status"},
		{"status --sandbox many --json", "status --sandbox=many --json"},
		{"status --sandbox --json", "status --sandbox=active --json"},
		{"invoice --sandbox AB12-0001", "invoice --sandbox=active AB12-0001"},
		{"status --sandbox=new", "status --sandbox=new"},
		{"open -- --sandbox", "open -- --sandbox"},
	}
	for _, c := range cases {
		got := connection.SandboxArgs(strings.Fields(c.args))
		if !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%s becomes %v, want %s", c.args, got, c.want)
		}
	}
}

func TestFlagsTravelWithoutSecrets(t *testing.T) {
	f := connection.Flags{URL: "https://a.example", Customer: "cus_1", DataDir: "/d", Token: "SECRET", StripeKey: "KEY"}
	if got := strings.Join(f.Args(), " "); got != "--url=https://a.example --customer=cus_1 --data-dir=/d" {
		t.Errorf("Args = %s", got)
	}
	if got := f.Environment(); !slices.Equal(got, []string{"BILLFOLD_TOKEN=SECRET", "STRIPE_API_KEY=KEY"}) {
		t.Errorf("Environment = %v", got)
	}
}

func TestSandboxThatCannotKeepItsStateStillRuns(t *testing.T) {
	chosen, err := connection.Flags{DataDir: "/dev/null/nowhere"}.Choose()
	if err != nil {
		t.Fatal(err)
	}
	opened, err := chosen.Open(t.Context(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	if _, err := opened.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	overview, err := opened.Overview(t.Context())
	if err != nil || len(overview.Subscriptions) == 0 || len(opened.About().Notices) == 0 {
		t.Fatalf("%+v, %v, %v", overview.Subscriptions, opened.About().Notices, err)
	}
}

func TestASandboxThatAnotherBillfoldUsesIsSaid(t *testing.T) {
	chosen, err := connection.Flags{DataDir: t.TempDir()}.Choose()
	if err != nil {
		t.Fatal(err)
	}
	first, err := chosen.Open(t.Context(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	second, err := chosen.Open(t.Context(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	const says = "Another Billfold is using this sandbox: close that one first, or choose another scenario."
	var told *billing.Error
	if _, err := second.Pull(t.Context(), false); !errors.As(err, &told) || told.Code != billing.CodeBusy || told.Message != says {
		t.Errorf("says %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Pull(t.Context(), false); err != nil {
		t.Errorf("after the first was closed: %v", err)
	}
}

func TestWhoHasChosenNothingIsWelcomedOnce(t *testing.T) {
	dir := t.TempDir()
	welcomed := func(flags connection.Flags) bool {
		t.Helper()
		flags.DataDir = dir
		chosen, err := flags.Choose()
		if err != nil {
			t.Fatal(err)
		}
		opened, err := chosen.Open(t.Context(), "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = opened.Close() }()
		before, err := opened.Preferences(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		before.Theme = "dark"
		if err := opened.SetPreferences(t.Context(), before); err != nil { // which alone is no welcome
			t.Fatal(err)
		}
		return before.Welcomed
	}
	if !welcomed(connection.Flags{Sandbox: "new"}) {
		t.Error("who names a scenario is asked for one")
	}
	for range 2 {
		if welcomed(connection.Flags{}) {
			t.Error("nobody was welcomed yet")
		}
	}
	chosen, err := connection.Flags{DataDir: dir}.Choose()
	if err != nil {
		t.Fatal(err)
	}
	opened, err := chosen.Open(t.Context(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.SetPreferences(t.Context(), companion.Preferences{Theme: "dark", Welcomed: true}); err != nil {
		t.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	if !welcomed(connection.Flags{}) {
		t.Error("the welcome comes back")
	}
}
