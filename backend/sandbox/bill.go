package sandbox

import (
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// newInvoice is an empty draft; it is not on the shelf before issue.
func (w *world) newInvoice(owner *customer, currency, reason string) *invoice {
	return &invoice{
		Object: "invoice", AccountCountry: w.scenario.seller.country, AccountName: w.scenario.seller.name,
		BillingReason: reason, CollectionMethod: "charge_automatically", Created: w.clock, Currency: currency,
		Customer: owner.ID, DefaultTaxRates: []*taxRate{}, Discounts: []string{}, PeriodStart: w.clock, PeriodEnd: w.clock,
		Status: "draft", TotalDiscountAmounts: []discountAmount{}, TotalTaxAmounts: []taxAmount{},
	}
}

// billed says what an invoice of a subscription is for.
type billed struct {
	period period // of what is paid in advance
	// at is the moment as of which the invoice is made.
	at int64
	// usageUntil is the moment up to which metered usage is counted.
	usageUntil int64
	// itemsOnly leaves the subscription's own items out.
	itemsOnly bool
}

// cycleInvoice bills the current period of a subscription, with the owner's
// pending items on top.
func (w *world) cycleInvoice(s *subscription, owner *customer, reason string) *invoice {
	bill := w.subscriptionInvoice(s, owner, reason,
		billed{period: period{Start: s.CurrentPeriodStart, End: s.CurrentPeriodEnd}, at: w.clock, usageUntil: w.clock})
	s.meteredFrom, s.billedWith = w.clock, bill.granted
	return bill
}

// nextInvoice bills the period after the current one, as of its beginning. It
// changes nothing, so it also makes the preview.
func (w *world) nextInvoice(s *subscription, owner *customer) *invoice {
	bill := w.subscriptionInvoice(s, owner, "subscription_cycle",
		billed{period: period{Start: s.CurrentPeriodEnd, End: s.periodEnd(s.periods + 1)}, at: s.CurrentPeriodEnd, usageUntil: s.CurrentPeriodEnd})
	bill.Created, bill.PeriodStart, bill.PeriodEnd = s.CurrentPeriodEnd, s.CurrentPeriodStart, s.CurrentPeriodEnd
	if bill.DueDate == 0 {
		bill.NextPaymentAttempt = nullableTime(s.CurrentPeriodEnd + draftRests)
	} else {
		bill.DueDate = nullableTime(bill.Created + *s.DaysUntilDue*day)
	}
	return bill
}

func (w *world) subscriptionInvoice(s *subscription, owner *customer, reason string, of billed) *invoice {
	bill := w.emptyInvoice(s, owner, reason)
	for _, item := range w.pending[owner.ID] {
		if s.takes(item) {
			bill.Lines.all = append(bill.Lines.all, w.itemLine(item))
		}
	}
	for _, item := range s.Items.Data {
		if !of.itemsOnly {
			bill.Lines.all = append(bill.Lines.all, w.cycleLine(s, item, of))
		}
	}
	bill.grant(discountsFor(owner, s, s.Currency, of.at))
	w.reckon(bill, owner)
	return bill
}

// emptyInvoice is an invoice of a subscription without lines.
func (w *world) emptyInvoice(s *subscription, owner *customer, reason string) *invoice {
	bill := w.newInvoice(owner, s.Currency, reason)
	bill.AutoAdvance, bill.CollectionMethod = true, s.CollectionMethod
	if s.DaysUntilDue != nil {
		bill.DueDate = nullableTime(w.clock + *s.DaysUntilDue*day)
	}
	bill.Subscription = nullableText(s.ID)
	frozen := s.Metadata // an update makes a new map and leaves this one alone
	bill.SubscriptionDetails = subscriptionDetails{Metadata: &frozen}
	bill.DefaultTaxRates = s.DefaultTaxRates
	return bill
}

// cycleLine bills an item: in advance, or what of it was used.
func (w *world) cycleLine(s *subscription, item *subscriptionItem, of billed) *lineItem {
	quantity, when, each := item.Quantity, of.period, item.Price.UnitAmount
	free := s.Status == "trialing" && int64(s.TrialEnd) >= of.period.End
	if item.Price.Recurring.UsageType == "metered" {
		quantity = item.usage(s.meteredFrom, of.usageUntil)
		when = period{Start: s.CurrentPeriodStart, End: s.CurrentPeriodEnd}
	}
	words := w.cycleWords(item, quantity)
	if free {
		each = 0
		words = "Free trial for " + strconv.FormatInt(quantity, 10) + " × " + w.products.find(item.Price.Product).Name
	}
	line := newLine(each*quantity, quantity, item.Price)
	line.Type, line.Period = "subscription", when
	line.Description = nullableText(words)
	line.Metadata = s.Metadata
	line.Subscription, line.SubscriptionItem = nullableText(s.ID), item.ID
	return line
}

// cycleWords describes a period as Stripe does: "1 × Pro (at $20.00 / month)".
func (w *world) cycleWords(item *subscriptionItem, quantity int64) string {
	pace := item.Price.Recurring
	each := "/ " + pace.Interval
	if pace.IntervalCount > 1 {
		each = "every " + strconv.FormatInt(pace.IntervalCount, 10) + " " + pace.Interval + "s"
	}
	cost := moneyInWords(item.Price.UnitAmount, item.Price.Currency)
	return strconv.FormatInt(quantity, 10) + " × " + w.products.find(item.Price.Product).Name + " (at " + cost + " " + each + ")"
}

func (w *world) itemLine(item *invoiceItem) *lineItem {
	line := newLine(item.Amount, item.Quantity, item.Price)
	line.Currency = item.Currency
	line.Type, line.Period, line.InvoiceItem = "invoiceitem", item.Period, item.ID
	line.Description, line.Metadata, line.TaxRates = item.Description, item.Metadata, item.TaxRates
	line.Proration, line.Subscription, line.Discountable = item.Proration, item.Subscription, item.Discountable
	return line
}

func newLine(amount, quantity int64, of *price) *lineItem {
	line := &lineItem{
		Object: "line_item", Amount: amount, AmountExcludingTax: amount, DiscountAmounts: []discountAmount{}, Discountable: true,
		Discounts: []string{}, Price: of, Quantity: quantity, TaxAmounts: []taxAmount{}, TaxRates: []*taxRate{},
	}
	if of != nil {
		line.Currency = of.Currency
	}
	return line
}

// issue gives an invoice and its lines their ids and puts it on the shelf. Items
// that were pending and are now on it stop being so.
func (w *world) issue(bill *invoice) {
	bill.ID = w.newID("in")
	bill.WebhooksDeliveredAt = nullableTime(w.clock)
	w.invoices.add(bill)
	w.settleLines(bill)
	w.emit("invoice.created", bill)
	w.useUp(bill)
}

// settleLines names the lines that have no id yet.
func (w *world) settleLines(bill *invoice) {
	bill.Lines.url = "/v1/invoices/" + bill.ID + "/lines"
	for _, line := range bill.Lines.all {
		if line.ID != "" {
			continue
		}
		line.ID = w.newID("il")
		if item := w.invoiceItems.find(line.InvoiceItem); item != nil {
			item.Invoice = nullableText(bill.ID)
			w.unpend(item)
		}
	}
}

func (w *world) unpend(item *invoiceItem) {
	kept := w.pending[item.Customer][:0]
	for _, other := range w.pending[item.Customer] {
		if other != item {
			kept = append(kept, other)
		}
	}
	w.pending[item.Customer] = kept
}

// reckon sums up an invoice that is not finalized and takes over who it is to.
func (w *world) reckon(bill *invoice, owner *customer) {
	w.address(bill, owner)
	bill.takeOff()
	bill.Subtotal, bill.SubtotalExcludingTax, bill.TotalExcludingTax, bill.TotalTaxAmounts = 0, 0, 0, []taxAmount{}
	for _, line := range bill.Lines.all {
		rates := line.TaxRates
		if len(rates) == 0 {
			rates = bill.DefaultTaxRates
		}
		taxes := taxesOn(line.Amount-line.off, rates, owner.TaxExempt)
		line.TaxAmounts, line.AmountExcludingTax = taxes.amounts, netOf(line.Amount, rates)
		line.UnitAmountExcludingTax = nullableText(unitPrice(line.AmountExcludingTax, line.Quantity))
		bill.Subtotal += line.Amount
		bill.SubtotalExcludingTax += line.AmountExcludingTax
		bill.TotalExcludingTax += taxes.net
		for _, tax := range line.TaxAmounts {
			bill.TotalTaxAmounts = mergeTax(bill.TotalTaxAmounts, tax)
		}
	}
	bill.Total, bill.Tax = bill.TotalExcludingTax, nil
	for _, tax := range bill.TotalTaxAmounts {
		bill.Total += tax.Amount
	}
	if len(bill.TotalTaxAmounts) > 0 {
		tax := bill.Total - bill.TotalExcludingTax
		bill.Tax = &tax
	}
	w.applyBalance(bill, owner)
}

// applyBalance says what is due once the customer's credit or debit is counted
// in, and what is too small to be charged is left out. A balance is in the
// customer's own currency and leaves others alone.
// Source: Stripe docs, "Customer credit balance".
func (w *world) applyBalance(bill *invoice, owner *customer) {
	bill.StartingBalance = 0
	if string(owner.Currency) == bill.Currency {
		bill.StartingBalance = owner.Balance
	}
	bill.AmountDue = max(bill.Total+bill.StartingBalance, 0)
	bill.leftOver = w.tooSmall(bill.AmountDue, bill.Currency, owner)
	bill.AmountDue -= bill.leftOver
	bill.AmountRemaining = bill.AmountDue
}

// address writes the customer's present data on the invoice; finalizing freezes
// them.
func (w *world) address(bill *invoice, owner *customer) {
	bill.CustomerAddress, bill.CustomerEmail, bill.CustomerName = owner.Address.copyOf(), owner.Email, owner.Name
	bill.CustomerPhone, bill.CustomerTaxExempt = owner.Phone, owner.TaxExempt
	bill.CustomerTaxIDs = []invoiceTaxID{}
	for _, id := range w.taxIDs.items {
		if id != nil && id.Customer == owner.ID {
			bill.CustomerTaxIDs = append(bill.CustomerTaxIDs, invoiceTaxID{Type: id.Type, Value: id.Value})
		}
	}
}

// taxes are those on one amount, which is net without them.
type taxes struct {
	net     int64
	amounts []taxAmount
}

// netOf is what is left of an amount without the taxes that it has in it.
func netOf(amount int64, rates []*taxRate) int64 {
	net := amount
	for _, rate := range rates {
		if rate.Inclusive {
			net = shareOf(amount, 1_000_000, 1_000_000+rate.millionths)
		}
	}
	return net
}

// taxesOn works out the taxes on the amount of one line, each rounded half away
// from zero. Source: Stripe docs, "Tax rates": item-level rounding.
func taxesOn(amount int64, rates []*taxRate, exempt string) taxes {
	made := taxes{net: netOf(amount, rates), amounts: []taxAmount{}}
	for _, rate := range rates {
		tax := taxAmount{Inclusive: rate.Inclusive, TaxRate: rate.ID, TaxabilityReason: "standard_rated", TaxableAmount: made.net}
		switch {
		case exempt == "reverse":
			tax.TaxabilityReason = "reverse_charge"
		case exempt == "exempt":
			tax.TaxabilityReason = "customer_exempt"
		case rate.Inclusive:
			tax.Amount = amount - made.net
		default:
			tax.Amount = shareOf(made.net, rate.millionths, 1_000_000)
		}
		made.amounts = append(made.amounts, tax)
	}
	return made
}

// shareOf is amount*numerator/denominator, rounded half away from zero. The
// product may be larger than 64 bits; the result is not.
func shareOf(amount, numerator, denominator int64) int64 {
	if amount < 0 {
		return -shareOf(-amount, numerator, denominator)
	}
	high, low := bits.Mul64(uint64(amount), uint64(numerator))
	low, carry := bits.Add64(low, uint64(denominator)/2, 0)
	share, _ := bits.Div64(high+carry, low, uint64(denominator))
	return int64(share)
}

// unitPrice is an amount divided by a quantity, with as many decimals as Stripe
// gives.
func unitPrice(amount, quantity int64) string {
	if quantity == 0 || amount%quantity == 0 {
		return strconv.FormatInt(amount/max(quantity, 1), 10)
	}
	return strings.TrimRight(big.NewRat(amount, quantity).FloatString(12), "0")
}

// mergeTax adds a tax to the sums by rate.
func mergeTax(sums []taxAmount, tax taxAmount) []taxAmount {
	for i := range sums {
		if sums[i].TaxRate == tax.TaxRate {
			sums[i].Amount += tax.Amount
			sums[i].TaxableAmount += tax.TaxableAmount
			return sums
		}
	}
	return append(sums, tax)
}
