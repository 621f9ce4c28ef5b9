package documents

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"billfold/backend/billing"
)

// Limits of one document.
const (
	// LargestDocument bounds a document, in bytes.
	LargestDocument = 25 << 20
	// largestPage bounds a page that is looked through for the link to a receipt.
	largestPage = 2 << 20
	// documentTakes is how long one document may take with all that leads to it,
	// however steadily it drips.
	documentTakes = 60 * time.Second
	// furthest is how many redirects are followed.
	furthest = 5
)

// Fetcher fetches documents from a source, and from nowhere else. It sends no
// token, no cookie and no referrer to anybody.
type Fetcher struct {
	source Source
	client *http.Client
	takes  time.Duration
	now    func() time.Time
}

// FetcherConfig is what a Fetcher is made of.
type FetcherConfig struct {
	Source Source
	// Takes bounds the time of one document; 0 is a minute.
	Takes time.Duration
	// Roots are the certificate authorities; nil is the system's.
	Roots *x509.CertPool
	// Now is read for a Retry-After that names a date; nil is time.Now.
	Now func() time.Time
}

// NewFetcher makes a fetcher and sends nothing.
func NewFetcher(config FetcherConfig) *Fetcher {
	if config.Takes <= 0 {
		config.Takes = documentTakes
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	carrier := &http.Transport{
		// Goes past any proxy for loopback addresses by itself.
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         config.Source.dial,
		TLSClientConfig:     &tls.Config{RootCAs: config.Roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: sideBySide,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: dialTakes,
		// The length on the way must be that of the document.
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
	}
	client := &http.Client{Transport: carrier, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Fetcher{source: config.Source, client: client, takes: config.Takes, now: config.Now}
}

// Close lets go of the connections that are not in use.
func (f *Fetcher) Close() { f.client.CloseIdleConnections() }

// Fetch follows a link to a document of a kind and gives a PDF that is whole. Of a
// receipt the link may lead to a page, beside which the PDF is.
func (f *Fetcher) Fetch(ctx context.Context, kind billing.DocumentKind, link string) ([]byte, error) {
	within, cancel := context.WithTimeout(ctx, f.takes)
	defer cancel()
	got, err := f.follow(within, link)
	if err == nil && got.page && kind == billing.DocumentReceipt {
		got, err = f.beside(within, got)
	}
	switch {
	case ctx.Err() != nil:
		return nil, stopped(ctx.Err())
	case within.Err() != nil:
		return nil, faultOf(billing.CodeUnavailable, "The document took too long to arrive; nothing of it was kept.", laterOn, within.Err())
	case err != nil:
		return nil, err
	case got.page:
		return nil, faultOf(billing.CodeNotStripe, "A web page came in place of the PDF; it was not saved.", freshLink, errors.New("an HTML page"))
	}
	return got.body, checkPDF(got.body)
}

// fetched is what a link led to.
type fetched struct {
	at   *url.URL
	body []byte
	page bool
}

// follow asks for a link and goes where it leads, looking at each place before it
// is asked.
func (f *Fetcher) follow(ctx context.Context, link string) (fetched, error) {
	at, err := url.Parse(link)
	if err != nil {
		// The parser's own words would repeat the link.
		return fetched{}, refused("an address that cannot be read")
	}
	for range furthest + 1 {
		if err := f.source.allows(at); err != nil {
			return fetched{}, err
		}
		got, next, err := f.ask(ctx, at)
		if err != nil || next == nil {
			return got, err
		}
		at = next
	}
	return fetched{}, faultOf(billing.CodeNotStripe, "The link to the document leads in circles.", noRemedy, errors.New("too many redirects"))
}

// ask makes one request: it gives what came, or where it leads on to.
func (f *Fetcher) ask(ctx context.Context, at *url.URL) (fetched, *url.URL, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return fetched{}, nil, refused("an address that cannot be asked")
	}
	request.Header.Set("Accept", "application/pdf, text/html;q=0.5")
	request.Header.Set("User-Agent", "Billfold")
	response, err := f.client.Do(request)
	if err != nil {
		return fetched{}, nil, unreached(err)
	}
	defer func() { _ = response.Body.Close() }() // read to its end or given up
	switch {
	case response.StatusCode == http.StatusOK:
		got, err := read(response)
		got.at = at
		return got, nil, err
	case response.StatusCode >= 300 && response.StatusCode < 400:
		next, err := at.Parse(response.Header.Get("Location"))
		if err != nil || response.Header.Get("Location") == "" {
			return fetched{}, nil, refused("a redirect to nowhere")
		}
		_, _ = io.CopyN(io.Discard, response.Body, 4<<10) // so that the connection serves again
		return fetched{}, next, nil
	default:
		_, _ = io.CopyN(io.Discard, response.Body, 4<<10)
		return fetched{}, nil, f.status(response)
	}
}

// unreached says what a failed connection means. Its own words hold the link, so
// that they go no further.
func unreached(err error) error {
	var known *fault
	if errors.As(err, &known) { // our own refusal to connect
		return known
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return faultOf(billing.CodeUnavailable, "The document took too long to arrive; nothing of it was kept.", laterOn, nil)
	}
	return faultOf(billing.CodeOffline, "The place where the vendor keeps its documents could not be reached.", laterOn, errors.New("no connection"))
}

// status says what an error status of a document's place means.
func (f *Fetcher) status(response *http.Response) error {
	cause := fmt.Errorf("status %d", response.StatusCode)
	switch code := response.StatusCode; {
	case code == http.StatusTooManyRequests:
		limited := faultOf(billing.CodeRateLimited, "The vendor asks to be left alone for a while.", laterOn, cause)
		limited.after = f.retryAfter(response.Header.Get("Retry-After"))
		return limited
	case code >= http.StatusInternalServerError:
		failed := faultOf(billing.CodeUnavailable, "The place where the vendor keeps its documents has a problem of its own.", laterOn, cause)
		failed.after = f.retryAfter(response.Header.Get("Retry-After"))
		return failed
	case code == http.StatusGone || code == http.StatusUnauthorized || code == http.StatusForbidden:
		return faultOf(billing.CodeNotFound, "The link to the document has expired.", freshLink, cause)
	case code == http.StatusNotFound:
		return faultOf(billing.CodeNotFound, "The document is not where the vendor says it is.", freshLink, cause)
	default:
		return faultOf(billing.CodeNotStripe, "The vendor gave an answer that is no document.", noRemedy, cause)
	}
}

// longestRest caps what a server may ask for.
const longestRest = 5 * time.Minute

// retryAfter reads the header's two forms: seconds, or a date.
func (f *Fetcher) retryAfter(value string) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, longestRest)
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(date.Sub(f.now()), 0), longestRest)
	}
	return 0
}

// read takes the body of a good answer, within bounds.
func read(response *http.Response) (fetched, error) {
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	got, limit := fetched{}, int64(LargestDocument)
	switch {
	case kind == "text/html" || kind == "application/xhtml+xml":
		got.page, limit = true, largestPage
	case kind == "application/pdf" || kind == "application/octet-stream" || kind == "binary/octet-stream":
		// Stores of files do not always know what they keep; the body is looked at.
	default:
		return got, faultOf(billing.CodeNotStripe, "Something other than a PDF came in its place; it was not saved.",
			noRemedy, errors.Join(fmt.Errorf("content type %q", printable(kind)), err))
	}
	if response.ContentLength > limit {
		return got, tooLarge()
	}
	var buffer bytes.Buffer
	if response.ContentLength > 0 {
		buffer.Grow(int(response.ContentLength) + bytes.MinRead)
	}
	size, err := buffer.ReadFrom(io.LimitReader(response.Body, limit+1))
	switch {
	case err != nil:
		return got, cutShort(errors.New("the answer ended early"))
	case size > limit:
		return got, tooLarge()
	}
	got.body = buffer.Bytes()
	return got, nil
}

func tooLarge() error {
	return faultOf(billing.CodeNotStripe, "The document is larger than any invoice; nothing of it was kept.", noRemedy,
		fmt.Errorf("more than %d bytes", LargestDocument))
}

func cutShort(cause error) error {
	return faultOf(billing.CodeUnavailable, "The document arrived cut short; nothing of it was kept.", laterOn, cause)
}
