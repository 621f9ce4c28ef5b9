package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// portalPages is where the portal is once its link was used.
const portalPages = "/portal/"

// visitLasts is how long a visit to the portal can last. Stripe ends one after an
// hour without activity.
const visitLasts = time.Hour

// mostVisits bounds the visits kept at a time; the one that ends first gives way.
const mostVisits = 1000

// visit is one browser in the portal. Who has its cookie is the customer.
type visit struct {
	mu       sync.Mutex
	path     string // with a slash at the end
	cookie   [sha256.Size]byte
	customer string
	config   string
	flow     *portalFlow // nil when there is none, or it is over
	back     string      // return_url
	until    time.Time
	notice   string // said once, on the next page
	// waiting is a new card that its bank wants confirmed before it is saved.
	waiting *waitingCard
	// over tells that the flow is done and nothing more can be changed.
	over bool
}

type waitingCard struct {
	id       string
	standard bool // becomes the default
}

const cookieName = "portal"

// knock answers a HEAD: whoever only looks whether there is something, as programs
// that check links in letters do, does not use the link up.
func (h *hosted) knock(w http.ResponseWriter, r *http.Request) {
	waits := false
	h.desk.look(func(world *world) { waits = world.waiting(r.PathValue("secret")) != nil })
	if !waits {
		h.goneVisit(w)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
}

// loadsAhead tells whether a browser loads a page that nobody has opened yet.
func loadsAhead(r *http.Request) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Moz", "X-Purpose"} {
		if strings.Contains(r.Header.Get(name), "prefetch") || strings.Contains(r.Header.Get(name), "preview") {
			return true
		}
	}
	return false
}

// enter exchanges the link of a portal session, once, for a visit.
func (h *hosted) enter(w http.ResponseWriter, r *http.Request) {
	if loadsAhead(r) { // the browser asks again when the person comes
		h.message(w, http.StatusServiceUnavailable, "Not yet", "This page opens when you come to it.")
		return
	}
	var opened *portalSession
	h.desk.look(func(world *world) {
		if o := world.enter(r.PathValue("secret")); o != nil {
			twin := *o
			opened = &twin
		}
	})
	if opened == nil {
		h.goneVisit(w)
		return
	}
	secret := rand.Text()
	v := &visit{
		path: portalPages + rand.Text() + "/", cookie: sha256.Sum256([]byte(secret)), customer: opened.Customer,
		config: opened.Configuration, flow: opened.Flow, back: string(opened.ReturnURL), until: h.now().Add(visitLasts),
	}
	h.keep(v)
	// Lax, since the person comes from the seller's site. The path keeps it from
	// other pages of this machine, which a cookie does not tell apart by port.
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: secret, Path: v.path, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, v.path, http.StatusSeeOther)
}

func (h *hosted) keep(v *visit) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var first *visit
	for path, old := range h.visits {
		if !h.now().Before(old.until) {
			delete(h.visits, path)
		} else if first == nil || old.until.Before(first.until) {
			first = old
		}
	}
	if len(h.visits) >= mostVisits {
		delete(h.visits, first.path)
	}
	h.visits[v.path] = v
}

// visitOf finds the visit that a request belongs to; nil when it is over or the
// cookie is another's.
func (h *hosted) visitOf(r *http.Request) *visit {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.visits[portalPages+r.PathValue("visit")+"/"]
	cookie, err := r.Cookie(cookieName)
	if v == nil || err != nil || !h.now().Before(v.until) {
		return nil
	}
	given := sha256.Sum256([]byte(cookie.Value))
	if subtle.ConstantTimeCompare(given[:], v.cookie[:]) != 1 {
		return nil
	}
	v.until = h.now().Add(visitLasts)
	return v
}

func (h *hosted) goneVisit(w http.ResponseWriter) {
	h.expired(w, "For your safety, a link to the billing portal works once and for a few minutes only.",
		"Go back to where you came from and open the portal again from there.")
}

// ask is one request for a page of the portal.
type ask struct {
	http.ResponseWriter
	*http.Request
	*hosted
	visit *visit
}

// portal wraps a page of the portal: the visit must be good, what it is about
// must be turned on, and a form must be marked.
func (h *hosted) portal(method, path string, offered func(portalFeatures) bool, page func(*ask)) {
	h.mux.HandleFunc(method+" "+portalPages+"{visit}/"+path, func(w http.ResponseWriter, r *http.Request) {
		v := h.visitOf(r)
		if v == nil {
			h.goneVisit(w)
			return
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		a := &ask{w, r, h, v}
		var config portalConfig
		gone := true
		h.desk.look(func(world *world) {
			config, gone = *world.portalConfigs.find(v.config), world.customers.find(v.customer) == nil
		})
		w.Header().Set("Content-Security-Policy", pagePolicy+v.formsLeadTo())
		switch {
		case gone:
			h.goneVisit(w)
		case offered != nil && !offered(config.Features):
			a.message(w, http.StatusForbidden, "Not available here", "This is not part of the billing portal. Please ask the seller.")
		case r.Method == http.MethodPost && !h.marked(r, v.path):
			h.message(w, http.StatusForbidden, "This form is out of date", "Open the page again and retry.")
		case v.over && path != "done":
			a.goTo("done")
		default:
			page(a)
		}
	})
}

// formsLeadTo is the origin that the end of a flow leads to: a browser holds the
// whole way of a form against the policy, redirects included.
func (v *visit) formsLeadTo() string {
	if v.flow == nil || v.flow.AfterCompletion.Redirect == nil {
		return ""
	}
	to, err := url.Parse(v.flow.AfterCompletion.Redirect.ReturnURL)
	if err != nil {
		return ""
	}
	return " " + to.Scheme + "://" + to.Host
}

// page fills in what all pages of the portal have.
func (a *ask) page(title string, data any) page {
	p := page{
		Title: title, Base: a.visit.path, Return: a.visit.back, Mark: a.mark(a.visit.path), Notice: a.visit.notice,
		InFlow: a.visit.flow != nil, Data: data,
	}
	a.visit.notice = ""
	a.desk.look(func(w *world) {
		if owner := w.customers.find(a.visit.customer); owner != nil {
			p.Who = string(owner.Email)
			if p.Who == "" {
				p.Who = string(owner.Name)
			}
		}
	})
	return p
}

// goTo leads on to another page of the portal.
func (a *ask) goTo(path string) {
	http.Redirect(a.ResponseWriter, a.Request, a.visit.path+path, http.StatusSeeOther)
}

// completed says what was done, and ends the flow if this was it.
func (a *ask) completed(notice string) {
	flow := a.visit.flow
	if flow == nil {
		a.visit.notice = notice
		a.goTo("")
		return
	}
	switch end := flow.AfterCompletion; end.Type {
	case "redirect":
		a.visit.over = true
		http.Redirect(a.ResponseWriter, a.Request, end.Redirect.ReturnURL, http.StatusSeeOther)
	case "hosted_confirmation":
		a.visit.over = true
		a.visit.notice = notice
		a.goTo("done")
	default:
		a.visit.flow, a.visit.notice = nil, notice
		a.goTo("")
	}
}

// flowStart is the page that a flow begins with.
func (f *portalFlow) start() string {
	switch f.Type {
	case "subscription_cancel":
		return "subscriptions/" + f.SubscriptionCancel.Subscription + "/cancel"
	case "subscription_update":
		return "subscriptions/" + f.SubscriptionUpdate.Subscription + "/plans"
	case "subscription_update_confirm":
		confirm := f.SubscriptionUpdateConfirm
		return "subscriptions/" + confirm.Subscription + "/change?price=" + url.QueryEscape(string(confirm.Items[0].Price))
	}
	return "cards/new"
}
