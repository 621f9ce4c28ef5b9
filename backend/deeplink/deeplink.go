// Package deeplink reads a link from the IDE as a view to open.
//
// A link names a view and at most one object in it, and nothing else: no token,
// no address, no customer, no action. Whatever does not fit is refused whole.
package deeplink

import (
	"fmt"
	"strings"

	"billfold/backend/billing"
	"billfold/backend/pattern"
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

// views are what a link may name, in the order of the window, and whether it takes
// an object. None of them asks a server to change anything, nor saves or opens a
// file: that takes a click, whoever made the link.
var views = []struct {
	name     string
	takesID  bool
	shownFor string
}{
	{"overview", false, "what there is, and how it stands"},
	{"standing", false, "why something is wrong, and what helps"},
	{"subscription", true, "the plan; with an id, that of one subscription"},
	{"payment-methods", false, "the saved payment methods"},
	{"billing-information", false, "what invoices are made out to"},
	{"invoices", true, "the Invoice History; with an id or a number, one invoice"},
	{"payments", false, "what was paid and refunded"},
	{"spending", false, "what was spent, by month"},
	{"timeline", false, "the money timeline"},
	{"settings", false, "settings, accounts and saved documents"},
}

// Views lists the views a link may name, in the order of the window.
func Views() []string {
	names := make([]string, 0, len(views))
	for _, view := range views {
		names = append(names, view.name)
	}
	return names
}

// Help is one line for the help of a program.
func Help() string {
	var names []string
	for _, view := range views {
		if view.takesID {
			view.name += "[/ID]"
		}
		names = append(names, view.name)
	}
	return strings.Join(names, ", ")
}

// Table is the views as rows of Markdown, for the documentation.
func Table() string {
	var table strings.Builder
	for _, view := range views {
		name := view.name
		if view.takesID {
			name += "`, `" + view.name + "/ID"
		}
		fmt.Fprintf(&table, "| `%s` | %s |\n", name, view.shownFor)
	}
	return table.String()
}

// objectID fits Stripe's ids and invoice numbers, and nothing with a path,
// percent-encoding or white space in it.
var objectID = pattern.Of(`^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$`)

// IsLink tells whether text is meant as a link: it begins with the scheme, in which
// capitals do not count (RFC 3986, 3.1).
func IsLink(text string) bool {
	return len(text) > len(Scheme) && text[len(Scheme)] == ':' && strings.EqualFold(text[:len(Scheme)], Scheme)
}

// Parse reads "VIEW[/ID]", with or without "billfold://" before it; "" is the
// overview. Anything else is an error with CodeInvalid.
func Parse(text string) (Destination, error) {
	rest := text
	if IsLink(text) {
		// The two slashes are part of what a link is made of: a view is not a path.
		rest = strings.TrimPrefix(text[len(Scheme)+1:], "//")
		if rest == text[len(Scheme)+1:] {
			return Destination{}, refusal()
		}
	}
	rest = strings.TrimSuffix(rest, "/")
	if rest == "" {
		return Destination{View: views[0].name}, nil
	}
	name, id, hasID := strings.Cut(rest, "/")
	for _, view := range views {
		if view.name == name && (!hasID || view.takesID && objectID.MatchString(id)) {
			return Destination{View: name, ID: id}, nil
		}
	}
	return Destination{}, refusal()
}

// refusal repeats nothing of the link: whoever made it would speak through us.
func refusal() error {
	return billing.NewError(billing.CodeInvalid,
		"This link does not name a view of Billfold. Views are: "+strings.Join(Views(), ", ")+".", nil)
}
