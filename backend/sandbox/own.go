package sandbox

import (
	"net/http"

	"billfold/backend/stripewire"
)

// ownRoutes is what Stripe has no endpoint for: the merchant's choices in its
// dashboard, and what a bank or a person at their bank does. They are requests
// like the others, so the journal keeps them.
var ownRoutes = []route{
	{"POST", "/_sandbox/dunning", "tries days end days_past_due", "", setDunning},
	{"POST", "/_sandbox/least_charge", "applies", "", setLeastCharge},
	{"POST", "/_sandbox/links/withdraw", "", "", withdrawLinks},
	{"POST", "/_sandbox/links/mail", "invoice charge", "", mailLink},
	{"POST", "/_sandbox/payment_intents/*/authenticate", "outcome", "payment_intent", endChallenge},
	{"POST", "/_sandbox/payment_methods/*/bank", "decline_code confirmed", "payment_method", setBank},
}

// endChallenge is what a person does on their bank's page.
func endChallenge(c *call) (any, error) {
	intent, err := c.intents.fetch(c.ids[0], "intent")
	if err != nil {
		return nil, err
	}
	c.required("outcome")
	ending := c.choice("outcome", "", confirmationCompleted, confirmationFailed)
	if c.err != nil {
		return nil, c.err
	}
	if refused := c.authenticate(intent, ending); refused != nil {
		return nil, refused
	}
	return intent, nil
}

// setBank changes how the bank behind a method answers from now on: with a
// decline code, or well when it is empty. confirmed tells that its owner has
// confirmed the card to the bank, or not.
func setBank(c *call) (any, error) {
	method, err := c.paymentMethods.fetch(c.ids[0], "payment_method")
	if err != nil {
		return nil, err
	}
	code, change := c.form.Get("decline_code")
	confirmed := c.boolean("confirmed", method.confirmed)
	if code != "" && !declineCodes[code] {
		c.fail(stripewire.NoSuch(http.StatusBadRequest, "decline code", code, "decline_code"))
	}
	if c.err != nil {
		return nil, c.err
	}
	if change {
		method.test.decline = code
	}
	method.confirmed = confirmed
	return method, nil
}
