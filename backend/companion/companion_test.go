package companion_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/documents"
	"billfold/backend/sandbox"
	"billfold/backend/stripeapi"
)

// mustOpen opens a companion over the real sandbox; wrap, which may be nil, goes
// between the two.
func mustOpen(t *testing.T, scenario string, wrap func(http.Handler) http.Handler) *companion.Companion {
	t.Helper()
	var offered []companion.Scenario
	for _, s := range sandbox.Scenarios() {
		offered = append(offered, companion.Scenario{Name: s.Name, Description: s.Description})
	}
	opened, err := companion.Open(t.Context(), companion.Config{
		Dir: t.TempDir(), Scenarios: offered,
		Target: companion.Target{Connection: companion.ConnectionSandbox, Scenario: scenario},
		Dial: func(ctx context.Context, target companion.Target) (companion.Dialed, error) {
			s, err := sandbox.Start(ctx, sandbox.Options{Scenario: target.Scenario, Wrap: wrap})
			if err != nil {
				return companion.Dialed{}, err
			}
			api, err := stripeapi.New(stripeapi.Config{
				URL: s.URL(), Customer: s.Customer(),
				Token: func(context.Context) (string, error) { return s.Key(), nil },
			})
			return companion.Dialed{API: api, Documents: documents.Source{Own: s.URL()}, Close: s.Close}, err
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

func mustOverview(t *testing.T, c *companion.Companion) companion.Overview {
	t.Helper()
	overview, err := c.Overview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return overview
}

func TestDashboardBeforeAndAfterTheFirstPull(t *testing.T) {
	c := mustOpen(t, "active", nil)
	before := mustOverview(t, c)
	if before.SyncedAt.Known() || before.InvoiceCount != 0 || before.Identity.Scenario != "active" {
		t.Fatalf("before: %+v", before)
	}
	report, err := c.Pull(t.Context(), false)
	if err != nil || !report.Full || !report.Changed {
		t.Fatalf("Pull = %+v, %v", report, err)
	}
	after := mustOverview(t, c)
	if after.SyncedAt != report.SyncedAt || len(after.Subscriptions) != 1 || after.MethodInUse == nil || after.MethodInUse.Method == nil {
		t.Fatalf("after: %+v", after)
	}
	s := after.Subscriptions[0]
	if s.Plan != "Pro" || s.NextBilling == nil || !s.NextBilling.AmountKnown || s.NextBilling.Amount.Amount <= s.Price.Amount {
		t.Errorf("subscription %+v: the next bill holds tax on top of the price", s)
	}
	if len(after.LatestInvoices) != 5 || after.InvoiceCount < 18 || len(after.InvoiceYears) < 2 {
		t.Errorf("%d of %d invoices, years %v", len(after.LatestInvoices), after.InvoiceCount, after.InvoiceYears)
	}
	state := c.SyncState()
	if state.Running || state.Problem != nil || state.SyncedAt != report.SyncedAt {
		t.Errorf("state %+v", state)
	}
}

func TestNoListReachesTheWindowAsNull(t *testing.T) {
	for _, scenario := range []string{"new", "active"} {
		c := mustOpen(t, scenario, nil)
		mustHoldNoNullList(t, mustOverview(t, c))
		if _, err := c.Pull(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		overview := mustOverview(t, c)
		mustHoldNoNullList(t, overview)
		mustHoldNoNullList(t, c.About())
		page, err := c.Invoices(t.Context(), billing.InvoiceFilter{Search: "surely not there"})
		if err != nil {
			t.Fatal(err)
		}
		mustHoldNoNullList(t, page)
		payments, err := c.Payments(t.Context(), billing.PaymentFilter{})
		if err != nil {
			t.Fatal(err)
		}
		mustHoldNoNullList(t, payments)
		for _, invoice := range overview.LatestInvoices {
			detail, err := c.Invoice(t.Context(), invoice.ID)
			if err != nil {
				t.Fatal(err)
			}
			mustHoldNoNullList(t, detail)
		}
	}
}

// nullable are the only names that may be null on the wire.
var nullable = map[string]bool{
	"next_charge": true, "method_in_use": true, "method": true, "next_billing": true, "upcoming": true,
	"pause_collection": true, "amount_off": true, "ending_balance": true, "problem": true,
	"decline": true, "next_event": true, "hidden": true,
	"amount": true, "paid_with": true, "revises": true, "revised_by": true,
}

func mustHoldNoNullList(t *testing.T, view any) {
	t.Helper()
	encoded, err := json.Marshal(view)
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	if err := json.Unmarshal(encoded, &decoded); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for name, inner := range v {
				if inner == nil && !nullable[name] {
					t.Errorf("%s.%s is null", path, name)
				}
				walk(path+"."+name, inner)
			}
		case []any:
			for _, inner := range v {
				walk(path+"[]", inner)
			}
		}
	}
	walk("", decoded)
}

func TestFailedPullKeepsThePictureAndSaysWhy(t *testing.T) {
	var broken atomic.Bool
	c := mustOpen(t, "active", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if broken.Load() && strings.HasPrefix(r.URL.Path, "/v1/charges") {
				http.Error(w, "<html>bad gateway</html>", http.StatusBadGateway)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	before, err := json.Marshal(mustOverview(t, c))
	if err != nil {
		t.Fatal(err)
	}
	broken.Store(true)
	if _, err := c.Pull(t.Context(), true); billing.CodeOf(err) != billing.CodeUnavailable {
		t.Fatalf("Pull = %v", err)
	}
	after, err := json.Marshal(mustOverview(t, c))
	if err != nil || string(after) != string(before) {
		t.Errorf("the picture changed: %s\n%s", before, after)
	}
	if state := c.SyncState(); state.Problem == nil || state.Problem.Code != billing.CodeUnavailable || !state.AttemptedAt.Known() {
		t.Errorf("state %+v", state)
	}
}

// hold lets the sandbox answer only once it is released.
func hold() (wrap func(http.Handler) http.Handler, asked chan struct{}, release func()) {
	asked, gate := make(chan struct{}, 100), make(chan struct{})
	var once sync.Once
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			select {
			case <-gate:
				next.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		})
	}, asked, func() { once.Do(func() { close(gate) }) }
}

func TestReadingGoesOnWhileAPullHangs(t *testing.T) {
	wrap, asked, release := hold()
	defer release()
	c := mustOpen(t, "active", wrap)
	c.Sync()
	<-asked
	mustOverview(t, c)
	c.Show(companion.Destination{View: "invoices"})
	if got := c.Destination(); got.View != "invoices" {
		t.Errorf("destination %+v", got)
	}
	if got := c.Destination(); got.View != "" {
		t.Errorf("destination stays: %+v", got)
	}
	if state := c.SyncState(); !state.Running {
		t.Errorf("state %+v", state)
	}
	if _, err := c.Pull(t.Context(), false); billing.CodeOf(err) != billing.CodeBusy {
		t.Errorf("a second pull = %v", err)
	}
	c.CancelSync()
	if state := c.SyncState(); state.Running || state.Problem == nil || state.Problem.Code != billing.CodeCanceled {
		t.Errorf("state after cancel %+v", state)
	}
}

func TestEventsTellOfChangeAndSync(t *testing.T) {
	c := mustOpen(t, "active", nil)
	var mu sync.Mutex
	heard := map[string]int{}
	stop := c.Subscribe(func(event string) { mu.Lock(); heard[event]++; mu.Unlock() })
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	c.Show(companion.Destination{View: "overview"})
	stop()
	c.Show(companion.Destination{View: "overview"})
	mu.Lock()
	defer mu.Unlock()
	if heard[companion.EventChanged] != 1 || heard[companion.EventSync] < 2 || heard[companion.EventOpen] != 1 {
		t.Errorf("heard %v", heard)
	}
}

func TestAnotherScenarioNeverShowsTheDataOfTheOne(t *testing.T) {
	c := mustOpen(t, "active", nil)
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				overview, err := c.Overview(ctx)
				if err == nil && overview.Identity.Scenario == "new" && overview.InvoiceCount > 0 {
					t.Errorf("scenario new has %d invoices", overview.InvoiceCount)
				}
			}
		})
	}
	for _, name := range []string{"new", "active", "new", "active", "new"} {
		if err := c.OpenScenario(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
	for c.SyncState().Running {
		time.Sleep(time.Millisecond)
	}
	stop()
	readers.Wait()
	overview := mustOverview(t, c)
	if overview.Identity.Scenario != "new" || overview.InvoiceCount != 0 || !overview.SyncedAt.Known() {
		t.Errorf("overview %+v, state %+v", overview.Identity, c.SyncState())
	}
	if err := c.OpenScenario(t.Context(), "../etc"); billing.CodeOf(err) != billing.CodeInvalid {
		t.Errorf("OpenScenario = %v", err)
	}
}

func TestAPageThatGoesAwayLeavesAnAccountThatWorks(t *testing.T) {
	c := mustOpen(t, "active", nil)
	gone, leave := context.WithCancel(t.Context())
	leave()
	if err := c.OpenScenario(gone, "new"); err != nil {
		t.Fatal(err)
	}
	if got := mustOverview(t, c); got.Identity.Scenario != "new" || c.Target().Scenario != "new" {
		t.Errorf("identity %+v", got.Identity)
	}
}

func TestNothingHappensAfterTheEnd(t *testing.T) {
	c := mustOpen(t, "active", nil)
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	var busy sync.WaitGroup
	for range 4 {
		busy.Go(func() {
			for range 50 {
				_, _ = c.Overview(t.Context())
				_ = c.SetPreferences(t.Context(), companion.Preferences{Theme: "dark"})
			}
		})
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	busy.Wait()
	if _, err := c.Overview(t.Context()); billing.CodeOf(err) != billing.CodeCanceled {
		t.Errorf("Overview after the end = %v", err)
	}
	_ = c.OpenScenario(t.Context(), "new")
	if _, err := c.Overview(t.Context()); billing.CodeOf(err) != billing.CodeCanceled {
		t.Errorf("Overview of another scenario after the end = %v", err)
	}
}

func TestPreferencesAreKept(t *testing.T) {
	config := companion.Config{
		Dir: t.TempDir(), Target: companion.Target{Connection: companion.ConnectionGateway, URL: "https://b.example", Customer: "cus_1"},
		Dial: func(context.Context, companion.Target) (companion.Dialed, error) {
			return companion.Dialed{}, errors.New("not asked for")
		},
	}
	first, err := companion.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := first.Preferences(t.Context()); err != nil || p != (companion.Preferences{Theme: "system", Language: "system", Welcomed: true}) {
		t.Errorf("preferences %+v, %v", p, err)
	}
	if err := first.SetPreferences(t.Context(), companion.Preferences{Theme: "dark", Language: "de"}); err != nil {
		t.Fatal(err)
	}
	if err := first.SetPreferences(t.Context(), companion.Preferences{Theme: "url(x)"}); billing.CodeOf(err) != billing.CodeInvalid {
		t.Errorf("an unknown theme = %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := companion.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	if p, err := second.Preferences(t.Context()); err != nil || p != (companion.Preferences{Theme: "dark", Language: "de", Welcomed: true}) {
		t.Errorf("preferences after a restart %+v, %v", p, err)
	}
	if who, err := second.Identity(t.Context()); err != nil || who.Host != "b.example" || who.CustomerID != "cus_1" {
		t.Errorf("identity %+v, %v", who, err)
	}
}
