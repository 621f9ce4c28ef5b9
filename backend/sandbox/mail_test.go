package sandbox_test

import (
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

var letterKind = regexp.MustCompile(`<dt>Kind</dt><dd>([^<]*)</dd>\s*<dt>When</dt><dd>([^<]*)</dd>`)

// letters are the kinds of those in the outbox since the seeding, oldest first.
func (c client) letters() (kinds []string) {
	c.Helper()
	page := c.get("/outbox")
	if page.status != 200 {
		c.Fatalf("%d %s", page.status, page.body)
	}
	for _, found := range letterKind.FindAllSubmatch(page.body, -1) {
		when, err := time.Parse("2 January 2006, 15:04 UTC", string(found[2]))
		if err != nil {
			c.Fatal(err)
		}
		if when.Unix() >= seededAt {
			kinds = append(kinds, string(found[1]))
		}
	}
	slices.Reverse(kinds)
	return kinds
}

func TestWhatStripeWouldMailIsInTheOutbox(t *testing.T) {
	for name, test := range map[string]struct {
		live func(c client, clock *handClock)
		want []string
	}{
		"a renewal": {func(_ client, clock *handClock) { clock.advance(13 * 24 * time.Hour) }, []string{"renewal reminder", "receipt"}},
		"a card that fails": {func(c client, clock *handClock) {
			c.defaultCard("pm_card_chargeCustomerFail")
			clock.advance(12*24*time.Hour + 2*time.Hour)
		}, []string{"renewal reminder", "payment failed"}},
		"a bank that asks": {func(c client, clock *handClock) {
			c.defaultCard("pm_card_authenticationRequired")
			clock.advance(12*24*time.Hour + 2*time.Hour)
		}, []string{"renewal reminder", "confirmation needed"}},
		"a refund": {func(c client, _ *handClock) {
			charges, _ := c.page("/v1/charges?limit=1")
			c.made("/v1/refunds", "charge", charges[0]["id"].(string), "amount", "100")
		}, []string{"refund"}},
		"a cancellation": {func(c client, clock *handClock) {
			subscription := c.all("/v1/subscriptions?", "1")[0]
			c.made("/v1/subscriptions/"+subscription, "cancel_at_period_end", "true")
			c.made("/v1/subscriptions/"+subscription, "description", "still")
			clock.advance(13 * 24 * time.Hour)
		}, []string{"cancellation", "cancellation"}},
		"an invoice that is sent": {func(c client, _ *handClock) {
			bill := c.made("/v1/invoices", "customer", c.Customer(), "collection_method", "send_invoice", "days_until_due", "30")["id"].(string)
			c.made("/v1/invoiceitems", "customer", c.Customer(), "invoice", bill, "amount", "500", "currency", "usd")
			c.made("/v1/invoices/" + bill + "/finalize")
			c.made("/v1/invoices/"+bill+"/pay", "paid_out_of_band", "true")
		}, []string{"invoice"}},
		"a card at its end": {func(c client, clock *handClock) {
			c.made("/v1/payment_methods/"+c.all("/v1/payment_methods?customer="+c.Customer(), "1")[0], "card[exp_month]", "2", "card[exp_year]", "2026")
			clock.advance(36 * time.Hour)
		}, []string{"card expiring"}},
		"a customer without an address": {func(c client, clock *handClock) {
			c.made("/v1/customers/"+c.Customer(), "email", "")
			clock.advance(13 * 24 * time.Hour)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newHandClock()
			c := startFor(t, sandbox.Options{Now: clock.now})
			test.live(c, clock)
			if got := c.letters(); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// defaultCard makes a test card the one that is charged.
func (c client) defaultCard(name string) {
	c.Helper()
	card := c.made("/v1/payment_methods/"+name+"/attach", "customer", c.Customer())["id"].(string)
	c.made("/v1/customers/"+c.Customer(), "invoice_settings[default_payment_method]", card)
}

// firstFile waits for the first letter in a folder.
func firstFile(t *testing.T, folder string) string {
	t.Helper()
	for t.Context().Err() == nil {
		if files, err := filepath.Glob(filepath.Join(folder, "*.eml")); err == nil && len(files) > 0 {
			// A name appears before its content, which is short enough to come at once.
			if content, err := os.ReadFile(files[0]); err == nil && len(content) > 0 {
				return string(content)
			}
		}
		time.Sleep(5 * time.Millisecond) // between two looks
	}
	return ""
}

func (c client) refundSomething() {
	c.Helper()
	charges, _ := c.page("/v1/charges?limit=1")
	c.made("/v1/refunds", "charge", charges[0]["id"].(string), "amount", "100")
}

func TestALetterIsAFileThatMailProgramsRead(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "deep", "mail")
	c := startFor(t, sandbox.Options{Now: newHandClock().now, Mail: sandbox.MailOptions{Folder: folder}})
	name := "Zażółć \"Gęślą\", 二十 <b>"
	c.made("/v1/customers/"+c.Customer(), "name", name)
	c.refundSomething()
	content := firstFile(t, folder)
	read, err := mail.ReadMessage(strings.NewReader(content))
	if err != nil {
		t.Fatalf("%v: %s", err, content)
	}
	to, err := read.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != name || to[0].Address != "dana.whitfield@example.com" {
		t.Errorf("to %v %v", to, err)
	}
	from, err := read.Header.AddressList("From")
	if err != nil || from[0].Name != "Quillforge, Inc." {
		t.Errorf("from %v %v", from, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	if err != nil || subject != "Your refund of $1.00" {
		t.Errorf("subject %q %v", subject, err)
	}
	if date, err := read.Header.Date(); err != nil || date.Unix() != seededAt {
		t.Errorf("date %v %v", date, err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(read.Body))
	if err != nil || !strings.HasPrefix(string(text), "Hello "+name+",\r\n") || !strings.Contains(string(text), "$1.00") {
		t.Errorf("text %q %v", text, err)
	}
	for line := range strings.SplitSeq(content, "\r\n") {
		if len(line) > 78 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
}

// TestNoNameAddsAHeader: whatever a customer is called, the headers are ours.
func TestNoNameAddsAHeader(t *testing.T) {
	for _, name := range []string{
		"A\r\nBcc: eve@example.com", "A\nBcc: eve@example.com", "A\rBcc: eve@example.com", "=?utf-8?Q?A=0D=0ABcc:_eve@example.com?=",
		"A\u2028Bcc: eve@example.com", `"`, `\`, "<eve@example.com>", "eve@example.com,", strings.Repeat("x", 5000), strings.Repeat("二", 4000), "\x00\x1b[31m",
		"\u202Eelbisrever", " ", "A: B; C",
	} {
		folder := t.TempDir()
		c := startFor(t, sandbox.Options{Now: newHandClock().now, Mail: sandbox.MailOptions{Folder: folder}})
		c.made("/v1/customers/"+c.Customer(), "name", name)
		c.refundSomething()
		read, err := mail.ReadMessage(strings.NewReader(firstFile(t, folder)))
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		to, err := read.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != "dana.whitfield@example.com" || len(read.Header) != 9 {
			t.Errorf("%q: to %v, %d headers, %v", name, to, len(read.Header), err)
		}
	}
}

func TestAnAddressThatIsNoneGetsNoMail(t *testing.T) {
	for _, address := range []string{
		"dana@example.com\r\nBcc: eve@example.com", "dana@example.com, eve@example.com", "Dana <dana@example.com>", "@", "dana@例え.テスト", `"a b"@example.com`,
	} {
		folder := t.TempDir()
		c := MustStart(t, sandbox.Options{Now: newHandClock().now, Mail: sandbox.MailOptions{Folder: folder}})
		c.made("/v1/customers/"+c.Customer(), "email", address)
		c.refundSomething()
		if err := c.Close(); err != nil { // after it, nothing more is delivered
			t.Fatal(err)
		}
		if files, err := os.ReadDir(folder); err != nil || len(files) != 0 {
			t.Errorf("%q: %v %v", address, files, err)
		}
	}
}

// mailServer takes one letter, as RFC 5321 has it, and gives what it was told.
func mailServer(t *testing.T) (address string, got chan []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	got = make(chan []string, 1)
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer connection.Close()
		wire := textproto.NewConn(connection)
		var said []string
		reply := "220 ready"
		for wire.PrintfLine("%s", reply) == nil {
			line, err := wire.ReadLine()
			if err != nil {
				break
			}
			said = append(said, line)
			switch verb, _, _ := strings.Cut(line, " "); verb {
			case "DATA":
				_ = wire.PrintfLine("354 go on")
				body, _ := wire.ReadDotBytes()
				said = append(said, string(body))
				reply = "250 taken"
			case "QUIT":
				_ = wire.PrintfLine("221 bye")
				got <- said
				return
			default:
				reply = "250 ok"
			}
		}
	}()
	return listener.Addr().String(), got
}

func TestALetterReachesAMailServer(t *testing.T) {
	address, got := mailServer(t)
	c := startFor(t, sandbox.Options{Now: newHandClock().now, Mail: sandbox.MailOptions{SMTP: address}})
	c.refundSomething()
	said := strings.Join(<-got, "\n")
	for _, want := range []string{"MAIL FROM:<billing@quillforge.example>", "RCPT TO:<dana.whitfield@example.com>", "Auto-Submitted: auto-generated"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in %s", want, said)
		}
	}
}

func TestAMailServerElsewhereOrGoneIsSaid(t *testing.T) {
	for _, address := range []string{"mail.example.com:25", "192.168.0.1:25", "127.0.0.1", ":25"} {
		if s, err := sandbox.Start(t.Context(), sandbox.Options{Mail: sandbox.MailOptions{SMTP: address}}); err == nil {
			_ = s.Close()
			t.Errorf("%s was accepted", address)
		}
	}
	c := startFor(t, sandbox.Options{Now: newHandClock().now, Mail: sandbox.MailOptions{SMTP: "127.0.0.1:1"}})
	c.refundSomething()
	for !strings.Contains(string(c.get("/outbox").body), "was not delivered") {
		time.Sleep(5 * time.Millisecond) // between two looks
	}
}
