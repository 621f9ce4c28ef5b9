package companion_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/sandbox"
	"billfold/backend/stripeapi"
)

// stage is a companion over the real sandbox, with a browser that does as told.
type stage struct {
	*companion.Companion
	t       *testing.T
	dir     string
	log     *lockedBuffer
	fault   atomic.Pointer[http.HandlerFunc] // answers the API in the sandbox's place
	browser atomic.Pointer[func(address string) error]

	// refuseDeletes has the API fail at them alone.
	refuseDeletes atomic.Bool

	mu    sync.Mutex
	asked []string // what was written to the API
	links []string // what the browser was sent to
	key   string
	api   string
	fresh string // the customer
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// glancing is the least pause that is not part of a chase.
const glancing = 20 * time.Second

func newStage(t *testing.T, scenario string) *stage {
	t.Helper()
	s := &stage{t: t, dir: t.TempDir(), log: &lockedBuffer{}}
	nobody := func(string) error { return nil }
	s.browser.Store(&nobody)
	opened, err := companion.Open(t.Context(), companion.Config{
		Dir: s.dir, Support: "help@quillforge.example", Log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Target: companion.Target{Connection: companion.ConnectionSandbox, Scenario: scenario}, Dial: s.dial,
		OpenBrowser: func(address string) error {
			s.mu.Lock()
			s.links = append(s.links, address)
			s.mu.Unlock()
			return (*s.browser.Load())(address)
		},
		// A chase does not wait; nobody looks of their own accord.
		Wait: func(ctx context.Context, d time.Duration) error {
			if d >= glancing {
				<-ctx.Done()
			}
			return ctx.Err()
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Companion = opened
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := opened.Pull(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) dial(ctx context.Context, target companion.Target) (companion.Dialed, error) {
	running, err := sandbox.Start(ctx, sandbox.Options{Scenario: target.Scenario, Wrap: s.between})
	if err != nil {
		return companion.Dialed{}, err
	}
	s.key, s.api, s.fresh = running.Key(), running.URL(), running.Customer()
	api, err := stripeapi.New(stripeapi.Config{
		URL: running.URL(), Customer: running.Customer(), Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Token: func(context.Context) (string, error) { return running.Key(), nil },
		Log:   slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	return companion.Dialed{API: api, Close: running.Close}, err
}

// between notes what is written, and fails where it was told to.
func (s *stage) between(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") && r.Header.Get("User-Agent") == "Billfold" {
			if fault := s.fault.Load(); fault != nil {
				(*fault)(w, r)
				return
			}
			if s.refuseDeletes.Load() && r.Method == http.MethodDelete {
				refuse(w, http.StatusServiceUnavailable)
				return
			}
			if r.Method != http.MethodGet {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				form, _ := url.ParseQuery(string(body))
				s.mu.Lock()
				s.asked = append(s.asked, r.Method+" "+r.URL.Path+" "+form.Encode())
				s.mu.Unlock()
			}
		}
		inner.ServeHTTP(w, r)
	})
}

// post is what the merchant does, past the companion.
func (s *stage) post(path string, pairs ...string) {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.api+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.key)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, response.StatusCode, body)
	}
}

// written gives what the companion wrote since it was last asked.
func (s *stage) written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// begin hands off, and waits for one of the phases.
func (s *stage) begin(request companion.HandOffRequest, phases ...companion.HandOffPhase) companion.HandOffState {
	s.t.Helper()
	if _, err := s.HandOff(s.t.Context(), request); err != nil {
		s.t.Fatal(err)
	}
	return s.until(phases...)
}

// until waits, by the events, for one of the phases.
func (s *stage) until(phases ...companion.HandOffPhase) companion.HandOffState {
	s.t.Helper()
	told := make(chan struct{}, 1)
	stop := s.Subscribe(func(string) {
		select {
		case told <- struct{}{}:
		default:
		}
	})
	defer stop()
	for {
		if state := s.HandOffState(); slices.Contains(phases, state.Phase) {
			return state
		}
		select {
		case <-told:
		case <-s.t.Context().Done():
			s.t.Fatalf("the hand-off stays at %+v", s.HandOffState())
		}
	}
}

// guest is a browser without scripts.
type guest struct {
	t    *testing.T
	http *http.Client
	at   *url.URL
	page string
}

func enter(t *testing.T, address string) *guest {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	g := &guest{t: t, http: &http.Client{Jar: jar}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g.send(request)
}

func (g *guest) send(request *http.Request) *guest {
	g.t.Helper()
	response, err := g.http.Do(request)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	page, _ := io.ReadAll(response.Body)
	g.at, g.page = response.Request.URL, html.UnescapeString(string(page))
	return g
}

var (
	forms  = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)".*?</form>`)
	hidden = regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// fill sends the form whose address ends so.
func (g *guest) fill(ending string, pairs ...string) *guest {
	g.t.Helper()
	for _, form := range forms.FindAllStringSubmatch(g.page, -1) {
		if !strings.HasSuffix(form[1], ending) {
			continue
		}
		values := url.Values{}
		for _, field := range hidden.FindAllStringSubmatch(form[0], -1) {
			values.Set(field[1], field[2])
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			values.Set(pairs[i], pairs[i+1])
		}
		to, err := g.at.Parse(form[1])
		if err != nil {
			g.t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(g.t.Context(), http.MethodPost, to.String(), strings.NewReader(values.Encode()))
		if err != nil {
			g.t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", to.Scheme+"://"+to.Host)
		return g.send(request)
	}
	g.t.Fatalf("no form to %q on %s\n%s", ending, g.at, g.page)
	return nil
}

const (
	cardNumber = "4000056655665556"
	cardCode   = "737"
)

func (g *guest) addCard() *guest {
	g.t.Helper()
	return g.fill("/cards/new", "number", cardNumber, "expiry", "09 / 30", "cvc", cardCode, "name", "Dana Whitfield", "country", "US", "postal_code", "10013")
}

func told(changes []billing.Change) string {
	var kinds []string
	for _, change := range changes {
		kinds = append(kinds, string(change.Kind))
	}
	return strings.Join(kinds, " ")
}

// holdsNo looks for secrets in every file of the data folder and in the log.
func (s *stage) holdsNo(secrets ...string) {
	s.t.Helper()
	places := map[string]string{"the log": s.log.String(), "the state": fmt.Sprintf("%+v", s.HandOffState())}
	err := filepath.WalkDir(s.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(name)
		places[name] = string(content)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	for place, content := range places {
		for _, secret := range secrets {
			if strings.Contains(content, secret) {
				s.t.Errorf("%s holds %q", place, secret)
			}
		}
	}
	if len(places) < 3 || !strings.Contains(places["the log"], "request answered") {
		s.t.Errorf("only %d places were looked at, and the log is %d bytes long", len(places), len(places["the log"]))
	}
}

func (s *stage) fails(status int) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { refuse(w, status) })
	s.fault.Store(&answer)
}

func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"error":{"type":"invalid_request_error","message":"no"}}`)
}
