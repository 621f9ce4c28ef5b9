package companion

import (
	"context"
	"time"

	"billfold/backend/billing"
	"billfold/backend/mirror"
	"billfold/backend/stripeapi"
)

// progressPause is the least time between two "sync" events of one step.
const progressPause = 100 * time.Millisecond

// SyncState is how the present or last pull goes.
func (c *Companion) SyncState() SyncState {
	c.syncing.Lock()
	defer c.syncing.Unlock()
	return c.sync
}

// Sync starts a pull in the background, unless one is running. The events tell
// how it goes.
func (c *Companion) Sync() {
	ctx, finish, started := c.beginSync(context.Background())
	if !started {
		return
	}
	go func() {
		_, err := c.pull(ctx, pullOptions{})
		finish(err)
		if err == nil {
			c.saveNew()
		}
	}()
}

// Pull pulls and waits; full reads everything again. A pull that is running
// already gives CodeBusy.
func (c *Companion) Pull(ctx context.Context, full bool) (mirror.Report, error) {
	return c.pullNow(ctx, pullOptions{full: full})
}

// pullOptions say how a pull reads: everything again, past what a gateway heard, or
// later where a gateway asks for patience.
type pullOptions struct{ full, through, patient bool }

func (c *Companion) pullNow(ctx context.Context, options pullOptions) (mirror.Report, error) {
	ctx, finish, started := c.beginSync(ctx)
	if !started {
		return mirror.Report{}, billing.NewError(billing.CodeBusy, "A sync is already running.", nil)
	}
	report, err := c.pull(ctx, options)
	finish(err)
	return report, err
}

// CancelSync stops a pull that is running; what was known before stays.
func (c *Companion) CancelSync() { c.stopSync(false) }

// beginSync marks a pull as running. finish must be called with its outcome.
func (c *Companion) beginSync(parent context.Context) (ctx context.Context, finish func(error), started bool) {
	c.syncing.Lock()
	if c.sync.Running || c.closed {
		c.syncing.Unlock()
		return nil, nil, false
	}
	ctx, cancel := context.WithCancel(parent)
	finished := make(chan struct{})
	c.cancel, c.finished = cancel, finished
	c.sync.Running, c.sync.Step, c.sync.Done = true, "connecting", 0
	c.syncing.Unlock()
	c.listeners.tell(EventSync)
	return ctx, func(err error) {
		cancel()
		c.endSync(err, parent.Err() != nil)
		close(finished)
	}, true
}

// endSync keeps how a pull went. One that whoever asked for it gave up, as a hand-off
// that is over, says nothing of the server and is not told to the person.
func (c *Companion) endSync(err error, givenUp bool) {
	if givenUp && err != nil {
		c.syncing.Lock()
		c.sync.Running, c.sync.Step = false, ""
		c.syncing.Unlock()
		c.listeners.tell(EventSync)
		return
	}
	if err != nil {
		c.config.Log.Warn("sync failed", "code", billing.CodeOf(err), "error", err)
	}
	c.syncing.Lock()
	c.sync.Running, c.sync.Step = false, ""
	c.sync.AttemptedAt = billing.At(c.config.Now())
	c.sync.Problem, c.failedRequest = ProblemOf(err), stripeapi.RequestID(err)
	c.syncing.Unlock()
	c.listeners.tell(EventSync)
}

// pull connects if need be and makes the cache equal to the API. It holds the
// account for reading, so that nobody closes it meanwhile.
func (c *Companion) pull(ctx context.Context, options pullOptions) (mirror.Report, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return mirror.Report{}, err
	}
	dialed, err := c.account.dial(ctx, c.config.Dial)
	if err != nil {
		return mirror.Report{}, err
	}
	source := mirror.Source{API: dialed.API, Cache: cache, Through: options.through, Patient: options.patient, Now: c.config.Now, Progress: c.progress()}
	report, err := mirror.Pull(ctx, source, options.full)
	if err != nil || report.PutOff > 0 {
		return report, err
	}
	c.syncing.Lock()
	c.sync.SyncedAt = report.SyncedAt
	c.syncing.Unlock()
	c.noteState(ctx, cache)
	// Also when nothing else is new, the "as of" is.
	c.listeners.tell(EventChanged)
	return report, nil
}

func (c *Companion) progress() func(mirror.Progress) {
	var told time.Time
	return func(p mirror.Progress) {
		c.syncing.Lock()
		stepped := c.sync.Step != p.Step
		c.sync.Step, c.sync.Done = p.Step, p.Done
		due := stepped || time.Since(told) >= progressPause
		if due {
			told = time.Now()
		}
		c.syncing.Unlock()
		if due {
			c.listeners.tell(EventSync)
		}
	}
}

// stopSync cancels a pull that is running and waits for its end; forGood lets no
// other start.
func (c *Companion) stopSync(forGood bool) {
	c.syncing.Lock()
	c.closed = c.closed || forGood
	cancel, finished := c.cancel, c.finished
	c.syncing.Unlock()
	if cancel != nil {
		cancel()
		<-finished
	}
}
