package wording

import (
	"strings"
	"unicode"

	"billfold/backend/billing"
)

// longestName is the longest name, in characters, that a sentence is made with.
const longestName = 80

// brands and types are what methods are called that are not called as Stripe writes them.
var (
	brands = map[string]string{
		"amex": "American Express", "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay",
		"eftpos_au": "Eftpos Australia",
	}
	types = map[string]string{
		"acss_debit": "Pre-authorized debit", "au_becs_debit": "BECS Direct Debit", "bacs_debit": "Bacs Direct Debit",
		"cashapp": "Cash App Pay", "ideal": "iDEAL", "paypal": "PayPal", "sepa_debit": "SEPA Direct Debit",
		"us_bank_account": "US bank account",
	}
)

// Method names a payment method and the end of its number: "Visa •••• 4242".
func (s Speaker) Method(m billing.PaymentMethod) string {
	name := s.methodName(m)
	if m.Last4 != "" {
		name += " •••• " + m.Last4
	}
	return name
}

func (s Speaker) methodName(m billing.PaymentMethod) string {
	word, known := m.Type, types
	if m.Type == "card" || m.Type == "" {
		word, known = m.Brand, brands
	}
	switch {
	case (m.Type == "card" || m.Type == "") && (word == "" || word == "unknown"):
		return s.Say("method_card")
	case known[word] != "":
		return known[word]
	default:
		return Titled(word)
	}
}

// Titled writes a word of Stripe's that has no words here: amazon_pay is "Amazon Pay".
func Titled(word string) string {
	words := strings.FieldsFunc(word, func(r rune) bool { return r == '_' || unicode.IsSpace(r) })
	for i, one := range words {
		words[i] = sentence(one)
	}
	return strings.Join(words, " ")
}

// charged names the method that is charged; "" where that is not known.
func (s Speaker) charged(by *billing.ChargedMethod) string {
	if by == nil || by.Method == nil {
		return ""
	}
	return shortened(s.Method(*by.Method))
}

func shortened(name string) string {
	runes := []rune(name)
	return strings.TrimSpace(string(runes[:min(len(runes), longestName)]))
}
