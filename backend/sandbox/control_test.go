package sandbox_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

var controlToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

// press sends a form of the control page as a browser does.
func (c client) press(action string, change func(*http.Request), pairs ...string) answer {
	c.Helper()
	token := controlToken.FindSubmatch(c.get("/_sandbox/").body)
	r := c.request(http.MethodPost, "/_sandbox/do/"+action, formOf(append([]string{"token", string(token[1])}, pairs...)))
	r.Header.Del("Authorization")
	r.Header.Set("Origin", c.URL())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if change != nil {
		change(r)
	}
	return c.send(r)
}

func TestTheControlPageSteers(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	before := len(c.all("/v1/invoices?", "100"))
	page := c.press("advance", nil, "hours", "744")
	if page.status != 200 || !strings.Contains(string(page.body), "Tuesday, 3 March 2026") || !strings.Contains(string(page.body), "31 days ahead") {
		t.Errorf("%d %s", page.status, page.body)
	}
	if after := len(c.all("/v1/invoices?", "100")); after != before+1 {
		t.Errorf("%d invoices, then %d", before, after)
	}
	c.press("fault", nil, "do", "429", "on", "GET /v1/charges", "times", "1")
	if got := c.get("/v1/charges").status; got != 429 {
		t.Errorf("with a fault: %d", got)
	}
	c.press("fault", nil, "do", "500")
	c.press("clear", nil)
	if got := c.get("/v1/charges").status; got != 200 {
		t.Errorf("without: %d", got)
	}
	if page := c.press("chaos", nil, "chaos", "true"); !strings.Contains(string(page.body), "out of order and twice") {
		t.Errorf("%s", page.body)
	}
	for action, pairs := range map[string][]string{
		"advance": {"hours", "0"}, "fault": {"do", "fire"}, "chaos": {"chaos", "perhaps"},
	} {
		if got := c.press(action, nil, pairs...).status; got != 400 {
			t.Errorf("%s %v: %d", action, pairs, got)
		}
	}
	clock.advance(time.Hour)
}

func TestNobodyElseSteers(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	for name, test := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"our own page":                 {func(*http.Request) {}, 200},
		"another site":                 {func(r *http.Request) { r.Header.Set("Origin", "https://example.com") }, 403},
		"another port":                 {func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") }, 403},
		"an origin that is hidden":     {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"a browser that says it":       {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"a name that leads here":       {func(r *http.Request) { r.Host = "rebound.example.com" }, 421},
		"without the token":            {func(r *http.Request) { r.Body, r.ContentLength = http.NoBody, 0 }, 403},
		"a token in the address alone": {func(r *http.Request) { r.URL.RawQuery = "token=x&hours=1"; r.Body, r.ContentLength = http.NoBody, 0 }, 403},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.press("clear", test.change); got.status != test.want {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}

// TestHostileTextsStayText: nothing a customer is called becomes part of a page.
func TestHostileTextsStayText(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "hostile", Now: clock.now})
	c.made("/v1/customers/"+c.Customer(), "email", `"><script>@example.com`, "name", `<script>alert(1)</script>`)
	c.refundSomething()
	clock.advance(40 * 24 * time.Hour)
	for _, path := range []string{"/outbox", "/_sandbox/"} {
		page := c.get(path)
		if page.status != 200 || strings.Contains(strings.ToLower(string(page.body)), "<script") || strings.Contains(string(page.body), "<img") {
			t.Errorf("%s: %d %.2000s", path, page.status, page.body)
		}
		if policy := page.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'self'") {
			t.Errorf("%s: %s", path, policy)
		}
	}
	if !strings.Contains(string(c.get("/outbox").body), "&lt;script&gt;") {
		t.Error("the hostile name is not in the outbox")
	}
	if style := c.get("/_sandbox/page.css"); style.status != 200 || !strings.HasPrefix(style.header.Get("Content-Type"), "text/css") {
		t.Errorf("%d %v", style.status, style.header)
	}
}
