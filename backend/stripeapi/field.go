package stripeapi

import (
	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
)

// fields are the parameters that a person fills in, as Stripe names them and as
// the product does.
var fields = map[string]string{
	"name": "name", "phone": "phone", "type": "type", "value": "value",
	"address": "address", "address[line1]": "address.line1", "address[line2]": "address.line2",
	"address[city]": "address.city", "address[state]": "address.state",
	"address[postal_code]": "address.postal_code", "address[country]": "address.country",
}

// explainField says which of the things a person entered the server refused, and
// what to do about it.
// Source: Stripe docs, "Error codes".
func explainField(refused *billing.Error, cause *refusal) {
	refused.Field = fields[cause.param]
	switch stripe.ErrorCode(cause.code) {
	case stripe.ErrorCodeTaxIDInvalid:
		refused.Field = "value"
		refused.Message = "This is not the form that a tax ID of this type has. Check it against your registration."
	case stripe.ErrorCodeCustomerTaxLocationInvalid:
		refused.Field = "address"
		refused.Message = "The tax cannot be worked out for this address. Check the country, the state and the postal code."
	case stripe.ErrorCodePostalCodeInvalid:
		refused.Field = "address.postal_code"
		refused.Message = "The postal code does not belong to this address."
	case stripe.ErrorCodeCountryUnsupported:
		refused.Field = "address.country"
		refused.Message = "The vendor cannot bill to this country."
	default:
		if refused.Field != "" {
			refused.Message = "The billing server does not accept this. Check what you entered."
		}
	}
}
