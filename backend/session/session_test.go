package session_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/session"
)

func TestSignInKnowsWhoItIs(t *testing.T) {
	s := newStage(t, time.Hour)
	sessions := s.sessions(nil)
	account := s.signIn(sessions, "ada")
	if account.Name != "Ada Lovelace" || account.Email != "ada@example.com" || account.Customer != "cus_ada" ||
		account.Subject != "ada" || !account.Current || account.Kept != session.KeptInKeychain || !account.SignedInAt.Known() {
		t.Errorf("signed in as %+v", account)
	}
	bearer := bearerOf(s, sessions.Token(account.ID))
	claims := claimsOf(s, bearer)
	if claims["sub"] != "ada" || claims["iss"] != s.issuer.URL() || !strings.Contains(claims["scope"].(string), "billing") {
		t.Errorf("claims %v", claims)
	}
	secrets := s.keys.secrets()
	if len(secrets) != 1 {
		t.Fatalf("%d secrets in the keychain", len(secrets))
	}
	s.nowhere(bearer, secrets[0])
	// Another program of the same person goes on without asking.
	other := s.sessions(nil)
	current, ok, err := other.Current()
	if err != nil || !ok || current.ID != account.ID {
		t.Fatalf("the other program knows %+v, %v, %v", current, ok, err)
	}
	if again := bearerOf(s, other.Token(account.ID)); claimsOf(s, again)["sub"] != "ada" {
		t.Error("another token")
	}
	if rotated := s.keys.secrets(); len(rotated) != 1 || rotated[0] == secrets[0] {
		t.Error("the successor of the refresh token is not kept")
	}
}

func bearerOf(s *stage, token func(context.Context) (string, error)) string {
	s.Helper()
	got, err := token(s.Context())
	return must(s, got, err)
}

func TestAnAnswerThatWasNotSentForChangesNothing(t *testing.T) {
	s := newStage(t, time.Hour)
	sessions := s.sessions(nil)
	for name, spoil := range map[string]func(url.Values){
		"another state":      func(q url.Values) { q.Set("state", "guessed") },
		"no state":           func(q url.Values) { q.Del("state") },
		"two states":         func(q url.Values) { q.Add("state", q.Get("state")) },
		"two codes":          func(q url.Values) { q.Add("code", "another") },
		"another issuer":     func(q url.Values) { q.Set("iss", "https://evil.example") },
		"a refusal by guess": func(q url.Values) { q.Del("code"); q.Set("error", "access_denied"); q.Set("state", "guessed") },
	} {
		t.Run(name+" is turned away", func(t *testing.T) {
			account, err := sessions.SignIn(t.Context(), func(address string) error {
				go func() {
					asked, _ := url.Parse(address)
					back, _ := url.Parse(asked.Query().Get("redirect_uri"))
					query := url.Values{"state": {asked.Query().Get("state")}, "code": {"of-a-stranger"}}
					spoil(query)
					back.RawQuery = query.Encode()
					if page := s.open(http.NewRequest(http.MethodGet, back.String(), nil)); !strings.Contains(page.body, "not the one that is awaited") {
						t.Errorf("page %s", page.body)
					}
					s.press(address, "ada") // the true one still gets in
				}()
				return nil
			})
			if err != nil || account.Subject != "ada" {
				t.Errorf("signed in as %+v, %v", account, err)
			}
		})
	}
}

func TestWhoDeclinesIsNotSignedIn(t *testing.T) {
	s := newStage(t, time.Hour)
	sessions := s.sessions(nil)
	_, err := sessions.SignIn(t.Context(), func(address string) error { go s.press(address, ""); return nil })
	if billing.CodeOf(err) != billing.CodeCanceled || !strings.Contains(billing.MessageOf(err), "declined") {
		t.Errorf("says %v", err)
	}
	if all, err := sessions.Accounts(); err != nil || len(all) != 0 {
		t.Errorf("accounts %v, %v", all, err)
	}
}

// TestTheAddressHoldsWhatMakesItSafe: PKCE, state and nonce are new each time, and
// the browser comes back to this computer's number.
func TestTheAddressHoldsWhatMakesItSafe(t *testing.T) {
	s := newStage(t, time.Hour)
	seen := map[string]bool{}
	for range 2 {
		enough := errors.New("enough")
		_, err := s.sessions(nil).SignIn(t.Context(), func(address string) error {
			asked, _ := url.Parse(address)
			q := asked.Query()
			back, _ := url.Parse(q.Get("redirect_uri"))
			if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || q.Get("response_type") != "code" ||
				back.Hostname() != "127.0.0.1" || back.Path != "/callback" || q.Get("client_id") != clientID {
				t.Errorf("address %v", q)
			}
			for _, name := range []string{"state", "nonce", "code_challenge"} {
				if len(q.Get(name)) < 20 || seen[q.Get(name)] {
					t.Errorf("%s is %q", name, q.Get(name))
				}
				seen[q.Get(name)] = true
			}
			return enough
		})
		if !errors.Is(err, enough) {
			t.Fatal(err)
		}
	}
}

// TestAnIDTokenOfAnotherSignInIsRefused: the token that one sign-in brought is put
// into the answer to another.
func TestAnIDTokenOfAnotherSignInIsRefused(t *testing.T) {
	s := newStage(t, time.Hour)
	var first string
	idToken := func(body string) string {
		_, rest, _ := strings.Cut(body, `"id_token":"`)
		token, _, _ := strings.Cut(rest, `"`)
		return token
	}
	s.wire.altering(rewriting("/oauth/token", func(body string) string {
		if first == "" {
			first = idToken(body)
		}
		return strings.Replace(body, idToken(body), first, 1)
	}))
	sessions := s.sessions(nil)
	s.signIn(sessions, "ada")
	_, err := sessions.SignIn(t.Context(), func(address string) error { go s.press(address, "bob"); return nil })
	if billing.CodeOf(err) != billing.CodeNotStripe {
		t.Errorf("says %v", err)
	}
	if all, _ := sessions.Accounts(); len(all) != 1 {
		t.Errorf("accounts %+v", all)
	}
}

func TestOneRefreshAtATime(t *testing.T) {
	s := newStage(t, time.Hour)
	account := s.signIn(s.sessions(nil), "ada")
	before := s.wire.count("/oauth/token")
	one, two := s.sessions(nil), s.sessions(nil) // two programs of one person
	var together sync.WaitGroup
	for i := range 40 {
		sessions := []*session.Sessions{one, two}[i%2]
		together.Go(func() {
			if _, err := sessions.Token(account.ID)(t.Context()); err != nil {
				t.Errorf("refresh: %v", err)
			}
		})
	}
	together.Wait()
	if asked := s.wire.count("/oauth/token") - before; asked != 2 {
		t.Errorf("%d renewals by two programs", asked)
	}
}

func TestATokenIsRenewedBeforeItEndsAndWhenItIsRefused(t *testing.T) {
	s := newStage(t, time.Hour)
	now := time.Now()
	sessions := s.sessions(func(c *session.Config) { c.Now = func() time.Time { return now } })
	account := s.signIn(sessions, "ada")
	token := sessions.Token(account.ID)
	first := bearerOf(s, token)
	now = now.Add(58 * time.Minute)
	if bearerOf(s, token) != first {
		t.Error("renewed too early")
	}
	now = now.Add(90 * time.Second)
	second := bearerOf(s, token)
	if second == first {
		t.Error("not renewed before its end")
	}
	third, err := sessions.Renew(account.ID)(t.Context(), second)
	if err != nil || third == second {
		t.Errorf("the refused token is given again: %v", err)
	}
	if again, err := sessions.Renew(account.ID)(t.Context(), second); err != nil || again != third {
		t.Errorf("an old refusal renews again: %v", err)
	}
}

func TestARefreshThatTheProviderRefusesMeansSignInAgain(t *testing.T) {
	s := newStage(t, time.Hour)
	account := s.signIn(s.sessions(nil), "ada")
	s.keys.held[account.ID] = "not-a-token-any-more"
	sessions := s.sessions(nil)
	_, err := sessions.Token(account.ID)(t.Context())
	if billing.CodeOf(err) != billing.CodeSignedOut {
		t.Fatalf("says %v", err)
	}
	if all, err := sessions.Accounts(); err != nil || len(all) != 1 || !all[0].Ended {
		t.Errorf("accounts %+v, %v", all, err)
	}
	if len(s.keys.secrets()) != 0 {
		t.Error("a token that is good no longer is kept")
	}
	if again := s.signIn(sessions, "ada"); again.ID != account.ID || again.Ended {
		t.Errorf("signed in again as %+v", again)
	}
	bearerOf(s, sessions.Token(account.ID))
}

// TestOnlyAnEmptyKeychainMeansSignedOut: one that is locked still holds what it
// holds, and so do a network and a provider that are away.
func TestOnlyAnEmptyKeychainMeansSignedOut(t *testing.T) {
	s := newStage(t, time.Hour)
	account := s.signIn(s.sessions(nil), "ada")
	held := s.keys.secrets()[0]
	cases := []struct {
		name string
		do   func()
		want billing.Code
	}{
		{"a locked keychain", func() { s.keys.lock(true) }, billing.CodeUnavailable},
		{"no network", func() { s.keys.lock(false); s.wire.altering(cut) }, billing.CodeOffline},
		{"a provider with a problem", func() { s.wire.altering(answering(http.StatusBadGateway, "<html>")) }, billing.CodeUnavailable},
		{"a provider that says no to the client", func() { s.wire.altering(answering(http.StatusUnauthorized, `{"error":"invalid_client"}`)) }, billing.CodeForbidden},
	}
	sessions := s.sessions(nil)
	for _, c := range cases {
		t.Run(c.name+" keeps the sign-in", func(t *testing.T) {
			c.do()
			_, err := sessions.Token(account.ID)(t.Context())
			if billing.CodeOf(err) != c.want {
				t.Errorf("says %v, want %s", err, c.want)
			}
			s.keys.lock(false)
			if now := s.keys.secrets(); len(now) != 1 || now[0] != held {
				t.Error("the keychain holds something else")
			}
		})
	}
	s.wire.altering(nil)
	bearerOf(s, sessions.Token(account.ID))
	s.keys.held = map[string]string{}
	if _, err := s.sessions(nil).Token(account.ID)(t.Context()); billing.CodeOf(err) != billing.CodeSignedOut {
		t.Errorf("an empty keychain says %v", err)
	}
}

func TestWithoutAKeychainTheSignInLastsForThisRun(t *testing.T) {
	s := newStage(t, time.Hour)
	s.keys.lock(true)
	sessions := s.sessions(nil)
	account := s.signIn(sessions, "ada")
	if account.Kept != session.KeptInMemory {
		t.Fatalf("kept in %s", account.Kept)
	}
	bearer := bearerOf(s, sessions.Token(account.ID))
	if renewed, err := sessions.Renew(account.ID)(t.Context(), bearer); err != nil || renewed == bearer {
		t.Errorf("not renewed from memory: %v", err)
	}
	s.nowhere(bearer)
	if _, err := s.sessions(nil).Token(account.ID)(t.Context()); billing.CodeOf(err) != billing.CodeSignedOut {
		t.Errorf("another run says %v", err)
	}
}

func TestAFileHoldsTheSignInWhereThePersonWantsThat(t *testing.T) {
	s := newStage(t, time.Hour)
	s.keys.lock(true)
	plain := func(c *session.Config) { c.PlainFile = true }
	account := s.signIn(s.sessions(plain), "ada")
	if account.Kept != session.KeptInFile {
		t.Fatalf("kept in %s", account.Kept)
	}
	file := filepath.Join(s.dir, "sign-in", account.ID)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	other := s.sessions(nil) // the place is remembered, the wish is not needed again
	bearerOf(s, other.Token(account.ID))
	if _, err := other.SignOut(t.Context(), account.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Error("the file outlives the sign-out")
	}
}

func TestDeviceFlow(t *testing.T) {
	s := newStage(t, time.Hour)
	sessions := s.sessions(nil)
	var shown session.DeviceCode
	account, err := sessions.SignInByDevice(t.Context(), func(code session.DeviceCode) error {
		shown = code
		go s.press(code.Address+"?user_code="+strings.ToLower(code.Code), "bob")
		return nil
	})
	if err != nil || account.Subject != "bob" || account.Customer != "cus_bob" {
		t.Fatalf("signed in as %+v, %v", account, err)
	}
	if !shown.Until.Known() || !strings.HasPrefix(shown.Address, s.issuer.URL()) || len(shown.Code) != 9 {
		t.Errorf("shown %+v", shown)
	}
	bearerOf(s, s.sessions(nil).Token(account.ID))
	_, err = sessions.SignInByDevice(t.Context(), func(code session.DeviceCode) error {
		go s.press(code.Complete, "")
		return nil
	})
	if billing.CodeOf(err) != billing.CodeCanceled || !strings.Contains(billing.MessageOf(err), "declined") {
		t.Errorf("declined says %v", err)
	}
}

func TestNothingIsSentInTheClear(t *testing.T) {
	s := newStage(t, time.Hour)
	for _, endpoint := range []string{"token_endpoint", "revocation_endpoint"} {
		t.Run(endpoint, func(t *testing.T) {
			s.wire.altering(rewriting("/.well-known/openid-configuration", func(body string) string {
				return strings.Replace(body, `"`+endpoint+`":"`+s.issuer.URL(), `"`+endpoint+`":"http://issuer.example`, 1)
			}))
			sessions := s.sessions(nil)
			account, err := sessions.SignIn(t.Context(), func(address string) error { go s.press(address, "ada"); return nil })
			if endpoint == "token_endpoint" {
				if billing.CodeOf(err) != billing.CodeNotStripe {
					t.Errorf("says %v", err)
				}
				return
			}
			if told, err := sessions.SignOut(t.Context(), account.ID); told || err != nil {
				t.Errorf("told %v, %v", told, err)
			}
		})
	}
}

func TestAListOfANewerBillfoldIsLeftAlone(t *testing.T) {
	s := newStage(t, time.Hour)
	list := filepath.Join(s.dir, "accounts.json")
	if err := os.WriteFile(list, []byte(`{"format": 9, "accounts": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.sessions(nil).Accounts(); billing.CodeOf(err) != billing.CodeNewerFile {
		t.Errorf("says %v", err)
	}
	if err := os.WriteFile(list, []byte(`{`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.sessions(nil).Accounts(); billing.CodeOf(err) != billing.CodeUnreadable {
		t.Errorf("says %v", err)
	}
}
