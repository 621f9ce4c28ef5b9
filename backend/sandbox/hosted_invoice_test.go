package sandbox_test

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"billfold/backend/sandbox"
)

// serve runs a server beside the sandbox, for what lies outside of it.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// openInvoice makes an invoice of 12.34 USD that is to be paid by hand.
func (c client) openInvoice() map[string]any {
	c.Helper()
	id := c.made("/v1/invoices", "customer", c.Customer(), "collection_method", "send_invoice", "days_until_due", "14")["id"].(string)
	c.made("/v1/invoiceitems", "customer", c.Customer(), "invoice", id, "currency", "usd", "amount", "1234", "description", "Extra credits")
	return c.made("/v1/invoices/" + id + "/finalize")
}

func (c client) invoiceNow(id any) map[string]any {
	return c.get("/v1/invoices/" + id.(string)).object(c)
}

func TestAnOpenInvoiceIsPaidWithASavedCard(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	bill := c.openInvoice()
	v := newVisitor(t).open(bill["hosted_invoice_url"].(string)).sees(200, "$12.34", "Extra credits", "Due on", "Visa ending in 4242")
	data, _ := c.page("/v1/payment_methods?customer=" + c.Customer())
	v.send("/pay", "method", data[0]["id"].(string)).sees(200, "Paid on", "Download receipt")
	if now := c.invoiceNow(bill["id"]); now["status"] != "paid" || now["amount_paid"] != 1234.0 {
		t.Errorf("%v %v", now["status"], now["amount_paid"])
	}
	if strings.Contains(v.body, "<form") {
		t.Error("a paid invoice asks for money")
	}
}

func TestAnOpenInvoiceIsPaidWithANewCard(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	bill := c.openInvoice()
	v := newVisitor(t).open(bill["hosted_invoice_url"].(string))
	v.send("/pay", append([]string{"method", "new"}, typedCard("4242 4242 4242 4241")...)...).sees(422, "Your card number is incorrect.")
	v.send("/pay", append([]string{"method", "new"}, typedCard("4000 0000 0000 0341")...)...).sees(422, "Your card was declined.", "You have not been charged")
	if data, _ := c.page("/v1/payment_methods?customer=" + c.Customer()); len(data) != 1 {
		t.Errorf("%d cards are saved after a decline", len(data))
	}
	newVisitor(t).open(bill["hosted_invoice_url"].(string)).sees(200, "The last try failed")
	v.open(bill["hosted_invoice_url"].(string)).
		send("/pay", append([]string{"method", "new", "standard", "yes"}, typedCard("5555555555554444")...)...).sees(200, "Paid on")
	owner := c.get("/v1/customers/" + c.Customer() + "?expand[]=invoice_settings.default_payment_method").object(t)
	if face := owner["invoice_settings"].(map[string]any)["default_payment_method"].(map[string]any)["card"].(map[string]any); face["last4"] != "4444" {
		t.Errorf("the default is %v", face)
	}
}

func TestABankConfirmsAPaymentOrDoesNot(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	bill := c.openInvoice()
	link := bill["hosted_invoice_url"].(string)
	v := newVisitor(t).open(link).send("/pay", append([]string{"method", "new"}, typedCard("4000 0000 0000 3220")...)...).
		sees(200, "Confirm it is you", "$12.34", "ending in 3220")
	if status := c.invoiceNow(bill["id"])["status"]; status != "open" {
		t.Fatalf("%v before the bank was asked", status)
	}
	newVisitor(t).open(link).sees(200, "Your bank wants you to confirm") // left, and come back
	v.send("/confirm", "outcome", "fail").sees(422, "unable to authenticate")
	saved, _ := c.page("/v1/payment_methods?customer=" + c.Customer())
	v.open(link).send("/pay", "method", saved[0]["id"].(string)).sees(200, "Confirm it is you").
		send("/confirm", "outcome", "complete").sees(200, "Paid on")
	if status := c.invoiceNow(bill["id"])["status"]; status != "paid" {
		t.Errorf("%v after it was confirmed", status)
	}
}

func TestDocumentsAreThereAndFollowTheInvoice(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	bill := c.openInvoice()
	draft := c.made("/v1/invoices", "customer", c.Customer())
	if draft["hosted_invoice_url"] != nil || draft["invoice_pdf"] != nil {
		t.Error("a draft has links")
	}
	open := c.document(bill["invoice_pdf"].(string))
	c.made("/v1/invoices/" + bill["id"].(string) + "/pay")
	paid := c.invoiceNow(bill["id"])
	if again := c.document(paid["invoice_pdf"].(string)); bytes.Equal(open, again) {
		t.Error("the paper of a paid invoice is that of an open one")
	} else if !bytes.Equal(again, c.document(paid["invoice_pdf"].(string))) {
		t.Error("the same paper differs the second time")
	}
}

// document loads a PDF without any key, as a browser does.
func (c client) document(link string) []byte {
	c.Helper()
	v := newVisitor(c.tester).open(link).sees(200)
	if !strings.HasPrefix(v.body, "%PDF-") || !strings.Contains(v.body[len(v.body)-20:], "%%EOF") {
		c.Fatalf("%s is no whole PDF", link)
	}
	return []byte(v.body)
}
