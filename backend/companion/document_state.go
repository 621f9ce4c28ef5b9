package companion

import (
	"bytes"
	"context"
	"io"

	"billfold/backend/billing"
	"billfold/backend/documents"
	"billfold/backend/sqlite"
)

// documentStates tells, by the ids of the invoices, how their saved copies stand.
// A draft has no document.
func (c *Companion) documentStates(ctx context.Context, invoices []sqlite.ListedInvoice) (documentStatesByID, error) {
	known := make([]billing.Document, 0, len(invoices))
	for i := range invoices {
		if invoices[i].Status != billing.InvoiceDraft {
			known = append(known, invoiceDocument(invoices[i].Invoice, invoices[i].Refunded))
		}
	}
	return c.statesOf(ctx, known)
}

// receiptStates tells, by the ids of the payments, how their saved receipts stand.
// Only a payment that succeeded has one.
func (c *Companion) receiptStates(ctx context.Context, payments []sqlite.ListedPayment) (documentStatesByID, error) {
	known := make([]billing.Document, 0, len(payments))
	for i := range payments {
		if payments[i].Status == "succeeded" {
			known = append(known, receiptDocument(payments[i].Payment))
		}
	}
	return c.statesOf(ctx, known)
}

// documentStatesByID has DocumentNone for whatever has no document.
type documentStatesByID map[string]billing.DocumentState

func (s documentStatesByID) of(id string) billing.DocumentState {
	if state, there := s[id]; there {
		return state
	}
	return billing.DocumentNone
}

func (c *Companion) statesOf(ctx context.Context, known []billing.Document) (documentStatesByID, error) {
	saved, err := c.versionsOf(ctx, known)
	if err != nil {
		return nil, err
	}
	states := make(documentStatesByID, len(known))
	for _, document := range known {
		states[document.ID] = documents.StateOf(document, saved[document.DocumentRef])
	}
	return states, nil
}

// documentsOf lists the saved versions of the invoice's PDF, then of its credit
// notes, then of its receipts, of each the newest last. The newest says how the
// document stands.
func (c *Companion) documentsOf(ctx context.Context, d InvoiceDetail) ([]billing.SavedDocument, error) {
	known := []billing.Document{invoiceDocument(d.Invoice, d.Refunded)}
	for _, note := range d.CreditNotes {
		known = append(known, billing.Document{
			DocumentRef: billing.DocumentRef{Kind: billing.DocumentCreditNote, ID: note.ID}, Stamp: note.DocumentStamp(),
		})
	}
	for _, payment := range d.Payments {
		known = append(known, receiptDocument(payment))
	}
	saved, err := c.versionsOf(ctx, known)
	if err != nil {
		return nil, err
	}
	found := []billing.SavedDocument{}
	for _, document := range known {
		state := documents.StateOf(document, saved[document.DocumentRef])
		for _, version := range saved[document.DocumentRef] {
			if version.Listed {
				version.State = state
				found = append(found, version)
			}
		}
	}
	return found, nil
}

// savedDocuments gives the newest saved copies of these invoices and credit notes,
// by the ids of the objects; what is not saved, or is gone, is absent.
func (c *Companion) savedDocuments(ctx context.Context, of []billing.DocumentRef) (map[string]billing.SavedDocument, error) {
	known := make([]billing.Document, 0, len(of))
	for _, ref := range of {
		known = append(known, billing.Document{DocumentRef: ref})
	}
	saved, err := c.versionsOf(ctx, known)
	if err != nil {
		return nil, err
	}
	found := make(map[string]billing.SavedDocument, len(saved))
	for ref, versions := range saved {
		if newest, any := documents.Newest(versions); any && documents.Present(newest) {
			found[ref.ID] = newest
		}
	}
	return found, nil
}

// openSaved opens a saved copy, once it was compared with what was saved.
func (c *Companion) openSaved(saved billing.SavedDocument) (io.ReadCloser, error) {
	body, err := contentOf(saved)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(body)), nil
}

// versionsOf gives the saved versions of these documents, the newest last. The
// caller holds the account.
func (c *Companion) versionsOf(ctx context.Context, known []billing.Document) (map[billing.DocumentRef][]billing.SavedDocument, error) {
	if c.personal == nil {
		return nil, nil
	}
	ids := make([]string, 0, len(known))
	for _, document := range known {
		ids = append(ids, document.ID)
	}
	saved, err := c.archive("").Of(ctx, ids)
	if err != nil {
		return nil, err
	}
	return documents.ByRef(saved), nil
}

func invoiceDocument(invoice billing.Invoice, refunded billing.Money) billing.Document {
	return billing.Document{
		DocumentRef: billing.DocumentRef{Kind: billing.DocumentInvoice, ID: invoice.ID}, Stamp: invoice.DocumentStamp(refunded.Amount),
	}
}

func receiptDocument(payment billing.Payment) billing.Document {
	return billing.Document{
		DocumentRef: billing.DocumentRef{Kind: billing.DocumentReceipt, ID: payment.ID}, Stamp: payment.DocumentStamp(),
	}
}
