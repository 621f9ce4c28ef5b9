package billing_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"billfold/backend/billing"
)

// documented lists the codes a payment can fail with, as Stripe documents them,
// and the group each must be told in. hidden ones are told as a plain decline.
var documented = map[billing.DeclineGroup]string{
	billing.DeclineFundsAndLimits: `insufficient_funds card_velocity_exceeded withdrawal_count_limit_exceeded
		charge_exceeds_transaction_limit charge_exceeds_weekly_limit charge_exceeds_source_limit`,
	billing.DeclineWrongData: `expired_card incorrect_address incorrect_cvc incorrect_number incorrect_zip invalid_cvc
		invalid_expiry_month invalid_expiry_year invalid_number new_account_information_available`,
	billing.DeclineBankRefused: `generic_decline card_declined do_not_honor call_issuer no_action_taken try_again_later
		do_not_try_again approve_with_id not_permitted security_violation service_not_allowed transaction_not_allowed
		fraudulent lost_card stolen_card pickup_card merchant_blacklist highest_risk_level`,
	billing.DeclineConfirmation: `authentication_required authentication_not_handled mobile_device_authentication_required
		invoice_payment_intent_requires_action payment_intent_authentication_failure`,
	billing.DeclineCardNotSuited: `card_not_supported currency_not_supported invalid_account restricted_card testmode_decline
		test_mode_live_card incorrect_pin invalid_pin offline_pin_required online_or_offline_pin_required pin_try_exceeded`,
	billing.DeclineStopped: `stop_payment_order revocation_of_authorization revocation_of_all_authorizations
		debit_not_authorized authorization_revoked debit_disputed`,
	billing.DeclineTechnical: `processing_error issuer_not_available reenter_transaction duplicate_transaction invalid_amount
		payment_method_provider_timeout generic_could_not_process could_not_process`,
	billing.DeclineMethodSpecific: `account_closed bank_account_closed account_frozen bank_account_restricted no_account
		bank_account_invalid_details bank_account_unusable bank_ownership_changed invalid_account_number branch_does_not_exist
		incorrect_account_holder_name debit_authorization_not_match recipient_deceased refer_to_customer invalid_currency
		billing_invalid_mandate payment_method_provider_decline payment_method_customer_decline partner_generic_decline`,
}

var hidden = strings.Fields("fraudulent lost_card stolen_card pickup_card merchant_blacklist highest_risk_level")

func TestEveryDocumentedCodeHasItsGroup(t *testing.T) {
	for group, codes := range documented {
		for _, code := range strings.Fields(codes) {
			asReason := billing.AdviceFor("card_declined", code, "card")
			asFailure := billing.AdviceFor(code, "", "card")
			if asReason.Group != group || asFailure.Group != group {
				t.Errorf("%s is told as %s, as a failure code %s; want %s", code, asReason.Group, asFailure.Group, group)
			}
			if asReason != asFailure {
				t.Errorf("%s: %+v by the bank's reason, %+v by the failure code", code, asReason, asFailure)
			}
		}
	}
	if len(documented) != len(billing.DeclineGroups()) {
		t.Errorf("the list has %d groups of %d", len(documented), len(billing.DeclineGroups()))
	}
}

func TestHiddenReasonsCannotBeToldFromAPlainDecline(t *testing.T) {
	for _, method := range []string{"", "card", "link", "sepa_debit"} {
		plain := billing.AdviceFor("card_declined", "generic_decline", method)
		for _, code := range hidden {
			for _, failure := range []string{"card_declined", code, ""} {
				if got := billing.AdviceFor(failure, code, method); got != plain {
					t.Errorf("%s by %s is told as %+v, a plain decline as %+v", code, method, got, plain)
				}
			}
			if got := billing.AdviceFor(code, "", method); got != plain {
				t.Errorf("%s as a failure code is told as %+v", code, got)
			}
		}
	}
}

func TestAdvice(t *testing.T) {
	for name, test := range map[string]struct {
		failure, reason, method string
		want                    billing.Advice
	}{
		"no code at all": {"", "", "card",
			billing.Advice{Group: billing.DeclineBankRefused, Reason: "generic_decline", Retry: billing.RetryMayHelp, CallBank: true}},
		"a code nobody knows": {"card_declined", "quantum_refusal", "card",
			billing.Advice{Group: billing.DeclineBankRefused, Reason: "generic_decline", Retry: billing.RetryMayHelp, CallBank: true}},
		"a code nobody knows, of a wallet": {"payment_failed", "quantum_refusal", "amazon_pay",
			billing.Advice{Group: billing.DeclineMethodSpecific, Reason: "generic_decline", Retry: billing.RetryMayHelp, CallBank: true}},
		"a reason nobody knows beside a failure code that says more": {"expired_card", "quantum_refusal", "card",
			billing.Advice{Group: billing.DeclineWrongData, Reason: "expired_card", ReasonKnown: true, Retry: billing.RetryAfterChange}},
		"the bank's reason goes first": {"processing_error", "insufficient_funds", "card",
			billing.Advice{Group: billing.DeclineFundsAndLimits, Reason: "insufficient_funds", ReasonKnown: true, Retry: billing.RetryMayHelp}},
		"no funds on a bank account": {"insufficient_funds", "", "us_bank_account",
			billing.Advice{Group: billing.DeclineFundsAndLimits, Reason: "insufficient_funds", ReasonKnown: true, Retry: billing.RetryMayHelp}},
		"an account that is closed": {"account_closed", "", "sepa_debit",
			billing.Advice{Group: billing.DeclineMethodSpecific, Reason: "account_closed", ReasonKnown: true, Retry: billing.RetryIsUseless}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := billing.AdviceFor(test.failure, test.reason, test.method); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

func TestNoAdviceWithoutAWord(t *testing.T) {
	hopes := []billing.RetryHope{billing.RetryMayHelp, billing.RetryAfterChange, billing.RetryIsUseless}
	for _, codes := range documented {
		for _, code := range append(strings.Fields(codes), "", "never_heard_of") {
			for _, method := range []string{"", "card", "link", "us_bank_account", "sepa_debit", "amazon_pay"} {
				got := billing.AdviceFor(code, code, method)
				if !slices.Contains(billing.DeclineGroups(), got.Group) || !slices.Contains(hopes, got.Retry) || got.Reason == "" {
					t.Errorf("%s by %s: %+v", code, method, got)
				}
				if slices.Contains(hidden, got.Reason) {
					t.Errorf("%s is given away", code)
				}
			}
		}
	}
}

func TestWhatTheBankAsksFor(t *testing.T) {
	payment := billing.Payment{
		ID: "ch_1", Amount: usd(38), CreatedAt: 1_790_000_000, Descriptor: "QUILLFORGE", MethodType: "card", Brand: "visa", Last4: "4242",
		Status: "failed", DeclineCode: "do_not_honor",
	}
	want := billing.BankFacts{Amount: usd(38), At: 1_790_000_000, Descriptor: "QUILLFORGE", MethodType: "card", Brand: "visa", Last4: "4242"}
	if got := billing.BankFactsOf(payment); got != want {
		t.Errorf("%+v", got)
	}
}

// The window has a sentence for each of these in every language: its tests read the
// same file.
func TestTheReasonsThatNeedWordsAreListed(t *testing.T) {
	const path = "testdata/reasons.json"
	want, err := json.MarshalIndent(billing.ReasonsWithWords(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != string(want)+"\n" {
		t.Errorf("%s is not the list of reasons (%v); that is\n%s", path, err, want)
	}
}
