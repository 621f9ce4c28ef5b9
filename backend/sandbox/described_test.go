package sandbox_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"billfold/backend/sandbox"
)

// schemaNames are the kinds that Stripe's description calls by another name.
var schemaNames = map[string]string{
	"invoice_settings": "invoice_setting_customer_setting", "tax_amount": "invoice_tax_amount",
	"discount_amount": "discounts_resource_discount_amount", "schedule_phase": "subscription_schedule_phase_configuration",
	"schedule_item": "subscription_schedule_configuration_item",
}

// TestNothingIsExpandedThatStripeDoesNot: what can be expanded here can be there.
func TestNothingIsExpandedThatStripeDoesNot(t *testing.T) {
	rules := MustContract(t, true)
	count := 0
	for kind, fields := range sandbox.Edges() {
		name := kind
		if other, renamed := schemaNames[kind]; renamed {
			name = other
		}
		schema := rules.doc.Components.Schemas[name]
		if schema == nil {
			t.Fatalf("Stripe's description has no %s", name)
		}
		offered, _ := schema.Value.Extensions["x-expandableFields"].([]any)
		for _, field := range fields {
			count++
			if !slices.Contains(offered, any(field)) && !slices.Contains(undescribed[name], field) {
				t.Errorf("%s.%s is not expandable at Stripe (%v)", name, field, offered)
			}
		}
	}
	t.Logf("%d ways to expand", count)
}

// TestNoParameterIsOursAlone: each parameter an endpoint takes, Stripe's takes.
func TestNoParameterIsOursAlone(t *testing.T) {
	rules := MustContract(t, true)
	count := 0
	for _, endpoint := range sandbox.Endpoints() {
		_, operation := rules.described(endpoint.Method, endpoint.Path)
		if operation == nil {
			t.Errorf("Stripe has no %s %s", endpoint.Method, endpoint.Path)
			continue
		}
		offered := parametersOf(operation)
		for _, name := range endpoint.Params {
			name, _, _ = strings.Cut(name, "[")
			count++
			if !offered[name] {
				t.Errorf("%s %s: Stripe has no parameter %s", endpoint.Method, endpoint.Path, name)
			}
		}
	}
	t.Logf("%d parameters of %d endpoints", count, len(sandbox.Endpoints()))
}

func parametersOf(operation *openapi3.Operation) map[string]bool {
	offered := map[string]bool{}
	for _, parameter := range operation.Parameters {
		offered[parameter.Value.Name] = true
	}
	if operation.RequestBody != nil {
		for name := range operation.RequestBody.Value.Content["application/x-www-form-urlencoded"].Schema.Value.Properties {
			offered[name] = true
		}
	}
	return offered
}
