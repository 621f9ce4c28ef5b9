package billing

// InvoiceSort is what a list of invoices is sorted by; "" is by date.
type InvoiceSort string

// The sorts beside that by date. Within equals the newest comes first. Amounts are
// compared within a currency, and currencies by their code.
const (
	SortNumber InvoiceSort = "number"
	SortAmount InvoiceSort = "amount"
	SortStatus InvoiceSort = "status"
	SortPaidAt InvoiceSort = "paid_at"
	SortKind   InvoiceSort = "kind"
)

// InvoiceSorts lists all five.
func InvoiceSorts() []InvoiceSort {
	return []InvoiceSort{SortNumber, SortAmount, SortStatus, SortPaidAt, SortKind}
}

// InvoiceFilter chooses invoices. The zero value means all, newest first.
type InvoiceFilter struct {
	// Year is that of the document date in UTC (of the creation for drafts); 0 is any.
	Year int `json:"year"`
	// Status is one status, or "" for any.
	Status InvoiceStatus `json:"status"`
	// SubscriptionID keeps the invoices of one subscription; "" is any.
	SubscriptionID string `json:"subscription_id"`
	// Kind is one kind, or "" for any.
	Kind InvoiceKind `json:"kind"`
	// Search is looked for, case folded, in number, line texts, amount, status, date
	// (2026-03, March 2026), card, and in what became of it: past due, refunded.
	Search string `json:"search"`
	// Sort with "" is by date, and then newest first whatever Descending says.
	// Drafts have no number and the unpaid no date of payment: they come last.
	Sort       InvoiceSort `json:"sort"`
	Descending bool        `json:"descending"`
	// After is the cursor of a page before, of the same sort; "" starts at the first.
	After string `json:"after"`
	// Limit is the size of a page, 1 to 500; 0 means 50.
	Limit int `json:"limit"`
}

// PaymentFilter chooses payments, newest first. The zero value means all.
type PaymentFilter struct {
	// Year is that of the payment in UTC; 0 is any.
	Year int `json:"year"`
	// Status is succeeded, pending, failed, refunded (in part or in full), or "" for any.
	Status string `json:"status"`
	// Search is looked for, case folded, in amount, card, date, receipt and invoice
	// number, and in why it failed.
	Search string `json:"search"`
	After  string `json:"after"`
	// Limit is the size of a page, 1 to 500; 0 means 50.
	Limit int `json:"limit"`
}
