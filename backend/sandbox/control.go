package sandbox

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"billfold/backend/stripewire"
)

// controlPlace is below which the sandbox itself is steered.
const controlPlace = "/_sandbox/"

//go:embed control
var controlFiles embed.FS

var controlPages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(controlFiles, "control/*.html"))
})

// controlPolicy allows one stylesheet and forms that lead back here.
const controlPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

// control is the page that steers a running sandbox, the outbox, and the
// endpoints for programs. The page asks for nothing secret; what it does needs a
// token that only the page knows, so that no other site can do it.
type control struct {
	*aside
	key   string // of the API
	token string
	mux   *http.ServeMux
}

func newControl(a *aside, api http.Handler, key string) http.Handler {
	c := &control{aside: a, key: key, token: rand.Text(), mux: http.NewServeMux()}
	c.mux.HandleFunc("GET /_sandbox/{$}", c.page(c.showControl))
	c.mux.HandleFunc("GET /outbox", c.page(c.showOutbox))
	c.mux.HandleFunc("GET /_sandbox/page.css", c.page(c.stylesheet))
	c.mux.HandleFunc("POST /_sandbox/do/advance", c.action(c.advance))
	c.mux.HandleFunc("POST /_sandbox/do/fault", c.action(c.addFault))
	c.mux.HandleFunc("POST /_sandbox/do/clear", c.action(func(url.Values) error { c.faults.clear(); return nil }))
	c.mux.HandleFunc("POST /_sandbox/do/chaos", c.action(c.changeChaos))
	c.mux.HandleFunc("GET /_sandbox/faults", c.keyed(func(url.Values) error { return nil }))
	c.mux.HandleFunc("POST /_sandbox/faults", c.keyed(c.addFault))
	c.mux.HandleFunc("DELETE /_sandbox/faults", c.keyed(func(url.Values) error { c.faults.clear(); return nil }))
	c.mux.HandleFunc("POST /_sandbox/chaos", c.keyed(c.changeChaos))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ours := c.mux.Handler(r); ours != "" {
			c.mux.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
}

// page guards what a browser shows: only under a loopback name, and for no other
// site.
func (c *control) page(show http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		keepToItself(w.Header(), controlPolicy)
		switch {
		case !isLoopback(r.Host):
			http.Error(w, "This address is not this machine's.", http.StatusMisdirectedRequest)
		case !fromOurPage(r):
			http.Error(w, "Another site may not steer the sandbox.", http.StatusForbidden)
		default:
			show(w, r)
		}
	}
}

// fromOurPage trusts no Origin but the one of the Host asked for. A link may lead
// here, since opening the page does nothing.
func fromOurPage(r *http.Request) bool {
	opened := r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	if site := r.Header.Get("Sec-Fetch-Site"); !opened && !slices.Contains([]string{"", "same-origin", "none"}, site) {
		return false
	}
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "http://"+r.Host
}

// action does what a form of the page asks for, and shows the page again.
func (c *control) action(do func(url.Values) error) http.HandlerFunc {
	return c.page(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := r.ParseForm(); err != nil || subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(c.token)) != 1 {
			http.Error(w, "This form is not of this page. Load the page again.", http.StatusForbidden)
			return
		}
		if err := do(r.PostForm); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, controlPlace, http.StatusSeeOther)
	})
}

// keyed is the same for programs, which have the API key.
func (c *control) keyed(do func(url.Values) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := (&front{key: c.key}).admit(r); err != nil {
			refusal(err).Write(w)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		err := r.ParseForm()
		if err == nil {
			err = do(r.Form)
		}
		if err != nil {
			stripewire.Invalid("", "", err.Error()).Write(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(c.state()) // a reader that is gone needs no answer
	}
}

// controlState is what the endpoints for programs answer.
type controlState struct {
	Object string      `json:"object"`
	Chaos  bool        `json:"webhook_chaos"`
	Faults []faultWire `json:"faults"`
}

type faultWire struct {
	On    string `json:"on"`
	Do    string `json:"do"`
	Times int    `json:"times"`
}

func (c *control) state() controlState {
	now := controlState{Object: "_sandbox.control", Chaos: c.courier.chaotic(), Faults: []faultWire{}}
	for _, f := range c.faults.list() {
		now.Faults = append(now.Faults, faultWire(f))
	}
	return now
}

func (c *control) addFault(form url.Values) error {
	times := 0
	if text := form.Get("times"); text != "" {
		var err error
		if times, err = strconv.Atoi(text); err != nil {
			return errors.New("times is a number; 0 is until it is taken away")
		}
	}
	return c.faults.add(Fault{On: form.Get("on"), Do: form.Get("do"), Times: times})
}

func (c *control) changeChaos(form url.Values) error {
	on, err := strconv.ParseBool(form.Get("chaos"))
	if err != nil {
		return errors.New("chaos is true or false")
	}
	c.courier.setChaos(on)
	return nil
}

func (c *control) advance(form url.Values) error {
	hours, err := strconv.Atoi(form.Get("hours"))
	if err != nil || hours < 1 || hours > 24*366 {
		return errors.New("the clock moves by 1 hour to 366 days")
	}
	_, err = advanceBy(time.Duration(hours)*time.Hour, func(method, path, form string) ([]byte, error) {
		parsed, err := stripewire.ParseForm(form)
		if err != nil {
			return nil, err
		}
		given, err := c.desk.answer(request{method: method, path: path, form: parsed})
		return given.body, err
	})
	return err
}

func (c *control) showControl(w http.ResponseWriter, _ *http.Request) {
	c.desk.letTimePass()
	c.desk.mu.Lock()
	scene, clock, ahead := c.desk.world.scenario.Scenario, c.desk.world.clock, c.desk.world.ahead
	letters := len(c.desk.world.outbox)
	var endpoints []webhookEndpoint
	for _, o := range c.desk.world.webhooks.items {
		if o != nil {
			endpoints = append(endpoints, *o)
		}
	}
	c.desk.mu.Unlock()
	show(w, "control.html", map[string]any{
		"Scenario": scene, "Clock": time.Unix(clock, 0).UTC().Format("Monday, 2 January 2006, 15:04 UTC"), "Ahead": inDays(ahead),
		"Steps": []struct {
			Hours int
			Words string
		}{{1, "1 hour"}, {24, "1 day"}, {7 * 24, "1 week"}, {31 * 24, "31 days"}},
		"Faults": c.faults.list(), "Endpoints": endpoints, "Chaos": c.courier.chaotic(), "Letters": letters, "Token": c.token,
	})
}

// inDays says in words how far the clock was moved; "" when it was not.
func inDays(seconds int64) string {
	switch days := seconds / (24 * 3600); {
	case seconds < 3600:
		return ""
	case days == 0:
		return strconv.FormatInt(seconds/3600, 10) + " h"
	default:
		return strconv.FormatInt(days, 10) + " days"
	}
}

// outboxShows is how many letters the outbox shows, the newest ones.
const outboxShows = 100

func (c *control) showOutbox(w http.ResponseWriter, _ *http.Request) {
	c.desk.letTimePass()
	type shown struct {
		letter
		When string
	}
	var letters []shown
	c.desk.mu.Lock()
	all := c.desk.world.outbox
	for _, o := range slices.Backward(all[max(len(all)-outboxShows, 0):]) {
		letters = append(letters, shown{*o, time.Unix(o.At, 0).UTC().Format("2 January 2006, 15:04 UTC")})
	}
	c.desk.mu.Unlock()
	show(w, "outbox.html", map[string]any{"Letters": letters, "More": len(all) - len(letters), "Problem": c.mailer.lastProblem()})
}

func show(w http.ResponseWriter, name string, data any) {
	var page bytes.Buffer
	if err := controlPages().ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "The sandbox could not write this page.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page.Bytes()) // a reader that is gone needs no answer
}

func (c *control) stylesheet(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	http.ServeFileFS(w, r, controlFiles, "control/page.css")
}
