package sandbox

import (
	"net/http"
	"strings"

	"billfold/backend/stripewire"
)

// billingPage is the form for who the bills are to.
type billingPage struct {
	Form    form
	TaxForm form
	Offers  map[string]bool
	TaxIDs  []taxIDRow
	Types   []namedCode
}

func (a *ask) billing() {
	f := newForm()
	a.desk.look(func(w *world) {
		owner := w.customers.find(a.visit.customer)
		f.Values["name"], f.Values["email"], f.Values["phone"] = string(owner.Name), string(owner.Email), string(owner.Phone)
		f.fillAddress(owner.Address)
	})
	a.showBilling(http.StatusOK, f, newForm(), "")
}

func (a *ask) showBilling(status int, f, tax form, problem string) {
	data := billingPage{Form: f, TaxForm: tax, Offers: map[string]bool{}, Types: taxIDNames()}
	a.desk.look(func(w *world) {
		offers := w.portalConfigs.find(a.visit.config).Features
		for _, what := range []string{"name", "email", "phone", "address", "tax_id"} {
			data.Offers[what] = offers.CustomerUpdate.allows(what)
		}
		data.TaxIDs = w.ownerCard(w.customers.find(a.visit.customer), offers).TaxIDs
	})
	p := a.page("Billing information", data)
	p.Problem = problem
	a.show(a.ResponseWriter, status, "billing", p)
}

// saveBilling takes over what the configuration lets a customer change, and
// leaves the rest out whatever was sent.
func (a *ask) saveBilling() {
	var offers portalCustomer
	a.desk.look(func(w *world) { offers = w.portalConfigs.find(a.visit.config).Features.CustomerUpdate })
	f := newForm()
	var pairs []string
	for _, name := range []string{"name", "email", "phone"} {
		if offers.allows(name) {
			f.read(a.Request, name)
			pairs = append(pairs, name, f.Values[name])
		}
	}
	if offers.allows("name") {
		f.need("name", "Enter a name.")
	}
	if offers.allows("email") && !strings.Contains(f.Values["email"], "@") {
		f.wrong("email", "Enter an e-mail address.")
	}
	if offers.allows("address") {
		f.read(a.Request, addressFields...)
		f.checkCountry()
		pairs = append(pairs, f.pairs("address")...)
	}
	if len(f.Wrong) > 0 {
		a.showBilling(http.StatusUnprocessableEntity, f, newForm(), "Please check the form.")
		return
	}
	if refused := a.post("/v1/customers/"+a.visit.customer, pairs...); refused != nil {
		a.showBilling(http.StatusUnprocessableEntity, f, newForm(), refused.Message)
		return
	}
	a.completed("Your billing information was saved. It goes on your next invoice.")
}

func (a *ask) addTaxID() {
	tax := newForm()
	tax.read(a.Request, "type", "value")
	refused := a.post("/v1/customers/"+a.visit.customer+"/tax_ids", "type", tax.Values["type"], "value", tax.Values["value"])
	if refused == nil {
		a.visit.notice = "The tax ID was added."
		a.goTo("billing")
		return
	}
	tax.wrong("value", taxIDProblem(refused, tax.Values["type"]))
	f := newForm()
	a.desk.look(func(w *world) {
		owner := w.customers.find(a.visit.customer)
		f.Values["name"], f.Values["email"], f.Values["phone"] = string(owner.Name), string(owner.Email), string(owner.Phone)
		f.fillAddress(owner.Address)
	})
	a.showBilling(http.StatusUnprocessableEntity, f, tax, "The tax ID was not added.")
}

func taxIDProblem(refused *stripewire.Error, kind string) string {
	if refused.Code == stripewire.CodeTaxIDInvalid {
		return "This is not a valid number for " + taxIDName(kind) + "."
	}
	return "Choose a type and enter the number."
}

func (a *ask) removeTaxID() {
	mine := false
	a.desk.look(func(w *world) {
		id := w.taxIDs.find(a.PathValue("id"))
		mine = id != nil && id.Customer == a.visit.customer
	})
	if !mine {
		a.missing(a.ResponseWriter)
		return
	}
	if _, refused := a.write(http.MethodDelete, "/v1/customers/"+a.visit.customer+"/tax_ids/"+a.PathValue("id")); refused != nil {
		a.showHome(http.StatusUnprocessableEntity, refused.Message)
		return
	}
	a.visit.notice = "The tax ID was removed."
	a.goTo("billing")
}

// invoicesPage is one page of all invoices.
type invoicesPage struct {
	Invoices []invoiceRow
	Older    string // number of the last one shown, "" when there are no more
	First    bool
}

const invoicesPerPage = 24

// invoices lists them, newest first; older ones follow the number in "after".
func (a *ask) invoices() {
	after := a.URL.Query().Get("after")
	data := invoicesPage{First: after == ""}
	a.desk.look(func(w *world) {
		p := paging{limit: invoicesPerPage}
		for _, bill := range w.invoices.items {
			if bill != nil && bill.Customer == a.visit.customer && string(bill.Number) == after && after != "" {
				p.after = bill.ID
			}
		}
		rows, more := w.invoiceRows(a.visit.customer, p)
		data.Invoices = rows
		if more {
			data.Older = rows[len(rows)-1].Number
		}
	})
	a.show(a.ResponseWriter, http.StatusOK, "invoices", a.page("Invoices", data))
}
