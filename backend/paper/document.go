// Package paper draws an invoice, a credit note or a receipt as a PDF.
//
// What is to be printed comes in as one [Document] of plain values; [Render]
// writes the file. The same Document always gives the same bytes. Text in any of
// the scripts that the embedded typefaces know is shaped, put in visual order and
// can be copied out of the file again; a character that none of them knows is
// printed as its code, [U+1F600], and never as a wrong one.
package paper

import "time"

// Kind says what a Document is to whoever receives it.
type Kind int

// The kinds of document.
const (
	Invoice    Kind = iota // asks for payment, or shows that it was paid
	CreditNote             // takes back a part of an invoice, or all of it
	Receipt                // confirms one payment of an invoice
)

// Standing is where an invoice or a credit note is in its life. A receipt has
// none: it is about a payment that was made.
type Standing int

// The standings, in Stripe's words for the status of an invoice.
const (
	Open          Standing = iota // issued, not yet settled
	Paid                          // settled
	Draft                         // may still change, and asks for nothing
	Void                          // taken back, not owed
	Uncollectible                 // given up by the seller, can still be paid
)

// Document is everything that stands on the paper. Amounts are in minor units of
// Currency. A zero time is unknown and left out; times are shown in the zone that
// they carry.
type Document struct {
	Kind     Kind
	Standing Standing
	Number   string // of this document; of the receipt when it is one
	RefersTo string // number of the invoice that a credit note or a receipt is about
	Currency string // three letters, either case

	IssuedAt  time.Time
	DueAt     time.Time
	SettledAt time.Time // when it was paid, credited or voided

	Seller, Buyer Party
	Fields        []Field // what the seller adds, as an order number

	Lines     []Line
	Discounts []Discount
	Taxes     []Tax

	Subtotal      int64 // sum of the lines
	Total         int64 // after discounts, with tax
	CreditApplied int64 // taken from the buyer's balance; negative when an earlier debt was added
	CarriedOver   int64 // too small to be charged, and left for the next invoice
	AmountPaid    int64
	AmountDue     int64

	Payments []Payment // of a credit note: the refunds
	Memo     string    // may have several lines
	Footer   string    // may have several lines
}

// Party is the seller or the buyer, as they were when the document was issued.
type Party struct {
	Name    string
	Address Address
	Email   string
	Phone   string
	TaxIDs  []TaxID
}

// Address is a postal address in Stripe's parts. Country is an ISO 3166 code of
// two letters; anything else is printed as it stands.
type Address struct {
	Line1, Line2, PostalCode, City, State, Country string
}

// TaxID is a registration with a tax office, such as {"EU VAT", "DE123456789"}.
type TaxID struct{ Label, Value string }

// Field is one fact that the seller wants on the paper.
type Field struct{ Label, Value string }

// Line is one thing that was charged or credited.
type Line struct {
	Description string
	Quantity    int64  // 0 is not shown
	UnitAmount  string // decimal number of minor units, as Stripe's unit_amount_decimal; "" is not shown
	Amount      int64
	From, To    time.Time // the period it is for
	Proration   bool      // for a part of a period, because the plan changed
}

// Discount is an amount taken off, positive when it makes the total smaller.
type Discount struct {
	Name   string
	Amount int64
}

// Tax is the tax of one rate over the whole document.
type Tax struct {
	Name          string // such as "VAT Germany"
	Percentage    string // decimal number, such as "19" or "8.875"; "" is not shown
	Taxable       int64
	Amount        int64
	Inclusive     bool // the lines contain it already
	ReverseCharge bool // the buyer owes it to the tax office, in the seller's place
}

// Payment is money that came in for the document, or went back for it.
type Payment struct {
	At     time.Time
	Method string // such as "Visa ending in 4242"
	Number string // of its receipt or refund, "" if none
	Amount int64
}
