package sandbox

import (
	"cmp"
	"maps"
	"net/http"
	"time"

	"billfold/backend/stripewire"
)

// cardLasts is how many years a test card is good for.
const cardLasts = 4

func (w *world) newCard(test testCard) *paymentMethod {
	made := time.Unix(w.clock, 0).UTC()
	return &paymentMethod{
		Object: "payment_method", Created: w.clock, Type: "card",
		Card: &card{
			Brand: test.brand, Country: nullableText(test.country), DisplayBrand: nullableText(test.brand),
			Checks: cardChecks{
				AddressLine1Check: nullableText(test.line1), AddressPostalCodeCheck: nullableText(test.postalCode),
				CVCCheck: nullableText(cmp.Or(test.cvc, "pass")),
			},
			ExpMonth: int(made.Month()), ExpYear: made.Year() + cardLasts,
			Fingerprint: w.digest("card/"+test.brand+test.last4, 16), Funding: test.funding, Last4: test.last4,
			Networks: cardNetworks{Available: []string{test.brand}}, ThreeDSecureUsage: cardSecure{Supported: true},
		},
		test: test,
	}
}

func createPaymentMethod(c *call) (any, error) {
	c.required("type")
	c.choice("type", "", "card")
	token := c.required("card[token]")
	test, known := cardNamed(token, "tok_")
	if !known && c.err == nil {
		c.fail(stripewire.NoSuch(http.StatusBadRequest, "token", token, "card[token]"))
	}
	o := c.newCard(test)
	c.readExpiry(o.Card)
	c.readBilling(o)
	if c.err != nil {
		return nil, c.err
	}
	o.ID = c.newID("pm")
	return c.paymentMethods.add(o), nil
}

// trimPrefix takes prefix off, and gives "" for what has none.
func trimPrefix(text, prefix string) string {
	if len(text) <= len(prefix) || text[:len(prefix)] != prefix {
		return ""
	}
	return text[len(prefix):]
}

func (c *call) readBilling(o *paymentMethod) {
	details := c.form.Under("billing_details")
	for name, part := range map[string]*nullableText{
		"email": &o.BillingDetails.Email, "name": &o.BillingDetails.Name, "phone": &o.BillingDetails.Phone,
	} {
		if value, present := details.Get(name); present {
			*part = nullableText(value)
		}
	}
	where := &o.BillingDetails.Address
	c.fillAddress(&where, details.Under("address"))
	c.setMetadata(&o.Metadata)
}

func updatePaymentMethod(c *call) (any, error) {
	current, err := c.paymentMethods.fetch(c.ids[0], "payment_method")
	if err != nil {
		return nil, err
	}
	changed := *current
	if changed.Card != nil {
		twin := *changed.Card
		changed.Card = &twin
		c.readExpiry(changed.Card)
	}
	changed.Metadata = maps.Clone(current.Metadata)
	c.readBilling(&changed)
	if c.err != nil {
		return nil, c.err
	}
	defer c.noting("payment_method.updated", current)()
	moved := changed.Card != nil && (changed.Card.ExpMonth != current.Card.ExpMonth || changed.Card.ExpYear != current.Card.ExpYear)
	*current = changed
	if moved {
		c.planExpiry(current)
	}
	return current, nil
}

// readExpiry reads the month and year a card is good until.
func (c *call) readExpiry(k *card) {
	month, year := c.integer("card[exp_month]", int64(k.ExpMonth)), c.integer("card[exp_year]", int64(k.ExpYear))
	now := time.Unix(c.clock, 0).UTC()
	switch given := c.given("card[exp_month]") || c.given("card[exp_year]"); {
	case c.err != nil || !given:
	case month < 1 || month > 12:
		c.fail(cardError("invalid_expiry_month", "", "Your card's expiration month is invalid."))
	case year < int64(now.Year()) || year > int64(now.Year())+50:
		c.fail(cardError("invalid_expiry_year", "", "Your card's expiration year is invalid."))
	default:
		k.ExpMonth, k.ExpYear = int(month), int(year)
		if k.expired(c.clock) {
			c.fail(cardError("invalid_expiry_month", "", "Your card's expiration month is invalid."))
		}
	}
}

// expired tells whether the month the card was good until is over.
func (k *card) expired(at int64) bool {
	return !time.Unix(at, 0).UTC().Before(time.Date(k.ExpYear, time.Month(k.ExpMonth)+1, 1, 0, 0, 0, 0, time.UTC))
}

// methodToAttach reads the id of a method, or the name of a test card, for which
// a new method is made that is not yet on its shelf; nil when the parameter is
// absent.
func (c *call) methodToAttach(param string) (*paymentMethod, error) {
	id := c.text(param)
	if id == "" {
		return nil, nil
	}
	return c.attachable(id, param, http.StatusBadRequest)
}

func (c *call) attachable(id, param string, status int) (*paymentMethod, error) {
	o := c.paymentMethods.find(id)
	if test, known := cardNamed(id, "pm_card_"); known {
		o = c.newCard(test)
	}
	switch {
	case o == nil:
		return nil, stripewire.NoSuch(status, c.paymentMethods.kind, id, param)
	case o.Customer != "":
		return nil, stripewire.Invalid("", param, "The payment method you provided has already been attached to a customer.")
	case o.detached:
		return nil, stripewire.Invalid("", param, "This PaymentMethod was detached from a customer and may not be used again.")
	case o.test.decline != "" && !o.test.attaches:
		return nil, declined(o.test.decline)
	}
	return o, nil
}

func (w *world) attach(o *paymentMethod, owner *customer) {
	o.Customer = nullableText(owner.ID)
	if o.ID == "" {
		o.ID = w.newID("pm")
		w.paymentMethods.add(o)
	}
	w.planExpiry(o)
	w.emit("payment_method.attached", o)
}

func attachPaymentMethod(c *call) (any, error) {
	owner := needed(c, c.customers, "customer")
	o, err := c.attachable(c.ids[0], "payment_method", http.StatusNotFound)
	if err != nil {
		c.fail(err)
	}
	if c.err != nil {
		return nil, c.err
	}
	c.attach(o, owner)
	return o, nil
}

// detachPaymentMethod takes a method from its customer for good; whatever named
// it as its default has none then.
func detachPaymentMethod(c *call) (any, error) {
	o, err := c.paymentMethods.fetch(c.ids[0], "payment_method")
	if err != nil {
		return nil, err
	}
	owner := c.customers.find(string(o.Customer))
	if o.Customer == "" {
		return nil, stripewire.Invalid("", "", "The payment method you provided is not attached to a customer so detachment is impossible.")
	}
	defer c.noting("payment_method.detached", o)()
	if owner != nil && string(owner.InvoiceSettings.DefaultPaymentMethod) == o.ID {
		defer c.noting("customer.updated", owner)()
		owner.InvoiceSettings.DefaultPaymentMethod = ""
	}
	for _, s := range c.subscriptions.items {
		if string(s.DefaultPaymentMethod) == o.ID {
			defer c.noting("customer.subscription.updated", s)()
			s.DefaultPaymentMethod = ""
		}
	}
	for _, bill := range c.invoices.items {
		if bill != nil && string(bill.DefaultPaymentMethod) == o.ID && (bill.Status == "draft" || bill.Status == "open") {
			defer c.noting("invoice.updated", bill)()
			bill.DefaultPaymentMethod = ""
		}
	}
	o.Customer, o.detached = "", true
	return o, nil
}

func getPaymentMethod(c *call) (any, error) {
	return c.paymentMethods.fetch(c.ids[0], "payment_method")
}

func getCustomerMethod(c *call) (any, error) {
	o, err := c.paymentMethods.fetch(c.ids[1], "payment_method")
	if err == nil && string(o.Customer) != c.ids[0] {
		return nil, stripewire.NoSuch(http.StatusNotFound, c.paymentMethods.kind, c.ids[1], "payment_method")
	}
	return o, err
}

func listPaymentMethods(c *call) (any, error) {
	owner := named(c, c.customers, "customer")
	if owner == nil {
		c.required("customer") // the account's own list is of no use to anybody here
		return nil, c.err
	}
	return c.methodsOf(owner)
}

func listCustomerMethods(c *call) (any, error) {
	owner, err := c.customers.fetch(c.ids[0], "customer")
	if err != nil {
		return nil, err
	}
	return c.methodsOf(owner)
}

func (c *call) methodsOf(owner *customer) (any, error) {
	kind := c.text("type")
	return list(c, c.paymentMethods, func(o *paymentMethod) bool {
		return string(o.Customer) == owner.ID && (kind == "" || o.Type == kind)
	})
}
