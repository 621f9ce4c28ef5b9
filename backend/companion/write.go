package companion

import (
	"context"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

// settledInSnapshot is how many of the latest invoices a snapshot holds: more than
// any visit can bring about.
const settledInSnapshot = 20

// ask connects if need be and asks the API for something. It holds the account for
// reading, so that nobody closes it meanwhile.
func (c *Companion) ask(ctx context.Context, do func(*stripeapi.Client) error) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.account.problem != nil && c.account.cache == nil {
		return c.account.problem
	}
	dialed, err := c.account.dial(ctx, c.config.Dial)
	if err != nil {
		return err
	}
	return do(dialed.API)
}

// write changes something through the API and pulls: what is shown afterwards is
// what the server says. It tells what changed. A pull that fails, or that another
// is doing, is no failure of the write.
func (c *Companion) write(ctx context.Context, do func(*stripeapi.Client) error) (written, error) {
	before, err := c.snapshot(ctx, nil)
	if err != nil {
		return written{}, err
	}
	if err := c.ask(ctx, do); err != nil {
		if billing.CodeOf(err) == billing.CodeUnavailable {
			// An answer that was cut short does not say whether it was done.
			c.pullAgain(ctx)
		}
		return written{}, err
	}
	c.pullAgain(ctx)
	after, err := c.snapshot(ctx, &before)
	if err != nil {
		return written{}, err
	}
	return written{before: before, after: after, changes: billing.Changes(before, after)}, nil
}

// written is what a write brought about.
type written struct {
	before, after billing.Snapshot
	changes       []billing.Change
}

// next gives the preview of the foremost subscription's next invoice, before and
// after: how its tax came out.
func (w written) next() (before, after *billing.Upcoming) {
	return upcomingOf(w.before), upcomingOf(w.after)
}

func upcomingOf(s billing.Snapshot) *billing.Upcoming {
	for _, subscription := range billing.ByImportance(s.Subscriptions) {
		if subscription.Upcoming != nil {
			upcoming := *subscription.Upcoming
			upcoming.Lines = orEmpty(upcoming.Lines)
			return &upcoming
		}
	}
	return nil
}

// pullAgain makes the cache hold what was written, also when a pull that began
// before the write is under way.
func (c *Companion) pullAgain(ctx context.Context) {
	for {
		_, err := c.Pull(ctx, false)
		if billing.CodeOf(err) != billing.CodeBusy || !c.awaitSync(ctx) {
			return // endSync told of a failure
		}
	}
}

// awaitSync waits for the pull that this companion is doing; false when there is
// none, or the context ended.
func (c *Companion) awaitSync(ctx context.Context) bool {
	c.syncing.Lock()
	finished, running := c.finished, c.sync.Running
	c.syncing.Unlock()
	if !running {
		return false
	}
	select {
	case <-finished:
		return true
	case <-ctx.Done():
		return false
	}
}

// snapshot gives how things stand in the cache. earlier names invoices whose fate
// is of interest, nil for none.
func (c *Companion) snapshot(ctx context.Context, earlier *billing.Snapshot) (billing.Snapshot, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return billing.Snapshot{}, err
	}
	known, err := cache.Account(ctx)
	if err != nil {
		return billing.Snapshot{}, err
	}
	snapshot := billing.Snapshot{Account: known}
	held := map[string]bool{}
	for _, invoice := range known.Unsettled {
		held[invoice.ID] = true
	}
	latest, err := cache.Invoices(ctx, billing.InvoiceFilter{Limit: settledInSnapshot})
	if err != nil {
		return snapshot, err
	}
	for _, invoice := range latest.Invoices {
		if !held[invoice.ID] {
			held[invoice.ID] = true
			snapshot.Settled = append(snapshot.Settled, invoice)
		}
	}
	if earlier == nil {
		return snapshot, nil
	}
	for _, invoice := range earlier.Unsettled {
		if held[invoice.ID] {
			continue
		}
		now, err := cache.Invoice(ctx, invoice.ID)
		switch {
		case err == nil:
			snapshot.Settled = append(snapshot.Settled, now)
		case billing.CodeOf(err) != billing.CodeNotFound: // a draft may be deleted
			return snapshot, err
		}
	}
	return snapshot, nil
}
