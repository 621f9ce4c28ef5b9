package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

// Journal gives all that the money timeline is made of, all of one instant.
// Invoices and payments come with what an entry is made from and nothing else:
// see journalOfInvoices and journalOfPayments.
func (c *Cache) Journal(ctx context.Context) (journal billing.Journal, err error) {
	err = c.file.reading(ctx, "read the journal", func(tx *sql.Tx) error {
		if journal.Invoices, err = readJournalInvoices(ctx, tx); err != nil {
			return err
		}
		if journal.Payments, err = readJournalPayments(ctx, tx); err != nil {
			return err
		}
		if journal.CreditNotes, err = readCreditNotes(ctx, tx, ""); err != nil {
			return err
		}
		if journal.Balance, err = readBalance(ctx, tx); err != nil {
			return err
		}
		if journal.Subscriptions, err = readSubscriptions(ctx, tx); err != nil {
			return err
		}
		journal.Customer, err = readCustomer(ctx, tx)
		return err
	})
	return journal, err
}

const journalOfInvoices = `SELECT id, number, status, subscription_id, iif(subscription_id = '', summary, ''), currency,
	total, amount_paid, amount_remaining, credited_before, paid_out_of_band,
	effective_at, finalized_at, paid_at, voided_at, uncollectible_at FROM invoices`

func readJournalInvoices(ctx context.Context, tx *sql.Tx) ([]billing.Invoice, error) {
	invoices, err := roomFor[billing.Invoice](ctx, tx, "invoices")
	if err != nil {
		return nil, err
	}
	err = readValues(ctx, tx, journalOfInvoices, 16, func(v values) error {
		currency := v.text(5)
		invoices = append(invoices, billing.Invoice{
			ID: v.text(0), Number: v.text(1), Status: billing.InvoiceStatus(v.text(2)), SubscriptionID: v.text(3), Summary: v.text(4),
			Currency: currency, Total: v.money(6, currency), AmountPaid: v.money(7, currency), AmountRemaining: v.money(8, currency),
			CreditedBefore: v.money(9, currency), PaidOutOfBand: v.number(10) != 0,
			EffectiveAt: v.time(11), FinalizedAt: v.time(12), PaidAt: v.time(13), VoidedAt: v.time(14), UncollectibleAt: v.time(15),
		})
		return nil
	})
	return invoices, err
}

// Why it failed is read of those that did, and refunds of those that have any.
const (
	journalOfPayments = `SELECT id, invoice_id, status, currency, amount, refunded, created_at,
		iif(` + wentWell + `, '', method_type), iif(` + wentWell + `, '', failure_code), iif(` + wentWell + `, '', decline_code),
		iif(refunds IN ('[]', 'null'), '', refunds) FROM payments`
	wentWell = "status IN ('succeeded', 'pending')"
)

func readJournalPayments(ctx context.Context, tx *sql.Tx) ([]billing.Payment, error) {
	payments, err := roomFor[billing.Payment](ctx, tx, "payments")
	if err != nil {
		return nil, err
	}
	err = readValues(ctx, tx, journalOfPayments, 11, func(v values) (err error) {
		currency := v.text(3)
		payment := billing.Payment{
			ID: v.text(0), InvoiceID: v.text(1), Status: v.text(2), Amount: v.money(4, currency), Refunded: v.money(5, currency),
			CreatedAt: v.time(6), MethodType: v.text(7), FailureCode: v.text(8), DeclineCode: v.text(9),
		}
		if refunds := v.text(10); refunds != "" {
			err = unpack(refunds, &payment.Refunds)
		}
		payments = append(payments, payment)
		return err
	})
	return payments, err
}

// roomFor makes room for all rows of a table, since there may be very many.
func roomFor[T any](ctx context.Context, tx *sql.Tx, table string) ([]T, error) {
	var rows int
	err := tx.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&rows)
	return make([]T, 0, rows), err
}
