package sandbox_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"billfold/backend/sandbox"
)

func TestAReceiptIsAPageWithItsPaperBelow(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	paid := c.latestCharge()
	number, link := paid["receipt_number"].(string), paid["receipt_url"].(string)
	if !regexp.MustCompile(`^\d{4}-\d{4}$`).MatchString(number) || paid["receipt_email"] != "dana.whitfield@example.com" {
		t.Errorf("receipt %q to %v", number, paid["receipt_email"])
	}
	if bill := c.invoiceNow(paid["invoice"]); bill["receipt_number"] != number {
		t.Errorf("the invoice says %v", bill["receipt_number"])
	}
	v := newVisitor(t).open(link).sees(200, "Receipt", number, "Paid on", "Visa ending in 4242", "Download receipt")
	v.follow("Download receipt").sees(200, "%PDF-")
	if v.at.String() != link+"/pdf" {
		t.Errorf("the paper is at %s", v.at)
	}
	newVisitor(t).open(link).follow("Download invoice").sees(200, "%PDF-")
	back := c.made("/v1/refunds", "charge", paid["id"].(string), "amount", "100")
	if back["receipt_number"] != number {
		t.Errorf("the refund says %v", back["receipt_number"])
	}
	newVisitor(t).open(link).sees(200, "$1.00 of it was given back")
	newVisitor(t).open(link + "x").sees(404)
}

func TestAPaymentNobodyWasWrittenAboutHasNoReceiptNumber(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	c.made("/v1/customers/"+c.Customer(), "email", "")
	bill := c.openInvoice()["id"].(string)
	now := c.made("/v1/invoices/" + bill + "/pay")
	paid := c.latestCharge()
	if now["receipt_number"] != nil || paid["receipt_number"] != nil || paid["receipt_email"] != nil {
		t.Errorf("%v %v %v", now["receipt_number"], paid["receipt_number"], paid["receipt_email"])
	}
	newVisitor(t).open(paid["receipt_url"].(string)).sees(200, "Receipt")
}

func TestPapersAreFilesAnHonestClientCanCheck(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	paid := c.latestCharge()
	bill := c.invoiceNow(paid["invoice"])
	note := c.made("/v1/credit_notes", "invoice", bill["id"].(string), "amount", "200", "refund_amount", "200")
	for link, name := range map[string]string{
		bill["invoice_pdf"].(string):          "Invoice-" + bill["number"].(string),
		paid["receipt_url"].(string) + "/pdf": "Receipt-" + paid["receipt_number"].(string),
		note["pdf"].(string):                  "Credit-note-" + note["number"].(string),
	} {
		t.Run(name, func(t *testing.T) {
			whole := c.document(link)
			head, err := http.Head(link)
			if err != nil {
				t.Fatal(err)
			}
			defer head.Body.Close()
			for header, want := range map[string]string{
				"Content-Type": "application/pdf", "Content-Length": strconv.Itoa(len(whole)), "Accept-Ranges": "bytes",
				"Content-Disposition": `attachment; filename="` + name + `.pdf"`, "Cache-Control": "no-store",
			} {
				if got := head.Header.Get(header); got != want {
					t.Errorf("%s: %q, want %q", header, got, want)
				}
			}
			r, err := http.NewRequest(http.MethodGet, link, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Range", "bytes=0-4")
			r.Header.Set("If-Range", head.Header.Get("ETag"))
			if v := newVisitor(t).do(r); v.code != http.StatusPartialContent || !strings.HasPrefix(v.body, "%PDF-") || len(v.body) != 5 {
				t.Errorf("a part: %d %q", v.code, v.body)
			}
		})
	}
}
