package companion

import (
	"context"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

// Invoices is one page of the invoices that the filter matches.
func (c *Companion) Invoices(ctx context.Context, filter billing.InvoiceFilter) (InvoicePage, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return InvoicePage{}, err
	}
	list, err := cache.Invoices(ctx, filter)
	if err != nil {
		return InvoicePage{}, err
	}
	states, err := c.documentStates(ctx, list.Rows)
	if err != nil {
		return InvoicePage{}, err
	}
	page := InvoicePage{Rows: make([]InvoiceRow, 0, len(list.Rows)), Next: list.Next, Total: list.Total, Totals: orEmpty(list.Totals)}
	for i := range list.Rows {
		listed := &list.Rows[i]
		page.Rows = append(page.Rows, InvoiceRow{
			Invoice: whole(listed.Invoice), Kind: listed.Kind, DocumentDate: listed.DocumentDate(), Plan: listed.Plan,
			PaidWith: listed.PaidWith, Refunded: listed.Refunded, Document: states.of(listed.ID),
		})
	}
	return page, nil
}

// Invoice is one invoice, by id or number, with all that belongs to it.
func (c *Companion) Invoice(ctx context.Context, idOrNumber string) (InvoiceDetail, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return InvoiceDetail{}, err
	}
	invoice, err := cache.Invoice(ctx, idOrNumber)
	if err != nil {
		return InvoiceDetail{}, err
	}
	detail := InvoiceDetail{
		Invoice: whole(invoice), Kind: invoice.Kind(), ReverseCharge: invoice.ReverseCharge(),
		DocumentDate: invoice.DocumentDate(), Zone: documentZone, Discounts: orEmpty(invoice.Discounts),
	}
	if err := detail.addMoney(ctx, cache); err != nil {
		return InvoiceDetail{}, err
	}
	if err := detail.addRelatives(ctx, cache); err != nil {
		return InvoiceDetail{}, err
	}
	detail.Documents, err = c.documentsOf(ctx, detail)
	return detail, err
}

// addMoney reads what was paid, given back and credited.
func (d *InvoiceDetail) addMoney(ctx context.Context, cache *sqlite.Cache) error {
	payments, err := cache.Payments(ctx, d.Invoice.ID)
	if err != nil {
		return err
	}
	notes, err := cache.CreditNotes(ctx, d.Invoice.ID)
	if err != nil {
		return err
	}
	d.Refunded = billing.Money{Currency: d.Invoice.Currency}
	for i := range payments {
		payments[i].Refunds = orEmpty(payments[i].Refunds)
		if payments[i].Refunded.Currency != d.Invoice.Currency {
			continue
		}
		if d.Refunded, err = d.Refunded.Plus(payments[i].Refunded); err != nil {
			return err
		}
	}
	for i := range notes {
		notes[i].Lines, notes[i].Taxes = orEmpty(notes[i].Lines), orEmpty(notes[i].Taxes)
		for at := range notes[i].Lines {
			notes[i].Lines[at].Taxes = orEmpty(notes[i].Lines[at].Taxes)
		}
	}
	d.Payments, d.CreditNotes = orEmpty(payments), orEmpty(notes)
	d.Timeline = orEmpty(d.Invoice.Timeline(payments, notes))
	return nil
}

// addRelatives reads the plan, and the invoices that this one replaced or was
// replaced by.
func (d *InvoiceDetail) addRelatives(ctx context.Context, cache *sqlite.Cache) error {
	known, err := cache.Account(ctx)
	if err != nil {
		return err
	}
	for _, subscription := range known.Subscriptions {
		if subscription.ID == d.Invoice.SubscriptionID {
			d.Plan = subscription.Plan()
		}
	}
	if d.Revises, err = refTo(ctx, cache, d.Invoice.RevisionOfID); err != nil {
		return err
	}
	d.RevisedBy, err = refTo(ctx, cache, d.Invoice.LatestRevisionID)
	return err
}

// refTo names another invoice, also one that is not in the local copy.
func refTo(ctx context.Context, cache *sqlite.Cache, id string) (*InvoiceRef, error) {
	if id == "" {
		return nil, nil
	}
	invoice, err := cache.Invoice(ctx, id)
	if err != nil && billing.CodeOf(err) != billing.CodeNotFound {
		return nil, err
	}
	return &InvoiceRef{ID: id, Number: invoice.Number}, nil
}

// whole has an empty list wherever the invoice has none, which JSON calls null.
func whole(invoice billing.Invoice) billing.Invoice {
	invoice.Taxes, invoice.Discounts, invoice.Lines = orEmpty(invoice.Taxes), orEmpty(invoice.Discounts), orEmpty(invoice.Lines)
	for i := range invoice.Lines {
		invoice.Lines[i].Taxes = orEmpty(invoice.Lines[i].Taxes)
	}
	invoice.BilledTo.TaxIDs, invoice.Seller.TaxIDs = orEmpty(invoice.BilledTo.TaxIDs), orEmpty(invoice.Seller.TaxIDs)
	return invoice
}
