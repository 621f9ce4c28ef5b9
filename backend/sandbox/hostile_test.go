package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"billfold/backend/sandbox"
)

// signsOfHostility are of the texts that no field may be spared.
var signsOfHostility = []string{
	"<script>", "\u202E", "../../", "=HYPERLINK", "+1+cmd", "@SUM", "\x00", "\x1b[31m", "DROP TABLE", "${7*7}", "\u200D", "\uFFFD, zero", "ยี่สิบ",
}

// TestHostileTextReachesEveryField: none of the fields that hold text is left
// harmless, and each kind of harm is in every list.
func TestHostileTextReachesEveryField(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "hostile", Now: newHandClock().now})
	of := "customer=" + c.Customer()
	for list, fields := range map[string]string{
		"/v1/customers?": "name email phone description address.line1 address.line2 address.city address.state address.postal_code metadata.note preferred_locales.0",
		"/v1/customers/" + c.Customer() + "/tax_ids?": "value",
		"/v1/products?":                                "name description statement_descriptor unit_label metadata.note",
		"/v1/prices?":                                  "nickname lookup_key metadata.note",
		"/v1/tax_rates?":                               "display_name description state jurisdiction metadata.note",
		"/v1/payment_methods?" + of:                    "card.brand billing_details.name billing_details.email billing_details.phone billing_details.address.line1 billing_details.address.city metadata.note",
		"/v1/subscriptions?" + of:                      "description metadata.note items.data.0.price.nickname",
		"/v1/invoices?" + of:                           "number account_name customer_name customer_email customer_phone customer_address.city customer_tax_ids lines.data.0.description",
		"/v1/invoices?created[gt]=0&status=paid&" + of: "description footer receipt_number statement_descriptor lines.data.1.description metadata.note",
		"/v1/charges?" + of:                            "description calculated_statement_descriptor billing_details.name payment_method_details.card.brand",
		"/v1/credit_notes?" + of:                       "memo number lines.data.0.description metadata.note",
	} {
		data, _ := c.page(list + "&limit=100")
		if len(data) == 0 {
			t.Errorf("%s is empty", list)
		}
		for field := range strings.FieldsSeq(fields) {
			text := ""
			for _, o := range data {
				text += fmt.Sprint(at(o, field))
			}
			for _, sign := range signsOfHostility {
				long := strings.Contains(text, strings.Repeat("Wide", 2500))
				if !strings.Contains(text, sign) && !long {
					t.Errorf("%s %s lacks %q", list, field, sign)
				}
			}
		}
	}
}

// at finds a field by its way through objects and arrays; nil when it is not there.
func at(value any, way string) any {
	for step := range strings.SplitSeq(way, ".") {
		switch node := value.(type) {
		case map[string]any:
			value = node[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(node) {
				return nil
			}
			value = node[i]
		default:
			return nil
		}
	}
	return value
}

func TestHostileAnswersHoldHalfCharactersAndEndlessWords(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "hostile", Now: newHandClock().now})
	body := string(c.get("/v1/invoices?limit=100").body)
	if !strings.Contains(body, `half a character \ud83d, zero`) || !utf8.ValidString(body) {
		t.Error("no lone surrogate, or bytes that are not UTF-8")
	}
	if !strings.Contains(body, strings.Repeat("Wide", 2500)) {
		t.Error("no description of 10,000 characters")
	}
}
