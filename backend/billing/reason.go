package billing

// ReasonKind says why an invoice comes to another total than the one before.
type ReasonKind string

// The reasons.
const (
	ReasonProration      ReasonKind = "proration"      // a change in mid-period is settled
	ReasonProrationOver  ReasonKind = "proration_over" // the last one settled a change, this one does not
	ReasonAdded          ReasonKind = "added"
	ReasonRemoved        ReasonKind = "removed"
	ReasonPrice          ReasonKind = "price"
	ReasonQuantity       ReasonKind = "quantity"
	ReasonUsage          ReasonKind = "usage"
	ReasonDiscountBegins ReasonKind = "discount_begins"
	ReasonDiscountEnds   ReasonKind = "discount_ends"
	ReasonDiscount       ReasonKind = "discount"
	ReasonTax            ReasonKind = "tax"
)

// Reason is one part of the difference between two totals.
type Reason struct {
	Kind ReasonKind `json:"kind"`
	// Amount is what it adds to the total, negative for what it takes off. All of
	// them add up to the difference.
	Amount Money `json:"amount"`
	// Description is that of the line it is about, "" for tax and discounts.
	Description string `json:"description"`
	// PriceBefore and PriceAfter are of one unit, nil unless that is the reason.
	PriceBefore *Money `json:"price_before"`
	PriceAfter  *Money `json:"price_after"`
	// QuantityBefore and QuantityAfter are 0 unless that is the reason.
	QuantityBefore int64 `json:"quantity_before"`
	QuantityAfter  int64 `json:"quantity_after"`
}

// Reasons says why the next invoice of a subscription comes to another total than
// an earlier one: line by line, then discounts and tax. Invoices in two currencies
// cannot be compared, and give none.
func (s Subscription) Reasons(last Invoice) []Reason {
	if s.Upcoming == nil || s.Upcoming.Total.Currency != last.Total.Currency {
		return nil
	}
	c := comparison{currency: last.Total.Currency, metered: map[string]bool{}}
	for _, item := range s.Items {
		c.metered[item.PriceID] = item.Metered
	}
	c.compareLines(last.Lines, s.Upcoming.Lines)
	c.compareDiscounts(last.Lines, s.Upcoming.Lines)
	c.add(Reason{Kind: ReasonTax}, exclusiveTax(s.Upcoming.Lines)-exclusiveTax(last.Lines))
	return c.reasons
}

type comparison struct {
	currency string
	metered  map[string]bool // by price
	reasons  []Reason
}

// add notes a reason that comes to something.
func (c *comparison) add(reason Reason, amount int64) {
	if amount == 0 {
		return
	}
	reason.Amount = Money{Amount: amount, Currency: c.currency}
	c.reasons = append(c.reasons, reason)
}

func (c *comparison) compareLines(before, after []InvoiceLine) {
	old := map[string][]InvoiceLine{}
	var settled int64
	for _, line := range before {
		if line.Proration {
			settled += line.Amount.Amount
		} else {
			old[line.PriceID] = append(old[line.PriceID], line)
		}
	}
	for _, line := range after {
		if line.Proration {
			c.add(Reason{Kind: ReasonProration, Description: line.Description}, line.Amount.Amount)
			continue
		}
		was := old[line.PriceID]
		if len(was) == 0 || line.PriceID == "" {
			c.add(Reason{Kind: ReasonAdded, Description: line.Description}, line.Amount.Amount)
			continue
		}
		old[line.PriceID] = was[1:]
		c.compareLine(was[0], line)
	}
	for _, line := range before {
		for _, left := range old[line.PriceID] {
			if left.ID == line.ID && !line.Proration {
				c.add(Reason{Kind: ReasonRemoved, Description: line.Description}, -line.Amount.Amount)
			}
		}
	}
	c.add(Reason{Kind: ReasonProrationOver}, -settled)
}

// compareLine says why two lines of the same price come to different amounts.
func (c *comparison) compareLine(was, now InvoiceLine) {
	reason := Reason{Kind: ReasonPrice, Description: now.Description}
	switch {
	case c.metered[now.PriceID]:
		reason.Kind = ReasonUsage
	case was.Quantity != now.Quantity:
		reason.Kind, reason.QuantityBefore, reason.QuantityAfter = ReasonQuantity, was.Quantity, now.Quantity
	case now.Quantity > 0 && was.Amount.Amount%now.Quantity == 0 && now.Amount.Amount%now.Quantity == 0:
		reason.PriceBefore = &Money{Amount: was.Amount.Amount / now.Quantity, Currency: c.currency}
		reason.PriceAfter = &Money{Amount: now.Amount.Amount / now.Quantity, Currency: c.currency}
	}
	c.add(reason, now.Amount.Amount-was.Amount.Amount)
}

func (c *comparison) compareDiscounts(before, after []InvoiceLine) {
	was, now := discounts(before), discounts(after)
	kind := ReasonDiscount
	switch {
	case now == 0:
		kind = ReasonDiscountEnds
	case was == 0:
		kind = ReasonDiscountBegins
	}
	c.add(Reason{Kind: kind}, was-now)
}

func discounts(lines []InvoiceLine) int64 {
	var sum int64
	for _, line := range lines {
		sum += line.Discount.Amount
	}
	return sum
}

// exclusiveTax is the tax on top; what a price includes is in the lines already.
func exclusiveTax(lines []InvoiceLine) int64 {
	var sum int64
	for _, line := range lines {
		for _, tax := range line.Taxes {
			if !tax.Inclusive {
				sum += tax.Amount.Amount
			}
		}
	}
	return sum
}

// Ending is how a subscription ends or has ended.
type Ending struct {
	At Time `json:"at"`
	// Scheduled is true while it has not ended yet, and can still be undone.
	Scheduled  bool   `json:"scheduled"`
	CanceledAt Time   `json:"canceled_at"`
	Reason     string `json:"reason"`
	// OpenInvoices are the ids of its invoices that stay owed: an end closes none.
	OpenInvoices []string `json:"open_invoices"`
}

// EndingOf says how a subscription of the account ends; nil when it goes on.
func (a Account) EndingOf(s Subscription) *Ending {
	if !s.EndsAt().Known() && !s.Ended() {
		return nil
	}
	ending := &Ending{
		At: s.EndsAt(), Scheduled: !s.Ended(), CanceledAt: s.CanceledAt, Reason: s.CancellationReason, OpenInvoices: []string{},
	}
	for _, invoice := range a.Unsettled {
		if invoice.SubscriptionID == s.ID && invoice.Owed().Amount > 0 {
			ending.OpenInvoices = append(ending.OpenInvoices, invoice.ID)
		}
	}
	return ending
}
