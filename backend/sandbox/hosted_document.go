package sandbox

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"time"

	"billfold/backend/paper"
)

func currencyName(currency string) string { return strings.ToUpper(currency) }

// pdf is the invoice on paper, as it stands now.
func (p *payer) pdf() {
	var d paper.Document
	p.desk.look(func(w *world) { d = w.invoicePaper(w.invoices.find(p.data.ID)) })
	p.sendPDF(p.ResponseWriter, p.Request, d, "Invoice-"+p.data.Number)
}

// creditNote serves the paper of a credit note, which has no page around it.
func (h *hosted) creditNote(w http.ResponseWriter, r *http.Request) {
	var d paper.Document
	known, good := false, false
	h.desk.look(func(world *world) {
		var id string
		if id, good = world.openLink(creditNotePDF, r.PathValue("secret")); id != "" {
			d, known = world.creditNotePaper(id)
		}
	})
	switch {
	case !known:
		h.missing(w)
	case !good:
		h.expired(w, "Links to documents are good for a limited time.", "Ask the seller for a new one, or open your billing portal.")
	default:
		h.sendPDF(w, r, d, "Credit-note-"+d.Number)
	}
}

// sendPDF answers with a document as a file: its length and name known, in parts
// where that is asked for, and to be told from its next version by a tag.
func (h *hosted) sendPDF(w http.ResponseWriter, r *http.Request, d paper.Document, name string) {
	var body bytes.Buffer
	if err := paper.Render(&body, d); err != nil {
		h.message(w, http.StatusInternalServerError, "The document could not be made", "Please try again later.")
		return
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(name)+`.pdf"`)
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body.Bytes())))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body.Bytes()))
}

// fileName leaves of a number what is safe in the name of a file everywhere.
func fileName(number string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || (r >= '0' && r <= '9') || (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z') {
			return r
		}
		return '-'
	}, number)
}

func instant(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(at, 0).UTC()
}

func paperAddress(a *address) paper.Address {
	if a == nil {
		return paper.Address{}
	}
	return paper.Address{
		Line1: string(a.Line1), Line2: string(a.Line2), PostalCode: string(a.PostalCode), City: string(a.City),
		State: string(a.State), Country: string(a.Country),
	}
}

func (w *world) sellerOnPaper() paper.Party {
	s := w.scenario.seller
	party := paper.Party{Name: s.name, Address: paperAddress(&s.address), Email: s.email}
	if party.Address.Country == "" {
		party.Address.Country = s.country
	}
	if s.taxID != "" {
		party.TaxIDs = []paper.TaxID{{Label: s.taxLabel, Value: s.taxID}}
	}
	return party
}

// buyerOnPaper is who the invoice was to when it was finalized.
func buyerOnPaper(bill *invoice) paper.Party {
	buyer := paper.Party{
		Name: string(bill.CustomerName), Address: paperAddress(bill.CustomerAddress), Email: string(bill.CustomerEmail), Phone: string(bill.CustomerPhone),
	}
	for _, id := range bill.CustomerTaxIDs {
		buyer.TaxIDs = append(buyer.TaxIDs, paper.TaxID{Label: taxIDName(id.Type), Value: id.Value})
	}
	return buyer
}

func (w *world) invoicePaper(bill *invoice) paper.Document {
	d := paper.Document{
		Kind: paper.Invoice, Number: string(bill.Number), Currency: bill.Currency, IssuedAt: instant(int64(bill.EffectiveAt)),
		DueAt: instant(int64(bill.DueDate)), Seller: w.sellerOnPaper(), Buyer: buyerOnPaper(bill),
		Discounts: w.discountsOnPaper(bill.TotalDiscountAmounts), Taxes: w.taxesOnPaper(bill.TotalTaxAmounts), Subtotal: bill.Subtotal, Total: bill.Total,
		// The balance, and credit notes from before it was paid.
		CreditApplied: bill.Total - bill.leftOver - bill.AmountPaid - bill.AmountRemaining, CarriedOver: bill.leftOver, AmountPaid: bill.AmountPaid, AmountDue: bill.AmountRemaining,
		Memo: string(bill.Description), Footer: string(bill.Footer), Payments: w.paymentsOf(bill),
	}
	if d.DueAt.IsZero() {
		d.DueAt = d.IssuedAt
	}
	switch bill.Status {
	case "paid":
		d.Standing, d.SettledAt = paper.Paid, instant(int64(bill.StatusTransitions.PaidAt))
	case "void":
		d.Standing, d.SettledAt = paper.Void, instant(int64(bill.StatusTransitions.VoidedAt))
	case "uncollectible":
		d.Standing = paper.Uncollectible
	}
	for _, line := range bill.Lines.all {
		d.Lines = append(d.Lines, lineOnPaper(line))
	}
	return d
}

func lineOnPaper(line *lineItem) paper.Line {
	made := paper.Line{
		Description: string(line.Description), Quantity: line.Quantity, Amount: line.Amount, Proration: line.Proration,
		From: instant(line.Period.Start), To: instant(line.Period.End),
	}
	if line.Quantity != 0 {
		made.UnitAmount = unitPrice(line.Amount, line.Quantity)
	}
	return made
}

// discountsOnPaper names what was taken off as the buyer knows it.
func (w *world) discountsOnPaper(amounts []discountAmount) (all []paper.Discount) {
	for _, off := range amounts {
		made := paper.Discount{Amount: off.Amount}
		if d := w.discounts.find(off.Discount); d != nil {
			made.Name = d.Coupon.words()
		}
		all = append(all, made)
	}
	return all
}

func (w *world) taxesOnPaper(taxes []taxAmount) (all []paper.Tax) {
	for _, tax := range taxes {
		made := paper.Tax{
			Name: "Tax", Taxable: tax.TaxableAmount, Amount: tax.Amount, Inclusive: tax.Inclusive, ReverseCharge: tax.TaxabilityReason == "reverse_charge",
		}
		if rate := w.taxRates.find(tax.TaxRate); rate != nil {
			made.Name, made.Percentage = rate.DisplayName, rate.Percentage.String()
			if rate.Jurisdiction != "" {
				made.Name += " " + string(rate.Jurisdiction)
			}
		}
		all = append(all, made)
	}
	return all
}

func (w *world) paymentsOf(bill *invoice) (all []paper.Payment) {
	for _, paid := range w.charges.items {
		if paid != nil && string(paid.Invoice) == bill.ID && paid.Paid {
			all = append(all, w.paymentOnPaper(paid))
		}
	}
	if bill.PaidOutOfBand {
		all = append(all, paper.Payment{At: instant(int64(bill.StatusTransitions.PaidAt)), Method: "Paid outside of this system", Amount: bill.AmountPaid})
	}
	return all
}

func (w *world) paymentOnPaper(paid *charge) paper.Payment {
	method := humanized(paid.PaymentMethodDetails.Type)
	if face := paid.PaymentMethodDetails.Card; face != nil {
		method = cardName(face.Brand, face.Last4)
	}
	return paper.Payment{At: instant(paid.Created), Method: method, Number: w.receiptNumber(paid), Amount: paid.Amount}
}

func (w *world) creditNotePaper(id string) (paper.Document, bool) {
	note := w.creditNotes.find(id)
	if note == nil {
		return paper.Document{}, false
	}
	d := paper.Document{
		Kind: paper.CreditNote, Number: note.Number, Currency: note.Currency, IssuedAt: instant(note.Created), Seller: w.sellerOnPaper(),
		Discounts: w.discountsOnPaper(note.DiscountAmounts), Taxes: w.taxesOnPaper(note.TaxAmounts), Subtotal: note.Subtotal, Total: note.Total, Memo: string(note.Memo),
	}
	if bill := w.invoices.find(note.Invoice); bill != nil {
		d.RefersTo, d.Buyer = string(bill.Number), buyerOnPaper(bill)
	}
	if note.Status == "void" {
		d.Standing, d.SettledAt = paper.Void, instant(int64(note.VoidedAt))
	} else {
		d.Standing, d.SettledAt = paper.Paid, d.IssuedAt
	}
	for _, line := range note.Lines.Data {
		made := paper.Line{Description: string(line.Description), UnitAmount: string(line.UnitAmountDecimal), Amount: line.Amount}
		if line.Quantity != nil {
			made.Quantity = *line.Quantity
		}
		d.Lines = append(d.Lines, made)
	}
	if back := w.refunds.find(string(note.Refund)); back != nil {
		payment := paper.Payment{At: instant(back.Created), Method: "Refund", Amount: back.Amount}
		if paid := w.charges.find(back.Charge); paid != nil {
			payment.Method = "Refund to " + w.paymentOnPaper(paid).Method
		}
		d.Payments = append(d.Payments, payment)
	}
	if credit := w.balances.find(string(note.CustomerBalanceTransaction)); credit != nil {
		d.Payments = append(d.Payments, paper.Payment{At: instant(credit.Created), Method: "Added to the account balance", Amount: -credit.Amount})
	}
	return d, true
}
