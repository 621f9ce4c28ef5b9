package paper

import "fmt"

// sum is one row of the block that leads from the lines to what is due.
type sum struct {
	label, amount string
	style         style
	ruled         bool // a rule above it
}

// sumsOf is the way from the lines to what is due. Whatever is taken off has a
// minus, so that the column adds up.
func sumsOf(d Document) []sum {
	var sums []sum
	add := func(label string, amount int64) {
		sums = append(sums, sum{label: label, amount: amountText(amount, d.Currency), style: body})
	}
	result := func(label string, amount int64, st style) {
		sums = append(sums, sum{label, joined(" ", d.Currency, amountText(amount, d.Currency)), st, true})
	}
	add("Subtotal", d.Subtotal)
	for _, discount := range d.Discounts {
		add(joined(": ", "Discount", discount.Name), -discount.Amount)
	}
	if len(d.Taxes) > 0 {
		add("Total excluding tax", d.Total-taxOf(d))
	}
	for _, tax := range d.Taxes {
		add(taxText(tax, d.Currency), tax.Amount)
	}
	if d.Kind == CreditNote {
		result("Total credited", d.Total, due)
		return sums
	}
	result("Total", d.Total, strong)
	switch {
	case d.CreditApplied > 0:
		add("Account credit used", -d.CreditApplied)
	case d.CreditApplied < 0:
		add("Earlier account debt", -d.CreditApplied)
	}
	if d.CarriedOver != 0 {
		add("Carried over to the next invoice", -d.CarriedOver)
	}
	if d.Kind == Receipt {
		result("Amount paid", d.AmountPaid, due)
		return sums
	}
	if d.AmountPaid != 0 {
		add("Amount paid", -d.AmountPaid)
	}
	result("Amount due", d.AmountDue, due)
	return sums
}

func taxOf(d Document) int64 {
	var total int64
	for _, tax := range d.Taxes {
		total += tax.Amount
	}
	return total
}

// taxText names a tax with its rate and what it was worked out from.
func taxText(tax Tax, currency string) string {
	rate := ""
	if tax.Percentage != "" {
		rate = tax.Percentage + "%"
	}
	text := joined(" ", tax.Name, rate, "on", amountText(tax.Taxable, currency))
	switch {
	case tax.ReverseCharge:
		text += " (reverse charge)"
	case tax.Inclusive:
		text += " (included in the prices)"
	}
	return text
}

// drawTotals draws the sums in the right half, together on one page if they fit.
func (s *sheet) drawTotals(d Document) {
	sums := sumsOf(d)
	from := margin + s.textWidth()*0.44
	room := s.width - margin - from
	width := 90.0
	for _, one := range sums {
		width = max(width, s.widthOf(one.amount, one.style)+1)
	}
	width = min(width, room*0.7)
	names := room - width - columnGap

	rows := make([][]cell, len(sums))
	height := 0.0
	for i, one := range sums {
		rows[i] = []cell{
			{x: from, width: names, lines: s.set(one.label, one.style, names)},
			{x: s.width - margin - width, width: width, right: true, lines: s.set(one.amount, one.style, width)},
		}
		height += heightOf(rows[i]) + 12
	}
	s.y += 6
	s.need(height)
	for i, cells := range rows {
		if sums[i].ruled {
			s.need(heightOf(cells) + 10)
			s.y += 3
			s.rule(from, room, 0.75, ink)
			s.y += 4
		}
		s.row(cells...)
		s.y += 3
	}
	s.drawReverseCharge(d)
}

// drawReverseCharge states who owes the tax, which has to stand on the invoice
// (Council Directive 2006/112/EC, Article 226, point 11a).
func (s *sheet) drawReverseCharge(d Document) {
	for _, tax := range d.Taxes {
		if tax.ReverseCharge {
			s.y += 12
			s.row(cell{x: margin, lines: s.set("Reverse charge: the customer accounts for the tax on this supply.", strong, s.textWidth())})
			return
		}
	}
}

func (s *sheet) drawFooterText(d Document) {
	if d.Footer == "" {
		return
	}
	s.y += 22
	s.row(cell{x: margin, lines: s.set(d.Footer, detail, s.textWidth())})
}

// drawPageFeet draws on each page which document it belongs to and which page it
// is, now that their number is known.
func (s *sheet) drawPageFeet(d Document) {
	name := oneLine(joined("  ·  ", joined(" ", titleOf(d), d.Number), d.Seller.Name))
	const numberWidth = 120
	for i, page := range s.pages {
		y := s.height - footerLine
		s.bar(page, box{margin, y, s.textWidth(), 0.5}, hairline)
		s.draw(page, s.set(name, fine, s.textWidth()-numberWidth)[0], margin, y+15)
		pages := s.set(fmt.Sprintf("Page %d of %d", i+1, len(s.pages)), fine, numberWidth)[0]
		s.draw(page, pages, s.width-margin-pages.width*fine.size, y+15)
	}
}
