package stripeapi

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// bodyOf writes a form as the body of a request; nil is no body.
func bodyOf(form url.Values) io.Reader {
	if form == nil {
		return nil
	}
	return strings.NewReader(form.Encode())
}

// markWrite gives a write its type and a key of its own, under which the server
// does it once however often it is sent.
// Source: Stripe API reference, "Idempotent requests".
func markWrite(request *http.Request) {
	if request.Method != http.MethodPost {
		return
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Idempotency-Key", "billfold-"+rand.Text())
}

// submit makes one POST call and reads the object it answers with.
func submit[T any, P interface {
	*T
	wireObject
}](ctx context.Context, c *Client, path string, form url.Values) (T, error) {
	var none T
	got, err := c.do(ctx, http.MethodPost, c.base+path, form)
	if err != nil {
		return none, err
	}
	return readObject[T, P](got, c.customer)
}
