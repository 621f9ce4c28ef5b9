package stripeapi_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

// MustStartOfficial builds and starts the official stripe-mock on loopback and
// gives its URL.
func MustStartOfficial(tb testing.TB) string {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "stripe-mock")
	if out, err := exec.Command("go", "build", "-o", binary, "github.com/stripe/stripe-mock").CombinedOutput(); err != nil {
		tb.Fatalf("build stripe-mock: %v\n%s", err, out)
	}
	process := exec.Command(binary, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0", "-strict-version-check")
	process.Stderr = os.Stderr
	out, err := process.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := process.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = process.Process.Kill() // ends it; Wait reports the kill
		_ = process.Wait()
	})
	return "http://" + mustReadAddress(tb, out)
}

var listening = regexp.MustCompile(`Listening for HTTP at address: (127\.0\.0\.1:\d+)`)

func mustReadAddress(tb testing.TB, out io.Reader) string {
	tb.Helper()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }() // so that it never blocks on a full pipe
			return found[1]
		}
	}
	tb.Fatal("stripe-mock never said where it listens")
	return ""
}

func allReads(client *stripeapi.Client) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"customer":        func(ctx context.Context) error { _, err := client.Customer(ctx); return err },
		"tax ids":         func(ctx context.Context) error { _, err := client.TaxIDs(ctx); return err },
		"payment methods": func(ctx context.Context) error { _, err := client.PaymentMethods(ctx); return err },
		"subscriptions":   func(ctx context.Context) error { _, err := client.Subscriptions(ctx); return err },
		"upcoming":        func(ctx context.Context) error { _, _, err := client.Upcoming(ctx, ""); return err },
		"invoices": func(ctx context.Context) error {
			return client.Invoices(ctx, 1_500_000_000, func([]billing.Invoice) error { return nil })
		},
		"invoice": func(ctx context.Context) error {
			_, err := client.Invoice(ctx, "in_1OPouhJN5vQBdWExQl3czOuP")
			return err
		},
		"payments":     func(ctx context.Context) error { _, err := client.Payments(ctx, 1_500_000_000); return err },
		"credit notes": func(ctx context.Context) error { _, err := client.CreditNotes(ctx, 1_200_000_000); return err },
	}
}

// The official mock is stateless: whoever asks, it answers with its own fixtures.
func TestOfficialMockAnswersForOthersAndIsRefused(t *testing.T) {
	mock := MustStartOfficial(t)
	for name, read := range allReads(MustClient(t, mock, nil)) {
		t.Run(name, func(t *testing.T) {
			err := read(t.Context())
			if name == "customer" || name == "tax ids" {
				// Here the mock repeats the id it finds in the path.
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wantCode(t, err, billing.CodeForeign)
		})
	}
}

// renamer stands before the official mock, names its objects as ours, and notes
// what the mock accepted.
type renamer struct {
	proxy    *httputil.ReverseProxy
	mu       sync.Mutex
	accepted []string
	// partial makes every embedded list say that it has more.
	partial bool
}

const officialSubscription = "sub_1OPouiJN5vQBdWExOgfg6t5C"

var (
	owner  = regexp.MustCompile(`"customer":\s*(null|"cus_[A-Za-z0-9]+")`)
	parent = regexp.MustCompile(`"subscription":\s*(null|"sub_[A-Za-z0-9]+")`)
)

func newRenamer(target string) *renamer {
	to, _ := url.Parse(target)
	r := &renamer{proxy: httputil.NewSingleHostReverseProxy(to)}
	r.proxy.ModifyResponse = r.rename
	return r
}

func (r *renamer) rename(response *http.Response) error {
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	body = owner.ReplaceAll(body, []byte(`"customer":"`+ours+`"`))
	body = parent.ReplaceAll(body, []byte(`"subscription":"`+officialSubscription+`"`))
	if r.partial {
		body = cutShort(body)
	}
	r.mu.Lock()
	if response.StatusCode == http.StatusOK {
		query, _ := url.QueryUnescape(response.Request.URL.RawQuery)
		r.accepted = append(r.accepted, response.Request.URL.Path+"?"+query)
	}
	r.mu.Unlock()
	response.Header.Del("Content-Length")
	response.ContentLength = int64(len(body))
	response.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// cutShort makes every list inside of an object say that it has more.
func cutShort(body []byte) []byte {
	var whole any
	if err := json.Unmarshal(body, &whole); err != nil {
		return body
	}
	var cut func(value any, depth int)
	cut = func(value any, depth int) {
		switch value := value.(type) {
		case []any:
			for _, element := range value {
				cut(element, depth+1)
			}
		case map[string]any:
			if depth > 0 && value["object"] == "list" {
				value["has_more"] = true
			}
			for _, inner := range value {
				cut(inner, depth+1)
			}
		}
	}
	cut(whole, 0)
	changed, err := json.Marshal(whole)
	if err != nil {
		return body
	}
	return changed
}

// A stateless mock that accepts every request of ours is a check of our
// parameters by Stripe's own description of them.
func TestOfficialMockAcceptsEveryRequest(t *testing.T) {
	mock := MustStartOfficial(t)
	var accepted []string
	for _, partial := range []bool{false, true} {
		proxy := newRenamer(mock)
		proxy.partial = partial
		client := MustClient(t, MustServe(t, proxy.proxy.ServeHTTP).URL, nil)
		reads := allReads(client)
		reads["upcoming of a subscription"] = func(ctx context.Context) error {
			_, _, err := client.Upcoming(ctx, officialSubscription)
			return err
		}
		for name, read := range reads {
			t.Run(fmt.Sprintf("%s, lists cut short: %t", name, partial), func(t *testing.T) {
				if err := read(t.Context()); err != nil {
					t.Fatal(err)
				}
			})
		}
		accepted = append(accepted, proxy.accepted...)
	}
	slices.Sort(accepted)
	for _, request := range slices.Compact(accepted) {
		t.Log("accepted: GET", request)
	}
	for _, path := range []string{"/v1/invoices/upcoming/lines", "/lines", "/v1/refunds", "/v1/subscription_items", "/v1/subscriptions/sub_"} {
		if !slices.ContainsFunc(accepted, func(request string) bool { return strings.Contains(request, path) }) {
			t.Errorf("nothing was asked of %s", path)
		}
	}
}
