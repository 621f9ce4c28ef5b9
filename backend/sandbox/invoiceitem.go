package sandbox

import (
	"strconv"

	"billfold/backend/stripewire"
)

// createInvoiceItem adds a line to a draft, or to whatever invoice the customer
// gets next.
func createInvoiceItem(c *call) (any, error) {
	owner := needed(c, c.customers, "customer")
	bill := named(c, c.invoices, "invoice")
	of := named(c, c.prices, "price")
	item := &invoiceItem{
		Object: "invoiceitem", Date: c.clock, Discounts: []string{}, Price: of,
		Period:   period{Start: c.integer("period[start]", c.clock), End: c.integer("period[end]", c.clock)},
		Quantity: c.quantity(), TaxRates: c.ratesNamed("tax_rates"),
	}
	c.setText(&item.Description, "description")
	c.setMetadata(&item.Metadata)
	c.readItemAmount(item)
	item.Discountable = c.boolean("discountable", item.Amount >= 0)
	if c.err == nil && item.Discountable && item.Amount < 0 {
		c.fail(stripewire.Invalid("", "discountable", "A negative amount cannot be discounted."))
	}
	if c.err == nil && bill != nil && (bill.Status != "draft" || bill.Customer != owner.ID || bill.Currency != item.Currency) {
		c.fail(stripewire.Invalid(stripewire.CodeInvoiceNotEditable, "invoice",
			"The invoice must be a draft of the same customer and currency."))
	}
	if c.err != nil {
		return nil, c.err
	}
	item.ID, item.Customer = c.newID("ii"), owner.ID
	c.invoiceItems.add(item)
	c.pending[owner.ID] = append(c.pending[owner.ID], item)
	if bill != nil {
		defer c.noting("invoice.updated", bill)()
		bill.Lines.all = append(bill.Lines.all, c.itemLine(item))
		c.reckon(bill, owner)
		c.settleLines(bill)
	}
	c.emit("invoiceitem.created", item)
	return item, nil
}

// readItemAmount takes the amount from a price and quantity, or as it is given,
// where a negative one is a credit.
func (c *call) readItemAmount(item *invoiceItem) {
	if c.err != nil {
		return
	}
	if item.Price != nil {
		item.Currency, item.UnitAmount = item.Price.Currency, item.Price.UnitAmount
		item.Amount = item.UnitAmount * item.Quantity
		if item.Description == "" {
			item.Description = nullableText(c.products.find(item.Price.Product).Name)
		}
	} else {
		item.Currency = c.currency("currency")
		c.required("amount")
		item.Amount = c.integer("amount", 0)
		item.UnitAmount = item.Amount / item.Quantity
	}
	item.UnitAmountDecimal = strconv.FormatInt(item.UnitAmount, 10)
	if item.Amount > maxAmount || item.Amount < -maxAmount {
		c.fail(stripewire.Invalid(stripewire.CodeParameterInvalidInteger, "amount", "Invalid amount: at most eight digits."))
	}
}

func getInvoiceItem(c *call) (any, error) { return c.invoiceItems.fetch(c.ids[0], "invoiceitem") }

func listInvoiceItems(c *call) (any, error) {
	owner, bill, within := c.owner(), c.text("invoice"), c.createdWithin()
	return list(c, c.invoiceItems, func(o *invoiceItem) bool {
		return within(o.Date) && (owner == "" || o.Customer == owner) && (bill == "" || string(o.Invoice) == bill)
	})
}
