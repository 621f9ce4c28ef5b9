package main_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVersionAndHelp(t *testing.T) {
	d := newDesk(t)
	if got := d.run("--version"); got.code != 0 || got.stdout != "billfold 1.2.3-test\n" {
		t.Fatalf("--version: %+v", got)
	}
	help := d.run("--help")
	for _, word := range []string{"status", "sync", "invoices", "invoice", "save", "verify", "web", "open", "Exit codes", "--sandbox", "active", "hostile"} {
		if !strings.Contains(help.stdout, word) {
			t.Errorf("--help does not mention %s:\n%s", word, help.stdout)
		}
	}
	for _, command := range []string{"status", "sync", "invoices", "invoice", "save", "verify", "web", "open"} {
		if got := d.run(command, "--help"); got.code != 0 || got.stderr != "" {
			t.Errorf("%s --help: %+v", command, got)
		}
	}
}

// TestStatusSaysWhatTheServerSays compares with the server's own answers, read
// here without any code of ours.
func TestStatusSaysWhatTheServerSays(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	got := mustJSON[status](d, v.flags("status", "--json")...)

	customer := ask(t, v, "/v1/customers/"+v.Customer())
	if got.Customer.ID != v.Customer() || got.Customer.Name != customer["name"] || got.Customer.Email != customer["email"] {
		t.Errorf("customer %+v, server %v", got.Customer, customer)
	}
	subscriptions := ask(t, v, "/v1/subscriptions?status=all&customer="+v.Customer())["data"].([]any)
	if len(subscriptions) != 1 || len(got.Subscriptions) != 1 {
		t.Fatalf("%d subscriptions, server %d", len(got.Subscriptions), len(subscriptions))
	}
	theirs, ours := subscriptions[0].(map[string]any), got.Subscriptions[0]
	price := theirs["items"].(map[string]any)["data"].([]any)[0].(map[string]any)["price"].(map[string]any)
	product := ask(t, v, "/v1/products/"+price["product"].(string))
	if ours.ID != theirs["id"] || ours.Plan != product["name"] || ours.Status != theirs["status"] ||
		float64(*ours.Price) != price["unit_amount"] || ours.Interval != "month" || float64(*ours.CurrentPeriodEnd) != theirs["current_period_end"] {
		t.Errorf("subscription %+v, server %v", ours, theirs)
	}
	upcoming := ask(t, v, "/v1/invoices/upcoming?customer="+v.Customer())
	if float64(*ours.NextBilling.Amount) != upcoming["amount_due"] || ours.NextBilling.Currency != upcoming["currency"] ||
		float64(ours.NextBilling.At) != theirs["current_period_end"] {
		t.Errorf("next billing %+v, server %v", ours.NextBilling, upcoming["amount_due"])
	}
	if got.NextChargeMethod == nil || got.NextChargeMethod.Last4 != "4242" || got.NextChargeMethod.Brand != "visa" {
		t.Errorf("next charge method %+v", got.NextChargeMethod)
	}
	if got.Schema == "" || got.Connection != "gateway" || got.AsOf == nil || got.Problem != nil || len(got.Owed) != 0 {
		t.Errorf("status %+v", got)
	}
}

func TestInvoicesAreAllThoseOfTheServer(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	got := mustJSON[invoices](d, v.flags("invoices", "--json")...)
	theirs := ask(t, v, "/v1/invoices?limit=100&customer="+v.Customer())["data"].([]any)
	if len(got.Invoices) != len(theirs) || got.Total != len(theirs) || len(theirs) < 18 {
		t.Fatalf("%d invoices, total %d, server %d", len(got.Invoices), got.Total, len(theirs))
	}
	for i, ours := range got.Invoices {
		their := theirs[i].(map[string]any)
		if ours.ID != their["id"] || ours.Status != their["status"] || float64(ours.Total) != their["total"] ||
			float64(ours.AmountDue) != their["amount_due"] || float64(ours.AmountPaid) != their["amount_paid"] ||
			float64(ours.AmountRemaining) != their["amount_remaining"] || float64(ours.Created) != their["created"] {
			t.Fatalf("invoice %d: %+v, server %v", i, ours, their)
		}
	}
	number := *got.Invoices[0].Number
	for _, name := range []string{number, got.Invoices[0].ID, " " + strings.ToLower(number) + " "} {
		detail := mustJSON[struct {
			ID    string
			Lines []struct{ Amount int64 }
		}](d, v.flags("invoice", name, "--json")...)
		if detail.ID != got.Invoices[0].ID || len(detail.Lines) == 0 {
			t.Errorf("invoice %s: %+v", name, detail)
		}
	}
	paid := mustJSON[invoices](d, v.flags("invoices", "--json", "--status", "void")...)
	if paid.Total != 0 || paid.Invoices == nil {
		t.Errorf("void invoices: %+v", paid)
	}
	if found := mustJSON[invoices](d, v.flags("invoices", "--json", "--search", strings.ToLower(number))...); found.Total != 1 {
		t.Errorf("search for %s finds %d", number, found.Total)
	}
	if got := d.run(v.flags("invoice", "in_nothing")...); got.code != 1 || !strings.Contains(got.stderr, "no invoice in_nothing") {
		t.Errorf("unknown invoice: %+v", got)
	}
}

// ask reads the server without our client.
func ask(t *testing.T, v *vendor, path string) map[string]any {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", v.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+v.Key())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil || response.StatusCode != 200 {
		t.Fatalf("GET %s = %d %s", path, response.StatusCode, body)
	}
	return answer
}

func TestSandboxKeepsItsStateBetweenCalls(t *testing.T) {
	d := newDesk(t)
	first := mustJSON[status](d, "status", "--json")
	again := mustJSON[status](d, "status", "--json", "--sandbox")
	named := mustJSON[status](d, "--sandbox", "active", "status", "--json")
	if first.Connection != "sandbox" || *first.Scenario != "active" || first.Customer.ID == "" {
		t.Fatalf("status %+v", first)
	}
	for _, other := range []status{again, named} {
		if other.Customer != first.Customer || other.Subscriptions[0].ID != first.Subscriptions[0].ID ||
			*other.Subscriptions[0].CurrentPeriodEnd != *first.Subscriptions[0].CurrentPeriodEnd {
			t.Errorf("another sandbox: %+v, first %+v", other, first)
		}
	}
	free := mustJSON[status](d, "status", "--json", "--sandbox=new")
	if free.Customer.ID == first.Customer.ID || free.NextChargeMethod != nil || len(free.Owed) != 0 {
		t.Errorf("scenario new: %+v", free)
	}
	if list := mustJSON[invoices](d, "invoices", "--json", "--sandbox", "new"); list.Total != 0 || list.Invoices == nil {
		t.Errorf("invoices of new: %+v", list)
	}
}

func TestTextIsForATerminal(t *testing.T) {
	d := newDesk(t)
	for _, args := range [][]string{{"status"}, {"invoices"}, {"sync"}} {
		got := d.run(append(args, "--sandbox", "hostile")...)
		if got.code != 0 || got.stdout == "" {
			t.Fatalf("%v: %+v", args, got)
		}
		for _, r := range got.stdout {
			if r != '\n' && (r < ' ' || r == 0x7f || r == '\u202e' || r == '\u2066') {
				t.Fatalf("%v lets %U through to the terminal", args, r)
			}
		}
		for _, line := range strings.Split(got.stdout, "\n") {
			if len([]rune(line)) > 400 {
				t.Errorf("%v prints a line of %d characters", args, len([]rune(line)))
			}
		}
	}
	if got := d.run("status"); !strings.Contains(got.stdout, "Pro") || !strings.Contains(got.stdout, "next billing") ||
		!strings.Contains(got.stdout, "4242") || !strings.Contains(got.stdout, "no money is real") {
		t.Errorf("status:\n%s", got.stdout)
	}
}

func TestCommandLineThatMakesNoSense(t *testing.T) {
	d := newDesk(t)
	cases := []struct {
		args []string
		env  string
		want string
	}{
		{[]string{"status", "--sandbox=nope"}, "", "active"},
		{[]string{"status", "--sandbox", "nope"}, "", "Scenarios of --sandbox are: active"},
		{[]string{"invoices", "--year", "25"}, "", "--year is a year"},
		{[]string{"status", "--url", "https://x.example", "--sandbox"}, "", "one connection"},
		{[]string{"status", "--url", "https://x.example", "--customer", "cus_1"}, "", "BILLFOLD_TOKEN"},
		{[]string{"status", "--url", "not a url", "--customer", "cus_1"}, "BILLFOLD_TOKEN=x", "no web address"},
		{[]string{"status", "--url", "https://x.example"}, "BILLFOLD_TOKEN=x", "--customer"},
		{[]string{"status", "--customer", "cus_1"}, "", "STRIPE_API_KEY"},
		{[]string{"invoices", "--status", "late"}, "", "uncollectible"},
		{[]string{"open", "javascript:alert(1)"}, "", "does not name a view"},
		{[]string{"web", "--no-open", "--listen", "0.0.0.0:0"}, "", "this machine only"},
		{[]string{"nonsense"}, "", "nonsense"},
		{[]string{"status", "--url", "http://billing.example", "--customer", "cus_1"}, "BILLFOLD_TOKEN=x", "https"},
	}
	for _, c := range cases {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			other := *d
			other.t, other.env = t, append(append([]string{}, d.env...), c.env)
			got := other.run(c.args...)
			if got.code != 2 || !strings.Contains(got.stderr, c.want) || got.stdout != "" {
				t.Fatalf("%+v", got)
			}
		})
	}
}

func TestLiveSecretKeyIsRefusedEverywhere(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	const canary = "sk_live_CANARY51HxYz0123456789"
	for _, env := range []string{"BILLFOLD_TOKEN=" + canary, "STRIPE_API_KEY=" + canary, "STRIPE_API_KEY=" + strings.Replace(canary, "sk_", "rk_", 1)} {
		other := *d
		other.env = append(append([]string{}, d.env...), env)
		for _, args := range [][]string{v.flags("status", "--json"), {"status", "--customer", "cus_1"}} {
			if strings.HasPrefix(env, "BILLFOLD") && len(args) == 3 {
				continue // the token is not used without --url
			}
			got := other.run(args...)
			if got.code != 2 || !strings.Contains(got.stderr, "live secret key") || strings.Contains(got.stdout+got.stderr, "CANARY") {
				t.Errorf("%s with %v: %+v", env[:14], args, got)
			}
		}
	}
	// An environment with a live key, but asked for the sandbox, is no mistake.
	other := *d
	other.env = append(append([]string{}, d.env...), "STRIPE_API_KEY="+canary)
	if got := other.run("status"); got.code != 0 {
		t.Errorf("sandbox beside a live key: %+v", got)
	}
	scanFor(t, d.dir, "CANARY")
}

// scanFor fails when any file below dir holds the canary.
func scanFor(t *testing.T, dir, canary string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		files++
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), canary) {
			t.Errorf("%s holds %s", path, canary)
		}
		return err
	})
	if err != nil || files == 0 {
		t.Fatalf("scanned %d files: %v", files, err)
	}
}

func TestNoTokenIsKeptOrLogged(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	got := d.run(v.flags("sync", "--verbose")...)
	if got.code != 0 || strings.Contains(got.stdout+got.stderr, v.Key()) {
		t.Fatalf("%+v", got)
	}
	scanFor(t, d.dir, v.Key())
	for _, link := range []string{"hosted_invoice_url", "https://", "/invst_", "client_secret"} {
		scanFor(t, filepath.Join(d.dir, "accounts"), link)
	}
}

func TestConfigurationFileHoldsFlags(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	file := filepath.Join(t.TempDir(), "config.json")
	content, err := json.Marshal(map[string]string{"url": v.URL(), "customer": v.Customer()})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	got := mustJSON[status](d, "status", "--json", "--config", file)
	if got.Connection != "gateway" || got.Customer.ID != v.Customer() {
		t.Fatalf("%+v", got)
	}
	// The command line goes before the file, also to another connection.
	if got := mustJSON[status](d, "status", "--json", "--sandbox", "new", "--config", file); got.Connection != "sandbox" {
		t.Errorf("--sandbox over a file that names a server: %+v", got)
	}
	for content, want := range map[string]string{
		`{"url": `:                            "holds no JSON object",
		`{"customre": "cus_1"}`:               "customre",
		`{"sandbox": "new", "max-age": "1h"}`: "",
	} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got := d.run("status", "--config", file)
		if want == "" && got.code == 0 {
			continue
		}
		if got.code != 2 || want == "" || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: %+v", content, got)
		}
	}
}

// TestKeyForStripeGoesToNoOtherHost has a key in the environment and a server
// that is not on this machine.
func TestKeyForStripeGoesToNoOtherHost(t *testing.T) {
	d := newDesk(t)
	d.env = append(d.env, "STRIPE_API_KEY=sk_test_canary")
	got := d.run("status", "--url", "https://billing.example", "--customer", "cus_1")
	if got.code != 2 || !strings.Contains(got.stderr, "BILLFOLD_TOKEN") {
		t.Fatalf("%+v", got)
	}
}
