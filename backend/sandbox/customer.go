package sandbox

import (
	"strings"

	"billfold/backend/stripewire"
)

func createCustomer(c *call) (any, error) {
	o := &customer{
		Object: "customer", Created: c.clock, NextInvoiceSequence: 1, PreferredLocales: []string{}, TaxExempt: "none",
	}
	c.readCustomer(o)
	redeemed, opening := discountOf(c.readCoupon("coupon", "")), c.signedAmount("balance")
	method, err := c.methodToAttach("payment_method")
	if err != nil {
		c.fail(err)
	}
	var taxes []*taxID
	for _, data := range c.form.Groups("tax_id_data") {
		kind, _ := data.Get("type")
		value, _ := data.Get("value")
		taxes = append(taxes, c.readTaxID(kind, value, "tax_id_data"))
	}
	if c.err != nil {
		return nil, c.err
	}
	o.ID = c.newID("cus")
	o.InvoicePrefix = strings.ToUpper(c.digest("prefix/"+o.ID, 8))
	c.customers.add(o)
	if method != nil {
		c.attach(method, o)
		o.InvoiceSettings.DefaultPaymentMethod = nullableText(method.ID)
	}
	c.emit("customer.created", o)
	c.openBalance(o, opening)
	if redeemed != nil {
		c.discountCustomer(o, redeemed)
	}
	for _, t := range taxes {
		c.addTaxID(o, t)
	}
	return o, nil
}

// readCustomer takes over what both creation and update know.
func (c *call) readCustomer(o *customer) {
	if email := c.text("email"); email != "" && !strings.Contains(email, "@") {
		c.fail(stripewire.Invalid(stripewire.CodeEmailInvalid, "email", "Invalid email address: "+email))
	}
	c.setText(&o.Name, "name")
	c.setText(&o.Email, "email")
	c.setText(&o.Phone, "phone")
	c.setText(&o.Description, "description")
	c.setAddress(&o.Address, "address")
	c.setMetadata(&o.Metadata)
	if locales := c.form.List("preferred_locales"); locales != nil {
		o.PreferredLocales = locales
	}
	o.TaxExempt = c.choice("tax_exempt", o.TaxExempt, "none", "exempt", "reverse")
}

func updateCustomer(c *call) (any, error) {
	current, err := c.customers.fetch(c.ids[0], "id")
	if err != nil {
		return nil, err
	}
	changed := current.copyOf()
	c.readCustomer(changed)
	method := named(c, c.paymentMethods, "invoice_settings[default_payment_method]")
	if method != nil && method.Customer != nullableText(current.ID) {
		c.fail(stripewire.Invalid(stripewire.CodeResourceMissing, "invoice_settings[default_payment_method]",
			"The customer does not have a payment method with the ID "+method.ID+"."))
	}
	c.setText(&changed.InvoiceSettings.DefaultPaymentMethod, "invoice_settings[default_payment_method]")
	redeemed := discountOf(c.readCoupon("coupon", ""))
	if c.err != nil {
		return nil, c.err
	}
	defer c.noting("customer.updated", current)()
	*current = *changed
	if c.given("coupon") {
		c.discountCustomer(current, redeemed)
	}
	return current, nil
}

// copyOf is a customer that can be changed without the other noticing.
func (o *customer) copyOf() *customer {
	twin := *o
	twin.Address = o.Address.copyOf()
	twin.Metadata = metadata{}
	for key, value := range o.Metadata {
		twin.Metadata[key] = value
	}
	return &twin
}

// getCustomer answers a deleted customer with 200 and little else, as Stripe does.
func getCustomer(c *call) (any, error) {
	o, err := c.customers.fetch(c.ids[0], "id")
	if err != nil && c.deleted[c.ids[0]] {
		return deletedObject{ID: c.ids[0], Object: "customer", Deleted: true}, nil
	}
	return o, err
}

func deleteCustomer(c *call) (any, error) {
	o, err := c.customers.fetch(c.ids[0], "id")
	if err != nil {
		return nil, err
	}
	for _, s := range c.subscriptions.items {
		if s.Customer == o.ID && !s.over() {
			c.cancel(s)
		}
	}
	c.emit("customer.deleted", o)
	for _, method := range c.paymentMethods.items {
		if string(method.Customer) == o.ID {
			method.Customer, method.detached = "", true
		}
	}
	c.customers.remove(o.ID)
	c.deleted[o.ID] = true
	return deletedObject{ID: o.ID, Object: "customer", Deleted: true}, nil
}

func listCustomers(c *call) (any, error) {
	email, within := c.text("email"), c.createdWithin()
	return list(c, c.customers, func(o *customer) bool {
		return within(o.Created) && (email == "" || string(o.Email) == email)
	})
}
