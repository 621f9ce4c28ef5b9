package documents

import (
	"context"
	"sync"
	"time"

	"billfold/backend/billing"
)

const (
	// mostTries is how often a document is asked for while the server has a passing
	// trouble.
	mostTries = 4
	// firstRest is the pause before the second try where the server named none; it
	// doubles after each.
	firstRest = 2 * time.Second
)

// rest holds all requests of a run back while the server wants to be left alone:
// one refusal speaks for all.
type rest struct {
	vault *Vault
	tell  func(until billing.Time)

	mu    sync.Mutex
	until time.Time
}

// ask begins or prolongs the pause.
func (r *rest) ask(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if until := r.vault.now().Add(d); until.After(r.until) {
		r.until = until
		// Rounded up, so that nobody is told to try a moment too early.
		r.tell(billing.At(until.Add(time.Second - time.Nanosecond)))
	}
}

// take waits until the pause is over.
func (r *rest) take(ctx context.Context) error {
	for {
		r.mu.Lock()
		left := r.until.Sub(r.vault.now())
		if left <= 0 && !r.until.IsZero() {
			r.until = time.Time{}
			r.tell(0)
		}
		r.mu.Unlock()
		if left <= 0 {
			return nil
		}
		if err := r.vault.wait(ctx, left); err != nil {
			return stopped(err)
		}
	}
}

// pauseAfter is how long to rest after a failed try.
func pauseAfter(try int, asked time.Duration) time.Duration {
	if asked > 0 {
		return asked
	}
	return firstRest << (try - 1)
}
