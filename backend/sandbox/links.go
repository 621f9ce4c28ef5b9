package sandbox

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"billfold/backend/stripewire"
)

// links makes the addresses of the hosted pages and documents. An address is a
// secret: who has it sees the page. It holds the object's id, the day it was
// given out and a mark that only this sandbox can make, so nothing has to be
// remembered, and every answer gives a fresh one.
type links struct {
	base string // of the pages, without a slash at the end; set before the first object
	key  []byte
	// withdrawn counts how often all links given out before were taken back.
	withdrawn int64
	today     func() int64 // days since 1970 by the sandbox's clock
}

// How many days a link is good for.
// Source: Stripe docs, "Hosted Invoice Page", invoice URLs: 30 days after the due
// date, or after finalizing when there is none, never more than 120, and at least
// 10 after the API gave it out; "Receipts": within 30 days. Stripe gives no figure
// for the paper of a credit note, which lasts here as long as a receipt.
const (
	invoiceLinkAfterDue = 30
	invoiceLinkAtMost   = 120
	givenLinkAtLeast    = 10
	receiptLinkLasts    = 30
)

// The places of the hosted pages and documents.
const (
	invoicePages  = "/i/"
	creditNotePDF = "/c/"
	receiptPages  = "/r/"
	portalDoor    = "/p/session/"
)

// link is an address on the wire; nil is null. It is made when it is written, so
// that it is always fresh.
type link struct {
	of            *links
	place, id, to string
}

func (l *link) MarshalJSON() ([]byte, error) { return json.Marshal(l.String()) }

// String is the address.
func (l *link) String() string { return l.of.base + l.path() }

func (l *link) path() string { return l.place + l.of.secret(l.place, l.id) + l.to }

// link makes the address of an object's page, or of what lies below it.
func (w *world) link(place, id, to string) *link {
	return &link{of: &w.links, place: place, id: id, to: to}
}

func (l *links) secret(place, id string) string { return l.secretOf(place, id, l.today(), l.withdrawn) }

func (l *links) secretOf(place, id string, givenOn, withdrawn int64) string {
	on := strconv.FormatInt(givenOn, 36)
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte(place + " " + id + " " + on + " " + strconv.FormatInt(withdrawn, 10)))
	return id + "." + on + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// givenLink is what the secret of an address tells.
type givenLink struct {
	id        string
	on        int64 // the day it was given out
	withdrawn bool
}

// read takes a secret apart; false when it was not made here.
func (l *links) read(place, secret string) (given givenLink, made bool) {
	id, rest, _ := strings.Cut(secret, ".")
	on, _, _ := strings.Cut(rest, ".")
	day, err := strconv.ParseInt(on, 36, 32)
	if err != nil {
		return givenLink{}, false
	}
	for before := l.withdrawn; before >= 0; before-- {
		if hmac.Equal([]byte(secret), []byte(l.secretOf(place, id, day, before))) {
			return givenLink{id, day, before != l.withdrawn}, true
		}
	}
	return givenLink{}, false
}

// openLink reads the secret of an address: the object's id, "" when it was not
// made here, and whether it is still good.
func (w *world) openLink(place, secret string) (id string, good bool) {
	given, made := w.links.read(place, secret)
	if !made || given.withdrawn {
		return given.id, false
	}
	age := w.links.today() - given.on
	if bill := w.invoices.find(given.id); place == invoicePages && bill != nil {
		return given.id, age <= givenLinkAtLeast || w.clock <= bill.linksEnd()
	}
	return given.id, age <= receiptLinkLasts
}

// linksEnd is when the links of an invoice that were given out long ago expire.
func (bill *invoice) linksEnd() int64 {
	finalized := int64(bill.StatusTransitions.FinalizedAt)
	from := cmp.Or(int64(bill.DueDate), finalized)
	return min(from+invoiceLinkAfterDue*day, finalized+invoiceLinkAtMost*day)
}

// withdrawLinks makes every link given out so far an expired one. It is the
// sandbox's own, to see what an old link does without waiting.
func withdrawLinks(c *call) (any, error) {
	c.links.withdrawn++
	return struct {
		Object    string `json:"object"`
		Withdrawn int64  `json:"withdrawn"`
	}{"_sandbox.links", c.links.withdrawn}, nil
}

// mailLink sends a fresh link of an invoice or a receipt to its customer, who has
// only an expired one.
// Source: Stripe docs, "Hosted Invoice Page" and "Receipts", expired links.
func mailLink(c *call) (any, error) {
	bill, paid := named(c, c.invoices, "invoice"), named(c, c.charges, "charge")
	if c.err == nil && (bill == nil) == (paid == nil) {
		c.fail(stripewire.Invalid("", "", "Give either invoice or charge."))
	}
	if c.err != nil {
		return nil, c.err
	}
	if bill != nil {
		c.mail(c.customers.find(bill.Customer), &letter{Kind: "new link", Link: bill.HostedInvoiceURL.String(),
			Subject: "Your new link to invoice " + string(bill.Number), Text: "Here is the new link to invoice " + string(bill.Number) + " that you asked for."})
		return bill, nil
	}
	c.mail(c.customers.find(paid.Customer), &letter{Kind: "new link", Link: paid.ReceiptURL.String(),
		Subject: "Your new link to receipt " + c.receiptNumber(paid), Text: "Here is the new link to receipt " + c.receiptNumber(paid) + " that you asked for."})
	return paid, nil
}
