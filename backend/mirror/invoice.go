package mirror

import (
	"context"
	"reflect"
	"slices"

	"billfold/backend/billing"
)

func (r *reading) readInvoices(ctx context.Context) error {
	err := r.source.API.Invoices(ctx, r.invoicesSince(), func(page []billing.Invoice) error {
		r.keep(func() {
			r.pulled.Invoices = append(r.pulled.Invoices, page...)
			for i := range page {
				r.listed[page[i].ID] = true
			}
		})
		r.told.now("invoices", len(page))
		return nil
	})
	if err == nil {
		r.told.step("payments")
	}
	return err
}

// readInvoice asks for one invoice. One that is not there any more was a draft
// that the vendor deleted.
func (r *reading) readInvoice(ctx context.Context, id string) error {
	invoice, err := r.source.API.Invoice(ctx, id)
	gone := billing.CodeOf(err) == billing.CodeNotFound
	if err != nil && !gone {
		return err
	}
	r.keep(func() {
		r.listed[id] = true
		if gone {
			r.pulled.GoneInvoiceIDs = append(r.pulled.GoneInvoiceIDs, id)
		} else {
			r.pulled.Invoices = append(r.pulled.Invoices, invoice)
		}
	})
	return nil
}

// oldUnsettled lists the invoices that may have changed on their own and are too
// old to be in the list.
func (r *reading) oldUnsettled() []string {
	var ids []string
	for _, invoice := range r.known.Unsettled {
		if !r.full && invoice.CreatedAt < r.invoicesSince() {
			ids = append(ids, invoice.ID)
		}
	}
	return ids
}

// touchedInvoices lists the invoices that have not come yet and may be others
// now: those that were not settled and are missing from the list, and those of a
// payment or a credit note that is not as the cache has it, since these alter
// invoices that are paid, too. A pull of everything has them all.
func (r *reading) touchedInvoices(ctx context.Context) ([]string, error) {
	if r.full {
		return nil, nil
	}
	var ids []string
	for _, invoice := range r.known.Unsettled {
		if !r.listed[invoice.ID] {
			ids = append(ids, invoice.ID)
		}
	}
	for _, payment := range r.pulled.Payments {
		if payment.InvoiceID == "" || r.listed[payment.InvoiceID] {
			continue
		}
		kept, err := r.source.Cache.Payments(ctx, payment.InvoiceID)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(kept, func(k billing.Payment) bool { return reflect.DeepEqual(k, payment) }) {
			ids = append(ids, payment.InvoiceID)
		}
	}
	for _, note := range r.pulled.CreditNotes {
		if note.InvoiceID == "" || r.listed[note.InvoiceID] {
			continue
		}
		kept, err := r.source.Cache.CreditNotes(ctx, note.InvoiceID)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(kept, func(k billing.CreditNote) bool { return reflect.DeepEqual(k, note) }) {
			ids = append(ids, note.InvoiceID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
