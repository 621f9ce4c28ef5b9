package connection_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/connection"
	"billfold/backend/gateway"
	"billfold/backend/statefile"
)

// pulled is a companion over a scenario of the sandbox that has pulled once.
func pulled(t *testing.T, dir, scenario string) *companion.Companion {
	t.Helper()
	chosen, err := connection.Flags{DataDir: dir, Sandbox: scenario}.Choose()
	if err != nil {
		t.Fatal(err)
	}
	opened, err := chosen.Open(t.Context(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	if _, err := opened.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	return opened
}

func TestAPullTellsProgramsBesideBillfold(t *testing.T) {
	dir := t.TempDir()
	c := pulled(t, dir, "past-due")
	state, err := statefile.Read(filepath.Join(dir, "state.json"))
	if err != nil {
		t.Fatal(err)
	}
	if state.Schema != "billfold.state/1" || *state.Plan != "Pro" || *state.SubscriptionStatus != "past_due" ||
		state.Connection != "sandbox" || state.Account.Label != "Sandbox" || state.Standing.Level != statefile.LevelError {
		t.Errorf("%+v", state)
	}
	if words := state.Words["de"]; words.State != "Zugang vermutlich verloren" || words.Title != "Eine Zahlung ist nicht durchgegangen" {
		t.Errorf("%+v", words)
	}
	// A pull that finds nothing new makes the copy younger all the same.
	overview, err := c.Overview(t.Context())
	if err != nil || *state.AsOf != overview.SyncedAt {
		t.Errorf("as of %d, the copy %d, %v", *state.AsOf, overview.SyncedAt, err)
	}
}

func TestAnotherAccountIsNoticed(t *testing.T) {
	dir := t.TempDir()
	c := pulled(t, dir, "active")
	file := filepath.Join(dir, "state.json")
	before, err := statefile.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.OpenScenario(t.Context(), "past-due"); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool {
		after, err := statefile.Read(file)
		return err == nil && after.Account.ID != before.Account.ID && after.Standing.Level == statefile.LevelError
	})
	// What is known of the first one is told at once when one goes back.
	if err := c.OpenScenario(t.Context(), "active"); err != nil {
		t.Fatal(err)
	}
	if again, err := statefile.Read(file); err != nil || again.Account.ID != before.Account.ID {
		t.Errorf("%+v, %v", again.Account, err)
	}
}

// TestNoSecretReachesTheStateFile looks for all that names somebody or opens
// something, in what the companion knows of each scenario.
func TestNoSecretReachesTheStateFile(t *testing.T) {
	for _, scenario := range []string{"active", "past-due", "hostile", "send-invoice", "needs-confirmation"} {
		t.Run(scenario, func(t *testing.T) {
			dir := t.TempDir()
			c := pulled(t, dir, scenario)
			file := filepath.Join(dir, "state.json")
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			state, err := statefile.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			canaries := secretsOf(t, c)
			if len(canaries) < 8 {
				t.Fatalf("only %d things to look for", len(canaries))
			}
			for _, text := range textsIn(t, content) {
				for _, canary := range canaries {
					if strings.Contains(text, canary) {
						t.Errorf("%q holds %q", text, canary)
					}
				}
				// The name of a plan is the vendor's, and says what the vendor wants.
				if text == *state.Plan {
					continue
				}
				if found := regexp.MustCompile(`://|@|(cus|sub|in|pm|ch|pi|cs|bps|sk|rk|pk)_[A-Za-z0-9]{6}|\beyJ`).FindString(text); found != "" {
					t.Errorf("%q holds %q", text, found)
				}
			}
		})
	}
}

// secretsOf are the names, addresses, ids and digits of an account.
func secretsOf(t *testing.T, c *companion.Companion) []string {
	t.Helper()
	overview, err := c.Overview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	invoices, err := c.Invoices(t.Context(), billing.InvoiceFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	who := overview.BillingInformation
	all := []string{overview.Identity.CustomerID, overview.Identity.Name, who.Name, who.Email, who.Phone, who.Address.Line1, who.Address.PostalCode}
	for _, method := range overview.PaymentMethods {
		all = append(all, method.ID, method.Last4)
	}
	for _, subscription := range overview.Subscriptions {
		all = append(all, subscription.ID)
	}
	for _, invoice := range invoices.Rows {
		all = append(all, invoice.ID, invoice.Number)
	}
	known := []string{}
	for _, one := range all {
		if len(one) >= 4 {
			known = append(known, one)
		}
	}
	return known
}

// textsIn are the texts of a JSON value, and the names of its fields; not the
// account's hash, in which any four digits may stand.
func textsIn(t *testing.T, content []byte) []string {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(content, &value); err != nil {
		t.Fatal(err)
	}
	account, _ := value["account"].(map[string]any)
	if id, _ := account["id"].(string); !regexp.MustCompile(`^[0-9a-f]{20}$`).MatchString(id) {
		t.Errorf("the account's id is %q", id)
	}
	delete(account, "id")
	var texts []string
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case string:
			texts = append(texts, value)
		case map[string]any:
			for name, one := range value {
				texts = append(texts, name)
				walk(one)
			}
		}
	}
	walk(value)
	return texts
}

func TestSigningOutTakesTheStateFileAway(t *testing.T) {
	for _, leave := range []companion.Leave{companion.LeaveAll, companion.LeaveDocuments, companion.LeaveNothing} {
		t.Run(string(leave), func(t *testing.T) {
			s := newShop(t, "active", gateway.Policy{})
			c := s.open()
			s.signIn(c)
			settled(t, c, s.Sandbox().Customer())
			file := filepath.Join(s.dir, "state.json")
			var state statefile.State
			until(t, func() bool {
				var err error
				state, err = statefile.Read(file)
				return err == nil
			})
			if state.Account.Label != "Sandbox" || state.Connection != "gateway" {
				t.Errorf("%+v", state)
			}
			if _, err := c.SignOut(t.Context(), leave); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the file: %v", err)
			}
		})
	}
}

func TestAStateFileThatCannotBeWrittenFailsNoPull(t *testing.T) {
	dir := t.TempDir()
	// A folder stands where the file should be.
	if err := os.MkdirAll(filepath.Join(dir, "state.json", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if c := pulled(t, dir, "active"); !c.SyncState().SyncedAt.Known() {
		t.Error("nothing was pulled")
	}
}

func TestWhereTheStateFileIs(t *testing.T) {
	usual, err := connection.Flags{}.Choose()
	if err != nil {
		t.Fatal(err)
	}
	if got := usual.StateFile(); !strings.HasSuffix(got, filepath.Join("billfold", "state.json")) || strings.HasPrefix(got, usual.Dir()) {
		t.Errorf("usually %s", got)
	}
	own, err := connection.Flags{DataDir: "/d"}.Choose()
	if err != nil || own.StateFile() != filepath.Join("/d", "state.json") {
		t.Errorf("in a folder of one's own %s, %v", own.StateFile(), err)
	}
}
