package main_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// TestServerThatFails provokes each failure of a server for real. The last good
// picture stays, the reason is one clear sentence, and the next sync mends it.
func TestServerThatFails(t *testing.T) {
	envelope := func(status int, kind, message string) fault {
		return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"error":{"type":"`+kind+`","message":"`+message+`"}}`)
		}
	}
	answer := func(status int, kind, body string) fault {
		return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	cases := []struct {
		name, code string
		fault      fault
	}{
		{"Token not accepted", "signed_out", envelope(401, "invalid_request_error", "Invalid API Key provided")},
		{"Not allowed", "forbidden", envelope(403, "invalid_request_error", "The provided key may not do that")},
		{"Nothing there", "not_found", envelope(404, "invalid_request_error", "Unrecognized request URL")},
		{"Gateway page", "unavailable", answer(500, "text/html", "<html><h1>Internal Server Error</h1></html>")},
		{"Captive portal", "not_stripe", answer(200, "text/html", "<html><form>Hotel Wi-Fi</form></html>")},
		{"Cut short", "unavailable", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "5000")
			_, _ = io.WriteString(w, `{"object":"list","data":[{"id":"in_1","obj`)
		}},
		{"Not JSON after all", "not_stripe", answer(200, "application/json", `{"object":"list","data":[{"id":"in_1",`)},
		{"Null", "not_stripe", answer(200, "application/json", `null`)},
		{"Another API", "not_stripe", answer(200, "application/json", `{"users":[{"name":"Ada"}]}`)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v, d := newVendor(t, "active"), newDesk(t)
			d.connect(v)
			before := mustJSON[status](d, v.flags("status", "--json")...)
			v.spoil(c.fault)
			got := d.run(v.flags("status", "--json")...)
			var during status
			if err := json.Unmarshal([]byte(got.stdout), &during); err != nil || got.code != 0 {
				t.Fatalf("%+v: %v", got, err)
			}
			mustBeSamePicture(t, before, during)
			if during.Problem == nil || during.Problem.Code != c.code {
				t.Fatalf("problem %+v, want %s", during.Problem, c.code)
			}
			mustBeClear(t, got.stderr)
			synced := d.run(v.flags("sync")...)
			if synced.code != 1 {
				t.Errorf("sync: %+v", synced)
			}
			mustBeClear(t, synced.stderr)
			v.heal()
			if after := mustJSON[status](d, v.flags("status", "--json")...); after.Problem != nil {
				t.Errorf("after it was mended: %+v", after.Problem)
			}
		})
	}
}

// TestServerThatAsksToWait answers 429 to the first request of each kind: the
// person sees nothing of it but a second's wait.
func TestServerThatAsksToWait(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	var mu sync.Mutex
	asked := map[string]int{}
	v.spoil(func(w http.ResponseWriter, r *http.Request, sandbox http.Handler) {
		mu.Lock()
		asked[r.URL.Path]++
		first := asked[r.URL.Path] == 1
		mu.Unlock()
		if !first {
			sandbox.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Too many requests"}}`)
	})
	got := mustJSON[status](d, v.flags("status", "--json")...)
	if got.Problem != nil || len(got.Subscriptions) != 1 {
		t.Fatalf("%+v", got)
	}
	if len(asked) < 7 {
		t.Errorf("asked %v", asked)
	}
}

func mustBeSamePicture(t *testing.T, before, during status) {
	t.Helper()
	before.Problem, during.Problem = nil, nil
	before.AsOf, during.AsOf = nil, nil
	a, _ := json.Marshal(before)
	b, _ := json.Marshal(during)
	if string(a) != string(b) {
		t.Errorf("the picture changed:\n%s\n%s", a, b)
	}
}

// mustBeClear wants a sentence for a person: no Go, no address, no secret.
func mustBeClear(t *testing.T, stderr string) {
	t.Helper()
	first, _, _ := strings.Cut(stderr, "\n")
	for _, noise := range []string{"0x", "goroutine", "http://", "https://", "sk_test", "dial tcp", "%!", "<nil>", "unmarshal"} {
		if strings.Contains(stderr, noise) {
			t.Errorf("%q in: %s", noise, stderr)
		}
	}
	if !strings.HasPrefix(first, "billfold: ") || !strings.HasSuffix(first, ".") {
		t.Errorf("not a sentence: %q", first)
	}
}

func TestServerThatIsGone(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	before := mustJSON[status](d, v.flags("status", "--json")...)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	during := mustJSON[status](d, v.flags("status", "--json")...)
	mustBeSamePicture(t, before, during)
	if during.Problem == nil || during.Problem.Code != "offline" {
		t.Fatalf("problem %+v", during.Problem)
	}
	offline := mustJSON[status](d, v.flags("status", "--json", "--offline")...)
	mustBeSamePicture(t, before, offline)
	if offline.Problem != nil || *offline.AsOf != *before.AsOf {
		t.Errorf("--offline: %+v", offline)
	}
	if list := mustJSON[invoices](d, v.flags("invoices", "--json", "--offline")...); list.Total < 18 {
		t.Errorf("%d invoices offline", list.Total)
	}
	fresh := newDesk(t)
	fresh.connect(v)
	for _, args := range [][]string{{"status"}, {"status", "--json"}, {"sync"}, {"status", "--offline"}} {
		got := fresh.run(v.flags(args...)...)
		if got.code != 1 || got.stdout != "" {
			t.Errorf("%v with nothing known: %+v", args, got)
		}
		mustBeClear(t, got.stderr)
	}
}

func TestForeignCustomerIsRefused(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	got := d.run("status", "--json", "--url", v.URL(), "--customer", "cus_SomebodyElse1")
	if got.code != 1 || strings.Contains(got.stdout+got.stderr, "@") || !strings.Contains(got.stderr, "knows no customer cus_SomebodyElse1") {
		t.Fatalf("%+v", got)
	}
	mustBeClear(t, got.stderr)
}

// TestTerminalIsNotTheServersToWriteOn has a currency that is a command to the
// terminal.
func TestTerminalIsNotTheServersToWriteOn(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	v.spoil(func(w http.ResponseWriter, r *http.Request, sandbox http.Handler) {
		answer := httptest.NewRecorder()
		sandbox.ServeHTTP(answer, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, strings.ReplaceAll(answer.Body.String(), `"currency":"usd"`, `"currency":"usd\u001b[2J"`))
	})
	got := d.run(v.flags("invoices")...)
	if got.code != 1 || strings.ContainsRune(got.stdout+got.stderr, '\x1b') {
		t.Fatalf("%+v", got)
	}
	mustBeClear(t, got.stderr)
}

func TestServersRefusalIsNoUsageError(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	v.spoil(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":{"type":"invalid_request_error","message":"no"}}`)
	})
	if got := d.run(v.flags("status")...); got.code != 1 {
		t.Fatalf("%+v", got)
	}
}
