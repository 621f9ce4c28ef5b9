package stripeapi_test

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
)

// readTaxIDs lists what the handler answers: the smallest list there is.
func readTaxIDs(t *testing.T, handle http.HandlerFunc) ([]billing.TaxID, error) {
	t.Helper()
	return MustClient(t, MustServe(t, handle).URL, nil).TaxIDs(t.Context())
}

// always answers every request with the same body.
func always(status int, body any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) }
}

func TestListsThatAreNone(t *testing.T) {
	whole := taxID(t, "txi_1")
	for name, body := range map[string]any{
		"empty page with has_more":          page(true),
		"null body":                         "null",
		"bare array":                        "[]",
		"empty body":                        "",
		"not a list":                        with(page(false), object{"object": "collection"}),
		"no data":                           object{"object": "list", "has_more": false},
		"null data":                         object{"object": "list", "has_more": false, "data": nil},
		"no has_more":                       object{"object": "list", "data": []object{}},
		"malformed item":                    page(false, with(whole, object{"id": 12})),
		"item without an id":                page(false, with(whole, object{"id": ""})),
		"item of another kind":              page(false, with(whole, object{"object": "charge"})),
		"item that is null":                 `{"object":"list","has_more":false,"data":[null]}`,
		"number out of range":               page(false, with(whole, object{"created": 1e300})),
		"good item before a malformed one":  page(false, whole, with(whole, object{"id": "txi_2", "value": 5})),
		"truncated JSON":                    `{"object":"list","has_more":false,"data":[{"id":"txi_1","object":"tax_`,
		"one object twice":                  page(false, whole, whole),
		"last item of a page without an id": page(true, with(whole, object{"id": nil})),
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			got, err := readTaxIDs(t, always(http.StatusOK, body))
			wantCode(t, err, billing.CodeNotStripe)
			if got != nil {
				t.Errorf("%d items came with the error", len(got))
			}
		})
	}
	t.Run("empty list is no error", func(t *testing.T) {
		if got, err := readTaxIDs(t, always(http.StatusOK, page(false))); err != nil || len(got) != 0 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestRepeatedPageForEver(t *testing.T) {
	var requests atomic.Int64
	_, err := readTaxIDs(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		reply(w, http.StatusOK, page(true, taxID(t, "txi_1")))
	})
	wantCode(t, err, billing.CodeNotStripe)
	if requests.Load() > 4 {
		t.Errorf("asked %d times", requests.Load())
	}
}

func TestListWithoutAnEnd(t *testing.T) {
	var requests atomic.Int64
	one := `{"object":"list","has_more":true,"data":[{"id":"txi_%d","object":"tax_id","customer":"` + ours + `","type":"eu_vat","value":"DE1"}]}`
	_, err := readTaxIDs(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, fmt.Sprintf(one, requests.Add(1)))
	})
	wantCode(t, err, billing.CodeNotStripe)
	if requests.Load() > 2000 {
		t.Errorf("asked %d times", requests.Load())
	}
}

func TestOtherCustomersObject(t *testing.T) {
	whole := taxID(t, "txi_1")
	for name, item := range map[string]object{
		"as id":                   with(whole, object{"customer": theirs}),
		"expanded":                with(whole, object{"customer": object{"id": theirs, "object": "customer"}}),
		"not named":               with(whole, object{"customer": nil}),
		"nested in unread parts":  with(whole, object{"owner": object{"type": "customer", "customer": theirs}}),
		"nested expanded":         with(whole, object{"owner": object{"customer": object{"id": theirs, "object": "customer"}}}),
		"customer by kind":        with(whole, object{"source": object{"object": "customer", "id": theirs}}),
		"second in the page":      with(whole, object{"id": "txi_2", "customer": theirs}),
		"begins with our own id":  with(whole, object{"customer": ours + "2"}),
		"escaped in the raw JSON": with(whole, object{"customer": theirs, "value": `"customer":"` + ours + `"`}),
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			got, err := readTaxIDs(t, always(http.StatusOK, page(false, taxID(t, "txi_0"), item)))
			wantCode(t, err, billing.CodeForeign)
			if got != nil {
				t.Errorf("%d items came with the error", len(got))
			}
		})
	}
	for name, item := range map[string]object{
		"own customer expanded":   with(whole, object{"customer": object{"id": ours, "object": "customer", "name": "customer"}}),
		"the word as a value":     with(whole, object{"owner": object{"type": "customer", "customer": ours}}),
		"merchant's own metadata": with(whole, object{"metadata": object{"customer": theirs}}),
		"the words inside a text": with(whole, object{"value": `"customer":"` + theirs + `"`}),
	} {
		t.Run(name+" is accepted", func(t *testing.T) {
			if _, err := readTaxIDs(t, always(http.StatusOK, page(false, item))); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOtherCustomersObjectOfEveryKind(t *testing.T) {
	foreign := func(kind string) object { return with(MustFixture(t, kind), object{"customer": theirs}) }
	one := func(kind string) any { return page(false, foreign(kind)) }
	answers := map[string]any{
		"/v1/customers/" + ours:                      with(MustFixture(t, "customer"), object{"id": theirs}),
		"/v1/customers/" + ours + "/tax_ids":         one("tax_id"),
		"/v1/customers/" + ours + "/payment_methods": one("payment_method"),
		"/v1/subscriptions":                          one("subscription"),
		"/v1/invoices":                               one("invoice"),
		"/v1/invoices/upcoming":                      foreign("invoice"),
		"/v1/invoices/in_1OPouhJN5vQBdWExQl3czOuP":   foreign("invoice"),
		"/v1/charges":                                one("charge"),
		"/v1/credit_notes":                           one("credit_note"),
	}
	server := MustServe(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, answers[r.URL.Path]) })
	for name, read := range allReads(MustClient(t, server.URL, nil)) {
		t.Run(name+" is refused", func(t *testing.T) { wantCode(t, read(t.Context()), billing.CodeForeign) })
	}
}

func TestPartsOfAnothersObject(t *testing.T) {
	t.Run("refund of another charge is refused", func(t *testing.T) {
		charge := with(MustFixture(t, "charge"), object{"refunds": page(false, with(MustFixture(t, "refund"), object{"charge": "ch_other"}))})
		server := MustServe(t, always(http.StatusOK, page(false, charge)))
		_, err := MustClient(t, server.URL, nil).Payments(t.Context(), 0)
		wantCode(t, err, billing.CodeForeign)
	})
	t.Run("item of another subscription is refused", func(t *testing.T) {
		item := with(MustFixture(t, "subscription_item"), object{"subscription": "sub_other"})
		server := MustServe(t, always(http.StatusOK, page(false, with(MustFixture(t, "subscription"), object{"items": page(false, item)}))))
		_, err := MustClient(t, server.URL, nil).Subscriptions(t.Context())
		wantCode(t, err, billing.CodeForeign)
	})
	t.Run("another invoice than asked for is refused", func(t *testing.T) {
		server := MustServe(t, always(http.StatusOK, MustFixture(t, "invoice")))
		_, err := MustClient(t, server.URL, nil).Invoice(t.Context(), "in_other")
		wantCode(t, err, billing.CodeNotStripe)
	})
	t.Run("preview of another subscription is refused", func(t *testing.T) {
		server := MustServe(t, always(http.StatusOK, with(MustFixture(t, "invoice"), object{"subscription": "sub_other"})))
		_, _, err := MustClient(t, server.URL, nil).Upcoming(t.Context(), "sub_asked")
		wantCode(t, err, billing.CodeNotStripe)
	})
}

func TestRedirectToAnotherHost(t *testing.T) {
	var reached atomic.Int64
	elsewhere := MustServe(t, func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		reply(w, http.StatusOK, page(false))
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status, " is not followed"), func(t *testing.T) {
			_, err := readTaxIDs(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) })
			wantCode(t, err, billing.CodeNotStripe)
			if reached.Load() != 0 {
				t.Error("the other host got a request")
			}
		})
	}
}

// The server goes on for ever; without a bound this test does not end.
func TestEndlessBody(t *testing.T) {
	for name, announced := range map[string]bool{"length announced": true, "length not announced": false} {
		t.Run(name+" is given up in bounded memory", func(t *testing.T) {
			var sent atomic.Int64
			handle := func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if announced {
					w.Header().Set("Content-Length", fmt.Sprint(500<<20))
				}
				fmt.Fprint(w, `{"object":"list","has_more":false,"data":["`)
				for chunk := bytes.Repeat([]byte("x"), 1<<20); ; {
					n, err := w.Write(chunk)
					sent.Add(int64(n))
					if err != nil {
						return
					}
				}
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := readTaxIDs(t, handle)
			runtime.ReadMemStats(&after)
			wantCode(t, err, billing.CodeNotStripe)
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 300<<20 {
				t.Errorf("%d MB allocated", allocated>>20)
			}
			if sent.Load() > 100<<20 {
				t.Errorf("%d MB were sent", sent.Load()>>20)
			}
		})
	}
}

func TestEndlessErrorBody(t *testing.T) {
	var sent atomic.Int64
	_, err := readTaxIDs(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		for chunk := bytes.Repeat([]byte(" "), 1<<20); ; {
			n, err := w.Write(chunk)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	wantCode(t, err, billing.CodeNotStripe)
	if sent.Load() > 40<<20 {
		t.Errorf("%d MB were sent", sent.Load()>>20)
	}
}
