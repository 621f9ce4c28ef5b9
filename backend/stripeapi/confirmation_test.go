package stripeapi_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"billfold/backend/billing"
)

// intentServer lists the invoices and answers for payment intents with the status
// that their id names.
func intentServer(t *testing.T, owner string, invoices ...object) (url string, asked func() []string) {
	var mu sync.Mutex
	var ids []string
	server := MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		id, isIntent := strings.CutPrefix(r.URL.Path, "/v1/payment_intents/")
		switch {
		case isIntent:
			mu.Lock()
			ids = append(ids, id)
			mu.Unlock()
			status := strings.TrimPrefix(id, "pi_")
			reply(w, http.StatusOK, with(MustFixture(t, "payment_intent"), object{"id": id, "status": status, "customer": owner}))
		case r.URL.Path == "/v1/invoices":
			reply(w, http.StatusOK, page(false, invoices...))
		default:
			reply(w, http.StatusOK, invoices[0])
		}
	})
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return ids
	}
}

func TestPaymentThatWaitsForItsOwnerIsSeen(t *testing.T) {
	invoice := func(id, status string, attempted bool, intent any) object {
		return with(MustFixture(t, "invoice"), object{"id": id, "status": status, "attempted": attempted, "payment_intent": intent})
	}
	url, asked := intentServer(t, ours,
		invoice("in_waits", "open", true, "pi_requires_action"),
		invoice("in_failed", "open", true, "pi_requires_payment_method"),
		invoice("in_expanded", "open", true, object{"id": "pi_requires_action", "object": "payment_intent"}),
		invoice("in_new", "open", false, "pi_requires_confirmation"),
		invoice("in_paid", "paid", true, "pi_succeeded"),
		invoice("in_lost", "uncollectible", true, "pi_canceled"),
		invoice("in_free", "open", true, nil),
	)
	client := MustClient(t, url, nil)
	waiting := map[string]bool{}
	err := client.Invoices(t.Context(), 0, func(page []billing.Invoice) error {
		for _, i := range page {
			waiting[i.ID] = i.NeedsConfirmation
		}
		return nil
	})
	if err != nil || len(waiting) != 7 {
		t.Fatalf("%v, %v", waiting, err)
	}
	for id, waits := range waiting {
		if want := id == "in_waits" || id == "in_expanded"; waits != want {
			t.Errorf("%s waits for a confirmation: %v", id, waits)
		}
	}
	if len(asked()) != 3 {
		t.Errorf("asked for %v: only open invoices that were attempted can wait", asked())
	}
	one, err := client.Invoice(t.Context(), "in_waits")
	if err != nil || !one.NeedsConfirmation {
		t.Errorf("alone: %+v, %v", one, err)
	}
}

func TestPaymentIntentOfSomebodyElseIsRefused(t *testing.T) {
	invoice := with(MustFixture(t, "invoice"), object{"id": "in_1", "status": "open", "attempted": true, "payment_intent": "pi_requires_action"})
	url, _ := intentServer(t, "cus_other", invoice)
	err := MustClient(t, url, nil).Invoices(t.Context(), 0, func([]billing.Invoice) error { return nil })
	wantCode(t, err, billing.CodeForeign)
}
