package sandbox

import (
	"context"
	"errors"
	"time"
)

// undelivered is an event that was on its way to an endpoint when the sandbox
// ended.
type undelivered struct {
	Event    string `json:"event"`
	Endpoint string `json:"endpoint"`
}

// finishingTakes is how long webhooks and letters under way may take at the end.
const finishingTakes = 2 * time.Second

// takeUp goes on with what the state file says was on its way, and tells what
// happened since without anybody listening, such as an advance of the state file.
// The desk must be locked.
func (a *aside) takeUp() {
	w, kept := a.desk.world, a.desk.journal
	if kept.ToldUntil == 0 {
		return
	}
	w.advance(kept.ToldUntil) // what fell due by then was told, or is in the lists
	for _, o := range kept.Undelivered {
		a.courier.resume(w.events.find(o.Event), o.Endpoint)
	}
	for _, o := range w.events.items {
		if o != nil && o.Created > kept.ToldUntil {
			a.courier.accept(o)
		}
	}
	unsent := map[string]bool{}
	for _, id := range kept.Unsent {
		unsent[id] = true
	}
	for _, o := range w.outbox {
		if a.mailer.delivers() && (unsent[o.ID] || o.At > kept.ToldUntil) {
			a.mailer.accept(o)
		}
	}
}

// startTelling notes that somebody waits from now on, so that not even a crash
// loses what happens next: it is told again then.
func (a *aside) startTelling() {
	a.desk.mu.Lock()
	defer a.desk.mu.Unlock()
	if a.desk.journal.ToldUntil == 0 && a.awaited() {
		a.desk.journal.ToldUntil = a.desk.world.clock
	}
}

// awaited tells whether anybody waits for events or letters.
func (a *aside) awaited() bool { return a.mailer.delivers() || a.desk.world.livingEndpoints() > 0 }

// close ends what runs beside the API. What has not finished by then is noted in
// the state file.
func (a *aside) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), finishingTakes)
	defer cancel()
	left, unsent := a.courier.close(ctx), a.mailer.close(ctx)
	d := a.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.onSave == nil || !a.awaited() {
		return nil
	}
	d.journal.ToldUntil, d.journal.Undelivered, d.journal.Unsent = d.world.clock, left, unsent
	if err := d.onSave(d.journal); err != nil {
		return errors.Join(errors.New("what was on its way at the end could not be noted in the state file"), err)
	}
	return nil
}
