package support_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
	"billfold/backend/support"
)

// canaries must not leave the machine, wherever a stranger has put them.
var canaries = []string{
	"https://pay.stripe.com/invoice/acct_1/live_YWNjdA?s=ap", "HTTP://evil.example/x", "billfold://invoices/1", "www.evil.example/login",
	"sk_test_4eC39HqLyjWDarjtT1zdp7dc", "sk_live_51H", "rk_live_abc", "whsec_abcdef123", "pi_3Mtw_secret_YrKJUKribcBjcG8HVhfZluoGH",
	"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "Bearer abcdefgh", "4242424242424242", "4000 0000 0000 9995", "3782-822463-10005",
}

func TestACaseHoldsNoSecretLinkOrCard(t *testing.T) {
	for _, canary := range canaries {
		t.Run(canary, func(t *testing.T) {
			scan(t, caseWith("before "+canary+" after"), canary)
		})
	}
}

func scan(t *testing.T, written support.Case, canary string) {
	t.Helper()
	object, err := json.Marshal(written)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"JSON": string(object), "Markdown": written.Markdown()} {
		if strings.Contains(text, canary) || strings.Contains(text, strings.ReplaceAll(canary, "/", `\/`)) {
			t.Errorf("%s holds %q", name, canary)
		}
	}
}

// caseWith puts a text wherever a stranger can.
func caseWith(text string) support.Case {
	var written support.Case
	written.Fill(support.Account{
		Customer: billing.Customer{ID: "cus_1", Name: text, Email: text, Phone: text, Address: billing.Address{Line1: text}},
		Subscriptions: []billing.Subscription{{
			ID: text, Status: billing.SubscriptionStatus(text), Items: []billing.SubscriptionItem{{Plan: text}},
		}},
		Invoices: []billing.Invoice{{ID: "in_1", Number: text, ReceiptNumber: text, Currency: "usd", Summary: text}},
		Payments: []billing.Payment{{
			ID: text, InvoiceID: "in_1", Status: "failed", Brand: text, Last4: text, FailureCode: text, DeclineCode: text, MethodType: text, Descriptor: text,
		}},
	})
	return written
}

func TestAnyTextStaysInItsLineAndColumn(t *testing.T) {
	plain := strings.Split(caseWith("plain").Markdown(), "\n")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		lines := strings.Split(caseWith(text).Markdown(), "\n")
		if len(lines) != len(plain) {
			t.Fatalf("%q breaks out of its line:\n%s", text, strings.Join(lines, "\n"))
		}
		for i, line := range lines {
			if strings.Count(line, "|") != strings.Count(plain[i], "|") {
				t.Fatalf("%q breaks out of its column: %s", text, line)
			}
		}
	})
}

func TestAnEmailIsMasked(t *testing.T) {
	for email, want := range map[string]string{
		"ada@example.com": "a***@example.com", "": "", "@example.com": "", "ada": "", "é@x.example": "é***@x.example",
	} {
		var written support.Case
		written.Fill(support.Account{Customer: billing.Customer{Email: email}})
		if written.Email != want {
			t.Errorf("%q becomes %q, want %q", email, written.Email, want)
		}
	}
}

func TestAHiddenReasonIsToldAsAPlainDecline(t *testing.T) {
	for _, hidden := range []string{"fraudulent", "lost_card", "stolen_card", "pickup_card", "merchant_blacklist"} {
		var written support.Case
		written.Fill(support.Account{Payments: []billing.Payment{{Status: "failed", FailureCode: "card_declined", DeclineCode: hidden}}})
		if got := written.Attempts[0].FailureCode; got != "generic_decline" {
			t.Errorf("%s is told as %s", hidden, got)
		}
	}
}
