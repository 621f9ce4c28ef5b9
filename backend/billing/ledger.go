package billing

import (
	"cmp"
	"slices"
)

// LedgerAccount is one of the four accounts of a subscriber's ledger.
type LedgerAccount string

// The accounts. Each is told from the subscriber's side: what is had is positive,
// what is owed or was paid out is negative.
const (
	LedgerBought LedgerAccount = "bought" // what the vendor gave for it
	LedgerMoney  LedgerAccount = "money"  // what left the subscriber's bank and came back
	LedgerCredit LedgerAccount = "credit" // the balance that the vendor keeps for them
	LedgerOwed   LedgerAccount = "owed"   // open invoices, those that were given up included
)

// EntryKind is what happened.
type EntryKind string

// The kinds of entries.
const (
	EntryInvoice       EntryKind = "invoice"
	EntryVoided        EntryKind = "invoice_voided"
	EntryGivenUp       EntryKind = "invoice_given_up"
	EntryPaidElsewhere EntryKind = "paid_out_of_band"
	EntryPayment       EntryKind = "payment"
	EntryFailed        EntryKind = "payment_failed" // nothing was taken, or what was held came back
	EntryPending       EntryKind = "payment_pending"
	EntryRefund        EntryKind = "refund"
	EntryRefundFailed  EntryKind = "refund_failed"
	EntryCreditNote    EntryKind = "credit_note"
	EntryBalance       EntryKind = "balance"
)

// Posting is one side of an entry.
type Posting struct {
	Account LedgerAccount `json:"account"`
	Amount  Money         `json:"amount"`
}

// Entry is one thing that happened, with what it did to the accounts.
type Entry struct {
	At   Time      `json:"at"`
	Kind EntryKind `json:"kind"`
	// Amount is what is printed on it, never negative for an attempt.
	Amount Money `json:"amount"`
	// Postings are the two sides, equal and opposite; none where no money moved.
	Postings []Posting `json:"postings"`
	// ID is that of the invoice, payment, refund, credit note or balance movement.
	ID           string `json:"id"`
	InvoiceID    string `json:"invoice_id"`
	PaymentID    string `json:"payment_id"`
	CreditNoteID string `json:"credit_note_id"`
	// Why is Stripe's word for a balance movement, a refund or a failed attempt.
	Why string `json:"why"`
}

// Journal holds the entries that a ledger is made of.
type Journal struct {
	Invoices      []Invoice
	Payments      []Payment
	CreditNotes   []CreditNote
	Balance       []BalanceTransaction
	Subscriptions []Subscription
	// Customer has the balance as it is now.
	Customer Customer
}

// Closing is what the accounts come to in one currency.
type Closing struct {
	Currency string `json:"currency"`
	Bought   Money  `json:"bought"`
	Money    Money  `json:"money"`
	Credit   Money  `json:"credit"`
	Owed     Money  `json:"owed"`
	// OwedDiffers and CreditDiffers are what the invoices and the customer say
	// less what the entries come to: 0 in complete books.
	OwedDiffers   Money `json:"owed_differs"`
	CreditDiffers Money `json:"credit_differs"`
}

// Ledger is everything that happened in one list.
type Ledger struct {
	// Entries are newest first.
	Entries  []Entry   `json:"entries"`
	Closings []Closing `json:"closings"`
	Alarms   []Alarm   `json:"alarms"`
}

// LedgerOf makes one ledger of invoices, payments, refunds, credit notes and
// balance movements, by double entry: every entry has two postings of equal and
// opposite amounts, so that all postings of a currency sum to zero, and so do the
// four accounts of its Closing.
//
//	invoice issued      owed -total          bought +total
//	invoice voided      owed +total          bought -total
//	payment             owed +amount         money  -amount
//	paid out of band    owed +amount         money  -amount
//	refund              money +amount        bought -amount
//	credit note, before payment
//	                    owed +amount         bought -amount
//	balance movement of an invoice
//	                    owed +movement       credit -movement
//	other balance movement
//	                    bought +movement     credit -movement
//
// A credit note after payment gives back by a refund, which is an entry of its
// own, or as credit, which is a balance movement: it has no postings itself. An
// invoice that was given up stays owed, since it can be paid. A payment of no
// invoice is a purchase: bought +amount, money -amount.
//
// Whether the entries tell everything shows in the closing: what they leave in
// owed must be what the invoices say remains, and what they leave in credit the
// customer's balance. A sum that leaves the range of int64 is an error.
func LedgerOf(b Journal) (Ledger, error) {
	entries := make([]Entry, 0, len(b.Invoices)+len(b.Payments)+len(b.CreditNotes)+len(b.Balance))
	for i := range b.Invoices {
		entries = appendInvoice(entries, &b.Invoices[i])
	}
	for i := range b.Payments {
		entries = appendPayment(entries, &b.Payments[i])
	}
	for i := range b.CreditNotes {
		entries = append(entries, entryOfCreditNote(&b.CreditNotes[i]))
	}
	for _, movement := range b.Balance {
		entries = append(entries, entryOfBalance(movement))
	}
	slices.SortFunc(entries, newestEntryFirst)
	closings, err := b.close(entries)
	return Ledger{Entries: entries, Closings: closings, Alarms: AlarmsOf(b)}, err
}

// entryOrder is the order of what happened in one second.
var entryOrder = map[EntryKind]int{
	EntryInvoice: 0, EntryBalance: 1, EntryPending: 2, EntryFailed: 3, EntryPayment: 4, EntryPaidElsewhere: 5,
	EntryCreditNote: 6, EntryRefund: 7, EntryRefundFailed: 8, EntryGivenUp: 9, EntryVoided: 10,
}

func newestEntryFirst(a, b Entry) int {
	if a.At != b.At {
		return cmp.Compare(b.At, a.At)
	}
	return cmp.Or(cmp.Compare(entryOrder[b.Kind], entryOrder[a.Kind]), cmp.Compare(a.ID, b.ID))
}

// between posts an amount to one account and its opposite to another.
func between(amount Money, to, from LedgerAccount) []Posting {
	if amount.Amount == 0 {
		return []Posting{}
	}
	return []Posting{{to, amount}, {from, Money{Amount: -amount.Amount, Currency: amount.Currency}}}
}

func appendInvoice(entries []Entry, i *Invoice) []Entry {
	if i.Status == InvoiceDraft {
		return entries
	}
	entries = append(entries, Entry{
		At: Earliest(i.DocumentDate(), i.FinalizedAt), Kind: EntryInvoice, Amount: i.Total, ID: i.ID, InvoiceID: i.ID,
		Postings: between(i.Total, LedgerBought, LedgerOwed),
	})
	switch {
	case i.Status == InvoiceVoid:
		// What credit notes took off before has been given back by them.
		rest := Money{Amount: i.Total.Amount - i.CreditedBefore.Amount, Currency: i.Currency}
		entries = append(entries, Entry{
			At: i.VoidedAt, Kind: EntryVoided, Amount: rest, ID: i.ID, InvoiceID: i.ID, Postings: between(rest, LedgerOwed, LedgerBought),
		})
	case i.PaidOutOfBand:
		entries = append(entries, Entry{
			At: i.PaidAt, Kind: EntryPaidElsewhere, Amount: i.AmountPaid, ID: i.ID, InvoiceID: i.ID,
			Postings: between(i.AmountPaid, LedgerOwed, LedgerMoney),
		})
	case i.Status == InvoiceUncollectible:
		entries = append(entries, Entry{
			At: i.UncollectibleAt, Kind: EntryGivenUp, Amount: i.AmountRemaining, ID: i.ID, InvoiceID: i.ID, Postings: []Posting{},
		})
	}
	return entries
}

func appendPayment(entries []Entry, p *Payment) []Entry {
	paid := Entry{
		At: p.CreatedAt, Kind: EntryPayment, Amount: p.Amount, ID: p.ID, InvoiceID: p.InvoiceID, PaymentID: p.ID,
		Postings: []Posting{},
	}
	switch p.Status {
	case "succeeded":
		paid.Postings = between(p.Amount, LedgerOwed, LedgerMoney)
		if p.InvoiceID == "" {
			paid.Postings = between(p.Amount, LedgerBought, LedgerMoney)
		}
	case "pending":
		paid.Kind = EntryPending
	default:
		paid.Kind, paid.Why = EntryFailed, AdviceOf(*p).Reason
	}
	entries = append(entries, paid)
	for _, r := range p.Refunds {
		back := Entry{
			At: r.CreatedAt, Kind: EntryRefund, Amount: r.Amount, ID: r.ID, InvoiceID: p.InvoiceID, PaymentID: p.ID, Why: r.Reason,
			Postings: between(r.Amount, LedgerMoney, LedgerBought),
		}
		if r.Status == "failed" || r.Status == "canceled" {
			back.Kind, back.Postings = EntryRefundFailed, []Posting{}
		}
		entries = append(entries, back)
	}
	return entries
}

func entryOfCreditNote(n *CreditNote) Entry {
	issued := Entry{
		At: n.CreatedAt, Kind: EntryCreditNote, Amount: n.Total, ID: n.ID, InvoiceID: n.InvoiceID, CreditNoteID: n.ID, Why: n.Reason,
		Postings: []Posting{},
	}
	if n.Type == "pre_payment" && n.Status != "void" {
		issued.Postings = between(n.Total, LedgerOwed, LedgerBought)
	}
	return issued
}

func entryOfBalance(t BalanceTransaction) Entry {
	entry := Entry{
		At: t.CreatedAt, Kind: EntryBalance, Amount: t.Amount, ID: t.ID, InvoiceID: t.InvoiceID, CreditNoteID: t.CreditNoteID,
		Why: string(t.Type), Postings: between(t.Amount, LedgerBought, LedgerCredit),
	}
	if t.withInvoice() {
		entry.Postings = between(t.Amount, LedgerOwed, LedgerCredit)
	}
	return entry
}

// close sums the accounts and compares them with what is said elsewhere.
func (b Journal) close(entries []Entry) ([]Closing, error) {
	sums := ledgerSums{}
	for i := range entries {
		for _, posting := range entries[i].Postings {
			sums.add(posting.Amount, posting.Account)
		}
	}
	for i := range b.Invoices {
		if invoice := &b.Invoices[i]; invoice.Status == InvoiceOpen || invoice.Status == InvoiceUncollectible {
			sums.add(invoice.AmountRemaining, saidOwed)
		}
	}
	if balance := b.Customer.Balance; balance.Amount != 0 {
		sums.add(balance, saidCredit)
	}
	closings := []Closing{}
	for currency, accounts := range sums {
		closing, err := closingOf(currency, *accounts)
		if err != nil {
			return nil, err
		}
		closings = append(closings, closing)
	}
	slices.SortFunc(closings, func(a, b Closing) int { return cmp.Compare(a.Currency, b.Currency) })
	return closings, nil
}

func closingOf(currency string, sums accountSums) (Closing, error) {
	closing := Closing{Currency: currency}
	var zero wideSum
	for _, line := range []struct {
		sum  wideSum
		into *Money
	}{
		{sums.bought, &closing.Bought}, {sums.money, &closing.Money}, {sums.credit, &closing.Credit}, {sums.owed, &closing.Owed},
		{zero.minus(sums.saidOwed).minus(sums.owed), &closing.OwedDiffers},
		{zero.minus(sums.saidCredit).minus(sums.credit), &closing.CreditDiffers},
	} {
		amount, fits := line.sum.int64()
		if !fits {
			return Closing{}, errTooLarge()
		}
		*line.into = Money{Amount: amount, Currency: currency}
	}
	return closing, nil
}
