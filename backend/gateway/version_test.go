package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"

	"billfold/backend/gateway"
	"billfold/backend/gateway/changes"
)

const webhookSecret = "whsec_test"

// deliver sends the gateway an event about an object of a customer.
func (s *stage) deliver(id, object, objectID, customer string) {
	s.Helper()
	body := fmt.Sprintf(`{"id":%q,"object":"event","data":{"object":{"object":%q,"id":%q,"customer":%q}}}`, id, object, objectID, customer)
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: []byte(body), Secret: webhookSecret, Timestamp: time.Now()})
	got := s.ask(http.MethodPost, "/webhooks/stripe", body, "Stripe-Signature", signed.Header, "Authorization", "")
	if got.status != http.StatusNoContent {
		s.Fatalf("%d %s", got.status, got.body)
	}
}

func withWebhooks(c *gateway.Config) { c.Changes.Secrets = []string{webhookSecret} }

type versionSaid struct {
	Version string
	Changed []changes.Change
}

func (a answer) version(t testing.TB) (said versionSaid) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &said); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	return said
}

// TestAPullWithNothingNew is one request, less than a kilobyte both ways, and none
// to Stripe. After one changed invoice it is two and one.
func TestAPullWithNothingNew(t *testing.T) {
	s := MustStage(t, "active", withWebhooks)
	first := s.get("/billfold/v1/version").version(t)
	if first.Changed != nil {
		t.Errorf("%+v", first)
	}
	before := s.upstream.Load()
	request := s.request("GET", "/billfold/v1/version", "", "If-None-Match", `"`+first.Version+`"`)
	var sent, came strings.Builder
	if err := request.Write(&sent); err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request.Clone(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Write(&came); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 304 || sent.Len()+came.Len() > 1024 || s.upstream.Load() != before {
		t.Errorf("%d, %d bytes, %d requests to Stripe\n%s%s", response.StatusCode, sent.Len()+came.Len(), s.upstream.Load()-before, sent.String(), came.String())
	}
	t.Logf("%d bytes", sent.Len()+came.Len())
	invoice := s.mine.ids["invoice"][0]
	s.deliver("evt_1", "invoice", invoice, s.mine.customer)
	second := s.ask("GET", "/billfold/v1/version", "", "If-None-Match", `"`+first.Version+`"`).version(t)
	if second.Version == first.Version || len(second.Changed) != 1 || second.Changed[0] != (changes.Change{Object: "invoice", ID: invoice}) {
		t.Fatalf("%+v", second)
	}
	if got := s.get("/v1/invoices/" + second.Changed[0].ID); got.status != 200 || s.upstream.Load()-before != 1 {
		t.Errorf("%d after %d requests to Stripe", got.status, s.upstream.Load()-before)
	}
}

// TestUnchangedListsAre304: what the app's own client remembers is not asked for
// again, and no change goes unnoticed.
func TestUnchangedListsAre304(t *testing.T) {
	s := MustStage(t, "active", withWebhooks)
	for _, path := range []string{"/v1/invoices?limit=100", "/v1/customers/" + s.mine.customer, "/v1/subscriptions?status=all"} {
		tag := s.get(path).header.Get("Etag")
		before := s.upstream.Load()
		if got := s.ask("GET", path, "", "If-None-Match", tag); tag == "" || got.status != 304 || got.body != "" || s.upstream.Load() != before {
			t.Errorf("%s %s: %d %s", path, tag, got.status, got.body)
		}
		for name, headers := range map[string][]string{
			"another's tag": {"If-None-Match", s.get("/v1/charges").header.Get("Etag")}, "no-cache": {"If-None-Match", tag, "Cache-Control", "no-cache"},
			"anything": {"If-None-Match", "*"},
		} {
			if got := s.ask("GET", path, "", headers...); got.status != 200 {
				t.Errorf("%s with %s: %d", path, name, got.status)
			}
		}
		s.deliver("evt_"+path, "invoice", "in_1", s.mine.customer)
		if got := s.ask("GET", path, "", "If-None-Match", tag); got.status != 200 {
			t.Errorf("%s after a change: %d", path, got.status)
		}
	}
	for _, path := range []string{"/v1/invoices/upcoming", "/v1/invoices/" + s.mine.ids["invoice"][0], "/v1/charges/" + s.mine.ids["charge"][0]} {
		if got := s.get(path); got.status != 200 || got.header.Get("Etag") != "" {
			t.Errorf("%s must be fresh each time: %d %v", path, got.status, got.header)
		}
	}
}

// TestOwnWritesAreReadThrough: who wrote has an older version from then on.
func TestOwnWritesAreReadThrough(t *testing.T) {
	s := MustStage(t, "active", nil)
	path := "/v1/customers/" + s.mine.customer
	tag := s.get(path).header.Get("Etag")
	version := s.get("/billfold/v1/version").version(t).Version
	if got := s.ask("POST", path, "name=Grace"); got.status != 200 {
		t.Fatal(got.body)
	}
	if got := s.ask("GET", path, "", "If-None-Match", tag); got.status != 200 || !strings.Contains(got.body, `"name":"Grace"`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := s.ask("GET", "/billfold/v1/version", "", "If-None-Match", `"`+version+`"`).version(t); got.Version == version || got.Changed != nil {
		t.Errorf("%+v", got)
	}
}

// TestAChangeWhileAnAnswerIsOnItsWay: the version is read before the answer, so
// what changed meanwhile makes the answer an old one.
func TestAChangeWhileAnAnswerIsOnItsWay(t *testing.T) {
	s := MustStage(t, "active", withWebhooks)
	path := "/v1/customers/" + s.mine.customer
	var once sync.Once
	s.alter = func(*http.Request, *http.Response) {
		once.Do(func() { s.deliver("evt_1", "customer", s.mine.customer, s.mine.customer) })
	}
	tag := s.get(path).header.Get("Etag")
	if got := s.ask("GET", path, "", "If-None-Match", tag); got.status != 200 {
		t.Errorf("%d: what changed in between is never seen", got.status)
	}
}

// TestNobodyKnowsWhetherSomethingChanged: then nothing is called unchanged.
func TestNobodyKnowsWhetherSomethingChanged(t *testing.T) {
	s := MustStage(t, "active", func(c *gateway.Config) { c.Changes.Every = time.Minute })
	if got := s.get("/billfold/v1/version"); got.status != 503 || got.refusal(t).Code != "changes_unavailable" || got.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := s.get("/v1/invoices"); got.status != 200 || got.header.Get("Etag") != "" {
		t.Errorf("%d %v", got.status, got.header)
	}
	if got := s.ask("GET", "/readyz", "", "Authorization", ""); got.status != 503 {
		t.Errorf("%d", got.status)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.gateway.Run(ctx) }()
	for s.get("/billfold/v1/version").status != 200 {
		time.Sleep(5 * time.Millisecond) // between two looks; the test's own end is the limit
	}
	if got := s.ask("GET", "/readyz", "", "Authorization", ""); got.status != 200 {
		t.Errorf("%d", got.status)
	}
	cancel()
	<-ended
}

// TestAStreamTellsWhenToPull: at once, at each change of one's own, and of nobody
// else's.
func TestAStreamTellsWhenToPull(t *testing.T) {
	s := MustStage(t, "active", withWebhooks)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.gateway.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	response, err := http.DefaultTransport.RoundTrip(s.request("GET", "/billfold/v1/stream", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.Header.Get("Content-Type") != "text/event-stream" {
		t.Error(response.Header)
	}
	lines := bufio.NewScanner(response.Body)
	next := func() (said versionSaid) {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &said); err != nil {
					t.Fatal(err)
				}
				return said
			}
		}
		t.Fatal("the stream ended")
		return said
	}
	first := next()
	s.deliver("evt_1", "invoice", "in_1", "cus_other")
	s.deliver("evt_2", "invoice", "in_1", s.mine.customer)
	second := next()
	if now := s.get("/billfold/v1/version").version(t); first.Version == second.Version || second.Version != now.Version {
		t.Errorf("%+v %+v %+v", first, second, now)
	}
	for range 3 {
		more, err := http.DefaultTransport.RoundTrip(s.request("GET", "/billfold/v1/stream", ""))
		if err != nil {
			t.Fatal(err)
		}
		defer more.Body.Close()
	}
	if got := s.get("/billfold/v1/stream"); got.status != 429 {
		t.Errorf("a fifth stream: %d", got.status)
	}
	s.gateway.EndStreams()
	for lines.Scan() {
	}
	if lines.Err() != nil {
		t.Errorf("the stream did not end well: %v", lines.Err())
	}
}
