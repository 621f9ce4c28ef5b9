// Package issuer is a small OpenID provider on loopback, so that sign-in can be
// walked without a network. Whoever comes may be any of its people: there are no
// passwords, since nothing behind it is real. The protocol and its cryptography are
// those of a certified library.
package issuer

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

// Person is somebody who can sign in.
type Person struct {
	// Subject is the issuer's name for them, Customer the merchant's.
	Subject, Customer string
	Name, Email       string
}

// Options says how an issuer is to be.
type Options struct {
	// Listen is a loopback address; "" is any free port of 127.0.0.1.
	Listen string
	// ClientID is the one client, Audience what its access tokens are for.
	ClientID, Audience string
	// People lists who can sign in.
	People func(context.Context) ([]Person, error)
	// TokenLife is how long access tokens are good; 0 is five minutes.
	TokenLife time.Duration
	// PollEvery is how often a device may ask whether its code was entered; 0 is five
	// seconds.
	PollEvery time.Duration
}

// CustomerClaim is the claim of an access token that names the customer.
const CustomerClaim = "customer"

// Issuer is a running issuer.
type Issuer struct {
	url    string
	shelf  *shelf
	server *http.Server
	served chan struct{}
}

// Start listens and serves until Close. The error names what is wrong in one
// sentence.
func Start(ctx context.Context, options Options) (*Issuer, error) {
	if options.Listen == "" {
		options.Listen = "127.0.0.1:0"
	}
	if options.TokenLife == 0 {
		options.TokenLife = 5 * time.Minute
	}
	if options.PollEvery == 0 {
		options.PollEvery = 5 * time.Second
	}
	host, _, err := net.SplitHostPort(options.Listen)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("the issuer listens on loopback only, not on %q", options.Listen)
	}
	if options.ClientID == "" || options.Audience == "" || options.People == nil {
		return nil, errors.New("an issuer needs a client, an audience and people")
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", options.Listen)
	if err != nil {
		return nil, fmt.Errorf("the issuer cannot listen on %s: %w", options.Listen, err)
	}
	i := &Issuer{url: "http://" + listener.Addr().String(), served: make(chan struct{})}
	handler, err := i.handler(options)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	i.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	go func() {
		defer close(i.served)
		_ = i.server.Serve(listener) // it always returns with an error; Close is the only reason
	}()
	return i, nil
}

func (i *Issuer) handler(options Options) (http.Handler, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	i.shelf = newShelf(options, key)
	config := &op.Config{
		CodeMethodS256: true, GrantTypeRefreshToken: true, SupportedUILocales: []language.Tag{language.English},
		SupportedScopes: []string{"openid", "profile", "email", "offline_access", "billing"},
		DeviceAuthorization: op.DeviceAuthorizationConfig{
			Lifetime: 5 * time.Minute, PollInterval: options.PollEvery, UserFormPath: devicePath,
			UserCode: op.UserCodeConfig{CharSet: op.CharSetBase20, CharAmount: 8, DashInterval: 4},
		},
	}
	if _, err := rand.Read(config.CryptoKey[:]); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	provider, err := op.NewProvider(config, i.shelf, op.StaticIssuer(i.url),
		op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)), op.WithCORSOptions(nil))
	if err != nil {
		return nil, fmt.Errorf("make the issuer: %w", err)
	}
	pages := &pages{shelf: i.shelf, origin: i.url, callback: op.AuthCallbackURL(provider)}
	mux := http.NewServeMux()
	mux.HandleFunc(signInPath, pages.signIn)
	mux.HandleFunc(devicePath, pages.device)
	mux.Handle("/", provider)
	return onlyHere(i.url, mux), nil
}

// onlyHere answers under the issuer's own address alone: a name that leads here is
// somebody's trick.
func onlyHere(address string, inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if "http://"+r.Host != address {
			http.Error(w, "This address is for this computer alone.", http.StatusForbidden)
			return
		}
		inner.ServeHTTP(w, r)
	})
}

// URL is the issuer, without a slash at the end.
func (i *Issuer) URL() string { return i.url }

// Close ends the issuer. What it gave out is forgotten: a sign-in ends with it.
func (i *Issuer) Close() error {
	err := i.server.Close()
	<-i.served
	return err
}
