package sandbox

import (
	"bytes"
	"encoding/json"
	"slices"

	"billfold/backend/stripewire"
)

// eventsLast is how long, in seconds, an event can be read.
// Source: Stripe API reference, "Events": 30 days.
const eventsLast = 30 * 24 * 3600

// stripeEvent is what Stripe calls an event: the news of a change. The event of
// the agenda is another thing, one that will happen.
type stripeEvent struct {
	ID              string       `json:"id"`
	Object          string       `json:"object"`
	APIVersion      string       `json:"api_version"`
	Created         int64        `json:"created"`
	Data            eventData    `json:"data"`
	Livemode        bool         `json:"livemode"`
	PendingWebhooks int64        `json:"pending_webhooks"`
	Request         eventRequest `json:"request"`
	Type            string       `json:"type"`
}

type eventData struct {
	Object             json.RawMessage `json:"object"`
	PreviousAttributes json.RawMessage `json:"previous_attributes,omitempty"`
}

// eventRequest is the write that brought an event about; empty when time did.
type eventRequest struct {
	ID             nullableText `json:"id"`
	IdempotencyKey nullableText `json:"idempotency_key"`
}

// snapshot is an object as the wire shows it at one moment.
type snapshot json.RawMessage

// listening tells whether events of this moment can still be read once the
// account is ready. Older ones are not worth making: a seeding lives through
// years.
func (w *world) listening() bool { return w.clock >= w.seededAt-eventsLast }

// snapshot takes the picture that emitChange compares with; nil when nobody will
// look at it.
func (w *world) snapshot(object any) snapshot {
	if !w.listening() {
		return nil
	}
	body, err := encode(object)
	if err != nil {
		return nil
	}
	return snapshot(bytes.TrimSpace(body))
}

// emit tells that something happened to an object, which must be in its new
// state, with its id.
func (w *world) emit(kind string, object any) { w.emitChange(kind, object, nil) }

// emitChange is emit for an update: what differs from the earlier snapshot goes
// along. When nothing does, nothing has happened.
func (w *world) emitChange(kind string, object any, before snapshot) {
	now := w.snapshot(object)
	if now == nil {
		return
	}
	var previous json.RawMessage
	if before != nil {
		if previous = previousAttributes(before, now); previous == nil {
			return
		}
	}
	w.forgetEvents()
	made := w.events.add(&stripeEvent{
		ID: w.newID("evt"), Object: "event", APIVersion: stripewire.Version, Created: w.clock, Request: w.request, Type: kind,
		Data: eventData{Object: json.RawMessage(now), PreviousAttributes: previous},
	})
	if w.onEvent != nil {
		w.onEvent(made)
	}
	w.mailAbout(made)
}

// noting is for what changes an object in several places: it takes a snapshot,
// and the function it gives emits the change, once, when the outermost is done.
//
//	defer w.noting("invoice.updated", bill)()
func (w *world) noting(kind string, object any) func() {
	before := w.snapshot(object)
	if before == nil || w.noted[object] {
		return func() {}
	}
	w.noted[object] = true
	return func() {
		delete(w.noted, object)
		w.emitChange(kind, object, before)
	}
}

// forgetEvents lets go of those that are too old to be read.
func (w *world) forgetEvents() {
	for _, old := range w.events.items[w.eventsForgotten:] {
		if old.Created >= w.clock-eventsLast {
			return
		}
		w.events.remove(old.ID)
		w.eventsForgotten++
	}
}

// previousAttributes is what was at the top level, or deeper within an object,
// before it changed; nil when nothing did. Arrays are given whole.
// Source: Stripe API reference, "The Event object", previous_attributes.
func previousAttributes(before, now snapshot) json.RawMessage {
	if bytes.Equal(before, now) {
		return nil
	}
	old, errOld := treeOf(json.RawMessage(before))
	fresh, errFresh := treeOf(json.RawMessage(now))
	if errOld != nil || errFresh != nil {
		return nil
	}
	was, _ := old.(map[string]any)
	is, _ := fresh.(map[string]any)
	body, err := encode(changedFields(was, is))
	if err != nil {
		return nil
	}
	return bytes.TrimSpace(body)
}

func changedFields(was, is map[string]any) map[string]any {
	changed := map[string]any{}
	for name, old := range was {
		if inner, ok := old.(map[string]any); ok {
			if other, ok := is[name].(map[string]any); ok {
				if deeper := changedFields(inner, other); len(deeper) > 0 {
					changed[name] = deeper
				}
				continue
			}
		}
		if !sameJSON(old, is[name]) {
			changed[name] = old
		}
	}
	for name := range is {
		if _, there := was[name]; !there {
			changed[name] = nil
		}
	}
	return changed
}

func sameJSON(a, b any) bool {
	one, errOne := encode(a)
	other, errOther := encode(b)
	return errOne == nil && errOther == nil && bytes.Equal(one, other)
}

// fresh keeps events that are young enough to be read.
func (c *call) fresh(o *stripeEvent) bool { return o.Created >= c.clock-eventsLast }

func getEvent(c *call) (any, error) {
	o, err := c.events.fetch(c.ids[0], "id")
	if err == nil && !c.fresh(o) {
		return nil, stripewire.NoSuch(404, c.events.kind, c.ids[0], "id")
	}
	return o, err
}

// maxTypes is how many types a list can be narrowed to.
// Source: Stripe API reference, "List all events".
const maxTypes = 20

func listEvents(c *call) (any, error) {
	within, one, several := c.createdWithin(), c.text("type"), c.form.List("types")
	delivered, asked := c.boolean("delivery_success", true), c.given("delivery_success")
	switch {
	case one != "" && several != nil:
		c.fail(stripewire.Invalid(stripewire.CodeParametersExclusive, "type", "You may only specify one of these parameters: type, types."))
	case len(several) > maxTypes:
		c.fail(stripewire.Invalid("", "types", "You may only filter by up to 20 types."))
	}
	if one != "" {
		several = []string{one}
	}
	return list(c, c.events, func(o *stripeEvent) bool {
		return c.fresh(o) && within(o.Created) && (several == nil || isOneOf(o.Type, several)) &&
			(!asked || delivered == (o.PendingWebhooks == 0))
	})
}

// isOneOf tells whether a type is among those asked for: by name, all of a
// family ("invoice.*"), or all ("*").
func isOneOf(kind string, wanted []string) bool {
	return slices.ContainsFunc(wanted, func(w string) bool {
		family, open := cutStar(w)
		return w == kind || (open && len(kind) >= len(family) && kind[:len(family)] == family)
	})
}

func cutStar(pattern string) (before string, open bool) {
	if n := len(pattern) - 1; n >= 0 && pattern[n] == '*' {
		return pattern[:n], true
	}
	return pattern, false
}
