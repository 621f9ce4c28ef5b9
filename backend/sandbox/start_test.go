package sandbox_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"billfold/backend/sandbox"
)

func TestWhatCannotStart(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	state := filepath.Join(t.TempDir(), "state.json")
	if err := MustStart(t, sandbox.Options{Scenario: "new", StateFile: state}).Close(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		options sandbox.Options
		says    string
	}{
		"every interface":               {sandbox.Options{Listen: "0.0.0.0:0"}, "loopback only"},
		"no host":                       {sandbox.Options{Listen: ":4242"}, "loopback only"},
		"a network name":                {sandbox.Options{Listen: "example.com:80"}, "loopback only"},
		"a port that is taken":          {sandbox.Options{Listen: taken.Addr().String()}, "cannot listen on " + taken.Addr().String()},
		"a scenario there is none of":   {sandbox.Options{Scenario: "rich"}, `there is no scenario "rich"; there are active, new, trial, past-due,`},
		"another scenario's state":      {sandbox.Options{Scenario: "active", StateFile: state}, `holds scenario "new", not "active"`},
		"a state file that is a folder": {sandbox.Options{StateFile: t.TempDir()}, "read sandbox state"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := sandbox.Start(t.Context(), test.options)
			if err == nil {
				_ = s.Close()
				t.Fatal("it started")
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("says %q", err)
			}
		})
	}
}

func TestAStartCanBeStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := sandbox.Start(ctx, sandbox.Options{Scenario: "many"}); err == nil || !errors.Is(err, context.Canceled) {
		t.Fatalf("%v %v", s, err)
	}
}

func TestWrapStandsInFront(t *testing.T) {
	c := startFor(t, sandbox.Options{Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/invoices") {
				http.Error(w, "<html>gateway timeout</html>", http.StatusGatewayTimeout)
				return
			}
			next.ServeHTTP(w, r)
		})
	}})
	if a := c.get("/v1/invoices"); a.status != http.StatusGatewayTimeout {
		t.Errorf("the fault: %d", a.status)
	}
	if a := c.get("/v1/charges"); a.status != http.StatusOK {
		t.Errorf("the rest: %d", a.status)
	}
}

func TestCloseMayBeCalledTwiceAndEndsIt(t *testing.T) {
	c := MustStart(t, sandbox.Options{})
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := http.DefaultClient.Do(c.request(http.MethodGet, "/v1/customers", "")); err == nil {
		t.Fatal("it still answers")
	}
}

func TestTheFreePlanHasNothingToBill(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "new"})
	for _, path := range []string{"/v1/invoices?", "/v1/subscriptions?status=all", "/v1/charges?", "/v1/payment_methods?customer=" + c.Customer()} {
		if data, _ := c.page(path); len(data) != 0 {
			t.Errorf("%s: %v", path, data)
		}
	}
	if r := c.get("/v1/invoices/upcoming?customer=" + c.Customer()).refusal(t); r.Code != "invoice_upcoming_none" {
		t.Errorf("upcoming: %+v", r)
	}
}
