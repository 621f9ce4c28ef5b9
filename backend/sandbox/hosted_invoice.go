package sandbox

import (
	"net/http"

	"billfold/backend/stripewire"
)

// invoicePage is an invoice as who has its link sees it.
type invoicePage struct {
	Form            form
	ID, Number, Day string
	Standing        standing
	Headline, Until string
	Seller          string
	Buyer           []string
	Lines           []planLine
	Sums            []planLine
	Due             string
	Payable         bool
	Confirming      bool // a payment waits for the bank's page
	Methods         []methodRow
	Chosen          string
	Fresh           bool   // a new card was typed, so its form is open
	Path            string // of this page
	PDF, Receipt    string
	Why             string // why the last try failed
	customer        string
	intent          string
}

func (h *hosted) invoiceRoutes() {
	h.invoice("GET", "", (*payer).view)
	h.invoice("POST", "/pay", (*payer).pay)
	h.invoice("GET", "/confirm", (*payer).confirm)
	h.invoice("POST", "/confirm", (*payer).answer)
	h.invoice("GET", "/pdf", (*payer).pdf)
	h.mux.HandleFunc("POST "+invoicePages+"{secret}/mail", h.askForLink(invoicePages))
	h.mux.HandleFunc("GET "+creditNotePDF+"{secret}", h.creditNote)
	h.mux.HandleFunc("GET "+receiptPages+"{secret}", h.receipt)
	h.mux.HandleFunc("GET "+receiptPages+"{secret}/pdf", h.receiptPDF)
	h.mux.HandleFunc("POST "+receiptPages+"{secret}/mail", h.askForLink(receiptPages))
}

// payer is who has the link of an invoice, with one request.
type payer struct {
	http.ResponseWriter
	*http.Request
	*hosted
	data invoicePage
}

func (h *hosted) invoice(method, path string, page func(*payer)) {
	h.mux.HandleFunc(method+" "+invoicePages+"{secret}"+path, func(w http.ResponseWriter, r *http.Request) {
		secret := r.PathValue("secret")
		p := &payer{w, r, h, invoicePage{}}
		known, good := false, false
		h.desk.look(func(world *world) {
			var id string
			id, good = world.openLink(invoicePages, secret)
			if bill := world.invoices.find(id); bill != nil && bill.Status != "draft" {
				known = true
				p.data = world.invoicePage(bill)
			}
		})
		p.data.Path = invoicePages + secret
		switch {
		case !known:
			h.missing(w)
		case !good:
			h.outdated(w, invoicePages, secret, "Links to invoices are good for a limited time, because everybody who has one can see the invoice.")
		case method == http.MethodPost && !h.marked(r, secret):
			h.message(w, http.StatusForbidden, "This form is out of date", "Open the page again and retry.")
		default:
			page(p)
		}
	})
}

func (w *world) invoicePage(bill *invoice) invoicePage {
	data := invoicePage{
		Form: newForm(), ID: bill.ID, Number: string(bill.Number), Day: dayText(int64(bill.EffectiveAt)), Standing: invoiceStanding(bill),
		Seller: bill.AccountName, Buyer: append([]string{string(bill.CustomerName)}, addressLines(bill.CustomerAddress)...),
		Due: moneyText(bill.AmountRemaining, bill.Currency), customer: bill.Customer, intent: string(bill.PaymentIntent),
		PDF: bill.InvoicePDF.path(),
	}
	data.Payable = (bill.Status == "open" || bill.Status == "uncollectible") && w.customers.find(bill.Customer) != nil
	data.Headline, data.Until = w.invoiceHeadline(bill)
	for _, line := range bill.Lines.all {
		data.Lines = append(data.Lines, planLine{string(line.Description), periodText(line.Period), moneyText(line.Amount, bill.Currency)})
	}
	data.Sums = w.invoiceSums(bill)
	if paid := w.charges.find(string(bill.Charge)); paid != nil && paid.ReceiptURL != nil {
		data.Receipt = paid.ReceiptURL.path() + "/pdf"
	}
	if intent := w.intents.find(data.intent); data.Payable && intent != nil {
		data.Confirming = intent.Status == "requires_action"
		if intent.LastPaymentError != nil {
			data.Why = intent.LastPaymentError.Message
		}
	}
	if owner := w.customers.find(bill.Customer); owner != nil && data.Payable {
		for _, m := range w.methodsFor(owner) {
			data.Methods = append(data.Methods, w.methodRow(m, owner))
		}
		if m := w.methodFor(owner, w.subscriptions.find(string(bill.Subscription)), bill); m != nil {
			data.Chosen = m.ID
		}
		data.Form.Values["name"] = string(owner.Name)
		data.Form.fillAddress(owner.Address)
	}
	return data
}

func (w *world) invoiceHeadline(bill *invoice) (headline, until string) {
	switch {
	case bill.Status == "paid":
		return moneyText(bill.Total, bill.Currency), "Paid on " + dayText(int64(bill.StatusTransitions.PaidAt))
	case bill.Status == "void":
		return moneyText(bill.Total, bill.Currency), "This invoice was taken back. Nothing is owed for it."
	case bill.DueDate != 0:
		return moneyText(bill.AmountRemaining, bill.Currency), "Due on " + dayText(int64(bill.DueDate))
	case bill.NextPaymentAttempt != 0:
		return moneyText(bill.AmountRemaining, bill.Currency), "Due now. The next automatic try is on " + dayText(int64(bill.NextPaymentAttempt)) + "."
	}
	return moneyText(bill.AmountRemaining, bill.Currency), "Due now"
}

// invoiceSums are the totals below the lines.
func (w *world) invoiceSums(bill *invoice) []planLine {
	money := func(amount int64) string { return moneyText(amount, bill.Currency) }
	sums := []planLine{{Text: "Subtotal", Amount: money(bill.Subtotal)}}
	for _, off := range w.discountsOnPaper(bill.TotalDiscountAmounts) {
		sums = append(sums, planLine{Text: "Discount: " + off.Name, Amount: money(-off.Amount)})
	}
	for _, tax := range bill.TotalTaxAmounts {
		name := "Tax"
		if rate := w.taxRates.find(tax.TaxRate); rate != nil {
			name = rate.DisplayName + " (" + rate.Percentage.String() + "%)"
		}
		switch {
		case tax.TaxabilityReason == "reverse_charge":
			name += ", reverse charge: you account for it"
		case tax.Inclusive:
			name += ", included"
		}
		sums = append(sums, planLine{Text: name, Amount: money(tax.Amount)})
	}
	sums = append(sums, planLine{Text: "Total", Amount: money(bill.Total)})
	if applied := bill.AmountDue + bill.PrePaymentCreditNotesAmount + bill.leftOver - bill.Total; applied != 0 {
		sums = append(sums, planLine{Text: "Account balance applied", Amount: money(applied)})
	}
	if bill.leftOver != 0 {
		sums = append(sums, planLine{Text: "Carried over to the next invoice", Amount: money(-bill.leftOver)})
	}
	if bill.AmountPaid != 0 {
		sums = append(sums, planLine{Text: "Paid", Amount: money(-bill.AmountPaid)})
	}
	if credited := bill.PrePaymentCreditNotesAmount; credited != 0 {
		sums = append(sums, planLine{Text: "Credited", Amount: money(-credited)})
	}
	return append(sums, planLine{Text: "Amount due (" + currencyName(bill.Currency) + ")", Amount: money(bill.AmountRemaining)})
}

func (p *payer) view() { p.showInvoice(http.StatusOK, "") }

func (p *payer) showInvoice(status int, problem string) {
	title := "Invoice " + p.data.Number
	p.show(p.ResponseWriter, status, "invoice", page{
		Title: title, Seller: p.data.Seller, Mark: p.mark(p.PathValue("secret")), Problem: problem, Data: p.data,
	})
}

// again shows the invoice as it is now.
func (p *payer) again(status int, f form, problem string) {
	path := p.data.Path
	p.desk.look(func(w *world) {
		if bill := w.invoices.find(p.data.ID); bill != nil {
			p.data = w.invoicePage(bill)
		}
	})
	p.data.Path = path
	if len(f.Values) > 0 {
		p.data.Form, p.data.Fresh = f, true
	}
	p.showInvoice(status, problem)
}

// pay charges a saved card, or a new one.
func (p *payer) pay() {
	if !p.data.Payable {
		http.Redirect(p.ResponseWriter, p.Request, p.data.Path, http.StatusSeeOther)
		return
	}
	method := p.PostFormValue("method")
	fresh := method == "new"
	f := newForm()
	if fresh {
		f.read(p.Request, append([]string{"standard"}, newCardFields...)...)
		id, problem := p.newCard(&f)
		if problem != "" {
			p.again(http.StatusUnprocessableEntity, f, problem)
			return
		}
		method = id
	}
	refused := p.post("/v1/invoices/"+p.data.ID+"/pay", "payment_method", method, "off_session", "false")
	switch {
	case refused == nil:
		p.keepCard(method, fresh, f)
		http.Redirect(p.ResponseWriter, p.Request, p.data.Path, http.StatusSeeOther)
	case refused.Code == "invoice_payment_intent_requires_action":
		p.keepCard(method, fresh, f)
		http.Redirect(p.ResponseWriter, p.Request, p.data.Path+"/confirm", http.StatusSeeOther)
	default:
		p.dropCard(method, fresh)
		p.again(http.StatusUnprocessableEntity, f, payProblem(refused))
	}
}

// newCard saves the card that was typed, since an invoice is paid with a method
// of its customer.
func (p *payer) newCard(f *form) (id, problem string) {
	id, _, problem = p.makeCard(f, p.Request)
	switch {
	case len(f.Wrong) > 0:
		return "", "Please check the form."
	case problem != "":
		return "", problem
	}
	if refused := p.post("/v1/payment_methods/"+id+"/attach", "customer", p.data.customer); refused != nil {
		return "", payProblem(refused)
	}
	return id, ""
}

// keepCard makes a new card the default when its owner wants that.
func (p *payer) keepCard(id string, fresh bool, f form) {
	if fresh && f.Values["standard"] != "" {
		_ = p.post("/v1/customers/"+p.data.customer, "invoice_settings[default_payment_method]", id) // it was attached a moment ago
	}
}

// dropCard forgets a new card that did not pay.
func (p *payer) dropCard(id string, fresh bool) {
	if fresh {
		_ = p.post("/v1/payment_methods/" + id + "/detach")
	}
}

func payProblem(refused *stripewire.Error) string {
	if refused.Type == stripewire.TypeCard {
		return refused.Message + " Try again or use another card. You have not been charged."
	}
	return refused.Message
}

func (p *payer) confirm() {
	if !p.data.Confirming {
		http.Redirect(p.ResponseWriter, p.Request, p.data.Path, http.StatusSeeOther)
		return
	}
	data := challenge{Amount: p.data.Due, Action: p.data.Path + "/confirm", Leave: p.data.Path}
	p.desk.look(func(w *world) {
		if m := w.paymentMethods.find(string(w.intents.find(p.data.intent).PaymentMethod)); m != nil {
			data.Card = methodName(m)
		}
	})
	p.show(p.ResponseWriter, http.StatusOK, "challenge", page{
		Title: "Confirm it is you", Seller: p.data.Seller, Mark: p.mark(p.PathValue("secret")), Data: data,
	})
}

func (p *payer) answer() {
	outcome := confirmationFailed
	if p.PostFormValue("outcome") == confirmationCompleted {
		outcome = confirmationCompleted
	}
	if refused := p.post("/_sandbox/payment_intents/"+p.data.intent+"/authenticate", "outcome", outcome); refused != nil {
		p.again(http.StatusUnprocessableEntity, form{}, payProblem(refused))
		return
	}
	http.Redirect(p.ResponseWriter, p.Request, p.data.Path, http.StatusSeeOther)
}
