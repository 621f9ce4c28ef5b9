package issuer

import (
	"context"
	_ "embed"
	"html/template"
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const (
	signInPath = "/sign-in"
	devicePath = "/device"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is what a person sees.
type page struct {
	Title, Text string
	// Action and Name and Value say where a choice is sent to, and about what.
	Action, Name, Value string
	People              []Person
	// AsksCode asks for the code that another device shows.
	AsksCode bool
}

// pages are what a person sees of the issuer.
type pages struct {
	shelf    *shelf
	origin   string
	callback func(context.Context, string) string
}

// signIn asks who somebody is, and leads them back.
func (p *pages) signIn(w http.ResponseWriter, r *http.Request) {
	id := r.FormValue("id")
	request, err := p.shelf.AuthRequestByID(r.Context(), id)
	switch {
	case err != nil:
		p.show(w, http.StatusNotFound, page{Title: "This sign-in is over", Text: "Go back to Billfold and begin again."})
	case r.Method == http.MethodGet:
		p.ask(w, r, page{Title: "Who are you?", Action: signInPath, Name: "id", Value: id})
	case !p.ours(r):
		p.show(w, http.StatusForbidden, page{Title: "Nothing was done", Text: "That did not come from this page."})
	case r.FormValue("person") == "":
		back := oidc.ErrAccessDenied()
		address, err := op.AuthResponseURL(request.GetRedirectURI(), request.GetResponseType(), request.GetResponseMode(),
			&struct {
				Error string `schema:"error"`
				State string `schema:"state"`
			}{string(back.ErrorType), request.GetState()}, oidc.NewEncoder())
		p.lead(w, r, address, err)
	default:
		person, err := p.shelf.person(r.Context(), r.FormValue("person"))
		if err != nil || !p.shelf.settle(id, person) {
			p.show(w, http.StatusNotFound, page{Title: "Nobody of that name is known here", Text: "Go back and choose again."})
			return
		}
		p.lead(w, r, p.callback(op.ContextWithIssuer(r.Context(), p.origin), id), nil)
	}
}

func (p *pages) lead(w http.ResponseWriter, r *http.Request, address string, err error) {
	if err != nil {
		p.show(w, http.StatusInternalServerError, page{Title: "The sign-in failed", Text: "Go back to Billfold and begin again."})
		return
	}
	http.Redirect(w, r, address, http.StatusFound)
}

// device takes the code that another device shows, and then asks who somebody is.
func (p *pages) device(w http.ResponseWriter, r *http.Request) {
	code := r.FormValue("user_code")
	switch {
	case r.Method == http.MethodGet && code == "":
		p.show(w, http.StatusOK, page{Title: "Enter the code that Billfold shows", Action: devicePath, AsksCode: true})
	case !p.shelf.waiting(code):
		p.show(w, http.StatusNotFound, page{
			Title: "Nobody waits for this code", Text: "Compare it with what Billfold shows, or begin again there.", Action: devicePath, AsksCode: true,
		})
	case r.Method == http.MethodGet:
		p.ask(w, r, page{
			Title: "Who are you?", Text: "You are signing in the Billfold that shows " + plain(code)[:4] + "-" + plain(code)[4:] + ".",
			Action: devicePath, Name: "user_code", Value: code,
		})
	case !p.ours(r):
		p.show(w, http.StatusForbidden, page{Title: "Nothing was done", Text: "That did not come from this page."})
	default:
		p.settleDevice(w, r, code)
	}
}

func (p *pages) settleDevice(w http.ResponseWriter, r *http.Request, code string) {
	var person Person
	if wanted := r.FormValue("person"); wanted != "" {
		var err error
		if person, err = p.shelf.person(r.Context(), wanted); err != nil {
			p.show(w, http.StatusNotFound, page{Title: "Nobody of that name is known here", Text: "Go back and choose again."})
			return
		}
	}
	p.shelf.settleDevice(code, person)
	if person.Subject == "" {
		p.show(w, http.StatusOK, page{Title: "You are not signed in", Text: "You can close this tab."})
		return
	}
	p.show(w, http.StatusOK, page{Title: "You are signed in", Text: "You can close this tab. Billfold goes on by itself."})
}

// ours tells whether a form was sent from one of these pages.
func (p *pages) ours(r *http.Request) bool {
	return r.Method == http.MethodPost && r.Header.Get("Origin") == p.origin
}

func (p *pages) ask(w http.ResponseWriter, r *http.Request, shown page) {
	people, err := p.shelf.options.People(r.Context())
	if err != nil {
		p.show(w, http.StatusServiceUnavailable, page{Title: "The sandbox does not answer", Text: "Go back to Billfold and begin again."})
		return
	}
	shown.People = people
	p.show(w, http.StatusOK, shown)
}

func (p *pages) show(w http.ResponseWriter, status int, shown page) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
	w.WriteHeader(status)
	_ = pageTemplate.Execute(w, shown) // a reader that is gone needs no answer
}
