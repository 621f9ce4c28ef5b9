package sandbox

import (
	"strconv"

	"billfold/backend/stripewire"
)

// maxCreditLines is how many lines a credit note can be made of.
const maxCreditLines = 250

// readCreditLines reads what is credited, line by line, or as one amount.
func (c *call) readCreditLines(bill *invoice, note *creditNote) (lines []*creditNoteLine) {
	groups := c.form.Groups("lines")
	if len(groups) == 0 {
		c.required("amount")
		return []*creditNoteLine{wholeCredit(c.amount("amount", 0), note.Memo)}
	}
	if len(groups) > maxCreditLines {
		c.fail(stripewire.Invalid("", "lines", "A credit note has at most 250 lines."))
	}
	taken := c.credited(bill)
	for _, group := range groups {
		inner := &call{world: c.world, form: group}
		var line *creditNoteLine
		if inner.required("type"); inner.choice("type", "", "custom_line_item", "invoice_line_item") == "invoice_line_item" {
			line = inner.readCreditOfLine(bill, taken)
		} else {
			line = inner.readCustomCredit(bill)
		}
		if inner.err != nil {
			c.fail(inner.err)
			return nil
		}
		lines = append(lines, line)
	}
	return lines
}

// credited is what was already credited of each line of an invoice.
func (w *world) credited(bill *invoice) map[string]int64 {
	taken := map[string]int64{}
	for _, note := range w.notesOf(bill) {
		for _, line := range note.Lines.Data {
			if note.Status == "issued" && line.InvoiceLineItem != "" {
				taken[line.InvoiceLineItem] += line.Amount
			}
		}
	}
	return taken
}

func newCreditLine(kind string, amount int64) *creditNoteLine {
	return &creditNoteLine{
		Object: "credit_note_line_item", Amount: amount, AmountExcludingTax: amount, DiscountAmounts: []discountAmount{},
		TaxAmounts: []taxAmount{}, TaxRates: []*taxRate{}, Type: kind,
	}
}

// wholeCredit is the one line of a credit note that is no more than an amount.
func wholeCredit(amount int64, memo nullableText) *creditNoteLine {
	line := newCreditLine("custom_line_item", amount)
	if line.Description = memo; memo == "" {
		line.Description = "Credit"
	}
	line.price(1)
	return line
}

// price writes how many units are credited, and for how much each.
func (line *creditNoteLine) price(quantity int64) {
	line.Quantity = &quantity
	if each := line.Amount / quantity; each*quantity == line.Amount {
		line.UnitAmount = &each
	}
	line.UnitAmountDecimal = nullableText(unitPrice(line.Amount, quantity))
	line.UnitAmountExcludingTax = nullableText(unitPrice(line.AmountExcludingTax, quantity))
}

// readCreditOfLine credits a line of the invoice: some of its units, or an amount
// of it, before tax and discounts, which go back in the same measure.
func (c *call) readCreditOfLine(bill *invoice, taken map[string]int64) *creditNoteLine {
	id := c.required("invoice_line_item")
	of := bill.line(id)
	byQuantity := c.given("quantity")
	switch {
	case c.err != nil:
	case of == nil:
		c.fail(stripewire.NoSuch(400, "invoice line item", id, "lines"))
	case byQuantity == c.given("amount"):
		c.fail(stripewire.Invalid("", "lines", "You must pass either a quantity or an amount of an invoice_line_item."))
	case c.given("unit_amount") || c.given("description") || c.form.List("tax_rates") != nil:
		c.fail(stripewire.Invalid("", "lines", "unit_amount, description and tax_rates are for a custom_line_item only."))
	}
	if c.err != nil {
		return nil
	}
	amount, quantity := c.amount("amount", 0), int64(0)
	if byQuantity {
		if quantity = c.quantity(); c.err == nil && quantity <= of.Quantity {
			amount = shareOf(of.Amount, quantity, of.Quantity)
		}
	}
	before := taken[id]
	if c.err == nil && (quantity > of.Quantity || amount < 1 || before+amount > of.Amount) {
		c.fail(stripewire.Invalid("", "lines", "At most "+strconv.FormatInt(max(of.Amount-before, 0), 10)+" of the line "+id+" is left to be credited."))
	}
	if c.err != nil {
		return nil
	}
	taken[id] += amount
	return of.credit(before, amount, quantity)
}

// credit is the line that takes back an amount of a line, after what was taken
// back before. All the parts of a line together are the line, to the last cent.
func (of *lineItem) credit(before, amount, quantity int64) *creditNoteLine {
	part := func(whole int64) int64 {
		return shareOf(whole, before+amount, of.Amount) - shareOf(whole, before, of.Amount)
	}
	line := newCreditLine("invoice_line_item", amount)
	line.InvoiceLineItem, line.Description, line.TaxRates = of.ID, of.Description, of.TaxRates
	line.AmountExcludingTax = part(of.AmountExcludingTax)
	for _, off := range of.DiscountAmounts {
		off.Amount = part(off.Amount)
		line.DiscountAmount += off.Amount
		line.DiscountAmounts = append(line.DiscountAmounts, off)
	}
	for _, tax := range of.TaxAmounts {
		tax.Amount, tax.TaxableAmount = part(tax.Amount), part(tax.TaxableAmount)
		line.TaxAmounts = append(line.TaxAmounts, tax)
	}
	if quantity > 0 {
		line.price(quantity)
	}
	return line
}

// readCustomCredit credits what is on no line of the invoice.
func (c *call) readCustomCredit(bill *invoice) *creditNoteLine {
	words, quantity, rates := c.required("description"), c.quantity(), c.ratesNamed("tax_rates")
	c.required("unit_amount")
	each := c.amount("unit_amount", 0)
	switch {
	case c.err != nil:
	case c.given("amount") || c.given("invoice_line_item"):
		c.fail(stripewire.Invalid("", "lines", "amount and invoice_line_item are for an invoice_line_item only."))
	case each*quantity > maxAmount:
		c.fail(stripewire.Invalid(stripewire.CodeParameterInvalidInteger, "lines", "Invalid amount: at most eight digits."))
	}
	if c.err != nil {
		return nil
	}
	line := newCreditLine("custom_line_item", each*quantity)
	line.Description, line.TaxRates = nullableText(words), rates
	line.AmountExcludingTax = netOf(line.Amount, rates)
	line.TaxAmounts = taxesOn(line.Amount, rates, bill.CustomerTaxExempt).amounts
	line.price(quantity)
	return line
}

// sumUp gives a credit note its lines and adds them up.
func (note *creditNote) sumUp(lines []*creditNoteLine) {
	note.Lines.Data, note.DiscountAmounts, note.TaxAmounts = lines, []discountAmount{}, []taxAmount{}
	for _, line := range lines {
		note.Subtotal += line.Amount
		note.SubtotalExcludingTax += line.AmountExcludingTax
		note.DiscountAmount += line.DiscountAmount
		for _, off := range line.DiscountAmounts {
			note.DiscountAmounts = mergeDiscount(note.DiscountAmounts, off)
		}
		for _, tax := range line.TaxAmounts {
			note.TaxAmounts = mergeTax(note.TaxAmounts, tax)
		}
	}
	note.Total = note.Subtotal - note.DiscountAmount
	note.TotalExcludingTax = note.Total
	for _, tax := range note.TaxAmounts {
		if tax.Inclusive {
			note.TotalExcludingTax -= tax.Amount
		} else {
			note.Total += tax.Amount
		}
	}
	note.Amount = note.Total
}

func mergeDiscount(sums []discountAmount, off discountAmount) []discountAmount {
	for i := range sums {
		if sums[i].Discount == off.Discount {
			sums[i].Amount += off.Amount
			return sums
		}
	}
	return append(sums, off)
}

// line is the line of an id; nil when there is none.
func (bill *invoice) line(id string) *lineItem {
	for _, line := range bill.Lines.all {
		if line.ID == id {
			return line
		}
	}
	return nil
}
