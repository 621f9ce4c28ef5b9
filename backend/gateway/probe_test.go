package gateway_test

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"billfold/backend/gateway/scope"
)

// prober makes up requests of one who has one good token and knows every id of
// somebody else's.
type prober struct {
	*rand.Rand
	mine, theirs []string
	templates    []string
}

func flat(g graph) (all []string) {
	for _, kind := range slices.Sorted(maps.Keys(g.ids)) {
		all = append(all, g.ids[kind]...)
	}
	return all
}

func (p *prober) of(words ...string) string { return words[p.IntN(len(words))] }

// id is one of theirs, of one's own, or one that was tampered with.
func (p *prober) id() string {
	switch p.IntN(8) {
	case 0, 1, 2:
		return p.of(p.theirs...)
	case 3:
		return p.of(p.theirs...) + p.of("%00", "%2F", "/", "/..", "?expand[]=customer", "x", "%20", ";a", ",", "#")
	case 4:
		return p.of("..", "%2e%2e", "search", "upcoming", "", "*", "0", "null")
	default:
		return p.of(p.mine...)
	}
}

var place = regexp.MustCompile(`\{[a-z_.]+\}`)

func (p *prober) path() string {
	_, path, _ := strings.Cut(p.of(p.templates...), " ")
	if p.IntN(12) == 0 {
		path = p.of("/v1/events", "/v1/customers", "/v1/balance", "/v1/tax_ids", "/v1/payment_methods", "/v1/products", "/v1/customers/{customer}/subscriptions",
			"/v1/customers/{customer}/sources", "/v1/invoices/{invoice}/pay", "/v1/events/{charge}", "/v2/core/events", "//v1/invoices", "/v1/invoices/search",
			"/billfold/v1/whoami", "/billfold/v1/version", "/billfold/v1/policy", "/billfold/v1/return/4711/{customer}", "/metrics")
	}
	return place.ReplaceAllStringFunc(path, func(kind string) string {
		if p.IntN(6) > 0 { // of the right kind, so that the request gets far
			prefix := map[string]string{"{customer}": "cus_", "{invoice}": "in_", "{subscription}": "sub_", "{charge}": "ch_", "{payment_intent}": "pi_",
				"{credit_note}": "cn_", "{tax_id}": "txi_", "{payment_method}": "pm_", "{price}": "price_", "{product}": "prod_"}[kind]
			from := p.mine
			if p.IntN(3) == 0 {
				from = p.theirs
			}
			for _, id := range p.Perm(len(from)) {
				if prefix != "" && strings.HasPrefix(from[id], prefix) {
					return from[id]
				}
			}
		}
		return p.id()
	})
}

func (p *prober) form() string {
	var pairs []string
	for range p.IntN(7) / 2 {
		name := p.of("customer", "limit", "starting_after", "ending_before", "subscription", "invoice", "charge", "payment_intent", "status", "expand[]", "expand[0]",
			"created[gte]", "customer[]", "customer[id]", "return_url", "configuration", "flow_data[type]", "flow_data[subscription_cancel][subscription]",
			"default_payment_method", "invoice_settings[default_payment_method]", "name", "type", "value", "query", "metadata[a]", "expand", "ids[]", "email")
		value := p.id()
		switch p.IntN(4) {
		case 0:
			value = p.of("1", "100", "101", "all", "card", "us_ein", "paid", "http://127.0.0.1:4711/x", "subscription_cancel", canary+"@example.com")
		case 1:
			value = p.of("customer", "data.customer", "data.charge.customer", "data.latest_invoice", "latest_invoice.charge", "refunds", "data.refunds", "tax_ids", "charge", "data.payment_intent.customer")
		}
		if name == "name" || name == "value" { // what one writes down oneself comes back
			value = p.of("Ada", "12-3456789")
		}
		switch p.IntN(5) {
		case 0:
			pairs = append(pairs, name+"="+value)
		case 1:
			pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(value)+p.of("", ";", "&", "&&", "%"))
		default:
			pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(value))
		}
	}
	return strings.Join(pairs, "&")
}

// TestRandomProbe sends generated requests as one customer, and looks for any of
// the other's ids or texts in every answer. BILLFOLD_PROBE says how many; `make
// probe` sends 50,000.
func TestRandomProbe(t *testing.T) {
	count := 3000
	if wanted, err := strconv.Atoi(os.Getenv("BILLFOLD_PROBE")); err == nil {
		count = wanted
	}
	s := MustStageForTwo(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	p := &prober{Rand: rand.New(rand.NewPCG(seed, 1)), mine: flat(s.mine), theirs: flat(s.theirs), templates: scope.Templates()}
	for _, template := range scope.Templates() { // reads twice as often
		if strings.HasPrefix(template, "GET") {
			p.templates = append(p.templates, template)
		}
	}
	answered := map[int]int{}
	for sent := 0; sent < count; {
		method, form, query := p.of("GET", "GET", "GET", "GET", "POST", "DELETE", "PUT"), "", p.form()
		if method == "POST" {
			form, query = query, ""
		}
		r, ok := s.crafted(method, p.path(), query, form, p)
		if !ok {
			continue // it cannot be sent
		}
		sent++
		got := s.send(r)
		answered[got.status]++
		whole := got.body
		for name, values := range got.header {
			whole += name + strings.Join(values, " ")
		}
		said := r.URL.String() + " " + form
		if unescaped, err := url.QueryUnescape(said); err == nil {
			said += unescaped
		}
		for _, secret := range append(slices.Clone(p.theirs), canary) {
			if strings.Contains(whole, secret) && !strings.Contains(said, secret) {
				at := strings.Index(whole, secret)
				t.Fatalf("%s %s %q gives away %s: ...%.200s", method, r.URL, form, secret, whole[max(0, at-100):])
			}
		}
		if got.status == http.StatusOK && strings.Contains(whole, canary) {
			t.Fatalf("%s %s %q: %.300s", method, r.URL, form, whole)
		}
	}
	t.Logf("answers: %v", answered)
	if answered[200] < count/20 || answered[404] < count/10 || answered[400] < count/10 || answered[502] > 0 {
		t.Errorf("the probe does not reach everything: %v", answered)
	}
}

// crafted is a request whose address may be anything that can be sent.
func (s *stage) crafted(method, path, query, form string, p *prober) (*http.Request, bool) {
	path, inside, _ := strings.Cut(path, "?")
	r := s.request(method, "/", form)
	r.URL.Opaque = "" // the path is written as it is
	unescaped, err := url.PathUnescape(path)
	if err != nil || strings.ContainsAny(path, "# ") {
		return nil, false
	}
	r.URL.Path, r.URL.RawPath = unescaped, path
	r.URL.RawQuery = strings.Trim(inside+"&"+query, "&")
	if p.IntN(10) == 0 {
		r.Header.Set(p.of("Stripe-Account", "X-HTTP-Method-Override", "If-None-Match", "Stripe-Version", "X-Forwarded-For", "Cookie", "Idempotency-Key"), p.of(p.theirs...))
	}
	return r, true
}
