package sandbox_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"billfold/backend/sandbox"
)

func TestACardNumberIsATestNumberOrRefused(t *testing.T) {
	for number, want := range map[string]string{
		"":                    "incomplete_number/",
		"4242424242424241":    "incorrect_number/",
		"4242":                "incorrect_number/",
		"424242424242424a":    "incorrect_number/",
		"6011000990139424000": "incorrect_number/",
		// Sound check digits, and no test cards of Stripe's.
		"4539578763621486":    "card_declined/test_mode_live_card",
		"5425233430109903":    "card_declined/test_mode_live_card",
		"4111111111111111":    "card_declined/test_mode_live_card",
		"374245455400126":     "card_declined/test_mode_live_card",
		"6304000000000000000": "card_declined/test_mode_live_card",
	} {
		name, code, message := sandbox.CardByNumber(number)
		if name != "" || code != want {
			t.Errorf("%q: %q %s, want %s", number, name, code, want)
		}
		if number != "" && strings.Contains(message, number) {
			t.Errorf("the refusal repeats the number: %s", message)
		}
	}
}

// published is what Stripe's documentation says of a test card.
type published struct {
	number, brand, country string
	// attach is what attaching it to a customer is refused with, "" when it is not;
	// away what comes of a payment while the person is away, present while they are
	// there: paid, confirm, or an error code and decline code.
	attach, away, present string
}

const (
	paid    = "paid"
	confirm = "invoice_payment_intent_requires_action/"
)

func accepted(number, brand, country string) published {
	return published{number, brand, country, "", paid, paid}
}

func unattachable(number, refusal string) published {
	return published{number: number, brand: "visa", country: "US", attach: refusal}
}

// documentedCards is Stripe's page "Test cards", by number.
// Source: docs.stripe.com/testing, the tables of numbers and of PaymentMethods.
var documentedCards = map[string]published{
	"visa":                  accepted("4242424242424242", "visa", "US"),
	"visa_debit":            accepted("4000056655665556", "visa", "US"),
	"mastercard":            accepted("5555555555554444", "mastercard", "US"),
	"mastercard, series 2":  accepted("2223003122003222", "mastercard", "US"),
	"mastercard_debit":      accepted("5200828282828210", "mastercard", "US"),
	"mastercard_prepaid":    accepted("5105105105105100", "mastercard", "US"),
	"amex":                  accepted("378282246310005", "amex", "US"),
	"amex, another":         accepted("371449635398431", "amex", "US"),
	"discover":              accepted("6011111111111117", "discover", "US"),
	"discover, another":     accepted("6011000990139424", "discover", "US"),
	"discover_debit":        accepted("6011981111111113", "discover", "US"),
	"diners":                accepted("3056930009020004", "diners", "US"),
	"diners, 14 digits":     accepted("36227206271667", "diners", "US"),
	"jcb":                   accepted("3566002020360505", "jcb", "JP"),
	"unionpay":              accepted("6200000000000005", "unionpay", "CN"),
	"unionpay_debit":        accepted("6200000000000047", "unionpay", "CN"),
	"unionpay, 19 digits":   accepted("6205500000000000004", "unionpay", "CN"),
	"au":                    accepted("4000000360000006", "visa", "AU"),
	"br":                    accepted("4000000760000002", "visa", "BR"),
	"ca":                    accepted("4000001240000000", "visa", "CA"),
	"ch":                    accepted("4000007560000009", "visa", "CH"),
	"de":                    accepted("4000002760000016", "visa", "DE"),
	"es":                    accepted("4000007240000007", "visa", "ES"),
	"fr":                    accepted("4000002500000003", "visa", "FR"),
	"gb":                    accepted("4000008260000000", "visa", "GB"),
	"hk":                    accepted("4000003440000004", "visa", "HK"),
	"in":                    accepted("4000003560000008", "visa", "IN"),
	"it":                    accepted("4000003800000008", "visa", "IT"),
	"jp":                    accepted("4000003920000003", "visa", "JP"),
	"mx":                    accepted("4000004840008001", "visa", "MX"),
	"nl":                    accepted("4000005280000002", "visa", "NL"),
	"se":                    accepted("4000007520000008", "visa", "SE"),
	"sg":                    accepted("4000007020000003", "visa", "SG"),
	"cvcCheckFail":          accepted("4000000000000101", "visa", "US"),
	"avsFail":               accepted("4000000000000010", "visa", "US"),
	"avsLine1Fail":          accepted("4000000000000028", "visa", "US"),
	"avsZipFail":            accepted("4000000000000036", "visa", "US"),
	"avsUnchecked":          accepted("4000000000000044", "visa", "US"),
	"cvc fails, elevated":   accepted("4000058400307872", "visa", "US"),
	"zip fails, elevated":   accepted("4000058400306072", "visa", "US"),
	"riskLevelElevated":     accepted("4000000000009235", "visa", "US"),
	"pendingRefund":         accepted("4000000000007726", "visa", "US"),
	"refundFail":            accepted("4000000000005126", "visa", "US"),
	"bypassPending":         accepted("4000000000000077", "visa", "US"),
	"3DS optional":          accepted("4000000000003055", "visa", "US"),
	"3DS optional, failing": accepted("4000000000003097", "visa", "US"),

	"declined":           unattachable("4000000000000002", "card_declined/generic_decline"),
	"no funds":           unattachable("4000000000009995", "card_declined/insufficient_funds"),
	"lost":               unattachable("4000000000009987", "card_declined/lost_card"),
	"stolen":             unattachable("4000000000009979", "card_declined/stolen_card"),
	"expired":            unattachable("4000000000000069", "expired_card/"),
	"wrong code":         unattachable("4000000000000127", "incorrect_cvc/"),
	"processing error":   unattachable("4000000000000119", "processing_error/"),
	"too often":          unattachable("4000000000006975", "card_declined/card_velocity_exceeded"),
	"always blocked":     unattachable("4100000000000019", "card_declined/fraudulent"),
	"highest risk":       unattachable("4000000000004954", "card_declined/fraudulent"),
	"declined later":     {"4000000000000341", "visa", "US", "", "card_declined/generic_decline", "card_declined/generic_decline"},
	"3DS unless set up":  {"4000002500003155", "visa", "US", "", confirm, confirm},
	"3DS always":         {"4000002760003184", "visa", "US", "", confirm, confirm},
	"3DS, set up":        {"4000003800000446", "visa", "US", "", paid, confirm},
	"3DS, then no funds": {"4000008260003178", "visa", "US", "", confirm, confirm},
	"3DS, of Ireland":    {"4000000000003220", "visa", "IE", "", confirm, confirm},
	"3DS, of the US":     {"4000008400000027", "visa", "US", "", confirm, confirm},
	"3DS, version 1":     {"4000000000003063", "visa", "US", "", confirm, confirm},
	"3DS, then declined": {"4000008400001629", "visa", "US", "", confirm, confirm},
	"3DS, lookup fails":  {"4000008400001280", "visa", "US", "", "card_declined/generic_decline", "card_declined/generic_decline"},
}

// TestEveryPublishedCardDoesWhatIsWrittenOfIt holds each number against Stripe's
// page, from attaching to payments with and without the person.
func TestEveryPublishedCardDoesWhatIsWrittenOfIt(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	for name, want := range documentedCards {
		t.Run(name, func(t *testing.T) {
			c.tester = t
			token, refused, _ := sandbox.CardByNumber(want.number[:4] + " " + want.number[4:8] + "-" + want.number[8:])
			if token == "" {
				t.Fatalf("%s is refused: %s", want.number, refused)
			}
			made := c.made("/v1/payment_methods", "type", "card", "card[token]", "tok_"+token)
			face := made["card"].(map[string]any)
			if face["last4"] != want.number[len(want.number)-4:] || face["brand"] != want.brand || face["country"] != want.country {
				t.Errorf("its face: %v", face)
			}
			id := made["id"].(string)
			attached := c.post("/v1/payment_methods/"+id+"/attach", "customer", c.Customer())
			if got := outcomeOf(attached); got != want.attach {
				t.Fatalf("attached: %q, want %q", got, want.attach)
			}
			if want.attach != "" {
				return
			}
			for session, outcome := range map[string]string{"true": want.away, "false": want.present} {
				bill := c.openInvoice()["id"].(string)
				answer := c.post("/v1/invoices/"+bill+"/pay", "payment_method", id, "off_session", session)
				if got := outcomeOf(answer); got != strings.TrimPrefix(outcome, paid) {
					t.Errorf("paid with off_session %s: %q, want %q", session, got, outcome)
				}
				c.post("/v1/invoices/" + bill + "/void")
			}
		})
	}
	for _, number := range sandbox.CardNumbers() {
		if !slices.ContainsFunc(slices.Collect(maps.Values(documentedCards)), func(p published) bool { return p.number == number }) {
			t.Errorf("nothing is written of %s", number)
		}
	}
}

// outcomeOf is the error code and decline code of an answer; "" when it is none.
func outcomeOf(a answer) string {
	var envelope struct {
		Error *struct {
			Code    string `json:"code"`
			Decline string `json:"decline_code"`
		} `json:"error"`
	}
	if json.Unmarshal(a.body, &envelope) != nil || envelope.Error == nil {
		return ""
	}
	return envelope.Error.Code + "/" + envelope.Error.Decline
}

// TestEveryPublishedNumberChecksItself holds the table against the standard that
// real numbers follow: a mistyped one would not check.
func TestEveryPublishedNumberChecksItself(t *testing.T) {
	for _, number := range sandbox.CardNumbers() {
		if !sandbox.ChecksItself(number) {
			t.Errorf("%s", number)
		}
	}
}

// TestHiddenReasonsAreHidden: what a bank says of a lost card or of its suspicion is
// told the merchant, and nobody else.
func TestHiddenReasonsAreHidden(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	card := c.made("/v1/payment_methods/pm_card_visa/attach", "customer", c.Customer())["id"].(string)
	for _, code := range []string{"fraudulent", "lost_card", "stolen_card", "pickup_card", "merchant_blacklist"} {
		c.made("/_sandbox/payment_methods/"+card+"/bank", "decline_code", code)
		bill := c.openInvoice()
		v := newVisitor(t).open(bill["hosted_invoice_url"].(string)).send("/pay", "method", card).sees(422, "Your card was declined.")
		for _, word := range []string{"lost", "stolen", "fraud", "blacklist", code} {
			if strings.Contains(strings.ToLower(v.body), word) {
				t.Errorf("%s: the page says %q", code, word)
			}
		}
		if outcome := c.latestCharge()["outcome"].(map[string]any); outcome["reason"] != code {
			t.Errorf("%s: the merchant reads %v", code, outcome)
		}
	}
}

func TestABankAnswersWithEveryDeclineCode(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	card := c.made("/v1/payment_methods/pm_card_visa/attach", "customer", c.Customer())["id"].(string)
	for _, code := range sandbox.DeclineCodes() {
		c.made("/_sandbox/payment_methods/"+card+"/bank", "decline_code", code)
		bill := c.openInvoice()["id"].(string)
		got := outcomeOf(c.post("/v1/invoices/"+bill+"/pay", "payment_method", card))
		if got != "card_declined/"+code && got != code+"/" && got != "authentication_required/authentication_required" {
			t.Errorf("%s: %s", code, got)
		}
	}
}

func TestADecliningCardCannotBeSavedAndSaysWhy(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
	for name, want := range map[string]refused{
		"chargeDeclined":                       {402, "card_error", "card_declined", "", "Your card was declined."},
		"visa_chargeDeclinedInsufficientFunds": {402, "card_error", "card_declined", "", "Your card has insufficient funds."},
		"chargeDeclinedExpiredCard":            {402, "card_error", "expired_card", "", "Your card has expired."},
		"chargeDeclinedIncorrectCvc":           {402, "card_error", "incorrect_cvc", "", "Your card's security code is incorrect."},
		"chargeDeclinedFraudulent":             {402, "card_error", "card_declined", "", "Your card was declined."},
	} {
		a := c.post("/v1/payment_methods/pm_card_"+name+"/attach", "customer", c.Customer())
		if got := a.refusal(t); got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if methods, _ := c.page("/v1/payment_methods?customer=" + c.Customer()); len(methods) != 0 {
		t.Errorf("saved: %v", methods)
	}
}

func TestADetachedMethodIsGoneForGood(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	methods, _ := c.page("/v1/payment_methods?customer=" + c.Customer())
	id := methods[0]["id"].(string)
	c.made("/v1/payment_methods/" + id + "/detach")
	settings := c.get("/v1/customers/" + c.Customer()).object(t)["invoice_settings"].(map[string]any)
	if settings["default_payment_method"] != nil {
		t.Errorf("still the default: %v", settings)
	}
	if r := c.post("/v1/payment_methods/"+id+"/attach", "customer", c.Customer()).refusal(t); r.Status != http.StatusBadRequest {
		t.Errorf("attached again: %+v", r)
	}
}
