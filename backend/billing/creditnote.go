package billing

// CreditNote lowers an invoice after it was issued.
type CreditNote struct {
	ID        string `json:"id"`
	Number    string `json:"number"`
	InvoiceID string `json:"invoice_id"`
	// Type is pre_payment (lowers what is due) or post_payment (gives back).
	Type string `json:"type"`
	// Status is issued or void.
	Status string `json:"status"`
	Reason string `json:"reason"`
	Memo   string `json:"memo"`
	// Total is Subtotal less Discount, with Tax.
	Subtotal Money            `json:"subtotal"`
	Discount Money            `json:"discount"`
	Tax      Money            `json:"tax"`
	Total    Money            `json:"total"`
	Taxes    []TaxAmount      `json:"taxes"`
	Lines    []CreditNoteLine `json:"lines"`
	// RefundID is the refund by which it gives money back, BalanceTransactionID the
	// credit that it left for later invoices, OutOfBand what the vendor gave back
	// by other means. One note may do several of these.
	RefundID             string `json:"refund_id"`
	BalanceTransactionID string `json:"balance_transaction_id"`
	OutOfBand            Money  `json:"out_of_band"`
	EffectiveAt          Time   `json:"effective_at"`
	CreatedAt            Time   `json:"created_at"`
	VoidedAt             Time   `json:"voided_at"`
}

// CreditNoteLine is one line of a credit note; its amount is before tax.
type CreditNoteLine struct {
	ID          string      `json:"id"`
	Description string      `json:"description"`
	Amount      Money       `json:"amount"`
	Quantity    int64       `json:"quantity"`
	Discount    Money       `json:"discount"`
	Taxes       []TaxAmount `json:"taxes"`
}

// DocumentDate is the date printed on the credit note.
// Source: Stripe API reference, CreditNote.effective_at.
func (n CreditNote) DocumentDate() Time {
	if n.EffectiveAt.Known() {
		return n.EffectiveAt
	}
	return n.CreatedAt
}

// Counts tells whether it lowers anything: one that is void does not.
func (n CreditNote) Counts() bool { return n.Status != "void" }
