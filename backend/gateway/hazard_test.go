package gateway_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wantRefused checks that a request is refused without Stripe being asked.
func (s *stage) wantRefused(name string, got answer, status int, askedBefore int64) {
	s.Helper()
	if got.status != status || s.upstream.Load() != askedBefore {
		s.Errorf("%s: %d after %d requests to Stripe: %.300s", name, got.status, s.upstream.Load()-askedBefore, got.body)
	}
}

// TestForeignIDInPath: what is another's and what is not there cannot be told
// apart, not by a byte and not by what it takes.
func TestForeignIDInPath(t *testing.T) {
	s := MustStageForTwo(t)
	for _, kind := range []string{"subscription", "invoice", "charge", "payment_intent", "credit_note"} {
		theirs := s.theirs.ids[kind][0]
		none := theirs[:len(theirs)-4] + "zzzz"
		before := s.upstream.Load()
		foreign := s.get("/v1/" + kind + "s/" + theirs)
		took := s.upstream.Load() - before
		absent := s.get("/v1/" + kind + "s/" + none)
		if foreign.status != 404 || strings.ReplaceAll(foreign.body, theirs, none) != absent.body || absent.status != 404 {
			t.Errorf("%s: %d %s\n%d %s", kind, foreign.status, foreign.body, absent.status, absent.body)
		}
		if took != 1 || s.upstream.Load()-before != 2 {
			t.Errorf("%s: one took %d requests and the other %d", kind, took, s.upstream.Load()-before-took)
		}
	}
}

func TestForeignIDInCursor(t *testing.T) {
	s := MustStageForTwo(t)
	for path, kind := range map[string]string{
		"/v1/invoices": "invoice", "/v1/charges": "charge", "/v1/subscriptions": "subscription", "/v1/credit_notes": "credit_note",
		"/v1/payment_intents": "payment_intent", "/v1/invoices/" + s.mine.ids["invoice"][0] + "/lines": "line_item",
	} {
		theirs := s.theirs.ids[kind][0]
		none := theirs[:len(theirs)-4] + "zzzz"
		foreign, absent := s.get(path+"?starting_after="+theirs), s.get(path+"?starting_after="+none)
		if foreign.status != 400 || strings.ReplaceAll(foreign.body, theirs, none) != absent.body {
			t.Errorf("%s: %d %s\n%s", path, foreign.status, foreign.body, absent.body)
		}
	}
}

// TestForeignObjectInAnAnswer: whatever Stripe were to answer, no byte of
// another's goes back.
func TestForeignObjectInAnAnswer(t *testing.T) {
	s := MustStageForTwo(t)
	me, them := s.mine.customer, s.theirs.customer
	invoice := "/v1/invoices/" + s.mine.ids["invoice"][0]
	for name, test := range map[string]struct{ path, at, old, with string }{
		"in a list":                  {"/v1/invoices", "/v1/invoices", `"customer":"` + me, `"customer":"` + them},
		"in what was expanded":       {invoice + "?expand[]=charge", invoice, `"object":"charge"`, `"object":"charge","customer":"` + them + `"`},
		"in what was not asked for":  {invoice, invoice, `"footer":null`, `"surprise":{"object":"thing","customer":"` + them + `"}`},
		"as an object":               {invoice, invoice, `"footer":null`, `"surprise":[{"object":"customer","id":"` + them + `"}]`},
		"as an expanded customer":    {invoice, invoice, `"customer":"` + me + `"`, `"customer":{"object":"customer","id":"` + me + `"}`},
		"as a second customer":       {invoice, invoice, `"customer":"` + me + `"`, `"customer":"` + me + `","customer":"` + them + `"`},
		"in an escaped name":         {invoice, invoice, `"footer":null`, `"x":{"custom\u0065r":"` + them + `"}`},
		"in place of the customer":   {"/v1/customers/" + me, "/v1/customers/" + me, `"id":"` + me, `"id":"` + them},
		"as somebody's portal":       {"POST /v1/billing_portal/sessions", "/v1/billing_portal/sessions", `"customer":"` + me, `"customer":"` + them},
		"as a refund of theirs":      {"/v1/refunds?charge=" + s.mine.ids["charge"][0], "/v1/refunds", `"charge":"`, `"charge":"ch_other`},
		"as an item of theirs":       {"/v1/subscription_items?subscription=" + s.mine.ids["subscription"][0], "/v1/subscription_items", `"subscription":"`, `"subscription":"sub_other`},
		"as another invoice of mine": {invoice, invoice, `"id":"in_`, `"id":"in_other`},
		"with an object for an id":   {invoice, invoice, `"footer":null`, `"latest_revision":{"id":"in_x"}`},
		"with a kind that is none":   {invoice, invoice, `"object":"invoice"`, `"object":"invoices"`},
		"cut short":                  {invoice, invoice, `"number"`, `}`},
	} {
		t.Run(name, func(t *testing.T) {
			s.altering(test.at, test.old, test.with)
			method, path, given := strings.Cut(test.path, " ")
			if !given {
				method, path = http.MethodGet, test.path
			}
			got := s.ask(method, path, "")
			if got.status != http.StatusBadGateway || strings.Contains(got.body, them) || got.header.Get("Etag") != "" {
				t.Errorf("%d %v %.300s", got.status, got.header, got.body)
			}
		})
	}
	s.alter = nil
	if !strings.Contains(s.audit.String(), `"decision":"foreign answer kept back"`) {
		t.Error("nobody wrote it down")
	}
}

// TestNobodysObject: one that names no customer is nobody's to read.
func TestNobodysObject(t *testing.T) {
	s := MustStageForTwo(t)
	path := "/v1/charges/" + s.mine.ids["charge"][0]
	for _, owner := range []string{"null", `""`, `"\u0063` + s.mine.customer[1:] + `"`, `"` + s.mine.customer + `\u0000"`} {
		s.altering(path, `"customer":"`+s.mine.customer+`"`, `"customer":`+owner)
		if got := s.get(path); got.status != 404 || got.refusal(t).Code != "resource_missing" {
			t.Errorf("%s: %d %s", owner, got.status, got.body)
		}
	}
}

func TestForeignIDInExpand(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	for _, value := range []string{"customer", "data.customer", "data.charge.customer", "charge.transfer", "subscription.latest_invoice", s.theirs.customer} {
		for _, key := range []string{"expand[]", "expand[0]", "expand[9999]", "expand%5B%5D"} {
			for _, path := range []string{"/v1/invoices", "/v1/invoices/" + s.mine.ids["invoice"][0]} {
				s.wantRefused(key+"="+value, s.get(path+"?"+key+"="+value), 400, before)
			}
		}
	}
}

func TestForeignIDInNestedFormKey(t *testing.T) {
	s := MustStageForTwo(t)
	them, theirs := s.theirs.customer, s.theirs.ids["subscription"][0]
	for _, form := range []string{
		"flow_data[type]=subscription_cancel&flow_data[subscription_cancel][subscription]=" + theirs,
		"flow_data[type]=subscription_update&flow_data[subscription_update][subscription]=" + theirs,
		"flow_data[customer]=" + them, "customer[id]=" + them, "customer[]=" + them, "flow_data[type][customer]=" + them,
		"flow_data%5Btype%5D=subscription_cancel&flow_data%5Bsubscription_cancel%5D%5Bsubscription%5D=" + theirs,
	} {
		if got := s.ask(http.MethodPost, "/v1/billing_portal/sessions", form); got.status != 400 {
			t.Errorf("%s: %d %s", form, got.status, got.body)
		}
	}
	form := "invoice_settings[default_payment_method]=" + s.theirs.ids["payment_method"][0]
	if got := s.ask(http.MethodPost, "/v1/customers/"+s.mine.customer, form); got.status != 400 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestDuplicateParameters(t *testing.T) {
	s := MustStageForTwo(t)
	me, them := s.mine.customer, s.theirs.customer
	before := s.upstream.Load()
	for _, query := range []string{
		"customer=" + me + "&customer=" + them, "limit=1&limit=100", "status=all&status=active", "limit=1&limit%3D=1",
		"customer=" + me + "&customer%20=" + them, "expand[0]=data.latest_invoice&expand[0]=data.plan.product",
	} {
		s.wantRefused(query, s.get("/v1/subscriptions?"+query), 400, before)
	}
	s.wantRefused("a body", s.ask("POST", "/v1/customers/"+me, "name=a&name=b"), 400, before)
}

func TestArraysWhereScalarsAreExpected(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	for _, query := range []string{
		"customer[]=" + s.theirs.customer, "customer[0]=" + s.theirs.customer, "customer[a]=x", "limit[]=1", "status[0]=all", "starting_after[]=in_1111",
		"limit[", "limit]", "[limit]=1", "created=1", "created[]=1", "created[gte][]=1",
	} {
		s.wantRefused(query, s.get("/v1/invoices?"+query), 400, before)
	}
}

func TestPercentEncoding(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	me, mine := s.mine.customer, s.mine.ids["invoice"][0]
	for _, path := range []string{
		"/v1/invoices/" + mine + "%2Flines", "/v1/invoices/%69n_1111", "/v1%2Finvoices", "/v1/customers/" + me + "%00", "/v1/invoices/..%2Fcustomers",
		"/v1/invoices/" + mine + "%3Fexpand[]=customer", "/v1/customers/%63us_1111", "/v1/invoices/" + mine + "%252Flines",
	} {
		s.wantRefused(path, s.get(path), 404, before)
	}
}

func TestPathTraversal(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	for _, path := range []string{
		"/v1/customers/../invoices", "/v1/./invoices", "/v1/customers/" + s.mine.customer + "/../" + s.theirs.customer, "//v1/invoices",
		"/v1/invoices;/lines", "/v1/invoices/..;/customers", "/v1/customers/" + s.mine.customer + "/tax_ids/..", "/../v1/events", "/v1\\invoices",
	} {
		status := s.raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + s.token + "\r\nConnection: close\r\n\r\n")
		if status < 400 || status >= 500 || s.upstream.Load() != before {
			t.Errorf("%s: %d", path, status)
		}
	}
	// An address in the request line leads nowhere else.
	status := s.raw("GET http://evil.example/v1/events HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer " + s.token + "\r\nConnection: close\r\n\r\n")
	if status != 404 || s.upstream.Load() != before {
		t.Errorf("%d", status)
	}
}

func TestMethodOverride(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		s.wantRefused(header, s.ask("GET", "/v1/customers/"+s.mine.customer, "", header, "DELETE"), 400, before)
	}
	s.wantRefused("_method", s.ask("POST", "/v1/customers/"+s.mine.customer, "_method=DELETE"), 400, before)
	for _, method := range []string{"HEAD", "OPTIONS", "PUT", "PATCH", "TRACE", "DELETE", "get", "PROPFIND"} {
		s.wantRefused(method, s.ask(method, "/v1/invoices", ""), 404, before)
	}
}

// TestHeaderSmuggling: a header either means nothing or is refused, and what goes
// to Stripe was written by the gateway.
func TestHeaderSmuggling(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	for _, header := range []string{"Stripe-Account", "stripe-context", "X-Original-URL", "X-Rewrite-Url"} {
		s.wantRefused(header, s.ask("GET", "/v1/invoices", "", header, "acct_1"), 400, before)
	}
	s.wantRefused("another version", s.ask("GET", "/v1/invoices", "", "Stripe-Version", "2024-06-20"), 400, before)
	for _, name := range []string{"Idempotency-Key", "Content-Type", "If-None-Match"} {
		r := s.request("GET", "/v1/invoices", "")
		r.Header[name] = []string{"a", "b"}
		s.wantRefused("two of "+name, s.send(r), 400, before)
	}
	r := s.request("GET", "/v1/invoices", "")
	r.Header["Authorization"] = append(r.Header["Authorization"], "Bearer "+s.issuer.token(s.theirs.customer))
	s.wantRefused("two tokens", s.send(r), 401, before)
	for name, request := range map[string]string{
		"both lengths":   "POST /v1/customers/" + s.mine.customer + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + s.token + "\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nname=",
		"a hidden body":  "GET /v1/invoices HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + s.token + "\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na=bc\r\n0\r\n\r\n",
		"strange coding": "POST /v1/invoices HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + s.token + "\r\nTransfer-Encoding: xchunked\r\n\r\n",
	} {
		if status := s.raw(request); status != 400 && status != 501 || s.upstream.Load() != before {
			t.Errorf("%s: %d", name, status)
		}
	}
	var sent []http.Header
	s.watch = func(r *http.Request, _ string) { sent = append(sent, r.Header.Clone()) }
	s.ask("GET", "/v1/invoices", "", "Cookie", "a=b", "X-Forwarded-For", "1.2.3.4", "User-Agent", "spy", "X-Stripe-Client-User-Agent", `{"uname":"my computer"}`, "Forwarded", "for=1")
	s.watch = nil
	if len(sent) != 1 {
		t.Fatalf("%d requests", len(sent))
	}
	for name := range sent[0] {
		if !slices.Contains([]string{"Authorization", "Stripe-Version", "User-Agent"}, name) {
			t.Errorf("%s travels to Stripe", name)
		}
	}
	if sent[0].Get("Authorization") != "Bearer "+s.sandbox.Key() || sent[0].Get("User-Agent") != "Billfold-Gateway" {
		t.Error("Stripe was not asked by the gateway")
	}
}

func TestJSONBody(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	for _, kind := range []string{
		"application/json", "text/plain", "", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; boundary=x",
		"application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded, application/json",
	} {
		got := s.ask("POST", "/v1/customers/"+s.mine.customer, `{"balance": -1000000}`, "Content-Type", kind)
		s.wantRefused(kind, got, 400, before)
	}
}

func TestGETWithABody(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	s.wantRefused("GET", s.ask("GET", "/v1/invoices", "customer="+s.theirs.customer), 400, before)
	s.wantRefused("DELETE", s.ask("DELETE", "/v1/customers/"+s.mine.customer+"/tax_ids/"+s.mine.ids["tax_id"][0], "a=b"), 400, before)
}

func TestHugeBody(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	s.wantRefused("17 KiB", s.ask("POST", "/v1/customers/"+s.mine.customer, "name="+strings.Repeat("x", 17<<10)), 400, before)
	r := s.request("POST", "/v1/customers/"+s.mine.customer, strings.Repeat("name=a&", 100_000))
	r.ContentLength = -1
	s.wantRefused("without a length", s.send(r), 400, before)
}

// TestNoWayWithoutAToken walks all rules and all paths of the gateway's own.
func TestNoWayWithoutAToken(t *testing.T) {
	s := MustStageForTwo(t)
	before := s.upstream.Load()
	paths := []string{"GET /billfold/v1/whoami", "GET /billfold/v1/policy", "GET /billfold/v1/version", "GET /billfold/v1/stream", "GET /metrics", "GET /"}
	for _, call := range allowedCalls {
		paths = append(paths, call.method+" "+s.filled(call.path))
	}
	for _, at := range paths {
		method, path, _ := strings.Cut(at, " ")
		for _, authorization := range []string{"", "Bearer", "Bearer ", "Basic " + s.token, "Bearer x", s.token, "Bearer " + s.sandbox.Key(), "Bearer " + s.token + "x"} {
			got := s.ask(method, path, "", "Authorization", authorization)
			s.wantRefused(at+" with "+authorization, got, 401, before)
			if got.refusal(t).Code != "token_invalid" {
				t.Errorf("%s: %s", at, got.body)
			}
		}
	}
}

// TestIdempotencyKeysAreEachOnesOwn: keys share the merchant's name space.
func TestIdempotencyKeysAreEachOnesOwn(t *testing.T) {
	s := MustStageForTwo(t)
	var keys []string
	s.watch = func(r *http.Request, _ string) {
		if r.Method == http.MethodPost {
			keys = append(keys, r.Header.Get("Idempotency-Key"))
		}
	}
	write := func(customer, key string) {
		s.token = s.issuer.token(customer)
		if got := s.ask("POST", "/v1/customers/"+customer, "name=Ada", "Idempotency-Key", key); got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	write(s.mine.customer, "same")
	write(s.mine.customer, "same")
	write(s.theirs.customer, "same")
	write(s.mine.customer, "other")
	if keys[0] != keys[1] || keys[0] == keys[2] || keys[0] == keys[3] || !regexp.MustCompile(`^billfold_[0-9a-f]{64}$`).MatchString(keys[0]) {
		t.Errorf("%q", keys)
	}
}
