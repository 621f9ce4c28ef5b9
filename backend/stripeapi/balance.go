package stripeapi

import (
	"context"
	"fmt"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
)

type wireBalanceTransaction struct {
	identity
	Customer      reference `json:"customer"`
	Type          *string   `json:"type"`
	Amount        *int64    `json:"amount"`
	EndingBalance *int64    `json:"ending_balance"`
	Currency      *string   `json:"currency"`
	Description   *string   `json:"description"`
	Invoice       reference `json:"invoice"`
	CreditNote    reference `json:"credit_note"`
	Created       *int64    `json:"created"`
}

func (w *wireBalanceTransaction) key() string { return w.ID }

func (w *wireBalanceTransaction) prove(customer string) error {
	if err := w.is("customer_balance_transaction"); err != nil {
		return err
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	return present("customer_balance_transaction", w.Type != nil, w.Amount != nil, isCurrency(w.Currency), w.Created != nil)
}

// BalanceTransactions asks for the movements of the customer's balance made at
// since or later, all when since is unknown, newest first.
//
// The list has no filter by creation, so the reading ends at the first page that
// reaches older ones.
// Source: Stripe's OpenAPI description of 2023-10-16,
// GET /v1/customers/{customer}/balance_transactions.
func (c *Client) BalanceTransactions(ctx context.Context, since billing.Time) ([]billing.BalanceTransaction, error) {
	params := &stripe.CustomerBalanceTransactionListParams{}
	params.Limit = fullPage()
	movements := []billing.BalanceTransaction{}
	wanted := listing{path: "/v1/customers/" + c.customer + "/balance_transactions", query: queryOf(params), until: since}
	err := readList[wireBalanceTransaction](ctx, c, wanted, func(_ context.Context, page []wireBalanceTransaction) error {
		for i := range page {
			if timeOf(page[i].Created) >= since {
				movements = append(movements, page[i].value())
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list balance transactions: %w", err)
	}
	return movements, nil
}

func (w *wireBalanceTransaction) value() billing.BalanceTransaction {
	currency := textOf(w.Currency)
	return billing.BalanceTransaction{
		ID: w.ID, Type: billing.BalanceType(textOf(w.Type)), Amount: moneyOf(w.Amount, currency),
		EndingBalance: moneyOf(w.EndingBalance, currency), Description: textOf(w.Description),
		InvoiceID: string(w.Invoice), CreditNoteID: string(w.CreditNote), CreatedAt: timeOf(w.Created),
	}
}
