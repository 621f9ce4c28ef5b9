package handoff

import (
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
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

// Return waits on loopback for the browser to come back, at a path that only this
// visit has.
// Source: RFC 8252, section 7.3.
type Return struct {
	listener net.Listener
	server   *http.Server
	path     string // without its slash
	arrived  func()

	mu       sync.Mutex
	times    int
	deadline *time.Timer
	closed   bool
}

// AwaitReturn listens on 127.0.0.1 and a free port for at most lifetime. arrived is
// called each time the browser comes, and must not block. CodeUnreadable says that
// there is no port to be had.
func AwaitReturn(lifetime time.Duration, arrived func()) (*Return, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, billing.NewError(billing.CodeUnreadable, "Billfold cannot wait for the browser on this computer.", err)
	}
	r := &Return{listener: listener, path: rand.Text(), arrived: arrived}
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
	return r, nil
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
		r.show(w, http.StatusNotFound, "Nothing is awaited here", "Billfold does not wait for anybody at this address. Go back to Billfold: it shows what it knows.")
	case r.count() == 1:
		r.show(w, http.StatusOK, "You can close this tab", "Billfold is looking for what changed and will tell you there.")
		r.arrived()
	default:
		r.show(w, http.StatusOK, "You were here before", "You can close this tab. Billfold is looking once more.")
		r.arrived()
	}
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

func (r *Return) show(w http.ResponseWriter, status int, title, text string) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	header.Set("Connection", "close")
	w.WriteHeader(status)
	// A browser that is gone needs no answer.
	_ = returnTemplate.Execute(w, struct{ Title, Text string }{title, text})
	_ = http.NewResponseController(w).Flush()
}
