package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

const dayLong = 24 * time.Hour

// billDue makes an invoice that is due in so many days; 0 is charged by itself and
// has no due date.
func (c client) billDue(days string) map[string]any {
	c.Helper()
	pairs := []string{"customer", c.Customer(), "auto_advance", "false"}
	if days != "" {
		pairs = append(pairs, "collection_method", "send_invoice", "days_until_due", days)
	}
	id := c.made("/v1/invoices", pairs...)["id"].(string)
	c.made("/v1/invoiceitems", "customer", c.Customer(), "invoice", id, "currency", "usd", "amount", "1234")
	return c.made("/v1/invoices/" + id + "/finalize")
}

// TestAnInvoicesLinkExpires by the rule of Stripe's documentation: 30 days after it
// is due, or was finalized, never later than 120 days, and not within 10 of being
// given out.
func TestAnInvoicesLinkExpires(t *testing.T) {
	for name, test := range map[string]struct {
		due   string
		after int // days
	}{
		"30 days after its due date":                 {"14", 44},
		"30 days after finalizing, without a date":   {"", 30},
		"120 days after finalizing, whatever is due": {"200", 120},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newHandClock()
			c := startFor(t, sandbox.Options{Now: clock.now})
			bill := c.billDue(test.due)
			link, pdf := bill["hosted_invoice_url"].(string), bill["invoice_pdf"].(string)
			clock.advance(time.Duration(test.after) * dayLong)
			newVisitor(t).open(link).sees(200)
			clock.advance(time.Second)
			newVisitor(t).open(link).sees(410, "This link has expired")
			newVisitor(t).open(pdf).sees(410)
			fresh := c.invoiceNow(bill["id"])["hosted_invoice_url"].(string)
			clock.advance(10 * dayLong)
			newVisitor(t).open(fresh).sees(200)
			clock.advance(dayLong)
			newVisitor(t).open(fresh).sees(410)
			newVisitor(t).open(link + "x").sees(404)
		})
	}
}

func TestLinksCanBeTakenBackOnPurpose(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	bill := c.billDue("14")
	c.made("/_sandbox/links/withdraw")
	newVisitor(t).open(bill["hosted_invoice_url"].(string)).sees(410)
	newVisitor(t).open(c.invoiceNow(bill["id"])["hosted_invoice_url"].(string)).sees(200)
}

// latestCharge is the newest payment of the account.
func (c client) latestCharge() map[string]any {
	c.Helper()
	charges, _ := c.page("/v1/charges?limit=1")
	return charges[0]
}

func TestAReceiptsLinkExpiresAfterThirtyDays(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	link := c.latestCharge()["receipt_url"].(string)
	clock.advance(30 * dayLong)
	newVisitor(t).open(link).sees(200)
	clock.advance(dayLong)
	newVisitor(t).open(link).sees(410, "Mail me a new link")
	newVisitor(t).open(link + "/pdf").sees(410)
}

func TestAnExpiredLinkIsMailedAnewToItsOwnerOnly(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	for kind, link := range map[string]string{
		"invoice": c.billDue("14")["hosted_invoice_url"].(string), "receipt": c.latestCharge()["receipt_url"].(string),
	} {
		t.Run(kind, func(t *testing.T) {
			c.tester = t
			c.made("/_sandbox/links/withdraw")
			before := len(c.letters())
			v := newVisitor(t).open(link).sees(410, "This link has expired", "Quillforge")
			stranger := v.send("/mail", "email", "stranger@example.com").sees(200, "Look into your mailbox").body
			if len(c.letters()) != before {
				t.Fatal("a stranger got a letter")
			}
			owner := newVisitor(t).open(link).send("/mail", "email", " Dana.Whitfield@example.com").sees(200, "Look into your mailbox").body
			if owner != stranger {
				t.Error("the page tells whose address was right")
			}
			if got := c.letters(); len(got) != before+1 || got[before] != "new link" {
				t.Fatalf("letters: %v", got)
			}
			outbox := string(c.get("/outbox").body)
			start := strings.Index(outbox, c.URL())
			fresh := outbox[start : start+strings.IndexAny(outbox[start:], "\"<\n ")]
			newVisitor(t).open(fresh).sees(200)
		})
	}
}

func TestAPortalLinkIsNotUsedUpByLookingAtIt(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	link := c.made("/v1/billing_portal/sessions", "customer", c.Customer())["url"].(string)
	ask := func(method, header, value string) int {
		r := httptest.NewRequest(method, link, nil)
		r.RequestURI = ""
		r.Header.Set(header, value)
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.Header.Get("Set-Cookie") != "" || response.Header.Get("Location") != "" {
			t.Errorf("%s %s: a visit was given out", method, header)
		}
		return response.StatusCode
	}
	if got := ask(http.MethodHead, "Accept", "*/*"); got != 200 {
		t.Errorf("HEAD: %d", got)
	}
	for header, value := range map[string]string{"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"} {
		if got := ask(http.MethodGet, header, value); got != 503 {
			t.Errorf("%s: %d", header, got)
		}
	}
	newVisitor(t).open(link).sees(200, "Current plan")
	if got := ask(http.MethodHead, "Accept", "*/*"); got != 410 {
		t.Errorf("HEAD of a used link: %d", got)
	}
}
