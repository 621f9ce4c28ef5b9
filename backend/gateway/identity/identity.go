// Package identity turns a subscriber's token into the one customer it stands for.
//
// go-oidc verifies the token; what it leaves open is checked here: the type of the
// token, its subject, when it was issued and for how long, and the client it was
// issued to. The customer comes from a claim or from a table that the vendor
// keeps, never from an e-mail address.
package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"billfold/backend/pattern"
	"billfold/backend/stripewire"
)

// Config says whose tokens are taken, and whom they stand for.
type Config struct {
	// Issuer is the identity provider's address, exactly as its tokens name it.
	Issuer string
	// Audience is whom the tokens must be for.
	Audience string
	// Clients are the programs that a token may have been issued to (azp or
	// client_id); none given is any.
	Clients []string
	// Types are the types (typ) that a token may have; nil is "at+jwt", "JWT", or
	// none. A logout token is never taken.
	Types []string
	// Algorithms are the signatures that are taken; nil is RS256 and ES256.
	Algorithms []string
	// Skew is how far clocks may be apart; 0 is a minute.
	Skew time.Duration
	// LongestLife is for how long a token may have been issued; 0 is an hour.
	LongestLife time.Duration
	// Claim holds the customer's id. Without one, Lookup finds it.
	Claim  string
	Lookup Lookup
	// ReadScope and WriteScope are what a token must have to read and to change
	// anything; "" asks for nothing.
	ReadScope, WriteScope string
	// Remember is for how long a verified token is not verified again; 0 is a
	// minute. A withdrawn mapping holds that long.
	Remember time.Duration
	// Client fetches the provider's keys; nil is one with a limit of ten seconds.
	Client *http.Client
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Lookup finds the customers of a person of an issuer. Only exactly one is good;
// "" stands for one that was removed.
type Lookup func(ctx context.Context, issuer, subject string) (customers []string, err error)

// Principal is who asks.
type Principal struct {
	Issuer, Subject string
	// Customer is the customer's id, cus_...
	Customer string
	// MayWrite tells whether the token is good for changes.
	MayWrite bool
}

// Identity verifies tokens. It may be used from many goroutines.
type Identity struct {
	config   Config
	keys     *keys
	verifier *oidc.IDTokenVerifier
	memory   *memory
}

// maxToken bounds a token, in bytes.
const maxToken = 8 << 10

// algorithms are all that may be allowed: none with a shared secret, and not none.
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

// New makes an identity and asks nobody anything. Its error names what is wrong
// with the configuration.
func New(config Config) (*Identity, error) {
	if err := checkAddress("issuer", config.Issuer); err != nil {
		return nil, err
	}
	switch {
	case config.Audience == "":
		return nil, errors.New("the audience of the tokens is missing")
	case (config.Claim == "") == (config.Lookup == nil):
		return nil, errors.New("say either which claim holds the customer, or where customers are looked up")
	}
	if config.Algorithms == nil {
		config.Algorithms = []string{oidc.RS256, oidc.ES256}
	}
	for _, name := range config.Algorithms {
		if !slices.Contains(algorithms, name) {
			return nil, fmt.Errorf("the algorithm %q is not one that tokens may be signed with", name)
		}
	}
	if config.Types == nil {
		config.Types = []string{"at+jwt", "application/at+jwt", "JWT", ""}
	}
	config.Skew = orElse(config.Skew, time.Minute)
	config.LongestLife = orElse(config.LongestLife, time.Hour)
	config.Remember = orElse(config.Remember, time.Minute)
	if config.Client == nil {
		config.Client = &http.Client{Timeout: 10 * time.Second}
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	i := &Identity{config: config, memory: newMemory()}
	i.keys = newKeys(config)
	i.verifier = oidc.NewVerifier(config.Issuer, i.keys, &oidc.Config{
		ClientID: config.Audience, SupportedSigningAlgs: config.Algorithms,
		// go-oidc lets a token end to the second; clocks differ.
		Now: func() time.Time { return config.Now().Add(-config.Skew) },
	})
	return i, nil
}

func orElse(given, otherwise time.Duration) time.Duration {
	if given <= 0 {
		return otherwise
	}
	return given
}

// checkAddress takes https, and http for this machine alone.
func checkAddress(name, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil {
		return fmt.Errorf("the %s is not a web address", name)
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback) {
		return fmt.Errorf("the %s must be an https address", name)
	}
	return nil
}

// Ready fetches the provider's keys when there are none yet or they are old. Its
// error says why there are none.
func (i *Identity) Ready(ctx context.Context) error { return i.keys.renew(ctx) }

// Verify tells whom a token stands for. Its error is a *stripewire.Error.
func (i *Identity) Verify(ctx context.Context, token string) (Principal, error) {
	if token == "" || len(token) > maxToken {
		return Principal{}, invalid()
	}
	mark := sha256.Sum256([]byte(token))
	now := i.config.Now()
	if known, ok := i.memory.recall(mark, now); ok {
		return known, nil
	}
	var noKeys bool
	verified, err := i.verifier.Verify(context.WithValue(ctx, noKeysKey{}, &noKeys), token)
	if err != nil {
		return Principal{}, refused(err, noKeys)
	}
	var claims claims
	if err := verified.Claims(&claims); err != nil {
		return Principal{}, invalid()
	}
	if err := i.check(verified, &claims, now); err != nil {
		return Principal{}, err
	}
	customer, err := i.customer(ctx, verified, &claims)
	if err != nil {
		return Principal{}, err
	}
	found := Principal{
		Issuer: verified.Issuer, Subject: verified.Subject, Customer: customer, MayWrite: claims.has(i.config.WriteScope),
	}
	i.memory.keep(mark, found, earlier(verified.Expiry, now.Add(i.config.Remember)))
	return found, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// refused says in the subscriber's answer why go-oidc did not take a token.
func refused(err error, noKeys bool) error {
	var expired *oidc.TokenExpiredError
	switch {
	case errors.As(err, &expired):
		return &stripewire.Error{
			Status: http.StatusUnauthorized, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeTokenExpired,
			Message: "The sign-in has expired.",
		}
	case noKeys:
		return unavailable()
	}
	return invalid()
}

// check looks at what go-oidc leaves open.
func (i *Identity) check(token *oidc.IDToken, c *claims, now time.Time) error {
	switch {
	case token.Subject == "":
	case token.IssuedAt.IsZero() || token.IssuedAt.Unix() <= 0 || token.IssuedAt.After(now.Add(i.config.Skew)):
	case token.Expiry.Sub(token.IssuedAt) > i.config.LongestLife:
	case len(i.config.Clients) > 0 && !slices.Contains(i.config.Clients, c.client()):
	case !c.has(i.config.ReadScope):
		return notAllowed()
	default:
		return nil
	}
	return invalid()
}

var customerForm = pattern.Of(`^cus_[A-Za-z0-9_]{1,128}$`)

// customer gives the one customer of a token. None, several, or one that was
// removed is the same refusal.
func (i *Identity) customer(ctx context.Context, token *oidc.IDToken, c *claims) (string, error) {
	found := c.texts(i.config.Claim)
	if i.config.Claim == "" {
		var err error
		if found, err = i.config.Lookup(ctx, token.Issuer, token.Subject); err != nil {
			return "", unavailable()
		}
	}
	if len(found) != 1 || !customerForm.MatchString(found[0]) {
		return "", &stripewire.Error{
			Status: http.StatusForbidden, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeNoBillingAccount,
			Message: "There is no billing account for this sign-in.",
		}
	}
	return found[0], nil
}

func invalid() error {
	return &stripewire.Error{
		Status: http.StatusUnauthorized, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeTokenInvalid,
		Message: "The sign-in is not valid.",
	}
}

func notAllowed() error {
	return &stripewire.Error{
		Status: http.StatusForbidden, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeNotAllowed,
		Message: "This sign-in is not allowed to see billing.",
	}
}

func unavailable() error {
	return &stripewire.Error{
		Status: http.StatusServiceUnavailable, Type: stripewire.TypeAPI, Code: stripewire.CodeSignInUnavailable,
		Message: "Sign-ins cannot be checked at the moment. Please try again soon.",
	}
}
