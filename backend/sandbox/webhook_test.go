package sandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"

	"billfold/backend/sandbox"
)

// receiver is a webhook endpoint that writes down what it gets.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(n int) int // the status of the n-th delivery; nil is 200
	got    []delivery
	more   chan struct{}
}

type delivery struct {
	body      []byte
	signature string
}

func newReceiver(t *testing.T, answer func(n int) int) *receiver {
	t.Helper()
	r := &receiver{answer: answer, more: make(chan struct{}, 1000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		body, err := io.ReadAll(asked.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		r.got = append(r.got, delivery{body, asked.Header.Get("Stripe-Signature")})
		n := len(r.got)
		r.mu.Unlock()
		if r.answer != nil {
			w.WriteHeader(r.answer(n))
		}
		r.more <- struct{}{}
	}))
	t.Cleanup(r.Close)
	return r
}

// after waits for so many deliveries.
func (r *receiver) after(t *testing.T, count int) []delivery {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		r.mu.Lock()
		got := slices.Clone(r.got)
		r.mu.Unlock()
		if len(got) >= count {
			return got
		}
		select {
		case <-r.more:
		case <-deadline:
			t.Fatalf("%d deliveries instead of %d", len(got), count)
		}
	}
}

// verified reads deliveries as stripe-go does, which checks the signature.
func verified(t *testing.T, got []delivery, secret string) (types []string) {
	t.Helper()
	for _, d := range got {
		event, err := webhook.ConstructEvent(d.body, d.signature, secret)
		if err != nil {
			t.Fatalf("%v: %s", err, d.body)
		}
		types = append(types, string(event.Type))
		if _, err := webhook.ConstructEvent(append(d.body, ' '), d.signature, secret); err == nil {
			t.Error("a changed body was accepted")
		}
	}
	return types
}

// never waits until the end: pauses that do not pass.
func never(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() }

func TestEventsReachTheirEndpointsSignedAndInOrder(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	all, some := newReceiver(t, nil), newReceiver(t, nil)
	one := c.made("/v1/webhook_endpoints", "url", all.URL+"/hook", "enabled_events[]", "*", "description", "D", "metadata[k]", "v")
	other := c.made("/v1/webhook_endpoints", "url", some.URL, "enabled_events[0]", "product.created", "enabled_events[1]", "price.created")
	secret := one["secret"].(string)
	if !strings.HasPrefix(secret, "whsec_") || secret == other["secret"] {
		t.Fatalf("secrets %q and %q", secret, other["secret"])
	}
	if shown := c.get("/v1/webhook_endpoints/" + one["id"].(string)).object(t); shown["secret"] != nil || shown["url"] != all.URL+"/hook" {
		t.Errorf("shown again: %v", shown)
	}
	product := c.made("/v1/products", "name", "P")["id"].(string)
	c.made("/v1/customers/"+c.Customer(), "name", "B")
	c.made("/v1/prices", "product", product, "currency", "usd", "unit_amount", "500")
	if got := verified(t, all.after(t, 3), secret); !slices.Equal(got, []string{"product.created", "customer.updated", "price.created"}) {
		t.Errorf("all: %v", got)
	}
	if got := verified(t, some.after(t, 2), other["secret"].(string)); !slices.Equal(got, []string{"product.created", "price.created"}) {
		t.Errorf("some: %v", got)
	}
	c.made("/v1/webhook_endpoints/"+other["id"].(string), "disabled", "true")
	c.send(c.request(http.MethodDelete, "/v1/webhook_endpoints/"+one["id"].(string), ""))
	c.made("/v1/products", "name", "Q")
	if data, _ := c.page("/v1/webhook_endpoints"); len(data) != 1 || data[0]["status"] != "disabled" {
		t.Errorf("left: %v", data)
	}
	if newest, _ := c.page("/v1/events?limit=1"); newest[0]["pending_webhooks"] != 0.0 {
		t.Errorf("nobody waits for %v", newest[0])
	}
}

func TestADeliveryThatFailsIsTriedAgain(t *testing.T) {
	var pauses []time.Duration
	var mu sync.Mutex
	c := startFor(t, sandbox.Options{Now: newHandClock().now, Webhook: sandbox.WebhookOptions{
		Wait: func(ctx context.Context, d time.Duration) error {
			mu.Lock()
			defer mu.Unlock()
			pauses = append(pauses, d)
			return ctx.Err()
		},
	}})
	r := newReceiver(t, func(n int) int { return []int{500, 302, 404, 200}[min(n, 4)-1] })
	secret := c.made("/v1/webhook_endpoints", "url", r.URL, "enabled_events[]", "product.created")["secret"].(string)
	c.made("/v1/products", "name", "P")
	got := r.after(t, 4)
	verified(t, got, secret)
	if string(got[0].body) != string(got[3].body) {
		t.Error("the copies differ")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(pauses) != 3 || !slices.IsSorted(pauses) || pauses[0] >= pauses[2] {
		t.Errorf("pauses %v", pauses)
	}
}

func TestWhatIsNotDeliveredIsPending(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now, Webhook: sandbox.WebhookOptions{Wait: never}})
	r := newReceiver(t, func(int) int { return 503 })
	c.made("/v1/webhook_endpoints", "url", r.URL, "enabled_events[]", "*")
	c.made("/v1/products", "name", "P")
	r.after(t, 1)
	if pending, _ := c.page("/v1/events?delivery_success=false"); len(pending) != 1 || pending[0]["pending_webhooks"] != 1.0 {
		t.Errorf("%v", pending)
	}
}

func TestChaosTurnsTheOrderAndRepeats(t *testing.T) {
	r := newReceiver(t, nil)
	c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now, Webhook: sandbox.WebhookOptions{URL: r.URL, Chaos: true, Wait: never}})
	product := c.made("/v1/products", "name", "P")["id"].(string)
	c.made("/v1/prices", "product", product, "currency", "usd", "unit_amount", "500")
	if got := verified(t, r.after(t, 3), c.WebhookSecret()); !slices.Equal(got, []string{"price.created", "product.created", "product.created"}) {
		t.Errorf("%v", got)
	}
	c.made("/v1/products", "name", "kept back")
	c.made("/_sandbox/chaos", "chaos", "false")
	c.made("/v1/customers/"+c.Customer(), "name", "B")
	if got := verified(t, r.after(t, 5), c.WebhookSecret())[3:]; !slices.Equal(got, []string{"product.created", "customer.updated"}) {
		t.Errorf("after its end: %v", got)
	}
}

func TestAnEndpointAndItsSecretSurviveARestart(t *testing.T) {
	clock := newHandClock()
	options := sandbox.Options{Now: clock.now, StateFile: filepath.Join(t.TempDir(), "state.json")}
	r := newReceiver(t, nil)
	options.Webhook.URL = r.URL
	first := MustStart(t, options)
	first.made("/v1/products", "name", "P")
	verified(t, r.after(t, 1), first.WebhookSecret())
	secret := first.WebhookSecret()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := startFor(t, options)
	second.made("/v1/products", "name", "Q")
	if got := r.after(t, 2); second.WebhookSecret() != secret || len(got) != 2 {
		t.Errorf("%d deliveries; the secret was %s and is %s", len(got), secret, second.WebhookSecret())
	}
	if data, _ := second.page("/v1/webhook_endpoints"); len(data) != 1 {
		t.Errorf("%v", data)
	}
}

// TestWhatComesDueIsSentThoughNobodyAsks: a renewal that only the clock brings.
func TestWhatComesDueIsSentThoughNobodyAsks(t *testing.T) {
	clock := newHandClock()
	r := newReceiver(t, nil)
	c := startFor(t, sandbox.Options{Now: clock.now, Webhook: sandbox.WebhookOptions{URL: r.URL}})
	clock.advance(40 * 24 * time.Hour)
	if got := verified(t, r.after(t, 5), c.WebhookSecret()); !slices.Contains(got, "invoice.created") {
		t.Errorf("%v", got)
	}
}

func TestEndpointsThatAreRefused(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	for name, test := range map[string]struct {
		pairs []string
		param string
	}{
		"another machine":    {[]string{"url", "https://example.com/hook", "enabled_events[]", "*"}, "url"},
		"a name like ours":   {[]string{"url", "http://localhost.example.com/", "enabled_events[]", "*"}, "url"},
		"the network":        {[]string{"url", "http://192.168.0.1/", "enabled_events[]", "*"}, "url"},
		"no web address":     {[]string{"url", "file:///etc/passwd", "enabled_events[]", "*"}, "url"},
		"with a password":    {[]string{"url", "http://a:b@127.0.0.1/", "enabled_events[]", "*"}, "url"},
		"no events":          {[]string{"url", "http://127.0.0.1/"}, "enabled_events"},
		"events never sent":  {[]string{"url", "http://127.0.0.1/", "enabled_events[]", "payout.paid"}, "enabled_events"},
		"another version":    {[]string{"url", "http://127.0.0.1/", "enabled_events[]", "*", "api_version", "2024-06-20"}, "api_version"},
		"connected accounts": {[]string{"url", "http://127.0.0.1/", "enabled_events[]", "*", "connect", "true"}, "connect"},
		"no address":         {[]string{"enabled_events[]", "*"}, "url"},
	} {
		if r := c.post("/v1/webhook_endpoints", test.pairs...).refusal(t); r.Status != 400 || r.Param != test.param {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if _, err := sandbox.Start(t.Context(), sandbox.Options{Webhook: sandbox.WebhookOptions{URL: "https://example.com/"}}); err == nil {
		t.Error("an address elsewhere was accepted at the start")
	}
}
