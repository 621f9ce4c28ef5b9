package gateway_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"billfold/backend/gateway"
	"billfold/backend/gateway/scope"
	"billfold/backend/sandbox"
)

// stage is a gateway before a sandbox, and two people who have tokens.
type stage struct {
	testing.TB
	sandbox *sandbox.Sandbox
	issuer  *issuer
	gateway *gateway.Gateway
	url     string
	// mine is the scenario's customer, theirs another with everything mine has.
	mine, theirs graph
	token        string
	upstream     atomic.Int64 // requests that reached the sandbox from the gateway
	alter        func(*http.Request, *http.Response)
	watch        func(r *http.Request, body string)
	clock        *handClock
	log, audit   *safeBuffer
}

// graph is a customer's objects by kind.
type graph struct {
	customer string
	ids      map[string][]string
}

// handClock is the sandbox's clock.
type handClock struct{ seconds atomic.Int64 }

func (c *handClock) now() time.Time { return time.Unix(c.seconds.Load(), 0) }

// generous are limits that no test reaches.
func generous() gateway.Limits {
	return gateway.Limits{
		PerMinute: 1e9, Burst: 1e9, WritesPerMinute: 1e9, PortalPerMinute: 1e9, TaxIDsPerDay: 1e9, FailuresPerMinute: 1e9,
		StripePerSecond: 1e9, StripeAtOnce: 64,
	}
}

// MustStage starts a stage that ends with the test. change may alter the gateway's
// configuration.
func MustStage(tb testing.TB, scenario string, change func(*gateway.Config)) *stage {
	tb.Helper()
	s := &stage{TB: tb, clock: &handClock{}, log: &safeBuffer{}, audit: &safeBuffer{}}
	s.clock.seconds.Store(time.Now().Unix())
	var err error
	s.sandbox, err = sandbox.Start(tb.Context(), sandbox.Options{Scenario: scenario, Now: s.clock.now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.sandbox.Close() })
	s.issuer = MustIssue(tb)
	at, err := url.Parse(s.sandbox.URL())
	if err != nil {
		tb.Fatal(err)
	}
	config := gateway.Config{
		StripeURL: s.sandbox.URL(), StripeKey: s.sandbox.Key(), Identify: s.issuer.identity().Verify, Limits: generous(),
		Scope: scope.Settings{PortalHosts: []string{at.Host}, PortalConfiguration: s.firstID("/v1/billing_portal/configurations")},
		Log:   s.log.logger(), Audit: s.audit.logger(),
		Transport: roundTripper(s.carry),
	}
	config.Changes.Every = -1
	server := httptest.NewUnstartedServer(nil)
	config.PublicURL = "http://" + server.Listener.Addr().String()
	if change != nil {
		change(&config)
	}
	s.gateway, err = gateway.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	server.Config.Handler = s.gateway
	server.Start()
	s.url = server.URL
	tb.Cleanup(func() {
		_ = s.gateway.Close()
		server.Close()
	})
	s.mine = s.know(s.sandbox.Customer())
	s.token = s.issuer.token(s.mine.customer)
	return s
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// carry counts what reaches the sandbox, and alters answers where a test asks.
func (s *stage) carry(r *http.Request) (*http.Response, error) {
	s.upstream.Add(1)
	if s.watch != nil {
		var body []byte
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		s.watch(r, string(body))
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && s.alter != nil {
		s.alter(r, response)
	}
	return response, err
}

type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request through the gateway with the token of mine.
func (s *stage) ask(method, path, form string, headers ...string) answer {
	s.Helper()
	return s.send(s.request(method, path, form, headers...))
}

func (s *stage) request(method, path, form string, headers ...string) *http.Request {
	s.Helper()
	var body io.Reader
	if form != "" {
		body = strings.NewReader(form)
	}
	r, err := http.NewRequest(method, s.url+path, body)
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
	}
	return r
}

func (s *stage) get(path string) answer { return s.ask(http.MethodGet, path, "") }

func (s *stage) send(r *http.Request) answer {
	s.Helper()
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// merchant asks the sandbox itself, with the merchant's key.
func (s *stage) merchant(method, path string, pairs ...string) map[string]any {
	s.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	address := s.sandbox.URL() + path
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	} else if len(form) > 0 {
		address += "?" + form.Encode()
	}
	r, err := http.NewRequest(method, address, body)
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.sandbox.Key())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got := s.send(r)
	var object map[string]any
	if err := json.Unmarshal([]byte(got.body), &object); err != nil || got.status != http.StatusOK {
		s.Fatalf("%s %s %v: %d %s", method, path, pairs, got.status, got.body)
	}
	return object
}

func (s *stage) firstID(path string) string {
	s.Helper()
	return idsOf(s.merchant(http.MethodGet, path))[0]
}

func idsOf(list map[string]any) (ids []string) {
	data, _ := list["data"].([]any)
	for _, one := range data {
		object, _ := one.(map[string]any)
		id, _ := object["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

// know collects a customer's ids by the merchant's own eyes.
func (s *stage) know(customer string) graph {
	s.Helper()
	g := graph{customer: customer, ids: map[string][]string{"customer": {customer}}}
	list := func(kind, path string, pairs ...string) {
		g.ids[kind] = append(g.ids[kind], idsOf(s.merchant(http.MethodGet, path, append(pairs, "limit", "100")...))...)
	}
	list("tax_id", "/v1/customers/"+customer+"/tax_ids")
	list("payment_method", "/v1/customers/"+customer+"/payment_methods")
	list("customer_balance_transaction", "/v1/customers/"+customer+"/balance_transactions")
	list("subscription", "/v1/subscriptions", "customer", customer, "status", "all")
	list("invoice", "/v1/invoices", "customer", customer)
	list("charge", "/v1/charges", "customer", customer)
	list("payment_intent", "/v1/payment_intents", "customer", customer)
	list("credit_note", "/v1/credit_notes", "customer", customer)
	for _, subscription := range g.ids["subscription"] {
		list("subscription_item", "/v1/subscription_items", "subscription", subscription)
	}
	for _, invoice := range g.ids["invoice"] {
		list("line_item", "/v1/invoices/"+invoice+"/lines")
	}
	for _, charge := range g.ids["charge"] {
		list("refund", "/v1/refunds", "charge", charge)
	}
	return g
}

// addStranger makes another customer who has one of everything, with canary in
// every text that can be written.
func (s *stage) addStranger(canary string) {
	s.Helper()
	post := func(path string, pairs ...string) string {
		id, _ := s.merchant(http.MethodPost, path, pairs...)["id"].(string)
		return id
	}
	customer := post("/v1/customers", "name", canary+" name", "email", canary+"@example.com", "phone", canary[:6], "description", canary+" about",
		"address[line1]", canary+" street", "address[city]", canary, "address[country]", "DE", "metadata[note]", canary, "balance", "-1500")
	method := post("/v1/payment_methods", "type", "card", "card[token]", "tok_visa", "billing_details[name]", canary)
	post("/v1/payment_methods/"+method+"/attach", "customer", customer)
	post("/v1/customers/"+customer, "invoice_settings[default_payment_method]", method)
	post("/v1/customers/"+customer+"/tax_ids", "type", "us_ein", "value", "12-3456789")
	prices := idsOf(s.merchant(http.MethodGet, "/v1/prices"))
	subscription := post("/v1/subscriptions", "customer", customer, "items[0][price]", prices[0], "metadata[note]", canary)
	if subscription == "" {
		s.Fatal("no subscription")
	}
	post("/v1/invoiceitems", "customer", customer, "amount", "4200", "currency", "usd", "description", canary+" item")
	invoice := post("/v1/invoices", "customer", customer, "description", canary+" invoice", "pending_invoice_items_behavior", "include")
	post("/v1/invoices/" + invoice + "/finalize")
	paid := s.merchant(http.MethodPost, "/v1/invoices/"+invoice+"/pay")
	if charge, ok := paid["charge"].(string); ok {
		post("/v1/refunds", "charge", charge, "amount", "100", "metadata[note]", canary)
		post("/v1/credit_notes", "invoice", invoice, "amount", "300", "credit_amount", "300", "memo", canary+" memo")
	}
	s.theirs = s.know(customer)
	for _, kind := range []string{"tax_id", "payment_method", "customer_balance_transaction", "subscription", "invoice", "charge",
		"payment_intent", "credit_note", "subscription_item", "line_item", "refund"} {
		if len(s.theirs.ids[kind]) == 0 {
			s.Fatalf("the stranger has no %s", kind)
		}
	}
}

// safeBuffer is what a logger wrote.
type safeBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *safeBuffer) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// altering changes the text of Stripe's answers to one path.
func (s *stage) altering(path, old, with string) {
	s.alter = func(r *http.Request, response *http.Response) {
		if r.URL.Path != path {
			return
		}
		body, _ := io.ReadAll(response.Body)
		changed := strings.Replace(string(body), old, with, 1)
		if changed == string(body) {
			s.Errorf("nothing to alter in %s", path)
		}
		response.Body, response.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
	}
}

// raw sends a request as it is written, and gives the status.
func (s *stage) raw(request string) int {
	s.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, request); err != nil {
		s.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return 0 // the connection was ended without an answer
	}
	defer response.Body.Close()
	return response.StatusCode
}
