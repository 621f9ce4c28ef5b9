package gateway

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Limits bound what a subscriber may ask, and what Stripe is asked. 0 is the
// default of a field.
type Limits struct {
	// PerMinute and Burst are how much one customer may ask; by default 60 and 120.
	PerMinute, Burst int
	// WritesPerMinute is how much one customer may change; by default 10.
	// PortalPerMinute is how many portal sessions they may open; by default 6.
	// TaxIDsPerDay is how many tax numbers they may add; by default 10.
	WritesPerMinute, PortalPerMinute, TaxIDsPerDay int
	// FailuresPerMinute is how many bad tokens one address may send; by default 20.
	FailuresPerMinute int
	// StripePerSecond is the gateway's share of the account's limit, which the
	// merchant's own checkout needs too; by default 15. StripeAtOnce is how many
	// requests may be on their way; by default 8.
	StripePerSecond float64
	StripeAtOnce    int
	// Patience is how long a request may wait for its turn; by default 10 seconds.
	Patience time.Duration
	// Streams is how many streams of news one customer may hold; by default 4.
	Streams int
}

func (l Limits) filled() Limits {
	for _, field := range []struct {
		value     *int
		otherwise int
	}{
		{&l.PerMinute, 60}, {&l.Burst, 120}, {&l.WritesPerMinute, 10}, {&l.PortalPerMinute, 6}, {&l.TaxIDsPerDay, 10},
		{&l.FailuresPerMinute, 20}, {&l.StripeAtOnce, 8}, {&l.Streams, 4},
	} {
		if *field.value <= 0 {
			*field.value = field.otherwise
		}
	}
	if l.StripePerSecond <= 0 {
		l.StripePerSecond = 15
	}
	if l.Patience <= 0 {
		l.Patience = 10 * time.Second
	}
	return l
}

// busy is a refusal that says when to come again.
type busy struct{ after time.Duration }

func (*busy) Error() string { return "too many requests" }

// seconds is the value of Retry-After.
func (b *busy) seconds() int { return max(1, int(math.Ceil(b.after.Seconds()))) }

// wait takes a turn of a limiter: now, after a while, or, when that is longer than
// the patience, not at all.
func wait(ctx context.Context, limiter *rate.Limiter, patience time.Duration) error {
	turn := limiter.Reserve()
	if !turn.OK() {
		return &busy{patience}
	}
	delay := turn.Delay()
	if delay == 0 {
		return nil
	}
	if delay > patience {
		turn.Cancel()
		return &busy{delay}
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		turn.Cancel()
		return ctx.Err()
	}
}

// remembered is how many customers and addresses have their limits kept. Who falls
// out begins anew.
const remembered = 20_000

// callers are the limits of each customer, and of each address that fails.
type callers struct {
	limits   Limits
	mu       sync.Mutex
	known    *lru.Cache[string, *caller]
	failures *lru.Cache[string, *rate.Limiter]
	streams  map[string]int
}

// caller is one customer's limits.
type caller struct{ all, writes, portal, taxIDs *rate.Limiter }

func newCallers(limits Limits) *callers {
	known, err := lru.New[string, *caller](remembered)
	if err != nil { // only a size of nothing is an error
		panic(err)
	}
	failures, err := lru.New[string, *rate.Limiter](remembered)
	if err != nil {
		panic(err)
	}
	return &callers{limits: limits, known: known, failures: failures, streams: map[string]int{}}
}

func perMinute(count int) rate.Limit { return rate.Limit(float64(count) / 60) }

func (c *callers) of(customer string) *caller {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.known.Get(customer)
	if !ok {
		l := c.limits
		found = &caller{
			all:    rate.NewLimiter(perMinute(l.PerMinute), l.Burst),
			writes: rate.NewLimiter(perMinute(l.WritesPerMinute), l.WritesPerMinute),
			portal: rate.NewLimiter(perMinute(l.PortalPerMinute), l.PortalPerMinute),
			taxIDs: rate.NewLimiter(rate.Limit(float64(l.TaxIDsPerDay)/(24*3600)), l.TaxIDsPerDay),
		}
		c.known.Add(customer, found)
	}
	return found
}

// failed counts a bad token of an address.
func (c *callers) failed(address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limiterOf(address).Allow()
}

// shut tells whether an address has sent too many bad tokens lately.
func (c *callers) shut(address string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failures.Contains(address) && c.limiterOf(address).Tokens() < 1
}

func (c *callers) limiterOf(address string) *rate.Limiter {
	limiter, ok := c.failures.Get(address)
	if !ok {
		limiter = rate.NewLimiter(perMinute(c.limits.FailuresPerMinute), c.limits.FailuresPerMinute)
		c.failures.Add(address, limiter)
	}
	return limiter
}

// hold takes one of the streams of a customer; the function gives it back.
func (c *callers) hold(customer string) (release func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.streams[customer] >= c.limits.Streams {
		return nil, false
	}
	c.streams[customer]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.streams[customer]--; c.streams[customer] == 0 {
			delete(c.streams, customer)
		}
	}, true
}

// budget is the gateway's share of the merchant's limit at Stripe.
type budget struct {
	limiter  *rate.Limiter
	full     rate.Limit
	slots    chan struct{}
	patience time.Duration
	slowed   atomic.Int64 // until when Stripe asked for less, Unix nanoseconds
	waiting  atomic.Int64
}

// slowFor is how long the half of the budget has to do after Stripe said 429.
const slowFor = 30 * time.Second

func newBudget(limits Limits) *budget {
	full := rate.Limit(limits.StripePerSecond)
	return &budget{
		limiter: rate.NewLimiter(full, max(1, int(limits.StripePerSecond))), full: full,
		slots: make(chan struct{}, limits.StripeAtOnce), patience: limits.Patience,
	}
}

// enter waits for a turn; the function ends it.
func (b *budget) enter(ctx context.Context) (leave func(), err error) {
	b.waiting.Add(1)
	defer b.waiting.Add(-1)
	if until := b.slowed.Load(); until != 0 && time.Now().UnixNano() > until && b.slowed.CompareAndSwap(until, 0) {
		b.limiter.SetLimit(b.full)
	}
	if err := wait(ctx, b.limiter, b.patience); err != nil {
		return nil, err
	}
	timer := time.NewTimer(b.patience)
	defer timer.Stop()
	select {
	case b.slots <- struct{}{}:
		return func() { <-b.slots }, nil
	case <-timer.C:
		return nil, &busy{time.Second}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// slow halves the budget for a while.
func (b *budget) slow() {
	b.slowed.Store(time.Now().Add(slowFor).UnixNano())
	b.limiter.SetLimit(b.full / 2)
}

// isBusy tells whether an error is a busy, and which.
func isBusy(err error) (*busy, bool) {
	var refused *busy
	return refused, errors.As(err, &refused)
}
