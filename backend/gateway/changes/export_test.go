package changes

import "context"

// Turn reads the events once.
func (c *Changes) Turn(ctx context.Context) error { return c.turn(ctx) }

// Rest ends the lease of the turn before.
func (c *Changes) Rest() {
	if m, ok := c.store.(*memory); ok {
		m.claimed.Remove("lease_events")
	}
}
