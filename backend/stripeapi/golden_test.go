package stripeapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a value with testdata/<name>.golden.json.
func golden(tb testing.TB, name string, value any) {
	tb.Helper()
	got, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		tb.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		tb.Errorf("%s differs; got\n%s", path, got)
	}
	for _, secret := range []string{"http://", "https://", "client_secret"} {
		if bytes.Contains(got, []byte(secret)) {
			tb.Errorf("%s holds %q", path, secret)
		}
	}
}

// MustInput reads objects written for a test: those that the official fixtures
// have no example of.
func MustInput(tb testing.TB, name string) object {
	tb.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		tb.Fatal(err)
	}
	var found object
	if err := json.Unmarshal(body, &found); err != nil {
		tb.Fatal(err)
	}
	return found
}

// serveObjects answers each path with its object.
func serveObjects(tb testing.TB, answers map[string]any) *stripeapi.Client {
	tb.Helper()
	server := MustServe(tb, func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.Path]
		if !ok {
			reply(w, http.StatusNotFound, refusal("invalid_request_error", "resource_missing"))
			return
		}
		reply(w, http.StatusOK, body)
	})
	return MustClient(tb, server.URL, nil)
}

// readAll reads everything there is, by the names of the golden files.
func readAll(client *stripeapi.Client) map[string]func(context.Context) (any, error) {
	return map[string]func(context.Context) (any, error){
		"customer":       func(ctx context.Context) (any, error) { return client.Customer(ctx) },
		"tax_id":         func(ctx context.Context) (any, error) { return client.TaxIDs(ctx) },
		"payment_method": func(ctx context.Context) (any, error) { return client.PaymentMethods(ctx) },
		"subscription":   func(ctx context.Context) (any, error) { return client.Subscriptions(ctx) },
		"upcoming": func(ctx context.Context) (any, error) {
			upcoming, _, err := client.Upcoming(ctx, "")
			return upcoming, err
		},
		"invoice": func(ctx context.Context) (any, error) {
			var all []billing.Invoice
			err := client.Invoices(ctx, 0, func(page []billing.Invoice) error { all = append(all, page...); return nil })
			return all, err
		},
		"charge":      func(ctx context.Context) (any, error) { return client.Payments(ctx, 0) },
		"credit_note": func(ctx context.Context) (any, error) { return client.CreditNotes(ctx, 0) },
	}
}

func TestOfficialFixtures(t *testing.T) {
	one := func(kind string) any { return page(false, MustFixture(t, kind)) }
	subscription := MustFixture(t, "subscription")
	upcoming := MustFixture(t, "invoice")
	delete(upcoming, "id") // a preview has none in this version
	client := serveObjects(t, map[string]any{
		"/v1/customers/" + ours:                      MustFixture(t, "customer"),
		"/v1/customers/" + ours + "/tax_ids":         one("tax_id"),
		"/v1/customers/" + ours + "/payment_methods": one("payment_method"),
		"/v1/subscriptions":                          page(false, with(subscription, object{"plan": object{"product": MustFixture(t, "product")}})),
		"/v1/invoices/upcoming":                      upcoming,
		"/v1/invoices":                               one("invoice"),
		"/v1/charges":                                one("charge"),
		"/v1/credit_notes":                           one("credit_note"),
	})
	for name, read := range readAll(client) {
		t.Run(name, func(t *testing.T) {
			got, err := read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "fixture_"+name, got)
		})
	}
}

// rich holds what the official fixtures leave empty: taxes, discounts, credit,
// attempts, expanded fields, declines, wallets, unknown types.
func TestRichObjects(t *testing.T) {
	rich := MustInput(t, "rich")
	answers := map[string]any{}
	for path, body := range rich {
		answers[strings.ReplaceAll(path, "{self}", ours)] = body
	}
	for name, read := range readAll(serveObjects(t, answers)) {
		t.Run(name, func(t *testing.T) {
			got, err := read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "rich_"+name, got)
		})
	}
}

func TestDeletedCustomerIsAnAnswer(t *testing.T) {
	client := serveObjects(t, map[string]any{"/v1/customers/" + ours: MustFixture(t, "deleted_customer")})
	got, err := client.Customer(t.Context())
	if err != nil || got != (billing.Customer{ID: ours, Deleted: true}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestNoUpcomingInvoiceIsAnAnswer(t *testing.T) {
	client := MustClient(t, MustServe(t, always(http.StatusNotFound, refusal("invalid_request_error", "invoice_upcoming_none"))).URL, nil)
	got, subscription, err := client.Upcoming(t.Context(), "sub_1")
	if got != nil || subscription != "" || err != nil {
		t.Errorf("%v, %q, %v", got, subscription, err)
	}
}

func TestOtherMissingUpcomingInvoiceIsAnError(t *testing.T) {
	client := MustClient(t, MustServe(t, always(http.StatusNotFound, refusal("invalid_request_error", "resource_missing"))).URL, nil)
	_, _, err := client.Upcoming(t.Context(), "sub_1")
	wantCode(t, err, billing.CodeNotFound)
}
