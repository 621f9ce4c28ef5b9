package billing

// InvoiceStatus is Stripe's word for the state of an invoice.
type InvoiceStatus string

// The five statuses of Stripe API version 2023-10-16.
const (
	InvoiceDraft         InvoiceStatus = "draft"
	InvoiceOpen          InvoiceStatus = "open"
	InvoicePaid          InvoiceStatus = "paid"
	InvoiceUncollectible InvoiceStatus = "uncollectible"
	InvoiceVoid          InvoiceStatus = "void"
)

// InvoiceStatuses lists all five.
func InvoiceStatuses() []InvoiceStatus {
	return []InvoiceStatus{InvoiceDraft, InvoiceOpen, InvoicePaid, InvoiceUncollectible, InvoiceVoid}
}

// TaxAmount is one tax on an invoice or a line.
type TaxAmount struct {
	Amount    Money `json:"amount"`
	Inclusive bool  `json:"inclusive"`
	// Name is the tax's display name, e.g. "VAT"; "" when the rate was not expanded.
	Name string `json:"name"`
	// Percentage is as Stripe writes it, e.g. "19" or "8.875"; "" when unknown.
	Percentage   string `json:"percentage"`
	Jurisdiction string `json:"jurisdiction"`
	// Reason is Stripe's taxability_reason, e.g. reverse_charge.
	Reason string `json:"reason"`
}

// PriceRecurring is the type of a price that is billed again and again.
const PriceRecurring = "recurring"

// LineDiscount is what one discount took off an invoice.
type LineDiscount struct {
	// Name is the coupon's, "" when it has none or was not told.
	Name   string `json:"name"`
	Amount Money  `json:"amount"`
}

// InvoiceLine is one line of an invoice.
type InvoiceLine struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	// Amount is before tax and discounts.
	Amount      Money  `json:"amount"`
	Quantity    int64  `json:"quantity"`
	PeriodStart Time   `json:"period_start"`
	PeriodEnd   Time   `json:"period_end"`
	Proration   bool   `json:"proration"`
	PriceID     string `json:"price_id"`
	// PriceType is recurring, one_time, or "" for a line without a price. Metered
	// is true when the price is for what was used.
	PriceType string      `json:"price_type"`
	Metered   bool        `json:"metered"`
	Discount  Money       `json:"discount"`
	Taxes     []TaxAmount `json:"taxes"`
}

// Party is who an invoice is from or to, as frozen when it was finalized. Later
// changes of the customer never reach it.
type Party struct {
	Name    string       `json:"name"`
	Email   string       `json:"email"`
	Phone   string       `json:"phone"`
	Address Address      `json:"address"`
	TaxIDs  []PartyTaxID `json:"tax_ids"`
}

// PartyTaxID is a tax number printed on an invoice.
type PartyTaxID struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// Invoice is one bill.
type Invoice struct {
	ID string `json:"id"`
	// Number is "" until the invoice is finalized.
	Number        string        `json:"number"`
	ReceiptNumber string        `json:"receipt_number"`
	Status        InvoiceStatus `json:"status"`
	// Summary is what it was for, in one line: see Summarize.
	Summary          string `json:"summary"`
	Description      string `json:"description"`
	BillingReason    string `json:"billing_reason"`
	CollectionMethod string `json:"collection_method"`
	SubscriptionID   string `json:"subscription_id"`
	Currency         string `json:"currency"`

	Subtotal Money `json:"subtotal"`
	Discount Money `json:"discount"`
	Tax      Money `json:"tax"`
	// Total is the bill; AmountDue what was to be paid of it after credit (it can
	// exceed Total when an old debit was added); AmountRemaining what is to pay now.
	Total           Money `json:"total"`
	AmountDue       Money `json:"amount_due"`
	AmountPaid      Money `json:"amount_paid"`
	AmountRemaining Money `json:"amount_remaining"`
	// StartingBalance is the customer balance before, negative for credit;
	// EndingBalance the one after, nil before finalization.
	StartingBalance Money  `json:"starting_balance"`
	EndingBalance   *Money `json:"ending_balance"`
	// CreditedBefore and CreditedAfter are the sums of credit notes issued before
	// and after payment.
	CreditedBefore Money          `json:"credited_before"`
	CreditedAfter  Money          `json:"credited_after"`
	Taxes          []TaxAmount    `json:"taxes"`
	Discounts      []LineDiscount `json:"discounts"`
	// TaxExempt is the customer's standing when it was finalized: none, exempt or
	// reverse, in which case the buyer owes the tax.
	TaxExempt string `json:"tax_exempt"`

	PaidOutOfBand bool  `json:"paid_out_of_band"`
	AutoAdvance   bool  `json:"auto_advance"`
	Attempted     bool  `json:"attempted"`
	Attempts      int64 `json:"attempts"`
	// NeedsConfirmation tells that its payment waits for the subscriber to confirm
	// it with their bank (3-D Secure). No automatic attempt follows.
	NeedsConfirmation bool `json:"needs_confirmation"`

	CreatedAt       Time `json:"created_at"`
	EffectiveAt     Time `json:"effective_at"`
	FinalizedAt     Time `json:"finalized_at"`
	PaidAt          Time `json:"paid_at"`
	VoidedAt        Time `json:"voided_at"`
	UncollectibleAt Time `json:"uncollectible_at"`
	DueAt           Time `json:"due_at"`
	NextAttemptAt   Time `json:"next_attempt_at"`
	PeriodStart     Time `json:"period_start"`
	PeriodEnd       Time `json:"period_end"`

	DefaultPaymentMethodID string `json:"default_payment_method_id"`
	PaymentID              string `json:"payment_id"`
	RevisionOfID           string `json:"revision_of_id"`
	LatestRevisionID       string `json:"latest_revision_id"`
	FinalizationError      string `json:"finalization_error"`

	BilledTo Party         `json:"billed_to"`
	Seller   Party         `json:"seller"`
	Lines    []InvoiceLine `json:"lines"`
}

// DocumentDate is the date printed on the invoice: effective_at, else
// finalized_at; unknown for a draft.
// Source: Stripe API reference, Invoice.effective_at.
func (i Invoice) DocumentDate() Time {
	if i.EffectiveAt.Known() {
		return i.EffectiveAt
	}
	return i.FinalizedAt
}

// Dated is the date it is listed under: that of the document, and of a draft
// that of its creation.
func (i Invoice) Dated() Time {
	if date := i.DocumentDate(); date.Known() {
		return date
	}
	return i.CreatedAt
}

// PastDue tells whether it should have been paid by now: an attempt at it failed,
// or the date it was due is over.
func (i Invoice) PastDue(now Time) bool {
	if i.Status != InvoiceOpen || i.AmountRemaining.Amount <= 0 {
		return false
	}
	return (i.Attempted && i.CollectionMethod != "send_invoice") || (i.DueAt.Known() && i.DueAt < now)
}

// ReverseCharge tells whether the buyer owes the tax instead of the seller.
// Source: Stripe API reference, Invoice.customer_tax_exempt and taxability_reason.
func (i Invoice) ReverseCharge() bool {
	if i.TaxExempt == "reverse" {
		return true
	}
	for _, tax := range i.Taxes {
		if tax.Reason == "reverse_charge" {
			return true
		}
	}
	return false
}

// Settled tells whether the invoice can no longer change on its own. Drafts may
// be edited, open ones paid, and uncollectible ones paid after all.
func (i Invoice) Settled() bool {
	return i.Status == InvoicePaid || i.Status == InvoiceVoid
}

// Owed is what the invoice asks for now: what remains of an open one, else 0. A
// void invoice is not owed, and an uncollectible one is no longer asked for.
func (i Invoice) Owed() Money {
	if i.Status != InvoiceOpen {
		return Money{Currency: i.Currency}
	}
	return i.AmountRemaining
}

// RetriesAutomatically tells whether Stripe will try to collect it again at a
// known time.
func (i Invoice) RetriesAutomatically() bool {
	return i.Status == InvoiceOpen && i.CollectionMethod != "send_invoice" && i.NextAttemptAt.Known()
}

// attemptIsPlanned tells whether Stripe will take money for it at a known time:
// again for an open one, for the first time for a draft that is finalized on its
// own, about an hour after it was made.
// Source: Stripe API reference, Invoice.auto_advance and next_payment_attempt.
func (i Invoice) attemptIsPlanned() bool {
	if i.Status == InvoiceDraft && i.AutoAdvance {
		return i.CollectionMethod != "send_invoice" && i.NextAttemptAt.Known()
	}
	return i.RetriesAutomatically()
}

// Owed sums what the invoices ask for, currency by currency; a currency in
// which nothing is owed is left out. It is never the customer's balance. An
// invoice whose amount cannot be added is an error.
func Owed(invoices []Invoice) ([]Money, error) {
	var amounts []Money
	for _, invoice := range invoices {
		if owed := invoice.Owed(); owed.Amount != 0 {
			amounts = append(amounts, owed)
		}
	}
	return SumByCurrency(amounts)
}

// Summarize says in one line what an invoice was for: its own description where
// the merchant wrote one, else that of its first line that is no proration, else
// that of its first proration; lines without words are passed over, and "" is for
// an invoice without any.
func Summarize(description string, lines []InvoiceLine) string {
	if description != "" {
		return description
	}
	for _, proration := range []bool{false, true} {
		for _, line := range lines {
			if line.Proration == proration && line.Description != "" {
				return line.Description
			}
		}
	}
	return ""
}
