package sandbox

import (
	"net/http"
	"slices"
	"strconv"

	"billfold/backend/stripewire"
)

// upcoming is the preview of the next invoice: of the named subscription, or of
// the one billed first. It makes nothing; its lines have ids of their own kind.
func (c *call) upcoming() (*invoice, error) {
	owner := needed(c, c.customers, "customer")
	wanted := named(c, c.subscriptions, "subscription")
	if c.err != nil {
		return nil, c.err
	}
	if wanted != nil && wanted.Customer != owner.ID {
		return nil, stripewire.NoSuch(http.StatusBadRequest, c.subscriptions.kind, wanted.ID, "subscription")
	}
	var next *subscription
	for _, s := range c.subscriptions.items {
		mine := s.Customer == owner.ID && s.running() && !s.endsWithPeriod() && (wanted == nil || s == wanted)
		if mine && (next == nil || s.CurrentPeriodEnd < next.CurrentPeriodEnd) {
			next = s
		}
	}
	if next == nil || c.boolean("subscription_cancel_at_period_end", false) {
		return nil, nothingUpcoming(owner)
	}
	preview, err := c.preview(next, owner)
	if err != nil {
		return nil, err
	}
	preview.Lines.url = "/v1/invoices/upcoming/lines?customer=" + owner.ID + "&subscription=" + next.ID
	for i, line := range preview.Lines.all {
		line.ID = "il_tmp_" + c.digest("upcoming/"+next.ID+"/"+strconv.FormatInt(next.CurrentPeriodEnd, 10)+"/"+strconv.Itoa(i), longID)
	}
	return preview, nil
}

func nothingUpcoming(owner *customer) error {
	return &stripewire.Error{
		Status: http.StatusNotFound, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeInvoiceUpcomingNone,
		Message: "No upcoming invoices for customer: " + owner.ID,
	}
}

// preview is the next invoice of a subscription, as it would be after a change
// of plan when one is given. What the change would leave pending is only lent to
// it.
func (c *call) preview(s *subscription, owner *customer) (*invoice, error) {
	changed := s.twin()
	way := c.readChange(s, changed, "subscription_")
	if c.err != nil {
		return nil, c.err
	}
	kept := c.pending[owner.ID]
	defer func() { c.pending[owner.ID] = kept }()
	c.pending[owner.ID] = append(slices.Clone(kept), c.prorations(s, changed, way)...)
	switch {
	case way.made && way.restart:
		changed.BillingCycleAnchor, changed.CurrentPeriodStart = c.clock, c.clock
		changed.CurrentPeriodEnd = changed.periodEnd(1)
		return c.cycleInvoice(changed, owner, "upcoming"), nil
	case way.made && way.behavior == "always_invoice":
		return c.subscriptionInvoice(changed, owner, "upcoming", billed{at: c.clock, itemsOnly: true}), nil
	}
	if !c.asScheduled(changed) {
		return nil, nothingUpcoming(owner)
	}
	return c.nextInvoice(changed, owner), nil
}

func getUpcoming(c *call) (any, error) { return c.upcoming() }

func listUpcomingLines(c *call) (any, error) {
	preview, err := c.upcoming()
	if err != nil {
		return nil, err
	}
	return c.lines(preview)
}
