package sandbox

import (
	"net/http"

	"billfold/backend/stripewire"
)

// discountOf is a coupon about to be redeemed by a customer; nil for no coupon.
// It has neither id nor end before it is redeemed.
func discountOf(of *coupon) *discount {
	if of == nil {
		return nil
	}
	return &discount{Object: "discount", Coupon: of}
}

// redeem makes a discount count from now on. held is the place that it is kept
// in; one that lasts some months is taken from there at its end.
// Source: Stripe docs, "Coupons": duration.
func (w *world) redeem(d *discount, held **discount) {
	d.ID, d.Start = w.newID("di"), w.clock
	d.Coupon.TimesRedeemed++
	if most := d.Coupon.MaxRedemptions; most != nil && d.Coupon.TimesRedeemed >= *most {
		d.Coupon.Valid = false
	}
	if months := d.Coupon.DurationInMonths; months != nil {
		d.End = nullableTime(monthsAfter(w.clock, int(*months)))
		w.plan(int64(d.End), func() { w.dropDiscount(held, d) })
	}
	w.discounts.add(d)
}

// switchDiscount puts a new discount in the place of an old one, or nothing, and
// tells of it.
func (w *world) switchDiscount(held **discount, fresh *discount) {
	old := *held
	*held = fresh
	if fresh == nil {
		if old != nil {
			w.emit("customer.discount.deleted", old)
		}
		return
	}
	w.redeem(fresh, held)
	if old == nil {
		w.emit("customer.discount.created", fresh)
		return
	}
	w.emitChange("customer.discount.updated", fresh, w.snapshot(old))
}

// discountSubscription gives a subscription another discount, or takes its own
// away.
func (w *world) discountSubscription(s *subscription, fresh *discount) {
	if fresh != nil {
		fresh.Customer, fresh.Subscription = nullableText(s.Customer), nullableText(s.ID)
	}
	w.switchDiscount(&s.Discount, fresh)
}

// discountCustomer does the same for a customer.
func (w *world) discountCustomer(owner *customer, fresh *discount) {
	if fresh != nil {
		fresh.Customer = nullableText(owner.ID)
	}
	w.switchDiscount(&owner.Discount, fresh)
}

// dropDiscount takes a discount from its place, if it is still there.
func (w *world) dropDiscount(held **discount, d *discount) {
	if *held != d {
		return
	}
	if s := w.subscriptions.find(string(d.Subscription)); s != nil {
		defer w.noting("customer.subscription.updated", s)()
	} else if owner := w.customers.find(string(d.Customer)); owner != nil {
		defer w.noting("customer.updated", owner)()
	}
	w.switchDiscount(held, nil)
}

// discountsFor is what an invoice of a moment takes off: the discount of its
// subscription, or else that of its customer.
// Source: Stripe docs, "Coupons": one on a subscription takes precedence.
func discountsFor(owner *customer, s *subscription, currency string, at int64) []*discount {
	held := []*discount{owner.Discount}
	if s != nil {
		held = []*discount{s.Discount, owner.Discount}
	}
	for _, d := range held {
		if d != nil && d.Coupon.takes(currency) && (d.End == 0 || at < int64(d.End)) {
			return []*discount{d}
		}
	}
	return nil
}

// grant puts discounts on an invoice, for good.
func (bill *invoice) grant(discounts []*discount) {
	bill.granted, bill.Discount, bill.Discounts = discounts, nil, []string{}
	for _, d := range discounts {
		bill.Discounts = append(bill.Discounts, d.ID)
	}
	if len(discounts) == 1 {
		bill.Discount = discounts[0]
	}
}

// takeOff works out what each discount of an invoice takes off each line, one
// discount after the other.
// Source: Stripe docs, "Coupons": before tax, and not from prorations, which
// have it in them.
func (bill *invoice) takeOff() {
	for _, line := range bill.Lines.all {
		line.DiscountAmounts, line.off = []discountAmount{}, 0
	}
	bill.TotalDiscountAmounts = []discountAmount{}
	for _, d := range bill.granted {
		left, sum := make([]int64, len(bill.Lines.all)), int64(0)
		for i, line := range bill.Lines.all {
			if line.Discountable {
				left[i] = max(line.Amount-line.off, 0)
			}
			sum += left[i]
		}
		off := d.Coupon.off(sum)
		for i, part := range spread(off, left) {
			line := bill.Lines.all[i]
			line.off += part
			line.DiscountAmounts = append(line.DiscountAmounts, discountAmount{Amount: part, Discount: d.ID})
		}
		bill.TotalDiscountAmounts = append(bill.TotalDiscountAmounts, discountAmount{Amount: off, Discount: d.ID})
	}
}

// spread divides a total over parts by their share in their sum. The shares sum
// up to the total, and none is more than its part when the total is not more
// than their sum.
func spread(total int64, parts []int64) []int64 {
	var sum, seen, given int64
	for _, part := range parts {
		sum += part
	}
	shares := make([]int64, len(parts))
	if sum == 0 {
		return shares
	}
	for i, part := range parts {
		seen += part
		upTo := shareOf(total, seen, sum)
		shares[i], given = upTo-given, upTo
	}
	return shares
}

// useUp takes away the discounts that are for one invoice only, once one has
// been made with them.
func (w *world) useUp(bill *invoice) {
	owner, s := w.customers.find(bill.Customer), w.subscriptions.find(string(bill.Subscription))
	for i, d := range bill.granted {
		if d.Coupon.Duration != "once" || bill.TotalDiscountAmounts[i].Amount == 0 {
			continue
		}
		if owner != nil {
			w.dropDiscount(&owner.Discount, d)
		}
		if s != nil {
			w.dropDiscount(&s.Discount, d)
		}
	}
}

// discountedPrices are the prices of a subscription's items for a whole period,
// less what a discount would take off, in the order of the items.
func discountedPrices(s *subscription, discounts []*discount) []int64 {
	prices := make([]int64, len(s.Items.Data))
	for i, item := range s.Items.Data {
		prices[i] = item.Price.UnitAmount * item.Quantity
	}
	for _, d := range discounts {
		var sum int64
		for _, price := range prices {
			sum += price
		}
		for i, part := range spread(d.Coupon.off(sum), prices) {
			prices[i] -= part
		}
	}
	return prices
}

func getCustomerDiscount(c *call) (any, error) {
	owner, err := c.customers.fetch(c.ids[0], "customer")
	if err != nil {
		return nil, err
	}
	if owner.Discount == nil {
		return nil, noDiscount(owner.ID)
	}
	return owner.Discount, nil
}

func deleteCustomerDiscount(c *call) (any, error) {
	owner, err := c.customers.fetch(c.ids[0], "customer")
	if err != nil {
		return nil, err
	}
	return c.deleteDiscount(owner.ID, &owner.Discount)
}

func deleteSubscriptionDiscount(c *call) (any, error) {
	s, err := c.subscriptions.fetch(c.ids[0], "subscription")
	if err != nil {
		return nil, err
	}
	return c.deleteDiscount(s.ID, &s.Discount)
}

func (c *call) deleteDiscount(of string, held **discount) (any, error) {
	d := *held
	if d == nil {
		return nil, noDiscount(of)
	}
	c.dropDiscount(held, d)
	return deletedDiscount{
		ID: d.ID, Object: d.Object, Coupon: d.Coupon, Customer: d.Customer, Deleted: true, Invoice: d.Invoice, Start: d.Start,
		Subscription: d.Subscription,
	}, nil
}

func noDiscount(of string) error {
	return &stripewire.Error{
		Status: http.StatusNotFound, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeResourceMissing,
		Message: "No active discount for: " + of,
	}
}
