// Package handoff sends a person to a page in their browser and notices when they
// come back: it opens only addresses that are safe to open, waits on loopback for
// the browser's return, and looks again and again until what was done there shows.
//
// An address that lets its bearer in never reaches a log or an error from here.
package handoff

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"billfold/backend/billing"
)

// maxAddress bounds an address, in bytes.
const maxAddress = 4 << 10

// Places are where a person may be sent to.
type Places struct {
	// Hosts are the names that may be reached by https, each with ":port" where it is
	// not the usual one.
	Hosts []string
	// Loopback allows http on this computer too: that is where the sandbox is.
	Loopback bool
}

// SafeURL gives the address of a link as it may be handed to the system, or an
// error of CodeNotStripe that does not repeat it. Only https to a known host, or
// http to this computer, is safe, and without a user name, odd characters or
// excessive length: the system's opener would take file: and javascript: as well.
func SafeURL(link billing.SecretLink, places Places) (string, error) {
	address := link.Reveal()
	if address == "" || len(address) > maxAddress || strings.ContainsFunc(address, odd) {
		return "", unsafe()
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Opaque != "" || parsed.User != nil || parsed.Hostname() == "" {
		return "", unsafe()
	}
	if !places.allow(parsed) {
		return "", unsafe()
	}
	// What is opened is what was checked, not what was sent.
	return parsed.String(), nil
}

// odd is what has no place in an address: control characters, spaces, quotes, the
// backslash that browsers take for a slash, and everything beyond ASCII.
func odd(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`\"<>^{|}`+"`", r) }

func (p Places) allow(address *url.URL) bool {
	host := strings.ToLower(address.Host)
	switch address.Scheme {
	case "https":
		return slices.Contains(p.Hosts, strings.TrimSuffix(host, ":443"))
	case "http":
		return p.Loopback && loopback(address.Hostname())
	default:
		return false
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func unsafe() error {
	return billing.NewError(billing.CodeNotStripe,
		"The billing server gave an address that leads elsewhere. It was not opened.", nil)
}
