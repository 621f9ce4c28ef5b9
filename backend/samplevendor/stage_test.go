package samplevendor_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/mirror"
	"billfold/backend/samplevendor"
	"billfold/backend/sandbox"
	"billfold/backend/session"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the issuer's library has no logger of its own
	os.Exit(m.Run())
}

// stage is a vendor and a subscriber who signed in there.
type stage struct {
	testing.TB
	*samplevendor.Vendor
	sessions *session.Sessions
	account  session.Account
	upstream atomic.Int64 // requests from the gateway to the sandbox
	asked    atomic.Int64 // requests from the subscriber to the gateway
	renewed  atomic.Int64
}

func newStage(tb testing.TB, scenario string, change func(*samplevendor.Options)) *stage {
	tb.Helper()
	s := &stage{TB: tb}
	options := samplevendor.Options{Sandbox: sandbox.Options{Scenario: scenario}}
	options.Upstream = roundTripper(func(r *http.Request) (*http.Response, error) {
		s.upstream.Add(1)
		return http.DefaultTransport.RoundTrip(r)
	})
	if change != nil {
		change(&options)
	}
	var err error
	if s.Vendor, err = samplevendor.Start(tb.Context(), options); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections() // a server waits for those that were opened and never used
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	s.sessions = s.signedOut()
	s.account, err = s.sessions.SignIn(tb.Context(), func(address string) error {
		return s.SignInAs(tb.Context(), address, s.Sandbox().Customer())
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (s *stage) signedOut() *session.Sessions {
	file := s.File()
	return session.New(session.Config{
		Gateway: file.Gateway, MemoryOnly: true, Provider: session.Provider{Issuer: file.Issuer, ClientID: file.ClientID, Scopes: file.Scopes},
		Customer: func(ctx context.Context, token string) (string, error) {
			return stripeapi.WhoAmI(ctx, stripeapi.Config{URL: file.Gateway, Token: func(context.Context) (string, error) { return token, nil }})
		},
	})
}

// client speaks through the gateway as the subscriber.
func (s *stage) client(token func(context.Context) (string, error)) *stripeapi.Client {
	s.Helper()
	if token == nil {
		token = s.sessions.Token(s.account.ID)
	}
	renew := s.sessions.Renew(s.account.ID)
	client, err := stripeapi.New(stripeapi.Config{
		URL: s.URL(), Customer: s.account.Customer, Gateway: true, Token: token,
		Renew: func(ctx context.Context, refused string) (string, error) {
			s.renewed.Add(1)
			return renew(ctx, refused)
		},
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			s.asked.Add(1)
			return http.DefaultTransport.RoundTrip(r)
		}),
	})
	if err != nil {
		s.Fatal(err)
	}
	return client
}

func (s *stage) cache() *sqlite.Cache {
	s.Helper()
	cache, err := sqlite.Open(s.Context(), filepath.Join(s.TempDir(), "billing.db"))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = cache.Close() })
	return cache
}

// pull pulls, and tells what it cost.
func (s *stage) pull(source mirror.Source, full bool) (report mirror.Report, asked, upstream int64) {
	s.Helper()
	asked, upstream = s.asked.Load(), s.upstream.Load()
	report, err := mirror.Pull(s.Context(), source, full)
	if err != nil {
		s.Fatal(err)
	}
	return report, s.asked.Load() - asked, s.upstream.Load() - upstream
}

// merchant writes with the merchant's own key, past the gateway.
func (s *stage) merchant(method, path string, pairs ...string) map[string]any {
	s.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	request, err := http.NewRequestWithContext(s.Context(), method, s.Sandbox().URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.Sandbox().Key())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	var object map[string]any
	if err != nil || response.StatusCode != http.StatusOK || json.Unmarshal(body, &object) != nil {
		s.Fatalf("%s %s: %d %s", method, path, response.StatusCode, body)
	}
	return object
}

// known is all that a cache holds.
func (s *stage) known(cache *sqlite.Cache) string {
	s.Helper()
	account, err := cache.Account(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	invoices, err := cache.Invoices(s.Context(), billing.InvoiceFilter{Limit: 100})
	if err != nil {
		s.Fatal(err)
	}
	body, err := json.Marshal([]any{account, invoices})
	if err != nil {
		s.Fatal(err)
	}
	return string(body)
}

// differAt is a little before where two texts begin to differ.
func differAt(a, b string) int {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	return max(0, at-80)
}
