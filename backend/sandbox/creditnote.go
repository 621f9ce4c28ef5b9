package sandbox

import (
	"fmt"
	"strconv"

	"billfold/backend/stripewire"
)

// split says where the money of a credit note goes once an invoice is paid.
type split struct {
	refund, credit, outside int64
}

func createCreditNote(c *call) (any, error) {
	note, bill, money, err := c.readCreditNote()
	if err != nil {
		return nil, err
	}
	note.ID = c.newID("cn")
	for _, line := range note.Lines.Data {
		line.ID = c.newID("cnli")
	}
	c.place(note)
	defer c.noting("invoice.updated", bill)()
	c.creditNotes.add(note)
	if bill.Status == "paid" {
		c.creditPaid(note, bill, money)
	} else {
		c.creditOpen(note, bill)
	}
	c.emit("credit_note.created", note)
	return note, nil
}

// previewCreditNote is the credit note that the same words would create. It makes
// nothing; its ids are of their own kind.
func previewCreditNote(c *call) (any, error) {
	note, bill, _, err := c.readCreditNote()
	if err != nil {
		return nil, err
	}
	note.ID = "cn_tmp_" + c.digest("preview/"+note.Number, longID)
	for i, line := range note.Lines.Data {
		line.ID = "cnli_tmp_" + c.digest("preview/"+note.Number+"/"+strconv.Itoa(i), longID)
	}
	note.Type = "pre_payment"
	if bill.Status == "paid" {
		note.Type = "post_payment"
	}
	c.place(note)
	return note, nil
}

// readCreditNote reads a credit note that may be issued. It has no ids yet.
func (c *call) readCreditNote() (*creditNote, *invoice, split, error) {
	bill := needed(c, c.invoices, "invoice")
	note := &creditNote{
		Object: "credit_note", Created: c.clock, EffectiveAt: nullableTime(c.clock), Status: "issued",
		Reason: nullableText(c.choice("reason", "", "duplicate", "fraudulent", "order_change", "product_unsatisfactory")),
	}
	c.setText(&note.Memo, "memo")
	c.setMetadata(&note.Metadata)
	money := split{c.amount("refund_amount", 0), c.amount("credit_amount", 0), c.amount("out_of_band_amount", 0)}
	if c.err != nil {
		return nil, nil, money, c.err
	}
	note.Customer, note.Currency, note.Invoice = bill.Customer, bill.Currency, bill.ID
	note.Number = fmt.Sprintf("%s-CN-%02d", bill.Number, len(c.notesOf(bill))+1)
	note.sumUp(c.readCreditLines(bill, note))
	if c.err == nil && c.given("amount") && c.amount("amount", 0) != note.Total {
		c.fail(stripewire.Invalid("", "amount", "The amount must equal the total of the lines, which is "+strconv.FormatInt(note.Total, 10)+"."))
	}
	if c.err != nil {
		return nil, nil, money, c.err
	}
	return note, bill, money, c.checkCredit(bill, note.Total, money)
}

// notesOf are the credit notes of an invoice, void ones included.
func (w *world) notesOf(bill *invoice) (notes []*creditNote) {
	for _, note := range w.creditNotes.items {
		if note.Invoice == bill.ID {
			notes = append(notes, note)
		}
	}
	return notes
}

// checkCredit holds a credit note against what may still be credited.
// Source: Stripe API reference, "Create a credit note".
func (c *call) checkCredit(bill *invoice, amount int64, money split) error {
	given := money.refund + money.credit + money.outside
	paid := c.charges.find(string(bill.Charge))
	switch {
	case bill.Status != "open" && bill.Status != "paid":
		return stripewire.Invalid("", "invoice", "Credit notes can only be created for open or paid invoices. This one is "+bill.Status+".")
	case amount == 0:
		return stripewire.Invalid("", "amount", "The credit note amount must be greater than zero.")
	case bill.Status == "open" && (given != 0 || amount > bill.AmountRemaining):
		return stripewire.Invalid("", "amount", "A credit note of an open invoice can at most take off what remains to be paid, and gives nothing back.")
	case bill.Status == "paid" && given != amount:
		return stripewire.Invalid("", "amount", "The sum of credit amount, refund amount and out of band amount must equal the credit note amount.")
	case bill.Status == "paid" && amount > bill.AmountPaid-bill.PostPaymentCreditNotesAmount:
		return stripewire.Invalid("", "amount", "The credit note amount is more than what was paid and not yet credited.")
	case money.refund > 0 && (paid == nil || money.refund > paid.Amount-paid.AmountRefunded):
		return stripewire.Invalid("", "refund_amount", "The refund amount is more than what is left of the charge.")
	case money.credit > 0 && !c.holdsBalance(bill):
		return stripewire.Invalid("", "credit_amount", "The customer's balance is in another currency.")
	}
	return nil
}

func (c *call) holdsBalance(bill *invoice) bool {
	owner := c.customers.find(bill.Customer)
	return owner != nil && string(owner.Currency) == bill.Currency
}

// place says where a credit note with an id is to be found.
func (c *call) place(note *creditNote) {
	note.Lines = stripewire.NewList("/v1/credit_notes/"+note.ID+"/lines", note.Lines.Data, false)
	note.PDF = c.link(creditNotePDF, note.ID, "")
}

func (c *call) creditOpen(note *creditNote, bill *invoice) {
	note.Type = "pre_payment"
	bill.PrePaymentCreditNotesAmount += note.Amount
	bill.AmountDue -= note.Amount
	bill.AmountRemaining -= note.Amount
	if bill.AmountRemaining == 0 {
		c.closeIntent(bill, "automatic")
		c.markPaid(bill, 0)
	} else {
		c.intentOf(bill)
	}
}

func (c *call) creditPaid(note *creditNote, bill *invoice, money split) {
	note.Type = "post_payment"
	bill.PostPaymentCreditNotesAmount += note.Amount
	if money.outside > 0 {
		note.OutOfBandAmount = &money.outside
	}
	if money.refund > 0 {
		paid := c.charges.find(string(bill.Charge))
		given := c.giveBack(paid, money.refund, "")
		c.emitRefund(given, paid)
		note.Refund = nullableText(given.ID)
	}
	if money.credit > 0 {
		moved := c.moveBalance(c.customers.find(bill.Customer), -money.credit, "credit_note", bill.ID)
		moved.CreditNote = nullableText(note.ID)
		note.CustomerBalanceTransaction = nullableText(moved.ID)
	}
}

func getCreditNote(c *call) (any, error) { return c.creditNotes.fetch(c.ids[0], "id") }

func listCreditNotes(c *call) (any, error) {
	owner, bill := c.owner(), c.text("invoice")
	return list(c, c.creditNotes, func(o *creditNote) bool {
		return (owner == "" || o.Customer == owner) && (bill == "" || o.Invoice == bill)
	})
}

func listCreditLines(c *call) (any, error) {
	note, err := c.creditNotes.fetch(c.ids[0], "credit_note")
	if err != nil {
		return nil, err
	}
	p := c.paging()
	if c.err != nil {
		return nil, c.err
	}
	all := inLine("credit note line item", note.Lines.Data, func(o *creditNoteLine) string { return o.ID })
	page, more, err := pageOf(p, all, func(*creditNoteLine) bool { return true })
	if err != nil {
		return nil, err
	}
	return stripewire.NewList(note.Lines.URL, page, more), nil
}

func voidCreditNote(c *call) (any, error) {
	note, err := c.creditNotes.fetch(c.ids[0], "id")
	if err != nil {
		return nil, err
	}
	bill := c.invoices.find(note.Invoice)
	if note.Status != "issued" || note.Type != "pre_payment" || bill == nil || bill.Status != "open" {
		return nil, stripewire.Invalid("", "", "You can only void a credit note of an open invoice.")
	}
	defer c.noting("invoice.updated", bill)()
	note.Status, note.VoidedAt = "void", nullableTime(c.clock)
	c.emit("credit_note.voided", note)
	bill.PrePaymentCreditNotesAmount -= note.Amount
	bill.AmountDue += note.Amount
	bill.AmountRemaining += note.Amount
	c.intentOf(bill)
	return note, nil
}
