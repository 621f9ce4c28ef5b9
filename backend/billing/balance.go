package billing

// BalanceType is Stripe's word for why the customer's balance moved.
type BalanceType string

// The types of Stripe API version 2023-10-16.
const (
	BalanceAdjustment            BalanceType = "adjustment"
	BalanceAppliedToInvoice      BalanceType = "applied_to_invoice"
	BalanceCreditNote            BalanceType = "credit_note"
	BalanceInitial               BalanceType = "initial"
	BalanceInvoiceOverpaid       BalanceType = "invoice_overpaid"
	BalanceInvoiceTooLarge       BalanceType = "invoice_too_large"
	BalanceInvoiceTooSmall       BalanceType = "invoice_too_small"
	BalanceMigration             BalanceType = "migration"
	BalanceUnappliedFromInvoice  BalanceType = "unapplied_from_invoice"
	BalanceUnspentReceiverCredit BalanceType = "unspent_receiver_credit"
)

// BalanceTypes lists all ten.
func BalanceTypes() []BalanceType {
	return []BalanceType{
		BalanceAdjustment, BalanceAppliedToInvoice, BalanceCreditNote, BalanceInitial, BalanceInvoiceOverpaid,
		BalanceInvoiceTooLarge, BalanceInvoiceTooSmall, BalanceMigration, BalanceUnappliedFromInvoice,
		BalanceUnspentReceiverCredit,
	}
}

// BalanceTransaction is one movement of the customer's balance.
type BalanceTransaction struct {
	ID   string      `json:"id"`
	Type BalanceType `json:"type"`
	// Amount is what it added to the balance: negative is credit given, positive
	// is credit used up or an old debit.
	Amount Money `json:"amount"`
	// EndingBalance is the balance after it.
	EndingBalance Money  `json:"ending_balance"`
	Description   string `json:"description"`
	InvoiceID     string `json:"invoice_id"`
	CreditNoteID  string `json:"credit_note_id"`
	CreatedAt     Time   `json:"created_at"`
}

// withInvoice tells whether the other side of the movement is an invoice: the
// credit pays it, or what it overpaid or could not be charged goes to the balance.
func (t BalanceTransaction) withInvoice() bool {
	switch t.Type {
	case BalanceAppliedToInvoice, BalanceUnappliedFromInvoice, BalanceInvoiceOverpaid, BalanceInvoiceTooLarge, BalanceInvoiceTooSmall:
		return true
	default:
		return false
	}
}
