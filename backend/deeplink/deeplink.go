// Package deeplink reads a link from the IDE as a view to open.
//
// A link names a view and at most one object in it, and nothing else: no token,
// no address, no customer, no action. Whatever does not fit is refused whole.
package deeplink

import (
	"regexp"
	"strings"

	"billfold/backend/billing"
)

// Scheme is the URI scheme that the operating system hands to Billfold.
const Scheme = "billfold"

// Destination is a view to show; the zero value is none.
type Destination struct {
	// View is one of Views.
	View string `json:"view"`
	// ID names an object in the view, e.g. an invoice by id or number; may be "".
	ID string `json:"id"`
}

// String writes the destination as Parse reads it, without the scheme.
func (d Destination) String() string {
	if d.ID == "" {
		return d.View
	}
	return d.View + "/" + d.ID
}

// views tells for each view whether it takes an object.
var views = map[string]bool{
	"overview":            false,
	"standing":            false,
	"subscription":        true,
	"payment-methods":     false,
	"billing-information": false,
	"invoices":            true,
}

// Views lists the views a link may name, in the order of the window.
func Views() []string {
	return []string{"overview", "standing", "subscription", "payment-methods", "billing-information", "invoices"}
}

// objectID fits Stripe's ids and invoice numbers, and nothing with a path,
// percent-encoding or white space in it.
var objectID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$`)

// Parse reads "VIEW[/ID]", with or without "billfold://" before it; "" is the
// overview. Anything else is an error with CodeInvalid.
func Parse(text string) (Destination, error) {
	rest := strings.TrimPrefix(text, Scheme+"://")
	rest = strings.TrimSuffix(rest, "/")
	if rest == "" {
		return Destination{View: "overview"}, nil
	}
	view, id, hasID := strings.Cut(rest, "/")
	takesID, known := views[view]
	if !known || (hasID && (!takesID || !objectID.MatchString(id))) {
		return Destination{}, billing.NewError(billing.CodeInvalid,
			"This link does not name a view of Billfold. Views are: "+strings.Join(Views(), ", ")+".", nil)
	}
	return Destination{View: view, ID: id}, nil
}
