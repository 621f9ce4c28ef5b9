package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"billfold/backend/stripewire"
)

// planPage is about one subscription.
type planPage struct {
	Plan    subscriptionCard
	Ends    string // the day it would end; "" when at once
	Reasons []namedCode
	Choices []planChoice
	Preview *changePreview
	Cancel  string
}

// planChoice is a price that a subscription can change to.
type planChoice struct {
	ID, Name, Description, Price string
	Current                      bool
}

// changePreview is what a change of plan costs.
type changePreview struct {
	To          planChoice
	Lines       []planLine
	Due, DueOn  string
	Now         bool
	Explanation string
}

type planLine struct {
	Text, Period, Amount string
}

// reasonNames are the reasons to cancel in words.
var reasonNames = map[string]string{
	"too_expensive": "It costs too much", "missing_features": "Something I need is missing", "switched_service": "I use something else now",
	"unused": "I don't use it enough", "customer_service": "I was not happy with the support", "too_complex": "It is too hard to use",
	"low_quality": "It did not work well enough", "other": "Another reason",
}

// ownPlan finds a subscription of the customer by the id in the path; it answers
// 404 and gives false otherwise.
func (a *ask) ownPlan(read func(w *world, s *subscription, config *portalConfig)) bool {
	found := false
	a.desk.look(func(w *world) {
		if s := w.subscriptions.find(a.PathValue("id")); s != nil && s.Customer == a.visit.customer {
			found = true
			read(w, s, w.portalConfigs.find(a.visit.config))
		}
	})
	if !found {
		a.missing(a.ResponseWriter)
	}
	return found
}

func (a *ask) askCancel() { a.showCancel(http.StatusOK, "") }

func (a *ask) showCancel(status int, problem string) {
	data := planPage{Cancel: a.backFromFlow()}
	possible := false
	if !a.ownPlan(func(w *world, s *subscription, config *portalConfig) {
		data.Plan = w.subscriptionCard(s, config)
		possible = data.Plan.CanCancel
		if config.Features.SubscriptionCancel.Mode == "at_period_end" {
			data.Ends = dayText(s.CurrentPeriodEnd)
		}
		if reasons := config.Features.SubscriptionCancel.CancellationReason; reasons.Enabled {
			for _, code := range reasons.Options {
				data.Reasons = append(data.Reasons, namedCode{code, reasonNames[code]})
			}
		}
	}) {
		return
	}
	if !possible {
		a.nothingToDo("This plan is not renewing, so there is nothing to cancel.")
		return
	}
	p := a.page("Cancel your plan", data)
	p.Problem = problem
	a.show(a.ResponseWriter, status, "cancel", p)
}

// nothingToDo leaves a task that makes no sense any more.
func (a *ask) nothingToDo(why string) {
	if a.visit.flow != nil {
		a.visit.over = true
		a.visit.notice = why
		a.goTo("done")
		return
	}
	a.visit.notice = why
	a.goTo("")
}

// backFromFlow is where a person goes who changes their mind.
func (a *ask) backFromFlow() string {
	if a.visit.flow == nil {
		return a.visit.path
	}
	return a.visit.back
}

func (a *ask) cancelPlan() {
	f := newForm()
	f.read(a.Request, "reason", "comment")
	var plan subscriptionCard
	var features portalCancel
	if !a.ownPlan(func(w *world, s *subscription, config *portalConfig) {
		plan, features = w.subscriptionCard(s, config), config.Features.SubscriptionCancel
	}) {
		return
	}
	if !plan.CanCancel {
		a.nothingToDo("This plan is not renewing, so there is nothing to cancel.")
		return
	}
	var why []string
	if features.CancellationReason.Enabled && slices.Contains(features.CancellationReason.Options, f.Values["reason"]) {
		why = append(why, "cancellation_details[feedback]", f.Values["reason"])
	}
	if f.Values["comment"] != "" && features.CancellationReason.Enabled {
		why = append(why, "cancellation_details[comment]", f.Values["comment"])
	}
	path, notice := "/v1/subscriptions/"+plan.ID, "Your plan was canceled. You can undo this until it ends."
	var refused *stripewire.Error
	if features.Mode == "immediately" {
		notice = "Your plan has ended."
		_, refused = a.write(http.MethodDelete, path, why...)
	} else {
		refused = a.post(path, append(why, "cancel_at_period_end", "true")...)
	}
	if refused != nil {
		a.showCancel(http.StatusUnprocessableEntity, refused.Message)
		return
	}
	a.completed(notice)
}

func (a *ask) keepPlan() {
	if a.ownPlan(func(*world, *subscription, *portalConfig) {}) {
		a.done(a.post("/v1/subscriptions/"+a.PathValue("id"), "cancel_at_period_end", "false"), "Your plan goes on as before.")
	}
}

// plansFor are the other prices that the portal lets a subscription change to.
func (w *world) plansFor(s *subscription, config *portalConfig) (choices []planChoice) {
	for _, to := range w.prices.items {
		if to != nil && w.offers(config, s, to) && to != s.Items.Data[0].Price {
			choices = append(choices, w.planChoice(to, s.Items.Data[0].Quantity))
		}
	}
	return choices
}

func (w *world) planChoice(to *price, quantity int64) planChoice {
	of := w.products.find(to.Product)
	return planChoice{ID: to.ID, Name: of.Name, Description: string(of.Description), Price: priceText(to, quantity)}
}

func (a *ask) plans() {
	data := planPage{Cancel: a.backFromFlow()}
	if !a.ownPlan(func(w *world, s *subscription, config *portalConfig) {
		data.Plan = w.subscriptionCard(s, config)
		if data.Plan.CanChange {
			current := w.planChoice(s.Items.Data[0].Price, s.Items.Data[0].Quantity)
			current.Current = true
			data.Choices = append([]planChoice{current}, w.plansFor(s, config)...)
		}
	}) {
		return
	}
	if len(data.Choices) == 0 {
		a.nothingToDo("There is no other plan to change to.")
		return
	}
	a.show(a.ResponseWriter, http.StatusOK, "plans", a.page("Change your plan", data))
}

// planChange is a change that was asked for, held against the configuration.
type planChange struct {
	subscription, item, price, customer, behavior string
	quantity                                      int64
	to                                            planChoice
}

// wantedChange reads the price asked for. It answers and gives nil when the
// portal does not offer it.
func (a *ask) wantedChange() *planChange {
	var wanted *planChange
	asked := a.FormValue("price")
	if !a.ownPlan(func(w *world, s *subscription, config *portalConfig) {
		to := w.prices.find(asked)
		if to == nil || !s.running() || !w.offers(config, s, to) || to == s.Items.Data[0].Price {
			return
		}
		item := s.Items.Data[0]
		wanted = &planChange{
			subscription: s.ID, item: item.ID, price: to.ID, customer: s.Customer, quantity: item.Quantity,
			behavior: config.Features.SubscriptionUpdate.ProrationBehavior, to: w.planChoice(to, item.Quantity),
		}
	}) {
		return nil
	}
	if wanted == nil {
		a.nothingToDo("This plan cannot be changed to that price.")
	}
	return wanted
}

func (a *ask) previewPlan() {
	if wanted := a.wantedChange(); wanted != nil {
		a.showChange(http.StatusOK, wanted, "")
	}
}

func (a *ask) showChange(status int, wanted *planChange, problem string) {
	preview, refused := a.preview(wanted)
	if refused != nil {
		a.message(a.ResponseWriter, http.StatusUnprocessableEntity, "This change cannot be made", refused.Message)
		return
	}
	data := planPage{Preview: preview, Cancel: a.visit.path + "subscriptions/" + wanted.subscription + "/plans"}
	if flow := a.visit.flow; flow != nil && flow.Type == "subscription_update_confirm" {
		data.Cancel = a.visit.back
	}
	a.ownPlan(func(w *world, s *subscription, config *portalConfig) { data.Plan = w.subscriptionCard(s, config) })
	p := a.page("Confirm your new plan", data)
	p.Problem = problem
	a.show(a.ResponseWriter, status, "change", p)
}

// preview asks for the invoice that the change would make, by the API's own way.
func (a *ask) preview(wanted *planChange) (*changePreview, *stripewire.Error) {
	given, refused := a.write(http.MethodGet, "/v1/invoices/upcoming", "customer", wanted.customer, "subscription", wanted.subscription,
		"subscription_items[0][id]", wanted.item, "subscription_items[0][price]", wanted.price,
		"subscription_items[0][quantity]", strconv.FormatInt(wanted.quantity, 10), "subscription_proration_behavior", wanted.behavior)
	if refused != nil {
		return nil, refused
	}
	var bill struct {
		AmountDue int64  `json:"amount_due"`
		Currency  string `json:"currency"`
		Created   int64  `json:"created"`
		Tax       int64  `json:"tax"`
		Lines     struct {
			Data []struct {
				Amount      int64  `json:"amount"`
				Description string `json:"description"`
				Period      period `json:"period"`
				Proration   bool   `json:"proration"`
			} `json:"data"`
		} `json:"lines"`
	}
	if err := json.Unmarshal(given.body, &bill); err != nil {
		return nil, stripewire.Internal("The preview could not be read.")
	}
	shown := &changePreview{To: wanted.to, Due: moneyText(bill.AmountDue, bill.Currency), DueOn: dayText(bill.Created), Now: wanted.behavior == "always_invoice"}
	for _, line := range bill.Lines.Data {
		shown.Lines = append(shown.Lines, planLine{line.Description, periodText(line.Period), moneyText(line.Amount, bill.Currency)})
	}
	if bill.Tax != 0 {
		shown.Lines = append(shown.Lines, planLine{Text: "Tax", Amount: moneyText(bill.Tax, bill.Currency)})
	}
	switch wanted.behavior {
	case "always_invoice":
		shown.Explanation = "The change is effective now, and the difference for the rest of the current period is charged now."
	case "none":
		shown.Explanation = "The change is effective now. The new price is charged from the next period on."
	default:
		shown.Explanation = "The change is effective now. The difference for the rest of the current period goes on your next invoice."
	}
	return shown, nil
}

func (a *ask) changePlan() {
	wanted := a.wantedChange()
	if wanted == nil {
		return
	}
	refused := a.post("/v1/subscriptions/"+url.PathEscape(wanted.subscription), "items[0][id]", wanted.item, "items[0][price]", wanted.price,
		"items[0][quantity]", strconv.FormatInt(wanted.quantity, 10), "proration_behavior", wanted.behavior)
	if refused != nil {
		a.showChange(http.StatusUnprocessableEntity, wanted, refused.Message)
		return
	}
	a.completed("You are on " + wanted.to.Name + " now.")
}
