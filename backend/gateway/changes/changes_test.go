package changes_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"
	"pgregory.net/rapid"

	"billfold/backend/gateway/changes"
	"billfold/backend/sandbox"
)

const secret = "whsec_test"

// account is a sandbox with a clock, and its events as a changes.Ask.
type account struct {
	testing.TB
	*sandbox.Sandbox
	clock  atomic.Int64
	asked  atomic.Int64
	broken atomic.Bool
}

func MustAccount(tb testing.TB) *account {
	tb.Helper()
	a := &account{TB: tb}
	a.clock.Store(time.Now().Unix())
	var err error
	a.Sandbox, err = sandbox.Start(tb.Context(), sandbox.Options{Scenario: "active", Now: a.now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = a.Close() })
	return a
}

func (a *account) now() time.Time { return time.Unix(a.clock.Load(), 0) }

func (a *account) ask(ctx context.Context, path, query string) (int, []byte, error) {
	a.asked.Add(1)
	if a.broken.Load() {
		return 0, nil, errors.New("broken")
	}
	return a.send(ctx, http.MethodGet, path+"?"+query, "")
}

func (a *account) send(ctx context.Context, method, path, form string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, a.URL()+path, strings.NewReader(form))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+a.Key())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, body, err
}

func (a *account) post(path string, pairs ...string) {
	a.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	if status, body, err := a.send(a.Context(), http.MethodPost, path, form.Encode()); err != nil || status != 200 {
		a.Fatalf("%s: %d %s %v", path, status, body, err)
	}
}

// events gives those after a time, oldest first.
func (a *account) events(after int64) (all []json.RawMessage) {
	a.Helper()
	_, body, err := a.send(a.Context(), http.MethodGet, fmt.Sprint("/v1/events?limit=100&created[gt]=", after), "")
	if err != nil {
		a.Fatal(err)
	}
	var page struct{ Data []json.RawMessage }
	if err := json.Unmarshal(body, &page); err != nil {
		a.Fatal(err)
	}
	slices.Reverse(page.Data)
	return page.Data
}

func (a *account) changes(every time.Duration, store changes.Store) *changes.Changes {
	return changes.New(changes.Config{Store: store, Secrets: []string{"whsec_old", secret}, Every: every, Ask: a.ask, Now: a.now})
}

// deliver sends a body as a webhook that was signed at a time.
func deliver(c *changes.Changes, body []byte, key string, at time.Time) int {
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: key, Timestamp: at})
	r := httptest.NewRequest(http.MethodPost, "/webhooks/stripe", strings.NewReader(string(body)))
	r.Header.Set("Stripe-Signature", signed.Header)
	w := httptest.NewRecorder()
	c.ServeWebhook(w, r)
	return w.Code
}

func since(t interface {
	Helper()
	Fatal(...any)
}, c *changes.Changes, customer, older string) (string, []string, bool) {
	t.Helper()
	tag, changed, known, err := c.Since(context.Background(), customer, older)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, one := range changed {
		names = append(names, one.Object+" "+one.ID)
	}
	slices.Sort(names)
	return tag, names, known
}

// TestARenewalInAnyOrder: whatever order a renewal's events come in, twice or not,
// lost or not, in the end the same objects are known to have changed.
func TestARenewalInAnyOrder(t *testing.T) {
	a := MustAccount(t)
	before := a.clock.Load()
	a.clock.Add(32 * 86400)
	a.post("/v1/customers/"+a.Customer(), "name", "Grace") // the sandbox lives on when it is asked
	events := a.events(max(before, a.clock.Load()-29*86400))
	if len(events) < 8 {
		t.Fatalf("%d events", len(events))
	}
	var want []string
	for _, body := range events {
		var e struct {
			Data struct{ Object struct{ ID, Object string } }
		}
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatal(err)
		}
		want = append(want, e.Data.Object.Object+" "+e.Data.Object.ID)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	rapid.Check(t, func(t *rapid.T) {
		store := changes.NewMemory()
		// Events were last read just before the renewal.
		if err := store.SetCursor(context.Background(), changes.Cursor{ID: "evt_before", Created: a.clock.Load() - 29*86400 + 60, At: a.clock.Load() - 60}); err != nil {
			t.Fatal(err)
		}
		c := a.changes(time.Minute, store)
		older, err := c.Tag(context.Background(), a.Customer())
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{older: true}
		lost := 0
		for _, at := range rapid.Permutation(indexes(len(events))).Draw(t, "order") {
			switch rapid.SampledFrom([]string{"once", "twice", "lost", "late"}).Draw(t, "fate") {
			case "lost":
				lost++
				continue
			case "late":
				if code := deliver(c, events[at], secret, time.Now().Add(-6*time.Minute)); code != 400 {
					t.Fatalf("status %d", code)
				}
				lost++
				continue
			case "twice":
				deliver(c, events[at], secret, time.Now())
			}
			if code := deliver(c, events[at], secret, time.Now()); code != 204 {
				t.Fatalf("status %d", code)
			}
			tag, _, _ := since(t, c, a.Customer(), older)
			if seen[tag] {
				t.Fatalf("an event that came left the version as it was")
			}
			seen[tag] = true
		}
		if err := c.Turn(context.Background()); err != nil {
			t.Fatal(err)
		}
		tag, changed, known := since(t, c, a.Customer(), older)
		if tag == older || !known || !slices.Equal(changed, want) {
			t.Fatalf("%d lost: %v %q, want %q", lost, known, changed, want)
		}
		if err := c.Turn(context.Background()); err != nil {
			t.Fatal(err)
		}
		if again, _, _ := since(t, c, a.Customer(), older); again != tag {
			t.Fatal("what was heard is heard again")
		}
	})
}

func indexes(count int) []int {
	all := make([]int, count)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestReplayedWebhook(t *testing.T) {
	a := MustAccount(t)
	c := a.changes(-1, nil)
	body := []byte(`{"id":"evt_1","object":"event","data":{"object":{"object":"invoice","id":"in_1","customer":"cus_a"}}}`)
	first, _ := c.Tag(t.Context(), "cus_a")
	if code := deliver(c, body, secret, time.Now()); code != 204 {
		t.Fatal(code)
	}
	second, _ := c.Tag(t.Context(), "cus_a")
	if code := deliver(c, body, "whsec_old", time.Now()); code != 204 {
		t.Fatal(code)
	}
	if third, _ := c.Tag(t.Context(), "cus_a"); first == second || second != third {
		t.Errorf("%s %s %s", first, second, third)
	}
}

func TestLateWebhook(t *testing.T) {
	a := MustAccount(t)
	c := a.changes(-1, nil)
	body := []byte(`{"id":"evt_1","object":"event","data":{"object":{"object":"invoice","id":"in_1","customer":"cus_a"}}}`)
	before, _ := c.Tag(t.Context(), "cus_a")
	if code := deliver(c, body, secret, time.Now().Add(-301*time.Second)); code != 400 {
		t.Error(code)
	}
	if after, _ := c.Tag(t.Context(), "cus_a"); after != before {
		t.Error("it was heard")
	}
}

func TestForgedWebhook(t *testing.T) {
	a := MustAccount(t)
	c := a.changes(-1, nil)
	good := []byte(`{"id":"evt_1","data":{"object":{"object":"invoice","id":"in_1","customer":"cus_a"}}}`)
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: good, Secret: secret, Timestamp: time.Now()})
	before, _ := c.Tag(t.Context(), "cus_a")
	for name, test := range map[string]struct {
		method, body, signature string
		status                  int
	}{
		"another secret": {"POST", string(good), webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: good, Secret: "whsec_guess", Timestamp: time.Now()}).Header, 400},
		"another body":   {"POST", strings.Replace(string(good), "cus_a", "cus_b", 1), signed.Header, 400},
		"no signature":   {"POST", string(good), "", 400},
		"a huge one":     {"POST", strings.Repeat("x", 600<<10), signed.Header, 400},
		"a GET":          {"GET", "", signed.Header, 404},
	} {
		r := httptest.NewRequest(test.method, "/webhooks/stripe", strings.NewReader(test.body))
		r.Header.Set("Stripe-Signature", test.signature)
		w := httptest.NewRecorder()
		c.ServeWebhook(w, r)
		if w.Code != test.status {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if after, _ := c.Tag(t.Context(), "cus_a"); after != before {
		t.Error("one was heard")
	}
	if code := deliver(changes.New(changes.Config{}), good, "", time.Now()); code != 400 {
		t.Errorf("without a secret: %d", code)
	}
}

// TestWhomAnEventConcerns: also where the object names nobody.
func TestWhomAnEventConcerns(t *testing.T) {
	a := MustAccount(t)
	_, body, err := a.send(t.Context(), http.MethodGet, "/v1/charges?limit=1&customer="+a.Customer(), "")
	if err != nil {
		t.Fatal(err)
	}
	var charges struct{ Data []struct{ ID string } }
	if err := json.Unmarshal(body, &charges); err != nil || len(charges.Data) != 1 {
		t.Fatal(string(body))
	}
	me := a.Customer()
	for name, test := range map[string]struct {
		event string
		mine  bool
	}{
		"mine":                {`"data":{"object":{"object":"invoice","id":"in_1","customer":"` + me + `"}}`, true},
		"myself":              {`"data":{"object":{"object":"customer","id":"` + me + `"}}`, true},
		"mine, expanded":      {`"data":{"object":{"object":"charge","id":"ch_1","customer":{"id":"` + me + `"}}}`, true},
		"what was mine":       {`"data":{"object":{"object":"payment_method","id":"pm_1","customer":null},"previous_attributes":{"customer":"` + me + `"}}`, true},
		"a refund":            {`"data":{"object":{"object":"refund","id":"re_1","charge":"` + charges.Data[0].ID + `"}}`, true},
		"a refund of nothing": {`"data":{"object":{"object":"refund","id":"re_1","charge":"ch_none"}}`, false},
		"a price":             {`"data":{"object":{"object":"price","id":"price_1"}}`, false},
		"another's":           {`"data":{"object":{"object":"invoice","id":"in_1","customer":"cus_other"}}`, false},
		"of another account":  {`"account":"acct_1","data":{"object":{"object":"invoice","id":"in_1","customer":"` + me + `"}}`, false},
		"a path":              {`"data":{"object":{"object":"refund","id":"re_1","charge":"ch_1/../../customers"}}`, false},
	} {
		c := a.changes(-1, nil)
		before, _ := c.Tag(t.Context(), me)
		if code := deliver(c, []byte(`{"id":"evt_1",`+test.event+`}`), secret, time.Now()); code != 204 {
			t.Errorf("%s: %d", name, code)
		}
		if after, _ := c.Tag(t.Context(), me); (after != before) != test.mine {
			t.Errorf("%s: from %s to %s", name, before, after)
		}
	}
}

func TestALostWebhookCostsAMinute(t *testing.T) {
	a := MustAccount(t)
	c := a.changes(time.Minute, nil)
	turn := func() {
		t.Helper()
		if err := c.Turn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if c.Fresh() {
		t.Error("believed before anything was read")
	}
	turn()
	if !c.Fresh() {
		t.Error("not believed")
	}
	c.Rest()
	turn() // the minute before the first turn is heard in the second
	tag, _, _ := since(t, c, a.Customer(), "")
	a.post("/v1/customers/"+a.Customer(), "name", "Grace")
	a.clock.Add(60)
	c.Rest() // the lease of the turn before has ended
	turn()
	after, changed, known := since(t, c, a.Customer(), tag)
	if after == tag || !known || !slices.Equal(changed, []string{"customer " + a.Customer()}) {
		t.Errorf("%v %q", known, changed)
	}
	before := a.asked.Load()
	a.clock.Add(60)
	c.Rest()
	turn()
	if asked := a.asked.Load() - before; asked != 1 {
		t.Errorf("a quiet minute costs %d requests", asked)
	}
	a.broken.Store(true)
	a.clock.Add(181)
	c.Rest()
	if err := c.Turn(t.Context()); err == nil || c.Fresh() {
		t.Error("believed although nothing could be read")
	}
}

// TestAGapThatCannotBeRead: after a month away nobody's version means anything.
func TestAGapThatCannotBeRead(t *testing.T) {
	a := MustAccount(t)
	store := changes.NewMemory()
	c := a.changes(time.Minute, store)
	if err := c.Turn(t.Context()); err != nil {
		t.Fatal(err)
	}
	tag, _, _ := since(t, c, "cus_quiet", "")
	a.clock.Add(30 * 86400)
	c.Rest()
	if err := c.Turn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, _, known := since(t, c, "cus_quiet", tag); after == tag || known {
		t.Errorf("%s is still good", tag)
	}
	if !c.Fresh() {
		t.Error("not believed afterwards")
	}
}

// TestOneOfTwoReplicasReads: and the other goes on when it is gone.
func TestOneOfTwoReplicasReads(t *testing.T) {
	a := MustAccount(t)
	store := changes.NewMemory()
	one, other := a.changes(time.Minute, store), a.changes(time.Minute, store)
	for _, c := range []*changes.Changes{one, other} {
		if err := c.Turn(t.Context()); err != nil || !c.Fresh() {
			t.Fatal(err)
		}
	}
	if asked := a.asked.Load(); asked != 1 {
		t.Errorf("%d requests", asked)
	}
	tag, _, _ := since(t, other, a.Customer(), "")
	a.post("/v1/customers/"+a.Customer(), "name", "Grace")
	a.clock.Add(60)
	other.Rest()
	if err := other.Turn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, _, _ := since(t, one, a.Customer(), tag); after == tag {
		t.Error("nobody went on")
	}
}

// TestWhoComesFromFarAwayPullsInFull: steps that were forgotten, and writes that
// say nothing of what they changed.
func TestWhoComesFromFarAwayPullsInFull(t *testing.T) {
	c := changes.New(changes.Config{Every: -1})
	first, _ := c.Tag(t.Context(), "cus_a")
	store := changes.NewMemory()
	c = changes.New(changes.Config{Every: -1, Store: store})
	if _, _, known := since(t, c, "cus_a", first); known {
		t.Error("a version of another store is known")
	}
	start, _ := c.Tag(t.Context(), "cus_a")
	for i := range 40 {
		if err := store.Bump(t.Context(), "cus_a", changes.Change{Object: "invoice", ID: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, known := since(t, c, "cus_a", start); known {
		t.Error("a forgotten version is known")
	}
	near, _ := c.Tag(t.Context(), "cus_a")
	if err := c.Wrote(t.Context(), "cus_a"); err != nil {
		t.Fatal(err)
	}
	if _, changed, known := since(t, c, "cus_a", near); known || len(changed) > 0 {
		t.Error("a write is said to have changed nothing")
	}
	for _, nonsense := range []string{"", ".", "a.b", strings.Repeat("x", 1000), near + "x"} {
		if _, _, known := since(t, c, "cus_a", nonsense); known {
			t.Errorf("%.20q is known", nonsense)
		}
	}
}

func TestAListenerHearsOfEachBump(t *testing.T) {
	a := MustAccount(t)
	c := a.changes(-1, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); c.Run(ctx) }()
	signal, stop := c.Listen("cus_a")
	other, stopOther := c.Listen("cus_b")
	defer stopOther()
	body := []byte(`{"id":"evt_1","data":{"object":{"object":"invoice","id":"in_1","customer":"cus_a"}}}`)
	deliver(c, body, secret, time.Now())
	<-signal
	stop()
	select {
	case <-other:
		t.Error("somebody else is woken")
	default:
	}
	cancel()
	<-ended
}
