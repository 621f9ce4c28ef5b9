package billing

import "fmt"

// DocumentKind is what a document of the vendor's is.
type DocumentKind string

// The kinds of documents.
const (
	DocumentInvoice    DocumentKind = "invoice"
	DocumentCreditNote DocumentKind = "credit_note"
	DocumentReceipt    DocumentKind = "receipt"
)

// DocumentState says how the saved copy of a document stands.
type DocumentState string

// The states of a saved copy.
const (
	DocumentNone    DocumentState = "none"    // there is no such document: a draft has no PDF
	DocumentUnsaved DocumentState = "unsaved" // never saved
	DocumentSaved   DocumentState = "saved"   // saved, and nothing has happened since that it does not show
	DocumentStale   DocumentState = "stale"   // saved, but paid, credited, refunded or voided since
	DocumentMissing DocumentState = "missing" // saved once, but the file is gone
)

// DocumentRef names one document. ID is that of the invoice, the credit note, or
// the payment a receipt is for.
type DocumentRef struct {
	Kind DocumentKind `json:"kind"`
	ID   string       `json:"id"`
}

// Document is a document that the vendor has issued, saved or not.
type Document struct {
	DocumentRef
	// InvoiceID is the invoice it belongs to, itself for an invoice; "" for the
	// receipt of a payment without one.
	InvoiceID      string
	SubscriptionID string
	Number         string
	IssuedAt       Time
	Amount         Money
	Status         string
	Vendor         string
	Customer       string
	Plan           string
	// Stamp sums up all that the document shows and that can still change. A saved
	// copy with another stamp is stale.
	Stamp string
}

// SavedDocument is one version of a document on the disk. Versions count from 1;
// the highest is the newest.
type SavedDocument struct {
	Kind     DocumentKind `json:"kind"`
	ObjectID string       `json:"object_id"`
	Number   string       `json:"number"`
	FileName string       `json:"file_name"`
	// Path is absolute.
	Path    string        `json:"path"`
	SHA256  string        `json:"sha256"`
	Size    int64         `json:"size"`
	Version int           `json:"version"`
	SavedAt Time          `json:"saved_at"`
	State   DocumentState `json:"state"`

	// Folder is the archive's folder when it was saved, File the path below it with
	// slashes; Path is made of the two.
	Folder string `json:"-"`
	File   string `json:"-"`
	// Stamp is the document's when it was fetched.
	Stamp string `json:"-"`
	// Listed is false while the file is on its way to its place: whether it arrived
	// has to be looked at.
	Listed bool `json:"-"`
}

// Ref names the document that it is a version of.
func (s SavedDocument) Ref() DocumentRef { return DocumentRef{Kind: s.Kind, ID: s.ObjectID} }

// DocumentStamp sums up what an invoice's PDF shows and what may change after it
// was issued: its status, and what was paid, credited and refunded.
func (i Invoice) DocumentStamp(refunded int64) string {
	return fmt.Sprintf("%s paid %d left %d credited %d+%d refunded %d", i.Status, i.AmountPaid.Amount,
		i.AmountRemaining.Amount, i.CreditedBefore.Amount, i.CreditedAfter.Amount, refunded)
}

// DocumentStamp sums up what may change of a credit note: it can be voided.
func (n CreditNote) DocumentStamp() string { return n.Status }

// DocumentStamp sums up what may change of a receipt: it lists later refunds.
// Source: Stripe docs, "Email receipts", receipts show the latest status of a charge.
func (p Payment) DocumentStamp() string {
	return fmt.Sprintf("%s refunded %d", p.Status, p.Refunded.Amount)
}
