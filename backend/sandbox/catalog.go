package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"billfold/backend/stripewire"
)

func createProduct(c *call) (any, error) {
	o := &product{
		Object: "product", Active: c.boolean("active", true), Created: c.clock, Updated: c.clock,
		Features: []struct{}{}, Images: []string{}, Name: c.required("name"),
	}
	c.setText(&o.Description, "description")
	c.setText(&o.StatementDescriptor, "statement_descriptor")
	c.setText(&o.UnitLabel, "unit_label")
	c.setMetadata(&o.Metadata)
	if c.err != nil {
		return nil, c.err
	}
	o.ID = c.newID("prod")
	c.emit("product.created", o)
	return c.products.add(o), nil
}

func getProduct(c *call) (any, error) { return c.products.fetch(c.ids[0], "id") }

func listProducts(c *call) (any, error) {
	ids, within := c.form.List("ids"), c.createdWithin()
	active, wanted := c.boolean("active", true), c.given("active")
	return list(c, c.products, func(o *product) bool {
		return within(o.Created) && (!wanted || o.Active == active) && (ids == nil || slices.Contains(ids, o.ID))
	})
}

// given tells whether a parameter was sent at all.
func (c *call) given(name string) bool {
	_, present := c.form.Get(name)
	return present
}

func createPrice(c *call) (any, error) {
	of := needed(c, c.products, "product")
	o := &price{
		Object: "price", Active: true, BillingScheme: "per_unit", Created: c.clock, Currency: c.currency("currency"),
		TaxBehavior: c.choice("tax_behavior", "unspecified", "exclusive", "inclusive", "unspecified"), Type: "one_time",
	}
	c.required("unit_amount")
	o.UnitAmount = c.amount("unit_amount", 0)
	o.UnitAmountDecimal = strconv.FormatInt(o.UnitAmount, 10)
	if interval := c.choice("recurring[interval]", "", "day", "week", "month", "year"); interval != "" {
		o.Type = "recurring"
		o.Recurring = &recurring{Interval: interval, IntervalCount: c.integer("recurring[interval_count]", 1), UsageType: "licensed"}
		o.Recurring.UsageType = c.choice("recurring[usage_type]", "licensed", "licensed", "metered")
		if o.Recurring.UsageType == "metered" {
			o.Recurring.AggregateUsage = "sum"
		}
		if o.Recurring.IntervalCount < 1 || o.Recurring.IntervalCount > 36 {
			c.fail(stripewire.Invalid("", "recurring[interval_count]", "The interval count must be between 1 and 36."))
		}
	}
	c.setText(&o.Nickname, "nickname")
	c.setText(&o.LookupKey, "lookup_key")
	c.setMetadata(&o.Metadata)
	if c.err != nil {
		return nil, c.err
	}
	o.ID, o.Product = c.newID("price"), of.ID
	c.emit("price.created", o)
	return c.prices.add(o), nil
}

func getPrice(c *call) (any, error) { return c.prices.fetch(c.ids[0], "price") }

func listPrices(c *call) (any, error) {
	of, within := named(c, c.products, "product"), c.createdWithin()
	return list(c, c.prices, func(o *price) bool { return within(o.Created) && (of == nil || o.Product == of.ID) })
}

func createTaxRate(c *call) (any, error) {
	o := &taxRate{
		Object: "tax_rate", Active: true, Created: c.clock, DisplayName: c.required("display_name"),
		Percentage: json.Number(c.required("percentage")),
	}
	c.required("inclusive")
	o.Inclusive = c.boolean("inclusive", false)
	var known bool
	if o.millionths, known = millionths(string(o.Percentage)); !known && c.err == nil {
		c.fail(stripewire.Invalid("", "percentage", "Invalid percentage: at most four decimals, between 0 and 100."))
	}
	c.setText(&o.Country, "country")
	c.setText(&o.State, "state")
	c.setText(&o.Jurisdiction, "jurisdiction")
	c.setText(&o.Description, "description")
	o.TaxType = nullableText(c.choice("tax_type", "", "gst", "hst", "jct", "pst", "qst", "rst", "sales_tax", "vat"))
	c.setMetadata(&o.Metadata)
	if c.err != nil {
		return nil, c.err
	}
	o.ID = c.newID("txr")
	c.emit("tax_rate.created", o)
	return c.taxRates.add(o), nil
}

func getTaxRate(c *call) (any, error) { return c.taxRates.fetch(c.ids[0], "tax_rate") }

func listTaxRates(c *call) (any, error) {
	within := c.createdWithin()
	return list(c, c.taxRates, func(o *taxRate) bool { return within(o.Created) })
}

// millionths reads a percentage with up to four decimals as a share of a million.
func millionths(percentage string) (int64, bool) {
	whole, fraction, _ := strings.Cut(percentage, ".")
	if whole == "" || len(whole) > 3 || len(fraction) > 4 || (len(whole) > 1 && whole[0] == '0') {
		return 0, false
	}
	share, err := strconv.ParseUint(whole+(fraction + "0000")[:4], 10, 32)
	if strings.HasSuffix(percentage, ".") {
		return 0, false
	}
	return int64(share), err == nil && share <= 1_000_000
}

// ratesNamed reads an array of tax rate ids.
func (c *call) ratesNamed(name string) []*taxRate {
	rates := []*taxRate{}
	for _, id := range c.form.List(name) {
		rate := c.taxRates.find(id)
		if rate == nil {
			c.fail(stripewire.NoSuch(http.StatusBadRequest, c.taxRates.kind, id, name))
			continue
		}
		rates = append(rates, rate)
	}
	return rates
}

// currency reads a required currency as Stripe writes it, in lower case.
func (c *call) currency(name string) string {
	code := strings.ToLower(c.required(name))
	if c.err == nil && (len(code) != 3 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") != "") {
		c.fail(stripewire.Invalid("", name, "Invalid currency: "+code))
	}
	return code
}

// maxAmount is the greatest amount Stripe takes, eight digits.
// Source: Stripe API reference, "Create a PaymentIntent", amount.
const maxAmount = 99_999_999

// quantity reads how many units of a price are billed.
func (c *call) quantity() int64 {
	value := c.integer("quantity", 1)
	if value < 1 || value > 1_000_000 {
		c.fail(stripewire.Invalid(stripewire.CodeParameterInvalidInteger, "quantity", "Invalid quantity: must be between 1 and 1000000."))
	}
	return value
}

// amount reads an amount in minor units that must not be negative.
func (c *call) amount(name string, otherwise int64) int64 {
	value := c.integer(name, otherwise)
	if value < 0 || value > maxAmount {
		c.fail(stripewire.Invalid(stripewire.CodeParameterInvalidInteger, name, "Invalid amount: must be between 0 and 99999999."))
	}
	return value
}
