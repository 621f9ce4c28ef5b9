package billing

// BillParts says what a bill is made of; the parts add up to its total exactly.
// Each is after discounts and without tax, also where the tax is inside the price.
type BillParts struct {
	// Plan is periods of plans and what changes of plan made; Usage what was used
	// and metered; Packs what was bought once; Credits what the vendor took off by a
	// line of its own, and so 0 or less.
	Plan, Usage, Packs, Tax, Credits Money
}

// Bill is what the picture of spending needs to know of an invoice.
type Bill struct {
	Dated  Time
	Status InvoiceStatus
	Parts  BillParts
	Total  Money
	Paid   Money
}

// Counts tells whether it was billed: a draft not yet, a void one not any more.
// One that was given up as uncollectible was.
func (b Bill) Counts() bool { return b.Status != InvoiceDraft && b.Status != InvoiceVoid }

// Bill gives what the picture of spending needs to know of the invoice. It needs
// the lines.
func (i Invoice) Bill() Bill {
	return Bill{
		Dated: i.Dated(), Status: i.Status, Total: i.Total, Paid: i.AmountPaid,
		Parts: partsOf(i.Lines, i.Tax, i.Total, i.Kind()),
	}
}

// partsOf takes a bill apart by its lines. What rounding leaves over, or what no
// line explains, goes to the part that the kind of bill is mostly about.
func partsOf(lines []InvoiceLine, tax, total Money, kind InvoiceKind) BillParts {
	zero := Money{Currency: total.Currency}
	parts := BillParts{Plan: zero, Usage: zero, Packs: zero, Tax: zero, Credits: zero}
	parts.Tax.Amount = tax.Amount
	rest := total.Amount - tax.Amount
	for _, line := range lines {
		net := line.net()
		parts.of(line, kind).Amount += net
		rest -= net
	}
	parts.main(kind).Amount += rest
	return parts
}

// net is the line's amount without discount and without the tax inside of it.
func (l InvoiceLine) net() int64 {
	net := l.Amount.Amount - l.Discount.Amount
	for _, tax := range l.Taxes {
		if tax.Inclusive {
			net -= tax.Amount.Amount
		}
	}
	return net
}

// of is the part that a line belongs to. A line whose price has no known type, as
// an older Billfold kept it, goes with the kind of its bill.
func (p *BillParts) of(line InvoiceLine, kind InvoiceKind) *Money {
	switch {
	case line.Proration:
		return &p.Plan
	case line.Metered:
		return &p.Usage
	case line.PriceType == PriceRecurring:
		return &p.Plan
	case line.PriceType == "" && line.PriceID != "":
		return p.main(kind)
	case line.Amount.Amount < 0:
		return &p.Credits
	default:
		return &p.Packs
	}
}

func (p *BillParts) main(kind InvoiceKind) *Money {
	switch kind {
	case KindUsage:
		return &p.Usage
	case KindOneTime:
		return &p.Packs
	default:
		return &p.Plan
	}
}
