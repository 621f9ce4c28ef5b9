// Package samplevendor is a whole vendor on loopback: the sandbox behind the real
// gateway, with an issuer that people sign in at. The app's first run and the tests
// walk the production path through it.
package samplevendor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"billfold/backend/gateway"
	"billfold/backend/gateway/identity"
	"billfold/backend/gateway/scope"
	"billfold/backend/sandbox"
	"billfold/backend/sandbox/issuer"
	"billfold/backend/vendorfile"
)

// ClientID is Billfold's name at the issuer.
const ClientID = "billfold"

// Options says how a vendor is to be.
type Options struct {
	// Sandbox is what stands for Stripe; where its events go is set here.
	Sandbox sandbox.Options
	// Listen and IssuerListen are the loopback addresses of gateway and issuer; "" is
	// any free port.
	Listen, IssuerListen string
	// TokenLife is how long access tokens are good; 0 is five minutes.
	TokenLife time.Duration
	// Policy is what the vendor says of itself.
	Policy gateway.Policy
	// Limits bound what a subscriber may ask; the zero value is next to none, since
	// nobody shares the sandbox.
	Limits gateway.Limits
	// Log hears the gateway; nil is silent.
	Log *slog.Logger
	// Upstream carries what the gateway asks the sandbox; nil is one of its own.
	Upstream http.RoundTripper
}

// Vendor is a running vendor.
type Vendor struct {
	sandbox *sandbox.Sandbox
	issuer  *issuer.Issuer
	gateway *gateway.Gateway
	// messenger brings the sandbox's events to the gateway.
	messenger *messenger
	server    *http.Server
	url       string
	served    chan struct{}
	stop      context.CancelFunc
	ran       chan struct{}
}

// unbounded are limits that nobody reaches.
var unbounded = gateway.Limits{
	PerMinute: 1e9, Burst: 1e9, WritesPerMinute: 1e9, PortalPerMinute: 1e9, TaxIDsPerDay: 1e9, FailuresPerMinute: 1e9,
	StripePerSecond: 1e9, StripeAtOnce: 64, Streams: 16,
}

// Start starts the three and serves until Close. ctx can stop the start only. The
// error is the sandbox's own, or names what is wrong in one sentence.
func Start(ctx context.Context, options Options) (*Vendor, error) {
	if options.Limits == (gateway.Limits{}) {
		options.Limits = unbounded
	}
	if options.Listen == "" {
		options.Listen = "127.0.0.1:0"
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", options.Listen)
	if err != nil {
		return nil, fmt.Errorf("the gateway cannot listen on %s: %w", options.Listen, err)
	}
	v := &Vendor{url: "http://" + listener.Addr().String(), served: make(chan struct{}), ran: make(chan struct{})}
	if !loopback(listener.Addr()) {
		return nil, errors.Join(fmt.Errorf("a sample vendor listens on loopback only, not on %q", options.Listen), listener.Close())
	}
	if err := v.open(ctx, options); err != nil {
		return nil, errors.Join(err, listener.Close(), v.closeParts())
	}
	v.server = &http.Server{
		Handler: v.gateway, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	running, stop := context.WithCancel(context.Background())
	v.stop = stop
	go func() {
		defer close(v.ran)
		v.gateway.Run(running)
	}()
	go func() {
		defer close(v.served)
		_ = v.server.Serve(listener) // it always returns with an error; Close is the only reason
	}()
	return v, nil
}

func loopback(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// open starts what stands behind the gateway, and makes the gateway.
func (v *Vendor) open(ctx context.Context, options Options) (err error) {
	v.messenger = newMessenger(v.url + "/webhooks/stripe")
	options.Sandbox.Webhook.Tell = v.messenger.take
	if v.sandbox, err = sandbox.Start(ctx, options.Sandbox); err != nil {
		return err
	}
	merchant := &merchant{url: v.sandbox.URL(), key: v.sandbox.Key(), subscriber: v.sandbox.Customer()}
	v.issuer, err = issuer.Start(ctx, issuer.Options{
		Listen: options.IssuerListen, ClientID: ClientID, Audience: v.url, People: merchant.people, TokenLife: options.TokenLife,
	})
	if err != nil {
		return err
	}
	portal, err := merchant.portal(ctx)
	if err != nil {
		return err
	}
	who, err := identity.New(identity.Config{
		Issuer: v.issuer.URL(), Audience: v.url, Claim: issuer.CustomerClaim, ReadScope: "billing", WriteScope: "billing",
	})
	if err != nil {
		return err
	}
	at, err := url.Parse(v.sandbox.URL())
	if err != nil {
		return err
	}
	config := gateway.Config{
		StripeURL: v.sandbox.URL(), StripeKey: v.sandbox.Key(), PublicURL: v.url, Identify: who.Verify, Ready: who.Ready,
		Scope:  scope.Settings{PortalHosts: []string{at.Host}, PortalConfiguration: portal},
		Policy: options.Policy, Limits: options.Limits, Log: options.Log, Transport: options.Upstream,
	}
	// The sandbox tells of every event, so that none has to be read back.
	config.Changes.Secrets, config.Changes.Every = []string{v.sandbox.WebhookSecret()}, -1
	if v.gateway, err = gateway.New(config); err != nil {
		return err
	}
	v.messenger.start()
	return nil
}

// URL is the gateway, without a slash at the end.
func (v *Vendor) URL() string { return v.url }

// Sandbox is what stands for Stripe.
func (v *Vendor) Sandbox() *sandbox.Sandbox { return v.sandbox }

// Gateway is the gateway itself.
func (v *Vendor) Gateway() *gateway.Gateway { return v.gateway }

// Issuer is where people sign in.
func (v *Vendor) Issuer() string { return v.issuer.URL() }

// File is what the vendor would ship beside Billfold.
func (v *Vendor) File() vendorfile.Vendor {
	at, _ := url.Parse(v.sandbox.URL()) // it was one at the start
	return vendorfile.Vendor{
		Name: "Sandbox", Gateway: v.url, Issuer: v.issuer.URL(), ClientID: ClientID,
		Scopes: []string{"profile", "email", "billing"}, PortalHosts: []string{at.Host},
	}
}

// closingTakes is how long Close waits for requests under way.
const closingTakes = 2 * time.Second

// Close ends the three; it may be called once.
func (v *Vendor) Close() error {
	v.gateway.EndStreams()
	ctx, cancel := context.WithTimeout(context.Background(), closingTakes)
	defer cancel()
	err := v.server.Shutdown(ctx)
	if err != nil {
		err = v.server.Close()
	}
	<-v.served
	v.stop()
	<-v.ran
	return errors.Join(err, v.closeParts())
}

func (v *Vendor) closeParts() (err error) {
	if v.gateway != nil {
		err = v.gateway.Close()
	}
	if v.issuer != nil {
		err = errors.Join(err, v.issuer.Close())
	}
	if v.sandbox != nil {
		err = errors.Join(err, v.sandbox.Close())
	}
	if v.messenger != nil {
		v.messenger.close()
	}
	return err
}
