package connection_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/connection"
	"billfold/backend/gateway"
	"billfold/backend/samplevendor"
	"billfold/backend/sandbox"
)

// shop is a vendor, and a person whose browser signs in there as who they say.
type shop struct {
	*testing.T
	*samplevendor.Vendor
	dir, file string

	mu  sync.Mutex
	who string // "" for nobody: the browser opens and nothing happens
}

func newShop(t *testing.T, scenario string, policy gateway.Policy) *shop {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "") // no keychain: the sign-in is in memory
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	s := &shop{T: t, dir: t.TempDir(), file: filepath.Join(t.TempDir(), "vendor.json")}
	var err error
	s.Vendor, err = samplevendor.Start(t.Context(), samplevendor.Options{Sandbox: sandbox.Options{Scenario: scenario}, Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		_ = s.Close()
	})
	s.who = s.Sandbox().Customer()
	body, err := json.Marshal(s.File())
	if err == nil {
		err = os.WriteFile(s.file, body, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shop) browser(address string) error {
	s.mu.Lock()
	who := s.who
	s.mu.Unlock()
	if who == "" {
		return nil
	}
	go func() {
		if err := s.SignInAs(context.Background(), address, who); err != nil {
			s.Error(err)
		}
	}()
	return nil
}

func (s *shop) become(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.who = who
}

func (s *shop) open() *companion.Companion {
	s.Helper()
	chosen, err := connection.Flags{Vendor: s.file, DataDir: s.dir}.Choose()
	if err != nil {
		s.Fatal(err)
	}
	opened, err := chosen.WithBrowser(s.browser).Open(s.Context(), "test", nil)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = opened.Close() })
	return opened
}

// another makes a customer, who can sign in too.
func (s *shop) another(name string) string {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.Sandbox().URL()+"/v1/customers",
		strings.NewReader(url.Values{"name": {name}, "email": {strings.ToLower(name) + "@example.com"}}.Encode()))
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.Sandbox().Key())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var made struct{ ID string }
	if err := json.NewDecoder(response.Body).Decode(&made); err != nil || made.ID == "" {
		s.Fatalf("no customer: %v", err)
	}
	return made.ID
}

// signIn begins a sign-in in the window and waits for its end.
func (s *shop) signIn(c *companion.Companion) companion.SignInState {
	s.Helper()
	if err := c.SignIn(false); err != nil {
		s.Fatal(err)
	}
	until(s.T, func() bool {
		phase := c.SignInState().Phase
		return phase == companion.SignInDone || phase == companion.SignInFailed
	})
	return c.SignInState()
}

func until(t *testing.T, seen func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !seen(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not come about")
		}
	}
}

func settled(t *testing.T, c *companion.Companion, customer string) companion.Overview {
	t.Helper()
	var overview companion.Overview
	until(t, func() bool {
		var err error
		overview, err = c.Overview(t.Context())
		return err == nil && overview.Identity.CustomerID == customer && overview.SyncedAt.Known()
	})
	return overview
}

func TestTheWindowSignsInSwitchesAndSignsOut(t *testing.T) {
	s := newShop(t, "active", gateway.Policy{})
	c := s.open()
	if _, err := c.Pull(t.Context(), false); billing.CodeOf(err) != billing.CodeSignedOut {
		t.Errorf("a pull of nobody: %v", err)
	}
	if view, err := c.Accounts(); err != nil || !view.Offered || view.Vendor != "Sandbox" || view.Accounts == nil || len(view.Accounts) != 0 {
		t.Errorf("accounts of nobody: %+v, %v", view, err)
	}
	if state := s.signIn(c); state.Phase != companion.SignInDone || state.Problem != nil {
		t.Fatalf("signed in: %+v", state)
	}
	first := settled(t, c, s.Sandbox().Customer())
	if first.Identity.SignedInAs != first.Identity.Email || len(first.Subscriptions) != 1 || first.Identity.Connection != "gateway" {
		t.Errorf("shown %+v", first.Identity)
	}
	if notices := c.About().Notices; len(notices) != 1 || !strings.Contains(notices[0], "until Billfold is closed") {
		t.Errorf("notices %v", notices)
	}
	bob := s.another("Bob")
	s.become(bob)
	s.signIn(c)
	if second := settled(t, c, bob); second.Identity.SignedInAs != "bob@example.com" || len(second.Subscriptions) != 0 {
		t.Errorf("shown %+v", second)
	}
	view, err := c.Accounts()
	if err != nil || len(view.Accounts) != 2 || !view.Accounts[0].Current || view.Accounts[0].Email != "bob@example.com" || view.Accounts[0].Kept != "memory" {
		t.Fatalf("accounts %+v, %v", view, err)
	}
	if err := c.SwitchAccount(t.Context(), view.Accounts[1].ID); err != nil {
		t.Fatal(err)
	}
	settled(t, c, s.Sandbox().Customer())
	if told, err := c.SignOut(t.Context(), companion.LeaveDocuments); err != nil || !told {
		t.Errorf("signed out: %v, %v", told, err)
	}
	settled(t, c, bob)
	if told, err := c.SignOut(t.Context(), companion.LeaveNothing); err != nil || !told {
		t.Errorf("signed out: %v, %v", told, err)
	}
	overview, err := c.Overview(t.Context())
	if err != nil || overview.Identity.CustomerID != "" || overview.Identity.SignedInAs != "" || overview.SyncedAt.Known() {
		t.Errorf("shown after all: %+v, %v", overview.Identity, err)
	}
	if _, err := c.SignOut(t.Context(), companion.LeaveAll); billing.CodeOf(err) != billing.CodeInvalid {
		t.Errorf("signing nobody out: %v", err)
	}
}

func TestASignInCanBeGivenUpAndItsLinkCopied(t *testing.T) {
	s := newShop(t, "new", gateway.Policy{})
	c := s.open()
	s.become("") // nobody comes
	if err := c.SignIn(false); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return c.SignInState().LinkReady })
	link, err := c.CopySignInLink()
	if err != nil || !strings.HasPrefix(link, s.Issuer()+"/authorize?") {
		t.Fatalf("link %q, %v", link, err)
	}
	// Whoever has the link can go on in a browser of their own.
	if err := s.SignInAs(t.Context(), link, s.Sandbox().Customer()); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return c.SignInState().Phase == companion.SignInDone })
	if err := c.SignIn(true); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return c.SignInState().Code != "" })
	if state := c.SignInState(); state.Phase != companion.SignInWaiting || !strings.HasPrefix(state.Page, s.Issuer()) {
		t.Errorf("by device: %+v", state)
	}
	c.CancelSignIn()
	if state := c.SignInState(); state != (companion.SignInState{}) {
		t.Errorf("given up: %+v", state)
	}
	if _, err := c.CopySignInLink(); billing.CodeOf(err) != billing.CodeNotFound {
		t.Errorf("a link of nothing: %v", err)
	}
}

func TestThePolicyReachesTheStanding(t *testing.T) {
	days := 7
	s := newShop(t, "past-due", gateway.Policy{GraceDays: &days, AfterGrace: "Paid models are switched off."})
	c := s.open()
	s.signIn(c)
	settled(t, c, s.Sandbox().Customer())
	standing, err := c.Standing(t.Context())
	if err != nil || standing.Policy.WhilePastDue != billing.AccessGrace || standing.Policy.GraceDays != 7 ||
		standing.Policy.Lost != "Paid models are switched off." {
		t.Fatalf("policy %+v, %v", standing.Policy, err)
	}
	if standing.Consequence == billing.ConsequenceAccessPresumedLost {
		t.Errorf("access is presumed lost, though the vendor grants grace: %+v", standing.Matter)
	}
}

func TestSigningInTakesAVendor(t *testing.T) {
	chosen, err := connection.Flags{DataDir: t.TempDir()}.Choose()
	if err != nil {
		t.Fatal(err)
	}
	opened, err := chosen.Open(t.Context(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	if err := opened.SignIn(false); billing.CodeOf(err) != billing.CodeNotOffered {
		t.Errorf("sign in: %v", err)
	}
	if view, err := opened.Accounts(); err != nil || view.Offered || view.Accounts == nil {
		t.Errorf("accounts: %+v, %v", view, err)
	}
	if err := opened.SwitchAccount(t.Context(), "x"); billing.CodeOf(err) != billing.CodeNotOffered {
		t.Errorf("switch: %v", err)
	}
}

// TestAWatchHearsOfAChange: the vendor changes something, and a window that is open
// pulls it by itself, long before its rhythm would.
func TestAWatchHearsOfAChange(t *testing.T) {
	s := newShop(t, "active", gateway.Policy{})
	c := s.open()
	s.signIn(c)
	settled(t, c, s.Sandbox().Customer())
	ctx, stop := context.WithCancel(t.Context())
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		c.Watch(ctx)
	}()
	s.rename("Grace Hopper")
	until(t, func() bool {
		overview, err := c.Overview(t.Context())
		return err == nil && overview.Identity.Name == "Grace Hopper"
	})
	stop()
	<-watched
}

func (s *shop) rename(name string) {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.Sandbox().URL()+"/v1/customers/"+s.Sandbox().Customer(),
		strings.NewReader(url.Values{"name": {name}}.Encode()))
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.Sandbox().Key())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	_ = response.Body.Close()
}
