package scope

import (
	"net/http"
	"slices"
	"strings"

	"billfold/backend/stripewire"
)

// Call is a request that passed its rule, as typed values. It may be made once
// its proofs have held.
type Call struct {
	// Method and Path are those to be sent; Template is the rule, for logs.
	Method, Path, Template string
	// Portal tells that a portal session is asked for.
	Portal bool
	// Steady tells that the answer changes only when an event says so: a preview
	// changes with time, and links are asked for to be fresh.
	Steady bool

	scope    *Scope
	customer string
	rule     *compiledRule
	form     stripewire.Form
	object   placed // the one that the path names last
	params   params
	proofs   []*Proof
	cursors  []cursor

	parentField, parentID string
}

// param is one parameter as it is written upstream.
type param struct{ name, value string }

type params []param

func (p params) encoded() string {
	form := make(stripewire.Form, 0, len(p))
	for _, one := range p {
		field, err := stripewire.NewField(one.name, one.value)
		if err == nil { // it cannot fail: names come from the table
			form = append(form, field)
		}
	}
	return form.Encode()
}

const (
	maxExpand  = 6
	maxRepeats = 5

	taxIDTemplate = "POST /v1/customers/{customer}/tax_ids"
)

// Check holds a request of a customer against the table. Its error is a
// *stripewire.Error.
func (s *Scope) Check(r Request, customer string) (*Call, error) {
	if strings.Contains(r.Path, "%") { // no id holds one; a slash must not hide in it
		return nil, stripewire.UnknownURL(r.Method, "the path holds a percent sign")
	}
	found, ids := match(r.Method, r.Path)
	if found == nil {
		return nil, stripewire.UnknownURL(r.Method, printable(r.Path))
	}
	form, err := r.form()
	if err != nil {
		return nil, err
	}
	c := &Call{
		Method: r.Method, Template: found.template(), Portal: found.answer == "billing_portal.session",
		scope: s, customer: customer, rule: found, form: form,
	}
	if err := c.readPath(ids); err != nil {
		return nil, err
	}
	if err := c.readForm(); err != nil {
		return nil, err
	}
	for _, searched := range c.cursors {
		c.prove(c.walk(searched, "", maxWalk))
	}
	c.Steady = r.Method == http.MethodGet && (found.list || found.answer == "customer") && !strings.Contains(found.path, "/upcoming")
	return c, nil
}

// readPath takes the ids out of the path and writes it anew.
func (c *Call) readPath(ids []placed) error {
	parts := slices.Clone(c.rule.parts)
	for i, part := range parts {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		at := ids[0]
		ids = ids[1:]
		if !idForms[at.kind].MatchString(at.id) || (at.kind == "customer" && at.id != c.customer) {
			return stripewire.NoSuch(http.StatusNotFound, at.kind, printable(at.id), at.kind)
		}
		parts[i], c.object = at.id, at
	}
	c.Path = strings.Join(parts, "/")
	missing := c.Missing()
	switch {
	case c.rule.scope == child && c.object.id != "":
		c.prove(c.own(c.object.kind, c.object.id, missing))
	case c.rule.scope == fixed && c.object.id != c.scope.settings.PortalConfiguration:
		return missing
	case c.rule.scope == bought:
		c.prove(c.boughtOrOffered(c.object.kind, c.object.id))
	case c.Method == http.MethodGet:
	case c.rule.answer == "deleted", c.rule.scope == owned:
		p := c.own(c.object.kind, c.object.id, missing)
		p.Key = "" // a write is never made on what was true a while ago
		c.prove(p)
	case c.AddsTaxID():
		c.prove(c.roomForTaxID())
	}
	return nil
}

// Missing is the refusal of the object that the path names: the same for one that
// is not there, one of another customer, and one that cannot be.
func (c *Call) Missing() *stripewire.Error {
	return stripewire.NoSuch(http.StatusNotFound, c.object.kind, c.object.id, c.object.kind)
}

func (c *Call) readForm() error {
	if c.rule.scope == forced {
		c.params = append(c.params, param{"customer", c.customer})
	}
	if c.Portal && c.scope.settings.PortalConfiguration != "" {
		c.params = append(c.params, param{"configuration", c.scope.settings.PortalConfiguration})
	}
	repeats := map[string]int{}
	for _, field := range c.form {
		pattern := field.Key.Pattern()
		if repeats[pattern]++; pattern == "expand[]" && c.rule.expand != "" {
			if err := c.readExpand(field, repeats[pattern]); err != nil {
				return err
			}
			continue
		}
		of, known := c.rule.known[pattern]
		if !known {
			return stripewire.UnknownParam(printable(field.Name()))
		}
		if repeats[pattern] > maxRepeats {
			return stripewire.Invalid("", pattern, "Too many values of "+pattern+".")
		}
		value, err := readers[of](c, field.Name(), field.Value)
		if err != nil {
			return err
		}
		if of != "self" && of != "configuration" {
			c.params = append(c.params, param{field.Name(), value})
		}
	}
	return c.complete()
}

func (c *Call) readExpand(field stripewire.Field, count int) error {
	already := slices.ContainsFunc(c.params, func(p param) bool {
		return strings.HasPrefix(p.name, "expand[") && p.value == field.Value
	})
	switch {
	case count > maxExpand:
		return stripewire.Invalid("", "expand", "You cannot expand more than 6 properties here.")
	case !c.rule.expandable[field.Value]:
		return stripewire.Invalid("", "expand", "This property cannot be expanded ("+printable(field.Value)+").")
	case already:
		return stripewire.Invalid("", "expand", "A property is to be expanded twice.")
	}
	c.params = append(c.params, param{"expand[]", field.Value})
	return nil
}

// complete asks for what a rule cannot do without.
func (c *Call) complete() error {
	required := map[string]bool{}
	for name, of := range c.rule.known {
		required[name] = of == "parent" || of == "tax_type" || of == "tax_value"
	}
	for name, needed := range required {
		if _, given := c.form.Get(name); needed && !given {
			return stripewire.MissingParam(name)
		}
	}
	_, after := c.form.Get("starting_after")
	_, before := c.form.Get("ending_before")
	if after && before {
		return stripewire.Invalid(stripewire.CodeParametersExclusive, "starting_after",
			"You may only specify one of these parameters: starting_after, ending_before.")
	}
	return nil
}

func (c *Call) without(names ...string) params {
	return slices.DeleteFunc(slices.Clone(c.params), func(p param) bool { return slices.Contains(names, p.name) })
}

// Proofs are what has to be read first.
func (c *Call) Proofs() []*Proof { return c.proofs }

// Encoded is the query of a GET and the body of a POST, written anew.
func (c *Call) Encoded() string { return c.params.encoded() }

// Writes tells whether the call changes something.
func (c *Call) Writes() bool { return c.Method != http.MethodGet }

// Names are the names of the parameters, for the audit.
func (c *Call) Names() []string {
	names := make([]string, len(c.params))
	for i, p := range c.params {
		names[i] = p.name
	}
	return names
}

// Released is an answer as it goes back.
type Released struct {
	Body []byte
	// Known are keys of proofs that this answer has given.
	Known []string
}

// Release takes from an answer what may go back. An error is ErrNotYours,
// ErrForeign or one of an answer that makes no sense; none quotes it.
func (c *Call) Release(body []byte) (Released, error) {
	r := c.scope.newRelease(body, c.customer)
	r.parentField, r.parentID = c.parentField, c.parentID
	err := r.whole(c.rule.kind, c.rule.list)
	switch {
	case err == ErrNotYours && (c.Writes() || c.rule.scope != owned && c.rule.scope != self || c.rule.answer == "customer"):
		// Nothing was asked for by an id that could be another's.
		return Released{}, ErrForeign
	case err != nil:
		return Released{}, err
	case c.Portal && !c.scope.portalAddress(string(r.portalURL)):
		return Released{}, ErrShape
	}
	asked := c.object.kind == c.rule.kind.name || c.rule.answer == "deleted"
	if asked && !c.rule.list && (len(r.ids) != 1 || r.ids[0] != c.object.id) {
		return Released{}, ErrShape
	}
	return Released{Body: r.out, Known: c.learn(r)}, nil
}

// learn gives what an answer proves: its object, or the ends of its page, which
// are the cursors of the next ones.
func (c *Call) learn(r *release) []string {
	known := make([]string, len(r.ids))
	for i, id := range r.ids {
		known[i] = c.rule.kind.name + "/" + id
		if c.rule.list && pathOf(c.rule.kind.name, id, c.customer) == "" {
			known[i] = c.listKey(id)
		}
	}
	return known
}

func (s *Scope) newRelease(body []byte, customer string) *release {
	return &release{
		scanner: scanner{in: body}, out: make([]byte, 0, len(body)),
		own: []byte(`"` + customer + `"`), openedKeys: s.opened,
	}
}

// AddsTaxID tells whether the call adds a tax number.
func (c *Call) AddsTaxID() bool { return c.Template == taxIDTemplate }
