package companion

import "billfold/backend/billing"

// InvoiceRow is an invoice as a list shows it, without lines.
type InvoiceRow struct {
	billing.Invoice
	Kind billing.InvoiceKind `json:"kind"`
	// DocumentDate is unknown for a draft.
	DocumentDate billing.Time `json:"document_date"`
	// Plan names the subscription's plan, "" when there is none.
	Plan string `json:"plan"`
	// PaidWith is the method of the latest payment that succeeded, else that of the
	// latest attempt; nil when there was none.
	PaidWith *billing.UsedMethod   `json:"paid_with"`
	Refunded billing.Money         `json:"refunded"`
	Document billing.DocumentState `json:"document"`
}

// InvoicePage is one page of the invoices that a filter matches.
type InvoicePage struct {
	Rows []InvoiceRow `json:"rows"`
	// Next is the cursor of the following page, "" on the last one.
	Next string `json:"next"`
	// Total counts all that the filter matches, over all pages.
	Total int `json:"total"`
	// Totals has per currency the sum of what all of these billed. Drafts and void
	// invoices count only where the filter asks for that status.
	Totals []billing.Money `json:"totals"`
}

// InvoiceRef names another invoice. Number is "" when it is not in the local copy.
type InvoiceRef struct {
	ID     string `json:"id"`
	Number string `json:"number"`
}

// InvoiceDetail is one invoice with its lines and all that belongs to it.
type InvoiceDetail struct {
	Invoice billing.Invoice     `json:"invoice"`
	Kind    billing.InvoiceKind `json:"kind"`
	// ReverseCharge tells that the buyer owes the tax instead of the seller.
	ReverseCharge bool                 `json:"reverse_charge"`
	Payments      []billing.Payment    `json:"payments"`
	CreditNotes   []billing.CreditNote `json:"credit_notes"`
	// Plan names the subscription's plan, "" when there is none.
	Plan string `json:"plan"`
	// DocumentDate is unknown for a draft.
	DocumentDate billing.Time  `json:"document_date"`
	Zone         string        `json:"zone"`
	Refunded     billing.Money `json:"refunded"`
	// Timeline is what happened to it, oldest first.
	Timeline []billing.Moment `json:"timeline"`
	// Documents are the saved PDFs of the invoice, its credit notes and receipts.
	Documents []billing.SavedDocument `json:"documents"`
	// Revises is the invoice that this one replaced, RevisedBy the one that replaced
	// it; nil where there is none.
	Revises   *InvoiceRef            `json:"revises"`
	RevisedBy *InvoiceRef            `json:"revised_by"`
	Discounts []billing.LineDiscount `json:"discounts"`
}

// PaymentRow is a payment as a list shows it.
type PaymentRow struct {
	billing.Payment
	// InvoiceNumber is "" for a payment without an invoice.
	InvoiceNumber string                `json:"invoice_number"`
	Receipt       billing.DocumentState `json:"receipt"`
}

// PaymentPage is one page of the payments that a filter matches, newest first.
type PaymentPage struct {
	Rows  []PaymentRow `json:"rows"`
	Next  string       `json:"next"`
	Total int          `json:"total"`
}

// SpendingFilter says which months to show.
type SpendingFilter struct {
	// Months is how many, the latest last; 0 is all.
	Months int `json:"months"`
}

// ExportRequest says what to export, and how.
type ExportRequest struct {
	// Format is csv or zip.
	Format string `json:"format"`
	// Year, or From and To (before which it ends), choose by the date of the
	// document; all unknown is everything.
	Year int          `json:"year"`
	From billing.Time `json:"from"`
	To   billing.Time `json:"to"`
	// Invoices are the ids of a selection; none is by period and filter.
	Invoices []string              `json:"invoices"`
	Filter   billing.InvoiceFilter `json:"filter"`
	// BOM marks a CSV as UTF-8 for Excel. Lines asks for a second one with a row for
	// each line.
	BOM   bool `json:"bom"`
	Lines bool `json:"lines"`
	// Folder is where to, "" the folder for downloads; FileName is "" for a name that
	// says whose it is.
	Folder   string `json:"folder"`
	FileName string `json:"file_name"`
}

// ExportResult says what was exported.
type ExportResult struct {
	Path        string   `json:"path"`
	FileName    string   `json:"file_name"`
	Files       []string `json:"files"`
	Invoices    int      `json:"invoices"`
	CreditNotes int      `json:"credit_notes"`
	// Documents counts the PDFs in a ZIP, MissingDocuments those of which no copy is
	// saved; Missing has their numbers, Unsaved what a save takes to get them.
	Documents        int                   `json:"documents"`
	MissingDocuments int                   `json:"missing_documents"`
	Missing          []string              `json:"missing"`
	Unsaved          []billing.DocumentRef `json:"unsaved"`
	// Totals has per currency what was billed, credit notes taken off.
	Totals []billing.Money `json:"totals"`
}
