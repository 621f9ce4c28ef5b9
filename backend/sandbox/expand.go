package sandbox

import (
	"bytes"
	"encoding/json"
	"strings"

	"billfold/backend/stripewire"
)

// maxExpand is how deep Stripe expands.
// Source: Stripe API reference, "Expanding responses".
const maxExpand = 4

// edge is a way from one kind of object to another that an expansion can take.
type edge struct {
	to string // the kind at the other end
	// how: "ref" an id that gives way to its object, "in" an object or an array
	// that is written out anyway, "more" a list that is only written when asked for.
	how string
}

// edges lists, per kind, what can be expanded; the rest is refused. Kinds are
// Stripe's names of objects, or those of parts of objects. A way to "" leads to
// what the sandbox never has: it may be asked for, and stays null.
var edges = map[string]map[string]edge{
	"customer": {
		"discount":       {"discount", "in"},
		"default_source": {"", "ref"}, "test_clock": {"", "ref"}, "invoice_settings": {"invoice_settings", "in"},
		"tax_ids": {"[]tax_id", "more"}, "subscriptions": {"[]subscription", "more"},
	},
	"invoice_settings": {"default_payment_method": {"payment_method", "ref"}},
	"coupon":           {},
	"discount":         {"customer": {"customer", "ref"}, "promotion_code": {"", "ref"}},
	"tax_id":           {"customer": {"customer", "ref"}},
	"customer_balance_transaction": {
		"customer": {"customer", "ref"}, "credit_note": {"credit_note", "ref"}, "invoice": {"invoice", "ref"},
	},
	"product":        {"default_price": {"price", "ref"}, "tax_code": {"", "ref"}},
	"price":          {"product": {"product", "ref"}},
	"plan":           {"product": {"product", "ref"}},
	"payment_method": {"customer": {"customer", "ref"}},
	"subscription": {
		"discount": {"discount", "in"},
		"customer": {"customer", "ref"}, "default_payment_method": {"payment_method", "ref"}, "default_source": {"", "ref"},
		"latest_invoice": {"invoice", "ref"}, "items": {"[]subscription_item", "in"}, "plan": {"plan", "in"},
		"pending_setup_intent": {"", "ref"}, "schedule": {"subscription_schedule", "ref"}, "test_clock": {"", "ref"}, "application": {"", "ref"},
	},
	"subscription_schedule": {
		"application": {"", "ref"}, "customer": {"customer", "ref"}, "phases": {"schedule_phase", "in"},
		"subscription": {"subscription", "ref"}, "test_clock": {"", "ref"},
	},
	"schedule_phase":    {"coupon": {"coupon", "ref"}, "default_payment_method": {"", "ref"}, "items": {"schedule_item", "in"}},
	"schedule_item":     {"price": {"price", "ref"}},
	"subscription_item": {"price": {"price", "in"}, "plan": {"plan", "in"}},
	"invoiceitem": {
		"customer": {"customer", "ref"}, "invoice": {"invoice", "ref"}, "subscription": {"subscription", "ref"},
		"price": {"price", "in"}, "test_clock": {"", "ref"},
	},
	"invoice": {
		"charge": {"charge", "ref"}, "customer": {"customer", "ref"}, "default_payment_method": {"payment_method", "ref"},
		"default_source": {"", "ref"}, "discount": {"discount", "in"}, "discounts": {"discount", "ref"}, "latest_revision": {"", "ref"}, "lines": {"[]line_item", "in"},
		"payment_intent": {"payment_intent", "ref"}, "quote": {"", "ref"}, "subscription": {"subscription", "ref"},
		"total_tax_amounts": {"tax_amount", "in"}, "total_discount_amounts": {"discount_amount", "in"}, "test_clock": {"", "ref"},
	},
	"discount_amount": {"discount": {"discount", "ref"}},
	"tax_amount":      {"tax_rate": {"tax_rate", "ref"}},
	"line_item": {
		"invoice_item": {"invoiceitem", "ref"}, "price": {"price", "in"}, "subscription": {"subscription", "ref"},
		"tax_amounts": {"tax_amount", "in"}, "discounts": {"", "ref"}, "discount_amounts": {"discount_amount", "in"},
	},
	"payment_intent": {
		"customer": {"customer", "ref"}, "invoice": {"invoice", "ref"}, "latest_charge": {"charge", "ref"},
		"payment_method": {"payment_method", "ref"}, "review": {"", "ref"},
	},
	"charge": {
		"balance_transaction": {"", "ref"}, "customer": {"customer", "ref"}, "invoice": {"invoice", "ref"},
		"payment_intent": {"payment_intent", "ref"}, "refunds": {"[]refund", "more"}, "review": {"", "ref"},
	},
	"refund": {
		"balance_transaction": {"", "ref"}, "charge": {"charge", "ref"}, "payment_intent": {"payment_intent", "ref"},
	},
	"credit_note": {
		"customer": {"customer", "ref"}, "customer_balance_transaction": {"customer_balance_transaction", "ref"},
		"invoice": {"invoice", "ref"}, "lines": {"[]credit_note_line_item", "in"}, "refund": {"refund", "ref"},
		"tax_amounts": {"tax_amount", "in"}, "discount_amounts": {"discount_amount", "in"},
	},
	"billing_portal.configuration": {"application": {"", "ref"}},
	"billing_portal.session":       {"configuration": {"billing_portal.configuration", "ref"}},
	"credit_note_line_item":        {"tax_amounts": {"tax_amount", "in"}, "discount_amounts": {"discount_amount", "in"}},
}

// wishes is what to expand, as a tree of field names.
type wishes map[string]wishes

// readWishes holds the expand parameters against what the kind offers.
func readWishes(form stripewire.Form, kind string) (wishes, error) {
	var root wishes
	for _, path := range form.List("expand") {
		steps := strings.Split(path, ".")
		if len(steps) > maxExpand {
			return nil, stripewire.Invalid("", "expand", "You cannot expand more than 4 levels of a property. Property: "+path)
		}
		if !expandable(kind, steps) {
			return nil, stripewire.Invalid("", "expand", "This property cannot be expanded ("+path+").")
		}
		if root == nil {
			root = wishes{}
		}
		at := root
		for _, step := range steps {
			if at[step] == nil {
				at[step] = wishes{}
			}
			at = at[step]
		}
	}
	return root, nil
}

// expandable follows the steps of a path. A list is passed by the step "data".
func expandable(kind string, steps []string) bool {
	for _, step := range steps {
		if inner, isList := strings.CutPrefix(kind, "[]"); isList {
			if step != "data" {
				return false
			}
			kind = inner
			continue
		}
		way, known := edges[kind][step]
		if !known {
			return false
		}
		kind = way.to
	}
	return true
}

// render writes an answer as JSON, with what was wished for in place of its id.
func (w *world) render(answer any, kind string, wanted wishes) ([]byte, error) {
	if wanted != nil {
		tree, err := treeOf(answer)
		if err != nil {
			return nil, err
		}
		if answer, err = w.expand(tree, kind, wanted); err != nil {
			return nil, err
		}
	}
	return encode(answer)
}

func encode(answer any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(answer)
	return out.Bytes(), err
}

// treeOf is an object as maps and slices, its numbers untouched.
func treeOf(answer any) (tree any, err error) {
	body, err := encode(answer)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	return tree, decoder.Decode(&tree)
}

func (w *world) expand(tree any, kind string, wanted wishes) (any, error) {
	switch node := tree.(type) {
	case []any: // an array of parts, all of one kind
		for i := range node {
			grown, err := w.expand(node[i], kind, wanted)
			if err != nil {
				return nil, err
			}
			node[i] = grown
		}
		return node, nil
	case map[string]any:
		return node, w.expandFields(node, kind, wanted)
	}
	return tree, nil
}

func (w *world) expandFields(node map[string]any, kind string, wanted wishes) error {
	for name, deeper := range wanted {
		way := edges[kind][name]
		if inner, isList := strings.CutPrefix(kind, "[]"); isList {
			way = edge{inner, "in"}
		}
		value, written := node[name]
		if !written && (way.how != "more" || node["deleted"] == true) {
			continue // a field that is left out stays out, and of what was deleted all are
		}
		var err error
		switch id, _ := value.(string); {
		case way.how == "more":
			value, err = treeOf(w.onDemand(node, name))
		case way.how == "ref" && id != "":
			value, err = treeOf(w.lookUp(way.to, id))
		case way.how == "ref":
			value, err = w.lookUpAll(way.to, value)
		}
		if err == nil {
			node[name], err = w.expand(value, way.to, deeper)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lookUpAll puts the objects of a kind in the place of an array of their ids.
func (w *world) lookUpAll(kind string, value any) (any, error) {
	ids, _ := value.([]any)
	for i := range ids {
		id, _ := ids[i].(string)
		tree, err := treeOf(w.lookUp(kind, id))
		if err != nil {
			return nil, err
		}
		ids[i] = tree
	}
	return value, nil
}

// lookUp finds an object of a kind. A customer that was deleted is a stub, as in
// Stripe's answers.
func (w *world) lookUp(kind, id string) any {
	switch kind {
	case "customer":
		if w.deleted[id] {
			return deletedObject{ID: id, Object: kind, Deleted: true}
		}
		return w.customers.find(id)
	case "payment_method":
		return w.paymentMethods.find(id)
	case "product":
		return w.products.find(id)
	case "price":
		return w.prices.find(id)
	case "tax_rate":
		return w.taxRates.find(id)
	case "subscription":
		return w.subscriptions.find(id)
	case "invoiceitem":
		return w.invoiceItems.find(id)
	case "invoice":
		return w.invoices.find(id)
	case "payment_intent":
		return w.intents.find(id)
	case "charge":
		return w.charges.find(id)
	case "refund":
		return w.refunds.find(id)
	case "credit_note":
		return w.creditNotes.find(id)
	case "billing_portal.configuration":
		return w.portalConfigs.find(id)
	case "coupon":
		return w.coupons.find(id)
	case "discount":
		return w.discounts.find(id)
	case "subscription_schedule":
		return w.schedules.find(id)
	case "customer_balance_transaction":
		return w.balances.find(id)
	}
	return nil
}

// onDemand makes a list that is only written when asked for.
func (w *world) onDemand(owner map[string]any, name string) any {
	id, _ := owner["id"].(string)
	switch name {
	case "refunds":
		return firstOf(w.refunds, "/v1/charges/"+id+"/refunds", func(o *refund) bool { return o.Charge == id })
	case "tax_ids":
		return firstOf(w.taxIDs, "/v1/customers/"+id+"/tax_ids", func(o *taxID) bool { return o.Customer == id })
	default:
		return firstOf(w.subscriptions, "/v1/customers/"+id+"/subscriptions", func(o *subscription) bool {
			return o.Customer == id && o.Status != "canceled"
		})
	}
}

func firstOf[T any](s *shelf[T], url string, keep func(*T) bool) any {
	page, more, _ := s.newest(paging{limit: stripewire.DefaultPage}, keep) // only a cursor can be wrong
	return stripewire.NewList(url, page, more)
}
