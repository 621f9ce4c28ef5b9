package sandbox

import (
	"net/http"
	"slices"
	"strings"

	"billfold/backend/stripewire"
)

// homePage is the first page of the portal.
type homePage struct {
	Headline      string
	Offers        portalFeatures
	Subscriptions []subscriptionCard
	Methods       []methodRow
	Owner         ownerCard
	Invoices      []invoiceRow
	More          bool
	Privacy       string
	Terms         string
}

// subscriptionCard is a subscription as the first page shows it.
type subscriptionCard struct {
	ID, Name, Price, Note, Warning string
	Standing                       standing
	CanCancel, CanKeep, CanChange  bool
}

// methodRow is a payment method in a list.
type methodRow struct {
	ID, Name, Expiry string
	Default, Expired bool
}

// ownerCard is who the bills are to.
type ownerCard struct {
	Name, Email, Phone string
	Address            []string
	TaxIDs             []taxIDRow
	CanEdit, CanTaxID  bool
}

type taxIDRow struct {
	ID, Name, Value string
	Standing        standing
}

// invoiceRow is an invoice in a list.
type invoiceRow struct {
	Number, Day, Amount, Link string
	Standing                  standing
}

// shownInvoices is how many invoices the first page has.
const shownInvoices = 6

func (h *hosted) portalRoutes() {
	cards := func(f portalFeatures) bool { return f.PaymentMethodUpdate.Enabled }
	customer := func(f portalFeatures) bool { return f.CustomerUpdate.Enabled }
	taxes := func(f portalFeatures) bool { return f.CustomerUpdate.allows("tax_id") }
	cancel := func(f portalFeatures) bool { return f.SubscriptionCancel.Enabled }
	update := func(f portalFeatures) bool { return f.SubscriptionUpdate.Enabled }
	h.portal("GET", "{$}", nil, (*ask).home)
	h.portal("GET", "done", nil, (*ask).flowDone)
	h.portal("GET", "cards/new", cards, (*ask).newCard)
	h.portal("POST", "cards/new", cards, (*ask).addCard)
	h.portal("GET", "confirm", cards, (*ask).confirmCard)
	h.portal("POST", "confirm", cards, (*ask).answerConfirm)
	h.portal("GET", "cards/{id}/edit", cards, (*ask).editCard)
	h.portal("POST", "cards/{id}/edit", cards, (*ask).saveCard)
	h.portal("POST", "cards/{id}/default", cards, (*ask).makeDefault)
	h.portal("GET", "cards/{id}/remove", cards, (*ask).askRemove)
	h.portal("POST", "cards/{id}/remove", cards, (*ask).remove)
	h.portal("GET", "billing", customer, (*ask).billing)
	h.portal("POST", "billing", customer, (*ask).saveBilling)
	h.portal("POST", "tax-ids", taxes, (*ask).addTaxID)
	h.portal("POST", "tax-ids/{id}/remove", taxes, (*ask).removeTaxID)
	h.portal("GET", "invoices", func(f portalFeatures) bool { return f.InvoiceHistory.Enabled }, (*ask).invoices)
	h.portal("GET", "subscriptions/{id}/cancel", cancel, (*ask).askCancel)
	h.portal("POST", "subscriptions/{id}/cancel", cancel, (*ask).cancelPlan)
	h.portal("POST", "subscriptions/{id}/keep", cancel, (*ask).keepPlan)
	h.portal("GET", "subscriptions/{id}/plans", update, (*ask).plans)
	h.portal("GET", "subscriptions/{id}/change", update, (*ask).previewPlan)
	h.portal("POST", "subscriptions/{id}/change", update, (*ask).changePlan)
}

func (c portalCustomer) allows(what string) bool {
	return c.Enabled && slices.Contains(c.AllowedUpdates, what)
}

// home is the first page; within a flow it leads to the flow's task.
func (a *ask) home() {
	if a.visit.flow != nil {
		a.goTo(a.visit.flow.start())
		return
	}
	a.showHome(http.StatusOK, "")
}

func (a *ask) showHome(status int, problem string) {
	var data homePage
	a.desk.look(func(w *world) { data = w.homeOf(a.visit) })
	p := a.page(data.Headline, data)
	p.Problem = problem
	a.show(a.ResponseWriter, status, "home", p)
}

func (a *ask) flowDone() {
	message := a.visit.notice
	if flow := a.visit.flow; flow != nil && flow.AfterCompletion.HostedConfirmation != nil {
		if custom := string(flow.AfterCompletion.HostedConfirmation.CustomMessage); custom != "" {
			message = custom
		}
	}
	if message == "" {
		message = "There is nothing more to do here."
	}
	a.visit.notice = ""
	a.show(a.ResponseWriter, http.StatusOK, "done", a.page("All done", words{Text: message}))
}

func (w *world) homeOf(v *visit) homePage {
	config, owner := w.portalConfigs.find(v.config), w.customers.find(v.customer)
	data := homePage{
		Headline: string(config.BusinessProfile.Headline), Offers: config.Features, Owner: w.ownerCard(owner, config.Features),
		Privacy: string(config.BusinessProfile.PrivacyPolicyURL), Terms: string(config.BusinessProfile.TermsOfServiceURL),
	}
	if data.Headline == "" {
		data.Headline = "Your plan and billing"
	}
	for _, s := range w.subscriptions.items {
		if s.Customer == owner.ID && s.Status != "canceled" && s.Status != "incomplete_expired" {
			data.Subscriptions = append(data.Subscriptions, w.subscriptionCard(s, config))
		}
	}
	for _, m := range w.methodsFor(owner) {
		data.Methods = append(data.Methods, w.methodRow(m, owner))
	}
	data.Invoices, data.More = w.invoiceRows(owner.ID, paging{limit: shownInvoices})
	return data
}

func (w *world) methodsFor(owner *customer) []*paymentMethod {
	all, _, _ := w.paymentMethods.newest(paging{limit: stripewire.MaxPage}, func(m *paymentMethod) bool { // only a cursor can be wrong
		return string(m.Customer) == owner.ID
	})
	return all
}

func (w *world) methodRow(m *paymentMethod, owner *customer) methodRow {
	row := methodRow{ID: m.ID, Name: methodName(m), Default: string(owner.InvoiceSettings.DefaultPaymentMethod) == m.ID}
	if m.Card != nil {
		row.Expiry = expiryText(m.Card.ExpMonth, m.Card.ExpYear)
		row.Expired = m.Card.expired(w.clock)
	}
	return row
}

func (w *world) ownerCard(owner *customer, offers portalFeatures) ownerCard {
	data := ownerCard{
		Name: string(owner.Name), Email: string(owner.Email), Phone: string(owner.Phone), Address: addressLines(owner.Address),
		CanTaxID: offers.CustomerUpdate.allows("tax_id"), CanEdit: offers.CustomerUpdate.Enabled,
	}
	for _, id := range w.taxIDs.items {
		if id == nil || id.Customer != owner.ID {
			continue
		}
		row := taxIDRow{ID: id.ID, Name: taxIDName(id.Type), Value: id.Value}
		if id.Verification != nil {
			mood := map[string]string{"verified": "good", "unverified": "warn"}[id.Verification.Status]
			row.Standing = standing{humanized(id.Verification.Status), mood}
		}
		data.TaxIDs = append(data.TaxIDs, row)
	}
	return data
}

func (w *world) invoiceRows(customerID string, p paging) (rows []invoiceRow, more bool) {
	bills, more, err := w.invoices.newest(p, func(bill *invoice) bool {
		return bill.Customer == customerID && bill.Status != "draft"
	})
	if err != nil {
		return nil, false
	}
	for _, bill := range bills {
		rows = append(rows, invoiceRow{
			Number: string(bill.Number), Day: dayText(int64(bill.EffectiveAt)), Amount: moneyText(bill.Total, bill.Currency),
			Link: bill.HostedInvoiceURL.path(), Standing: invoiceStanding(bill),
		})
	}
	return rows, more
}

func (w *world) subscriptionCard(s *subscription, config *portalConfig) subscriptionCard {
	running := s.running()
	ending := s.CancelAtPeriodEnd || s.CancelAt != 0
	data := subscriptionCard{
		ID: s.ID, Name: w.planName(s), Standing: subscriptionStanding(s), Price: periodPrice(s), Note: w.renewalNote(s),
		CanCancel: config.Features.SubscriptionCancel.Enabled && running && !ending,
		CanKeep:   config.Features.SubscriptionCancel.Enabled && running && s.CancelAtPeriodEnd,
		CanChange: config.Features.SubscriptionUpdate.Enabled && running && !ending && len(w.plansFor(s, config)) > 0,
	}
	switch bill := w.invoices.find(string(s.LatestInvoice)); {
	case bill != nil && bill.Status == "open" && s.Status != "active":
		data.Warning = "A payment of " + moneyText(bill.AmountRemaining, bill.Currency) + " is due. Open the newest invoice below to pay it."
	case w.shadowed(s):
		own := w.paymentMethods.find(string(s.DefaultPaymentMethod))
		data.Warning = "This plan is paid with its own payment method, " + methodName(own) + ", and not with your default."
	}
	return data
}

// shadowed tells whether a subscription has a method of its own that is not the
// customer's default.
func (w *world) shadowed(s *subscription) bool {
	owner := w.customers.find(s.Customer)
	return s.DefaultPaymentMethod != "" && owner != nil && w.paymentMethods.find(string(s.DefaultPaymentMethod)) != nil &&
		s.DefaultPaymentMethod != owner.InvoiceSettings.DefaultPaymentMethod
}

func (w *world) planName(s *subscription) string {
	var names []string
	for _, item := range s.Items.Data {
		if of := w.products.find(item.Price.Product); of != nil {
			names = append(names, of.Name)
		}
	}
	return strings.Join(names, " and ")
}

func periodPrice(s *subscription) string {
	if len(s.Items.Data) == 0 {
		return ""
	}
	return moneyText(s.price(), s.Currency) + " " + paceText(s.Items.Data[0].Price.Recurring)
}

// renewalNote says what happens next.
func (w *world) renewalNote(s *subscription) string {
	switch {
	case s.CancelAtPeriodEnd:
		return "Ends on " + dayText(s.CurrentPeriodEnd) + ". You can use it until then."
	case s.CancelAt != 0:
		return "Ends on " + dayText(int64(s.CancelAt)) + "."
	case !s.running():
		return ""
	}
	c := &call{world: w, form: stripewire.Form{}}
	for name, value := range map[string]string{"customer": s.Customer, "subscription": s.ID} {
		if field, err := stripewire.NewField(name, value); err == nil {
			c.form = append(c.form, field)
		}
	}
	next, err := c.upcoming()
	if err != nil {
		return "Renews on " + dayText(s.CurrentPeriodEnd) + "."
	}
	return "Renews on " + dayText(s.CurrentPeriodEnd) + " for " + moneyText(next.AmountDue, next.Currency) + "."
}
