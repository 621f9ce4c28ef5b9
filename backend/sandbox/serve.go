package sandbox

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"

	"billfold/backend/stripewire"
)

// maxBody bounds a request's body, in bytes.
const maxBody = 1 << 20

// front is the HTTP side: it decides who may ask, and takes requests to the desk.
type front struct {
	desk  *desk
	pages *hosted
	key   string
	asked atomic.Uint64
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.pages.owns(r.URL.Path) {
		f.pages.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Request-Id", fmt.Sprintf("req_%014d", f.asked.Add(1)))
	w.Header().Set("Stripe-Version", stripewire.Version)
	w.Header().Set("Cache-Control", "no-cache, no-store")
	given, err := f.serve(w, r)
	if given.id != "" {
		w.Header().Set("Request-Id", given.id)
	}
	if given.repeated {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	if err != nil {
		refusal(err).Write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(given.body) // a reader that is gone needs no answer
}

// refusal is the error on the wire; anything that is not meant for it is hidden.
func refusal(err error) *stripewire.Error {
	var known *stripewire.Error
	if errors.As(err, &known) {
		return known
	}
	return stripewire.Internal("The sandbox failed to answer.")
}

func (f *front) serve(w http.ResponseWriter, r *http.Request) (reply, error) {
	if err := f.admit(r); err != nil {
		return reply{}, err
	}
	path := r.URL.EscapedPath()
	if strings.Contains(path, "%") { // no id holds one; a slash must not hide in it
		return reply{}, stripewire.UnknownURL(r.Method, path)
	}
	form, err := readForm(w, r)
	if err != nil {
		return reply{}, err
	}
	asked := request{method: r.Method, path: path, form: form}
	if r.Method != http.MethodGet {
		asked.idempotencyKey = r.Header.Get("Idempotency-Key")
	}
	if len(asked.idempotencyKey) > 255 {
		return reply{}, stripewire.Invalid("", "", "The idempotency key is longer than 255 characters.")
	}
	if asked.idempotencyKey != "" {
		w.Header().Set("Idempotency-Key", asked.idempotencyKey)
	}
	return f.desk.answer(asked)
}

// admit lets in who has the key, came by a loopback name (so that no web page
// can get here under a name of its own) and speaks the one version.
func (f *front) admit(r *http.Request) error {
	if !isLoopback(r.Host) {
		return &stripewire.Error{
			Status: http.StatusForbidden, Type: stripewire.TypeInvalidRequest,
			Message: "The sandbox answers only under a loopback name such as 127.0.0.1.",
		}
	}
	key, given := keyOf(r)
	if !given {
		return stripewire.Unauthorized("You did not provide an API key. Send it as 'Authorization: Bearer', or as the user name of HTTP basic authentication.")
	}
	if subtle.ConstantTimeCompare([]byte(key), []byte(f.key)) != 1 {
		return stripewire.Unauthorized("Invalid API Key provided.")
	}
	if version := r.Header.Get("Stripe-Version"); version != "" && version != stripewire.Version {
		return stripewire.Invalid("", "", "Invalid Stripe API version: "+version+". The sandbox speaks "+stripewire.Version+".")
	}
	return nil
}

func keyOf(r *http.Request) (key string, given bool) {
	if user, _, basic := r.BasicAuth(); basic {
		return user, user != ""
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer") && token != ""
}

// isLoopback tells whether a Host header or address, with or without a port,
// names this machine itself.
func isLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// readForm gathers the parameters of the query and, for what is not a GET, of
// the body.
func readForm(w http.ResponseWriter, r *http.Request) (stripewire.Form, error) {
	encoded := r.URL.RawQuery
	if r.Method != http.MethodGet {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			return nil, stripewire.Invalid("", "", "The request body could not be read, or is larger than 1 MiB.")
		}
		kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
		if len(body) > 0 && strings.TrimSpace(kind) != "application/x-www-form-urlencoded" {
			return nil, stripewire.Invalid("", "", "The request body must be form-encoded (application/x-www-form-urlencoded).")
		}
		encoded = strings.Trim(encoded+"&"+string(body), "&")
	}
	return stripewire.ParseForm(encoded)
}
