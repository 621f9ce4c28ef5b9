package companion

import (
	"context"
	"strings"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// comparedInvoices is how many of the latest invoices are compared with today's
// billing information.
const comparedInvoices = 100

// BillingInformation is what invoices are made out to, and what is wrong with it.
func (c *Companion) BillingInformation(ctx context.Context) (BillingInformationView, error) {
	var view BillingInformationView
	err := c.reading(ctx, func(cache *sqlite.Cache, known billing.Account, syncedAt billing.Time) error {
		lacking, err := lackingIn(ctx, cache, known.Customer.Draft(), known.TaxIDs)
		view = BillingInformationView{
			BillingInformation: billingInformation(known), FirstInvoice: known.FirstInvoiceToShow(),
			Preflight: orEmpty(known.Preflight()), Lacking: lacking, Support: c.config.Support, SyncedAt: syncedAt,
		}
		return err
	})
	return view, err
}

func lackingIn(ctx context.Context, cache *sqlite.Cache, draft billing.BillingDraft, taxIDs []billing.TaxID) ([]billing.LackingInvoice, error) {
	latest, err := cache.Invoices(ctx, billing.InvoiceFilter{Limit: comparedInvoices})
	return orEmpty(billing.Lacking(latest.Invoices(), draft, taxIDs)), err
}

// ReviewBillingInformation says what saving a draft would do; it sends nothing. A
// draft that cannot be saved is CodeInvalid with its Field.
func (c *Companion) ReviewBillingInformation(ctx context.Context, draft billing.BillingDraft) (BillingReview, error) {
	var review BillingReview
	draft, err := tidied(draft)
	if err != nil {
		return review, err
	}
	err = c.reading(ctx, func(cache *sqlite.Cache, known billing.Account, _ billing.Time) error {
		lacking, err := lackingIn(ctx, cache, draft, known.TaxIDs)
		review = BillingReview{
			Differences:  orEmpty(billing.Differences(known.Customer.Draft(), draft)),
			FirstInvoice: known.FirstInvoiceToShow(), Notes: known.BillingNotes(draft), Lacking: lacking,
		}
		return err
	})
	return review, err
}

// longestField is Stripe's limit, in characters, for what stands in one field.
const longestField = 5000

// tidied takes off white space, and checks what needs no server to be checked.
func tidied(draft billing.BillingDraft) (billing.BillingDraft, error) {
	address := &draft.Address
	for field, value := range map[string]*string{
		"name": &draft.Name, "phone": &draft.Phone, "address.line1": &address.Line1, "address.line2": &address.Line2,
		"address.city": &address.City, "address.state": &address.State, "address.postal_code": &address.PostalCode,
		"address.country": &address.Country,
	} {
		*value = strings.TrimSpace(*value)
		if len([]rune(*value)) > longestField {
			return draft, wrongField(field, "This is too long.")
		}
		if strings.ContainsFunc(*value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return draft, wrongField(field, "This holds characters that cannot be printed.")
		}
	}
	address.Country = strings.ToUpper(address.Country)
	if !address.Empty() && !isCountry(address.Country) {
		return draft, wrongField("address.country", "An address needs its country.")
	}
	return draft, nil
}

func isCountry(code string) bool {
	return len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z'
}

func wrongField(field, message string) error {
	return &billing.Error{Code: billing.CodeInvalid, Message: message, Field: field}
}

// SaveBillingInformation saves what differs of a draft, and nothing else. What the
// server refuses is CodeInvalid with its Field; a draft that changes nothing sends
// nothing.
func (c *Companion) SaveBillingInformation(ctx context.Context, draft billing.BillingDraft) (BillingSaved, error) {
	review, err := c.ReviewBillingInformation(ctx, draft)
	saved := BillingSaved{Changes: []billing.Change{}, Lacking: review.Lacking}
	if err != nil || len(review.Differences) == 0 {
		return saved, err
	}
	draft, err = tidied(draft)
	if err != nil {
		return saved, err
	}
	done, err := c.write(ctx, func(api *stripeapi.Client) error {
		_, err := api.UpdateCustomer(ctx, changeOf(review.Differences, draft))
		return err
	})
	if err != nil {
		return saved, err
	}
	saved.Changes = orEmpty(done.changes)
	saved.NextBefore, saved.NextAfter = done.next()
	view, err := c.BillingInformation(ctx)
	saved.Lacking = orEmpty(view.Lacking)
	return saved, err
}

// changeOf holds only what differs; an address goes whole.
func changeOf(differences []billing.Difference, draft billing.BillingDraft) stripeapi.CustomerChange {
	var change stripeapi.CustomerChange
	for _, d := range differences {
		switch d.Field {
		case "name":
			change.Name = &draft.Name
		case "phone":
			change.Phone = &draft.Phone
		default:
			change.Address = &draft.Address
		}
	}
	return change
}
