package companion

import (
	"context"

	"billfold/backend/billing"
)

// Standing says how the account stands, why, what happens next and what can be
// done, as the cache has it.
func (c *Companion) Standing(ctx context.Context) (billing.Standing, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return billing.Standing{}, err
	}
	snapshot, err := c.snapshot(ctx, cache)
	if err != nil {
		return billing.Standing{}, err
	}
	return billing.StandingOf(snapshot), nil
}
