package samplevendor_test

import (
	"context"
	"net/http"
	"os"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/gateway"
	"billfold/backend/mirror"
	"billfold/backend/samplevendor"
	"billfold/backend/sandbox"
	"billfold/backend/stripeapi"
)

// TestEveryScenarioIsTheSameThroughTheGateway: what a subscriber pulls through
// sign-in and gateway is what the sandbox itself gives.
func TestEveryScenarioIsTheSameThroughTheGateway(t *testing.T) {
	for _, scenario := range sandbox.Scenarios() {
		if scenario.Name == "many" {
			continue // ten thousand of the same
		}
		t.Run(scenario.Name, func(t *testing.T) {
			s := newStage(t, scenario.Name, nil)
			through, direct := s.cache(), s.cache()
			s.pull(mirror.Source{API: s.client(nil), Cache: through}, true)
			api, err := stripeapi.New(stripeapi.Config{
				URL: s.Sandbox().URL(), Customer: s.Sandbox().Customer(),
				Token: func(context.Context) (string, error) { return s.Sandbox().Key(), nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			s.pull(mirror.Source{API: api, Cache: direct}, true)
			if got, want := s.known(through), s.known(direct); got != want {
				at := differAt(got, want)
				t.Errorf("through ...%.300s\ndirect  ...%.300s", got[at:], want[at:])
			}
		})
	}
}

// TestAPullWithNothingNewIsOneQuestion is the figure of a subscriber at rest: one
// request to the gateway, none to Stripe, and no write to the file.
func TestAPullWithNothingNewIsOneQuestion(t *testing.T) {
	s := newStage(t, "active", nil)
	cache := s.cache()
	source := mirror.Source{API: s.client(nil), Cache: cache}
	s.pull(source, true)
	before, written := s.known(cache), modified(t, cache.Path())
	for range 3 {
		report, asked, upstream := s.pull(source, false)
		if asked != 1 || upstream != 0 || report.Changed || report.Full || report.BytesIn > 1024 {
			t.Errorf("asked %d, upstream %d, %+v", asked, upstream, report)
		}
		if marks, err := cache.Marks(t.Context()); err != nil || marks.SyncedAt != report.SyncedAt {
			t.Errorf("as of %d, %v", marks.SyncedAt, err)
		}
	}
	if s.known(cache) != before || !reflect.DeepEqual(modified(t, cache.Path()), written) {
		t.Error("the file was written")
	}
}

func modified(t *testing.T, path string) (all []time.Time) {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, info.ModTime())
	}
	return all
}

// TestAfterOneChangedInvoiceThatOneIsRead is the figure of one change: at most two
// requests to the gateway, and two to Stripe.
func TestAfterOneChangedInvoiceThatOneIsRead(t *testing.T) {
	s := newStage(t, "active", nil)
	cache := s.cache()
	source := mirror.Source{API: s.client(nil), Cache: cache}
	s.pull(source, true)
	made, _ := s.merchant(http.MethodPost, "/v1/invoices", "customer", s.Sandbox().Customer())["id"].(string)
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(s.known(cache), made); time.Sleep(time.Millisecond) {
		if s.pull(source, false); time.Now().After(deadline) {
			t.Fatal("the draft is not seen")
		}
	}
	version := s.version(source)
	s.merchant(http.MethodPost, "/v1/invoices/"+made, "description", "for the expense report")
	s.await(source, version)
	_, asked, upstream := s.pull(source, false)
	if asked > 2 || upstream > 2 || !strings.Contains(s.known(cache), "for the expense report") {
		t.Errorf("asked %d, upstream %d: %s", asked, upstream, s.known(cache))
	}
	if _, asked, upstream = s.pull(source, false); asked != 1 || upstream != 0 {
		t.Errorf("afterwards asked %d, upstream %d", asked, upstream)
	}
}

func (s *stage) version(source mirror.Source) string {
	s.Helper()
	news, err := source.API.News(s.Context(), "")
	if err != nil {
		s.Fatal(err)
	}
	return news.Version
}

// await waits until the gateway has heard of something since a version.
func (s *stage) await(source mirror.Source, before string) {
	s.Helper()
	for deadline := time.Now().Add(20 * time.Second); s.version(source) == before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatal("the gateway heard of nothing")
		}
	}
}

// TestADayCostsTheMerchantLittle is what one companion that polls every quarter of an
// hour costs a merchant in reads a day: at rest none, and after one change no more
// than one pull.
func TestADayCostsTheMerchantLittle(t *testing.T) {
	const polls = 24 * 4
	s := newStage(t, "active", nil)
	source := mirror.Source{API: s.client(nil), Cache: s.cache()}
	s.pull(source, true)
	day := func(change func(poll int)) (asked, upstream int64) {
		for poll := range polls {
			change(poll)
			_, more, reads := s.pull(source, false)
			asked, upstream = asked+more, upstream+reads
		}
		return asked, upstream
	}
	asked, upstream := day(func(int) {})
	if asked != polls || upstream != 0 {
		t.Errorf("a day at rest: %d requests, %d reads", asked, upstream)
	}
	t.Logf("a day at rest: %d requests to the gateway, %d reads at Stripe", asked, upstream)
	asked, upstream = day(func(poll int) {
		if poll == polls/2 {
			before := s.version(source)
			s.merchant(http.MethodPost, "/v1/customers/"+s.Sandbox().Customer(), "name", "Grace Hopper")
			s.await(source, before)
		}
	})
	if asked > polls+12 || upstream > 8 {
		t.Errorf("a day with one change: %d requests, %d reads", asked, upstream)
	}
	t.Logf("a day with one change: %d requests to the gateway, %d reads at Stripe", asked, upstream)
	_, asked, upstream = s.pull(source, true)
	t.Logf("the weekly pull in full: %d requests to the gateway, %d reads at Stripe", asked, upstream)
}

// TestTheStreamTellsOfAChangeAtOnce and of the present version before.
func TestTheStreamTellsOfAChangeAtOnce(t *testing.T) {
	s := newStage(t, "active", nil)
	api := s.client(nil)
	heard := make(chan string, 8)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = api.Stream(ctx, func(version string) { heard <- version })
	}()
	first := <-heard
	s.merchant(http.MethodPost, "/v1/customers/"+s.Sandbox().Customer(), "name", "Grace Hopper")
	if second := <-heard; second == first {
		t.Errorf("the same version twice: %s", second)
	}
	stop()
	<-ended
}

// TestAfterAnyChangeThePullIsAsGoodAsAFullOne: whatever the merchant does, what a
// pull by versions leaves is what a full one would.
func TestAfterAnyChangeThePullIsAsGoodAsAFullOne(t *testing.T) {
	s := newStage(t, "active", nil)
	cache := s.cache()
	source := mirror.Source{API: s.client(nil), Cache: cache}
	s.pull(source, true)
	customer := s.Sandbox().Customer()
	account, err := cache.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	subscription := account.Subscriptions[0].ID
	steps := []struct {
		name string
		do   func()
	}{
		{"a name", func() { s.merchant(http.MethodPost, "/v1/customers/"+customer, "name", "Grace Hopper") }},
		{"a tax id", func() {
			s.merchant(http.MethodPost, "/v1/customers/"+customer+"/tax_ids", "type", "eu_vat", "value", "DE123456789")
		}},
		{"an invoice of its own", func() {
			s.merchant(http.MethodPost, "/v1/invoiceitems", "customer", customer, "amount", "4200", "currency", "usd")
			made := s.merchant(http.MethodPost, "/v1/invoices", "customer", customer, "pending_invoice_items_behavior", "include")
			id, _ := made["id"].(string)
			s.merchant(http.MethodPost, "/v1/invoices/"+id+"/finalize")
		}},
		{"a scheduled end", func() { s.merchant(http.MethodPost, "/v1/subscriptions/"+subscription, "cancel_at_period_end", "true") }},
		{"a refund", func() {
			charges := s.merchant(http.MethodGet, "/v1/charges?limit=1&customer="+customer)
			first, _ := charges["data"].([]any)[0].(map[string]any)
			id, _ := first["id"].(string)
			s.merchant(http.MethodPost, "/v1/refunds", "charge", id, "amount", "100")
		}},
		{"another card", func() {
			made := s.merchant(http.MethodPost, "/v1/payment_methods", "type", "card", "card[token]", "tok_mastercard")
			id, _ := made["id"].(string)
			s.merchant(http.MethodPost, "/v1/payment_methods/"+id+"/attach", "customer", customer)
			s.merchant(http.MethodPost, "/v1/customers/"+customer, "invoice_settings[default_payment_method]", id)
		}},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			step.do()
			full := s.cache()
			s.pull(mirror.Source{API: s.client(nil), Cache: full}, true)
			want := s.known(full)
			for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
				s.pull(source, false)
				if s.known(cache) == want {
					return
				}
				if time.Now().After(deadline) {
					got := s.known(cache)
					at := differAt(got, want)
					t.Fatalf("by versions ...%.300s\nin full     ...%.300s", got[at:], want[at:])
				}
			}
		})
	}
}

// TestExpiryInTheMiddleOfAPullIsInvisible: the gateway refuses the token that a pull
// began with, and the pull does not notice.
func TestExpiryInTheMiddleOfAPullIsInvisible(t *testing.T) {
	s := newStage(t, "active", func(o *samplevendor.Options) { o.TokenLife = 2 * time.Second })
	good, err := s.sessions.Token(s.account.ID)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * time.Second) // by now it has ended, but for the gateway's patience with clocks
	var asked atomic.Int64
	spoiled := func(context.Context) (string, error) {
		if asked.Add(1) > 3 {
			return good[:len(good)-6] + "spoilt", nil // no clock is as impatient as this
		}
		return s.sessions.Token(s.account.ID)(t.Context())
	}
	cache := s.cache()
	report, _, _ := s.pull(mirror.Source{API: s.client(spoiled), Cache: cache}, true)
	if !report.Changed || s.renewed.Load() == 0 {
		t.Errorf("%+v after %d renewals", report, s.renewed.Load())
	}
}

// TestThePolicyReachesTheStanding: what only the vendor knows is kept with the rest.
func TestThePolicyReachesTheCache(t *testing.T) {
	days := 7
	s := newStage(t, "past-due", func(o *samplevendor.Options) {
		o.Policy = gateway.Policy{
			Vendor: "Quillforge", SupportEmail: "help@quillforge.example", GraceDays: &days,
			WhilePastDue: "Credits stay.", AfterGrace: "Paid models are switched off.",
		}
	})
	cache := s.cache()
	s.pull(mirror.Source{API: s.client(nil), Cache: cache}, true)
	got, err := cache.Policy(t.Context())
	want := billing.Policy{WhilePastDue: billing.AccessGrace, GraceDays: 7, Lost: "Paid models are switched off.", Support: "help@quillforge.example"}
	if err != nil || got != want {
		t.Errorf("policy %+v, %v", got, err)
	}
}

// TestAForeignPersonSeesTheirOwn: another customer of the same vendor signs in.
func TestAnotherPersonSeesTheirOwn(t *testing.T) {
	s := newStage(t, "active", nil)
	other, _ := s.merchant(http.MethodPost, "/v1/customers", "name", "Bob", "email", "bob@example.com")["id"].(string)
	bob, err := s.sessions.SignIn(t.Context(), func(address string) error { return s.SignInAs(t.Context(), address, other) })
	if err != nil || bob.Customer != other || bob.Name != "Bob" || bob.ID == s.account.ID {
		t.Fatalf("signed in as %+v, %v", bob, err)
	}
	api, err := stripeapi.New(stripeapi.Config{URL: s.URL(), Customer: other, Gateway: true, Token: s.sessions.Token(bob.ID)})
	if err != nil {
		t.Fatal(err)
	}
	customer, err := api.Customer(t.Context())
	if err != nil || customer.Name != "Bob" {
		t.Errorf("sees %+v, %v", customer, err)
	}
}
