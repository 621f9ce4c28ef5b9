package stripeapi

import (
	"context"
	"fmt"

	"github.com/stripe/stripe-go/v76"
	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
)

type wireCharge struct {
	identity
	Customer       reference             `json:"customer"`
	Invoice        reference             `json:"invoice"`
	Status         *string               `json:"status"`
	Amount         *int64                `json:"amount"`
	AmountRefunded *int64                `json:"amount_refunded"`
	Currency       *string               `json:"currency"`
	Disputed       bool                  `json:"disputed"`
	FailureCode    *string               `json:"failure_code"`
	Descriptor     *string               `json:"calculated_statement_descriptor"`
	ReceiptNumber  *string               `json:"receipt_number"`
	Created        *int64                `json:"created"`
	Method         *instruments          `json:"payment_method_details"`
	Refunds        *wirePage[wireRefund] `json:"refunds"`
	Outcome        *struct {
		Reason *string `json:"reason"`
	} `json:"outcome"`
}

type wireRefund struct {
	identity
	Charge   reference `json:"charge"`
	Amount   *int64    `json:"amount"`
	Currency *string   `json:"currency"`
	Status   *string   `json:"status"`
	Reason   *string   `json:"reason"`
	Created  *int64    `json:"created"`
}

func (w *wireRefund) key() string { return w.ID }

// prove does not look for an owner: a refund names only its charge.
func (w *wireRefund) prove(string) error {
	if err := w.is("refund"); err != nil {
		return err
	}
	return present("refund", w.Amount != nil, isCurrency(w.Currency))
}

func (w *wireCharge) key() string { return w.ID }

func (w *wireCharge) prove(customer string) error {
	if err := w.is("charge"); err != nil {
		return err
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	err := present("charge", w.Status != nil, w.Amount != nil, w.AmountRefunded != nil, isCurrency(w.Currency), w.Created != nil, w.Refunds != nil)
	if err != nil {
		return err
	}
	if err := w.Refunds.check(); err != nil {
		return err
	}
	return w.proveRefunds(customer)
}

func (w *wireCharge) proveRefunds(customer string) error {
	for i := range w.Refunds.Data {
		refund := &w.Refunds.Data[i]
		if err := refund.prove(customer); err != nil {
			return err
		}
		if string(refund.Charge) != w.ID {
			return foreign()
		}
	}
	return nil
}

// Payments asks for the attempts to take money made at since or later, all when
// since is unknown, newest first and with all their refunds.
func (c *Client) Payments(ctx context.Context, since billing.Time) ([]billing.Payment, error) {
	params := &stripe.ChargeListParams{
		Customer: stripe.String(c.customer), CreatedRange: createdSince(since), Expand: expand("data.refunds"),
	}
	params.Limit = fullPage()
	payments := []billing.Payment{}
	err := readList[wireCharge](ctx, c, listing{path: "/v1/charges", query: queryOf(params)},
		func(ctx context.Context, page []wireCharge) error {
			if err := c.completeRefunds(ctx, page); err != nil {
				return err
			}
			for i := range page {
				payments = append(payments, page[i].value())
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("list payments: %w", err)
	}
	return payments, nil
}

// completeRefunds fetches, side by side, the refunds of the charges that embed
// only their first ones.
func (c *Client) completeRefunds(ctx context.Context, charges []wireCharge) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(MaxConcurrent)
	for i := range charges {
		charge := &charges[i]
		if !*charge.Refunds.HasMore {
			continue
		}
		group.Go(func() error {
			params := &stripe.RefundListParams{Charge: stripe.String(charge.ID)}
			params.Limit = fullPage()
			refunds, err := collect[wireRefund](ctx, c, listing{path: "/v1/refunds", query: queryOf(params)})
			if err != nil {
				return err
			}
			charge.Refunds.Data = refunds
			return charge.proveRefunds(c.customer)
		})
	}
	return group.Wait()
}

func (w *wireCharge) value() billing.Payment {
	currency := textOf(w.Currency)
	payment := billing.Payment{
		ID: w.ID, InvoiceID: string(w.Invoice), Status: textOf(w.Status),
		Amount: moneyOf(w.Amount, currency), Refunded: moneyOf(w.AmountRefunded, currency), Disputed: w.Disputed,
		Descriptor: textOf(w.Descriptor), ReceiptNumber: textOf(w.ReceiptNumber), CreatedAt: timeOf(w.Created),
		Refunds: make([]billing.Refund, len(w.Refunds.Data)),
	}
	if w.Method != nil {
		details := w.Method.inUse()
		payment.MethodType, payment.Brand, payment.Last4 = textOf(w.Method.Type), details.brand(), textOf(details.Last4)
	}
	if payment.Status == string(stripe.ChargeStatusFailed) {
		// Without a gateway before it, Stripe names the hidden reasons too.
		payment.FailureCode, payment.DeclineCode = billing.ToldReason(textOf(w.FailureCode)), billing.ToldReason(w.declineCode())
	}
	for i := range w.Refunds.Data {
		payment.Refunds[i] = w.Refunds.Data[i].value()
	}
	return payment
}

// declines are the failure codes that are a bank's reason by themselves.
// Source: Stripe docs, "Decline codes"; the two lists share these words.
var declines = map[string]bool{
	"authentication_required": true, "expired_card": true, "incorrect_cvc": true, "incorrect_number": true,
	"incorrect_zip": true, "insufficient_funds": true, "invalid_cvc": true, "invalid_expiry_month": true,
	"invalid_expiry_year": true, "invalid_number": true, "processing_error": true,
}

// declineCode is the bank's reason, else the failure code where that is one.
// Source: Stripe API reference, Charge.outcome.reason.
func (w *wireCharge) declineCode() string {
	if w.Outcome != nil && textOf(w.Outcome.Reason) != "" {
		return *w.Outcome.Reason
	}
	if code := textOf(w.FailureCode); declines[code] {
		return code
	}
	return ""
}

func (w *wireRefund) value() billing.Refund {
	return billing.Refund{
		ID: w.ID, Amount: moneyOf(w.Amount, textOf(w.Currency)), Status: textOf(w.Status),
		Reason: textOf(w.Reason), CreatedAt: timeOf(w.Created),
	}
}
