package changes

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const (
	// overlap is how far back events are read again: some can be seen only after
	// others that were made later. Source: none; Stripe promises no order.
	overlap = 60
	// remembersFor is how long Stripe keeps events, less a day.
	// Source: Stripe API reference, "Events": 30 days.
	remembersFor = 29 * 24 * time.Hour
	// maxEventPages is how many pages are read in one turn before it is cheaper for
	// everybody to pull in full.
	maxEventPages = 500
)

// reconcile reads the events back, turn by turn; the replicas take turns.
func (c *Changes) reconcile(ctx context.Context) {
	for ctx.Err() == nil {
		if err := c.turn(ctx); err != nil && ctx.Err() == nil {
			c.config.Log.WarnContext(ctx, "events could not be read", "error", err)
		}
		if sleep(ctx, c.config.Every) != nil {
			return
		}
	}
}

// turn reads the events that came since the last turn, unless another replica
// just did.
func (c *Changes) turn(ctx context.Context) error {
	mine, err := c.store.Once(ctx, "lease_events", c.config.Every*9/10)
	if err != nil {
		return err
	}
	cursor, err := c.store.Cursor(ctx)
	if err != nil {
		return err
	}
	if mine {
		if cursor, err = c.readOn(ctx, cursor); err != nil {
			return err
		}
	}
	c.readAt.Store(cursor.At)
	return nil
}

func (c *Changes) readOn(ctx context.Context, from Cursor) (Cursor, error) {
	now := c.config.Now().Unix()
	if from.At == 0 {
		return c.begin(ctx)
	}
	if time.Duration(now-from.At)*time.Second > remembersFor {
		return c.beginAnew(ctx)
	}
	var news []event
	query := url.Values{"limit": {"100"}, "created[gte]": {fmt.Sprint(from.Created - overlap)}}
	for range maxEventPages {
		page, more, err := c.events(ctx, query)
		if err != nil {
			return from, err
		}
		news = append(news, page...)
		if !more || len(page) == 0 {
			return c.hearAll(ctx, from, news, now)
		}
		query.Set("starting_after", page[len(page)-1].ID)
	}
	return c.beginAnew(ctx)
}

// hearAll hears the events, which came newest first, in the order in which they
// happened, and only then moves the cursor.
func (c *Changes) hearAll(ctx context.Context, from Cursor, news []event, now int64) (Cursor, error) {
	for i := len(news) - 1; i >= 0; i-- {
		if err := c.hear(ctx, &news[i]); err != nil {
			return from, err
		}
	}
	from.At = now
	if len(news) > 0 && news[0].Created >= from.Created {
		from.ID, from.Created = news[0].ID, news[0].Created
	}
	return from, c.store.SetCursor(ctx, from)
}

// begin takes the newest event for the one read last. Those of the minute before
// it are heard in the next turn.
func (c *Changes) begin(ctx context.Context) (Cursor, error) {
	cursor, err := c.newest(ctx)
	if err != nil {
		return Cursor{}, err
	}
	return cursor, c.store.SetCursor(ctx, cursor)
}

// beginAnew is for a gap that cannot be read: nobody's version means anything. The
// newest event is looked up before and kept after, so that none falls between.
func (c *Changes) beginAnew(ctx context.Context) (Cursor, error) {
	cursor, err := c.newest(ctx)
	if err == nil {
		err = c.store.NewEpoch(ctx)
	}
	if err == nil {
		c.tell("")
		err = c.store.SetCursor(ctx, cursor)
	}
	return cursor, err
}

func (c *Changes) newest(ctx context.Context) (Cursor, error) {
	page, _, err := c.events(ctx, url.Values{"limit": {"1"}})
	if err != nil {
		return Cursor{}, err
	}
	now := c.config.Now().Unix()
	cursor := Cursor{ID: "none", Created: now, At: now}
	if len(page) > 0 {
		cursor.ID, cursor.Created = page[0].ID, page[0].Created
	}
	return cursor, nil
}

func (c *Changes) events(ctx context.Context, query url.Values) ([]event, bool, error) {
	status, body, err := c.config.Ask(ctx, "/v1/events", query.Encode())
	if err != nil {
		return nil, false, err
	}
	var page struct {
		Object  string  `json:"object"`
		Data    []event `json:"data"`
		HasMore bool    `json:"has_more"`
	}
	if status != http.StatusOK || json.Unmarshal(body, &page) != nil || page.Object != "list" {
		return nil, false, fmt.Errorf("the events were answered with status %d", status)
	}
	return page.Data, page.HasMore, nil
}
