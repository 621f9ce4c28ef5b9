package companion

import (
	"context"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

// settledInPicture is how many of the latest invoices a picture holds: more than
// any visit can bring about.
const settledInPicture = 20

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
	before, err := c.picture(ctx, nil)
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
	after, err := c.picture(ctx, &before)
	if err != nil {
		return written{}, err
	}
	return written{before: before, after: after, changes: billing.Changes(before, after)}, nil
}

// written is what a write brought about.
type written struct {
	before, after billing.Picture
	changes       []billing.Change
}

// next gives the preview of the foremost subscription's next invoice, before and
// after: how its tax came out.
func (w written) next() (before, after *billing.Upcoming) {
	return upcomingOf(w.before), upcomingOf(w.after)
}

func upcomingOf(s billing.Picture) *billing.Upcoming {
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

// picture gives how things stand in the cache. earlier names invoices whose fate
// is of interest, nil for none.
func (c *Companion) picture(ctx context.Context, earlier *billing.Picture) (billing.Picture, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return billing.Picture{}, err
	}
	known, err := cache.Account(ctx)
	if err != nil {
		return billing.Picture{}, err
	}
	picture := billing.Picture{Account: known}
	held := map[string]bool{}
	for _, invoice := range known.Unsettled {
		held[invoice.ID] = true
	}
	latest, err := cache.Invoices(ctx, billing.InvoiceFilter{Limit: settledInPicture})
	if err != nil {
		return picture, err
	}
	for _, invoice := range latest.Invoices() {
		if !held[invoice.ID] {
			held[invoice.ID] = true
			picture.Settled = append(picture.Settled, invoice)
		}
	}
	if earlier == nil {
		return picture, nil
	}
	for _, invoice := range earlier.Unsettled {
		if held[invoice.ID] {
			continue
		}
		now, err := cache.Invoice(ctx, invoice.ID)
		switch {
		case err == nil:
			picture.Settled = append(picture.Settled, now)
		case billing.CodeOf(err) != billing.CodeNotFound: // a draft may be deleted
			return picture, err
		}
	}
	return picture, nil
}
