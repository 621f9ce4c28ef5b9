package billing

import (
	"cmp"
	"slices"
)

// UsedMethod is what a payment was made with, or tried to be.
type UsedMethod struct {
	// Type is Stripe's: card, link, sepa_debit... Brand is "" for all but cards.
	Type  string `json:"type"`
	Brand string `json:"brand"`
	Last4 string `json:"last4"`
}

// What a Moment can be: its Kind.
const (
	MomentCreated          = "created"
	MomentFinalized        = "finalized"
	MomentPaymentFailed    = "payment_failed"
	MomentPaymentPending   = "payment_pending"
	MomentPaid             = "paid"
	MomentMarkedPaid       = "marked_paid"
	MomentCreditNote       = "credit_note"
	MomentCreditNoteVoided = "credit_note_voided"
	MomentRefunded         = "refunded"
	MomentRefundPending    = "refund_pending"
	MomentRefundFailed     = "refund_failed"
	MomentUncollectible    = "uncollectible"
	MomentVoided           = "voided"
	MomentDue              = "due"
)

// momentOrder is the order of moments that share a second.
var momentOrder = []string{
	MomentCreated, MomentFinalized, MomentPaymentFailed, MomentPaymentPending, MomentPaid, MomentMarkedPaid,
	MomentCreditNote, MomentCreditNoteVoided, MomentRefunded, MomentRefundPending, MomentRefundFailed,
	MomentUncollectible, MomentVoided, MomentDue,
}

// Moment is one thing that happened to an invoice, or that is set to happen.
type Moment struct {
	// Kind is one of the constants above.
	Kind string `json:"kind"`
	At   Time   `json:"at"`
	// Amount is nil where no money is spoken of.
	Amount *Money `json:"amount"`
	// ID is that of the payment, refund or credit note, and Number what is printed
	// on it: the receipt's, or the credit note's.
	ID     string `json:"id"`
	Number string `json:"number"`
	// FailureCode and DeclineCode say why an attempt failed.
	FailureCode string      `json:"failure_code"`
	DeclineCode string      `json:"decline_code"`
	Method      *UsedMethod `json:"method"`
	// NextAttemptAt stands on the last attempt that failed, and is unknown when no
	// other will follow on its own.
	NextAttemptAt Time `json:"next_attempt_at"`
}

// Timeline tells what happened to the invoice, oldest first. What has no known
// time is left out.
func (i Invoice) Timeline(payments []Payment, notes []CreditNote) []Moment {
	told := []Moment{
		{Kind: MomentCreated, At: i.CreatedAt},
		{Kind: MomentFinalized, At: i.FinalizedAt, Amount: &i.Total},
		{Kind: MomentVoided, At: i.VoidedAt},
		{Kind: MomentUncollectible, At: i.UncollectibleAt, Amount: &i.AmountRemaining},
		{Kind: MomentDue, At: i.DueAt, Amount: &i.AmountRemaining},
	}
	told = append(told, i.payMoments(payments)...)
	for _, note := range notes {
		told = append(told, Moment{Kind: MomentCreditNote, At: note.CreatedAt, Amount: &note.Total, ID: note.ID, Number: note.Number},
			Moment{Kind: MomentCreditNoteVoided, At: note.VoidedAt, Amount: &note.Total, ID: note.ID, Number: note.Number})
	}
	told = slices.DeleteFunc(told, func(m Moment) bool { return !m.At.Known() })
	slices.SortStableFunc(told, func(a, b Moment) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(slices.Index(momentOrder, a.Kind), slices.Index(momentOrder, b.Kind)),
			cmp.Compare(a.ID, b.ID))
	})
	return i.withNextAttempt(told)
}

// payMoments tells of the payments, and of an invoice that was paid without one:
// by credit, or outside of Stripe.
func (i Invoice) payMoments(payments []Payment) []Moment {
	var told []Moment
	succeeded := false
	for _, payment := range payments {
		moment := Moment{At: payment.CreatedAt, Amount: &payment.Amount, ID: payment.ID, Number: payment.ReceiptNumber, Method: payment.Used()}
		switch payment.Status {
		case "succeeded":
			moment.Kind, succeeded = MomentPaid, true
		case "failed":
			moment.Kind, moment.FailureCode, moment.DeclineCode = MomentPaymentFailed, payment.FailureCode, payment.DeclineCode
		default:
			moment.Kind = MomentPaymentPending
		}
		told = append(told, moment)
		for _, refund := range payment.Refunds {
			told = append(told, Moment{
				Kind: refund.momentKind(), At: refund.CreatedAt, Amount: &refund.Amount, ID: refund.ID, Method: payment.Used(),
			})
		}
	}
	switch {
	case i.PaidOutOfBand:
		told = append(told, Moment{Kind: MomentMarkedPaid, At: i.PaidAt, Amount: &i.AmountPaid})
	case i.Status == InvoicePaid && !succeeded:
		told = append(told, Moment{Kind: MomentPaid, At: i.PaidAt, Amount: &i.AmountPaid})
	}
	return told
}

func (i Invoice) withNextAttempt(told []Moment) []Moment {
	if !i.RetriesAutomatically() {
		return told
	}
	for at := len(told) - 1; at >= 0; at-- {
		if told[at].Kind == MomentPaymentFailed {
			told[at].NextAttemptAt = i.NextAttemptAt
			break
		}
	}
	return told
}

func (r Refund) momentKind() string {
	switch r.Status {
	case "succeeded":
		return MomentRefunded
	case "failed", "canceled":
		return MomentRefundFailed
	default:
		return MomentRefundPending
	}
}
