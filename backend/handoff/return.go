package handoff

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"billfold/backend/billing"
)

//go:embed return.html
var returnPage string

var returnTemplate = template.Must(template.New("return").Parse(returnPage))

// lingers is how long the page can still be had after the browser came back, so
// that loading it again does not look like a fault.
const lingers = time.Minute

// Shown is the page for a browser that came back: plain texts.
type Shown struct {
	Status      int
	Title, Text string
}

// Return waits on loopback for the browser to come back, at one path.
// Source: RFC 8252, section 7.3.
type Return struct {
	listener net.Listener
	server   *http.Server
	path     string // without its slash
	// receive says what a browser sees that came, and what is done once it has that.
	receive func(url.Values) (Shown, func())

	mu       sync.Mutex
	times    int
	deadline *time.Timer
	closed   bool
}

// AwaitReturn listens on 127.0.0.1 and a free port for at most lifetime, at a path
// that only this visit has. arrived is called each time the browser comes, and must
// not block. CodeUnreadable says that there is no port to be had.
func AwaitReturn(lifetime time.Duration, arrived func()) (*Return, error) {
	r := &Return{path: rand.Text()}
	r.receive = func(url.Values) (Shown, func()) { return r.welcome(), arrived }
	return r, r.listen(lifetime)
}

// AwaitAnswer is AwaitReturn for a browser that brings something, to a path that
// whoever sends it there has to know beforehand: what it brings must prove that it
// was sent. receive is called each time with the query; the function it gives is
// called when the browser has its page, and must not block.
func AwaitAnswer(lifetime time.Duration, path string, receive func(url.Values) (Shown, func())) (*Return, error) {
	r := &Return{path: path, receive: receive}
	return r, r.listen(lifetime)
}

func (r *Return) listen(lifetime time.Duration) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return billing.NewError(billing.CodeUnreadable, "Billfold cannot wait for the browser on this computer.", err)
	}
	r.listener = listener
	r.server = &http.Server{
		Handler: http.HandlerFunc(r.answer), ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
		MaxHeaderBytes: 32 << 10,
		// What it would say could hold the address.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	// A short lifetime may be over before the timer is noted.
	r.mu.Lock()
	r.deadline = time.AfterFunc(lifetime, r.Close)
	r.mu.Unlock()
	go func() { _ = r.server.Serve(listener) }() // ends with Close
	return nil
}

// URL is where the browser is to be led back to.
func (r *Return) URL() string { return "http://" + r.listener.Addr().String() + "/" + r.path }

// Through is the same by way of a page of a server, which leads on to here: an
// address on this computer is not accepted everywhere.
func (r *Return) Through(page string) string {
	port := r.listener.Addr().(*net.TCPAddr).Port
	return page + "/" + strconv.Itoa(port) + "/" + r.path
}

// Close stops waiting; it may be called again.
func (r *Return) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.closed = true
	r.deadline.Stop()
	_ = r.server.Close() // nothing is left to be done about it
}

// answer tells the person what they see, and that they may go. Only this computer
// under its number is answered: a name that leads here is somebody's trick.
func (r *Return) answer(w http.ResponseWriter, request *http.Request) {
	switch {
	case request.Host != r.listener.Addr().String():
		http.Error(w, "This address is for this computer alone.", http.StatusForbidden)
	case request.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "Only a browser's visit is awaited here.", http.StatusMethodNotAllowed)
	case subtle.ConstantTimeCompare([]byte(request.URL.EscapedPath()), []byte("/"+r.path)) != 1:
		r.show(w, Shown{http.StatusNotFound, "Nothing is awaited here", "Billfold does not wait for anybody at this address. Go back to Billfold: it shows what it knows."})
	default:
		brought, err := url.ParseQuery(request.URL.RawQuery)
		if err != nil {
			brought = url.Values{} // half of something is nothing
		}
		shown, then := r.receive(brought)
		r.show(w, shown)
		then()
	}
}

// welcome is what the browser of a visit sees.
func (r *Return) welcome() Shown {
	if r.count() == 1 {
		return Shown{http.StatusOK, "You can close this tab", "Billfold is looking for what changed and will tell you there."}
	}
	return Shown{http.StatusOK, "You were here before", "You can close this tab. Billfold is looking once more."}
}

// count notes a return; the first one starts the end of the waiting.
func (r *Return) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times++
	if r.times == 1 {
		r.deadline.Reset(lingers)
	}
	return r.times
}

func (r *Return) show(w http.ResponseWriter, shown Shown) {
	var page bytes.Buffer
	_ = returnTemplate.Execute(&page, shown) // texts alone
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	header.Set("Connection", "close")
	// Whole at once: who waits for the browser may end the server right after.
	header.Set("Content-Length", strconv.Itoa(page.Len()))
	w.WriteHeader(shown.Status)
	// A browser that is gone needs no answer.
	_, _ = w.Write(page.Bytes())
	_ = http.NewResponseController(w).Flush()
}
