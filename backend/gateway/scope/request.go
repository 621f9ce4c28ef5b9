package scope

import (
	"mime"
	"net/http"
	"strings"

	"billfold/backend/stripewire"
)

// Request is what a subscriber asks, as it came.
type Request struct {
	Method string
	// Path is the path as it was escaped, Query what stood after the question mark.
	Path, Query string
	Header      http.Header
	Body        []byte
}

// MaxBody bounds the body of a request, in bytes.
const MaxBody = 16 << 10

// onceOnly are headers that must not come twice: two readers might pick
// different ones.
var onceOnly = []string{"Authorization", "Idempotency-Key", "Stripe-Version", "Content-Type", "If-None-Match", "Content-Length"}

// refused are headers that would make the request another than it looks. All
// others that are unknown do not travel on and do no harm.
var refused = []string{
	"Stripe-Account", "Stripe-Context", "X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "X-Original-Url", "X-Rewrite-Url",
}

// CheckHeader refuses what makes a request ambiguous. Its error is a
// *stripewire.Error.
func CheckHeader(header http.Header) error {
	for _, name := range refused {
		if _, given := header[name]; given {
			return stripewire.Invalid("", "", "The header "+name+" is not accepted here.")
		}
	}
	for _, name := range onceOnly {
		if len(header[name]) > 1 {
			return stripewire.Invalid("", "", "The header "+name+" came more than once.")
		}
	}
	if version := header.Get("Stripe-Version"); version != "" && version != stripewire.Version {
		return stripewire.Invalid("", "", "This is Stripe API version "+stripewire.Version+" and no other.")
	}
	if len(header.Get("Idempotency-Key")) > 255 {
		return stripewire.Invalid("", "", "The idempotency key is longer than 255 characters.")
	}
	return nil
}

// form reads the parameters from the one place where the method has them.
func (r Request) form() (stripewire.Form, error) {
	encoded := r.Query
	switch {
	case len(r.Body) > MaxBody:
		return nil, stripewire.Invalid("", "", "The request body is larger than 16 KiB.")
	case r.Method != http.MethodPost && len(r.Body) > 0:
		return nil, stripewire.Invalid("", "", "A "+r.Method+" request has no body here.")
	case r.Method == http.MethodPost:
		if r.Query != "" {
			return nil, stripewire.Invalid("", "", "The parameters of a POST request belong in its body.")
		}
		if len(r.Body) > 0 && !formEncoded(r.Header.Get("Content-Type")) {
			return nil, stripewire.Invalid("", "", "The request body must be form-encoded (application/x-www-form-urlencoded).")
		}
		encoded = string(r.Body)
	}
	if strings.Contains(encoded, ";") {
		return nil, stripewire.Invalid("", "", "Parameters are divided by '&' and by nothing else.")
	}
	return stripewire.ParseForm(encoded)
}

func formEncoded(kind string) bool {
	kind, params, err := mime.ParseMediaType(kind)
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return false
	}
	charset, given := params["charset"]
	return len(params) == 0 || (len(params) == 1 && given && strings.EqualFold(charset, "utf-8"))
}
