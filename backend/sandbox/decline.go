package sandbox

import (
	"net/http"

	"billfold/backend/stripewire"
)

// cardError is a 402. Something may have happened before it, so a write that is
// answered with one is kept like one that succeeded.
func cardError(code, declineCode, message string) *stripewire.Error {
	return &stripewire.Error{
		Status: http.StatusPaymentRequired, Type: stripewire.TypeCard, Code: stripewire.Code(code), DeclineCode: declineCode, Message: message,
	}
}

// declineWords are the decline codes that Stripe has words of their own for; the
// rest are a plain card_declined. Among those are the reasons that nobody may be
// told: a lost or stolen card, a suspicion, a block list. What the merchant may
// know of them is the charge's outcome.
// Source: Stripe docs, "Decline codes" and "Error codes".
var declineWords = map[string]struct{ code, message string }{
	"insufficient_funds":      {"card_declined", "Your card has insufficient funds."},
	"card_velocity_exceeded":  {"card_declined", "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."},
	"expired_card":            {"expired_card", "Your card has expired."},
	"incorrect_cvc":           {"incorrect_cvc", "Your card's security code is incorrect."},
	"incorrect_number":        {"incorrect_number", "Your card number is incorrect."},
	"invalid_cvc":             {"invalid_cvc", "Your card's security code is invalid."},
	"invalid_expiry_month":    {"invalid_expiry_month", "Your card's expiration month is invalid."},
	"invalid_expiry_year":     {"invalid_expiry_year", "Your card's expiration year is invalid."},
	"invalid_number":          {"invalid_number", "Your card number is not a valid credit card number."},
	"processing_error":        {"processing_error", "An error occurred while processing your card. Try again in a little bit."},
	"authentication_required": {"authentication_required", "Your card was declined. This transaction requires authentication."},
}

// declineCodes are those a bank can be made to answer with, all of Stripe's but for
// those of card readers and of test mode itself.
// Source: Stripe docs, "Decline codes".
var declineCodes = wordSet(`
authentication_not_handled authentication_required approve_with_id call_issuer card_not_supported card_velocity_exceeded
currency_not_supported do_not_honor do_not_try_again duplicate_transaction expired_card fraudulent generic_decline
incorrect_address incorrect_cvc incorrect_number incorrect_zip insufficient_funds invalid_account invalid_amount invalid_cvc
invalid_expiry_month invalid_expiry_year invalid_number issuer_not_available lost_card merchant_blacklist
new_account_information_available no_action_taken not_permitted pickup_card processing_error reenter_transaction
restricted_card revocation_of_all_authorizations revocation_of_authorization security_violation service_not_allowed
stolen_card stop_payment_order transaction_not_allowed try_again_later withdrawal_count_limit_exceeded
`)

// hardDeclines are final: the same card is not tried again.
// Source: Stripe docs, "Automate payment retries", hard decline codes.
var hardDeclines = wordSet(`
incorrect_number lost_card pickup_card stolen_card revocation_of_authorization revocation_of_all_authorizations
authentication_required highest_risk_level transaction_not_allowed
`)

// declined is the error of a decline code. Where the error code says it all, as of
// an expired card, Stripe gives no decline code beside it.
// Source: Stripe docs, "Test cards", declined payments.
func declined(declineCode string) *stripewire.Error {
	words, special := declineWords[declineCode]
	if !special {
		words.code, words.message = "card_declined", "Your card was declined."
	}
	if words.code != "card_declined" && words.code != "authentication_required" {
		declineCode = ""
	}
	return cardError(words.code, declineCode, words.message)
}
