// Package stripeapi speaks the Stripe API as one subscriber and answers in
// billing's words.
//
// stripe-go builds the parameters and reads the errors. What it trusts a server
// with is taken from it: [transport] checks every answer before anybody reads
// it, one loop pages every list, and every object has to prove its kind, its id
// and its owner before it becomes a value of billing.
package stripeapi

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
	"billfold/backend/pattern"
)

// Config says which API is spoken to, and as whom.
type Config struct {
	// URL is the base URL, without "/v1": https, or http on loopback.
	URL string
	// Customer is the subscriber's id, cus_...; every answer is checked against it.
	Customer string
	// Gateway tells that the server is a gateway, which knows what changed.
	Gateway bool
	// Renew gives another bearer in place of one that the server refused; nil where
	// there is no other.
	Renew func(ctx context.Context, refused string) (string, error)
	// Token gives the bearer. It is asked before every request, so it may rotate.
	Token func(context.Context) (string, error)
	// Transport carries the requests; nil is one of its own. Redirects are not
	// followed with any.
	Transport http.RoundTripper
	// Log gets one debug line a request, without parameters or bodies; nil is silent.
	Log *slog.Logger
	// Wait passes the time between two tries; nil is a timer that ends with the context.
	Wait func(context.Context, time.Duration) error
	// Now is read for a Retry-After that names a date; nil is time.Now.
	Now func() time.Time
	// Patience is how long the server may be silent before and within an answer;
	// 0 is 10 seconds.
	Patience time.Duration
}

// Client asks for one subscriber's objects. It may be used from many goroutines
// at once; no more than [MaxConcurrent] of its requests are on their way at any
// time.
type Client struct {
	base      string
	customer  string
	gateway   bool
	backend   *stripe.BackendImplementation
	transport *transport
}

// MaxConcurrent is how many requests of one client run side by side: as many as the
// first pull of an ordinary account has, and no more, since Stripe's limits hold for all
// subscribers of a merchant together.
const MaxConcurrent = 10

// Traffic is what a client has sent and received.
type Traffic struct {
	// Requests counts tries, repeated ones included.
	Requests int64
	// BytesIn counts the bytes of answers, after decompression.
	BytesIn int64
}

// counters are the parts of Traffic, kept by the transport.
type counters struct {
	requests atomic.Int64
	bytesIn  atomic.Int64
}

var customerID = pattern.Of(`^cus_[A-Za-z0-9_]{1,128}$`)

// New makes a client and sends nothing. A URL that is neither https nor http on
// loopback, a customer id that is none, or a missing Token is CodeInvalid.
func New(config Config) (*Client, error) {
	base, err := baseURL(config.URL)
	if err != nil {
		return nil, err
	}
	if !customerID.MatchString(config.Customer) {
		return nil, billing.NewError(billing.CodeInvalid, "The customer must be a Stripe customer id, cus_ and more.", nil)
	}
	if config.Token == nil {
		return nil, billing.NewError(billing.CodeInvalid, "There is no token to sign in with.", nil)
	}
	return clientOf(config, base), nil
}

func clientOf(config Config, base string) *Client {
	carrier := newTransport(config)
	backend := &stripe.BackendImplementation{
		Type:          stripe.APIBackend,
		URL:           base,
		HTTPClient:    &http.Client{Transport: carrier},
		LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
		// The transport repeats what may be repeated; stripe-go would sleep through
		// a cancelled context and ignore Retry-After.
		MaxNetworkRetries: 0,
	}
	return &Client{base: base, customer: config.Customer, gateway: config.Gateway, backend: backend, transport: carrier}
}

// Close lets go of the connections that are not in use. A server that is about to
// end need not wait for them.
func (c *Client) Close() { c.backend.HTTPClient.CloseIdleConnections() }

// Traffic tells what was sent and received since New.
func (c *Client) Traffic() Traffic {
	return Traffic{Requests: c.transport.counters.requests.Load(), BytesIn: c.transport.counters.bytesIn.Load()}
}

func baseURL(given string) (string, error) {
	parsed, err := url.Parse(strings.TrimSpace(given))
	if err != nil || parsed.Host == "" || parsed.Hostname() == "" || parsed.Opaque != "" {
		// The parser's own words would repeat the address.
		return "", billing.NewError(billing.CodeInvalid, "The address of the billing server is not a URL.", nil)
	}
	switch {
	case parsed.Scheme != "https" && parsed.Scheme != "http":
		return "", billing.NewError(billing.CodeInvalid, "The address of the billing server must begin with https://.", nil)
	case parsed.Scheme == "http" && !loopback(parsed.Hostname()):
		return "", billing.NewError(billing.CodeInvalid, "The billing server must be reached by https; plain http is for this computer alone.", nil)
	case parsed.User != nil || parsed.RawQuery != "" || parsed.ForceQuery || parsed.Fragment != "":
		return "", billing.NewError(billing.CodeInvalid, "The address of the billing server may hold no user name, query or fragment.", nil)
	}
	base := parsed.Scheme + "://" + parsed.Host + parsed.EscapedPath()
	return strings.TrimSuffix(strings.TrimSuffix(base, "/"), "/v1"), nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
