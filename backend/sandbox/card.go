package sandbox

import (
	"strings"

	"billfold/backend/stripewire"
)

// testCard is a card that exists for tests only. A method is made from its name,
// which Stripe has published; its number is compared on the hosted pages and
// never kept.
// Source: Stripe docs, "Test cards".
type testCard struct {
	// name is what follows pm_card_ and tok_.
	name, number string
	// token is the name, or for another number of that name one of our own.
	token                          string
	brand, last4, funding, country string
	// decline is the decline code every charge is refused with; "" accepts.
	decline string
	// attaches tells that a card which declines can still be saved.
	attaches bool
	// confirm says when the bank asks the person to confirm a payment.
	confirm confirmation
	// checks are what the bank says of security code and address.
	cvc, line1, postalCode string
	// refund is what becomes of a refund: "" succeeds, or pending, or failed.
	refund string
	// risk is what Radar says of its payments: "" is normal, elevated, or highest,
	// which is refused before the bank is asked.
	risk string
}

// confirmation says when a bank asks for 3-D Secure.
type confirmation int

const (
	confirmNever    confirmation = iota
	confirmAlways                // every payment
	confirmOnce                  // when the person is there, and without them until it was set up once
	confirmInPerson              // only when the person is there, since it was set up before
)

var testCards, testNumbers = indexCards()

func indexCards() (byName, byNumber map[string]testCard) {
	byName, byNumber = map[string]testCard{}, map[string]testCard{}
	for _, c := range publishedCards {
		c.last4 = c.number[len(c.number)-4:]
		if c.brand == "" {
			c.brand = "visa"
		}
		if c.funding == "" {
			c.funding = "credit"
		}
		if c.country == "" {
			c.country = "US"
		}
		c.token = c.name
		if _, taken := byName[c.token]; taken {
			c.token += "_" + c.last4
		}
		byName[c.token] = c
		if _, taken := byNumber[c.number]; !taken {
			byNumber[c.number] = c
		}
	}
	return byName, byNumber
}

// publishedCards is the table of Stripe's documentation: where several numbers
// share a name, or have none, the name of the first counts. Cards that make disputes
// are left out, as there are no disputes here, and so are those whose behaviour is
// only to be seen in a mobile app or by a rule of Radar that an account must set up.
var publishedCards = []testCard{
	{name: "visa", number: "4242424242424242"},
	{name: "visa_debit", number: "4000056655665556", funding: "debit"},
	{name: "mastercard", number: "5555555555554444", brand: "mastercard"},
	{name: "mastercard", number: "2223003122003222", brand: "mastercard"},
	{name: "mastercard_debit", number: "5200828282828210", brand: "mastercard", funding: "debit"},
	{name: "mastercard_prepaid", number: "5105105105105100", brand: "mastercard", funding: "prepaid"},
	{name: "amex", number: "378282246310005", brand: "amex"},
	{name: "amex", number: "371449635398431", brand: "amex"},
	{name: "discover", number: "6011111111111117", brand: "discover"},
	{name: "discover", number: "6011000990139424", brand: "discover"},
	{name: "discover_debit", number: "6011981111111113", brand: "discover", funding: "debit"},
	{name: "diners", number: "3056930009020004", brand: "diners"},
	{name: "diners", number: "36227206271667", brand: "diners"},
	{name: "jcb", number: "3566002020360505", brand: "jcb", country: "JP"},
	{name: "unionpay", number: "6200000000000005", brand: "unionpay", country: "CN"},
	{name: "unionpay_debit", number: "6200000000000047", brand: "unionpay", funding: "debit", country: "CN"},
	{name: "unionpay", number: "6205500000000000004", brand: "unionpay", country: "CN"},

	{name: "us", number: "4242424242424242"},
	{name: "au", number: "4000000360000006", country: "AU"},
	{name: "br", number: "4000000760000002", country: "BR"},
	{name: "ca", number: "4000001240000000", country: "CA"},
	{name: "ch", number: "4000007560000009", country: "CH"},
	{name: "de", number: "4000002760000016", country: "DE"},
	{name: "es", number: "4000007240000007", country: "ES"},
	{name: "fr", number: "4000002500000003", country: "FR"},
	{name: "gb", number: "4000008260000000", country: "GB"},
	{name: "hk", number: "4000003440000004", country: "HK"},
	{name: "in", number: "4000003560000008", country: "IN"},
	{name: "it", number: "4000003800000008", country: "IT"},
	{name: "jp", number: "4000003920000003", country: "JP"},
	{name: "mx", number: "4000004840008001", country: "MX"},
	{name: "nl", number: "4000005280000002", country: "NL"},
	{name: "se", number: "4000007520000008", country: "SE"},
	{name: "sg", number: "4000007020000003", country: "SG"},

	{name: "chargeDeclined", number: "4000000000000002", decline: "generic_decline"},
	{name: "chargeDeclinedInsufficientFunds", number: "4000000000009995", decline: "insufficient_funds"},
	{name: "chargeDeclinedLostCard", number: "4000000000009987", decline: "lost_card"},
	{name: "chargeDeclinedStolenCard", number: "4000000000009979", decline: "stolen_card"},
	{name: "chargeDeclinedExpiredCard", number: "4000000000000069", decline: "expired_card"},
	{name: "chargeDeclinedIncorrectCvc", number: "4000000000000127", decline: "incorrect_cvc"},
	{name: "chargeDeclinedProcessingError", number: "4000000000000119", decline: "processing_error"},
	{name: "chargeDeclinedVelocityLimitExceeded", number: "4000000000006975", decline: "card_velocity_exceeded"},
	{name: "chargeCustomerFail", number: "4000000000000341", decline: "generic_decline", attaches: true},

	// Radar blocks the highest risk unless an account turned that rule off.
	{name: "radarBlock", number: "4100000000000019", decline: "fraudulent", risk: "highest"},
	{name: "chargeDeclinedFraudulent", number: "4100000000000019", decline: "fraudulent", risk: "highest"},
	{name: "riskLevelHighest", number: "4000000000004954", decline: "fraudulent", risk: "highest"},
	{name: "riskLevelElevated", number: "4000000000009235", risk: "elevated"},

	{name: "authenticationRequiredOnSetup", number: "4000002500003155", confirm: confirmOnce},
	{name: "authenticationRequired", number: "4000002760003184", confirm: confirmAlways},
	{name: "authenticationRequiredSetupForOffSession", number: "4000003800000446", confirm: confirmInPerson},
	{name: "authenticationRequiredChargeDeclinedInsufficientFunds", number: "4000008260003178", confirm: confirmAlways, decline: "insufficient_funds", attaches: true},
	{name: "threeDSecure2Required", number: "4000000000003220", confirm: confirmAlways, country: "IE"},
	{name: "threeDSecure2Required", number: "4000008400000027", confirm: confirmAlways},
	{name: "threeDSecureRequired", number: "4000000000003063", confirm: confirmAlways},
	{name: "threeDSecureRequiredChargeDeclined", number: "4000008400001629", confirm: confirmAlways, decline: "generic_decline", attaches: true},
	// The bank's own computer fails before it can ask, so the payment is declined.
	{name: "threeDSecureRequiredProcessingError", number: "4000008400001280", decline: "generic_decline", attaches: true},
	{name: "threeDSecureOptional", number: "4000000000003055"},
	{name: "threeDSecureOptionalProcessingError", number: "4000000000003097"},
	{name: "amex_threeDSecureNotSupported", number: "378282246310005", brand: "amex"},

	{name: "cvcCheckFail", number: "4000000000000101", cvc: "fail"},
	{name: "avsFail", number: "4000000000000010", line1: "fail", postalCode: "fail"},
	{name: "avsLine1Fail", number: "4000000000000028", line1: "fail", postalCode: "pass"},
	{name: "avsZipFail", number: "4000000000000036", line1: "pass", postalCode: "fail"},
	{name: "avsUnchecked", number: "4000000000000044", line1: "unavailable", postalCode: "unavailable"},
	{name: "cvcCheckFailElevatedRisk", number: "4000058400307872", cvc: "fail", risk: "elevated"},
	{name: "avsZipFailElevatedRisk", number: "4000058400306072", line1: "pass", postalCode: "fail", risk: "elevated"},

	{name: "pendingRefund", number: "4000000000007726", refund: "pending"},
	{name: "refundFail", number: "4000000000005126", refund: "failed"},
	{name: "bypassPending", number: "4000000000000077"},
}

// cardNamed finds a test card by a name with the given prefix, pm_card_ or tok_.
// Stripe writes some of the names with the brand in front and some without.
func cardNamed(name, prefix string) (testCard, bool) {
	short := trimPrefix(name, prefix)
	if found, known := testCards[short]; known {
		return found, true
	}
	found, known := testCards[trimPrefix(short, "visa_")]
	return found, known
}

// cardByNumber finds the test card of a number as a person types it, with spaces
// or dashes. Every other number is refused in the way of a hosted page: a real
// one has no place in a sandbox. What is refused is not repeated.
func cardByNumber(number string) (testCard, *stripewire.Error) {
	digits := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(number)
	if found, known := testNumbers[digits]; known {
		return found, nil
	}
	switch {
	case digits == "":
		return testCard{}, cardError("incomplete_number", "", "Enter a card number.")
	case strings.Trim(digits, "0123456789") != "" || len(digits) < 12 || len(digits) > 19 || !luhn(digits):
		return testCard{}, cardError("incorrect_number", "", "Your card number is incorrect.")
	}
	return testCard{}, cardError("card_declined", "test_mode_live_card",
		"This is a sandbox: it takes test cards only, and no real card. Try 4242 4242 4242 4242.")
}

// luhn tells whether the last digit checks the others.
// Source: ISO/IEC 7812-1, annex B.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
