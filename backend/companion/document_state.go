package companion

import (
	"context"
	"io"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

// documentStates tells, by the ids of the invoices, how their saved copies stand.
// A draft has no document.
func (c *Companion) documentStates(_ context.Context, invoices []sqlite.ListedInvoice) (map[string]billing.DocumentState, error) {
	states := make(map[string]billing.DocumentState, len(invoices))
	for i := range invoices {
		states[invoices[i].ID] = billing.DocumentUnsaved
		if invoices[i].Status == billing.InvoiceDraft {
			states[invoices[i].ID] = billing.DocumentNone
		}
	}
	return states, nil
}

// receiptStates tells, by the ids of the payments, how their saved receipts stand.
// Only a payment that succeeded has one.
func (c *Companion) receiptStates(_ context.Context, payments []sqlite.ListedPayment) (map[string]billing.DocumentState, error) {
	states := make(map[string]billing.DocumentState, len(payments))
	for i := range payments {
		states[payments[i].ID] = billing.DocumentUnsaved
		if payments[i].Status != "succeeded" {
			states[payments[i].ID] = billing.DocumentNone
		}
	}
	return states, nil
}

// savedDocuments gives the newest saved copies of these invoices, credit notes and
// receipts, by the ids of the objects; what is not saved is absent.
func (c *Companion) savedDocuments(_ context.Context, _ []string) (map[string]billing.SavedDocument, error) {
	return map[string]billing.SavedDocument{}, nil
}

// openSaved opens a saved copy.
func (c *Companion) openSaved(billing.SavedDocument) (io.ReadCloser, error) {
	return nil, billing.NewError(billing.CodeNotFound, "There is no saved copy of this document.", nil)
}
