package stripeapi

import (
	"context"
	"fmt"
	"net/url"

	"billfold/backend/billing"
)

// wireInvoiceLink is an invoice of which only the way to its page is wanted.
type wireInvoiceLink struct {
	identity
	Customer reference `json:"customer"`
	URL      *string   `json:"hosted_invoice_url"`
}

func (w *wireInvoiceLink) key() string { return w.ID }

func (w *wireInvoiceLink) prove(customer string) error {
	if err := w.is("invoice"); err != nil {
		return err
	}
	return ownedBy(w.Customer, customer)
}

// HostedInvoiceLink asks for a fresh link to the page on which an invoice can be
// looked at and paid. Every answer of Stripe's holds a new one, which expires. An
// invoice without such a page, as a draft, is CodeNotFound.
// Source: Stripe docs, "Hosted Invoice Page", link expiration.
func (c *Client) HostedInvoiceLink(ctx context.Context, invoiceID string) (billing.SecretLink, error) {
	path, err := pathTo("/v1/invoices/", invoiceID, "")
	if err != nil {
		return billing.SecretLink{}, err
	}
	got, err := retrieve[wireInvoiceLink](ctx, c, path, url.Values{})
	if err == nil && (got.ID != invoiceID || textOf(got.URL) == "") {
		err = billing.NewError(billing.CodeNotFound, "This invoice has no page on which it could be paid.", nil)
	}
	if err != nil {
		return billing.SecretLink{}, fmt.Errorf("ask for the invoice's page: %w", err)
	}
	return billing.NewSecretLink(*got.URL), nil
}
