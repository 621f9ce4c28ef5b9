package billing

// DeclineGroup sorts the reasons for which a payment fails by what a subscriber
// can do about them.
type DeclineGroup string

// The groups.
const (
	DeclineFundsAndLimits DeclineGroup = "funds_and_limits"
	DeclineWrongData      DeclineGroup = "expired_or_wrong_data"
	DeclineBankRefused    DeclineGroup = "bank_refused"
	DeclineConfirmation   DeclineGroup = "needs_confirmation"
	DeclineCardNotSuited  DeclineGroup = "card_not_suited"
	DeclineStopped        DeclineGroup = "stopped_by_subscriber"
	DeclineTechnical      DeclineGroup = "technical"
	DeclineMethodSpecific DeclineGroup = "method_specific"
)

// plainDecline is what a bank answers that gives no reason.
const plainDecline = "generic_decline"

// DeclineGroups lists all eight.
func DeclineGroups() []DeclineGroup {
	return []DeclineGroup{
		DeclineFundsAndLimits, DeclineWrongData, DeclineBankRefused, DeclineConfirmation,
		DeclineCardNotSuited, DeclineStopped, DeclineTechnical, DeclineMethodSpecific,
	}
}

// RetryHope says whether the same attempt can succeed later.
type RetryHope string

// The hopes of a retry.
const (
	RetryMayHelp     RetryHope = "may_help"     // as it is, at another time
	RetryAfterChange RetryHope = "after_change" // once the subscriber has changed something
	RetryIsUseless   RetryHope = "useless"      // not with this method
)

// Advice is what a failed payment means and what helps.
type Advice struct {
	Group DeclineGroup `json:"group"`
	// Reason is the word for why: a decline or failure code of Stripe's. Reasons
	// that nobody but the bank may tell are generic_decline.
	Reason string `json:"reason"`
	// ReasonKnown is false when the bank gave no reason, or none that may be told.
	ReasonKnown bool      `json:"reason_known"`
	Retry       RetryHope `json:"retry"`
	// CallBank tells whether only the bank can say more or lift the refusal.
	CallBank bool `json:"call_bank"`
}

// BankFacts are what a bank asks for to find a refused charge: the sentence to
// read to them is made of these.
type BankFacts struct {
	Amount Money `json:"amount"`
	At     Time  `json:"at"`
	// Descriptor is the vendor's name as the bank sees it, "" when unknown.
	Descriptor string `json:"descriptor"`
	MethodType string `json:"method_type"`
	Brand      string `json:"brand"`
	Last4      string `json:"last4"`
}

// BankFactsOf gives the facts of one payment.
func BankFactsOf(p Payment) BankFacts {
	return BankFacts{Amount: p.Amount, At: p.CreatedAt, Descriptor: p.Descriptor, MethodType: p.MethodType, Brand: p.Brand, Last4: p.Last4}
}

type declineRow struct {
	group    DeclineGroup
	retry    RetryHope
	callBank bool
	// unsaid marks the reasons that say nothing.
	unsaid bool
}

func rowsOf(row declineRow, codes ...string) map[string]declineRow {
	rows := make(map[string]declineRow, len(codes))
	for _, code := range codes {
		rows[code] = row
	}
	return rows
}

// declineTable has a row for every decline code of cards that Stripe documents,
// for the failure codes of bank debits, and for those of wallets.
// Sources: docs.stripe.com/declines/codes; docs.stripe.com/declines/network-codes
// (ACH Direct Debit); "SEPA Direct Debit", failed payments; docs.stripe.com/
// error-codes, the ones a payment can fail with.
var declineTable = merged(
	rowsOf(declineRow{group: DeclineFundsAndLimits, retry: RetryMayHelp},
		"insufficient_funds", "card_velocity_exceeded", "withdrawal_count_limit_exceeded"),
	rowsOf(declineRow{group: DeclineFundsAndLimits, retry: RetryMayHelp, callBank: true},
		"charge_exceeds_transaction_limit", "charge_exceeds_weekly_limit", "charge_exceeds_source_limit"),
	rowsOf(declineRow{group: DeclineWrongData, retry: RetryAfterChange},
		"expired_card", "incorrect_address", "incorrect_cvc", "incorrect_number", "incorrect_zip", "invalid_cvc",
		"invalid_expiry_month", "invalid_expiry_year", "invalid_number", "new_account_information_available"),
	rowsOf(declineRow{group: DeclineBankRefused, retry: RetryMayHelp, callBank: true, unsaid: true},
		plainDecline, "card_declined", "do_not_honor", "call_issuer", "no_action_taken", "try_again_later",
		"do_not_try_again", "approve_with_id"),
	rowsOf(declineRow{group: DeclineBankRefused, retry: RetryMayHelp, callBank: true},
		"not_permitted", "security_violation", "service_not_allowed"),
	rowsOf(declineRow{group: DeclineBankRefused, retry: RetryIsUseless, callBank: true}, "transaction_not_allowed"),
	rowsOf(declineRow{group: DeclineConfirmation, retry: RetryAfterChange},
		"authentication_required", "authentication_not_handled", "mobile_device_authentication_required",
		"invoice_payment_intent_requires_action", "payment_intent_action_required", "payment_intent_authentication_failure",
		"subscription_payment_intent_requires_action", "setup_intent_authentication_failure"),
	rowsOf(declineRow{group: DeclineCardNotSuited, retry: RetryIsUseless, callBank: true},
		"invalid_account", "restricted_card"),
	rowsOf(declineRow{group: DeclineCardNotSuited, retry: RetryIsUseless},
		"card_not_supported", "currency_not_supported", "testmode_decline", "test_mode_live_card", "invalid_card_type",
		"payment_method_currency_mismatch", "live_mode_test_card"),
	// A PIN is only ever asked for at a till: the card does not do payments like these.
	rowsOf(declineRow{group: DeclineCardNotSuited, retry: RetryIsUseless, callBank: true},
		"incorrect_pin", "invalid_pin", "offline_pin_required", "online_or_offline_pin_required", "pin_try_exceeded"),
	rowsOf(declineRow{group: DeclineStopped, retry: RetryIsUseless, callBank: true},
		"stop_payment_order", "revocation_of_authorization", "revocation_of_all_authorizations"),
	rowsOf(declineRow{group: DeclineTechnical, retry: RetryMayHelp},
		"processing_error", "issuer_not_available", "reenter_transaction", "duplicate_transaction", "invalid_amount",
		"payment_method_provider_timeout", "could_not_process", "generic_could_not_process", "card_decline_rate_limit_exceeded",
		"payment_intent_payment_attempt_failed", "payment_intent_payment_attempt_expired"),
	bankDebitRows(), walletRows(),
)

// bankDebitRows are those of us_bank_account and sepa_debit: an account that is
// closed stays so, a mandate has to be given anew.
func bankDebitRows() map[string]declineRow {
	return merged(
		rowsOf(declineRow{group: DeclineMethodSpecific, retry: RetryIsUseless},
			"account_closed", "bank_account_closed", "no_account", "invalid_account_number", "account_number_invalid",
			"bank_account_invalid_details", "bank_account_unusable", "bank_account_bad_routing_numbers",
			"branch_does_not_exist", "incorrect_account_holder_name", "incorrect_account_holder_address",
			"incorrect_account_holder_tax_id", "bank_ownership_changed", "recipient_deceased", "invalid_currency",
			"sepa_unsupported_account", "payment_method_bank_account_blocked", "payment_method_microdeposit_failed",
			"bank_account_unverified", "bank_account_verification_failed"),
		rowsOf(declineRow{group: DeclineMethodSpecific, retry: RetryIsUseless, callBank: true},
			"account_frozen", "bank_account_restricted", "bank_account_declined", "refer_to_customer"),
		rowsOf(declineRow{group: DeclineMethodSpecific, retry: RetryIsUseless},
			"debit_authorization_not_match", "billing_invalid_mandate", "payment_intent_mandate_invalid",
			"invalid_mandate", "mandate_canceled"),
		rowsOf(declineRow{group: DeclineStopped, retry: RetryIsUseless, callBank: true},
			"debit_not_authorized", "authorization_revoked", "debit_disputed"),
	)
}

// walletRows are those of link, paypal, amazon_pay and their like.
func walletRows() map[string]declineRow {
	return merged(
		rowsOf(declineRow{group: DeclineMethodSpecific, retry: RetryAfterChange},
			"payment_method_provider_decline", "payment_method_customer_decline", "payment_method_not_available",
			"payment_method_unactivated", "partner_generic_decline", "customer_session_expired", "customer_canceled",
			"customer_not_authorized"),
		rowsOf(declineRow{group: DeclineMethodSpecific, retry: RetryIsUseless},
			"payment_method_unsupported_type", "payment_intent_incompatible_payment_method", "payment_method_unexpected_state"),
	)
}

func merged(parts ...map[string]declineRow) map[string]declineRow {
	all := map[string]declineRow{}
	for _, part := range parts {
		for code, row := range part {
			all[code] = row
		}
	}
	return all
}

// hiddenDeclines are told as a plain decline, in every respect: they say of a
// person that a card was stolen or a payment suspected, which may be wrong, and
// tell a thief what the bank knows.
// Source: docs.stripe.com/declines/codes, "present as generic_decline".
var hiddenDeclines = map[string]bool{
	"fraudulent": true, "lost_card": true, "stolen_card": true, "pickup_card": true, "merchant_blacklist": true,
	"highest_risk_level": true, "elevated_risk_level": true, "rule": true, "partner_high_risk": true,
}

// ToldReason is a failure or decline code as a subscriber may see it: a hidden one
// is a plain decline.
func ToldReason(code string) string {
	if hiddenDeclines[code] {
		return plainDecline
	}
	return code
}

// finalDeclines are the reasons after which Stripe does not try the method again,
// of those that may be told.
// Source: docs.stripe.com/billing/revenue-recovery/smart-retries, hard declines.
var finalDeclines = map[string]bool{
	"incorrect_number": true, "revocation_of_authorization": true, "revocation_of_all_authorizations": true,
	"authentication_required": true, "transaction_not_allowed": true,
}

// AdviceFor sorts a failure: failureCode is Stripe's error code, declineCode the
// bank's reason, methodType the kind of method that was charged; each may be "".
// The bank's reason goes before the failure code. A code that is in no table is
// the bank's refusal for a card, and the method's own affair for anything else.
func AdviceFor(failureCode, declineCode, methodType string) Advice {
	if hiddenDeclines[failureCode] {
		declineCode = plainDecline
	}
	declineCode = ToldReason(declineCode)
	for _, code := range []string{declineCode, failureCode} {
		if row, known := declineTable[code]; known {
			return row.advice(code, methodType)
		}
	}
	return declineTable[plainDecline].advice(plainDecline, methodType)
}

func (row declineRow) advice(code, methodType string) Advice {
	if row.unsaid {
		code = plainDecline
	}
	advice := Advice{Group: row.group, Reason: code, ReasonKnown: !row.unsaid, Retry: row.retry, CallBank: row.callBank}
	if row.unsaid && !mayBeCard(methodType) {
		advice.Group = DeclineMethodSpecific
	}
	return advice
}

// mayBeCard tells whether a refusal may be spoken of as a card's.
func mayBeCard(methodType string) bool {
	return methodType == "" || methodType == "card" || methodType == "card_present"
}

// AdviceOf is AdviceFor a payment that failed.
func AdviceOf(p Payment) Advice { return AdviceFor(p.FailureCode, p.DeclineCode, p.MethodType) }
