package sandbox

import (
	"net/http"
	"strconv"
	"strings"

	"billfold/backend/stripewire"
)

// call is one request on its way through a handler. Reading a parameter that
// makes no sense sets err; a handler reads all it needs, looks at err once, and
// changes nothing before.
type call struct {
	*world
	path string
	ids  []string // what stood in the places of the path
	form stripewire.Form
	err  error
}

func (c *call) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// text reads a parameter, "" when absent.
func (c *call) text(name string) string {
	value, _ := c.form.Get(name)
	return value
}

func (c *call) required(name string) string {
	value, present := c.form.Get(name)
	if !present {
		c.fail(stripewire.MissingParam(name))
	} else if value == "" {
		c.fail(stripewire.Invalid(stripewire.CodeParameterInvalidEmpty, name, "You passed an empty string for '"+name+"'."))
	}
	return value
}

func (c *call) integer(name string, otherwise int64) int64 {
	text, present := c.form.Get(name)
	if !present {
		return otherwise
	}
	value, err := strconv.ParseInt(text, 10, 64)
	// Stripe takes amounts of up to eight digits and times of ten; beyond twelve
	// there is nothing but overflow.
	if err != nil || value > 999_999_999_999 || value < -999_999_999_999 {
		c.fail(stripewire.Invalid(stripewire.CodeParameterInvalidInteger, name, "Invalid integer: "+text))
	}
	return value
}

func (c *call) boolean(name string, otherwise bool) bool {
	text, present := c.form.Get(name)
	switch {
	case !present:
		return otherwise
	case text == "true" || text == "false":
		return text == "true"
	}
	c.fail(stripewire.Invalid("", name, "Invalid boolean: "+text))
	return otherwise
}

// choice reads a parameter that has few values; otherwise is the one meant when
// it is absent.
func (c *call) choice(name, otherwise string, values ...string) string {
	text, present := c.form.Get(name)
	if !present {
		return otherwise
	}
	for _, value := range values {
		if text == value {
			return text
		}
	}
	c.fail(stripewire.Invalid("", name, "Invalid "+name+": must be one of "+strings.Join(values, ", ")))
	return otherwise
}

// named reads the id of an object of a shelf from a parameter; nil when absent.
func named[T any](c *call, s *shelf[T], param string) *T {
	id := c.text(param)
	if id == "" {
		return nil
	}
	o := s.find(id)
	if o == nil {
		c.fail(stripewire.NoSuch(http.StatusBadRequest, s.kind, id, param))
	}
	return o
}

// owner reads the customer a list is narrowed to; "" when absent. A deleted one
// still has its invoices and payments.
func (c *call) owner() string {
	id := c.text("customer")
	if id != "" && !c.deleted[id] {
		named(c, c.customers, "customer")
	}
	return id
}

// needed is named for a parameter that must be there.
func needed[T any](c *call, s *shelf[T], param string) *T {
	c.required(param)
	return named(c, s, param)
}

func (c *call) setText(target *nullableText, name string) {
	if value, present := c.form.Get(name); present {
		*target = nullableText(value)
	}
}

// setMetadata merges the given keys; an empty value takes a key away, and an
// empty metadata all of them.
func (c *call) setMetadata(target *metadata) {
	if value, present := c.form.Get("metadata"); present && value == "" {
		*target = nil
	}
	for _, field := range c.form.Under("metadata") {
		if *target == nil {
			*target = metadata{}
		}
		if field.Value == "" {
			delete(*target, field.Name())
		} else {
			(*target)[field.Name()] = field.Value
		}
	}
}

// setAddress merges the given parts; an empty address takes it away.
func (c *call) setAddress(target **address, name string) {
	if value, present := c.form.Get(name); present && value == "" {
		*target = nil
	}
	c.fillAddress(target, c.form.Under(name))
}

func (c *call) fillAddress(target **address, parts stripewire.Form) {
	if len(parts) == 0 {
		return
	}
	if *target == nil {
		*target = &address{}
	}
	a := *target
	for name, part := range map[string]*nullableText{
		"city": &a.City, "country": &a.Country, "line1": &a.Line1, "line2": &a.Line2,
		"postal_code": &a.PostalCode, "state": &a.State,
	} {
		if value, present := parts.Get(name); present {
			*part = nullableText(value)
		}
	}
}

// paging reads what every list takes.
func (c *call) paging() paging {
	p := paging{
		limit: int(c.integer("limit", stripewire.DefaultPage)),
		after: c.text("starting_after"), before: c.text("ending_before"),
	}
	if p.limit < 1 || p.limit > stripewire.MaxPage {
		c.fail(stripewire.Invalid("", "limit", "Invalid integer: limit must be between 1 and 100."))
	}
	if p.after != "" && p.before != "" {
		c.fail(stripewire.Invalid(stripewire.CodeParametersExclusive, "starting_after",
			"You may only specify one of these parameters: starting_after, ending_before."))
	}
	return p
}

// createdWithin reads the range over created that lists can be narrowed to.
func (c *call) createdWithin() func(int64) bool {
	if _, exact := c.form.Get("created"); exact {
		at := c.integer("created", 0)
		return func(created int64) bool { return created == at }
	}
	const always = int64(1) << 60
	from := max(c.integer("created[gte]", -always), c.integer("created[gt]", -always)+1)
	to := min(c.integer("created[lte]", always), c.integer("created[lt]", always)-1)
	return func(created int64) bool { return created >= from && created <= to }
}

// list answers one page of a shelf, newest first.
func list[T any](c *call, s *shelf[T], keep func(*T) bool) (any, error) {
	p := c.paging()
	if c.err != nil {
		return nil, c.err
	}
	page, more, err := s.newest(p, keep)
	if err != nil {
		return nil, err
	}
	return stripewire.NewList(c.path, page, more), nil
}
