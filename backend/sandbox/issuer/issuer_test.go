package issuer_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"billfold/backend/sandbox/issuer"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the library has no logger of its own
	os.Exit(m.Run())
}

func start(t *testing.T) *issuer.Issuer {
	t.Helper()
	i, err := issuer.Start(t.Context(), issuer.Options{
		ClientID: "billfold", Audience: "https://gateway.example",
		People: func(context.Context) ([]issuer.Person, error) {
			return []issuer.Person{{Subject: "ada", Customer: "cus_1", Name: "<b>Ada</b>"}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() })
	return i
}

const verifier = "a-verifier-that-is-long-enough-for-the-standard-0123456789"

func authorize(i *issuer.Issuer, change func(url.Values)) string {
	sum := sha256.Sum256([]byte(verifier))
	query := url.Values{
		"client_id": {"billfold"}, "response_type": {"code"}, "redirect_uri": {"http://127.0.0.1:1234/callback"}, "state": {"s"},
		"scope": {"openid offline_access billing"}, "prompt": {"consent"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	if change != nil {
		change(query)
	}
	return i.URL() + "/authorize?" + query.Encode()
}

// visitor follows no way out of the issuer.
var visitor = &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
	if r.URL.Path == "/callback" {
		return http.ErrUseLastResponse
	}
	return nil
}}

type answer struct {
	status         int
	body, location string
}

func send(t *testing.T, method, address string, form url.Values, change func(*http.Request)) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if change != nil {
		change(request)
	}
	response, err := visitor.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, string(body), response.Header.Get("Location")}
}

var signInID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// begin opens the page that asks who somebody is.
func begin(t *testing.T, i *issuer.Issuer) (id string) {
	t.Helper()
	shown := send(t, http.MethodGet, authorize(i, nil), nil, nil)
	found := signInID.FindStringSubmatch(shown.body)
	if found == nil || strings.Contains(shown.body, "<b>Ada") {
		t.Fatalf("shown %d %s", shown.status, shown.body)
	}
	return found[1]
}

func from(origin string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Origin", origin) }
}

func TestACodeIsGoodOnceAndWithItsVerifier(t *testing.T) {
	i := start(t)
	code := func() string {
		t.Helper()
		form := url.Values{"id": {begin(t, i)}, "person": {"ada"}}
		led := send(t, http.MethodPost, i.URL()+"/sign-in", form, from(i.URL()))
		back, err := url.Parse(led.location)
		if err != nil || back.Query().Get("code") == "" || back.Query().Get("state") != "s" {
			t.Fatalf("led to %q, %v", led.location, err)
		}
		return back.Query().Get("code")
	}
	exchange := func(code, with string) answer {
		return send(t, http.MethodPost, i.URL()+"/oauth/token", url.Values{
			"grant_type": {"authorization_code"}, "client_id": {"billfold"}, "code": {code},
			"redirect_uri": {"http://127.0.0.1:1234/callback"}, "code_verifier": {with},
		}, nil)
	}
	if got := exchange(code(), strings.ToUpper(verifier)); got.status != http.StatusBadRequest {
		t.Errorf("another verifier: %d %s", got.status, got.body)
	}
	good := code()
	var tokens map[string]any
	if got := exchange(good, verifier); got.status != http.StatusOK || json.Unmarshal([]byte(got.body), &tokens) != nil || tokens["refresh_token"] == nil {
		t.Fatalf("the code: %d %s", got.status, got.body)
	}
	if got := exchange(good, verifier); got.status == http.StatusOK {
		t.Error("a code is good twice")
	}
}

func TestWhoDoesNotBelongIsTurnedAway(t *testing.T) {
	i := start(t)
	if got := send(t, http.MethodGet, authorize(i, func(q url.Values) { q.Del("code_challenge") }), nil, nil); signInID.MatchString(got.body) {
		t.Error("a sign-in without PKCE begins")
	}
	if got := send(t, http.MethodGet, authorize(i, func(q url.Values) { q.Set("redirect_uri", "https://evil.example/callback") }), nil, nil); got.status == http.StatusOK {
		t.Error("leads to another host")
	}
	for _, origin := range []string{"https://evil.example", ""} {
		form := url.Values{"id": {begin(t, i)}, "person": {"ada"}}
		if got := send(t, http.MethodPost, i.URL()+"/sign-in", form, from(origin)); got.status != http.StatusForbidden {
			t.Errorf("a form of %q: %d %s", origin, got.status, got.location)
		}
	}
	if got := send(t, http.MethodGet, i.URL()+"/device", nil, func(r *http.Request) { r.Host = "localhost.evil.example" }); got.status != http.StatusForbidden {
		t.Errorf("another name of this machine: %d", got.status)
	}
	if _, err := issuer.Start(t.Context(), issuer.Options{Listen: "0.0.0.0:0", ClientID: "b", Audience: "a",
		People: func(context.Context) ([]issuer.Person, error) { return nil, nil }}); err == nil {
		t.Error("listens to the world")
	}
}
