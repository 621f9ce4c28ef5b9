package documents

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"billfold/backend/billing"
)

// Source says where documents may come from.
type Source struct {
	// Hosts may be asked by https on the usual port. A label "*" stands for any one
	// label. Their addresses must be public ones.
	Hosts []string
	// Own is the origin of the billing server itself, "https://host[:port]", or
	// "http://..." on loopback; "" for none. It is where the person told Billfold to
	// go, so that its address may be a private one.
	Own string
}

// StripeHosts are those of Stripe's documents. The link to an invoice's or a
// credit note's PDF is at pay.stripe.com and leads on to the bucket of Stripe's
// files, in one region or another; a bucket's name is Stripe's alone. Receipts are
// pages at pay.stripe.com, with their PDF there or at dashboard.stripe.com.
// Source: stripe/stripe-php issue 1229 and MuckRock/squarelet pull request 797 for
// where links lead today; Stripe API reference for invoice_pdf, pdf, receipt_url.
func StripeHosts() []string {
	return []string{
		"pay.stripe.com", "invoice.stripe.com", "files.stripe.com", "dashboard.stripe.com",
		"stripe-upload-api.s3.amazonaws.com", "stripe-upload-api.s3.*.amazonaws.com",
	}
}

const dialTakes = 10 * time.Second

// allows tells whether a link may be followed. The error names the host alone: the
// rest of a link is a secret.
func (s Source) allows(link *url.URL) error {
	host := strings.ToLower(link.Hostname())
	switch {
	case link.User != nil || link.Opaque != "" || host == "":
		return refused("an address that is no plain link")
	case s.isOwn(link.Scheme, host, portOf(link)):
		return nil
	case link.Scheme != "https":
		return refused(fmt.Sprintf("scheme %q of host %q", printable(link.Scheme), printable(host)))
	case portOf(link) != "443" || !s.knows(host):
		return refused(fmt.Sprintf("host %q, port %q", printable(host), printable(portOf(link))))
	}
	return nil
}

func refused(what string) error {
	return faultOf(billing.CodeNotStripe, "The link to the document leads to a place that is not the vendor's; it was not followed.",
		noRemedy, errors.New("refused: "+what))
}

func portOf(link *url.URL) string {
	switch {
	case link.Port() != "":
		return link.Port()
	case link.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}

// isOwn tells whether an address is that of the billing server. The names of
// loopback are one.
func (s Source) isOwn(scheme, host, port string) bool {
	own, err := url.Parse(s.Own)
	if err != nil || s.Own == "" || scheme != own.Scheme || port != portOf(own) {
		return false
	}
	if loopback(own.Hostname()) {
		return loopback(host)
	}
	return own.Scheme == "https" && strings.EqualFold(host, own.Hostname())
}

func (s Source) knows(host string) bool {
	return slices.ContainsFunc(s.Hosts, func(pattern string) bool { return matches(pattern, host) })
}

func matches(pattern, host string) bool {
	wanted, labels := strings.Split(pattern, "."), strings.Split(host, ".")
	if len(wanted) != len(labels) {
		return false
	}
	for i, label := range wanted {
		if label != labels[i] && (label != "*" || labels[i] == "") {
			return false
		}
	}
	return true
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// dial connects, and looks at the address that a name really led to: a name that
// is allowed may still point into the person's own network. An address that is
// neither known nor our own can only be the person's proxy, since every link was
// looked at before.
func (s Source) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTakes}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	host = strings.ToLower(host)
	switch {
	case loopback(host) && (s.isOwn("http", host, port) || s.isOwn("https", host, port)):
		dialer.Control = only(netip.Addr.IsLoopback)
	case s.isOwn("https", host, port):
	case s.knows(host):
		dialer.Control = only(public)
	}
	return dialer.DialContext(ctx, network, address)
}

// only lets through connections to addresses that are right.
func only(right func(netip.Addr) bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !right(to.Addr().Unmap()) {
			return refused("a name that leads to an address in a private network")
		}
		return nil
	}
}

// special are ranges that are nobody's public host.
// Source: IANA, special-purpose address registries for IPv4 and IPv6.
var special = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "64:ff9b:1::/48", "fec0::/10")

// translated is where a network without IPv4 puts the addresses of it.
// Source: RFC 6052, section 2.1.
var translated = netip.MustParsePrefix("64:ff9b::/96")

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

func public(ip netip.Addr) bool {
	if translated.Contains(ip) {
		whole := ip.As16()
		return public(netip.AddrFrom4([4]byte(whole[12:])))
	}
	if ip.IsPrivate() || !ip.IsGlobalUnicast() {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// printable keeps what is logged of a stranger's address short and plain.
func printable(text string) string {
	if len(text) > 80 {
		text = text[:80]
	}
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}
