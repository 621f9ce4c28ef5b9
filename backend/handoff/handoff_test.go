package handoff_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"billfold/backend/billing"
	"billfold/backend/handoff"
)

var stripe = handoff.Places{Hosts: []string{"billing.stripe.com", "invoice.stripe.com", "bills.vendor.example:8443"}}

func TestHostileAddressesAreNotOpened(t *testing.T) {
	local := handoff.Places{Hosts: stripe.Hosts, Loopback: true}
	for name, address := range map[string]string{
		"nothing at all":                  "",
		"a script":                        "javascript:alert(1)",
		"a file":                          "file:///etc/passwd",
		"an option":                       "--help",
		"an option that looks like https": "-https://billing.stripe.com/p",
		"plain http":                      "http://billing.stripe.com/p",
		"an unknown host":                 "https://evil.example/p",
		"a host that begins alike":        "https://billing.stripe.com.evil.example/p",
		"a host that ends alike":          "https://evilbilling.stripe.com/p",
		"a user name":                     "https://billing.stripe.com@evil.example/p",
		"a user name at the right host":   "https://someone@billing.stripe.com/p",
		"another port":                    "https://billing.stripe.com:8443/p",
		"a backslash":                     `https://billing.stripe.com\@evil.example/p`,
		"a line end":                      "https://billing.stripe.com/p\nx",
		"a space":                         "https://billing.stripe.com/p -x",
		"a null":                          "https://billing.stripe.com/p\x00",
		"a letter that looks alike":       "https://billing.strіpe.com/p",
		"no host":                         "https:///p",
		"an opaque address":               "https:billing.stripe.com/p",
		"too much":                        "https://billing.stripe.com/" + strings.Repeat("a", 4096),
		"a name that resolves to here":    "http://localhost.evil.example/p",
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			got, err := handoff.SafeURL(billing.NewSecretLink(address), local)
			if got != "" || billing.CodeOf(err) != billing.CodeNotStripe {
				t.Fatalf("SafeURL = %q, %v", got, err)
			}
			if address != "" && strings.Contains(err.Error(), address) {
				t.Error("the error repeats the address")
			}
		})
	}
}

func TestSafeAddressesAreOpenedAsTheyAre(t *testing.T) {
	for address, places := range map[string]handoff.Places{
		"https://billing.stripe.com/p/session/test_abc?x=1": stripe,
		"https://bills.vendor.example:8443/p":               stripe,
		"http://127.0.0.1:4242/p/session/bps_1":             {Loopback: true},
		"http://[::1]:4242/p":                               {Loopback: true},
	} {
		t.Run(address, func(t *testing.T) {
			if got, err := handoff.SafeURL(billing.NewSecretLink(address), places); got != address || err != nil {
				t.Errorf("SafeURL = %q, %v", got, err)
			}
		})
	}
	t.Run("this computer only where that is meant", func(t *testing.T) {
		if got, err := handoff.SafeURL(billing.NewSecretLink("http://127.0.0.1:4242/p"), stripe); err == nil {
			t.Errorf("SafeURL = %q", got)
		}
	})
}

func TestOpeningSaysWhatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if certain, err := handoff.Open(t.Context(), func(string) error { return nil }, "https://x"); !certain || err != nil {
			t.Errorf("an opener that ended well gives %t, %v", certain, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		endless := func(string) error { <-ctx.Done(); return nil }
		if certain, err := handoff.Open(t.Context(), endless, "https://x"); certain || err != nil {
			t.Errorf("an opener that does not end gives %t, %v", certain, err)
		}
		failing := func(address string) error { return errors.New("cannot open " + address) }
		for name, open := range map[string]func(string) error{"a failing opener": failing, "no opener": nil} {
			certain, err := handoff.Open(t.Context(), open, "https://secret")
			if certain || billing.CodeOf(err) != billing.CodeNoBrowser || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s gives %t, %v", name, certain, err)
			}
		}
	})
}

func TestBrowserVariableIsRespected(t *testing.T) {
	dir := t.TempDir()
	noted := filepath.Join(dir, "noted")
	script := "#!/bin/sh\nprintf '%s|' \"$@\" > '" + noted + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "mine"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	system := func(string) error { t.Error("the system was asked"); return nil }
	const address = "https://billing.stripe.com/p?a=$(id)&b"
	for browser, want := range map[string]string{
		"mine":                 address + "|",
		"absent:mine --new":    "--new|" + address + "|",
		"mine --url=%s --last": "--url=" + address + "|--last|",
	} {
		t.Setenv("BROWSER", browser)
		if err := handoff.Opener(system)(address); err != nil {
			t.Fatalf("%s: %v", browser, err)
		}
		if got, err := os.ReadFile(noted); string(got) != want || err != nil {
			t.Errorf("BROWSER=%s was run with %q, %v", browser, got, err)
		}
	}
	t.Setenv("BROWSER", "absent")
	if err := handoff.Opener(system)(address); err == nil {
		t.Error("a browser that is not there was opened")
	}
}

func mustAwait(t *testing.T, lifetime time.Duration) (*handoff.Return, *atomic.Int64) {
	t.Helper()
	var arrived atomic.Int64
	door, err := handoff.AwaitReturn(lifetime, func() { arrived.Add(1) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	return door, &arrived
}

// visit asks as a browser would, and gives the status and the page.
func visit(t *testing.T, method, address, host string) (int, string, http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		request.Host = host
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body), response.Header
}

// told waits until so many returns were told of: the browser has its page first.
func told(arrived *atomic.Int64, times int64) bool {
	for end := time.Now().Add(10 * time.Second); arrived.Load() != times && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return arrived.Load() == times
}

func TestTheReturnIsSeenOnceAndAgain(t *testing.T) {
	door, arrived := mustAwait(t, time.Minute)
	status, page, header := visit(t, http.MethodGet, door.URL(), "")
	if status != http.StatusOK || !strings.Contains(page, "You can close this tab") || !told(arrived, 1) {
		t.Errorf("the first return gets %d after %d: %s", status, arrived.Load(), page)
	}
	if header.Get("Cache-Control") != "no-store" || header.Get("Referrer-Policy") != "no-referrer" ||
		!strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the headers are %v", header)
	}
	status, page, _ = visit(t, http.MethodGet, door.URL(), "")
	if status != http.StatusOK || !strings.Contains(page, "You were here before") || !told(arrived, 2) {
		t.Errorf("the second return gets %d after %d: %s", status, arrived.Load(), page)
	}
}

func TestWhatIsNoReturnIsToldSo(t *testing.T) {
	door, arrived := mustAwait(t, time.Minute)
	base := door.URL()[:strings.LastIndex(door.URL(), "/")]
	for name, one := range map[string]struct {
		method, address, host string
		status                int
	}{
		"a wrong path":     {http.MethodGet, base + "/AAAAAAAAAAAAAAAAAAAAAAAAAA", "", http.StatusNotFound},
		"no path":          {http.MethodGet, base + "/", "", http.StatusNotFound},
		"a longer path":    {http.MethodGet, door.URL() + "/x", "", http.StatusNotFound},
		"a form":           {http.MethodPost, door.URL(), "", http.StatusMethodNotAllowed},
		"a look":           {http.MethodHead, door.URL(), "", http.StatusMethodNotAllowed},
		"a borrowed name":  {http.MethodGet, door.URL(), "evil.example", http.StatusForbidden},
		"localhost's name": {http.MethodGet, door.URL(), "localhost" + base[strings.LastIndex(base, ":"):], http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			if status, page, _ := visit(t, one.method, one.address, one.host); status != one.status || arrived.Load() != 0 {
				t.Errorf("it gets %d after %d returns: %s", status, arrived.Load(), page)
			}
		})
	}
}

func TestTwoVisitsHaveTwoPaths(t *testing.T) {
	one, _ := mustAwait(t, time.Minute)
	other, _ := mustAwait(t, time.Minute)
	path := func(door *handoff.Return) string { return door.URL()[strings.LastIndex(door.URL(), "/"):] }
	if path(one) == path(other) || len(path(one)) < 20 {
		t.Errorf("the paths are %s and %s", path(one), path(other))
	}
	if through := one.Through("https://gate.example/r"); !strings.HasPrefix(through, "https://gate.example/r/") || !strings.HasSuffix(through, path(one)) {
		t.Errorf("Through = %s", through)
	}
}

func TestNobodyIsAwaitedForEver(t *testing.T) {
	door, arrived := mustAwait(t, time.Millisecond)
	base := door.URL()[:strings.LastIndex(door.URL(), "/")]
	for {
		response, err := http.Get(base + "/other")
		if err != nil {
			break // closed: the test's own limit ends it otherwise
		}
		_ = response.Body.Close()
	}
	if arrived.Load() != 0 {
		t.Error("somebody came")
	}
}

func TestTheChaseEnds(t *testing.T) {
	offline := errors.New("offline")
	for name, one := range map[string]struct {
		seenAt, looks int
		seen          bool
		passed        time.Duration
	}{
		"at once when the change is there": {1, 1, true, 0},
		"soon when it comes a little late": {3, 3, true, 1500 * time.Millisecond},
		"after two minutes without one":    {1000, 13, false, 2*time.Minute + 500*time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			var looks int
			var passed time.Duration
			seen, err := handoff.Chase(t.Context(), func(context.Context) (bool, error) {
				looks++
				if looks == one.seenAt {
					return true, nil
				}
				return false, offline
			}, func(_ context.Context, d time.Duration) error { passed += d; return nil })
			if seen != one.seen || looks != one.looks || passed != one.passed || (err == nil) != one.seen {
				t.Errorf("seen %t after %d looks and %v, %v", seen, looks, passed, err)
			}
		})
	}
	t.Run("when it is called off", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		seen, err := handoff.Chase(ctx, func(context.Context) (bool, error) { cancel(); return false, nil }, nil)
		if seen || err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Chase = %t, %v", seen, err)
		}
	})
}
