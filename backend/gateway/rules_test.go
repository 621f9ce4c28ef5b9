package gateway_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"billfold/backend/gateway/scope"
)

const canary = "Zanzibar7"

// filled puts ids in the place of {kind} and {their.kind}.
func (s *stage) filled(text string) string {
	for prefix, g := range map[string]graph{"{": s.mine, "{their.": s.theirs} {
		for kind, ids := range g.ids {
			if len(ids) > 0 {
				text = strings.ReplaceAll(text, prefix+kind+"}", ids[0])
			}
		}
	}
	return text
}

// MustStageForTwo has a customer with one of everything, and a stranger with the
// same.
func MustStageForTwo(tb testing.TB) *stage {
	tb.Helper()
	s := MustStage(tb, "active", nil)
	s.addStranger("Quagga55")
	s.mine = s.theirs
	s.token = s.issuer.token(s.mine.customer)
	s.addStranger(canary)
	s.mine.ids["billing_portal.configuration"] = idsOf(s.merchant(http.MethodGet, "/v1/billing_portal/configurations"))
	s.mine.ids["price"] = idsOf(s.merchant(http.MethodGet, "/v1/prices"))
	s.mine.ids["product"] = idsOf(s.merchant(http.MethodGet, "/v1/products"))
	return s
}

type refused struct {
	Code    string `json:"code"`
	Param   string `json:"param"`
	Type    string `json:"type"`
	Message string `json:"message"`
}

func (a answer) refusal(t testing.TB) refused {
	t.Helper()
	var envelope struct {
		Error *refused `json:"error"`
	}
	if err := json.Unmarshal([]byte(a.body), &envelope); err != nil || envelope.Error == nil {
		t.Fatalf("no error envelope: %d %.300s", a.status, a.body)
	}
	return *envelope.Error
}

// allowedCalls has at least one call for every rule of the table.
var allowedCalls = []struct{ method, path, form string }{
	{"GET", "/v1/customers/{customer}", ""},
	{"GET", "/v1/customers/{customer}?expand[]=tax_ids&expand[]=invoice_settings.default_payment_method", ""},
	{"GET", "/v1/customers/{customer}/tax_ids?limit=3&starting_after={tax_id}", ""},
	{"GET", "/v1/customers/{customer}/tax_ids/{tax_id}", ""},
	{"GET", "/v1/customers/{customer}/payment_methods?type=card&limit=1&ending_before={payment_method}", ""},
	{"GET", "/v1/customers/{customer}/payment_methods/{payment_method}", ""},
	{"GET", "/v1/customers/{customer}/balance_transactions?limit=1&starting_after={customer_balance_transaction}", ""},
	{"GET", "/v1/customers/{customer}/balance_transactions/{customer_balance_transaction}", ""},
	{"GET", "/v1/subscriptions", ""},
	{"GET", "/v1/subscriptions?customer={customer}&status=all&limit=100&starting_after={subscription}", ""},
	{"GET", "/v1/subscriptions?expand[0]=data.default_payment_method&expand[1]=data.latest_invoice&expand[2]=data.plan.product", ""},
	{"GET", "/v1/subscriptions/{subscription}?expand[]=default_payment_method&expand[]=latest_invoice&expand[]=items.data.price.product&expand[]=plan.product", ""},
	{"GET", "/v1/subscription_items?subscription={subscription}&expand[]=data.price.product", ""},
	{"GET", "/v1/subscription_items?subscription={subscription}&starting_after={subscription_item}", ""},
	{"GET", "/v1/invoices?limit=2&created[gte]=1&created[gt]=1&created[lte]=9999999999&created[lt]=9999999999&status=paid", ""},
	{"GET", "/v1/invoices?subscription={subscription}&starting_after={invoice}", ""},
	{"GET", "/v1/invoices?expand[]=data.charge&expand[]=data.payment_intent&expand[]=data.default_payment_method&expand[]=data.total_tax_amounts.tax_rate", ""},
	{"GET", "/v1/invoices/upcoming?subscription={subscription}&expand[]=total_tax_amounts.tax_rate", ""},
	{"GET", "/v1/invoices/upcoming/lines?customer={customer}&subscription={subscription}&limit=5", ""},
	{"GET", "/v1/invoices/{invoice}?expand[]=charge&expand[]=payment_intent&expand[]=default_payment_method&expand[]=total_tax_amounts.tax_rate", ""},
	{"GET", "/v1/invoices/{invoice}/lines?limit=1&starting_after={line_item}", ""},
	{"GET", "/v1/charges?payment_intent={payment_intent}&expand[]=data.refunds&starting_after={charge}", ""},
	{"GET", "/v1/charges/{charge}?expand[]=refunds", ""},
	{"GET", "/v1/refunds?charge={charge}&starting_after={refund}", ""},
	{"GET", "/v1/payment_intents?limit=3&starting_after={payment_intent}", ""},
	{"GET", "/v1/payment_intents/{payment_intent}", ""},
	{"GET", "/v1/credit_notes?invoice={invoice}&starting_after={credit_note}", ""},
	{"GET", "/v1/credit_notes/{credit_note}", ""},
	{"GET", "/v1/products/{product}", ""},
	{"GET", "/v1/prices/{price}", ""},
	{"GET", "/v1/billing_portal/configurations/{billing_portal.configuration}", ""},
	{"POST", "/v1/billing_portal/sessions", "customer={customer}&configuration={billing_portal.configuration}&locale=de&return_url=http://127.0.0.1:4711/back"},
	{"POST", "/v1/billing_portal/sessions", "flow_data[type]=payment_method_update&flow_data[after_completion][type]=redirect&flow_data[after_completion][redirect][return_url]=http://127.0.0.1:4711/x"},
	{"POST", "/v1/billing_portal/sessions", "flow_data[type]=subscription_cancel&flow_data[subscription_cancel][subscription]={subscription}"},
	{"POST", "/v1/billing_portal/sessions", "flow_data[type]=subscription_update&flow_data[subscription_update][subscription]={subscription}"},
	{"POST", "/v1/billing_portal/sessions", "flow_data[type]=subscription_update_confirm&flow_data[subscription_update_confirm][subscription]={subscription}&flow_data[subscription_update_confirm][items][0][id]={subscription_item}&flow_data[subscription_update_confirm][items][0][price]={price}&flow_data[subscription_update_confirm][items][0][quantity]=1"},
	{"POST", "/v1/customers/{customer}", "name=Ada+Lovelace&phone=%2B49+30+1&preferred_locales[]=de&preferred_locales[]=en-GB&address[line1]=Weg+1&address[line2]=&address[city]=Ulm&address[state]=&address[postal_code]=89073&address[country]=DE"},
	{"POST", "/v1/customers/{customer}", "invoice_settings[default_payment_method]={payment_method}"},
	{"POST", "/v1/customers/{customer}", "address="},
	{"POST", "/v1/customers/{customer}/tax_ids", "type=us_ein&value=98-7654321"},
	{"POST", "/v1/subscriptions/{subscription}", "default_payment_method={payment_method}"},
	{"POST", "/v1/subscriptions/{subscription}", "default_payment_method="},
	{"DELETE", "/v1/customers/{customer}/tax_ids/{tax_id}", ""},
}

func TestEveryRuleLetsItsOwnThrough(t *testing.T) {
	s := MustStageForTwo(t)
	used := map[string]bool{}
	for _, call := range allowedCalls {
		name := call.method + " " + call.path + " " + call.form
		got := s.ask(call.method, s.filled(call.path), s.filled(call.form))
		if got.status != http.StatusOK || got.header.Get("Stripe-Version") != "2023-10-16" || got.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %d %.300s", name, got.status, got.body)
		}
		path, _, _ := strings.Cut(call.path, "?")
		used[call.method+" "+path] = true
	}
	for _, template := range scope.Templates() {
		if !used[template] {
			t.Errorf("no call was made for the rule %s", template)
		}
	}
	for _, id := range s.theirs.ids["customer"] {
		if strings.Contains(s.log.String()+s.audit.String(), id) {
			t.Error("the log names somebody who never asked")
		}
	}
}

// TestEveryRuleRefusesTheSameOfAnother: what is allowed with one's own ids is not
// with another's: in the path, a parameter, a cursor or a nested key.
func TestEveryRuleRefusesTheSameOfAnother(t *testing.T) {
	s := MustStageForTwo(t)
	tried := 0
	for _, call := range allowedCalls {
		for kind := range s.theirs.ids {
			for _, foreign := range replacedOnce(call.path+"\n"+call.form, "{"+kind+"}", "{their."+kind+"}") {
				path, form, _ := strings.Cut(foreign, "\n")
				got := s.ask(call.method, s.filled(path), s.filled(form))
				if got.status != http.StatusNotFound && got.status != http.StatusBadRequest {
					t.Errorf("%s %s %s: %d %.300s", call.method, path, form, got.status, got.body)
				}
				if got.refusal(t).Code != "resource_missing" || strings.Contains(got.body, canary) {
					t.Errorf("%s %s %s: %s", call.method, path, form, got.body)
				}
				tried++
			}
		}
	}
	if tried < 30 {
		t.Errorf("only %d were tried", tried)
	}
	if !strings.Contains(s.audit.String(), `"decision":"not yours"`) {
		t.Error("nobody wrote down that somebody reached for what is not theirs")
	}
}

// replacedOnce gives the text with each occurrence replaced in turn.
func replacedOnce(text, old, with string) (all []string) {
	parts := strings.Split(text, old)
	for i := 1; i < len(parts); i++ {
		all = append(all, strings.Join(parts[:i], old)+with+strings.Join(parts[i:], old))
	}
	return all
}

// refusals are requests that no rule allows. None of them reaches Stripe.
var refusals = map[string]struct {
	method, path, form string
	status             int
	code, param        string
}{
	"all customers":                  {"GET", "/v1/customers", "", 404, "", ""},
	"a customer's end":               {"DELETE", "/v1/customers/{customer}", "", 404, "", ""},
	"events":                         {"GET", "/v1/events", "", 404, "", ""},
	"a search":                       {"GET", "/v1/invoices/search?query=a", "", 404, "resource_missing", "invoice"},
	"a customer search":              {"GET", "/v1/customers/search?query=a", "", 404, "resource_missing", "customer"},
	"an ephemeral key":               {"POST", "/v1/ephemeral_keys", "customer={customer}", 404, "", ""},
	"a customer session":             {"POST", "/v1/customer_sessions", "customer={customer}", 404, "", ""},
	"checkout":                       {"POST", "/v1/checkout/sessions", "customer={customer}", 404, "", ""},
	"a setup intent":                 {"POST", "/v1/setup_intents", "customer={customer}", 404, "", ""},
	"a payment intent":               {"POST", "/v1/payment_intents", "customer={customer}", 404, "", ""},
	"confirming a payment":           {"POST", "/v1/payment_intents/{payment_intent}/confirm", "", 404, "", ""},
	"paying an invoice":              {"POST", "/v1/invoices/{invoice}/pay", "paid_out_of_band=true", 404, "", ""},
	"voiding an invoice":             {"POST", "/v1/invoices/{invoice}/void", "", 404, "", ""},
	"changing an invoice":            {"POST", "/v1/invoices/{invoice}", "description=x", 404, "", ""},
	"a token":                        {"POST", "/v1/tokens", "", 404, "", ""},
	"files":                          {"GET", "/v1/files", "", 404, "", ""},
	"webhook endpoints":              {"GET", "/v1/webhook_endpoints", "", 404, "", ""},
	"the merchant's balance":         {"GET", "/v1/balance", "", 404, "", ""},
	"balance transactions":           {"GET", "/v1/balance_transactions", "", 404, "", ""},
	"the account":                    {"GET", "/v1/account", "", 404, "", ""},
	"test helpers":                   {"GET", "/v1/test_helpers/test_clocks", "", 404, "", ""},
	"a refund":                       {"POST", "/v1/refunds", "charge={charge}", 404, "", ""},
	"a credit note":                  {"POST", "/v1/credit_notes", "invoice={invoice}", 404, "", ""},
	"quotes":                         {"GET", "/v1/quotes", "", 404, "", ""},
	"coupons":                        {"GET", "/v1/coupons", "", 404, "", ""},
	"promotion codes":                {"GET", "/v1/promotion_codes", "", 404, "", ""},
	"a new subscription":             {"POST", "/v1/subscriptions", "customer={customer}", 404, "", ""},
	"a subscription's end":           {"DELETE", "/v1/subscriptions/{subscription}", "", 404, "", ""},
	"detaching a method":             {"POST", "/v1/payment_methods/{payment_method}/detach", "", 404, "", ""},
	"methods at account level":       {"GET", "/v1/payment_methods?customer={customer}", "", 404, "", ""},
	"tax ids at account level":       {"GET", "/v1/tax_ids", "", 404, "", ""},
	"all products":                   {"GET", "/v1/products", "", 404, "", ""},
	"all prices":                     {"GET", "/v1/prices", "", 404, "", ""},
	"all portal configurations":      {"GET", "/v1/billing_portal/configurations", "", 404, "", ""},
	"another portal configuration":   {"GET", "/v1/billing_portal/configurations/bpc_other", "", 404, "resource_missing", "billing_portal.configuration"},
	"the second version":             {"GET", "/v2/customers/{customer}", "", 404, "", ""},
	"nothing":                        {"GET", "/", "", 404, "", ""},
	"a slash at the end":             {"GET", "/v1/customers/{customer}/", "", 404, "", ""},
	"two slashes":                    {"GET", "/v1//customers/{customer}", "", 404, "", ""},
	"another's name in the path":     {"GET", "/v1/customers/{their.customer}", "", 404, "resource_missing", "customer"},
	"another's tax ids":              {"GET", "/v1/customers/{their.customer}/tax_ids", "", 404, "resource_missing", "customer"},
	"another as the customer":        {"GET", "/v1/invoices?customer={their.customer}", "", 404, "resource_missing", "customer"},
	"another in the body":            {"POST", "/v1/billing_portal/sessions", "customer={their.customer}", 404, "resource_missing", "customer"},
	"an id of another kind":          {"GET", "/v1/invoices/{charge}", "", 404, "resource_missing", "invoice"},
	"no customer at all":             {"GET", "/v1/invoices?customer=", "", 404, "resource_missing", "customer"},
	"an unknown parameter":           {"GET", "/v1/invoices?due_date[gte]=1", "", 400, "parameter_unknown", "due_date[gte]"},
	"a filter by collection":         {"GET", "/v1/invoices?collection_method=x", "", 400, "parameter_unknown", "collection_method"},
	"a coupon tried out":             {"GET", "/v1/invoices/upcoming?coupon=FREE", "", 400, "parameter_unknown", "coupon"},
	"another price tried out":        {"GET", "/v1/invoices/upcoming?subscription_items[0][price]={price}", "", 400, "parameter_unknown", "subscription_items[0][price]"},
	"invoice items tried out":        {"GET", "/v1/invoices/upcoming?invoice_items[0][amount]=1", "", 400, "parameter_unknown", "invoice_items[0][amount]"},
	"details tried out":              {"GET", "/v1/invoices/upcoming?customer_details[tax_exempt]=exempt", "", 400, "parameter_unknown", "customer_details[tax_exempt]"},
	"a status that is none":          {"GET", "/v1/invoices?status=all", "", 400, "", "status"},
	"too great a page":               {"GET", "/v1/invoices?limit=101", "", 400, "parameter_invalid_integer", "limit"},
	"a page of nothing":              {"GET", "/v1/invoices?limit=0", "", 400, "parameter_invalid_integer", "limit"},
	"a page of words":                {"GET", "/v1/invoices?limit=ten", "", 400, "parameter_invalid_integer", "limit"},
	"a time before all":              {"GET", "/v1/invoices?created[gte]=-1", "", 400, "parameter_invalid_integer", "created[gte]"},
	"a cursor of another kind":       {"GET", "/v1/invoices?starting_after={charge}", "", 400, "resource_missing", "starting_after"},
	"a cursor that is none":          {"GET", "/v1/invoices?ending_before=%2Fv1", "", 400, "resource_missing", "ending_before"},
	"both cursors":                   {"GET", "/v1/invoices?starting_after={invoice}&ending_before={invoice}", "", 400, "parameters_exclusive", "starting_after"},
	"expanding the customer":         {"GET", "/v1/invoices/{invoice}?expand[]=customer", "", 400, "", "expand"},
	"expanding five levels":          {"GET", "/v1/invoices?expand[]=data.charge.customer.subscriptions", "", 400, "", "expand"},
	"expanding the balance":          {"GET", "/v1/charges/{charge}?expand[]=balance_transaction", "", 400, "", "expand"},
	"expanding nothing":              {"GET", "/v1/charges/{charge}?expand[]=", "", 400, "", "expand"},
	"expanding twice":                {"GET", "/v1/charges/{charge}?expand[]=refunds&expand[1]=refunds", "", 400, "", "expand"},
	"expanding without a list":       {"GET", "/v1/charges/{charge}?expand=refunds", "", 400, "parameter_unknown", "expand"},
	"expanding by name":              {"GET", "/v1/charges/{charge}?expand[a]=refunds", "", 400, "parameter_unknown", "expand[a]"},
	"expanding where none is":        {"GET", "/v1/payment_intents/{payment_intent}?expand[]=latest_charge", "", 400, "parameter_unknown", "expand[]"},
	"expanding a write":              {"POST", "/v1/billing_portal/sessions", "expand[]=configuration", 400, "parameter_unknown", "expand[]"},
	"items of no subscription":       {"GET", "/v1/subscription_items", "", 400, "parameter_missing", "subscription"},
	"refunds of everybody":           {"GET", "/v1/refunds", "", 400, "parameter_missing", "charge"},
	"credit for oneself":             {"POST", "/v1/customers/{customer}", "balance=-1000000", 400, "parameter_unknown", "balance"},
	"no taxes any more":              {"POST", "/v1/customers/{customer}", "tax_exempt=exempt", 400, "parameter_unknown", "tax_exempt"},
	"a coupon for oneself":           {"POST", "/v1/customers/{customer}", "coupon=FREE", 400, "parameter_unknown", "coupon"},
	"another e-mail address":         {"POST", "/v1/customers/{customer}", "email=a@b.c", 400, "parameter_unknown", "email"},
	"a source":                       {"POST", "/v1/customers/{customer}", "source=tok_visa", 400, "parameter_unknown", "source"},
	"metadata":                       {"POST", "/v1/customers/{customer}", "metadata[a]=b", 400, "parameter_unknown", "metadata[a]"},
	"an invoice prefix":              {"POST", "/v1/customers/{customer}", "invoice_prefix=AAAA", 400, "parameter_unknown", "invoice_prefix"},
	"invoice settings' footer":       {"POST", "/v1/customers/{customer}", "invoice_settings[footer]=x", 400, "parameter_unknown", "invoice_settings[footer]"},
	"a name without end":             {"POST", "/v1/customers/{customer}", "name=" + strings.Repeat("x", 300), 400, "", "name"},
	"control characters":             {"POST", "/v1/customers/{customer}", "name=a%00b", 400, "", "name"},
	"a country that is none":         {"POST", "/v1/customers/{customer}", "address[country]=Germany", 400, "", "address[country]"},
	"an address as text":             {"POST", "/v1/customers/{customer}", "address=Berlin", 400, "", "address"},
	"a language that is none":        {"POST", "/v1/customers/{customer}", "preferred_locales[]=a1&preferred_locales[]=de", 400, "", "preferred_locales[]"},
	"a plan changed by oneself":      {"POST", "/v1/subscriptions/{subscription}", "items[0][price]={price}", 400, "parameter_unknown", "items[0][price]"},
	"a subscription's coupon":        {"POST", "/v1/subscriptions/{subscription}", "coupon=FREE", 400, "parameter_unknown", "coupon"},
	"a trial without end":            {"POST", "/v1/subscriptions/{subscription}", "trial_end=9999999999", 400, "parameter_unknown", "trial_end"},
	"a card number as a method":      {"POST", "/v1/subscriptions/{subscription}", "default_payment_method=4242424242424242", 400, "resource_missing", "default_payment_method"},
	"a tax id of no type":            {"POST", "/v1/customers/{customer}/tax_ids", "type=moon&value=1", 400, "", "type"},
	"a tax id without a value":       {"POST", "/v1/customers/{customer}/tax_ids", "type=us_ein", 400, "parameter_missing", "value"},
	"on behalf of another":           {"POST", "/v1/billing_portal/sessions", "on_behalf_of=acct_1", 400, "parameter_unknown", "on_behalf_of"},
	"another configuration":          {"POST", "/v1/billing_portal/sessions", "configuration=bpc_other", 400, "resource_missing", "configuration"},
	"a return elsewhere":             {"POST", "/v1/billing_portal/sessions", "return_url=https://evil.example/", 400, "url_invalid", "return_url"},
	"a return by script":             {"POST", "/v1/billing_portal/sessions", "return_url=javascript:alert(1)", 400, "url_invalid", "return_url"},
	"a return by another user":       {"POST", "/v1/billing_portal/sessions", "return_url=http://127.0.0.1@evil.example:80/", 400, "url_invalid", "return_url"},
	"a return with a query":          {"POST", "/v1/billing_portal/sessions", "return_url=http://127.0.0.1:4711/?a=b", 400, "url_invalid", "return_url"},
	"a redirect elsewhere":           {"POST", "/v1/billing_portal/sessions", "flow_data[type]=payment_method_update&flow_data[after_completion][type]=redirect&flow_data[after_completion][redirect][return_url]=https://evil.example", 400, "url_invalid", "flow_data[after_completion][redirect][return_url]"},
	"a message of one's own":         {"POST", "/v1/billing_portal/sessions", "flow_data[type]=payment_method_update&flow_data[after_completion][type]=hosted_confirmation", 400, "", "flow_data[after_completion][type]"},
	"a flow that is none":            {"POST", "/v1/billing_portal/sessions", "flow_data[type]=pay", 400, "", "flow_data[type]"},
	"a retention coupon":             {"POST", "/v1/billing_portal/sessions", "flow_data[type]=subscription_cancel&flow_data[subscription_cancel][retention][coupon_offer][coupon]=FREE", 400, "parameter_unknown", "flow_data[subscription_cancel][retention][coupon_offer][coupon]"},
	"parameters in a post's address": {"POST", "/v1/customers/{customer}?name=x", "phone=1", 400, "", ""},
	"semicolons":                     {"GET", "/v1/invoices?limit=1;customer={their.customer}", "", 400, "", ""},
	"a broken escape":                {"GET", "/v1/invoices?limit=%zz", "", 400, "", ""},
}

func TestEveryRefusal(t *testing.T) {
	s := MustStageForTwo(t)
	for name, test := range refusals {
		t.Run(name, func(t *testing.T) {
			before := s.upstream.Load()
			got := s.ask(test.method, s.filled(test.path), s.filled(test.form))
			said := got.refusal(t)
			if got.status != test.status || said.Code != test.code || said.Param != test.param {
				t.Errorf("%d %s", got.status, got.body)
			}
			if asked := s.upstream.Load() - before; asked != 0 {
				t.Errorf("Stripe was asked %d times", asked)
			}
			if strings.Contains(got.body, canary) {
				t.Errorf("it tells of another: %s", got.body)
			}
		})
	}
}
