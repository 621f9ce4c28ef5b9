package billing

// Refund is money given back of a payment.
type Refund struct {
	ID     string `json:"id"`
	Amount Money  `json:"amount"`
	// Status is pending, requires_action, succeeded, failed or canceled.
	Status    string `json:"status"`
	Reason    string `json:"reason"`
	CreatedAt Time   `json:"created_at"`
}

// Payment is one attempt to take money, which Stripe calls a charge.
type Payment struct {
	ID        string `json:"id"`
	InvoiceID string `json:"invoice_id"`
	// Status is succeeded, pending or failed.
	Status   string `json:"status"`
	Amount   Money  `json:"amount"`
	Refunded Money  `json:"refunded"`
	Disputed bool   `json:"disputed"`
	// MethodType, Brand and Last4 are those of the method used for this very charge.
	MethodType string `json:"method_type"`
	Brand      string `json:"brand"`
	Last4      string `json:"last4"`
	// FailureCode is Stripe's error code, DeclineCode the bank's reason; both ""
	// unless the payment failed.
	FailureCode string `json:"failure_code"`
	DeclineCode string `json:"decline_code"`
	// Descriptor is what the statement of the card shows.
	Descriptor string `json:"descriptor"`
	// ReceiptNumber is printed on the receipt, "" when there is none.
	ReceiptNumber string   `json:"receipt_number"`
	CreatedAt     Time     `json:"created_at"`
	Refunds       []Refund `json:"refunds"`
}

// Used is what the payment was made with; nil when nothing is known of it.
func (p Payment) Used() *UsedMethod {
	used := UsedMethod{Type: p.MethodType, Brand: p.Brand, Last4: p.Last4}
	if used == (UsedMethod{}) {
		return nil
	}
	return &used
}

// GivesBack tells whether the money of the refund went back or is on its way.
func (r Refund) GivesBack() bool { return r.Status != "failed" && r.Status != "canceled" }
