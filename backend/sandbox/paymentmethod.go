package sandbox

import (
	"net/http"
	"time"

	"billfold/backend/stripewire"
)

// testCard is a card that exists for tests only. A card number never reaches the
// sandbox: methods are made from Stripe's published names of test cards.
// Source: Stripe docs, "Test cards", PaymentMethods and Tokens.
type testCard struct {
	brand, last4, funding, country string
}

var testCards = map[string]testCard{
	"visa":               {"visa", "4242", "credit", "US"},
	"visa_debit":         {"visa", "5556", "debit", "US"},
	"mastercard":         {"mastercard", "4444", "credit", "US"},
	"mastercard_debit":   {"mastercard", "8210", "debit", "US"},
	"mastercard_prepaid": {"mastercard", "5100", "prepaid", "US"},
	"amex":               {"amex", "8431", "credit", "US"},
	"discover":           {"discover", "1117", "credit", "US"},
	"diners":             {"diners", "0004", "credit", "US"},
	"jcb":                {"jcb", "0505", "credit", "JP"},
	"unionpay":           {"unionpay", "0005", "credit", "CN"},
}

// cardLasts is how many years a test card is good for.
const cardLasts = 4

func (w *world) newCard(test testCard) *paymentMethod {
	made := time.Unix(w.clock, 0).UTC()
	return &paymentMethod{
		Object: "payment_method", Created: w.clock, Type: "card",
		Card: &card{
			Brand: test.brand, Country: nullableText(test.country), DisplayBrand: nullableText(test.brand),
			Checks:   cardChecks{CVCCheck: "pass"},
			ExpMonth: int(made.Month()), ExpYear: made.Year() + cardLasts,
			Fingerprint: w.digest("card/"+test.brand+test.last4, 16), Funding: test.funding, Last4: test.last4,
			Networks: cardNetworks{Available: []string{test.brand}}, ThreeDSecureUsage: cardSecure{Supported: true},
		},
	}
}

func createPaymentMethod(c *call) (any, error) {
	c.required("type")
	c.choice("type", "", "card")
	token := c.required("card[token]")
	test, known := testCards[trimPrefix(token, "tok_")]
	if !known {
		c.fail(stripewire.NoSuch(http.StatusBadRequest, "token", token, "card[token]"))
	}
	o := c.newCard(test)
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
	c.readBilling(current)
	return current, nil
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
	if test, known := testCards[trimPrefix(id, "pm_card_")]; known {
		return c.newCard(test), nil
	}
	o := c.paymentMethods.find(id)
	switch {
	case o == nil:
		return nil, stripewire.NoSuch(status, c.paymentMethods.kind, id, param)
	case o.Customer != "":
		return nil, stripewire.Invalid("", param, "The payment method you provided has already been attached to a customer.")
	}
	return o, nil
}

func (w *world) attach(o *paymentMethod, owner *customer) {
	o.Customer = nullableText(owner.ID)
	if o.ID == "" {
		o.ID = w.newID("pm")
		w.paymentMethods.add(o)
	}
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
