package billing

// InvoiceFilter chooses invoices. The zero value means all, newest first.
type InvoiceFilter struct {
	// Year is that of the document date in UTC (of the creation for drafts); 0 is any.
	Year int `json:"year"`
	// Status is one status, or "" for any.
	Status InvoiceStatus `json:"status"`
	// SubscriptionID keeps the invoices of one subscription; "" is any.
	SubscriptionID string `json:"subscription_id"`
	// Search is looked for, case folded, in number, line texts, amount, status and card.
	Search string `json:"search"`
	// After is the cursor of a page before; "" starts at the newest.
	After string `json:"after"`
	// Limit is the size of a page, 1 to 500; 0 means 50.
	Limit int `json:"limit"`
}

// InvoicePage is one page of invoices, newest first, without their lines.
type InvoicePage struct {
	Invoices []Invoice `json:"invoices"`
	// Next is the cursor of the following page, "" on the last one.
	Next string `json:"next"`
	// Total counts all that the filter matches, over all pages.
	Total int `json:"total"`
}
