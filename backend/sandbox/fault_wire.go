package sandbox

import (
	"bytes"
	"net/http"
	"strconv"

	"billfold/backend/stripewire"
)

// proxyPage is what stands between an API and its clients on a bad day.
const proxyPage = "<html>\r\n<head><title>500 Internal Server Error</title></head>\r\n" +
	"<body>\r\n<center><h1>500 Internal Server Error</h1></center>\r\n</body>\r\n</html>\r\n"

// make answers a request with a fault. A 429 and a 500 come from something in
// front of the API, so the request never gets there.
func (a *faults) make(f *fault, next http.Handler, w http.ResponseWriter, r *http.Request) {
	if f.latency > 0 {
		a.wait(r, f.latency)
	}
	whole := &kept{header: http.Header{}, status: http.StatusOK}
	switch f.status {
	case http.StatusTooManyRequests:
		if f.retryAfter != "" {
			whole.header.Set("Retry-After", f.retryAfter)
		}
		tooFast().Write(whole)
	case http.StatusInternalServerError:
		whole.header.Set("Content-Type", "text/html")
		whole.WriteHeader(f.status)
		whole.body.WriteString(proxyPage)
	default:
		next.ServeHTTP(whole, r)
	}
	if f.kind != "" {
		whole.header.Set("Content-Type", f.kind)
	}
	if f.skew != 0 {
		whole.header.Set("Date", a.now().Add(f.skew).UTC().Format(http.TimeFormat))
	}
	for name, values := range whole.header {
		w.Header()[name] = values
	}
	switch {
	case f.endless:
		goOn(w, r, whole)
	case f.cut >= 0 && f.cut < whole.body.Len():
		cutOff(w, whole, f.cut)
	default:
		w.WriteHeader(whole.status)
		_, _ = w.Write(whole.body.Bytes()) // a reader that is gone needs no answer
	}
}

func tooFast() *stripewire.Error {
	return &stripewire.Error{
		Status: http.StatusTooManyRequests, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeRateLimit,
		Message: "Request rate limit exceeded. Learn more about rate limits here: https://stripe.com/docs/rate-limits.",
	}
}

// cutOff promises the whole body and ends the connection before.
func cutOff(w http.ResponseWriter, whole *kept, after int) {
	w.Header().Set("Content-Length", strconv.Itoa(whole.body.Len()))
	w.WriteHeader(whole.status)
	_, _ = w.Write(whole.body.Bytes()[:after])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler) // the one way to end a connection in the middle of an answer
}

// goOn sends the body but for its end, and then spaces, which JSON and PDF both
// allow there, until the reader has enough.
func goOn(w http.ResponseWriter, r *http.Request, whole *kept) {
	w.Header().Del("Content-Length")
	w.WriteHeader(whole.status)
	beginning := bytes.TrimRight(whole.body.Bytes(), "\r\n")
	_, err := w.Write(beginning[:max(len(beginning)-1, 0)])
	spaces := bytes.Repeat([]byte(" "), 16<<10)
	for err == nil && r.Context().Err() == nil {
		_, err = w.Write(spaces)
	}
}

// kept is an answer held back until it is known what becomes of it.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header               { return k.header }
func (k *kept) WriteHeader(status int)            { k.status = status }
func (k *kept) Write(content []byte) (int, error) { return k.body.Write(content) }
