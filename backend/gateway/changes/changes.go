// Package changes knows, for each customer, whether something may have changed
// since they last asked, without asking Stripe.
//
// Every customer has one version, a word that is never used twice. Whatever says
// that something of theirs changed gives them a new one: a webhook, an event that
// was read back, a write of their own. What the messenger says is a hint only, so
// messages may come in any order, twice, late or not at all: who has an older
// version asks Stripe. A store that was lost, or that dropped a customer, has no
// old version of anybody, which costs a pull in full and never a wrong answer.
package changes

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Change is a hint: an object that was said to have changed. ID is "" for the
// preview of an invoice.
type Change struct {
	Object string `json:"object"`
	ID     string `json:"id"`
}

// Store keeps what replicas must agree on.
type Store interface {
	// Read gives the epoch of the store and what is known of a customer. Both are
	// made at random when they are not there, and kept.
	Read(ctx context.Context, customer string) (epoch string, state State, err error)
	// Bump gives a customer a new version, after changes.
	Bump(ctx context.Context, customer string, changed ...Change) error
	// NewEpoch makes every version of everybody an old one.
	NewEpoch(ctx context.Context) error
	// Once tells whether a name is claimed for the first time within a time, among
	// all replicas. Claimed tells whether it is, and claims nothing.
	Once(ctx context.Context, name string, within time.Duration) (bool, error)
	Claimed(ctx context.Context, name string) (bool, error)
	// Cursor is how far the events were read; its zero value is from nowhere.
	Cursor(ctx context.Context) (Cursor, error)
	SetCursor(ctx context.Context, cursor Cursor) error
	// Watch tells the customers who got a new version, until the context ends; ""
	// means that some may have been missed. It may tell of one more often.
	Watch(ctx context.Context, tell func(customer string)) error
	Close() error
}

// Cursor is how far the account's events were read.
type Cursor struct {
	// ID and Created are those of the newest event, At is when it was looked, both
	// in Unix seconds.
	ID      string `json:"id"`
	Created int64  `json:"created"`
	At      int64  `json:"at"`
}

// Ask reads from Stripe: a path and its query.
type Ask func(ctx context.Context, path, query string) (status int, body []byte, err error)

// Config says where changes come from.
type Config struct {
	// Store is where versions are kept; nil is the memory of this process.
	Store Store
	// Secrets are those of the webhook endpoint, two while one is replaced. None
	// means that no webhooks are taken.
	Secrets []string
	// Every is how often the events are read back; 0 is a minute, less than 0 never.
	Every time.Duration
	Ask   Ask
	Log   *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Changes tells who changed.
type Changes struct {
	config  Config
	store   Store
	readAt  atomic.Int64 // when the events were last read, by any replica; Unix seconds
	mu      sync.Mutex
	waiting map[string]map[chan struct{}]bool
}

// New makes the changes of a store. It reads nothing before Run.
func New(config Config) *Changes {
	if config.Store == nil {
		config.Store = NewMemory()
	}
	if config.Every == 0 {
		config.Every = time.Minute
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Changes{config: config, store: config.Store, waiting: map[string]map[chan struct{}]bool{}}
}

// stale is how many turns of reading events may fail before versions are no
// longer believed.
const stale = 3

// Fresh tells whether the versions can be believed: the events were read lately,
// by this replica or another.
func (c *Changes) Fresh() bool {
	if c.config.Every < 0 {
		return true
	}
	return c.config.Now().Unix()-c.readAt.Load() <= int64(stale*c.config.Every/time.Second)
}

// Tag is a customer's version with its epoch, as one word. It has to be read
// before what it is to stand for, and kept after.
func (c *Changes) Tag(ctx context.Context, customer string) (string, error) {
	epoch, state, err := c.store.Read(ctx, customer)
	if err != nil {
		return "", err
	}
	return epoch + "." + state.Version, nil
}

// Since gives the present tag, and what changed since an older one; known is false
// when that cannot be said, and everything may have.
func (c *Changes) Since(ctx context.Context, customer, older string) (tag string, changed []Change, known bool, err error) {
	epoch, state, err := c.store.Read(ctx, customer)
	if err != nil {
		return "", nil, false, err
	}
	if before, version, ok := strings.Cut(older, "."); ok && before == epoch {
		changed, known = state.since(version)
	}
	return epoch + "." + state.Version, changed, known, nil
}

// Wrote tells that a customer changed something of their own just now.
func (c *Changes) Wrote(ctx context.Context, customer string) error {
	err := c.store.Bump(ctx, customer)
	c.tell(customer)
	return err
}

// Run reads events back and passes changes on, until the context ends.
func (c *Changes) Run(ctx context.Context) {
	var together sync.WaitGroup
	together.Go(func() { c.watch(ctx) })
	if c.config.Every > 0 {
		together.Go(func() { c.reconcile(ctx) })
	}
	together.Wait()
}

// watchAgain is the pause before a watch that broke is begun anew.
const watchAgain = time.Second

func (c *Changes) watch(ctx context.Context) {
	for ctx.Err() == nil {
		err := c.store.Watch(ctx, c.tell)
		if ctx.Err() != nil {
			return
		}
		c.config.Log.WarnContext(ctx, "the store of versions is not heard", "error", err)
		if sleep(ctx, watchAgain) != nil {
			return
		}
		c.tell("") // whatever happened meanwhile was not told
	}
}

// Listen gives a channel that gets a signal when the customer may have a new
// version, and the function that ends it.
func (c *Changes) Listen(customer string) (<-chan struct{}, func()) {
	signal := make(chan struct{}, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting[customer] == nil {
		c.waiting[customer] = map[chan struct{}]bool{}
	}
	c.waiting[customer][signal] = true
	return signal, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waiting[customer], signal)
		if len(c.waiting[customer]) == 0 {
			delete(c.waiting, customer)
		}
	}
}

// tell wakes who listens for a customer, or everybody for "".
func (c *Changes) tell(customer string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, signals := range c.waiting {
		if customer != "" && name != customer {
			continue
		}
		for signal := range signals {
			select {
			case signal <- struct{}{}:
			default: // one is waiting to be heard already
			}
		}
	}
}

// Close closes the store.
func (c *Changes) Close() error { return c.store.Close() }

// newWord is a word that was never used and never will be.
func newWord() string { return rand.Text()[:13] }

// NewEpochName makes the name of an epoch, for stores.
func NewEpochName() string { return newWord() }

// ErrGone is a store that was closed.
var ErrGone = errors.New("the store of versions is closed")

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
