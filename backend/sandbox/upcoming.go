package sandbox

import (
	"net/http"
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
		mine := s.Customer == owner.ID && s.running() && !s.CancelAtPeriodEnd && (wanted == nil || s == wanted)
		if mine && (next == nil || s.CurrentPeriodEnd < next.CurrentPeriodEnd) {
			next = s
		}
	}
	if next == nil {
		return nil, &stripewire.Error{
			Status: http.StatusNotFound, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeInvoiceUpcomingNone,
			Message: "No upcoming invoices for customer: " + owner.ID,
		}
	}
	preview := c.nextInvoice(next, owner)
	preview.Lines.url = "/v1/invoices/upcoming/lines?customer=" + owner.ID + "&subscription=" + next.ID
	for i, line := range preview.Lines.all {
		line.ID = "il_tmp_" + c.digest("upcoming/"+next.ID+"/"+strconv.FormatInt(next.CurrentPeriodEnd, 10)+"/"+strconv.Itoa(i), longID)
	}
	return preview, nil
}

func getUpcoming(c *call) (any, error) { return c.upcoming() }

func listUpcomingLines(c *call) (any, error) {
	preview, err := c.upcoming()
	if err != nil {
		return nil, err
	}
	return c.lines(preview)
}
