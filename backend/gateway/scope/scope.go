// Package scope decides what one customer may ask of the Stripe API, and what of
// the answer goes back.
//
// A request is parsed, held against a literal table, turned into typed values and
// written anew: none of its bytes travel on. An answer is read to its end, every
// object in it must name the customer wherever it names one, and only the fields
// of another literal table are copied. The package sends nothing itself.
package scope

import (
	"net/url"
	"strings"

	"billfold/backend/pattern"
)

// Settings are what the vendor decides.
type Settings struct {
	// PortalConfiguration is the portal configuration of every session, bpc_...;
	// "" is the account's default.
	PortalConfiguration string
	// PortalFlows are the tasks that a session may lead straight to; nil is all of
	// AllPortalFlows.
	PortalFlows []string
	// PortalHosts are the hosts that the address of a session may have; nil is
	// Stripe's own.
	PortalHosts []string
	// ReturnPage is the address below which the gateway leads back to the app; ""
	// is none, and only loopback addresses are taken.
	ReturnPage string
	// Metadata are the keys of metadata that a subscriber may see.
	Metadata []string
}

// AllPortalFlows are the tasks the portal has deep links for.
// Source: Stripe docs, "Deep links in the customer portal".
var AllPortalFlows = []string{"payment_method_update", "subscription_cancel", "subscription_update", "subscription_update_confirm"}

// MaxTaxIDs is how many tax numbers a customer may have: Stripe looks some of
// them up, and nobody should use that to try numbers out.
const MaxTaxIDs = 5

// Scope holds requests against the table. It may be used from many goroutines.
type Scope struct {
	settings Settings
	flows    map[string]bool
	hosts    map[string]bool
	opened   map[string]bool
}

// New makes a scope of the settings.
func New(settings Settings) *Scope {
	s := &Scope{settings: settings, opened: map[string]bool{}}
	s.settings.ReturnPage = strings.TrimSuffix(settings.ReturnPage, "/")
	if settings.PortalFlows == nil {
		settings.PortalFlows = AllPortalFlows
	}
	if settings.PortalHosts == nil {
		settings.PortalHosts = []string{"billing.stripe.com"}
	}
	s.flows, s.hosts = wordSet(strings.Join(settings.PortalFlows, " ")), wordSet(strings.Join(settings.PortalHosts, " "))
	for _, key := range settings.Metadata {
		s.opened[key] = true
	}
	return s
}

// ReturnForm is what may stand below the return page: the port on which the app
// waits, and the one-time path by which it knows that it was meant.
// Source: RFC 8252, section 7.3.
var ReturnForm = pattern.Of(`^/([0-9]{4,5})/([A-Za-z0-9_-]{16,128})$`)

// mayReturn gives a return address as it is to be written, or "" for one that
// nobody must be sent to: the gateway's return page, or this machine itself.
func (s *Scope) mayReturn(text string) string {
	u, err := url.Parse(text)
	if err != nil || len(text) > 512 || u.User != nil || u.Opaque != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return ""
	}
	if strings.ContainsAny(u.EscapedPath(), "%\\") || strings.Contains(u.Path, "..") || strings.Contains(u.Path, "//") {
		return ""
	}
	written := u.Scheme + "://" + u.Host + u.Path
	if rest, below := strings.CutPrefix(written, s.settings.ReturnPage); below && s.settings.ReturnPage != "" {
		if ReturnForm.MatchString(rest) {
			return written
		}
		return ""
	}
	host := u.Hostname()
	onThisMachine := host == "127.0.0.1" || host == "::1" || host == "localhost"
	if u.Scheme == "http" && onThisMachine && u.Port() != "" {
		return written
	}
	return ""
}

// portalAddress tells whether the address of a portal session leads to the portal.
func (s *Scope) portalAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.User == nil && u.Opaque == "" && s.hosts[u.Host] &&
		(u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"))
}
