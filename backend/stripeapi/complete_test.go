package stripeapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
)

// many makes n copies of a fixture with ids of their own.
func many(tb testing.TB, kind, prefix string, n int, changes object) []object {
	tb.Helper()
	objects := make([]object, n)
	for i := range objects {
		objects[i] = with(with(MustFixture(tb, kind), changes), object{"id": fmt.Sprint(prefix, i)})
	}
	return objects
}

func TestLinesBeyondTheTenthAreFetched(t *testing.T) {
	lines := many(t, "line_item", "il_", 250, nil)
	shelf := &shelf{objects: lines}
	invoice := func(id string, more bool) object {
		return with(MustFixture(t, "invoice"), object{"id": id, "lines": page(more, lines[:10]...)})
	}
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/v1/invoices":
			reply(w, http.StatusOK, page(false, invoice("in_a", true), invoice("in_b", false), invoice("in_c", true)))
		case r.URL.Path == "/v1/invoices/in_a":
			reply(w, http.StatusOK, invoice("in_a", true))
		case r.URL.Path == "/v1/invoices/upcoming":
			reply(w, http.StatusOK, invoice("", true))
		case strings.HasSuffix(r.URL.Path, "/lines"):
			shelf.ServeHTTP(w, r)
		}
	}).URL, nil)
	check := func(t *testing.T, lines []billing.InvoiceLine, want int) {
		t.Helper()
		if len(lines) != want || lines[len(lines)-1].ID != fmt.Sprint("il_", want-1) {
			t.Errorf("%d lines, want %d", len(lines), want)
		}
	}
	t.Run("of listed invoices, in order", func(t *testing.T) {
		var got []billing.Invoice
		err := client.Invoices(t.Context(), 0, func(page []billing.Invoice) error { got = append(got, page...); return nil })
		if err != nil || len(got) != 3 || got[0].ID != "in_a" || got[2].ID != "in_c" {
			t.Fatalf("%d invoices, %v", len(got), err)
		}
		check(t, got[0].Lines, 250)
		check(t, got[1].Lines, 10)
		check(t, got[2].Lines, 250)
	})
	t.Run("of one invoice", func(t *testing.T) {
		got, err := client.Invoice(t.Context(), "in_a")
		if err != nil {
			t.Fatal(err)
		}
		check(t, got.Lines, 250)
	})
	t.Run("of the upcoming invoice", func(t *testing.T) {
		got, _, err := client.Upcoming(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		check(t, got.Lines, 250)
	})
}

func TestRefundsBeyondTheEmbeddedAreFetched(t *testing.T) {
	refunds := many(t, "refund", "re_", 130, object{"charge": "ch_a"})
	shelf := &shelf{objects: refunds}
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/refunds" && r.URL.Query().Get("charge") == "ch_a" {
			shelf.ServeHTTP(w, r)
			return
		}
		reply(w, http.StatusOK, page(false, with(MustFixture(t, "charge"), object{"id": "ch_a", "refunds": page(true, refunds[:10]...)})))
	}).URL, nil)
	got, err := client.Payments(t.Context(), 0)
	if err != nil || len(got) != 1 || len(got[0].Refunds) != 130 {
		t.Fatalf("%d payments, %v", len(got), err)
	}
}

func TestPlanNames(t *testing.T) {
	product := func(id, name string) object { return object{"id": id, "object": "product", "name": name} }
	item := func(i int, subscription string, product any) object {
		fixture := MustFixture(t, "subscription_item")
		fixture["id"], fixture["subscription"] = fmt.Sprint("si_", i), subscription
		fixture["price"] = with(fixture["price"].(object), object{"product": product})
		return fixture
	}
	subscription := func(id string, plan any, more bool, items ...object) object {
		return with(MustFixture(t, "subscription"), object{"id": id, "plan": plan, "items": page(more, items...)})
	}
	var retrieved atomic.Int64
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/subscriptions":
			reply(w, http.StatusOK, page(false,
				subscription("sub_one", object{"product": product("prod_pro", "Pro")}, false, item(1, "sub_one", "prod_pro")),
				subscription("sub_same", nil, false, item(2, "sub_same", "prod_pro")),
				subscription("sub_two", nil, false, item(3, "sub_two", "prod_pro"), item(4, "sub_two", "prod_pack")),
				subscription("sub_many", nil, true, item(5, "sub_many", "prod_a"))))
		case "/v1/subscriptions/sub_two":
			retrieved.Add(1)
			reply(w, http.StatusOK, subscription("sub_two", nil, false,
				item(3, "sub_two", product("prod_pro", "Pro")), item(4, "sub_two", product("prod_pack", "Credit pack"))))
		case "/v1/subscription_items":
			reply(w, http.StatusOK, page(false,
				item(5, "sub_many", product("prod_a", "Seat A")), item(6, "sub_many", product("prod_b", "Seat B"))))
		default:
			reply(w, http.StatusNotFound, refusal("invalid_request_error", "resource_missing"))
		}
	}).URL, nil)
	got, err := client.Subscriptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var plans []string
	for _, subscription := range got {
		plans = append(plans, subscription.Plan())
	}
	if want := "Pro | Pro | Pro + Credit pack | Seat A + Seat B"; strings.Join(plans, " | ") != want {
		t.Errorf("plans are %q, want %q", plans, want)
	}
	if retrieved.Load() != 1 {
		t.Errorf("%d subscriptions were retrieved", retrieved.Load())
	}
}
