package sandbox_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"billfold/backend/sandbox"
)

// move is one thing that happens to a sandbox: time passes, or somebody writes.
type move struct {
	wait  time.Duration
	path  string
	pairs []string
}

func anyMove(customer string) *rapid.Generator[move] {
	return rapid.Custom(func(t *rapid.T) move {
		waits := []time.Duration{0, time.Second, time.Hour, 24 * time.Hour, 45 * 24 * time.Hour}
		writes := []move{
			{path: "/v1/customers/" + customer, pairs: []string{"name", rapid.StringN(1, 20, -1).Draw(t, "name")}},
			{path: "/v1/customers/" + customer + "/tax_ids", pairs: []string{"type", "eu_vat", "value", "DE123456789"}},
			{path: "/v1/invoiceitems", pairs: []string{"customer", customer, "currency", "usd", "amount", fmt.Sprint(rapid.IntRange(-500, 5000).Draw(t, "amount"))}},
			{path: "/v1/invoices", pairs: []string{"customer", customer, "pending_invoice_items_behavior", "include", "auto_advance", "true"}},
			{path: "/v1/payment_methods/pm_card_amex/attach", pairs: []string{"customer", customer}},
			{path: "/v1/customers/" + customer, pairs: []string{"tax_exempt", "maybe"}}, // refused
		}
		m := rapid.SampledFrom(writes).Draw(t, "write")
		m.wait = rapid.SampledFrom(waits).Draw(t, "wait")
		return m
	})
}

// picture is all there is to read of a customer.
func (c client) picture() string {
	var b strings.Builder
	of := "?limit=100&customer=" + c.Customer()
	for _, path := range []string{
		"/v1/customers/" + c.Customer() + "?expand[]=tax_ids", "/v1/subscriptions" + of + "&status=all", "/v1/invoices" + of,
		"/v1/charges" + of + "&expand[]=data.refunds", "/v1/payment_methods" + of, "/v1/payment_intents" + of, "/v1/invoiceitems" + of,
		"/v1/credit_notes" + of, "/v1/customers/" + c.Customer() + "/balance_transactions", "/v1/invoices/upcoming?customer=" + c.Customer(),
	} {
		b.Write(c.get(path).body)
	}
	return c.withoutLinks(b.String())
}

// anyLink is the address of a hosted page: a secret of its sandbox, and its port.
var anyLink = regexp.MustCompile(`"http://127\.0\.0\.1:\d+/[icr]/([A-Za-z0-9_]+)\.[^"/]+`)

// withoutLinks leaves of every link what must be the same everywhere.
func (c client) withoutLinks(body string) string {
	return anyLink.ReplaceAllString(body, `"link of $1`)
}

// TestTheSameMovesGiveTheSameObjects: two sandboxes that live through the same,
// one of them read from all the time, and a third that is made again from the
// state file, answer the same to the byte.
func TestTheSameMovesGiveTheSameObjects(t *testing.T) {
	folder := t.TempDir()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		state := filepath.Join(folder, fmt.Sprint(round, ".json"))
		clock := newHandClock()
		kept := MustStart(rt, sandbox.Options{Now: clock.now, StateFile: state})
		twin := MustStart(rt, sandbox.Options{Now: clock.now})
		moves := rapid.SliceOfN(anyMove(kept.Customer()), 1, 8).Draw(rt, "moves")
		for _, m := range moves {
			clock.advance(m.wait)
			a := kept.post(m.path, m.pairs...)
			kept.get("/v1/invoices")
			if b := twin.post(m.path, m.pairs...); kept.withoutLinks(string(a.body)) != twin.withoutLinks(string(b.body)) {
				rt.Fatalf("%s: %s and %s", m.path, a.body, b.body)
			}
		}
		clock.advance(time.Duration(rapid.IntRange(0, 100).Draw(rt, "days")) * 24 * time.Hour)
		before := kept.picture()
		if before != twin.picture() {
			rt.Fatal("the twin has other objects")
		}
		_, _ = kept.Close(), twin.Close()
		again := MustStart(rt, sandbox.Options{Now: clock.now, StateFile: state})
		defer func() { _ = again.Close() }()
		if before != again.picture() {
			rt.Fatal("the state file makes other objects")
		}
	})
}

func TestAnotherSeedingHasOtherIDs(t *testing.T) {
	clock := newHandClock()
	first := startFor(t, sandbox.Options{Now: clock.now})
	clock.advance(time.Second)
	second := startFor(t, sandbox.Options{Now: clock.now})
	if first.Customer() == second.Customer() || first.Key() == second.Key() {
		t.Error("two seedings share an id or a key")
	}
}

func TestAStateFileIsForItsOwnerOnlyAndLeavesNothingBeside(t *testing.T) {
	state := filepath.Join(t.TempDir(), "new", "state.json")
	c := startFor(t, sandbox.Options{Now: newHandClock().now, StateFile: state})
	c.made("/v1/products", "name", "A")
	info, err := os.Stat(state)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	files, err := os.ReadDir(filepath.Dir(state))
	if err != nil || len(files) != 2 || files[1].Name() != "state.json.lock" {
		t.Fatalf("%v %v", files, err)
	}
}

func TestADamagedStateFileIsSetAsideAndTheScenarioMadeAnew(t *testing.T) {
	for name, content := range map[string]string{
		"cut off":               `{"format":3,"scenario":"active","see`,
		"empty":                 "",
		"of a newer format":     `{"format":99,"scenario":"active","seeded_at":1769860800,"writes":[]}`,
		"of an unknown account": `{"format":3,"scenario":"lost","seeded_at":1769860800,"writes":[]}`,
		"of a refused write":    `{"format":3,"scenario":"active","seeded_at":1769860800,"writes":[{"at":1769860800,"method":"POST","path":"/v1/none","form":""}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "state.json")
			if err := os.WriteFile(state, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			c := startFor(t, sandbox.Options{Now: newHandClock().now, StateFile: state})
			if ids := c.all("/v1/invoices?", "100"); len(ids) != 18 {
				t.Errorf("%d invoices", len(ids))
			}
			aside, err := os.ReadFile(state + fmt.Sprint(".damaged-", seededAt))
			if err != nil || string(aside) != content {
				t.Errorf("set aside: %q %v", aside, err)
			}
			if fresh, err := os.ReadFile(state); err != nil || !strings.Contains(string(fresh), `"scenario":"active"`) {
				t.Errorf("in its place: %q %v", fresh, err)
			}
		})
	}
}

func TestAStateFileThatCannotBeSavedIsSaid(t *testing.T) {
	folder := t.TempDir()
	state := filepath.Join(folder, "state.json")
	c := startFor(t, sandbox.Options{Now: newHandClock().now, StateFile: state})
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if r := c.post("/v1/products", "name", "A").refusal(t); r.Status != 500 || r.Type != "api_error" {
		t.Fatalf("%+v", r)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	c.made("/v1/products", "name", "B")
	if kept, err := os.ReadFile(state); err != nil || !strings.Contains(string(kept), "name=A") {
		t.Errorf("the next save lost the write that could not be saved: %q %v", kept, err)
	}
}

func TestADemoKeptForMonthsGoesOnRenewing(t *testing.T) {
	clock := newHandClock()
	state := filepath.Join(t.TempDir(), "state.json")
	first := MustStart(t, sandbox.Options{Now: clock.now, StateFile: state})
	customer := first.Customer()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	clock.advance(92 * 24 * time.Hour)
	later := startFor(t, sandbox.Options{Now: clock.now, StateFile: state})
	if ids := later.all("/v1/invoices?", "100"); later.Customer() != customer || len(ids) != 21 {
		t.Errorf("%s has %d invoices", later.Customer(), len(ids))
	}
}
