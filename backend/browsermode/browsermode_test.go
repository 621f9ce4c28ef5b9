package browsermode_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"billfold/backend/billing"
	"billfold/backend/browsermode"
	"billfold/backend/companion"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// window is a built window of one page and one script.
var window = fstest.MapFS{
	"index.html":       {Data: []byte("<!doctype html><title>Billfold</title>")},
	"assets/app-1a.js": {Data: []byte("export {}")},
}

// page is a browser's page: a client with the server's address and, once it has
// one, a session.
type page struct {
	t       *testing.T
	server  *browsermode.Server
	origin  string
	token   string
	session string
	client  *http.Client
}

func mustServe(t *testing.T, change func(*browsermode.Config)) *page {
	t.Helper()
	opened, err := companion.Open(t.Context(), companion.Config{
		Dir:       t.TempDir(),
		Target:    companion.Target{Connection: companion.ConnectionGateway, URL: "https://billing.example", Customer: "cus_1"},
		Scenarios: []companion.Scenario{{Name: "active", Description: "All is well."}},
		Dial: func(context.Context, companion.Target) (companion.Dialed, error) {
			return companion.Dialed{}, billing.NewError(billing.CodeOffline, "The server cannot be reached.", errors.New("no network"))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	config := browsermode.Config{Assets: window, Companion: opened, IdleExit: -1}
	if change != nil {
		change(&config)
	}
	server, err := browsermode.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{t: t, server: server, client: &http.Client{Transport: &http.Transport{}}}
	p.origin, p.token, _ = strings.Cut(server.URL(), "/#token=")
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		if err := errors.Join(server.Close(), server.Wait(), opened.Close()); err != nil {
			t.Error(err)
		}
	})
	return p
}

// request makes a call as our own page would; change spoils it.
func (p *page) request(method, path, body string, change func(*http.Request)) (status int, header http.Header, answer string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.origin+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Billfold", "1")
		r.Header.Set("Origin", p.origin)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if p.session != "" {
		r.Header.Set("Authorization", "Bearer "+p.session)
	}
	if change != nil {
		change(r)
	}
	response, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	bytes, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(bytes)
}

func (p *page) signIn() {
	p.t.Helper()
	status, _, answer := p.request("POST", "/session", `{"token":"`+p.token+`"}`, nil)
	var got struct{ Session string }
	if err := json.Unmarshal([]byte(answer), &got); err != nil || status != 200 || got.Session == "" {
		p.t.Fatalf("POST /session = %d %s", status, answer)
	}
	p.session = got.Session
}

func TestTokenWorksOnce(t *testing.T) {
	p := mustServe(t, nil)
	p.signIn()
	if status, _, _ := p.request("POST", "/session", `{"token":"`+p.token+`"}`, nil); status != 403 {
		t.Fatalf("second use of a token = %d, want 403", status)
	}
	if status, _, _ := p.request("POST", "/call/SyncState", `[]`, nil); status != 200 {
		t.Fatalf("the session of the first use = %d, want 200", status)
	}
}

func TestEachAddressHasATokenOfItsOwn(t *testing.T) {
	p := mustServe(t, nil)
	_, second, _ := strings.Cut(p.server.URL(), "/#token=")
	if second == p.token || len(second) < 40 {
		t.Fatalf("tokens %q and %q", p.token, second)
	}
	p.signIn()
	p.token = second
	p.signIn()
}

func TestCallIsRefused(t *testing.T) {
	p := mustServe(t, nil)
	p.signIn()
	cases := []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"ByARebindingHost", func(r *http.Request) { r.Host = "evil.example:80"; r.Header.Set("Origin", "http://evil.example:80") }, 421},
		{"ByARebindingHostWithoutOrigin", func(r *http.Request) { r.Host = "evil.example"; r.Header.Del("Origin") }, 421},
		{"ByAForeignOrigin", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
		{"ByAnotherPortOfThisMachine", func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") }, 403},
		{"ByANullOrigin", func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		{"ByASiteThatFetches", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"ByAnotherPortThatFetches", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		{"WithoutOurHeader", func(r *http.Request) { r.Header.Del("X-Billfold") }, 403},
		{"AsAForm", func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, 415},
		{"AsPlainText", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
		{"WithoutASession", func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		{"WithAGuessedSession", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+strings.Repeat("A", 43)) }, 401},
		{"WithAnEmptySession", func(r *http.Request) { r.Header.Set("Authorization", "Bearer ") }, 401},
		{"WithTheTokenInPlaceOfTheSession", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+p.token) }, 401},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, header, answer := p.request("POST", "/call/Overview", `[]`, c.change)
			if status != c.want {
				t.Fatalf("status %d %s, want %d", status, answer, c.want)
			}
			for name := range header {
				if strings.HasPrefix(name, "Access-Control-") || name == "Set-Cookie" {
					t.Errorf("answer has %s", name)
				}
			}
		})
	}
}

func TestAddressOfTheMachineInAnyForm(t *testing.T) {
	p := mustServe(t, nil)
	for _, host := range []string{"localhost:9", "127.0.0.1:9", "127.0.0.2:9", "[::1]:9", "localhost"} {
		if status, _, _ := p.request("GET", "/", "", func(r *http.Request) { r.Host = host }); status != 200 {
			t.Errorf("host %q = %d, want 200", host, status)
		}
	}
	for _, host := range []string{"localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0:9", "[::]:9", "192.168.1.4:9"} {
		if status, _, _ := p.request("GET", "/", "", func(r *http.Request) { r.Host = host }); status != 421 {
			t.Errorf("host %q = %d, want 421", host, status)
		}
	}
}

func TestALinkMayOpenTheWindowButLoadNoPartOfIt(t *testing.T) {
	p := mustServe(t, nil)
	opened := func(mode, dest string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Sec-Fetch-Mode", mode)
			r.Header.Set("Sec-Fetch-Dest", dest)
		}
	}
	if status, _, _ := p.request("GET", "/", "", opened("navigate", "document")); status != 200 {
		t.Errorf("a link to the window = %d, want 200", status)
	}
	for _, dest := range []string{"iframe", "script", "image", "empty"} {
		if status, _, _ := p.request("GET", "/assets/app-1a.js", "", opened("no-cors", dest)); status != 403 {
			t.Errorf("loaded as %s = %d, want 403", dest, status)
		}
	}
	if status, _, _ := p.request("GET", "/", "", opened("navigate", "iframe")); status != 403 {
		t.Errorf("framed = %d, want 403", status)
	}
}

func TestEveryAnswerCarriesThePolicy(t *testing.T) {
	p := mustServe(t, nil)
	for _, path := range []string{"/", "/assets/app-1a.js", "/nothing", "/events"} {
		_, header, _ := p.request("GET", path, "", nil)
		policy := header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") ||
			!strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s has policy %q", path, policy)
		}
		if header.Get("Referrer-Policy") != "no-referrer" || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s has header %v", path, header)
		}
	}
}

func TestOnlyListedMethodsCanBeCalled(t *testing.T) {
	p := mustServe(t, nil)
	p.signIn()
	listed := browsermode.Methods()
	companionType := reflect.TypeFor[*companion.Companion]()
	for i := range companionType.NumMethod() {
		name := companionType.Method(i).Name
		status, _, answer := p.request("POST", "/call/"+name, `[{},{},{}]`, nil)
		if callable := status != http.StatusNotFound; callable != slices.Contains(listed, name) {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
	for _, unlisted := range []string{"Close", "Subscribe", "Show", "Pull", "Open", "overview"} {
		if slices.Contains(listed, unlisted) {
			t.Errorf("%s is listed", unlisted)
		}
	}
}

func TestNonsenseArgumentsAreRefused(t *testing.T) {
	p := mustServe(t, nil)
	p.signIn()
	for _, c := range []struct{ path, body string }{
		{"/call/Overview", ``}, {"/call/Overview", `{}`}, {"/call/Overview", `[1]`},
		{"/call/Invoices", `[]`}, {"/call/Invoices", `["x"]`}, {"/call/Invoice", `[{"a":1}]`},
		{"/call/SetPreferences", `[{"theme":"<script>"}]`}, {"/call/OpenScenario", `["../../etc"]`},
		{"/call/Invoices", `[` + strings.Repeat(" ", 70<<10) + `{}]`},
	} {
		status, _, answer := p.request("POST", c.path, c.body, nil)
		var problem companion.Problem
		if err := json.Unmarshal([]byte(answer), &problem); err != nil || status != 400 || problem.Code != billing.CodeInvalid {
			t.Errorf("%s %.20s = %d %s", c.path, c.body, status, answer)
		}
	}
}

func TestProblemsReachThePageWithTheirCode(t *testing.T) {
	p := mustServe(t, nil)
	p.signIn()
	status, _, answer := p.request("POST", "/call/Invoice", `["in_unknown1"]`, nil)
	var problem companion.Problem
	if err := json.Unmarshal([]byte(answer), &problem); err != nil || status != 404 || problem.Code != billing.CodeNotFound || problem.Message == "" {
		t.Fatalf("Invoice = %d %s", status, answer)
	}
}

func TestEventsTellOfASync(t *testing.T) {
	p := mustServe(t, nil)
	p.signIn()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	r, err := http.NewRequestWithContext(ctx, "GET", p.origin+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.session)
	response, err := p.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	lines := bufio.NewScanner(response.Body)
	lines.Scan() // the greeting: we are subscribed now
	p.request("POST", "/call/Sync", `[]`, nil)
	for lines.Scan() {
		if lines.Text() == "event: sync" {
			break
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for p.syncState().Running {
		time.Sleep(5 * time.Millisecond)
	}
	if problem := p.syncState().Problem; problem == nil || problem.Code != billing.CodeOffline {
		t.Fatalf("problem = %+v, want offline", problem)
	}
}

func (p *page) syncState() companion.SyncState {
	p.t.Helper()
	_, _, answer := p.request("POST", "/call/SyncState", `[]`, nil)
	var state companion.SyncState
	if err := json.Unmarshal([]byte(answer), &state); err != nil {
		p.t.Fatal(err)
	}
	return state
}

func TestEndsWhenNobodyLooks(t *testing.T) {
	p := mustServe(t, func(c *browsermode.Config) { c.IdleExit = 50 * time.Millisecond })
	ended := make(chan error, 1)
	go func() { ended <- p.server.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("still serving")
	}
}

func TestListensOnThisMachineOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0", "127.0.0.1"} {
		_, err := browsermode.Start(t.Context(), browsermode.Config{Listen: address, Assets: window, IdleExit: -1})
		if billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("Start on %q = %v, want a refusal", address, err)
		}
	}
}

func TestTakenPortIsNamed(t *testing.T) {
	p := mustServe(t, nil)
	_, err := browsermode.Start(t.Context(), browsermode.Config{Listen: strings.TrimPrefix(p.origin, "http://"), Assets: window})
	if billing.CodeOf(err) != billing.CodeBusy || !strings.Contains(billing.MessageOf(err), "--listen") {
		t.Fatalf("Start on a taken port = %v", err)
	}
}

func TestBuildWithoutAWindowSaysSo(t *testing.T) {
	p := mustServe(t, func(c *browsermode.Config) { c.Assets = fstest.MapFS{} })
	if status, _, answer := p.request("GET", "/", "", nil); status != 404 || !strings.Contains(answer, "make build") {
		t.Fatalf("GET / = %d %s", status, answer)
	}
}

func TestNoTokenReachesTheLog(t *testing.T) {
	var log bytes.Buffer
	p := mustServe(t, func(c *browsermode.Config) { c.Log = newLog(&log) })
	p.signIn()
	p.request("POST", "/session", `{"token":"`+p.token+`"}`, nil)
	p.request("POST", "/call/Overview", `[]`, func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") })
	if log.Len() == 0 || strings.Contains(log.String(), p.token) || strings.Contains(log.String(), p.session) {
		t.Fatalf("log: %s", log.String())
	}
}
