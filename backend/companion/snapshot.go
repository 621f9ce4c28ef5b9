package companion

import (
	"context"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

// snapshot is what a standing is judged by. The caller holds c.mu.
func (c *Companion) snapshot(ctx context.Context, cache *sqlite.Cache) (billing.Snapshot, error) {
	known, err := cache.Account(ctx)
	if err != nil {
		return billing.Snapshot{}, err
	}
	payments, err := cache.UnsettledPayments(ctx)
	if err != nil {
		return billing.Snapshot{}, err
	}
	marks, err := cache.Marks(ctx)
	if err != nil {
		return billing.Snapshot{}, err
	}
	policy, err := cache.Policy(ctx)
	if err != nil {
		return billing.Snapshot{}, err
	}
	return billing.Snapshot{
		Account: known, Policy: policy, Payments: payments, Now: billing.At(c.config.Now()), SyncedAt: marks.SyncedAt,
	}, nil
}
