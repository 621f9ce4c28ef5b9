package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// watchEvery is how often a watch asks whether time alone has made something worth
// telling, such as a renewal that comes near.
const watchEvery = time.Minute

type watchCommand struct {
	Once bool `help:"Tell what there is to tell now, and end."`
	JSON bool `help:"Print one JSON object a line for each notification."`
}

// notificationJSON is one line of watch --json.
type notificationJSON struct {
	Schema string `json:"schema"`
	billing.Notification
	Title string `json:"title"`
	Body  string `json:"body"`
	// Link opens the view that it is about.
	Link string `json:"link"`
}

// Run keeps the copy fresh and tells what a subscriber should know, each thing
// once, until it is stopped.
func (w *watchCommand) Run(ctx context.Context, p *program) error {
	return p.withAccount(ctx, func(c *companion.Companion) error {
		changed := make(chan struct{}, 1)
		defer c.Subscribe(func(event string) {
			if event == companion.EventChanged {
				select {
				case changed <- struct{}{}:
				default: // it is known already
				}
			}
		})()
		_, err := p.refresh(ctx, c, freshness{})
		if err != nil && w.Once {
			return err
		}
		if err := w.tell(ctx, p, c); err != nil || w.Once {
			return err
		}
		go c.Watch(ctx)
		return w.keepTelling(ctx, p, c, changed)
	})
}

func (w *watchCommand) keepTelling(ctx context.Context, p *program, c *companion.Companion, changed <-chan struct{}) error {
	passing := time.NewTicker(watchEvery)
	defer passing.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-passing.C:
		}
		if err := w.tell(ctx, p, c); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// tell prints what was not told before, by this or another Billfold.
func (w *watchCommand) tell(ctx context.Context, p *program, c *companion.Companion) error {
	due, err := c.Notifications(ctx)
	if err != nil {
		return err
	}
	for _, n := range due {
		title, body := p.says.Notification(n, billing.At(time.Now()))
		if !w.JSON {
			_, err = fmt.Fprintf(p.stdout, "%s\n  %s\n", clean(title), clean(body))
		} else {
			encoder := json.NewEncoder(p.stdout)
			encoder.SetEscapeHTML(false)
			err = encoder.Encode(notificationJSON{
				Schema: "billfold.notification/1", Notification: n, Title: clean(title), Body: clean(body), Link: linkOf(n),
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// linkOf is the view that a notification is about.
func linkOf(n billing.Notification) string {
	switch {
	case n.Kind == billing.NotifyAccessLost, n.Kind == billing.NotifyConfirmation, n.Kind == billing.NotifyPaymentFailed:
		return "billfold://standing"
	case n.InvoiceID != "":
		return "billfold://invoices/" + n.InvoiceID
	case n.Kind == billing.NotifyBillingData:
		return "billfold://billing-information"
	case n.Kind == billing.NotifyCardExpires:
		return "billfold://payment-methods"
	default:
		return "billfold://subscription"
	}
}
