package session

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"billfold/backend/billing"
	"billfold/backend/handoff"
)

const (
	// visitLasts is how long a person has to sign in.
	visitLasts = 5 * time.Minute
	// ReturnPath is where the browser comes back to, on 127.0.0.1 and whatever port is
	// free; the vendor registers it with the provider.
	// Source: RFC 8252, section 7.3.
	ReturnPath = "callback"
)

// attempt is one sign-in in a browser under way.
type attempt struct {
	endpoints              *endpoints
	issuer                 string
	state, nonce, verifier string
	brought                chan brought
}

// brought is what the browser came back with.
type brought struct {
	code string
	err  error
}

// SignIn leads a person through the vendor's sign-in in their browser. show gets the
// address to open, once the browser's return is awaited; what it fails with ends the
// sign-in. The account is signed in and current afterwards.
// Source: RFC 8252; RFC 7636; OpenID Connect Core 1.0, section 3.1.
func (s *Sessions) SignIn(ctx context.Context, show func(address string) error) (Account, error) {
	found, err := s.provider.discover(ctx)
	if err != nil {
		return Account{}, err
	}
	a := &attempt{
		endpoints: found, issuer: s.config.Provider.Issuer,
		state: rand.Text(), nonce: rand.Text(), verifier: oauth2.GenerateVerifier(), brought: make(chan brought, 1),
	}
	door, err := handoff.AwaitAnswer(visitLasts, ReturnPath, a.receive)
	if err != nil {
		return Account{}, err
	}
	defer door.Close()
	if err := show(s.address(a, door.URL())); err != nil {
		return Account{}, err
	}
	got, err := a.await(ctx)
	if err != nil {
		return Account{}, err
	}
	tokens, err := s.provider.exchange(ctx, door.URL(), got, a.verifier, a.nonce)
	if err != nil {
		return Account{}, again(err)
	}
	return s.welcome(ctx, tokens)
}

// again puts a code that was not taken into words: it is not a sign-in that ended.
func again(err error) error {
	if billing.CodeOf(err) == billing.CodeInternal {
		return billing.NewError(billing.CodeForbidden, "The vendor's sign-in did not accept its own answer. Begin again.", err)
	}
	return err
}

// address is where the person is to go. Who is signed in already is asked who they
// are, else the browser would choose for them.
func (s *Sessions) address(a *attempt, door string) string {
	prompt := "consent" // without it no refresh token may be given: OpenID Connect Core 1.0, section 11
	if known, err := s.Accounts(); err == nil && len(known) > 0 {
		prompt = "login consent"
	}
	config := a.endpoints.oauth2
	config.RedirectURL = door
	return config.AuthCodeURL(a.state, append(s.provider.target(), oauth2.S256ChallengeOption(a.verifier),
		oidc.Nonce(a.nonce), oauth2.SetAuthURLParam("prompt", prompt))...)
}

// receive judges what a browser brings. What was not sent for is turned away and
// changes nothing, so that no other program can end a sign-in; the first that was
// sent for ends it.
func (a *attempt) receive(query url.Values) (handoff.Shown, func()) {
	nothing := func() {}
	if !a.sentFor(query) {
		return handoff.Shown{
			Status: http.StatusBadRequest, Title: "This sign-in is not the one that is awaited",
			Text: "Nothing was done. Go back to Billfold and begin again.",
		}, nothing
	}
	result := brought{code: query.Get("code")}
	shown := handoff.Shown{Status: http.StatusOK, Title: "You can close this tab", Text: "Billfold is signing you in and goes on there."}
	if result.code == "" {
		result.err = deniedBecause(query.Get("error"))
		shown.Title, shown.Text = "You are not signed in", "You can close this tab. Billfold says what can be done."
	}
	return shown, func() {
		select {
		case a.brought <- result:
		default: // the first one counts
		}
	}
}

// sentFor tells whether an answer belongs to this attempt and comes from the issuer
// that it was sent to.
// Source: RFC 6749, section 10.12; RFC 9207, section 2.4.
func (a *attempt) sentFor(query url.Values) bool {
	for _, name := range []string{"state", "code", "error", "iss"} {
		if len(query[name]) > 1 {
			return false
		}
	}
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(a.state)) != 1 {
		return false
	}
	if query.Has("iss") || a.endpoints.names {
		return query.Get("iss") == a.issuer
	}
	return true
}

func deniedBecause(code string) error {
	switch code {
	case "access_denied":
		return declined()
	case "server_error", "temporarily_unavailable":
		return billing.NewError(billing.CodeUnavailable, "The vendor's sign-in has a problem of its own. Try again soon.", nil)
	default:
		return billing.NewError(billing.CodeForbidden, "The vendor's sign-in does not accept Billfold. Ask the vendor's support.", errorWord(code))
	}
}

// await waits for the browser, for as long as a person may take.
func (a *attempt) await(ctx context.Context) (code string, err error) {
	limit := time.NewTimer(visitLasts)
	defer limit.Stop()
	select {
	case got := <-a.brought:
		return got.code, got.err
	case <-limit.C:
		return "", tooLate()
	case <-ctx.Done():
		return "", stopped(ctx.Err())
	}
}

// welcome makes an account of the tokens of a new sign-in.
func (s *Sessions) welcome(ctx context.Context, got tokens) (Account, error) {
	customer, err := s.config.Customer(ctx, got.bearer)
	if err != nil {
		return Account{}, err
	}
	account := Account{
		ID: accountID(s.config, got.subject), Issuer: s.config.Provider.Issuer, Gateway: s.config.Gateway,
		Subject: got.subject, Customer: customer, Name: got.name, Email: got.email,
		SignedInAt: billing.At(s.config.Now()), Current: true,
	}
	l := s.liveOf(account.ID)
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return Account{}, stopped(ctx.Err())
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return Account{}, err
	}
	defer unlock()
	before, err := s.book.find(account.ID)
	known := err == nil
	if account.Kept, err = s.keep(ctx, account, got.refresh); err != nil {
		return Account{}, err
	}
	if known && before.Kept != account.Kept {
		s.forgetToken(ctx, before) // the token is elsewhere now
	}
	if err := s.book.put(account); err != nil {
		return Account{}, err
	}
	l.use(got, s.config.Now())
	return account, nil
}

// keep puts a refresh token where it belongs: into the keychain, else into a file if
// the person asked for that, else into memory.
func (s *Sessions) keep(ctx context.Context, account Account, token string) (Kept, error) {
	places := []Kept{KeptInKeychain, KeptInMemory}
	switch {
	case s.config.MemoryOnly:
		places = []Kept{KeptInMemory}
	case s.config.PlainFile:
		places = []Kept{KeptInKeychain, KeptInFile}
	}
	var err error
	for _, place := range places {
		account.Kept = place
		if err = s.vault.put(ctx, account, token); err == nil {
			return place, nil
		}
		s.config.Log.WarnContext(ctx, "the sign-in cannot be kept there", "place", place, "error", err)
	}
	return "", billing.NewError(billing.CodeUnreadable, "The sign-in cannot be kept in a file: the data folder cannot be written.", err)
}

// errorWord is an error code as a cause.
type errorWord string

func (e errorWord) Error() string { return strings.TrimSpace("error " + word(string(e))) }
