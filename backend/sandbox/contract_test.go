package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stripe/stripe-mock/embedded"
)

// contract is Stripe's own description of API version 2023-10-16, made stricter:
// a field it does not describe is an error, so that a name with a typing mistake
// is found even where the field may be absent.
type contract struct {
	doc  *openapi3.T
	seen map[string]int // answers validated, by method and path as described
}

// undescribed are fields that the real API writes and the description leaves
// out: stripe-go v76.25 has them.
var undescribed = map[string][]string{
	"subscription":        {"plan", "quantity"},
	"subscription_item":   {"plan"},
	"payment_method_card": {"display_brand"},
	"recurring":           {"trial_period_days"},
	"payment_method":      {laterMethod},
}

// laterMethod is the one kind of payment method that is not in the description:
// it came after this API version, which Stripe answers with it all the same.
const laterMethod = "amazon_pay"

// Reading the description takes a second, so it is read once for all tests.
var withLengths, withoutLengths described

type described struct {
	once sync.Once
	doc  *openapi3.T
}

// MustContract gives the description. Lengths are not held against hostile
// texts: being longer than Stripe allows is what some of them are for.
func MustContract(tb testing.TB, lengths bool) *contract {
	tb.Helper()
	kept := &withoutLengths
	if lengths {
		kept = &withLengths
	}
	kept.once.Do(func() { kept.doc = readDescription(tb, lengths) })
	if kept.doc == nil {
		tb.Fatal("the description could not be read")
	}
	return &contract{doc: kept.doc, seen: map[string]int{}}
}

func readDescription(tb testing.TB, lengths bool) *openapi3.T {
	tb.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(embedded.OpenAPISpec)
	if err != nil {
		tb.Fatal(err)
	}
	if doc.Info.Version != "2023-10-16" {
		tb.Fatalf("the description is of version %s", doc.Info.Version)
	}
	kinds := doc.Components.Schemas["payment_method"].Value.Properties["type"].Value
	kinds.Enum = append(kinds.Enum, laterMethod)
	tighten := &tightening{lengths: lengths, done: map[*openapi3.Schema]bool{}}
	for name, ref := range doc.Components.Schemas {
		for _, field := range undescribed[name] {
			ref.Value.Properties[field] = openapi3.NewSchemaRef("", openapi3.NewSchema().WithNullable())
		}
		tighten.schema(ref.Value)
	}
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			for _, response := range operation.Responses.Map() {
				for _, body := range response.Value.Content {
					tighten.schema(body.Schema.Value)
				}
			}
		}
	}
	return doc
}

type tightening struct {
	lengths bool
	done    map[*openapi3.Schema]bool
}

func (t *tightening) schema(s *openapi3.Schema) {
	if s == nil || t.done[s] {
		return
	}
	t.done[s] = true
	if len(s.Properties) > 0 && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		no := false
		s.AdditionalProperties.Has = &no
	}
	if !t.lengths {
		s.MaxLength = nil
	}
	for _, inner := range s.Properties {
		t.schema(inner.Value)
	}
	if others := s.AdditionalProperties.Schema; others != nil {
		t.schema(others.Value)
	}
	for _, inner := range s.AnyOf {
		t.schema(inner.Value)
	}
	if s.Items != nil {
		t.schema(s.Items.Value)
	}
}

// described finds the path of the description that a request is of: the one with
// the most words in place of parameters.
func (c *contract) described(method, path string) (string, *openapi3.Operation) {
	best, found := "", (*openapi3.Operation)(nil)
	parts := strings.Split(path, "/")
	for template, item := range c.doc.Paths.Map() {
		operation := item.GetOperation(method)
		if operation == nil || !fits(strings.Split(template, "/"), parts) {
			continue
		}
		if found == nil || strings.Count(template, "{") < strings.Count(best, "{") {
			best, found = template, operation
		}
	}
	return best, found
}

func fits(template, parts []string) bool {
	if len(template) != len(parts) {
		return false
	}
	for i, part := range template {
		if part != parts[i] && !strings.HasPrefix(part, "{") {
			return false
		}
	}
	return true
}

// check holds one answer against the description.
func (c *contract) check(method, path string, a answer) error {
	path, _, _ = strings.Cut(path, "?")
	template, operation := c.described(method, path)
	if operation == nil {
		return fmt.Errorf("%s %s is not in Stripe's description", method, path)
	}
	schema := c.schemaFor(operation, a.status)
	if schema == nil {
		return fmt.Errorf("%s %s: no schema for status %d", method, template, a.status)
	}
	var body any
	if err := json.Unmarshal(a.body, &body); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if err := schema.VisitJSON(body, openapi3.MultiErrors(), openapi3.VisitAsResponse()); err != nil {
		return fmt.Errorf("%s %s: %.1500s", method, path, err.Error())
	}
	c.seen[method+" "+template]++
	return nil
}

func (c *contract) schemaFor(operation *openapi3.Operation, status int) *openapi3.Schema {
	response := operation.Responses.Status(status)
	if response == nil && status >= http.StatusBadRequest {
		response = operation.Responses.Default()
	}
	if response == nil {
		return nil
	}
	return response.Value.Content["application/json"].Schema.Value
}

func (c *contract) total() (answers, endpoints int) {
	for _, n := range c.seen {
		answers += n
	}
	return answers, len(c.seen)
}
