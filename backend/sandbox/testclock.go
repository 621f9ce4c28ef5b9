package sandbox

import (
	"time"

	"billfold/backend/stripewire"
)

// testClock is Stripe's object for moving time. The sandbox has one clock, which
// all its customers live by, and which also runs by itself: frozen_time is the
// present moment.
type testClock struct {
	ID           string       `json:"id"`
	Object       string       `json:"object"`
	Created      int64        `json:"created"`
	DeletesAfter int64        `json:"deletes_after"`
	FrozenTime   int64        `json:"frozen_time"`
	Livemode     bool         `json:"livemode"`
	Name         nullableText `json:"name"`
	Status       string       `json:"status"`
}

// farthest is how far, in years, one advance may lead.
const farthest = 5

// createClock gives the one clock a name to move it by.
func createClock(c *call) (any, error) {
	at := c.clock
	if c.required("frozen_time") != "now" { // the sandbox's own word, for who cannot know
		at = c.integer("frozen_time", 0)
	}
	o := &testClock{Object: "test_helpers.test_clock", Created: c.clock, DeletesAfter: c.clock + 30*day, Status: "ready"}
	c.setText(&o.Name, "name")
	c.checkMove(at)
	for _, other := range c.testClocks.items {
		if other != nil {
			c.fail(stripewire.Invalid("", "", "The sandbox has one clock, "+other.ID+": advance it, or delete it first."))
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	o.ID = c.newID("clock")
	c.testClocks.add(o)
	c.moveClock(at)
	return c.showClock(o), nil
}

// checkMove refuses moments that are past or too far.
func (c *call) checkMove(at int64) {
	switch limit := time.Unix(c.clock, 0).AddDate(farthest, 0, 0).Unix(); {
	case c.err != nil:
	case at < c.clock:
		c.fail(stripewire.Invalid("", "frozen_time", "The sandbox never goes back in time: frozen_time must not be before the present."))
	case at > limit:
		c.fail(stripewire.Invalid("", "frozen_time", "frozen_time must be within five years."))
	}
}

// moveClock lets everything happen until then. From now on the sandbox is ahead
// of the world outside by as much more.
func (w *world) moveClock(to int64) {
	w.ahead += to - w.clock
	w.advance(to)
}

func (w *world) showClock(o *testClock) *testClock {
	now := *o
	now.FrozenTime = w.clock
	return &now
}

// advanceClock answers, as Stripe does, with a clock that is still advancing; the
// next look finds it ready.
func advanceClock(c *call) (any, error) {
	o, err := c.testClocks.fetch(c.ids[0], "test_clock")
	if err != nil {
		return nil, err
	}
	at := c.integer("frozen_time", 0)
	c.required("frozen_time")
	c.checkMove(at)
	if c.err != nil {
		return nil, c.err
	}
	c.moveClock(at)
	answer := c.showClock(o)
	answer.Status = "advancing"
	return answer, nil
}

func getClock(c *call) (any, error) {
	o, err := c.testClocks.fetch(c.ids[0], "test_clock")
	if err != nil {
		return nil, err
	}
	return c.showClock(o), nil
}

func listClocks(c *call) (any, error) {
	p := c.paging()
	if c.err != nil {
		return nil, c.err
	}
	page, more, err := c.testClocks.newest(p, func(*testClock) bool { return true })
	for i := range page {
		page[i] = c.showClock(page[i])
	}
	return stripewire.NewList(c.path, page, more), err
}

// deleteClock takes the name away again. Time stays where it is, and customers
// stay too.
func deleteClock(c *call) (any, error) {
	o, err := c.testClocks.fetch(c.ids[0], "test_clock")
	if err != nil {
		return nil, err
	}
	c.testClocks.remove(o.ID)
	return deletedObject{ID: o.ID, Object: o.Object, Deleted: true}, nil
}
