package sandbox

import (
	"net/http"

	"billfold/backend/paper"
)

// receiptPage is a payment as who has the link of its receipt sees it.
type receiptPage struct {
	Number, Day, Amount, Method string
	Seller, Invoice             string
	Refunded                    string // "" when nothing was
	PDF, InvoicePDF             string
	Lines                       []planLine
}

// receipt serves the page of a receipt and, below it, its paper. Stripe's has the
// same addresses.
func (h *hosted) receipt(w http.ResponseWriter, r *http.Request) {
	h.receiptOf(w, r, func(world *world, paid *charge) func() {
		p := page{Title: "Receipt " + world.receiptNumber(paid), Data: world.receiptPage(paid)}
		return func() { h.show(w, http.StatusOK, "receipt", p) }
	})
}

func (h *hosted) receiptPDF(w http.ResponseWriter, r *http.Request) {
	h.receiptOf(w, r, func(world *world, paid *charge) func() {
		d := world.receiptPaper(paid)
		return func() { h.sendPDF(w, r, d, "Receipt-"+d.Number) }
	})
}

// receiptOf finds the payment of a link. read looks at it while the world stands
// still; what it gives is done afterwards.
func (h *hosted) receiptOf(w http.ResponseWriter, r *http.Request, read func(*world, *charge) func()) {
	secret := r.PathValue("secret")
	answer := func() { h.missing(w) }
	h.desk.look(func(world *world) {
		id, good := world.openLink(receiptPages, secret)
		paid := world.charges.find(id)
		switch {
		case paid == nil || !paid.Paid:
		case !good:
			answer = func() { h.outdated(w, receiptPages, secret, "Links to receipts are good for 30 days.") }
		default:
			answer = read(world, paid)
		}
	})
	answer()
}

func (w *world) receiptPage(paid *charge) receiptPage {
	data := receiptPage{
		Number: w.receiptNumber(paid), Day: dayText(paid.Created), Amount: moneyText(paid.Amount, paid.Currency),
		Method: w.paymentOnPaper(paid).Method, Seller: w.scenario.seller.name, PDF: paid.ReceiptURL.path() + "/pdf",
		Lines: []planLine{{Text: string(paid.Description), Amount: moneyText(paid.Amount, paid.Currency)}},
	}
	if paid.AmountRefunded > 0 {
		data.Refunded = moneyText(paid.AmountRefunded, paid.Currency)
	}
	if bill := w.invoices.find(string(paid.Invoice)); bill != nil {
		data.Invoice, data.InvoicePDF, data.Lines = string(bill.Number), bill.InvoicePDF.path(), nil
		for _, line := range bill.Lines.all {
			data.Lines = append(data.Lines, planLine{string(line.Description), periodText(line.Period), moneyText(line.Amount, bill.Currency)})
		}
	}
	return data
}

// sendReceipt notes what the receipt that is mailed for a payment says: a payment
// whose customer has no address gets none, and has no number on the wire.
// Source: Stripe API reference, Charge object, receipt_number.
func (w *world) sendReceipt(bill *invoice, paid *charge) {
	owner := w.customers.find(bill.Customer)
	if owner == nil || owner.Email == "" {
		return
	}
	paid.ReceiptNumber, paid.ReceiptEmail = nullableText(w.receiptNumber(paid)), owner.Email
	bill.ReceiptNumber = paid.ReceiptNumber
}

// receiptPaper confirms the payment that a charge was.
func (w *world) receiptPaper(paid *charge) paper.Document {
	d := paper.Document{
		Kind: paper.Receipt, Number: w.receiptNumber(paid), Currency: paid.Currency, IssuedAt: instant(paid.Created), Seller: w.sellerOnPaper(),
		Lines:    []paper.Line{{Description: string(paid.Description), Amount: paid.Amount}},
		Subtotal: paid.Amount, Total: paid.Amount,
	}
	if bill := w.invoices.find(string(paid.Invoice)); bill != nil {
		d = w.invoicePaper(bill)
		d.Kind, d.Number, d.RefersTo, d.IssuedAt = paper.Receipt, w.receiptNumber(paid), string(bill.Number), instant(paid.Created)
	}
	d.SettledAt, d.AmountPaid, d.AmountDue = instant(paid.Created), paid.Amount, 0
	d.Payments = []paper.Payment{w.paymentOnPaper(paid)}
	for _, back := range w.refunds.items {
		if back != nil && back.Charge == paid.ID && back.Status == "succeeded" {
			d.Payments = append(d.Payments, paper.Payment{At: instant(back.Created), Method: "Refund", Amount: -back.Amount})
		}
	}
	return d
}

// receiptNumber is two groups of four digits, as Stripe has them, that belong to
// a charge for good.
func (w *world) receiptNumber(paid *charge) string {
	if paid.ReceiptNumber != "" {
		return string(paid.ReceiptNumber)
	}
	digits := make([]byte, 0, 9)
	for i, r := range []byte(w.digest("receipt/"+paid.ID, 8)) {
		if i == 4 {
			digits = append(digits, '-')
		}
		digits = append(digits, '0'+r%10)
	}
	return string(digits)
}
