package sandbox

// leastCharges are the smallest amounts that can be charged, in minor units, of
// the currencies for which there is one of their own.
// Source: Stripe docs, "Supported currencies", Minimum and maximum charge amounts.
var leastCharges = map[string]int64{
	"usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
	"gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200,
	"ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}

// tooSmall is what of an amount to be charged cannot be, because it is too small:
// all of it or nothing. It is left for the next invoice by way of the customer's
// balance, which has to be in the same currency.
// Source: Stripe API reference, "Invoices": amount_due.
func (w *world) tooSmall(amount int64, currency string, owner *customer) int64 {
	holds := owner.Currency == "" || string(owner.Currency) == currency
	if w.chargesAny || !holds || amount >= leastCharges[currency] {
		return 0
	}
	return amount
}

// setLeastCharge lets amounts below the least charge be charged all the same, or
// not. It is the sandbox's own, for what Stripe would not let come about.
func setLeastCharge(c *call) (any, error) {
	c.required("applies")
	applies := c.boolean("applies", true)
	if c.err != nil {
		return nil, c.err
	}
	c.chargesAny = !applies
	return struct {
		Object  string `json:"object"`
		Applies bool   `json:"applies"`
	}{"_sandbox.least_charge", applies}, nil
}
