package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"billfold/backend/stripewire"
)

// cardPage is the form for a new card, or for what can be changed of one.
type cardPage struct {
	Form   form
	ID     string // "" for a new card
	Name   string
	Note   string
	Cancel string
}

// newCardFields are the fields that may come back after a mistake. The number and
// the security code are not among them.
var newCardFields = append([]string{"name", "expiry"}, addressFields...)

// filledCard is a form for a card with what is known of its owner.
func (h *hosted) filledCard(customerID string) form {
	f := newForm()
	h.desk.look(func(w *world) {
		if owner := w.customers.find(customerID); owner != nil {
			f.Values["name"] = string(owner.Name)
			f.fillAddress(owner.Address)
		}
	})
	return f
}

func (a *ask) newCard() {
	f := a.filledCard(a.visit.customer)
	f.Values["standard"] = "yes"
	a.showCard(http.StatusOK, f, "")
}

func (a *ask) showCard(status int, f form, problem string) {
	p := a.page("Add a payment method", cardPage{Form: f, Cancel: a.visit.path})
	p.Problem = problem
	a.show(a.ResponseWriter, status, "card", p)
}

// addCard saves a new card, or asks its bank first.
func (a *ask) addCard() {
	f := newForm()
	f.read(a.Request, append([]string{"standard"}, newCardFields...)...)
	id, test, problem := a.makeCard(&f, a.Request)
	if problem == "" && len(f.Wrong) > 0 {
		problem = "Please check the form."
	}
	if problem != "" {
		a.showCard(http.StatusUnprocessableEntity, f, problem)
		return
	}
	a.visit.waiting = &waitingCard{id: id, standard: f.Values["standard"] != "" || a.visit.flow != nil}
	if test.confirm == confirmAlways || test.confirm == confirmOnce {
		a.goTo("confirm")
		return
	}
	a.saveWaiting(f)
}

// makeCard makes a payment method of what was typed: the number becomes the name
// of a test card here, and goes no further.
func (h *hosted) makeCard(f *form, r *http.Request) (id string, test testCard, problem string) {
	number, code := r.PostFormValue("number"), r.PostFormValue("cvc")
	test, refused := cardByNumber(number)
	if refused != nil {
		f.wrong("number", refused.Message)
	}
	var month, year int
	h.desk.look(func(w *world) { month, year = f.checkExpiry(w.clock) })
	digits := 3
	if test.brand == "amex" {
		digits = 4
	}
	if _, err := strconv.ParseUint(code, 10, 32); err != nil || len(code) != digits {
		f.wrong("cvc", fmt.Sprintf("Enter the %d-digit security code.", digits))
	}
	f.need("name", "Enter the name on the card.")
	f.checkCountry()
	if len(f.Wrong) > 0 {
		return "", test, ""
	}
	given, failed := h.write(http.MethodPost, "/v1/payment_methods", append(f.pairs("billing_details[address]"),
		"type", "card", "card[token]", "tok_"+test.token, "card[exp_month]", strconv.Itoa(month), "card[exp_year]", strconv.Itoa(year),
		"billing_details[name]", f.Values["name"])...)
	if failed != nil {
		return "", test, failed.Message
	}
	return idIn(given), test, ""
}

// idIn is the id of the object that a write answered with.
func idIn(given reply) string {
	var o struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(given.body, &o) // it was written a moment ago
	return o.ID
}

// saveWaiting attaches the new card, now that nothing stands in its way.
func (a *ask) saveWaiting(f form) {
	waiting := a.visit.waiting
	a.visit.waiting = nil
	if refused := a.attachCard(waiting.id, a.visit.customer, waiting.standard); refused != nil {
		a.showCard(http.StatusUnprocessableEntity, f, refused.Message+" Try another card.")
		return
	}
	a.completed("Your card was added.")
}

func (h *hosted) attachCard(id, customerID string, standard bool) *stripewire.Error {
	if refused := h.post("/v1/payment_methods/"+id+"/attach", "customer", customerID); refused != nil {
		return refused
	}
	first := false
	h.desk.look(func(w *world) {
		first = w.customers.find(customerID).InvoiceSettings.DefaultPaymentMethod == ""
	})
	if !standard && !first {
		return nil
	}
	return h.post("/v1/customers/"+customerID, "invoice_settings[default_payment_method]", id)
}

// challenge is the page of the bank.
type challenge struct {
	Card, Amount, Action, Leave string
	// Over is what is said instead of the question when there is none.
	Over string
}

func (a *ask) confirmCard() {
	if a.visit.waiting == nil {
		a.goTo("")
		return
	}
	data := challenge{Action: a.visit.path + "confirm", Leave: a.visit.path}
	a.desk.look(func(w *world) { data.Card = methodName(w.paymentMethods.find(a.visit.waiting.id)) })
	a.show(a.ResponseWriter, http.StatusOK, "challenge", a.page("Confirm it is you", data))
}

func (a *ask) answerConfirm() {
	waiting := a.visit.waiting
	switch {
	case waiting == nil:
		a.goTo("")
		return
	case a.PostFormValue("outcome") != confirmationCompleted:
		a.visit.waiting = nil
		a.showCard(http.StatusUnprocessableEntity, a.filledCard(a.visit.customer),
			"Your bank could not confirm that it is you, so the card was not saved. Try again or use another card.")
		return
	}
	if refused := a.post("/_sandbox/payment_methods/"+waiting.id+"/bank", "confirmed", "true"); refused != nil {
		a.showCard(http.StatusUnprocessableEntity, a.filledCard(a.visit.customer), refused.Message)
		return
	}
	a.saveWaiting(a.filledCard(a.visit.customer))
}

// ownCard finds a method of the customer by the id in the path; it answers 404
// and gives nil otherwise.
func (a *ask) ownCard() *paymentMethod {
	var found *paymentMethod
	a.desk.look(func(w *world) {
		if m := w.paymentMethods.find(a.PathValue("id")); m != nil && string(m.Customer) == a.visit.customer {
			twin := *m
			if m.Card != nil {
				face := *m.Card
				twin.Card = &face
			}
			found = &twin
		}
	})
	if found == nil {
		a.missing(a.ResponseWriter)
	}
	return found
}

func (a *ask) editCard() {
	m := a.ownCard()
	if m == nil {
		return
	}
	f := newForm()
	f.Values["name"] = string(m.BillingDetails.Name)
	f.fillAddress(&m.BillingDetails.Address)
	if m.Card != nil {
		f.Values["expiry"] = fmt.Sprintf("%02d / %02d", m.Card.ExpMonth, m.Card.ExpYear%100)
	}
	a.showEdit(http.StatusOK, m, f, "")
}

func (a *ask) showEdit(status int, m *paymentMethod, f form, problem string) {
	p := a.page("Edit "+methodName(m), cardPage{Form: f, ID: m.ID, Name: methodName(m), Cancel: a.visit.path})
	p.Problem = problem
	a.show(a.ResponseWriter, status, "card", p)
}

func (a *ask) saveCard() {
	m := a.ownCard()
	if m == nil {
		return
	}
	f := newForm()
	f.read(a.Request, newCardFields...)
	f.need("name", "Enter the name on the card.")
	f.checkCountry()
	pairs := append(f.pairs("billing_details[address]"), "billing_details[name]", f.Values["name"])
	if m.Card != nil {
		var month, year int
		a.desk.look(func(w *world) { month, year = f.checkExpiry(w.clock) })
		pairs = append(pairs, "card[exp_month]", strconv.Itoa(month), "card[exp_year]", strconv.Itoa(year))
	}
	if len(f.Wrong) > 0 {
		a.showEdit(http.StatusUnprocessableEntity, m, f, "Please check the form.")
		return
	}
	if refused := a.post("/v1/payment_methods/"+m.ID, pairs...); refused != nil {
		a.showEdit(http.StatusUnprocessableEntity, m, f, refused.Message)
		return
	}
	a.completed("Your changes to " + methodName(m) + " were saved.")
}

func (a *ask) makeDefault() {
	m := a.ownCard()
	if m == nil {
		return
	}
	a.done(a.post("/v1/customers/"+a.visit.customer, "invoice_settings[default_payment_method]", m.ID), methodName(m)+" is your default now.")
}

// done goes back to the first page with what was done, or why it was not.
func (a *ask) done(refused *stripewire.Error, notice string) {
	if refused != nil {
		a.showHome(http.StatusUnprocessableEntity, refused.Message)
		return
	}
	a.completed(notice)
}

// removal asks before a method is removed.
type removal struct {
	ID, Name                string
	Last, Default, Renewing bool
}

func (a *ask) askRemove() {
	m := a.ownCard()
	if m == nil {
		return
	}
	data := removal{ID: m.ID, Name: methodName(m), Last: true}
	a.desk.look(func(w *world) {
		for _, other := range w.paymentMethods.items {
			if other != nil && string(other.Customer) == a.visit.customer && other.ID != m.ID {
				data.Last = false
			}
		}
		data.Default = string(w.customers.find(a.visit.customer).InvoiceSettings.DefaultPaymentMethod) == m.ID
		for _, s := range w.subscriptions.items {
			if s.Customer == a.visit.customer && s.running() && !s.CancelAtPeriodEnd {
				data.Renewing = true
			}
		}
	})
	a.show(a.ResponseWriter, http.StatusOK, "remove", a.page("Remove "+data.Name, data))
}

func (a *ask) remove() {
	if m := a.ownCard(); m != nil {
		a.done(a.post("/v1/payment_methods/"+m.ID+"/detach"), methodName(m)+" was removed.")
	}
}
