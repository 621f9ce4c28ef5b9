package scope

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"billfold/backend/stripewire"
)

// Proof is something that has to be read, and found to be the customer's, before
// a call may be made. One Proof alone of its alternatives suffices.
type Proof struct {
	// Path and Query say what to read.
	Path, Query string
	// Key names what is proven; one that was proven lately need not be again. "" is
	// for what must be seen fresh.
	Key string

	scope    *Scope
	customer string
	kind     *kind
	list     bool
	// refusal is the same whether a thing is not there or not the customer's.
	refusal *stripewire.Error
	// holds looks at an answer that is the customer's; nil is content with that.
	holds func(*release) bool
	// next gives where to read on in a list that did not hold yet.
	next func(*release) *Proof
	// otherwise may hold in place of this one.
	otherwise *Proof
}

// maxWalk is how many pages a list is searched for a cursor: more than any
// invoice has lines.
const maxWalk = 30

// Judge looks at what was read. The proof it gives, if any, has to be read next.
// A refusal is a *stripewire.Error; ErrForeign, ErrShape and others say that the
// answer itself is not to be trusted.
func (p *Proof) Judge(status int, body []byte) (next *Proof, err error) {
	if status == http.StatusNotFound || status == http.StatusBadRequest {
		return p.orElse()
	}
	if status != http.StatusOK {
		return nil, ErrShape
	}
	r := p.scope.newRelease(body, p.customer)
	switch err := r.whole(p.kind, p.list); {
	case err == ErrNotYours:
		return p.orElse()
	case err != nil:
		return nil, err
	case p.holds == nil || p.holds(r):
		return nil, nil
	}
	if p.next != nil {
		if next := p.next(r); next != nil {
			return next, nil
		}
	}
	return p.orElse()
}

func (p *Proof) orElse() (*Proof, error) {
	if p.otherwise != nil {
		return p.otherwise, nil
	}
	return nil, p.refusal
}

// Otherwise is what to do when a proof could not be read for a reason of its own.
func (p *Proof) Otherwise() *stripewire.Error { return p.refusal }

// pathOf is where an object of a kind is read, as this customer's where the path
// can say so.
func pathOf(kind, id, customer string) string {
	mine := "/v1/customers/" + customer
	switch kind {
	case "customer":
		return mine
	case "tax_id":
		return mine + "/tax_ids/" + id
	case "payment_method":
		return mine + "/payment_methods/" + id
	case "customer_balance_transaction":
		return mine + "/balance_transactions/" + id
	case "subscription", "invoice", "charge", "payment_intent", "credit_note":
		return "/v1/" + kind + "s/" + id
	}
	return ""
}

// own is the proof that an object is the customer's.
func (c *Call) own(kind, id string, refusal *stripewire.Error) *Proof {
	p := c.proof(pathOf(kind, id, c.customer), kinds[kind], refusal)
	p.Key = kind + "/" + id
	return p
}

func (c *Call) proof(path string, k *kind, refusal *stripewire.Error) *Proof {
	return &Proof{Path: path, scope: c.scope, customer: c.customer, kind: k, refusal: refusal}
}

// ownedParameter reads an id whose object must be the customer's.
func ownedParameter(kind string) reader {
	return func(c *Call, name, value string) (string, error) {
		refusal := stripewire.NoSuch(400, kind, value, name)
		if !idForms[kind].MatchString(value) {
			return "", refusal
		}
		c.prove(c.own(kind, value, refusal))
		return value, nil
	}
}

func readMethodOrNone(c *Call, name, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	return ownedParameter("payment_method")(c, name, value)
}

// readParent reads the object whose parts are listed; they name no customer, but
// they do name it.
func readParent(c *Call, name, value string) (string, error) {
	if _, err := ownedParameter(name)(c, name, value); err != nil {
		return "", err
	}
	c.parentField, c.parentID = name, value
	return value, nil
}

// readCursor takes an object of this very list. Kinds that cannot be read alone
// are looked for in the list, whose parent was proven.
func readCursor(c *Call, name, value string) (string, error) {
	refusal := stripewire.NoSuch(400, c.rule.kind.name, value, name)
	if !idForms[c.rule.kind.name].MatchString(value) {
		return "", refusal
	}
	if path := pathOf(c.rule.kind.name, value, c.customer); path != "" {
		c.prove(c.own(c.rule.kind.name, value, refusal))
		return value, nil
	}
	c.cursors = append(c.cursors, cursor{value, refusal})
	return value, nil
}

// cursor is one that has to be found in its list.
type cursor struct {
	id      string
	refusal *stripewire.Error
}

// walk is the proof that a cursor is in the list that is asked for.
func (c *Call) walk(searched cursor, after string, pagesLeft int) *Proof {
	p := c.proof(c.Path, c.rule.kind, searched.refusal)
	p.Key, p.list = c.listKey(searched.id), true
	p.Query = c.without("starting_after", "ending_before", "limit").encoded() + "&limit=" + strconv.Itoa(stripewire.MaxPage)
	if after != "" {
		p.Query += "&starting_after=" + after
	}
	quoted := []byte(`"id":"` + searched.id + `"`)
	p.holds = func(r *release) bool { return bytes.Contains(r.out, quoted) }
	p.next = func(r *release) *Proof {
		if pagesLeft == 0 || !r.goesOn() {
			return nil
		}
		return c.walk(searched, r.ids[len(r.ids)-1], pagesLeft-1)
	}
	return p
}

// listKey names a place in a list whose parts name no customer.
func (c *Call) listKey(id string) string {
	return c.Path + "?" + c.without("starting_after", "ending_before", "limit").encoded() + "/" + id
}

// goesOn tells whether a page is followed by another.
func (r *release) goesOn() bool {
	var page struct {
		HasMore bool `json:"has_more"`
	}
	return len(r.ids) > 0 && json.Unmarshal(r.out, &page) == nil && page.HasMore
}

// readItem takes an item of the subscription that the flow is about.
func readItem(c *Call, name, value string) (string, error) {
	refusal := stripewire.NoSuch(400, "subscription_item", value, name)
	if !idForms["subscription_item"].MatchString(value) {
		return "", refusal
	}
	subscription, _ := c.form.Get("flow_data[subscription_update_confirm][subscription]")
	if !idForms["subscription"].MatchString(subscription) {
		return "", stripewire.MissingParam("flow_data[subscription_update_confirm][subscription]")
	}
	p := c.own("subscription", subscription, refusal)
	quoted := []byte(`"id":"` + value + `"`)
	p.Key, p.holds = "", func(r *release) bool { return bytes.Contains(r.out, quoted) }
	c.prove(p)
	return value, nil
}

// boughtOrOffered is the proof that a price or product is in the customer's own
// subscriptions, or in the portal's offer.
func (c *Call) boughtOrOffered(kind, id string) *Proof {
	refusal := stripewire.NoSuch(404, kind, id, kind)
	quoted := []byte(`"` + id + `"`)
	mentions := func(r *release) bool { return bytes.Contains(r.out, quoted) }
	p := c.proof("/v1/subscriptions", kinds["subscription"], refusal)
	p.Query, p.Key = "customer="+c.customer+"&status=all&limit=100", kind+"/"+id
	p.list, p.holds = true, mentions
	if configuration := c.scope.settings.PortalConfiguration; configuration != "" {
		p.otherwise = c.proof("/v1/billing_portal/configurations/"+configuration, kinds["billing_portal.configuration"], refusal)
		p.otherwise.holds = mentions
	}
	return p
}

// roomForTaxID is the proof that the customer has not too many yet.
func (c *Call) roomForTaxID() *Proof {
	p := c.proof(c.Path, kinds["tax_id"], stripewire.Invalid("", "", "There are "+strconv.Itoa(MaxTaxIDs)+
		" tax IDs already. Remove one before adding another."))
	p.list, p.Query = true, "limit="+strconv.Itoa(MaxTaxIDs)
	p.holds = func(r *release) bool { return r.count < MaxTaxIDs }
	return p
}

func (c *Call) prove(p *Proof) {
	if p.Key != "" && slices.ContainsFunc(c.proofs, func(other *Proof) bool { return other.Key == p.Key }) {
		return
	}
	c.proofs = append(c.proofs, p)
}
