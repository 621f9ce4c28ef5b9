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
// rest are a plain card_declined.
// Source: Stripe docs, "Decline codes" and "Error codes".
var declineWords = map[string]struct{ code, message string }{
	"insufficient_funds":      {"card_declined", "Your card has insufficient funds."},
	"card_velocity_exceeded":  {"card_declined", "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."},
	"expired_card":            {"expired_card", "Your card has expired."},
	"incorrect_cvc":           {"incorrect_cvc", "Your card's security code is incorrect."},
	"incorrect_number":        {"incorrect_number", "Your card number is incorrect."},
	"processing_error":        {"processing_error", "An error occurred while processing your card. Try again in a little bit."},
	"authentication_required": {"authentication_required", "Your card was declined. This transaction requires authentication."},
}

// declineCodes are those a bank can be made to answer with.
// Source: Stripe docs, "Decline codes".
var declineCodes = wordSet(`
authentication_required approve_with_id call_issuer card_not_supported card_velocity_exceeded currency_not_supported
do_not_honor do_not_try_again duplicate_transaction expired_card fraudulent generic_decline incorrect_cvc incorrect_number
incorrect_zip insufficient_funds invalid_account invalid_amount issuer_not_available lost_card merchant_blacklist
new_account_information_available no_action_taken not_permitted pickup_card processing_error reenter_transaction
restricted_card revocation_of_all_authorizations revocation_of_authorization security_violation service_not_allowed
stolen_card stop_payment_order transaction_not_allowed try_again_later withdrawal_count_limit_exceeded
`)

// hardDeclines are final: the same card is not tried again.
// Source: Stripe docs, "Automate payment retries", hard decline codes.
var hardDeclines = wordSet(`
incorrect_number lost_card pickup_card stolen_card revocation_of_authorization revocation_of_all_authorizations
authentication_required transaction_not_allowed
`)

// declined is the error of a decline code.
func declined(declineCode string) *stripewire.Error {
	words, special := declineWords[declineCode]
	if !special {
		words.code, words.message = "card_declined", "Your card was declined."
	}
	return cardError(words.code, declineCode, words.message)
}
