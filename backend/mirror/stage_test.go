package mirror_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goccy/go-json"

	"billfold/backend/billing"
	"billfold/backend/mirror"
	"billfold/backend/sandbox"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// started is when the clock of every stage begins: 2026-01-15 10:00 UTC.
const started = 1_768_471_200

// tester is what *testing.T and *rapid.T have in common here.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

// stage is a sandbox with a clock that can be moved and faults that can be put in
// front of it.
type stage struct {
	*sandbox.Sandbox
	clock atomic.Int64
	fault atomic.Pointer[func(http.Handler) http.Handler]
	wire  *http.Transport
}

func MustStage(tb testing.TB, scenario string) *stage {
	tb.Helper()
	s := &stage{wire: http.DefaultTransport.(*http.Transport).Clone()}
	s.clock.Store(started)
	running, err := sandbox.Start(tb.Context(), sandbox.Options{Scenario: scenario, Now: s.now, Wrap: s.wrap})
	if err != nil {
		tb.Fatal(err)
	}
	s.Sandbox = running
	tb.Cleanup(s.close)
	return s
}

// close lets go of the connections first: the server waits for those that were
// opened and never used.
func (s *stage) close() {
	s.wire.CloseIdleConnections()
	_ = s.Close()
}

func (s *stage) now() time.Time { return time.Unix(s.clock.Load(), 0) }

func (s *stage) wrap(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault := s.fault.Load(); fault != nil {
			(*fault)(inner).ServeHTTP(w, r)
			return
		}
		inner.ServeHTTP(w, r)
	})
}

// with puts a fault in front until the returned function is called.
func (s *stage) with(fault func(http.Handler) http.Handler) (remove func()) {
	s.fault.Store(&fault)
	return func() { s.fault.Store(nil) }
}

func (s *stage) client(t tester) *stripeapi.Client {
	t.Helper()
	api, err := stripeapi.New(stripeapi.Config{
		URL: s.URL(), Customer: s.Customer(), Now: s.now, Transport: s.wire,
		Token: func(context.Context) (string, error) { return s.Key(), nil },
		Wait:  func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatalf("make a client: %v", err)
	}
	return api
}

func (s *stage) source(t tester, cache *sqlite.Cache) mirror.Source {
	t.Helper()
	return mirror.Source{API: s.client(t), Cache: cache, Now: s.now}
}

// do sends a write as the vendor's own program would, and gives what was
// answered; ok is false when it was refused.
func (s *stage) do(t tester, method, path string, form url.Values) (answer map[string]any, ok bool) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, s.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatalf("%v", err)
	}
	request.Header.Set("Authorization", "Bearer "+s.Key())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := (&http.Client{Transport: s.wire}).Do(request)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err == nil {
		err = json.Unmarshal(body, &answer)
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	return answer, response.StatusCode == http.StatusOK
}

func (s *stage) must(t tester, method, path string, form url.Values) map[string]any {
	t.Helper()
	answer, ok := s.do(t, method, path, form)
	if !ok {
		t.Fatalf("%s %s: %v", method, path, answer)
	}
	return answer
}

func MustCache(tb testing.TB) *sqlite.Cache {
	tb.Helper()
	cache, err := sqlite.Open(tb.Context(), filepath.Join(tb.TempDir(), "billing.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cache.Close() })
	return cache
}

func mustPull(t tester, source mirror.Source, full bool) mirror.Report {
	t.Helper()
	report, err := mirror.Pull(context.Background(), source, full)
	if err != nil {
		t.Fatalf("pull: %v", err)
	}
	return report
}

// picture is all that a cache holds.
type picture struct {
	Account     billing.Account
	Invoices    map[string]billing.Invoice
	Payments    map[string][]billing.Payment
	CreditNotes map[string][]billing.CreditNote
	Balance     []billing.BalanceTransaction
}

func pictureOf(t tester, cache *sqlite.Cache) picture {
	t.Helper()
	ctx := context.Background()
	account, err := cache.Account(ctx)
	if err != nil {
		t.Fatalf("read the account: %v", err)
	}
	movements, err := cache.BalanceTransactions(ctx)
	if err != nil {
		t.Fatalf("read the balance: %v", err)
	}
	p := picture{account, map[string]billing.Invoice{}, map[string][]billing.Payment{}, map[string][]billing.CreditNote{}, movements}
	filter := billing.InvoiceFilter{Limit: 500}
	for {
		page, err := cache.Invoices(ctx, filter)
		if err != nil {
			t.Fatalf("list invoices: %v", err)
		}
		for _, listed := range page.Rows {
			var errs [3]error
			p.Invoices[listed.ID], errs[0] = cache.Invoice(ctx, listed.ID)
			p.Payments[listed.ID], errs[1] = cache.Payments(ctx, listed.ID)
			p.CreditNotes[listed.ID], errs[2] = cache.CreditNotes(ctx, listed.ID)
			for _, err := range errs {
				if err != nil {
					t.Fatalf("read %s: %v", listed.ID, err)
				}
			}
		}
		if filter.After = page.Next; page.Next == "" {
			return p
		}
	}
}
