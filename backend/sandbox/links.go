package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
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

// linksLast is how many days a link is good for after it was given out. Stripe
// promises at least ten, and at most thirty after the invoice was due.
// Source: Stripe docs, "Hosted Invoice Page", link expiration.
const linksLast = 30

// The places of the hosted pages and documents.
const (
	invoicePages  = "/i/"
	creditNotePDF = "/c/"
	receiptPDF    = "/r/"
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

// open reads the secret of an address: the object's id, and whether the address
// was made here and is still good.
func (l *links) open(place, secret string) (id string, good bool) {
	id, rest, _ := strings.Cut(secret, ".")
	on, _, _ := strings.Cut(rest, ".")
	day, err := strconv.ParseInt(on, 36, 32)
	if err != nil {
		return "", false
	}
	for before := l.withdrawn; before >= 0; before-- {
		if hmac.Equal([]byte(secret), []byte(l.secretOf(place, id, day, before))) {
			return id, before == l.withdrawn && l.today()-day <= linksLast
		}
	}
	return "", false
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
