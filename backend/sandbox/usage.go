package sandbox

import (
	"slices"
	"strconv"

	"billfold/backend/stripewire"
)

// findItem finds an item of any subscription that is not over.
func (w *world) findItem(id string) (*subscription, *subscriptionItem) {
	for _, s := range w.subscriptions.items {
		if item := itemOf(s, id); item != nil {
			return s, item
		}
	}
	return nil, nil
}

// createUsage reports usage of a metered price, which the next invoice bills.
// Source: Stripe API reference, "Create a usage record".
func createUsage(c *call) (any, error) {
	s, item := c.findItem(c.ids[0])
	if item == nil {
		return nil, stripewire.NoSuch(404, "subscription_item", c.ids[0], "subscription_item")
	}
	c.required("quantity")
	record := usageRecord{
		Object: "usage_record", Quantity: c.integer("quantity", 0), SubscriptionItem: item.ID, Timestamp: c.clock,
	}
	if c.text("timestamp") != "now" {
		record.Timestamp = c.integer("timestamp", c.clock)
	}
	set := c.choice("action", "increment", "increment", "set") == "set"
	switch {
	case c.err != nil:
	case item.Price.Recurring.UsageType != "metered":
		c.fail(stripewire.Invalid("", "subscription_item", "Usage can only be reported for a metered price."))
	case s.over() || record.Quantity < 0 || record.Quantity > 10_000_000:
		c.fail(stripewire.Invalid("", "quantity", "Invalid quantity, or the subscription is over."))
	case record.Timestamp < s.CurrentPeriodStart || record.Timestamp > c.clock:
		c.fail(stripewire.Invalid("", "timestamp", "The timestamp must be within the current period and not in the future."))
	case (item.usage(s.meteredFrom, c.clock+1)+record.Quantity)*item.Price.UnitAmount > maxAmount:
		c.fail(stripewire.Invalid("", "quantity", "The usage of a period must not cost more than eight digits."))
	}
	if c.err != nil {
		return nil, c.err
	}
	record.ID = c.newID("mbur")
	if set {
		item.used = slices.DeleteFunc(item.used, func(old usageRecord) bool { return old.Timestamp == record.Timestamp })
	}
	item.used = append(item.used, record)
	return record, nil
}

// usage is what was used from one moment until before another.
func (item *subscriptionItem) usage(from, until int64) (sum int64) {
	for _, record := range item.used {
		if record.Timestamp >= from && record.Timestamp < until {
			sum += record.Quantity
		}
	}
	return sum
}

// listUsage sums up the current period, which no invoice has yet.
func listUsage(c *call) (any, error) {
	s, item := c.findItem(c.ids[0])
	if item == nil {
		return nil, stripewire.NoSuch(404, "subscription_item", c.ids[0], "subscription_item")
	}
	p := c.paging()
	if c.err != nil {
		return nil, c.err
	}
	summary := &usageSummary{
		ID: "sis_" + c.digest("usage/"+item.ID+"/"+strconv.FormatInt(s.CurrentPeriodStart, 10), longID), Object: "usage_record_summary",
		Period: period{Start: s.CurrentPeriodStart, End: s.CurrentPeriodEnd}, SubscriptionItem: item.ID,
		TotalUsage: item.usage(s.meteredFrom, c.clock+1),
	}
	all := inLine("usage_record_summary", []*usageSummary{summary}, func(o *usageSummary) string { return o.ID })
	page, more, err := pageOf(p, all, func(*usageSummary) bool { return true })
	if err != nil {
		return nil, err
	}
	return stripewire.NewList(c.path, page, more), nil
}
