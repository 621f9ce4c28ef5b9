package identity

import (
	"encoding/json"
	"slices"
	"strings"
)

// claims are what a token says beyond what go-oidc reads.
type claims map[string]json.RawMessage

// texts gives a claim that is a string or an array of strings; nil when it is
// neither. Half an array is none.
func (c claims) texts(name string) []string {
	raw, there := c[name]
	if !there {
		return nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var several []string
	if json.Unmarshal(raw, &several) != nil {
		return nil
	}
	return several
}

// client is the program that the token was issued to.
// Source: OpenID Connect Core, azp; RFC 9068, client_id.
func (c claims) client() string {
	for _, name := range []string{"azp", "client_id"} {
		if found := c.texts(name); len(found) == 1 {
			return found[0]
		}
	}
	return ""
}

// has tells whether the token has a scope; it has "" in any case. Some providers
// write scopes in one string, some in an array.
func (c claims) has(scope string) bool {
	if scope == "" {
		return true
	}
	for _, name := range []string{"scope", "scp"} {
		for _, text := range c.texts(name) {
			if slices.Contains(strings.Fields(text), scope) {
				return true
			}
		}
	}
	return false
}
