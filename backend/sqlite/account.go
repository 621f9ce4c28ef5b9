package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

// Account gives what is known of the subscriber, all of one instant; the zero
// Customer and empty lists before the first pull. Unsettled invoices come
// without lines.
func (c *Cache) Account(ctx context.Context) (account billing.Account, err error) {
	err = c.file.reading(ctx, "read the account", func(tx *sql.Tx) error {
		if account.Customer, err = readCustomer(ctx, tx); err != nil {
			return err
		}
		if account.Subscriptions, err = readSubscriptions(ctx, tx); err != nil {
			return err
		}
		if account.PaymentMethods, err = readPaymentMethods(ctx, tx); err != nil {
			return err
		}
		if account.TaxIDs, err = readTaxIDs(ctx, tx); err != nil {
			return err
		}
		if account.Portal, err = readPortal(ctx, tx); err != nil {
			return err
		}
		account.Unsettled, err = readUnsettled(ctx, tx)
		return err
	})
	return account, err
}
