package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"billfold/backend/sandbox"
)

// singles is how many objects of a kind are asked for one by one, expanded how
// many of them with every expansion there is, and pages how many pages of 100 of
// one list are read: 10,000 invoices differ in nothing that 1,200 do not.
const (
	singles  = 4
	expanded = 1
	pages    = 12
)

// TestEveryAnswerFitsStripesDescription asks every endpoint that reads, in every
// scenario: whole lists, single objects, every expansion.
func TestEveryAnswerFitsStripesDescription(t *testing.T) {
	strict, lenient := MustContract(t, true), MustContract(t, false)
	visited := map[string]bool{}
	for _, scenario := range sandbox.Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			rules, depth := strict, 3
			if scenario.Name == "hostile" { // whose answers are a hundred times larger
				rules, depth = lenient, 2
			}
			w := &walk{client: startFor(t, sandbox.Options{Scenario: scenario.Name, Now: newHandClock().now}), rules: rules, visited: visited, depth: depth, deleted: scenario.Name == "deleted-customer"}
			before, _ := rules.total()
			w.made("/v1/test_helpers/test_clocks", "frozen_time", "now")
			w.made("/v1/webhook_endpoints", "url", "http://127.0.0.1:9/", "enabled_events[]", "*")
			for _, endpoint := range sandbox.Endpoints() {
				if endpoint.Method == http.MethodGet {
					w.visit(endpoint)
				}
			}
			after, _ := rules.total()
			t.Logf("%d answers of the scenario %s validated", after-before, scenario.Name)
		})
	}
	for _, endpoint := range sandbox.Endpoints() {
		if endpoint.Method == http.MethodGet && !visited[endpoint.Path] {
			t.Errorf("never asked: GET %s", endpoint.Path)
		}
	}
	for name, rules := range map[string]*contract{"strict": strict, "without lengths": lenient} {
		answers, endpoints := rules.total()
		t.Logf("%s: %d answers of %d endpoints validated", name, answers, endpoints)
	}
}

// walk visits the endpoints of one sandbox.
type walk struct {
	client
	rules   *contract
	visited map[string]bool
	depth   int // of expansions
	deleted bool
}

func (w *walk) visit(endpoint sandbox.Endpoint) {
	for i, path := range w.places(endpoint.Path) {
		w.visited[endpoint.Path] = true
		switch {
		case path == "/v1/subscription_items":
			ids := w.someIDs("/v1/subscriptions")
			if len(ids) == 0 {
				continue
			}
			path += "?subscription=" + ids[0]
		case path == "/v1/credit_notes/preview":
			bill := w.creditable()
			if bill == "" {
				continue
			}
			path += "?amount=1&out_of_band_amount=1&invoice=" + bill
		case strings.HasPrefix(path, "/v1/invoices/upcoming"), path == "/v1/payment_methods":
			path += "?customer=" + w.Customer()
		default:
			path += "?"
		}
		w.readAll(path, strings.HasPrefix(endpoint.Answers, "[]"))
		if i >= expanded {
			continue
		}
		for _, expand := range sandbox.ExpandPaths(endpoint.Answers, w.depth) {
			w.valid(path + "&expand[]=" + expand)
		}
	}
}

func (w *walk) readAll(path string, isList bool) {
	w.valid(path)
	after := ""
	for n := 0; isList && n < pages; n++ {
		page := w.valid(path + "&limit=100" + after)
		if page["has_more"] != true {
			return
		}
		data := page["data"].([]any)
		after = "&starting_after=" + data[len(data)-1].(map[string]any)["id"].(string)
	}
}

func (w *walk) valid(path string) map[string]any {
	w.Helper()
	a := w.get(path)
	if err := w.rules.check(http.MethodGet, path, a); err != nil {
		w.Fatal(err)
	}
	// "new" has nothing upcoming, and few have a discount; everything else that is
	// asked for is there.
	if a.status != http.StatusOK && !strings.Contains(path, "/upcoming") && !strings.Contains(path, "/discount") && !w.deleted {
		w.Fatalf("GET %s: %d %s", path, a.status, a.body)
	}
	return a.object(w)
}

// creditable is an invoice of which something can be credited.
func (w *walk) creditable() string {
	bills, _ := w.page("/v1/invoices?status=paid&limit=100")
	for _, bill := range bills {
		if bill["amount_paid"].(float64)-bill["post_payment_credit_notes_amount"].(float64) > 0 {
			return bill["id"].(string)
		}
	}
	return ""
}

// places fills the open places of a path with ids that are there.
func (w *walk) places(path string) []string {
	before, after, open := strings.Cut(path, "*")
	if !open {
		return []string{path}
	}
	var filled []string
	for _, id := range w.someIDs(strings.TrimSuffix(before, "/")) {
		filled = append(filled, w.places(before+id+after)...)
	}
	return filled
}

func (w *walk) someIDs(list string) (ids []string) {
	query := "?limit=" + strconv.Itoa(singles)
	switch list {
	case "/v1/payment_methods":
		if w.deleted { // whose methods are gone with it
			return nil
		}
		query += "&customer=" + w.Customer()
	case "/v1/subscriptions":
		query += "&status=all"
	case "/v1/subscription_items":
		for _, id := range w.someIDs("/v1/subscriptions") {
			ids = append(ids, w.someIDs("/v1/subscription_items?subscription="+id)...)
		}
		return ids
	}
	if strings.Contains(list, "?") {
		query = strings.Replace(query, "?", "&", 1)
	}
	data, _ := w.page(list + query)
	for _, o := range data {
		ids = append(ids, o["id"].(string))
	}
	return ids
}

// TestEveryWriteFitsStripesDescription makes every write there is, and so proves
// that no endpoint was forgotten by either test.
func TestEveryWriteFitsStripesDescription(t *testing.T) {
	rules := MustContract(t, true)
	w := &writes{client: startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now}), rules: rules, done: map[string]bool{}}
	w.everything()
	for _, endpoint := range sandbox.Endpoints() {
		if endpoint.Method != http.MethodGet && !w.done[endpoint.Method+" "+endpoint.Path] {
			t.Errorf("never written to: %s %s", endpoint.Method, endpoint.Path)
		}
	}
	answers, endpoints := rules.total()
	t.Logf("%d answers of %d endpoints validated", answers, endpoints)
}

type writes struct {
	client
	rules *contract
	done  map[string]bool
}

// write fills the places of the path with ids in order and gives the answer's id.
func (w *writes) write(method, path string, ids []string, pairs ...string) string {
	w.Helper()
	filled := path
	for _, id := range ids {
		filled = strings.Replace(filled, "*", id, 1)
	}
	a := w.send(w.request(method, filled, formOf(pairs)))
	if a.status != http.StatusOK {
		w.Fatalf("%s %s: %d %s", method, filled, a.status, a.body)
	}
	if err := w.rules.check(method, filled, a); err != nil {
		w.Fatal(err)
	}
	w.done[method+" "+path] = true
	return a.object(w)["id"].(string)
}

func (w *writes) everything() {
	customer := w.write("POST", "/v1/customers", nil, "name", "A", "email", "a@example.com", "balance", "-50",
		"coupon", w.coupons(), "payment_method", "pm_card_mastercard", "tax_id_data[0][type]", "eu_vat", "tax_id_data[0][value]", "DE123456789")
	w.write("POST", "/v1/customers/*/balance_transactions", []string{customer}, "amount", "-25", "currency", "usd", "description", "Sorry")
	w.valid("/v1/customers/" + customer + "/discount")
	w.write("DELETE", "/v1/customers/*/discount", []string{customer})
	w.write("POST", "/v1/customers/*", []string{customer}, "address[city]", "Bonn", "metadata[k]", "v")
	taxID := w.write("POST", "/v1/customers/*/tax_ids", []string{customer}, "type", "gb_vat", "value", "GB123456789")
	w.write("DELETE", "/v1/customers/*/tax_ids/*", []string{customer, taxID})
	product := w.write("POST", "/v1/products", nil, "name", "P")
	monthly := w.write("POST", "/v1/prices", nil, "product", product, "currency", "usd", "unit_amount", "500", "recurring[interval]", "month")
	once := w.write("POST", "/v1/prices", nil, "product", product, "currency", "usd", "unit_amount", "300")
	rate := w.write("POST", "/v1/tax_rates", nil, "display_name", "VAT", "percentage", "19", "inclusive", "false")
	method := w.write("POST", "/v1/payment_methods", nil, "type", "card", "card[token]", "tok_amex")
	w.write("POST", "/v1/payment_methods/*", []string{method}, "billing_details[name]", "N")
	w.write("POST", "/v1/payment_methods/*/attach", []string{method}, "customer", customer)
	spare := w.write("POST", "/v1/payment_methods/*/attach", []string{"pm_card_jcb"}, "customer", customer)
	w.write("POST", "/v1/payment_methods/*/detach", []string{spare})
	subscription := w.write("POST", "/v1/subscriptions", nil, "customer", customer, "items[0][price]", monthly, "default_tax_rates[]", rate)
	w.write("POST", "/v1/subscriptions/*", []string{subscription}, "cancel_at_period_end", "true", "default_payment_method", method)
	w.schedules(rate)
	hook := w.write("POST", "/v1/webhook_endpoints", nil, "url", "http://127.0.0.1:9/", "enabled_events[]", "product.created")
	w.write("POST", "/v1/webhook_endpoints/*", []string{hook}, "enabled_events[]", "price.created", "disabled", "true")
	w.write("DELETE", "/v1/webhook_endpoints/*", []string{hook})
	w.metered(customer, product)
	w.invoices(customer, once, method)
	w.portal(customer, product, monthly)
	w.write("DELETE", "/v1/subscriptions/*", []string{subscription})
	w.write("DELETE", "/v1/customers/*", []string{customer})
	later := func(days int64) string { return strconv.FormatInt(seededAt+(days+10)*86400, 10) }
	clock := w.write("POST", "/v1/test_helpers/test_clocks", nil, "frozen_time", later(1), "name", "C")
	w.write("POST", "/v1/test_helpers/test_clocks/*/advance", []string{clock}, "frozen_time", later(40))
	w.valid("/v1/test_helpers/test_clocks/" + clock)
	w.write("DELETE", "/v1/test_helpers/test_clocks/*", []string{clock})
}

// coupons makes, changes and deletes some, and gives the one that is left.
func (w *writes) coupons() string {
	gone := w.write("POST", "/v1/coupons", nil, "amount_off", "200", "currency", "eur", "duration", "forever", "max_redemptions", "3")
	w.write("POST", "/v1/coupons/*", []string{gone}, "name", "Two off", "metadata[k]", "v")
	w.write("DELETE", "/v1/coupons/*", []string{gone})
	return w.write("POST", "/v1/coupons", nil, "id", "TENTH", "percent_off", "12.5", "duration", "repeating", "duration_in_months", "3")
}

func (w *writes) schedules(rate string) {
	customer := w.write("POST", "/v1/customers", nil, "payment_method", "pm_card_visa")
	small, large := w.recurring("400"), w.recurring("900")
	subscribed := func() (id, schedule string) {
		id = w.write("POST", "/v1/subscriptions", nil, "customer", customer, "items[0][price]", large, "coupon", "TENTH", "default_tax_rates[]", rate)
		return id, w.write("POST", "/v1/subscription_schedules", nil, "from_subscription", id)
	}
	id, schedule := subscribed()
	of := w.get("/v1/subscription_schedules/" + schedule).object(w)["current_phase"].(map[string]any)
	w.write("POST", "/v1/subscription_schedules/*", []string{schedule}, "metadata[k]", "v", "end_behavior", "cancel",
		"phases[0][start_date]", fmt.Sprint(int64(of["start_date"].(float64))), "phases[0][iterations]", "1", "phases[0][coupon]", "TENTH",
		"phases[0][items][0][price]", large, "phases[1][items][0][price]", small, "phases[1][iterations]", "2")
	w.write("POST", "/v1/subscription_schedules/*/release", []string{schedule})
	w.write("DELETE", "/v1/subscriptions/*/discount", []string{id})
	_, schedule = subscribed()
	w.write("POST", "/v1/subscription_schedules/*/cancel", []string{schedule})
}

func (w *writes) recurring(amount string) string {
	product := w.write("POST", "/v1/products", nil, "name", "P"+amount)
	return w.write("POST", "/v1/prices", nil, "product", product, "currency", "usd", "unit_amount", amount, "recurring[interval]", "month")
}

func (w *writes) valid(path string) {
	if err := w.rules.check("GET", path, w.get(path)); err != nil {
		w.Fatal(err)
	}
}

func (w *writes) metered(customer, product string) {
	used := w.write("POST", "/v1/prices", nil, "product", product, "currency", "usd", "unit_amount", "4", "recurring[interval]", "month", "recurring[usage_type]", "metered")
	id := w.write("POST", "/v1/subscriptions", nil, "customer", customer, "items[0][price]", used, "trial_period_days", "3",
		"trial_settings[end_behavior][missing_payment_method]", "pause")
	item := w.get("/v1/subscriptions/" + id).object(w)["items"].(map[string]any)["data"].([]any)[0].(map[string]any)["id"].(string)
	w.write("POST", "/v1/subscription_items/*/usage_records", []string{item}, "quantity", "7")
	w.valid("/v1/subscription_items/" + item + "/usage_record_summaries")
	bare := w.write("POST", "/v1/customers", nil, "name", "B")
	id = w.write("POST", "/v1/subscriptions", nil, "customer", bare, "items[0][price]", used, "trial_period_days", "3",
		"trial_settings[end_behavior][missing_payment_method]", "pause")
	clock := w.write("POST", "/v1/test_helpers/test_clocks", nil, "frozen_time", "now")
	w.write("POST", "/v1/test_helpers/test_clocks/*/advance", []string{clock}, "frozen_time", strconv.Itoa(seededAt+4*86400))
	w.write("DELETE", "/v1/test_helpers/test_clocks/*", []string{clock})
	w.write("POST", "/v1/customers/*", []string{bare}, "invoice_settings[default_payment_method]",
		w.write("POST", "/v1/payment_methods/*/attach", []string{"pm_card_visa"}, "customer", bare))
	w.write("POST", "/v1/subscriptions/*/resume", []string{id})
}

func (w *writes) invoices(customer, once, method string) {
	draft := func() string {
		bill := w.write("POST", "/v1/invoices", nil, "customer", customer)
		w.write("POST", "/v1/invoiceitems", nil, "customer", customer, "invoice", bill, "price", once)
		return bill
	}
	final := func() string { return w.write("POST", "/v1/invoices/*/finalize", []string{draft()}) }
	w.write("DELETE", "/v1/invoices/*", []string{draft()})
	w.write("POST", "/v1/invoices/*", []string{draft()}, "description", "D")
	w.write("POST", "/v1/invoices/*/void", []string{final()})
	w.write("POST", "/v1/invoices/*/mark_uncollectible", []string{final()})
	asked := w.get("/v1/invoices/" + final()).object(w)
	w.write("POST", "/v1/payment_intents/*/confirm", []string{asked["payment_intent"].(string)}, "payment_method", method)
	open := final()
	note := w.write("POST", "/v1/credit_notes", nil, "invoice", open, "amount", "100")
	w.write("POST", "/v1/credit_notes/*/void", []string{note})
	w.write("POST", "/v1/invoices/*/pay", []string{open})
	line := w.get("/v1/invoices/" + open).object(w)["lines"].(map[string]any)["data"].([]any)[0].(map[string]any)["id"].(string)
	w.write("POST", "/v1/credit_notes", nil, "invoice", open, "out_of_band_amount", "20", "lines[0][type]", "invoice_line_item",
		"lines[0][invoice_line_item]", line, "lines[0][amount]", "20")
	paid := w.get("/v1/invoices/" + open).object(w)
	w.write("POST", "/v1/refunds", nil, "charge", paid["charge"].(string), "amount", "100")
	w.write("POST", "/v1/credit_notes", nil, "invoice", open, "amount", "150", "refund_amount", "100", "credit_amount", "50")
}

// TestABrokenObjectIsFound proves that the contract is one: each way of being
// wrong is refused.
func TestABrokenObjectIsFound(t *testing.T) {
	rules := MustContract(t, true)
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	path := "/v1/invoices?limit=2"
	whole := c.get(path)
	if err := rules.check("GET", path, whole); err != nil {
		t.Fatal(err)
	}
	for name, breakIt := range map[string]func(invoice map[string]any){
		"a required field is missing":   func(o map[string]any) { delete(o, "amount_due") },
		"a number is a text":            func(o map[string]any) { o["total"] = "2178" },
		"a required field is null":      func(o map[string]any) { o["livemode"] = nil },
		"a status is not Stripe's":      func(o map[string]any) { o["status"] = "overdue" },
		"a name has a typing mistake":   func(o map[string]any) { o["amout_shipping"] = 0 },
		"a line lacks its period":       func(o map[string]any) { delete(firstLine(o), "period") },
		"a line's tax has no rate":      func(o map[string]any) { delete(firstLine(o)["tax_amounts"].([]any)[0].(map[string]any), "tax_rate") },
		"the object is of another kind": func(o map[string]any) { o["object"] = "charge" },
	} {
		t.Run(name, func(t *testing.T) {
			body := whole.object(t)
			breakIt(body["data"].([]any)[0].(map[string]any))
			broken, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			if rules.check("GET", path, answer{status: 200, body: broken}) == nil {
				t.Error("the broken answer was accepted")
			}
		})
	}
}

func firstLine(invoice map[string]any) map[string]any {
	return invoice["lines"].(map[string]any)["data"].([]any)[0].(map[string]any)
}
