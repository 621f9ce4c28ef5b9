package stripeapi

import "strings"

// LiveKey tells whether a token is a merchant's live secret or restricted key. It
// opens every customer's account, so Billfold sends none.
// Source: docs.stripe.com, "API keys".
func LiveKey(token string) bool {
	return strings.HasPrefix(token, "sk_live_") || strings.HasPrefix(token, "rk_live_")
}
