package stripeapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"billfold/backend/billing"
)

// transport is the validating http.RoundTripper under stripe-go. It gives every
// request a fresh token, repeats what may be repeated, reads the whole answer
// within bounds of size and time, and lets through only answers that can be
// Stripe's. The body of a good answer goes to the [answer] of the request;
// stripe-go gets an empty object in its place.
type transport struct {
	carrier  http.RoundTripper
	token    func(context.Context) (string, error)
	renew    func(ctx context.Context, refused string) (string, error)
	log      *slog.Logger
	wait     func(context.Context, time.Duration) error
	now      func() time.Time
	patience time.Duration
	slots    chan struct{}
	memory   *memory
	counters counters
}

const (
	defaultPatience = 10 * time.Second
	// wholeAnswer is how many times the patience one answer may take, however
	// steadily it drips: two minutes by default.
	wholeAnswer = 12
	// maxBody bounds an answer after decompression: a page of a hundred invoices
	// whose every text is 10,000 characters long still fits.
	maxBody = 32 << 20
	// maxErrorBody bounds what is read of an error.
	maxErrorBody = 256 << 10
)

func newTransport(config Config) *transport {
	t := &transport{
		carrier: config.Transport, token: config.Token, renew: config.Renew, log: config.Log, wait: config.Wait,
		now: config.Now, patience: config.Patience,
		slots: make(chan struct{}, MaxConcurrent), memory: newMemory(),
	}
	if t.carrier == nil {
		t.carrier = ownCarrier()
	}
	if t.log == nil {
		t.log = slog.New(slog.DiscardHandler)
	}
	if t.wait == nil {
		t.wait = sleep
	}
	if t.now == nil {
		t.now = time.Now
	}
	if t.patience <= 0 {
		t.patience = defaultPatience
	}
	return t
}

func ownCarrier() http.RoundTripper {
	return &http.Transport{
		// Goes past any proxy for loopback addresses by itself.
		Proxy:                  http.ProxyFromEnvironment,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    MaxConcurrent,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    defaultPatience,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// CloseIdleConnections passes the wish on: http.Client asks for it by this name.
func (t *transport) CloseIdleConnections() {
	if closer, ok := t.carrier.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// RoundTrip sends the request, at most [maxTries] times. Its error is a
// *billing.Error.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	response, err := t.try(request, "")
	if err == nil && response.StatusCode == http.StatusUnauthorized && t.renew != nil {
		// It was not even looked at, so that also a write may be sent again.
		response, err = t.tryRenewed(request, response)
	}
	for try := 1; ; try++ {
		if ctx.Err() != nil {
			return nil, stopped(ctx.Err())
		}
		again := err == nil && worthRepeating(response.StatusCode) || passing(err)
		if !again || try == maxTries || !mayRepeat(request) {
			return t.finish(request, response, err)
		}
		if err := t.wait(ctx, t.pause(try, response)); err != nil {
			return nil, stopped(err)
		}
		response, err = t.try(request, "")
	}
}

// tryRenewed sends a request again whose token was refused: it may have ended on
// the way, or by another clock.
func (t *transport) tryRenewed(request *http.Request, refused *http.Response) (*http.Response, error) {
	used := strings.TrimPrefix(refused.Request.Header.Get("Authorization"), "Bearer ")
	token, err := t.renew(request.Context(), used)
	if err != nil {
		return nil, noToken(err)
	}
	return t.try(request, token)
}

func noToken(err error) error {
	var known *billing.Error
	if errors.As(err, &known) {
		return err
	}
	return billing.NewError(billing.CodeSignedOut, "There is no valid sign-in.", err)
}

// finish leaves a JSON error to stripe-go to read, and makes one of any other.
func (t *transport) finish(request *http.Request, response *http.Response, err error) (*http.Response, error) {
	if err != nil {
		return nil, err
	}
	if into := answerOf(request.Context()); into != nil {
		into.status = response.StatusCode
		into.retryAfter, _ = retryAfter(response.Header.Get("Retry-After"), t.now())
	}
	if !jsonType(response.Header) {
		return nil, statusError(response.StatusCode, fmt.Errorf("status %d without a Stripe error", response.StatusCode))
	}
	return response, nil
}

// exchange is one try: what was sent, what was kept from before, what came.
type exchange struct {
	request  *http.Request
	kept     *memorized
	response *http.Response
	patience *patience
}

// try sends the request once and reads the whole answer. token is "" for the one
// that is good now.
func (t *transport) try(request *http.Request, token string) (*http.Response, error) {
	ctx := request.Context()
	outgoing, err := t.prepare(request, token)
	if err != nil {
		return nil, err
	}
	select {
	case t.slots <- struct{}{}:
		defer func() { <-t.slots }()
	case <-ctx.Done():
		return nil, stopped(ctx.Err())
	}
	watched, patience := watch(ctx, t.patience)
	defer patience.end()
	x := &exchange{request: outgoing.WithContext(watched), kept: t.memory.ask(outgoing), patience: patience}
	t.counters.requests.Add(1)
	began := t.now()
	x.response, err = t.carrier.RoundTrip(x.request)
	if err != nil {
		t.log.DebugContext(ctx, "request failed", "method", request.Method, "path", request.URL.Path)
		return nil, unreached(err, context.Cause(watched))
	}
	patience.heard()
	defer func() { _ = x.response.Body.Close() }() // read to its end or given up
	t.log.DebugContext(ctx, "request answered", "method", request.Method, "path", request.URL.Path,
		"status", x.response.StatusCode, "took", t.now().Sub(began), "request_id", printable(x.response.Header.Get("Request-Id")))
	return t.check(x)
}

// prepare makes the request that is really sent: with a token asked for now, and
// without what would name this computer.
func (t *transport) prepare(request *http.Request, token string) (outgoing *http.Request, err error) {
	if token == "" {
		if token, err = t.token(request.Context()); err != nil {
			return nil, noToken(err)
		}
	}
	if err := checkToken(token); err != nil {
		return nil, err
	}
	outgoing = request.Clone(request.Context())
	if wantsThrough(request.Context()) {
		outgoing.Header.Set("Cache-Control", "no-cache")
	}
	outgoing.Header.Set("Authorization", "Bearer "+token)
	outgoing.Header.Del("X-Stripe-Client-User-Agent")
	outgoing.Header.Del("X-Stripe-Client-Telemetry")
	if request.GetBody != nil {
		if outgoing.Body, err = request.GetBody(); err != nil {
			return nil, billing.NewError(billing.CodeInternal, "A request could not be repeated.", err)
		}
	}
	return outgoing, nil
}

func checkToken(token string) error {
	switch {
	case token == "":
		return billing.NewError(billing.CodeSignedOut, "There is no valid sign-in.", nil)
	case LiveKey(token):
		return billing.NewError(billing.CodeLiveKey,
			"This is a merchant's live secret key; it never belongs on a desktop and was not sent.", nil)
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return billing.NewError(billing.CodeSignedOut, "The sign-in holds characters that no token has.", nil)
	}
	return nil
}

// check reads an answer and decides whether it can be Stripe's.
func (t *transport) check(x *exchange) (*http.Response, error) {
	status := x.response.StatusCode
	switch {
	case status == http.StatusNotModified:
		return t.unchanged(x)
	case status == http.StatusOK:
		return t.good(x)
	case status < http.StatusBadRequest:
		return nil, notStripe("The server sends elsewhere; it was not followed.", fmt.Errorf("status %d", status))
	default:
		return t.bad(x)
	}
}

// good reads a 200 and hands it over.
func (t *transport) good(x *exchange) (*http.Response, error) {
	if err := checkHeader(x.response.Header); err != nil {
		return nil, err
	}
	body, err := t.read(x, maxBody)
	if err != nil {
		return nil, err
	}
	return t.handOver(x, body), nil
}

// bad reads an error status. Without JSON only the statuses that say enough by
// themselves are taken at their word.
func (t *transport) bad(x *exchange) (*http.Response, error) {
	x.response.Request = x.request
	if jsonType(x.response.Header) {
		body, err := t.read(x, maxErrorBody)
		if err != nil {
			return nil, err
		}
		x.response.Body = io.NopCloser(bytes.NewReader(body))
		return x.response, nil
	}
	if !speaksForItself(x.response.StatusCode) {
		return nil, unreadable(fmt.Errorf("status %d without JSON", x.response.StatusCode))
	}
	return x.response, nil
}

// handOver gives the body to the answer of the request, and an empty object to
// stripe-go.
func (t *transport) handOver(x *exchange, body []byte) *http.Response {
	if into := answerOf(x.request.Context()); into != nil {
		into.body = body
		into.keep = t.memory.keeper(x.request, x.response, body)
	}
	x.response.Body = io.NopCloser(strings.NewReader("{}"))
	return x.response
}

// unchanged turns a 304 into the answer that was validated before.
func (t *transport) unchanged(x *exchange) (*http.Response, error) {
	if since, ok := x.request.Context().Value(sinceKey{}).(string); ok && since != "" {
		return t.sameVersion(x), nil
	}
	if x.kept == nil {
		return nil, unreadable(errors.New("status 304 to a question without a condition"))
	}
	x.response.StatusCode, x.response.Status = http.StatusOK, "200 OK"
	x.response.Header.Set("Content-Type", "application/json")
	return t.handOver(x, x.kept.body), nil
}

// sameVersion hands on that nothing changed since the version that was named.
func (t *transport) sameVersion(x *exchange) *http.Response {
	if into := answerOf(x.request.Context()); into != nil {
		into.same = true
	}
	x.response.StatusCode, x.response.Status = http.StatusOK, "200 OK"
	x.response.Header.Set("Content-Type", "application/json")
	x.response.Body = io.NopCloser(strings.NewReader("{}"))
	return x.response
}

// read takes the whole body, and gives up beyond limit without reading on.
func (t *transport) read(x *exchange, limit int64) ([]byte, error) {
	response := x.response
	if response.ContentLength > limit {
		return nil, tooLarge()
	}
	var buffer bytes.Buffer
	if response.ContentLength > 0 {
		// One byte more, so that the end is seen without growing.
		buffer.Grow(int(response.ContentLength) + bytes.MinRead)
	}
	read, err := buffer.ReadFrom(io.LimitReader(&patientReader{response.Body, x.patience}, limit+1))
	t.counters.bytesIn.Add(read)
	switch {
	case err != nil:
		return nil, cutShort(errors.Join(err, context.Cause(x.request.Context())))
	case read > limit:
		return nil, tooLarge()
	}
	return buffer.Bytes(), nil
}
