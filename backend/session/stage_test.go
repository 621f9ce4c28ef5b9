package session_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"billfold/backend/sandbox/issuer"
	"billfold/backend/session"
)

const clientID = "billfold-test"

// people are those who can sign in.
var people = []issuer.Person{
	{Subject: "ada", Customer: "cus_ada", Name: "Ada Lovelace", Email: "ada@example.com"},
	{Subject: "bob", Customer: "cus_bob", Name: "Bob", Email: "bob@example.com"},
}

// stage is a person with a browser, before a real issuer.
type stage struct {
	*testing.T
	issuer *issuer.Issuer
	dir    string
	keys   *drawer
	log    *safeBuffer
	wire   *wire
}

func newStage(t *testing.T, life time.Duration) *stage {
	t.Helper()
	s := &stage{T: t, dir: t.TempDir(), keys: &drawer{held: map[string]string{}}, log: &safeBuffer{}, wire: &wire{}}
	var err error
	s.issuer, err = issuer.Start(t.Context(), issuer.Options{
		ClientID: clientID, Audience: "https://gateway.example", TokenLife: life, PollEvery: time.Second,
		People: func(context.Context) ([]issuer.Person, error) { return people, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.issuer.Close() })
	return s
}

// sessions are those of one program; change may alter its configuration.
func (s *stage) sessions(change func(*session.Config)) *session.Sessions {
	config := session.Config{
		Dir: s.dir, Gateway: "https://gateway.example", Keychain: s.keys, Transport: s.wire,
		Provider: session.Provider{Issuer: s.issuer.URL(), ClientID: clientID, Scopes: []string{"profile", "email", "billing"}},
		Customer: func(_ context.Context, token string) (string, error) {
			customer, _ := claimsOf(s, token)["customer"].(string)
			return customer, nil
		},
		Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&config)
	}
	return session.New(config)
}

// claimsOf reads a token without judging it.
func claimsOf(s *stage, token string) map[string]any {
	s.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		s.Fatal("no JWT")
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		s.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(body, &claims); err != nil {
		s.Fatal(err)
	}
	return claims
}

// signIn walks the whole sign-in as a person.
func (s *stage) signIn(sessions *session.Sessions, who string) session.Account {
	s.Helper()
	account, err := sessions.SignIn(s.Context(), func(address string) error { go s.press(address, who); return nil })
	if err != nil {
		s.Fatal(err)
	}
	return account
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]+)">`)

// press goes to a page of the issuer, chooses who to be, and follows to the end;
// who is "" to decline.
func (s *stage) press(address, who string) string {
	page := s.open(http.NewRequest(http.MethodGet, address, nil))
	found := hidden.FindStringSubmatch(page.body)
	if found == nil {
		s.Errorf("no choice at %s: %s", page.at, page.body)
		return ""
	}
	form := url.Values{found[1]: {found[2]}, "person": {who}}
	request, err := http.NewRequest(http.MethodPost, page.at, strings.NewReader(form.Encode()))
	if err == nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", s.issuer.URL())
	}
	return s.open(request, err).body
}

type page struct{ at, body string }

func (s *stage) open(request *http.Request, err error) page {
	if err != nil {
		s.Error(err)
		return page{}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Error(err)
		return page{}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.Error(err)
	}
	return page{response.Request.URL.String(), string(body)}
}

// wire counts what goes to the issuer, and can cut it or change the answers.
type wire struct {
	mu    sync.Mutex
	asked map[string]int
	alter altering
}

// altering answers in the issuer's place, which next asks.
type altering func(r *http.Request, next func() (*http.Response, error)) (*http.Response, error)

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	if w.asked == nil {
		w.asked = map[string]int{}
	}
	w.asked[r.URL.Path]++
	alter := w.alter
	w.mu.Unlock()
	next := func() (*http.Response, error) { return http.DefaultTransport.RoundTrip(r) }
	if alter != nil {
		return alter(r, next)
	}
	return next()
}

func (w *wire) count(path string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked[path]
}

func (w *wire) altering(alter altering) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.alter = alter
}

// cut is a wire without an end.
func cut(*http.Request, func() (*http.Response, error)) (*http.Response, error) {
	return nil, errors.New("connection refused")
}

// rewriting changes the text of the answers of one path.
func rewriting(path string, change func(body string) string) altering {
	return func(r *http.Request, next func() (*http.Response, error)) (*http.Response, error) {
		response, err := next()
		if err != nil || r.URL.Path != path {
			return response, err
		}
		body, err := io.ReadAll(response.Body)
		changed := change(string(body))
		response.Body, response.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
		return response, err
	}
}

// answering has the token endpoint answer this.
func answering(status int, body string) altering {
	return func(r *http.Request, next func() (*http.Response, error)) (*http.Response, error) {
		if r.URL.Path != "/oauth/token" {
			return next()
		}
		return &http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
			ContentLength: int64(len(body)), Request: r,
		}, nil
	}
}

// drawer is a keychain that holds what it is given, and can be locked.
type drawer struct {
	mu     sync.Mutex
	held   map[string]string
	locked bool
}

func (d *drawer) Get(_ context.Context, name string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	held, ok := d.held[name]
	switch {
	case d.locked:
		return "", session.ErrShut
	case !ok:
		return "", session.ErrNone
	}
	return held, nil
}

func (d *drawer) Put(_ context.Context, name, secret string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locked {
		return session.ErrShut
	}
	d.held[name] = secret
	return nil
}

func (d *drawer) Remove(_ context.Context, name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.locked {
		return session.ErrShut
	}
	delete(d.held, name)
	return nil
}

func (d *drawer) lock(locked bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.locked = locked
}

func (d *drawer) secrets() (all []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, secret := range d.held {
		all = append(all, secret)
	}
	return all
}

type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
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

// nowhere demands that none of the secrets is in the log, or in a file.
func (s *stage) nowhere(secrets ...string) {
	s.Helper()
	texts := map[string]string{"the log": s.log.String()}
	_ = filepath.WalkDir(s.dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			body, err := os.ReadFile(path)
			if err != nil {
				s.Error(err)
			}
			texts[path] = string(body)
		}
		return err
	})
	for where, text := range texts {
		for _, secret := range secrets {
			if secret == "" || strings.Contains(text, secret) {
				s.Errorf("%s holds a token (or there was none to look for: %v)", where, secret == "")
			}
		}
	}
}

func must[T any](s *stage, value T, err error) T {
	s.Helper()
	if err != nil {
		s.Fatal(fmt.Errorf("unexpected: %w", err))
	}
	return value
}
