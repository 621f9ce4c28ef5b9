package sandbox_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"billfold/backend/sandbox"
)

// sold is a paid invoice of three seats at 10.01 USD with 10 % off and tax.
func sold(t *testing.T, inclusive string) (c client, bill, line string) {
	c = startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
	c.made("/v1/coupons", "id", "TENTH", "percent_off", "10", "duration", "forever")
	rate := c.made("/v1/tax_rates", "display_name", "VAT", "percentage", "19", "inclusive", inclusive)["id"].(string)
	customer := c.made("/v1/customers", "payment_method", "pm_card_visa", "coupon", "TENTH")["id"].(string)
	c.made("/v1/customers/"+customer, "invoice_settings[default_payment_method]", c.methodOf(customer))
	product := c.made("/v1/products", "name", "Seat")["id"].(string)
	price := c.made("/v1/prices", "product", product, "currency", "usd", "unit_amount", "1001")["id"].(string)
	bill = c.made("/v1/invoices", "customer", customer, "currency", "usd", "default_tax_rates[0]", rate)["id"].(string)
	c.made("/v1/invoiceitems", "customer", customer, "invoice", bill, "price", price, "quantity", "3")
	paid := c.made("/v1/invoices/" + bill + "/pay")
	return c, bill, paid["lines"].(map[string]any)["data"].([]any)[0].(map[string]any)["id"].(string)
}

func (c client) methodOf(customer string) string {
	c.Helper()
	methods, _ := c.page("/v1/payment_methods?customer=" + customer)
	return methods[0]["id"].(string)
}

func TestACreditNoteTakesDiscountAndTaxBackWithItsLines(t *testing.T) {
	for inclusive, want := range map[string]string{
		"false": "subtotal 1001, off 100, net 901, tax 171, total 1072",
		"true":  "subtotal 1001, off 100, net 757, tax 144, total 901",
	} {
		t.Run("inclusive "+inclusive, func(t *testing.T) {
			c, bill, line := sold(t, inclusive)
			total := want[strings.LastIndex(want, " ")+1:]
			pairs := []string{"invoice", bill, "refund_amount", total, "lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", line, "lines[0][quantity]", "1"}
			preview := c.get("/v1/credit_notes/preview?" + formOf(pairs)).object(t)
			note := c.made("/v1/credit_notes", pairs...)
			for _, n := range []map[string]any{preview, note} {
				got := fmt.Sprintf("subtotal %v, off %v, net %v, tax %v, total %v", n["subtotal"], n["discount_amount"], n["total_excluding_tax"], sumOf(n["tax_amounts"], nil), n["total"])
				if got != want {
					t.Errorf("%s, want %s", got, want)
				}
			}
			if notes, _ := c.page("/v1/credit_notes?"); len(notes) != 1 || notes[0]["number"] != preview["number"] {
				t.Errorf("%d credit notes, number %v", len(notes), preview["number"])
			}
		})
	}
}

func TestPapersShowWhatWasTakenOffAndTakenBack(t *testing.T) {
	c, bill, line := sold(t, "false")
	note := c.made("/v1/credit_notes", "invoice", bill, "refund_amount", "1072", "lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", line, "lines[0][quantity]", "1")
	for link, says := range map[any][]string{
		c.get("/v1/invoices/" + bill).object(t)["invoice_pdf"]: {"Subtotal 30.03", "Discount: TENTH (10% off) -3.00", "Total excluding tax 27.03", "VAT 19% on 27.03 5.14", "Total USD 32.17"},
		note["pdf"]: {"Subtotal 10.01", "Discount: TENTH (10% off) -1.00", "Total excluding tax 9.01", "VAT 19% on 9.01 1.71", "Total credited USD 10.72"},
	} {
		text := textOf(t, c.document(link.(string)))
		for _, want := range says {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
	}
}

// textOf is what can be copied out of a PDF, with single spaces.
func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	command := exec.Command("pdftotext", "-layout", "-", "-")
	command.Stdin = bytes.NewReader(pdf)
	text, err := command.Output()
	if err != nil {
		t.Fatalf("pdftotext (Debian package poppler-utils): %v", err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

func TestThePartsOfALineAreTheLineToTheLastCent(t *testing.T) {
	c, bill, line := sold(t, "false")
	whole, sum := c.get("/v1/invoices/" + bill).object(t)["total"].(float64), 0
	for _, amount := range []string{"1", "333", "1667", "1002"} {
		pairs := []string{"invoice", bill, "lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", line, "lines[0][amount]", amount}
		refused := c.post("/v1/credit_notes", append(pairs, "amount", "0")...).refusal(t)
		var total int
		if _, err := fmt.Sscanf(refused.Message, "The amount must equal the total of the lines, which is %d.", &total); err != nil {
			t.Fatalf("%+v", refused)
		}
		c.made("/v1/credit_notes", append(pairs, "credit_amount", fmt.Sprint(total))...)
		sum += total
	}
	if float64(sum) != whole {
		t.Errorf("the parts came to %v, the invoice to %v", sum, whole)
	}
	if r := c.post("/v1/credit_notes", "invoice", bill, "credit_amount", "1", "lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", line, "lines[0][amount]", "1").refusal(t); r.Param != "lines" {
		t.Errorf("a cent more: %+v", r)
	}
}

func TestACreditNoteOfNonsenseIsRefused(t *testing.T) {
	c, bill, line := sold(t, "false")
	for name, pairs := range map[string][]string{
		"nothing":               {},
		"an unknown line":       {"lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", "il_none", "lines[0][quantity]", "1"},
		"too many units":        {"lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", line, "lines[0][quantity]", "4"},
		"units and an amount":   {"lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", line, "lines[0][quantity]", "1", "lines[0][amount]", "1"},
		"no type":               {"lines[0][invoice_line_item]", line, "lines[0][quantity]", "1"},
		"custom without a name": {"lines[0][type]", "custom_line_item", "lines[0][unit_amount]", "5"},
		"another total":         {"amount", "6", "lines[0][type]", "custom_line_item", "lines[0][description]", "A", "lines[0][unit_amount]", "5"},
		"the same line twice": {"lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", line, "lines[0][quantity]", "2",
			"lines[1][type]", "invoice_line_item", "lines[1][invoice_line_item]", line, "lines[1][quantity]", "2"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := c.post("/v1/credit_notes", append(pairs, "invoice", bill, "credit_amount", "5")...).refusal(t); r.Status != 400 {
				t.Errorf("%+v", r)
			}
		})
	}
}
