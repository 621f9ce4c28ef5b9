package companion_test

import (
	"bytes"
	"context"
	"errors"
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

// The whole way: to the portal, a card entered there, back, and told. Nothing of
// the link or the card stays anywhere.
func TestACardIsAddedAndToldOf(t *testing.T) {
	s := newStage(t, "active")
	var fronted atomic.Int64
	defer s.Subscribe(func(event string) {
		if event == companion.EventFront {
			fronted.Add(1)
		}
	})()
	ticket, err := s.PlanHandOff(t.Context(), companion.HandOffRequest{Flow: companion.FlowAddCard})
	if err != nil || ticket.Host != "127.0.0.1" || ticket.Why != "card_entry" || ticket.Lands != "task" || !ticket.Allowed {
		t.Fatalf("the ticket is %+v, %v", ticket, err)
	}
	state := s.begin(companion.HandOffRequest{Flow: companion.FlowAddCard}, companion.HandOffOpened)
	if !state.Certain || state.Host != "127.0.0.1" || state.Returned || state.Number != 1 {
		t.Errorf("opened: %+v", state)
	}
	back := enter(t, s.links[0]).addCard()
	if !strings.Contains(back.page, "You can close this tab") {
		t.Fatalf("after the card: %s\n%s", back.at, back.page)
	}
	state = s.until(companion.HandOffChanged)
	if told(state.Changes) != "method_added default_method_changed" || !state.Returned || state.Changes[0].Method.Last4 != "5556" || fronted.Load() != 1 {
		t.Errorf("changed: %+v after %d times to the front", state, fronted.Load())
	}
	again, err := http.Get(back.at.String())
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Body.Close()
	state = s.until(companion.HandOffChanged)
	if told(state.Changes) != "method_added default_method_changed" {
		t.Errorf("after a second return: %+v", state)
	}
	s.holdsNo(append(s.links, back.at.String(), back.at.Path[1:], cardNumber, "4000 0566 5566 5556", cardCode+"\"", "cvc")...)
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
	if len(places) < 3 || !strings.Contains(places["the log"], "billing_portal/sessions") {
		s.t.Errorf("only %d places were looked at, and the log is %d bytes long", len(places), len(places["the log"]))
	}
}

func TestACancellationIsScheduledAndUndone(t *testing.T) {
	s := newStage(t, "active")
	s.begin(companion.HandOffRequest{Flow: companion.FlowCancel}, companion.HandOffOpened)
	enter(t, s.links[0]).fill("/cancel")
	state := s.until(companion.HandOffChanged)
	if told(state.Changes) != "cancellation_scheduled" || !state.Changes[0].At.Known() || state.Changes[0].Plan != "Pro" {
		t.Fatalf("canceled: %+v", state.Changes)
	}
	if _, err := s.HandOff(t.Context(), companion.HandOffRequest{Flow: companion.FlowCancel}); billing.CodeOf(err) != billing.CodeInvalid {
		t.Errorf("a second cancellation gives %v", err)
	}
	plan, err := s.Plan(t.Context(), "")
	if err != nil || plan.Next != nil || plan.Ending == nil || !plan.Ending.Scheduled || plan.Ending.At != state.Changes[0].At {
		t.Errorf("the plan is %+v, %v", plan.Ending, err)
	}
	s.begin(companion.HandOffRequest{Flow: companion.FlowUndo}, companion.HandOffOpened)
	enter(t, s.links[1]).fill("/renew")
	s.CheckHandOff() // nobody comes back from the first page by themselves
	if state := s.until(companion.HandOffChanged, companion.HandOffNothingYet); told(state.Changes) != "cancellation_undone" || state.Returned {
		t.Errorf("undone: %+v", state)
	}
}

func TestAReturnWithoutAChangeIsToldAsThat(t *testing.T) {
	s := newStage(t, "active")
	s.begin(companion.HandOffRequest{Flow: companion.FlowAddCard}, companion.HandOffOpened)
	s.CheckHandOff()
	state := s.until(companion.HandOffNothingYet)
	if state.Problem != nil || !state.Retry || len(state.Changes) != 0 || state.Returned {
		t.Errorf("nothing yet: %+v", state)
	}
	s.fails(http.StatusServiceUnavailable)
	s.CheckHandOff()
	s.until(companion.HandOffChecking)
	if state = s.until(companion.HandOffNothingYet); state.Problem == nil || state.Problem.Code != billing.CodeUnavailable {
		t.Errorf("looking failed: %+v", state)
	}
	s.fault.Store(nil)
	// It is never too late: the card that comes after all is seen by the next look.
	enter(t, s.links[0]).addCard()
	if state = s.until(companion.HandOffChanged); told(state.Changes) != "method_added default_method_changed" {
		t.Errorf("later: %+v", state)
	}
	s.CancelHandOff()
	if state := s.HandOffState(); state.Phase != companion.HandOffNone || state.Number != 1 {
		t.Errorf("called off: %+v", state)
	}
}

func (s *stage) fails(status int) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"error":{"type":"invalid_request_error","message":"no"}}`)
	})
	s.fault.Store(&answer)
}

func TestAPortalThatCannotBeHadSaysWhy(t *testing.T) {
	cut := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for name, one := range map[string]struct {
		status int // 0: the line is cut
		code   billing.Code
		retry  bool
	}{
		"offline":                    {0, billing.CodeOffline, true},
		"signed out":                 {http.StatusUnauthorized, billing.CodeSignedOut, true},
		"not allowed":                {http.StatusForbidden, billing.CodeForbidden, false},
		"turned off by the merchant": {http.StatusBadRequest, billing.CodeNotOffered, false},
		"out of order":               {http.StatusInternalServerError, billing.CodeUnavailable, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, "active")
			if one.status == 0 {
				s.fault.Store(&cut)
			} else {
				s.fails(one.status)
			}
			state := s.begin(companion.HandOffRequest{Flow: companion.FlowHome}, companion.HandOffFailed)
			if state.Problem.Code != one.code || state.Problem.Message == "" || state.Retry != one.retry || state.Support != "help@quillforge.example" {
				t.Errorf("%+v, problem %+v", state, state.Problem)
			}
			if overview := mustOverview(t, s.Companion); len(overview.Subscriptions) != 1 || overview.InvoiceCount == 0 {
				t.Error("what was known is gone")
			}
			if len(s.links) != 0 {
				t.Error("a browser was opened")
			}
			s.fault.Store(nil)
			s.begin(companion.HandOffRequest{Flow: companion.FlowHome}, companion.HandOffOpened)
		})
	}
}

func TestWhatTheMerchantTurnedOffIsNotOffered(t *testing.T) {
	s := newStage(t, "active")
	configurations := func() string {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.api+"/v1/billing_portal/configurations", nil)
		request.Header.Set("Authorization", "Bearer "+s.key)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body, _ := io.ReadAll(response.Body)
		return regexp.MustCompile(`bpc_\w+`).FindString(string(body))
	}
	s.post("/v1/billing_portal/configurations/"+configurations(), "features[subscription_cancel][enabled]", "false")
	// Before the next full pull only the portal itself knows.
	state := s.begin(companion.HandOffRequest{Flow: companion.FlowCancel}, companion.HandOffFailed)
	if state.Problem.Code != billing.CodeNotOffered {
		t.Errorf("refused as %+v", state.Problem)
	}
	if _, err := s.Pull(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	ticket, err := s.PlanHandOff(t.Context(), companion.HandOffRequest{Flow: companion.FlowCancel})
	if err != nil || ticket.Allowed {
		t.Errorf("the ticket is %+v, %v", ticket, err)
	}
	if _, err := s.HandOff(t.Context(), companion.HandOffRequest{Flow: companion.FlowCancel}); billing.CodeOf(err) != billing.CodeNotOffered {
		t.Errorf("HandOff gives %v", err)
	}
	if plan, err := s.Plan(t.Context(), ""); err != nil || plan.Portal.Cancel || !plan.Portal.ChangePlan {
		t.Errorf("the plan says %+v, %v", plan.Portal, err)
	}
}

func TestWithoutABrowserThereIsTheLinkOnce(t *testing.T) {
	s := newStage(t, "active")
	none := func(address string) error { return errors.New("cannot open " + address) }
	s.browser.Store(&none)
	state := s.begin(companion.HandOffRequest{Flow: companion.FlowAddCard}, companion.HandOffCouldNotOpen)
	if state.Problem.Code != billing.CodeNoBrowser || !state.LinkReady || !state.Retry {
		t.Errorf("%+v, problem %+v", state, state.Problem)
	}
	link, err := s.CopyHandOffLink()
	if err != nil || link != s.links[0] {
		t.Fatalf("%q, %v", link, err)
	}
	if again, err := s.CopyHandOffLink(); again != "" || billing.CodeOf(err) != billing.CodeNotFound || s.HandOffState().LinkReady {
		t.Errorf("a second time gives %q, %v", again, err)
	}
	enter(t, link).addCard()
	if state := s.until(companion.HandOffChanged); told(state.Changes) != "method_added default_method_changed" {
		t.Errorf("%+v", state)
	}
	s.holdsNo(link, cardNumber)
}

func TestANewHandOffTakesTheOldOnesPlace(t *testing.T) {
	s := newStage(t, "active")
	s.begin(companion.HandOffRequest{Flow: companion.FlowAddCard}, companion.HandOffOpened)
	state := s.begin(companion.HandOffRequest{Flow: companion.FlowHome, Silent: true}, companion.HandOffOpened)
	if state.Number != 2 || state.Flow != companion.FlowHome || state.Certain || !state.LinkReady || len(s.links) != 1 {
		t.Errorf("%+v, %d browsers", state, len(s.links))
	}
	for _, request := range []companion.HandOffRequest{
		{Flow: "everything"}, {Flow: companion.FlowUndo}, {Flow: companion.FlowPayInvoice, InvoiceID: "in_none"}, {Flow: companion.FlowCancel, SubscriptionID: "sub_none"},
	} {
		if _, err := s.HandOff(t.Context(), request); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%+v gives %v", request, err)
		}
	}
	if state := s.HandOffState(); state.Number != 2 {
		t.Errorf("what makes no sense took its place: %+v", state)
	}
}
