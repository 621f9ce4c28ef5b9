// Package session is sign-in, and where the token is kept: it leads a person to
// their vendor's sign-in in a browser, or gives them a code to enter on another
// device, keeps what that brings, and renews it without asking.
//
// No token reaches a log, an error or a file, but for one file that the person has
// asked for in so many words.
package session

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"billfold/backend/billing"
)

// Provider is whom people sign in with, and as which client.
type Provider struct {
	// Issuer is the OpenID provider's address, ClientID this app's name there. The
	// client is a public one: it has no secret.
	Issuer, ClientID string
	// Scopes are asked for beside openid and offline_access.
	Scopes []string
	// Resource says what the token is for where the provider follows RFC 8707, and
	// Audience where it takes the parameter of that name; "" sends none.
	Resource, Audience string
	// UseIDToken tells that the gateway is shown the ID token, for a provider whose
	// access tokens only it can read.
	UseIDToken bool
}

// Config is what Sessions are made of.
type Config struct {
	// Dir is the data folder.
	Dir string
	// Gateway is the server that tokens are for.
	Gateway  string
	Provider Provider
	// Customer asks the gateway whose billing a token opens. Its error is a
	// *billing.Error.
	Customer func(ctx context.Context, token string) (string, error)
	// Keychain is where refresh tokens go; nil is the system's. MemoryOnly asks for
	// none, and leaves no trace of a sign-in: that is for the sandbox.
	Keychain   Keychain
	MemoryOnly bool
	// PlainFile has the token kept in a file that only the person can read, where
	// there is no keychain. It is theirs to ask for.
	PlainFile bool
	// Transport carries requests to the provider; nil is one of its own.
	Transport http.RoundTripper
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log hears of what went wrong; nil is silent.
	Log *slog.Logger
}

// Sessions are the sign-ins of one person at one vendor. They may be used from many
// goroutines, and by several programs at once.
type Sessions struct {
	config   Config
	client   *http.Client
	provider provider
	book     *book
	vault    vault

	alone sync.Mutex       // held in the place of the file lock where nothing is written
	mu    sync.Mutex       // guards live
	live  map[string]*live // by account
}

// New makes sessions and asks nobody anything.
func New(config Config) *Sessions {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Keychain == nil {
		config.Keychain = SystemKeychain{}
	}
	s := &Sessions{config: config, client: clientFor(config), live: map[string]*live{}}
	s.provider = provider{config: config.Provider, client: s.client}
	s.book = newBook(config)
	s.vault = vault{keychain: config.Keychain, dir: config.Dir, memory: map[string]string{}}
	return s
}

// Token gives the function that has a good token for an account each time it is
// asked. CodeSignedOut says that the person has to sign in again.
func (s *Sessions) Token(id string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) { return s.token(ctx, id, "") }
}

// Renew gives the function that has another token after one was refused.
func (s *Sessions) Renew(id string) func(ctx context.Context, refused string) (string, error) {
	return func(ctx context.Context, refused string) (string, error) { return s.token(ctx, id, refused) }
}

// live is the token in use of one account.
type live struct {
	turn  chan struct{} // holds one: who has it may renew
	token string
	until time.Time // unknown: as long as it is not refused
	from  time.Time
}

// early is how long before its end a token is renewed, at most; one with a short
// life is renewed when a fifth of it is left.
const early = time.Minute

func (l *live) good(now time.Time) bool {
	if l.token == "" {
		return false
	}
	return l.until.IsZero() || now.Before(l.until.Add(-min(early, l.until.Sub(l.from)/5)))
}

func (s *Sessions) liveOf(id string) *live {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live[id] == nil {
		s.live[id] = &live{turn: make(chan struct{}, 1)}
	}
	return s.live[id]
}

// token gives a good token that is not the refused one. One at a time renews; who
// waits meanwhile gets what that one got.
func (s *Sessions) token(ctx context.Context, id, refused string) (string, error) {
	l := s.liveOf(id)
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return "", stopped(ctx.Err())
	}
	if l.good(s.config.Now()) && l.token != refused {
		return l.token, nil
	}
	if err := s.renew(ctx, id, l); err != nil {
		return "", err
	}
	return l.token, nil
}

// renewTakes bounds one renewal. It is not given up half way when its asker goes:
// the provider may have taken the old token back already.
const renewTakes = 20 * time.Second

// renew gets a new token by the refresh token, whose successor is kept before the
// new token is used. The caller has the turn.
func (s *Sessions) renew(ctx context.Context, id string, l *live) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	account, err := s.book.find(id)
	if err != nil {
		return err
	}
	old, err := s.vault.get(ctx, account)
	switch {
	case errors.Is(err, ErrNone):
		return signInAgain(nil)
	case err != nil:
		return keychainShut(err)
	}
	working, done := context.WithTimeout(context.WithoutCancel(ctx), renewTakes)
	defer done()
	got, err := s.provider.refresh(working, old)
	if errors.Is(err, errRefused) {
		s.forgetToken(working, account)
		return signInAgain(err)
	}
	if err != nil {
		return err
	}
	if got.subject != "" && got.subject != account.Subject {
		return billing.NewError(billing.CodeForeign, "The sign-in was renewed for another person; it was refused.", nil)
	}
	if got.refresh != "" && got.refresh != old {
		s.keepSuccessor(working, account, got.refresh)
	}
	l.use(got, s.config.Now())
	return nil
}

func (l *live) use(got tokens, now time.Time) { l.token, l.until, l.from = got.bearer, got.until, now }

// keepSuccessor keeps the refresh token that took the place of another. One that
// cannot be kept is remembered while this program runs.
func (s *Sessions) keepSuccessor(ctx context.Context, account Account, token string) {
	if err := s.vault.put(ctx, account, token); err != nil {
		s.config.Log.WarnContext(ctx, "the renewed sign-in is kept only while Billfold runs", "error", err)
		account.Kept = KeptInMemory
		_ = s.vault.put(ctx, account, token) // memory takes everything
		if err := s.book.put(account); err != nil {
			s.config.Log.WarnContext(ctx, "the list of accounts cannot be written", "error", err)
		}
	}
}

// forgetToken drops a refresh token that the provider does not know any more. The
// account stays in the list, so that what was fetched can be read.
func (s *Sessions) forgetToken(ctx context.Context, account Account) {
	if err := s.vault.remove(ctx, account); err != nil {
		s.config.Log.WarnContext(ctx, "an old sign-in could not be removed", "error", err)
	}
	account.Ended = true
	if err := s.book.put(account); err != nil {
		s.config.Log.WarnContext(ctx, "the list of accounts cannot be written", "error", err)
	}
}
