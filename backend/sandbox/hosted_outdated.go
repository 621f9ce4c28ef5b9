package sandbox

import (
	"net/http"
	"strings"
)

// outdated is what the page of an expired link offers: a new one by mail, to the
// address that the seller has, and whom to ask.
type outdated struct {
	Text, Action  string
	Seller, Email string // of the seller
}

func (h *hosted) outdated(w http.ResponseWriter, place, secret, why string) {
	seller := h.desk.world.scenario.seller // never changes
	h.show(w, http.StatusGone, "outdated", page{
		Title: "This link has expired", Mark: h.mark(secret),
		Data: outdated{Text: why, Action: place + secret + "/mail", Seller: seller.name, Email: seller.email},
	})
}

// askForLink mails a fresh link to who has an expired one and knows the address
// it belongs to. The answer is the same when they do not: it must tell nobody
// whose invoice this is.
func (h *hosted) askForLink(place string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		secret, address := r.PathValue("secret"), strings.TrimSpace(r.PostFormValue("email"))
		if !h.marked(r, secret) {
			h.message(w, http.StatusForbidden, "This form is out of date", "Open the page again and retry.")
			return
		}
		kind, id, theirs := "charge", "", ""
		h.desk.look(func(world *world) {
			given, _ := world.links.read(place, secret)
			id = given.id
			if paid := world.charges.find(id); paid != nil {
				theirs = world.addressOf(paid.Customer)
			}
			if bill := world.invoices.find(id); bill != nil {
				kind, theirs = "invoice", world.addressOf(bill.Customer)
			}
		})
		if theirs != "" && strings.EqualFold(address, theirs) {
			_ = h.post("/_sandbox/links/mail", kind, id) // a failure must not tell either
		}
		h.message(w, http.StatusOK, "Look into your mailbox",
			"If this is the address the seller has for you, a letter with a new link is on its way. In the sandbox it is on the page /outbox.")
	}
}

// addressOf is where mail to a customer goes; "" for nowhere.
func (w *world) addressOf(customer string) string {
	if owner := w.customers.find(customer); owner != nil {
		return string(owner.Email)
	}
	return ""
}
