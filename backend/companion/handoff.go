package companion

import (
	"context"
	"net/url"
	"strings"

	"billfold/backend/billing"
)

// Where Stripe's hosted pages are.
const (
	portalHost  = "billing.stripe.com"
	invoiceHost = "invoice.stripe.com"
)

// errand is a request for the hosted pages that makes sense.
type errand struct {
	HandOffTicket
	request HandOffRequest
	// portalFlow is Stripe's name of the task, "" for the portal's first page.
	portalFlow string
}

// PlanHandOff says where a hand-off would lead and why, from what is known; it
// starts nothing. One that makes no sense is CodeInvalid.
func (c *Companion) PlanHandOff(ctx context.Context, request HandOffRequest) (HandOffTicket, error) {
	planned, err := c.plan(ctx, request)
	return planned.HandOffTicket, err
}

func (c *Companion) plan(ctx context.Context, request HandOffRequest) (errand, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return errand{}, err
	}
	known, err := cache.Account(ctx)
	if err != nil {
		return errand{}, err
	}
	planned, err := errandOf(known, request)
	planned.Host = c.account.expectedHost(request.Flow)
	return planned, err
}

func errandOf(known billing.Account, request HandOffRequest) (errand, error) {
	e := errand{request: request, HandOffTicket: HandOffTicket{Flow: request.Flow, Why: "subscription_change", Lands: "task", Allowed: true}}
	var err error
	switch request.Flow {
	case FlowAddCard:
		e.Why, e.Allowed, e.portalFlow = "card_entry", known.Portal.AllowsAddCard(), "payment_method_update"
	case FlowEditCard:
		e.Why, e.Lands, e.Allowed = "card_entry", "home", known.Portal.AllowsAddCard()
	case FlowHome:
		e.Why, e.Lands = "everything_else", "home"
	case FlowPayInvoice:
		e.Why = "payment"
		err = payable(known, request.InvoiceID)
	case FlowCancel:
		e.Allowed, e.portalFlow = known.Portal.AllowsCancel(), "subscription_cancel"
		e.request.SubscriptionID, err = chosen(known, request.SubscriptionID, false)
	case FlowUndo:
		e.Lands, e.Allowed = "home", known.Portal.AllowsCancel()
		e.request.SubscriptionID, err = chosen(known, request.SubscriptionID, true)
	case FlowChangePlan:
		e.Allowed, e.portalFlow = known.Portal.AllowsChangePlan(), "subscription_update"
		e.request.SubscriptionID, err = chosen(known, request.SubscriptionID, false)
	default:
		err = billing.NewError(billing.CodeInvalid, "The hosted pages have no task of that name.", nil)
	}
	return e, err
}

// chosen finds the subscription that a flow is about: the named one, or the
// foremost that the flow fits.
func chosen(known billing.Account, id string, ending bool) (string, error) {
	for _, s := range billing.ByImportance(known.Subscriptions) {
		fits := !s.Ended() && s.EndsAt().Known() == ending
		if id == "" && fits || id == s.ID && fits {
			return s.ID, nil
		}
	}
	if ending {
		return "", billing.NewError(billing.CodeInvalid, "No cancellation is scheduled that could be undone.", nil)
	}
	return "", billing.NewError(billing.CodeInvalid, "There is no such subscription that goes on: it has ended, or its end is scheduled already.", nil)
}

func payable(known billing.Account, id string) error {
	for _, invoice := range known.Unsettled {
		if invoice.ID == id && invoice.Status != billing.InvoiceDraft {
			return nil
		}
	}
	return billing.NewError(billing.CodeInvalid, "There is no open invoice of that name to pay.", nil)
}

// expectedHost is where the hosted pages are expected before a link was had.
func (a *account) expectedHost(flow HandOffFlow) string {
	server, err := url.Parse(a.target.URL)
	switch {
	case a.target.Connection == ConnectionSandbox:
		return "127.0.0.1"
	case err == nil && server.Scheme == "http":
		return server.Hostname()
	case flow == FlowPayInvoice:
		return invoiceHost
	default:
		return portalHost
	}
}

// HandOffState is how the present or last hand-off goes.
func (c *Companion) HandOffState() HandOffState {
	c.handing.Lock()
	defer c.handing.Unlock()
	state := c.handOff
	state.Changes, state.Support = orEmpty(state.Changes), c.config.Support
	return state
}

// CopyHandOffLink gives the link of the present hand-off, once: who has it is let
// in. CodeNotFound says that there is none, or none any more.
func (c *Companion) CopyHandOffLink() (string, error) {
	c.handing.Lock()
	address := ""
	if c.visit != nil {
		address, c.visit.address = c.visit.address, ""
	}
	c.handOff.LinkReady = false
	c.handing.Unlock()
	if address == "" {
		return "", billing.NewError(billing.CodeNotFound, "The link was given already, or is no longer good. Ask for a new one.", nil)
	}
	c.listeners.tell(EventHandOff)
	return address, nil
}

// CheckHandOff looks for what changed, as if the browser had come back.
func (c *Companion) CheckHandOff() {
	c.handing.Lock()
	defer c.handing.Unlock()
	if c.visit != nil {
		c.visit.knock(false)
	}
}

// CancelHandOff stops waiting for the browser, and looking; what the last one told is
// put away.
func (c *Companion) CancelHandOff() {
	if c.endVisit() {
		c.listeners.tell(EventHandOff)
	}
}

// endVisit ends the present visit, waits for its end, and forgets what it told; false
// when there was nothing of that.
func (c *Companion) endVisit() bool {
	c.handing.Lock()
	v, told := c.visit, c.handOff.Phase != HandOffNone
	c.visit, c.handOff = nil, HandOffState{Number: c.handOff.Number}
	c.handing.Unlock()
	if v != nil {
		v.cancel()
		<-v.ended
	}
	return told
}

// returnPage is the page of a gateway that leads back to this computer; "" where
// the browser can be led here at once.
func (a *account) returnPage() string {
	if a.target.Connection == ConnectionGateway && strings.HasPrefix(a.target.URL, "https://") {
		return a.target.URL + "/billfold/v1/return"
	}
	return ""
}
