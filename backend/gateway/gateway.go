// Package gateway lets a subscriber's token reach that subscriber's objects at
// Stripe and no others. It speaks Stripe's own protocol and holds the merchant's
// key.
//
// A request's way: bearer -> identity -> rule of scope -> proofs -> Stripe -> owner
// of the answer checked -> bytes back.
package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"billfold/backend/gateway/changes"
	"billfold/backend/gateway/identity"
	"billfold/backend/gateway/scope"
	"billfold/backend/pattern"
)

// Config says what a gateway stands between.
type Config struct {
	// StripeURL is the API's address; "" is Stripe's own. StripeKey is the
	// merchant's key.
	StripeURL, StripeKey string
	// PublicURL is the address under which companions reach the gateway, without a
	// slash at the end; "" means that there is no return page.
	PublicURL string
	// Identify tells whom a token stands for; usually identity.Identity.Verify. Its
	// error is a *stripewire.Error.
	Identify func(ctx context.Context, token string) (identity.Principal, error)
	// Scope is what the vendor opened; its ReturnPage follows from PublicURL.
	Scope scope.Settings
	// Policy is what only the vendor knows.
	Policy Policy
	Limits Limits
	// Changes says where news of changes come from; Ask and Log are set here.
	Changes changes.Config
	// ClientIP names the address a request came from; nil is that of the connection.
	ClientIP func(*http.Request) string
	// Ready says why tokens cannot be verified at the moment; nil is always ready.
	Ready func(context.Context) error
	// Log gets one line a request, Audit one for each decision that somebody may
	// have to answer for. Neither holds tokens, links or values. nil is silent.
	Log, Audit *slog.Logger
	// Observe is told of every request that ended; nil does nothing.
	Observe func(Observation)
	// Transport carries the requests to Stripe; nil is one of its own.
	Transport http.RoundTripper
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Gateway is an http.Handler.
type Gateway struct {
	config   Config
	scope    *scope.Scope
	upstream *upstream
	changes  *changes.Changes
	reads    reads
	callers  *callers
	policy   []byte
	// mark tells answers of one configuration from those of another.
	mark string
	once sync.Once
	// ending is closed when streams are to end.
	ending  chan struct{}
	endOnce sync.Once
}

const stripeURL = "https://api.stripe.com"

// New makes a gateway and asks nobody anything. Its error names what is wrong with
// the configuration.
func New(config Config) (*Gateway, error) {
	if config.StripeURL == "" {
		config.StripeURL = stripeURL
	}
	if err := check(config); err != nil {
		return nil, err
	}
	policy, err := config.Policy.encode(config.Scope.PortalConfiguration)
	if err != nil {
		return nil, err
	}
	silent := slog.New(slog.DiscardHandler)
	if config.Log == nil {
		config.Log = silent
	}
	if config.Audit == nil {
		config.Audit = silent
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.ClientIP == nil {
		config.ClientIP = addressOf
	}
	config.Limits = config.Limits.filled()
	if config.PublicURL != "" {
		config.Scope.ReturnPage = config.PublicURL + returnPath
	}
	g := &Gateway{
		config: config, scope: scope.New(config.Scope), upstream: newUpstream(config), reads: newReads(),
		callers: newCallers(config.Limits), policy: policy, mark: markOf(config.Scope),
		ending: make(chan struct{}),
	}
	config.Changes.Ask, config.Changes.Log, config.Changes.Now = g.upstream.read, config.Log, config.Now
	g.changes = changes.New(config.Changes)
	return g, nil
}

func check(config Config) error {
	if config.Identify == nil {
		return errors.New("nobody says whom a token stands for")
	}
	if config.StripeKey == "" {
		return errors.New("the Stripe key is missing")
	}
	if strings.ContainsFunc(config.StripeKey, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("the Stripe key holds characters that no key has")
	}
	if err := address("Stripe's address", config.StripeURL); err != nil {
		return err
	}
	if config.PublicURL != "" {
		if err := address("public address", config.PublicURL); err != nil {
			return err
		}
	}
	if id := config.Scope.PortalConfiguration; id != "" && !portalForm.MatchString(id) {
		return errors.New("the portal configuration must be the id of one, bpc_ and more")
	}
	for _, flow := range config.Scope.PortalFlows {
		if !contains(scope.AllPortalFlows, flow) {
			return fmt.Errorf("there is no portal flow %q", flow)
		}
	}
	return nil
}

var portalForm = pattern.Of(`^bpc_[A-Za-z0-9_]{1,128}$`)

// address takes an https address without a path, and http for this machine alone.
func address(name, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" {
		return fmt.Errorf("the %s must be a web address without path, query or user name", name)
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback) {
		return fmt.Errorf("the %s must begin with https://; plain http is for this machine alone", name)
	}
	return nil
}

func contains(words []string, word string) bool {
	for _, one := range words {
		if one == word {
			return true
		}
	}
	return false
}

// Run reads events back and passes changes on, until the context ends.
func (g *Gateway) Run(ctx context.Context) { g.changes.Run(ctx) }

// EndStreams ends the streams of news, which end by themselves only after long; a
// server that shuts down waits for them.
func (g *Gateway) EndStreams() { g.endOnce.Do(func() { close(g.ending) }) }

// Close lets go of connections and of the store of versions. Requests under way
// may still end.
func (g *Gateway) Close() (err error) {
	g.EndStreams()
	g.once.Do(func() {
		g.upstream.close()
		err = g.changes.Close()
	})
	return err
}

// markOf is a word for what a subscriber may see: when it changes, what they kept
// is not what they would get.
func markOf(settings scope.Settings) string {
	written, err := json.Marshal([]any{scope.Fields(), settings.Metadata})
	if err != nil { // strings alone
		return ""
	}
	return short(written)
}

func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
