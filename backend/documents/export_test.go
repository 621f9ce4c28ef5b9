package documents

import (
	"net/netip"
	"net/url"
)

// Allows tells whether a source lets a link be followed.
func Allows(s Source, link string) bool {
	at, err := url.Parse(link)
	return err == nil && s.allows(at) == nil
}

// Public tells whether an address may be that of a known host.
func Public(address string) bool { return public(netip.MustParseAddr(address).Unmap()) }

// Reserved tells whether a name is that of a device on Windows.
func Reserved(name string) bool { return reserved[name] }
