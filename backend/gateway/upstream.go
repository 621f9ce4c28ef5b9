package gateway

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"billfold/backend/stripewire"
)

const (
	// upstreamTakes is how long one answer of Stripe's may take.
	upstreamTakes = 15 * time.Second
	// maxAnswer bounds an answer after decompression, in bytes.
	maxAnswer = 8 << 20
)

// upstream asks Stripe, with the merchant's key, within the budget.
type upstream struct {
	base, key string
	client    *http.Client
	budget    *budget
	secret    []byte
	asked     atomic.Int64
}

// ask is one request to Stripe: everything in it was written here.
type ask struct {
	method, path, encoded string
	idempotencyKey        string
}

// answer is what Stripe said.
type answer struct {
	status     int
	body       []byte
	retryAfter time.Duration
	requestID  string
}

func newUpstream(config Config) *upstream {
	carrier := config.Transport
	if carrier == nil {
		carrier = &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConns: 100,
			MaxIdleConnsPerHost: max(32, config.Limits.StripeAtOnce), IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		}
	}
	secret := hmac.New(sha256.New, []byte(config.StripeKey))
	secret.Write([]byte("billfold: idempotency keys"))
	return &upstream{
		base: config.StripeURL, key: config.StripeKey, budget: newBudget(config.Limits), secret: secret.Sum(nil),
		client: &http.Client{
			Transport:     carrier,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (u *upstream) close() { u.client.CloseIdleConnections() }

var errAnswer = errors.New("no answer as Stripe gives them")

// do sends a request when its turn has come, and reads the whole answer. Its error
// is a *busy, that of the context, or says that there was no answer.
func (u *upstream) do(ctx context.Context, a ask) (answer, error) {
	leave, err := u.budget.enter(ctx)
	if err != nil {
		return answer{}, err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, upstreamTakes)
	defer cancel()
	request, err := u.request(ctx, a)
	if err != nil {
		return answer{}, err
	}
	u.asked.Add(1)
	response, err := u.client.Do(request)
	if err != nil {
		return answer{}, errAnswer // its words would hold the address and its parameters
	}
	defer func() { _ = response.Body.Close() }() // read to its end or given up
	said := answer{status: response.StatusCode, requestID: response.Header.Get("Request-Id")}
	if said.status == http.StatusTooManyRequests {
		u.budget.slow()
		said.retryAfter = retryAfter(response.Header.Get("Retry-After"))
	}
	said.body, err = readAnswer(response)
	return said, err
}

func (u *upstream) request(ctx context.Context, a ask) (*http.Request, error) {
	address, body := u.base+a.path, io.Reader(nil)
	if a.method == http.MethodPost {
		body = strings.NewReader(a.encoded)
	} else if a.encoded != "" {
		address += "?" + a.encoded
	}
	request, err := http.NewRequestWithContext(ctx, a.method, address, body)
	if err != nil {
		return nil, errAnswer
	}
	request.Header.Set("Authorization", "Bearer "+u.key)
	request.Header.Set("Stripe-Version", stripewire.Version)
	request.Header.Set("User-Agent", "Billfold-Gateway")
	if a.method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Idempotency-Key", a.idempotencyKey)
	}
	return request, nil
}

// readAnswer takes JSON of the one version, within bounds. An error status of
// another kind has no body.
func readAnswer(response *http.Response) ([]byte, error) {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	version := response.Header.Get("Stripe-Version")
	if response.StatusCode == http.StatusOK && (kind != "application/json" || (version != "" && version != stripewire.Version)) {
		return nil, errAnswer
	}
	if response.ContentLength > maxAnswer {
		return nil, errAnswer
	}
	var read bytes.Buffer
	if response.ContentLength > 0 {
		read.Grow(int(response.ContentLength) + bytes.MinRead)
	}
	count, err := read.ReadFrom(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil || count > maxAnswer {
		return nil, errAnswer
	}
	return read.Bytes(), nil
}

// retryAfter reads seconds; Stripe writes no dates.
func retryAfter(value string) time.Duration {
	seconds, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || seconds < 0 {
		return time.Second
	}
	return min(time.Duration(seconds)*time.Second, time.Minute)
}

// read is a GET on the gateway's own account.
func (u *upstream) read(ctx context.Context, path, query string) (int, []byte, error) {
	said, err := u.do(ctx, ask{method: http.MethodGet, path: path, encoded: query})
	return said.status, said.body, err
}

// idempotencyKey makes a subscriber's key one of its own name space: all of the
// merchant's share one, and who knew another's could block or read it.
// Source: Stripe API reference, "Idempotent requests".
func (u *upstream) idempotencyKey(parts ...string) string {
	mac := hmac.New(sha256.New, u.secret)
	for _, part := range parts {
		mac.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return "billfold_" + hex.EncodeToString(mac.Sum(nil))
}

// short is a few letters that stand for bytes.
func short(of []byte) string {
	sum := sha256.Sum256(of)
	return hex.EncodeToString(sum[:6])
}
