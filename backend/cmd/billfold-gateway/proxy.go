package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientIP names the address a request came from. Only what a trusted proxy wrote
// is believed: of X-Forwarded-For the last address that is not one of them.
func clientIP(trusted []netip.Prefix) func(*http.Request) string {
	isTrusted := func(text string) bool {
		address, err := netip.ParseAddr(strings.TrimSpace(text))
		return err == nil && slices.ContainsFunc(trusted, func(network netip.Prefix) bool { return network.Contains(address.Unmap()) })
	}
	return func(r *http.Request) string {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil || !isTrusted(host) {
			return host
		}
		hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
		for _, hop := range slices.Backward(hops) {
			if hop = strings.TrimSpace(hop); !isTrusted(hop) {
				if _, err := netip.ParseAddr(hop); err == nil {
					return hop
				}
				break
			}
		}
		return host
	}
}
