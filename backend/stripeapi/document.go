package stripeapi

import (
	"context"
	"errors"
	"fmt"

	"billfold/backend/billing"
)

// wireDocumented is as much of an invoice, a credit note or a charge as it takes
// to find its document.
type wireDocumented struct {
	identity
	Customer   reference `json:"customer"`
	InvoicePDF *string   `json:"invoice_pdf"`
	PDF        *string   `json:"pdf"`
	ReceiptURL *string   `json:"receipt_url"`
}

// documentPlaces says of each kind of document where its object is asked for, and
// which field of it holds the link.
var documentPlaces = map[billing.DocumentKind]struct {
	path, object string
	link         func(wireDocumented) *string
}{
	billing.DocumentInvoice:    {"/v1/invoices/", "invoice", func(w wireDocumented) *string { return w.InvoicePDF }},
	billing.DocumentCreditNote: {"/v1/credit_notes/", "credit_note", func(w wireDocumented) *string { return w.PDF }},
	billing.DocumentReceipt:    {"/v1/charges/", "charge", func(w wireDocumented) *string { return w.ReceiptURL }},
}

// DocumentLink asks for the link to a document. It is a bearer secret that
// expires: it comes fresh with each call and is kept nowhere, not even for a 304.
// Of a receipt it leads to a page, beside which the PDF is. A document that does
// not exist, such as the PDF of a draft, is CodeNotFound. The link is as the
// server gave it; whoever follows it has to look where it leads.
func (c *Client) DocumentLink(ctx context.Context, of billing.DocumentRef) (string, error) {
	place, known := documentPlaces[of.Kind]
	if !known {
		return "", billing.NewError(billing.CodeInvalid, "There is no such kind of document.", nil)
	}
	path, err := pathTo(place.path, of.ID, "")
	if err != nil {
		return "", err
	}
	got, err := c.get(ctx, path, nil)
	if err != nil {
		return "", fmt.Errorf("retrieve %s: %w", place.object, err)
	}
	var read wireDocumented
	if err := noForeign(got.body, c.customer); err != nil {
		return "", err
	}
	if err := decode(got.body, &read); err != nil {
		return "", err
	}
	if err := read.is(place.object); err != nil {
		return "", err
	}
	if err := ownedBy(read.Customer, c.customer); err != nil {
		return "", err
	}
	if read.ID != of.ID {
		return "", unreadable(errors.New("another object than was asked for"))
	}
	link := textOf(place.link(read))
	if link == "" {
		return "", billing.NewError(billing.CodeNotFound, "The vendor has no PDF of this.", nil)
	}
	return link, nil
}
