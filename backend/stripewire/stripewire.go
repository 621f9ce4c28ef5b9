// Package stripewire is what both ends of a Stripe-shaped wire must agree on:
// error envelope, form keys, list pages.
package stripewire

// Version is the one version of the Stripe API spoken here. Newer versions have
// other shapes, which stripe-go v76 decodes to empty values without an error.
const Version = "2023-10-16"

// MaxPage is the greatest, DefaultPage the usual number of objects of a page.
// Source: Stripe API reference, "Pagination".
const (
	DefaultPage = 10
	MaxPage     = 100
)

// List is one page of a list.
type List[T any] struct {
	Object  string `json:"object"`
	Data    []T    `json:"data"`
	HasMore bool   `json:"has_more"`
	URL     string `json:"url"`
}

// NewList makes a page; a page of nothing has an empty array, never null. url is
// the path under which the whole list is found.
func NewList[T any](url string, data []T, hasMore bool) List[T] {
	if data == nil {
		data = []T{}
	}
	return List[T]{Object: "list", Data: data, HasMore: hasMore, URL: url}
}
