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
	known, err := cache.Account(ctx)
	if err != nil {
		return billing.Standing{}, err
	}
	payments, err := cache.UnsettledPayments(ctx)
	if err != nil {
		return billing.Standing{}, err
	}
	marks, err := cache.Marks(ctx)
	if err != nil {
		return billing.Standing{}, err
	}
	return billing.StandingOf(billing.Snapshot{
		Account: known, Payments: payments, Now: billing.At(c.config.Now()), SyncedAt: marks.SyncedAt,
	}), nil
}
