package scope

import (
	"encoding/json"
	"net/http"
	"strings"

	"billfold/backend/pattern"
	"billfold/backend/stripewire"
)

// Refusal says in the subscriber's answer what an error status of Stripe means.
// What Stripe wrote for the merchant does not go back: keys, links, and reasons
// that a bank or Stripe keeps to itself.
func (c *Call) Refusal(status int, body []byte) *stripewire.Error {
	said := read(body)
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return &stripewire.Error{
			Status: http.StatusBadGateway, Type: stripewire.TypeAPI, Code: stripewire.CodeGatewayMisconfigured,
			Message: "The vendor's billing service is not set up correctly. Please tell their support.",
		}
	case status == http.StatusNotFound && said.Code == stripewire.CodeResourceMissing && c.object.id != "":
		return c.Missing()
	case status == http.StatusTooManyRequests:
		return TooFast()
	case status >= http.StatusInternalServerError || status < http.StatusBadRequest || said.Type == "":
		return Failed()
	}
	if softened[said.DeclineCode] {
		said.DeclineCode = softCode
	}
	if softened[string(said.Code)] {
		said.Code = softCode
	}
	return &stripewire.Error{
		Status: status, Type: said.Type, Code: said.Code, DeclineCode: said.DeclineCode, Param: said.Param,
		Message: c.harmless(said.Message),
	}
}

// TooFast is a 429.
func TooFast() *stripewire.Error {
	return &stripewire.Error{
		Status: http.StatusTooManyRequests, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeRateLimit,
		Message: "Too many requests. Please try again in a moment.",
	}
}

// Failed is a 502: Stripe did not answer, or not in its own way.
func Failed() *stripewire.Error {
	return &stripewire.Error{
		Status: http.StatusBadGateway, Type: stripewire.TypeAPI, Code: stripewire.CodeUpstreamFailed,
		Message: "Stripe did not answer as expected. Please try again in a moment.",
	}
}

// Foreign is a 502 for an answer that was kept back.
func Foreign() *stripewire.Error {
	return &stripewire.Error{
		Status: http.StatusBadGateway, Type: stripewire.TypeAPI, Code: stripewire.CodeOwnershipCheckFailed,
		Message: "The answer could not be shown to be yours, and was kept back.",
	}
}

// read takes Stripe's envelope apart. A word that is none is left out.
func read(body []byte) stripewire.Error {
	var envelope struct {
		Error stripewire.Error `json:"error"`
	}
	if json.Unmarshal(body, &envelope) != nil {
		return stripewire.Error{}
	}
	said := envelope.Error
	said.Type = stripewire.ErrorType(word(string(said.Type)))
	said.Code = stripewire.Code(word(string(said.Code)))
	said.DeclineCode, said.Param = word(said.DeclineCode), word(said.Param)
	return said
}

var wordForm = pattern.Of(`^[A-Za-z0-9_.\[\]-]{0,80}$`)

func word(text string) string {
	if !wordForm.MatchString(text) {
		return ""
	}
	return text
}

var customerForm = pattern.Of(`cus_[A-Za-z0-9_]+`)

// harmless lets a sentence of Stripe's pass when nothing secret can be in it.
func (c *Call) harmless(message string) string {
	for _, sign := range []string{"://", "sk_", "rk_", "pk_", "whsec_", "_secret_"} {
		if strings.Contains(message, sign) {
			return "Stripe refused the request."
		}
	}
	for _, id := range customerForm.Regexp().FindAllString(message, -1) {
		if id != c.customer {
			return "Stripe refused the request."
		}
	}
	return message
}

// printable is what a subscriber wrote, when it is fit to be repeated.
func printable(text string) string {
	if len(text) > 200 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "(unprintable)"
	}
	return text
}
