package changes

import (
	"encoding/json"
	"io"
	"net/http"

	"github.com/stripe/stripe-go/v76/webhook"

	"billfold/backend/stripewire"
)

// maxWebhook bounds the body of a webhook, in bytes.
const maxWebhook = 512 << 10

// ServeWebhook takes one of Stripe's webhooks. What is not signed with one of the
// secrets, or was signed too long ago, is refused.
func (c *Changes) ServeWebhook(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		stripewire.UnknownURL(r.Method, r.URL.EscapedPath()).Write(w)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxWebhook))
	if err != nil {
		stripewire.Invalid("", "", "The event could not be read.").Write(w)
		return
	}
	if !c.signed(body, r.Header.Get("Stripe-Signature")) {
		stripewire.Invalid("", "", "The event is not signed as it should be.").Write(w)
		return
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		stripewire.Invalid("", "", "The event makes no sense.").Write(w)
		return
	}
	if err := c.hear(r.Context(), &e); err != nil {
		c.config.Log.ErrorContext(r.Context(), "an event could not be noted", "event", e.ID, "error", err)
		stripewire.Internal("The event could not be noted.").Write(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// signed tells whether one of the secrets signed the body within five minutes.
func (c *Changes) signed(body []byte, signature string) bool {
	for _, secret := range c.config.Secrets {
		if webhook.ValidatePayload(body, signature, secret) == nil {
			return true
		}
	}
	return false
}
