package companion

import (
	"context"
	"time"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

// listenFirst is the pause before it is looked for a stream of news, and listenAgain
// that after one ended; each doubles up to listenRarely while there is none to be had.
const (
	listenFirst  = time.Second
	listenAgain  = 15 * time.Second
	listenRarely = 15 * time.Minute
)

// listen hears from a gateway when there is something to pull, until ctx ends. It
// makes no connection of its own: what was dialled for a pull is used.
func (c *Companion) listen(ctx context.Context, news func()) {
	for pause := listenFirst; ; pause = min(2*pause, listenRarely) {
		if api, gone := c.listenable(); api != nil && c.follow(ctx, api, gone, news) == nil {
			pause = listenAgain
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// listenable is the connection to listen on, nil where there is none or nothing to
// hear; gone is closed when it is not to be used any longer.
func (c *Companion) listenable() (api *stripeapi.Client, gone <-chan struct{}) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	dialed := c.account.connected()
	if dialed == nil || !dialed.API.Gateway() {
		return nil, nil
	}
	return dialed.API, c.account.gone
}

// follow listens to one stream.
func (c *Companion) follow(ctx context.Context, api *stripeapi.Client, gone <-chan struct{}, news func()) error {
	listening, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-gone:
			stop()
		case <-listening.Done():
		}
	}()
	err := api.Stream(listening, func(version string) {
		if version != c.version(listening) {
			news()
		}
	})
	if err != nil && listening.Err() == nil {
		c.config.Log.DebugContext(ctx, "no news are heard", "code", billing.CodeOf(err))
	}
	return err
}

// version is that of what is kept.
func (c *Companion) version(ctx context.Context) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return ""
	}
	marks, err := cache.Marks(ctx)
	if err != nil {
		return ""
	}
	return marks.Version
}
