package stripeapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/stripe/stripe-go/v76"
	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
)

type wireCreditNote struct {
	identity
	Customer           reference                     `json:"customer"`
	Number             *string                       `json:"number"`
	Invoice            reference                     `json:"invoice"`
	Type               *string                       `json:"type"`
	Status             *string                       `json:"status"`
	Reason             *string                       `json:"reason"`
	Memo               *string                       `json:"memo"`
	Subtotal           *int64                        `json:"subtotal"`
	Discount           *int64                        `json:"discount_amount"`
	Total              *int64                        `json:"total"`
	Currency           *string                       `json:"currency"`
	TaxAmounts         []wireTaxAmount               `json:"tax_amounts"`
	Lines              *wirePage[wireCreditNoteLine] `json:"lines"`
	Refund             reference                     `json:"refund"`
	BalanceTransaction reference                     `json:"customer_balance_transaction"`
	OutOfBand          *int64                        `json:"out_of_band_amount"`
	EffectiveAt        *int64                        `json:"effective_at"`
	Created            *int64                        `json:"created"`
	VoidedAt           *int64                        `json:"voided_at"`
}

type wireCreditNoteLine struct {
	identity
	Description *string         `json:"description"`
	Amount      *int64          `json:"amount"`
	Quantity    *int64          `json:"quantity"`
	Discount    *int64          `json:"discount_amount"`
	TaxAmounts  []wireTaxAmount `json:"tax_amounts"`
}

func (w *wireCreditNoteLine) key() string { return w.ID }

// prove does not look for an owner: lines name none, and belong to the note in
// whose list they stand.
func (w *wireCreditNoteLine) prove(string) error {
	if err := w.is("credit_note_line_item"); err != nil {
		return err
	}
	return present("credit_note_line_item", w.Amount != nil)
}

func (w *wireCreditNote) key() string { return w.ID }

func (w *wireCreditNote) prove(customer string) error {
	if err := w.is("credit_note"); err != nil {
		return err
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	err := present("credit_note", w.Invoice != "", w.Type != nil, w.Status != nil, w.Total != nil, isCurrency(w.Currency), w.Created != nil)
	if err != nil {
		return err
	}
	if w.Lines == nil {
		return unreadable(errors.New("a credit note without its lines"))
	}
	if err := w.Lines.check(); err != nil {
		return err
	}
	for i := range w.Lines.Data {
		if err := w.Lines.Data[i].prove(customer); err != nil {
			return err
		}
	}
	return nil
}

// CreditNotes asks for the credit notes issued at since or later, all when since
// is unknown, newest first and with all their lines.
//
// The list has no filter by creation in this version, so the reading ends at the
// first page that reaches older ones.
// Source: Stripe's OpenAPI description of 2023-10-16, GET /v1/credit_notes.
func (c *Client) CreditNotes(ctx context.Context, since billing.Time) ([]billing.CreditNote, error) {
	params := &stripe.CreditNoteListParams{Customer: stripe.String(c.customer)}
	params.Limit = fullPage()
	notes := []billing.CreditNote{}
	err := readList[wireCreditNote](ctx, c, listing{path: "/v1/credit_notes", query: queryOf(params), until: since},
		func(ctx context.Context, page []wireCreditNote) error {
			if err := c.completeCreditLines(ctx, page); err != nil {
				return err
			}
			for i := range page {
				if timeOf(page[i].Created) >= since {
					notes = append(notes, page[i].value())
				}
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("list credit notes: %w", err)
	}
	return notes, nil
}

// completeCreditLines fetches, side by side, the lines of the notes that embed
// only their first ones.
func (c *Client) completeCreditLines(ctx context.Context, notes []wireCreditNote) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(MaxConcurrent)
	for i := range notes {
		note := &notes[i]
		if !*note.Lines.HasMore {
			continue
		}
		group.Go(func() error {
			path, err := pathTo("/v1/credit_notes/", note.ID, "/lines")
			if err != nil {
				return unreadable(err)
			}
			params := &stripe.CreditNoteListLinesParams{}
			params.Limit = fullPage()
			note.Lines.Data, err = collect[wireCreditNoteLine](ctx, c, listing{path: path, query: queryOf(params)})
			return err
		})
	}
	return group.Wait()
}

func (w *wireCreditNote) value() billing.CreditNote {
	currency := textOf(w.Currency)
	note := billing.CreditNote{
		ID: w.ID, Number: textOf(w.Number), InvoiceID: string(w.Invoice), Type: textOf(w.Type), Status: textOf(w.Status),
		Reason: textOf(w.Reason), Memo: textOf(w.Memo), Subtotal: moneyOf(w.Subtotal, currency),
		Discount: moneyOf(w.Discount, currency), Tax: billing.Money{Currency: currency}, Total: moneyOf(w.Total, currency),
		Taxes: taxesOf(w.TaxAmounts, currency, nil), Lines: make([]billing.CreditNoteLine, len(w.Lines.Data)),
		RefundID: string(w.Refund), BalanceTransactionID: string(w.BalanceTransaction), OutOfBand: moneyOf(w.OutOfBand, currency),
		EffectiveAt: timeOf(w.EffectiveAt), CreatedAt: timeOf(w.Created), VoidedAt: timeOf(w.VoidedAt),
	}
	if w.Subtotal == nil {
		note.Subtotal = note.Total
	}
	for _, tax := range w.TaxAmounts {
		note.Tax.Amount += numberOf(tax.Amount)
	}
	for i := range w.Lines.Data {
		line := &w.Lines.Data[i]
		note.Lines[i] = billing.CreditNoteLine{
			ID: line.ID, Description: textOf(line.Description), Amount: moneyOf(line.Amount, currency),
			Quantity: numberOf(line.Quantity), Discount: moneyOf(line.Discount, currency),
			Taxes: taxesOf(line.TaxAmounts, currency, nil),
		}
	}
	return note
}
