package sandbox

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"billfold/backend/stripewire"
)

//go:embed hosted
var hostedFiles embed.FS

// hostedPages are the templates, each with the frame around it. Programs that carry a
// sandbox often start without it, so they are read when the first is shown.
var hostedPages = sync.OnceValue(func() map[string]*template.Template {
	pages := map[string]*template.Template{}
	for _, name := range strings.Fields("home card remove challenge billing invoices cancel plans change done invoice receipt outdated message") {
		frame := template.New("frame.html").Funcs(template.FuncMap{"field": newField, "countries": countries})
		pages[name] = template.Must(frame.ParseFS(hostedFiles, "hosted/frame.html", "hosted/parts.html", "hosted/"+name+".html"))
	}
	return pages
})

// hosted serves the pages that a person sees in a browser: the customer portal,
// the page of an invoice, and documents. They read the world under the desk's
// lock and change it by the same requests as everybody else, so the journal knows
// all of it. Card numbers end here.
type hosted struct {
	desk *desk
	now  func() time.Time
	key  []byte // of the marks on forms; new with every start
	mux  *http.ServeMux

	mu     sync.Mutex
	visits map[string]*visit
}

func newHosted(d *desk, now func() time.Time) *hosted {
	h := &hosted{desk: d, now: now, key: []byte(rand.Text()), mux: http.NewServeMux(), visits: map[string]*visit{}}
	h.mux.HandleFunc("GET /hosted/page.css", h.stylesheet)
	h.mux.HandleFunc("GET "+portalDoor+"{secret}", h.enter)
	h.mux.HandleFunc("HEAD "+portalDoor+"{secret}", h.knock)
	h.portalRoutes()
	h.invoiceRoutes()
	h.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { h.missing(w) })
	return h
}

// owns tells whether a path is one of the pages.
func (h *hosted) owns(path string) bool {
	for _, place := range []string{invoicePages, creditNotePDF, receiptPages, "/p/", portalPages, "/hosted/"} {
		if strings.HasPrefix(path, place) {
			return true
		}
	}
	return false
}

// pagePolicy allows one stylesheet and forms that lead back here.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// maxForm bounds what a form may send, in bytes.
const maxForm = 64 << 10

// keepToItself has a browser show a page under a content security policy, keep no
// copy of it, and let no other site have a part in it.
func keepToItself(header http.Header, policy string) {
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	// Not no-referrer: with it a browser hides the origin of a form.
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
}

func (h *hosted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	keepToItself(w.Header(), pagePolicy)
	switch {
	case !isLoopback(r.Host):
		h.message(w, http.StatusMisdirectedRequest, "Not this address", "These pages are only shown under a loopback address such as 127.0.0.1.")
	case r.Method == http.MethodPost && !ownForm(r):
		h.message(w, http.StatusForbidden, "This form came from elsewhere", "For your safety, forms are only accepted from the page itself. Open the page again and retry.")
	default:
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		h.mux.ServeHTTP(w, r)
	}
}

// ownForm tells whether a form was sent by one of these pages.
func ownForm(r *http.Request) bool {
	origin, err := url.Parse(r.Header.Get("Origin"))
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return err == nil && origin.Scheme == "http" && origin.Host == r.Host && kind == "application/x-www-form-urlencoded"
}

// page is what every template gets.
type page struct {
	Title   string
	Seller  string
	Base    string // path of the portal's pages, with a slash at the end; "" elsewhere
	Who     string // e-mail or name of the customer
	Return  string // where the way back to the seller leads; "" for none
	Mark    string // proves that a form is ours
	Notice  string
	Problem string
	InFlow  bool
	Data    any
}

func (h *hosted) show(w http.ResponseWriter, status int, name string, p page) {
	var body bytes.Buffer
	if p.Seller == "" {
		p.Seller = h.desk.world.scenario.seller.name // never changes
	}
	if err := hostedPages()[name].Execute(&body, p); err != nil {
		http.Error(w, "The page could not be written.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // a reader that is gone needs no page
}

// words is a page of a sentence or two.
type words struct{ Text, More, Link, LinkText string }

func (h *hosted) message(w http.ResponseWriter, status int, title, text string) {
	h.show(w, status, "message", page{Title: title, Data: words{Text: text}})
}

func (h *hosted) missing(w http.ResponseWriter) {
	h.message(w, http.StatusNotFound, "Page not found", "There is nothing at this address. If you followed a link, it may have been cut off.")
}

func (h *hosted) expired(w http.ResponseWriter, what, remedy string) {
	h.show(w, http.StatusGone, "message", page{Title: "This link has expired", Data: words{Text: what, More: remedy}})
}

func (h *hosted) stylesheet(w http.ResponseWriter, _ *http.Request) {
	css, err := hostedFiles.ReadFile("hosted/page.css")
	if err != nil {
		h.missing(w)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(css)
}

// mark makes the proof that a form is of a page that only its visitor sees.
func (h *hosted) mark(of string) string {
	mac := hmac.New(sha256.New, h.key)
	mac.Write([]byte(of))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (h *hosted) marked(r *http.Request, of string) bool {
	return subtle.ConstantTimeCompare([]byte(r.PostFormValue("mark")), []byte(h.mark(of))) == 1
}

// look lets time pass and reads the world.
func (d *desk) look(read func(*world)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.world.advance(d.now().Unix() + d.world.ahead)
	read(d.world)
}

// write makes a change as an integrator would; pairs are names and values.
func (h *hosted) write(method, path string, pairs ...string) (reply, *stripewire.Error) {
	form := make(stripewire.Form, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		field, err := stripewire.NewField(pairs[i], pairs[i+1])
		if err != nil {
			return reply{}, stripewire.Internal("The form could not be passed on.")
		}
		form = append(form, field)
	}
	given, err := h.desk.answer(request{method: method, path: path, form: form})
	var refused *stripewire.Error
	if err != nil && !errors.As(err, &refused) {
		refused = stripewire.Internal("The sandbox failed to answer.")
	}
	return given, refused
}

func (h *hosted) post(path string, pairs ...string) *stripewire.Error {
	_, refused := h.write(http.MethodPost, path, pairs...)
	return refused
}
