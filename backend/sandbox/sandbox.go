// Package sandbox is a small Stripe on loopback: stateful, of API version
// 2023-10-16, living by a clock. It answers what a subscriber reads and what it
// takes to set an account up, and refuses everything else by name. Its hosted pages
// and documents are on the same address, behind links that are secrets.
package sandbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options says how a sandbox is to be. The zero value is good.
type Options struct {
	// Listen is a loopback address; "" is any free port of 127.0.0.1.
	Listen string
	// Scenario is one of Scenarios; "" is DefaultScenario, or what StateFile holds.
	Scenario string
	// StateFile keeps what is written to the sandbox; "" keeps it in memory.
	StateFile string
	// Now is the clock; nil is time.Now. The sandbox never goes back in time.
	Now func() time.Time
	// Webhook says where events are sent to.
	Webhook WebhookOptions
	// Mail says where letters go besides the page /outbox.
	Mail MailOptions
	// Faults are those to begin with.
	Faults []Fault
	// Wrap, if set, puts a handler in front, e.g. one that makes faults.
	Wrap func(http.Handler) http.Handler

	// base is where it listens, once it does.
	base string
}

// Sandbox is a running sandbox.
type Sandbox struct {
	url      string
	key      string
	customer string
	server   *http.Server
	beside   *aside
	served   chan struct{}
	// end lets go of the state file, once.
	end func() error
}

// closingTakes is how long Close waits for requests under way.
const closingTakes = 2 * time.Second

// Start listens, makes the scenario, or what the state file says became of it,
// and serves until Close. ctx can stop the start only. The error names what is
// wrong in one sentence.
func Start(ctx context.Context, options Options) (*Sandbox, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	address := options.Listen
	if address == "" {
		address = "127.0.0.1:0"
	}
	if !isLoopback(address) {
		return nil, fmt.Errorf("the sandbox listens on loopback only (127.0.0.1, ::1 or localhost), not on %q", address)
	}
	if options.Scenario != "" {
		if _, err := scenarioNamed(options.Scenario); err != nil {
			return nil, err
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the sandbox cannot listen on %s: %w", address, err)
	}
	options.base = "http://" + listener.Addr().String()
	s, err := startOn(ctx, listener, options)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return s, nil
}

func startOn(ctx context.Context, listener net.Listener, options Options) (*Sandbox, error) {
	release := func() error { return nil }
	if options.StateFile != "" {
		var err error
		if release, err = holdState(ctx, options.StateFile); err != nil {
			return nil, err
		}
	}
	desk, customer, err := openDesk(ctx, options)
	if err != nil {
		return nil, errors.Join(err, release())
	}
	beside, err := newAside(desk, options)
	if err != nil {
		return nil, errors.Join(err, release())
	}
	s := serveOn(listener, options, desk, customer, beside)
	s.end = sync.OnceValue(func() error { return errors.Join(beside.close(), release()) })
	return s, nil
}

func serveOn(listener net.Listener, options Options, d *desk, customer string, beside *aside) *Sandbox {
	s := &Sandbox{
		url: options.base, key: "sk_test_" + rand.Text(), customer: customer, served: make(chan struct{}),
	}
	s.beside = beside
	var handler http.Handler = &front{desk: d, key: s.key, pages: newHosted(d, options.Now)}
	handler = beside.around(handler, s.key)
	if options.Wrap != nil {
		handler = options.Wrap(handler)
	}
	s.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	go func() {
		defer close(s.served)
		_ = s.server.Serve(listener) // it always returns with an error; Close is the only reason
	}()
	return s
}

// openDesk takes up where the state file left off, or seeds the scenario. The
// state file must be held.
func openDesk(ctx context.Context, options Options) (*desk, string, error) {
	if options.StateFile == "" {
		return freshDesk(ctx, options)
	}
	kept, err := readJournal(options.StateFile)
	if err == nil && options.Scenario != "" && kept.Scenario != options.Scenario {
		return nil, "", fmt.Errorf("the state file %s holds scenario %q, not %q: name another file or remove it",
			options.StateFile, kept.Scenario, options.Scenario)
	}
	var d *desk
	var customer string
	if err == nil {
		d, customer, err = repeated(ctx, options, kept)
	}
	switch {
	case err == nil:
		return d, customer, nil
	case errors.Is(err, errDamaged):
		if err := setAside(options.StateFile, options.Now()); err != nil {
			return nil, "", fmt.Errorf("set damaged sandbox state aside: %w", err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, "", fmt.Errorf("read sandbox state: %w", err)
	}
	if d, customer, err = freshDesk(ctx, options); err != nil {
		return nil, "", err
	}
	return d, customer, d.journal.save(options.StateFile)
}

func freshDesk(ctx context.Context, options Options) (*desk, string, error) {
	name := options.Scenario
	if name == "" {
		name = DefaultScenario
	}
	return newDesk(ctx, options, journal{Format: journalFormat, Scenario: name, SeededAt: options.Now().Unix(), Writes: []write{}})
}

// repeated makes the world of a journal again. One that cannot be repeated is
// damaged.
func repeated(ctx context.Context, options Options, kept journal) (*desk, string, error) {
	d, customer, err := newDesk(ctx, options, kept)
	if ctx.Err() != nil {
		return nil, "", ctx.Err()
	}
	if err == nil {
		err = d.replay(kept.Writes)
		d.world.endPortalSessions()
	}
	if err != nil {
		return nil, "", errors.Join(errDamaged, err)
	}
	return d, customer, nil
}

func newDesk(ctx context.Context, options Options, kept journal) (*desk, string, error) {
	if len(kept.LinkKey) == 0 { // a new journal, or one from before there were pages
		kept.LinkKey = []byte(rand.Text())
	}
	s, err := scenarioNamed(kept.Scenario)
	if err != nil {
		return nil, "", err
	}
	w, customer, err := seeded(ctx, s, kept.SeededAt, links{base: options.base, key: kept.LinkKey})
	if err != nil {
		return nil, "", err
	}
	d := &desk{now: options.Now, world: w, journal: kept, replayed: map[string]reply{}}
	if options.StateFile != "" {
		d.onSave = func(j journal) error { return j.save(options.StateFile) }
	}
	return d, customer, nil
}

// URL is where the sandbox listens, without a slash at the end.
func (s *Sandbox) URL() string { return s.url }

// Key is the secret key it accepts, new with every start.
func (s *Sandbox) Key() string { return s.key }

// Customer is the subscriber of the scenario.
func (s *Sandbox) Customer() string { return s.customer }

// Close lets requests, webhooks and letters under way finish for a moment and ends
// the sandbox. What does not finish is noted in the state file, and goes on with
// the next start. It may be called more than once.
func (s *Sandbox) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closingTakes)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = s.server.Close()
	}
	<-s.served
	return errors.Join(err, s.end())
}
