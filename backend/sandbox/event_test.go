package sandbox_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"billfold/backend/sandbox"
)

// eventTypes reads all events, oldest first, from the one made after the given.
func (c client) eventTypes(after string) (types []string, newest string) {
	c.Helper()
	for _, id := range c.all("/v1/events?", "100") {
		if newest == "" {
			newest = id
		}
		if id == after {
			break
		}
		types = append(types, c.get("/v1/events/" + id).object(c)["type"].(string))
	}
	slices.Reverse(types)
	return types, newest
}

func TestEachChangeIsTold(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	_, seen := c.eventTypes("")
	told := func(happening string, want ...string) {
		t.Helper()
		var got []string
		got, seen = c.eventTypes(seen)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", happening, strings.Join(got, " "), strings.Join(want, " "))
		}
	}
	customer := "/v1/customers/" + c.Customer()
	c.made(customer, "name", "B")
	told("a new name", "customer.updated")
	c.made(customer, "name", "B")
	told("the same name again")
	c.post(customer, "email", "nobody")
	told("a refused write")
	c.made(customer+"/tax_ids", "type", "eu_vat", "value", "DE123456789")
	told("a tax id", "customer.tax_id.created")
	clock.advance(time.Minute)
	told("its verification", "customer.tax_id.updated")
	clock.advance(31 * 24 * time.Hour)
	told("a renewal", "invoice.upcoming", "invoice.created", "customer.subscription.updated",
		"invoice.finalized", "payment_intent.created", "customer.updated", "invoice.updated",
		"charge.succeeded", "payment_intent.succeeded", "invoice.paid", "invoice.payment_succeeded", "invoice.updated")
}

// eventObject is what an event is about.
func eventObject(event map[string]any) map[string]any {
	return event["data"].(map[string]any)["object"].(map[string]any)
}

func TestAnEventSaysWhatWasAndWhatIs(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	r := c.request("POST", "/v1/customers/"+c.Customer(), formOf([]string{"name", "B", "address[city]", "Bonn"}))
	r.Header.Set("Idempotency-Key", "once")
	wrote := c.send(r)
	event, _ := c.page("/v1/events?type=customer.updated&limit=1")
	was, err := json.Marshal(event[0]["data"].(map[string]any)["previous_attributes"])
	if err != nil || string(was) != `{"address":{"city":"New York"},"name":"Dana Whitfield"}` {
		t.Errorf("previous attributes: %s %v", was, err)
	}
	is, err := json.Marshal(eventObject(event[0]))
	want, wantErr := json.Marshal(wrote.object(t))
	if err != nil || wantErr != nil || string(is) != string(want) {
		t.Errorf("object: %s, answered: %s", is, want)
	}
	cause := event[0]["request"].(map[string]any)
	if cause["idempotency_key"] != "once" || cause["id"] != wrote.header.Get("Request-Id") {
		t.Errorf("caused by %v, was %s", cause, wrote.header.Get("Request-Id"))
	}
	if event[0]["api_version"] != "2023-10-16" || event[0]["created"] != float64(seededAt) {
		t.Errorf("%v", event[0])
	}
}

func TestEventsOfTimeAndOfMovingItHaveNoRequest(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	clock.advance(20 * 24 * time.Hour)
	events, _ := c.page("/v1/events?type=invoice.paid&limit=1")
	if cause := events[0]["request"].(map[string]any); cause["id"] != nil || cause["idempotency_key"] != nil {
		t.Errorf("caused by %v", cause)
	}
}

func TestEventsCanBeNarrowedDownAndEnd(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	count := func(query string) int { t.Helper(); return len(c.all("/v1/events?"+query, "3")) }
	c.made("/v1/products", "name", "A")
	c.made("/v1/products", "name", "B")
	c.made("/v1/customers/"+c.Customer(), "name", "C")
	first := c.all("/v1/events?type=product.created", "1")
	for query, want := range map[string]int{
		"type=product.created": 2, "types[]=product.created&types[]=customer.updated&created[gte]=" + strconv.Itoa(seededAt): 3,
		"type=product.*": 2, "type=none.such": 0, "created[gt]=" + strconv.Itoa(seededAt): 0,
	} {
		if got := count(query); got != want {
			t.Errorf("%s: %d events, want %d", query, got, want)
		}
	}
	if r := c.get("/v1/events?type=a&types[]=b").refusal(t); r.Status != 400 || r.Param != "type" {
		t.Errorf("%+v", r)
	}
	clock.advance(30 * 24 * time.Hour)
	if c.get("/v1/events/"+first[1]).status != 200 {
		t.Error("gone after 30 days")
	}
	clock.advance(time.Second)
	if r := c.get("/v1/events/" + first[1]).refusal(t); r.Status != 404 || r.Code != "resource_missing" {
		t.Errorf("after 30 days: %+v", r)
	}
}

// TestWhatAnEventHoldsFitsStripesDescription reads the events of every scenario,
// a month of its life and many writes.
func TestWhatAnEventHoldsFitsStripesDescription(t *testing.T) {
	strict, lenient := MustContract(t, true), MustContract(t, false)
	count := 0
	for _, scenario := range sandbox.Scenarios() {
		rules := strict
		if scenario.Name == "hostile" {
			rules = lenient
		}
		clock := newHandClock()
		c := startFor(t, sandbox.Options{Scenario: scenario.Name, Now: clock.now})
		clock.advance(10 * 24 * time.Hour)
		events, _ := c.page("/v1/events?limit=100")
		for _, event := range events {
			object := eventObject(event)
			kind := object["object"].(string)
			schema := rules.doc.Components.Schemas[kind]
			if schema == nil {
				t.Fatalf("%s: Stripe has no %s", event["type"], kind)
			}
			if err := schema.Value.VisitJSON(object, openapi3.VisitAsResponse()); err != nil {
				t.Fatalf("%s: %.800s", event["type"], err)
			}
			count++
		}
	}
	t.Logf("%d objects of events validated", count)
}

// TestTheTableOfEventsIsTheCode: what can be asked for is sent, what is sent can
// be asked for, and Stripe has it.
func TestTheTableOfEventsIsTheCode(t *testing.T) {
	written := kindsInTheCode(t)
	table := sandbox.EventTypes()
	slices.Sort(table)
	slices.Sort(written)
	if written = slices.Compact(written); !slices.Equal(table, written) {
		t.Errorf("in the table: %v\nin the code: %v", table, written)
	}
	_, operation := MustContract(t, true).described("POST", "/v1/webhook_endpoints")
	offered := operation.RequestBody.Value.Content["application/x-www-form-urlencoded"].Schema.Value.
		Properties["enabled_events"].Value.Items.Value.Enum
	for _, kind := range table {
		if !slices.Contains(offered, any(kind)) {
			t.Errorf("Stripe has no event %s", kind)
		}
	}
}

// kindsInTheCode finds every text in the package that is given to a function
// that emits.
func kindsInTheCode(t *testing.T) (kinds []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			asked, isCall := n.(*ast.CallExpr)
			if !isCall || len(asked.Args) == 0 {
				return true
			}
			called, isMethod := asked.Fun.(*ast.SelectorExpr)
			if isMethod && slices.Contains([]string{"emit", "emitChange", "noting"}, called.Sel.Name) {
				kinds = append(kinds, textsIn(asked.Args[0])...)
			}
			return true
		})
	}
	return kinds
}

func textsIn(n ast.Node) (texts []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
			if plain, err := strconv.Unquote(text.Value); err == nil {
				texts = append(texts, plain)
			}
		}
		return true
	})
	return texts
}
