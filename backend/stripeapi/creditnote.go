package stripeapi

import (
	"context"
	"fmt"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
)

type wireCreditNote struct {
	identity
	Customer reference `json:"customer"`
	Number   *string   `json:"number"`
	Invoice  reference `json:"invoice"`
	Type     *string   `json:"type"`
	Status   *string   `json:"status"`
	Reason   *string   `json:"reason"`
	Memo     *string   `json:"memo"`
	Total    *int64    `json:"total"`
	Currency *string   `json:"currency"`
	Created  *int64    `json:"created"`
	VoidedAt *int64    `json:"voided_at"`
}

func (w *wireCreditNote) key() string { return w.ID }

func (w *wireCreditNote) prove(customer string) error {
	if err := w.is("credit_note"); err != nil {
		return err
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	return present("credit_note", w.Invoice != "", w.Type != nil, w.Status != nil, w.Total != nil, isCurrency(w.Currency), w.Created != nil)
}

// CreditNotes asks for the credit notes issued at since or later, all when since
// is unknown, newest first.
//
// The list has no filter by creation in this version, so the reading ends at the
// first page that reaches older ones.
// Source: Stripe's OpenAPI description of 2023-10-16, GET /v1/credit_notes.
func (c *Client) CreditNotes(ctx context.Context, since billing.Time) ([]billing.CreditNote, error) {
	params := &stripe.CreditNoteListParams{Customer: stripe.String(c.customer)}
	params.Limit = fullPage()
	notes := []billing.CreditNote{}
	got, err := collect[wireCreditNote](ctx, c, listing{path: "/v1/credit_notes", query: queryOf(params), until: since})
	if err != nil {
		return nil, fmt.Errorf("list credit notes: %w", err)
	}
	for i := range got {
		if timeOf(got[i].Created) >= since {
			notes = append(notes, got[i].value())
		}
	}
	return notes, nil
}

func (w *wireCreditNote) value() billing.CreditNote {
	return billing.CreditNote{
		ID: w.ID, Number: textOf(w.Number), InvoiceID: string(w.Invoice), Type: textOf(w.Type), Status: textOf(w.Status),
		Reason: textOf(w.Reason), Memo: textOf(w.Memo), Total: moneyOf(w.Total, textOf(w.Currency)),
		CreatedAt: timeOf(w.Created), VoidedAt: timeOf(w.VoidedAt),
	}
}
