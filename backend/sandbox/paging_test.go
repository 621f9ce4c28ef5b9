package sandbox_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/sandbox"
)

// TestPagesTogetherAreTheList: whatever the size of the pages and the direction,
// every object comes once and in the same order.
func TestPagesTogetherAreTheList(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "hostile", Now: newHandClock().now})
	customer := "customer=" + c.Customer()
	lists := []string{
		"/v1/invoices?" + customer, "/v1/invoices?status=paid&" + customer, "/v1/charges?" + customer, "/v1/credit_notes?" + customer,
		"/v1/payment_intents?" + customer, "/v1/customers/" + c.Customer() + "/tax_ids?", "/v1/invoiceitems?" + customer,
		"/v1/invoices?" + customer + "&created[gte]=1750000000&created[lt]=1765000000", "/v1/invoices?status=void&" + customer,
	}
	whole := map[string][]string{}
	for _, path := range lists {
		ids := c.all(path, "100")
		if unique := slices.Compact(slices.Sorted(slices.Values(ids))); len(unique) != len(ids) {
			t.Fatalf("%s repeats itself", path)
		}
		whole[path] = ids
	}
	rapid.Check(t, func(rt *rapid.T) {
		path := rapid.SampledFrom(lists).Draw(rt, "list")
		limit := strconv.Itoa(rapid.IntRange(1, 100).Draw(rt, "limit"))
		if got := c.all(path, limit); !slices.Equal(got, whole[path]) {
			rt.Fatalf("forwards by %s: %v, want %v", limit, got, whole[path])
		}
		if len(whole[path]) == 0 {
			return
		}
		last := rapid.IntRange(0, len(whole[path])-1).Draw(rt, "from")
		if got := c.backwards(path, limit, whole[path][last]); !slices.Equal(got, whole[path][:last]) {
			rt.Fatalf("backwards by %s: %v, want %v", limit, got, whole[path][:last])
		}
	})
}

// backwards reads every page before an object, and gives the ids in list order.
func (c client) backwards(path, limit, before string) (ids []string) {
	for {
		data, more := c.page(path + "&limit=" + limit + "&ending_before=" + before)
		ids = append(fieldsOf(data, "id"), ids...)
		if !more {
			return ids
		}
		before = ids[0]
	}
}

func TestListsAreNewestFirstAndKnowTheirFilters(t *testing.T) {
	c := startFor(t, sandbox.Options{Scenario: "many", Now: newHandClock().now})
	customer := "?customer=" + c.Customer()
	currencies, statuses, count := map[string]int{}, map[string]int{}, 0
	last := float64(1 << 60)
	for after := ""; ; {
		data, more := c.page("/v1/invoices" + customer + "&limit=100" + after)
		count += len(data)
		for _, o := range data {
			currencies[o["currency"].(string)]++
			statuses[o["status"].(string)]++
			if o["created"].(float64) > last {
				t.Fatalf("%v is newer than the one before", o["id"])
			}
			last = o["created"].(float64)
		}
		if !more {
			break
		}
		after = "&starting_after=" + data[len(data)-1]["id"].(string)
	}
	if count != 10_000 {
		t.Errorf("%d invoices", count)
	}
	t.Logf("currencies %v, statuses %v", currencies, statuses)
	for _, status := range []string{"open", "void", "uncollectible"} {
		if got := len(c.all("/v1/invoices"+customer+"&status="+status, "100")); got != statuses[status] || got == 0 {
			t.Errorf("%s: %d listed, %d counted", status, got, statuses[status])
		}
	}
	if fmt.Sprint(len(currencies)) != "3" || currencies["jpy"] == 0 || currencies["kwd"] == 0 {
		t.Errorf("currencies: %v", currencies)
	}
	subscriptions, _ := c.page("/v1/subscriptions" + customer)
	if len(subscriptions) != 2 {
		t.Errorf("%d subscriptions", len(subscriptions))
	}
	for _, path := range []string{"/v1/refunds?", "/v1/credit_notes" + customer, "/v1/customers/" + c.Customer() + "/balance_transactions?"} {
		if len(c.all(path, "100")) == 0 {
			t.Errorf("%s is empty", path)
		}
	}
}
