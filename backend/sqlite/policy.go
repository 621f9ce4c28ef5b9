package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"billfold/backend/billing"
)

// policyRecord is the only row of its table, and so has a name for an id.
type policyRecord struct {
	billing.Policy
	id, whilePastDue string
}

func (r *policyRecord) columns() []column {
	return []column{
		{"id", &r.id}, {"while_past_due", &r.whilePastDue}, {"grace_days", &r.GraceDays}, {"lost", &r.Lost}, {"support", &r.Support},
	}
}

var policyTable = newTable("policy", &policyRecord{})

// Policy is what the vendor said of what only they know; the zero value before they
// did.
func (c *Cache) Policy(ctx context.Context) (policy billing.Policy, err error) {
	err = c.file.reading(ctx, "read the policy", func(tx *sql.Tx) error {
		var r policyRecord
		_, err := policyTable.scan(tx.QueryRowContext(ctx, "SELECT "+policyTable.reading+" FROM policy"), &r)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		policy = r.Policy
		policy.WhilePastDue = billing.AccessPolicy(r.whilePastDue)
		return err
	})
	return policy, err
}

// writePolicy keeps the policy; nil leaves the one that is kept.
func (w *writer) writePolicy(ctx context.Context, policy *billing.Policy) error {
	if policy == nil {
		return nil
	}
	return w.replace(ctx, policyTable, []record{&policyRecord{
		Policy: *policy, id: "policy", whilePastDue: string(policy.WhilePastDue),
	}})
}
