package companion

import (
	"context"

	"billfold/backend/billing"
)

// Payments is one page of the payments that the filter matches, newest first.
func (c *Companion) Payments(ctx context.Context, filter billing.PaymentFilter) (PaymentPage, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return PaymentPage{}, err
	}
	list, err := cache.ListPayments(ctx, filter)
	if err != nil {
		return PaymentPage{}, err
	}
	states, err := c.receiptStates(ctx, list.Rows)
	if err != nil {
		return PaymentPage{}, err
	}
	page := PaymentPage{Rows: make([]PaymentRow, 0, len(list.Rows)), Next: list.Next, Total: list.Total}
	for _, listed := range list.Rows {
		listed.Refunds = orEmpty(listed.Refunds)
		page.Rows = append(page.Rows, PaymentRow{
			Payment: listed.Payment, InvoiceNumber: listed.InvoiceNumber, Receipt: states.of(listed.ID),
		})
	}
	return page, nil
}

// Spending is what was spent month by month, currency by currency, and what the
// next invoices are likely to be.
func (c *Companion) Spending(ctx context.Context, filter SpendingFilter) (billing.Spending, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return billing.Spending{}, err
	}
	if filter.Months < 0 {
		return billing.Spending{}, billing.NewError(billing.CodeInvalid, "How many months is 0 for all, or a number.", nil)
	}
	books, err := cache.Books(ctx)
	if err != nil {
		return billing.Spending{}, err
	}
	zone, err := loadDocumentZone()
	if err != nil {
		return billing.Spending{}, err
	}
	return billing.SpendingOf(books, billing.SpendingSpan{Months: filter.Months, Now: billing.At(c.config.Now()), Zone: zone})
}
