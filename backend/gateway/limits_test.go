package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"billfold/backend/gateway"
)

func TestOneCustomersLimitIsNotAnothers(t *testing.T) {
	s := MustStage(t, "active", func(c *gateway.Config) {
		c.Limits = generous()
		c.Limits.PerMinute, c.Limits.Burst, c.Limits.Patience = 1, 3, time.Millisecond
	})
	for i := range 3 {
		if got := s.get("/billfold/v1/whoami"); got.status != 200 {
			t.Fatalf("request %d: %d", i, got.status)
		}
	}
	got := s.get("/v1/invoices")
	if got.status != 429 || got.refusal(t).Code != "rate_limit" || got.header.Get("Retry-After") == "" || got.header.Get("Retry-After") == "0" {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
	s.token = s.issuer.token("cus_other")
	if got := s.get("/billfold/v1/whoami"); got.status != 200 {
		t.Errorf("another customer: %d", got.status)
	}
}

func TestWritesAndPortalHaveLimitsOfTheirOwn(t *testing.T) {
	s := MustStage(t, "active", func(c *gateway.Config) {
		c.Limits = generous()
		c.Limits.WritesPerMinute, c.Limits.PortalPerMinute, c.Limits.Patience = 1, 2, time.Millisecond
	})
	statuses := func(path, form string) (all []int) {
		for range 3 {
			all = append(all, s.ask("POST", path, form).status)
		}
		return all
	}
	if got := fmt.Sprint(statuses("/v1/customers/"+s.mine.customer, "name=Ada")); got != "[200 429 429]" {
		t.Error(got)
	}
	if got := fmt.Sprint(statuses("/v1/billing_portal/sessions", "locale=de")); got != "[200 200 429]" {
		t.Error(got)
	}
	if got := s.get("/v1/invoices"); got.status != 200 {
		t.Error(got.status)
	}
}

func TestTaxIDsAreFewAndSlow(t *testing.T) {
	s := MustStage(t, "new", func(c *gateway.Config) { c.Limits = generous() })
	path := "/v1/customers/" + s.mine.customer + "/tax_ids"
	for i := range 6 {
		got := s.ask("POST", path, fmt.Sprintf("type=us_ein&value=12-345678%d", i))
		if want := map[bool]int{true: 200, false: 400}[i < 5-len(s.mine.ids["tax_id"])]; got.status != want {
			t.Errorf("tax id %d: %d %s", i, got.status, got.body)
		}
	}
	daily := MustStage(t, "new", func(c *gateway.Config) { c.Limits = generous(); c.Limits.TaxIDsPerDay = 1 })
	path = "/v1/customers/" + daily.mine.customer + "/tax_ids"
	if first, second := daily.ask("POST", path, "type=us_ein&value=12-3456789"), daily.ask("POST", path, "type=us_ein&value=12-3456788"); first.status != 200 || second.status != 429 {
		t.Errorf("%d %d", first.status, second.status)
	}
}

func TestBadTokensShutAnAddressOut(t *testing.T) {
	s := MustStage(t, "active", func(c *gateway.Config) { c.Limits = generous(); c.Limits.FailuresPerMinute = 5 })
	good := s.token
	s.token = "x"
	for range 5 {
		if got := s.get("/v1/invoices"); got.status != 401 {
			t.Fatal(got.status)
		}
	}
	s.token = good
	if got := s.get("/v1/invoices"); got.status != 429 {
		t.Errorf("%d", got.status)
	}
}

// TestStripesLimitIsKept: more than the budget waits, and what would wait too long
// is told to come again.
func TestStripesLimitIsKept(t *testing.T) {
	s := MustStage(t, "active", func(c *gateway.Config) {
		c.Limits = generous()
		c.Limits.StripePerSecond, c.Limits.StripeAtOnce, c.Limits.Patience = 1, 1, time.Millisecond
	})
	if got := s.get("/v1/invoices"); got.status != 200 {
		t.Fatal(got.status)
	}
	got := s.get("/v1/charges")
	if got.status != 429 || got.header.Get("Retry-After") != "1" {
		t.Errorf("%d %v", got.status, got.header)
	}
}

func TestStripes429IsPassedOn(t *testing.T) {
	s := MustStage(t, "active", nil)
	s.alter = func(_ *http.Request, response *http.Response) {
		response.StatusCode = http.StatusTooManyRequests
		response.Header.Set("Retry-After", "7")
		response.Body = io.NopCloser(strings.NewReader(`{"error":{"type":"invalid_request_error","code":"rate_limit","message":"sk_live_x is too fast"}}`))
	}
	got := s.get("/v1/invoices")
	if got.status != 429 || got.header.Get("Retry-After") != "7" || strings.Contains(got.body, "sk_live") {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
}

// TestEqualReadsInFlightAreOne: and those of another customer are another's.
func TestEqualReadsInFlightAreOne(t *testing.T) {
	s := MustStage(t, "active", nil)
	arrived, free := make(chan struct{}, 100), make(chan struct{})
	s.watch = func(*http.Request, string) { arrived <- struct{}{}; <-free }
	before := s.upstream.Load()
	var good atomic.Int64
	var together sync.WaitGroup
	for range 20 {
		together.Go(func() {
			if got := s.get("/v1/invoices?limit=3"); got.status == 200 {
				good.Add(1)
			}
		})
	}
	<-arrived
	for s.gateway.State().Shared < 20 {
		time.Sleep(time.Millisecond) // between two looks; the test's own end is the limit
	}
	close(free)
	together.Wait()
	if asked := s.upstream.Load() - before; asked != 1 || good.Load() != 20 {
		t.Errorf("%d requests to Stripe for %d answers", asked, good.Load())
	}
}

// TestWhatStripeAnswersWrongly is never passed on.
func TestWhatStripeAnswersWrongly(t *testing.T) {
	s := MustStage(t, "active", nil)
	for name, alter := range map[string]func(*http.Response){
		"a redirect":      func(r *http.Response) { r.StatusCode = 302; r.Header.Set("Location", "http://evil.example") },
		"a page":          func(r *http.Response) { r.Header.Set("Content-Type", "text/html") },
		"another version": func(r *http.Response) { r.Header.Set("Stripe-Version", "2024-06-20") },
		"no end":          func(r *http.Response) { r.ContentLength = -1; r.Body = io.NopCloser(endless{}) },
		"a bad key":       func(r *http.Response) { r.StatusCode = 401 },
		"nothing":         func(r *http.Response) { r.ContentLength = 0; r.Body = io.NopCloser(strings.NewReader("")) },
	} {
		s.alter = func(_ *http.Request, response *http.Response) { alter(response) }
		if got := s.get("/v1/invoices"); got.status != http.StatusBadGateway || strings.Contains(got.body, "evil") {
			t.Errorf("%s: %d %.200s", name, got.status, got.body)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestReturnPage(t *testing.T) {
	s := MustStage(t, "active", func(c *gateway.Config) { c.Policy.Vendor = `Quill & <b>forge</b>` })
	path := "/billfold/v1/return/4711/abcdefghijklmnop"
	got := s.ask("GET", path, "", "Authorization", "")
	if got.status != 200 || !strings.Contains(got.body, `href="http://127.0.0.1:4711/abcdefghijklmnop"`) || strings.Contains(got.body, "<b>") ||
		!strings.HasPrefix(got.header.Get("Content-Security-Policy"), "default-src 'none'") || got.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%d %v %s", got.status, got.header, got.body)
	}
	for _, other := range []string{"80/abcdefghijklmnop", "99999/abcdefghijklmnop", "4711/short", "4711/abcdefghijklmnop/x", "evil.example/abcdefghijklmnop", "4711/abcdefghijklmno%22", "4711/"} {
		if got := s.ask("GET", "/billfold/v1/return/"+other, "", "Authorization", ""); got.status != 404 {
			t.Errorf("%s: %d", other, got.status)
		}
	}
	session := s.ask("POST", "/v1/billing_portal/sessions", "return_url="+s.url+path)
	if session.status != 200 || !strings.Contains(session.body, path) {
		t.Errorf("%d %s", session.status, session.body)
	}
	if got := s.ask("POST", "/v1/billing_portal/sessions", "return_url="+s.url+"/billfold/v1/return/80/x"); got.status != 400 {
		t.Errorf("%d", got.status)
	}
}

func TestPolicy(t *testing.T) {
	days := 7
	s := MustStage(t, "active", func(c *gateway.Config) {
		c.Policy = gateway.Policy{Vendor: "Quillforge", GraceDays: &days, Plans: map[string]gateway.Plan{"prod_1": {Allowance: 1000, Unit: "credits"}}}
	})
	got := s.get("/billfold/v1/policy")
	want := `{"object":"billfold.policy","vendor":"Quillforge","grace_days":7,"plans":{"prod_1":{"allowance":1000,"unit":"credits"}},"portal_configuration":"` +
		s.firstID("/v1/billing_portal/configurations") + `"}`
	if got.status != 200 || got.body != want {
		t.Errorf("%d %s\nwant %s", got.status, got.body, want)
	}
	if again := s.ask("GET", "/billfold/v1/policy", "", "If-None-Match", got.header.Get("Etag")); again.status != 304 {
		t.Error(again.status)
	}
	if _, err := gateway.New(gateway.Config{StripeKey: "rk_1"}); err == nil {
		t.Error("a gateway that identifies nobody is made")
	}
}

// TestWhoMayOnlyReadWritesNothing: by the scope of the token.
func TestWhoMayOnlyReadWritesNothing(t *testing.T) {
	s := MustStage(t, "active", nil)
	s.token = s.issuer.signed(map[string]any{"customer": s.mine.customer, "scope": "openid"})
	before := s.upstream.Load()
	s.wantRefused("a write", s.ask("POST", "/v1/customers/"+s.mine.customer, "name=Ada"), 403, before)
	s.wantRefused("the portal", s.ask("POST", "/v1/billing_portal/sessions", ""), 403, before)
	if got := s.get("/v1/invoices"); got.status != 200 {
		t.Error(got.status)
	}
}

// TestStripeGoWorksThroughItUnchanged: for what is allowed.
func TestStripeGoWorksThroughItUnchanged(t *testing.T) {
	s := MustStageForTwo(t)
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{URL: stripe.String(s.url), LeveledLogger: &stripe.LeveledLogger{}})
	api := client.New(s.token, &stripe.Backends{API: backend})
	me := s.mine.customer
	invoices := api.Invoices.List(&stripe.InvoiceListParams{Customer: stripe.String(me), ListParams: stripe.ListParams{Limit: stripe.Int64(1)}})
	seen := 0
	for invoices.Next() {
		if invoices.Invoice().Customer.ID != me || invoices.Invoice().HostedInvoiceURL == "" {
			t.Errorf("%+v", invoices.Invoice())
		}
		seen++
	}
	if invoices.Err() != nil || seen != len(s.mine.ids["invoice"]) {
		t.Errorf("%d invoices, %v", seen, invoices.Err())
	}
	params := &stripe.SubscriptionParams{}
	params.AddExpand("items.data.price.product")
	if got, err := api.Subscriptions.Get(s.mine.ids["subscription"][0], params); err != nil || got.Items.Data[0].Price.Product.Name == "" {
		t.Errorf("%v", err)
	}
	if got, err := api.Customers.Update(me, &stripe.CustomerParams{Name: stripe.String("Ada")}); err != nil || got.Name != "Ada" {
		t.Errorf("%v", err)
	}
	if got, err := api.BillingPortalSessions.New(&stripe.BillingPortalSessionParams{Customer: stripe.String(me)}); err != nil || got.URL == "" {
		t.Errorf("%v", err)
	}
	if got, err := api.TaxIDs.New(&stripe.TaxIDParams{Customer: stripe.String(me), Type: stripe.String("us_ein"), Value: stripe.String("98-7654321")}); err != nil {
		t.Errorf("%v", err)
	} else if _, err := api.TaxIDs.Del(got.ID, &stripe.TaxIDParams{Customer: stripe.String(me)}); err != nil {
		t.Errorf("%v", err)
	}
	_, err := api.Invoices.Get(s.theirs.ids["invoice"][0], nil)
	if refused, ok := err.(*stripe.Error); !ok || refused.Code != stripe.ErrorCodeResourceMissing || refused.HTTPStatusCode != 404 {
		t.Errorf("%v", err)
	}
}
