package billing

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
}
