package scope

import (
	"sort"
	"strings"

	"billfold/backend/pattern"
)

// scope is how a rule keeps to one customer.
type scope int

const (
	// self: the path names the customer, who is this one or refused.
	self scope = iota
	// forced: the customer is set as a parameter, whatever came.
	forced
	// owned: the path names an object, whose answer must name the customer.
	owned
	// child: the path or a parameter names a parent, which is read and found to be
	// the customer's before the call is made; the answer inherits.
	child
	// fixed: the one portal configuration of the vendor.
	fixed
	// bought: a price or product that the customer has, or is offered.
	bought
)

// rule is one line of the table: everything that may be asked, and how.
type rule struct {
	method string
	// path has a kind of object in braces where an id stands.
	path   string
	scope  scope
	answer string // a kind of fields.go, "[]" in front for a list of them
	// params are the parameters and the types of their values.
	params string
	// expand are the values that the parameter expand may have.
	expand string
}

const (
	pages         = "limit:limit starting_after:cursor ending_before:cursor "
	created       = "created[gt]:time created[gte]:time created[lt]:time created[lte]:time "
	addressFields = "address:none address[city]:text address[country]:country address[line1]:text address[line2]:text " +
		"address[postal_code]:text address[state]:text "
	flows = "flow_data[type]:flow flow_data[subscription_cancel][subscription]:subscription " +
		"flow_data[subscription_update][subscription]:subscription " +
		"flow_data[subscription_update_confirm][subscription]:subscription " +
		"flow_data[subscription_update_confirm][items][][id]:item flow_data[subscription_update_confirm][items][][price]:price " +
		"flow_data[subscription_update_confirm][items][][quantity]:quantity " +
		"flow_data[after_completion][type]:ending flow_data[after_completion][redirect][return_url]:return "
)

// rules is the whole table. What is not in it is refused.
var rules = []rule{
	{"GET", "/v1/customers/{customer}", self, "customer", "", "tax_ids invoice_settings.default_payment_method"},
	{"GET", "/v1/customers/{customer}/tax_ids", self, "[]tax_id", pages, ""},
	{"GET", "/v1/customers/{customer}/tax_ids/{tax_id}", self, "tax_id", "", ""},
	{"GET", "/v1/customers/{customer}/payment_methods", self, "[]payment_method", pages + "type:word", ""},
	{"GET", "/v1/customers/{customer}/payment_methods/{payment_method}", self, "payment_method", "", ""},
	{"GET", "/v1/customers/{customer}/balance_transactions", self, "[]customer_balance_transaction", pages, ""},
	{"GET", "/v1/customers/{customer}/balance_transactions/{customer_balance_transaction}", self, "customer_balance_transaction", "", ""},

	{"GET", "/v1/subscriptions", forced, "[]subscription", pages + "customer:self status:subscription_status",
		"data.default_payment_method data.latest_invoice data.plan.product"},
	{"GET", "/v1/subscriptions/{subscription}", owned, "subscription", "",
		"default_payment_method latest_invoice plan.product items.data.price.product"},
	{"GET", "/v1/subscription_items", child, "[]subscription_item", pages + "subscription:parent", "data.price.product"},

	{"GET", "/v1/invoices", forced, "[]invoice",
		pages + created + "customer:self status:invoice_status subscription:subscription",
		"data.charge data.payment_intent data.default_payment_method data.total_tax_amounts.tax_rate"},
	{"GET", "/v1/invoices/upcoming", forced, "invoice", "customer:self subscription:subscription", "total_tax_amounts.tax_rate"},
	{"GET", "/v1/invoices/upcoming/lines", forced, "[]line_item", pages + "customer:self subscription:subscription", ""},
	{"GET", "/v1/invoices/{invoice}", owned, "invoice", "",
		"charge payment_intent default_payment_method total_tax_amounts.tax_rate"},
	{"GET", "/v1/invoices/{invoice}/lines", child, "[]line_item", pages, ""},

	{"GET", "/v1/charges", forced, "[]charge", pages + created + "customer:self payment_intent:payment_intent", "data.refunds"},
	{"GET", "/v1/charges/{charge}", owned, "charge", "", "refunds"},
	{"GET", "/v1/refunds", child, "[]refund", pages + "charge:parent", ""},
	{"GET", "/v1/payment_intents", forced, "[]payment_intent", pages + created + "customer:self", ""},
	{"GET", "/v1/payment_intents/{payment_intent}", owned, "payment_intent", "", ""},
	{"GET", "/v1/credit_notes", forced, "[]credit_note", pages + "customer:self invoice:invoice", ""},
	{"GET", "/v1/credit_notes/{credit_note}", owned, "credit_note", "", ""},

	{"GET", "/v1/products/{product}", bought, "product", "", ""},
	{"GET", "/v1/prices/{price}", bought, "price", "", ""},
	{"GET", "/v1/billing_portal/configurations/{billing_portal.configuration}", fixed, "billing_portal.configuration", "", ""},

	{"POST", "/v1/billing_portal/sessions", forced, "billing_portal.session",
		"customer:self configuration:configuration return_url:return locale:locale " + flows, ""},
	{"POST", "/v1/customers/{customer}", self, "customer",
		"name:text phone:phone preferred_locales[]:language invoice_settings[default_payment_method]:method_or_none " + addressFields, ""},
	{"POST", "/v1/customers/{customer}/tax_ids", self, "tax_id", "type:tax_type value:tax_value", ""},
	{"DELETE", "/v1/customers/{customer}/tax_ids/{tax_id}", self, "deleted", "", ""},
	{"POST", "/v1/subscriptions/{subscription}", owned, "subscription", "default_payment_method:method_or_none", ""},
}

// compiledRule is a rule made ready for matching.
type compiledRule struct {
	rule
	parts      []string
	kind       *kind
	list       bool
	known      map[string]string // the type of each parameter, by its pattern
	expandable map[string]bool
}

// template is the rule as metrics and logs name it.
func (r *compiledRule) template() string { return r.method + " " + r.path }

var byShape = compileRules()

// compileRules sorts the rules by method and number of parts, those with fewer
// open places first, so that the first match is the most exact one.
func compileRules() map[string][]*compiledRule {
	compiled := map[string][]*compiledRule{}
	for _, r := range rules {
		name, isList := strings.CutPrefix(r.answer, "[]")
		made := &compiledRule{
			rule: r, parts: strings.Split(r.path, "/"), kind: kinds[name], list: isList,
			known: map[string]string{}, expandable: wordSet(r.expand),
		}
		for _, word := range strings.Fields(r.params) {
			param, of, _ := strings.Cut(word, ":")
			made.known[param] = of
		}
		shape := r.method + strings.Repeat("/", len(made.parts))
		compiled[shape] = append(compiled[shape], made)
	}
	for _, same := range compiled {
		sort.SliceStable(same, func(i, j int) bool {
			return strings.Count(same[i].path, "{") < strings.Count(same[j].path, "{")
		})
	}
	return compiled
}

// prefixes are how the ids of a kind begin. Prices may be older plans, whose ids
// the merchant chose.
var prefixes = map[string]string{
	"customer": "cus", "tax_id": "txi", "payment_method": "pm|card|src|ba", "customer_balance_transaction": "cbtxn",
	"subscription": "sub", "subscription_item": "si", "invoice": "in", "charge": "ch|py", "payment_intent": "pi",
	"credit_note": "cn", "refund": "re|pyr", "line_item": "il", "product": "prod", "price": "price",
	"billing_portal.configuration": "bpc",
}

var idForms = compileIDs()

func compileIDs() map[string]pattern.Pattern {
	forms := map[string]pattern.Pattern{}
	for name, prefix := range prefixes {
		forms[name] = pattern.Of(`^(` + prefix + `)_[A-Za-z0-9_]{1,128}$`)
	}
	return forms
}

// place is an id in a path, and the kind of object it should be of.
type placed struct{ kind, id string }

// match finds the rule of a method and an escaped path, and the ids in it.
func match(method, path string) (*compiledRule, []placed) {
	parts := strings.Split(path, "/")
	for _, r := range byShape[method+strings.Repeat("/", len(parts))] {
		if ids, ok := r.places(parts); ok {
			return r, ids
		}
	}
	return nil, nil
}

func (r *compiledRule) places(parts []string) (ids []placed, ok bool) {
	for i, part := range parts {
		kind, open := strings.CutPrefix(r.parts[i], "{")
		switch {
		case open && part != "":
			ids = append(ids, placed{strings.TrimSuffix(kind, "}"), part})
		case r.parts[i] != part:
			return nil, false
		}
	}
	return ids, true
}

// Templates lists the rules as logs name them.
func Templates() []string {
	all := make([]string, len(rules))
	for i, r := range rules {
		all[i] = r.method + " " + r.path
	}
	return all
}
