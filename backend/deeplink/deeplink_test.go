package deeplink_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
	"billfold/backend/deeplink"
)

func TestParseReads(t *testing.T) {
	cases := map[string]deeplink.Destination{
		"":                                  {View: "overview"},
		"billfold://":                       {View: "overview"},
		"billfold://overview":               {View: "overview"},
		"billfold://invoices/":              {View: "invoices"},
		"invoices":                          {View: "invoices"},
		"invoices/in_1PabcDEF":              {View: "invoices", ID: "in_1PabcDEF"},
		"billfold://invoices/78SW2CFJ-0006": {View: "invoices", ID: "78SW2CFJ-0006"},
		"billfold://payment-methods":        {View: "payment-methods"},
	}
	for text, want := range cases {
		t.Run(text, func(t *testing.T) {
			got, err := deeplink.Parse(text)
			if err != nil || got != want {
				t.Fatalf("Parse(%q) = %+v, %v; want %+v", text, got, err, want)
			}
		})
	}
}

func TestParseRefusesWhole(t *testing.T) {
	cases := []string{
		"https://example.com", "billfold:invoices", "BILLFOLD://invoices", "billfold://evil@invoices",
		"billfold://invoices/in_1?token=x", "billfold://invoices#x", "billfold://invoices/in_1/pay",
		"billfold://invoices/../overview", "billfold://invoices/%2e%2e", "billfold://invoices/-rf",
		"invoices/" + strings.Repeat("a", 129), "invoices/in 1", "invoices/in_1\n", "--version",
		"overview/in_1", "billfold://billfold://invoices", "javascript:alert(1)", "invoices/\u202egpj", "/etc/passwd",
	}
	for _, text := range cases {
		t.Run(text, func(t *testing.T) {
			got, err := deeplink.Parse(text)
			if billing.CodeOf(err) != billing.CodeInvalid || got != (deeplink.Destination{}) {
				t.Fatalf("Parse(%q) = %+v, %v; want a refusal", text, got, err)
			}
		})
	}
}

func TestParseNeverLetsThroughWhatItCannotWriteBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`(billfold://)?[a-z-]{0,12}(/[A-Za-z0-9_%./-]{0,20})?`)).Draw(t, "text")
		got, err := deeplink.Parse(text)
		if err != nil {
			return
		}
		again, err := deeplink.Parse(got.String())
		if err != nil || again != got {
			t.Fatalf("Parse(%q) = %+v, which reads back as %+v, %v", text, got, again, err)
		}
	})
}
