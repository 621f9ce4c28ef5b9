package stripeapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
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

func TestAnswersOfSomethingElse(t *testing.T) {
	html := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			fmt.Fprint(w, "<html>Welcome to the hotel</html>")
		}
	}
	plain := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, `{"object":"list","has_more":false,"data":[]}`)
	}
	newer := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Stripe-Version", "2025-03-31.basil")
		fmt.Fprint(w, `{"object":"list","has_more":false,"data":[]}`)
	}
	for name, one := range map[string]struct {
		handle http.HandlerFunc
		code   billing.Code
	}{
		"captive portal with 200":      {html(200), billing.CodeNotStripe},
		"wrong content type":           {plain, billing.CodeNotStripe},
		"another version":              {newer, billing.CodeNotStripe},
		"wrong path of another site":   {html(404), billing.CodeNotStripe},
		"blocking proxy":               {html(403), billing.CodeNotStripe},
		"HTML 502":                     {html(502), billing.CodeUnavailable},
		"HTML 500":                     {html(500), billing.CodeUnavailable},
		"HTML 429":                     {html(429), billing.CodeRateLimited},
		"JSON error of something else": {always(404, `{"message":"Not Found"}`), billing.CodeNotStripe},
		"JSON 503 of something else":   {always(503, `{"message":"busy"}`), billing.CodeUnavailable},
		"304 to an unconditional GET":  {always(304, ""), billing.CodeNotStripe},
		"success without content":      {always(204, ""), billing.CodeNotStripe},
	} {
		t.Run(name+" is "+string(one.code), func(t *testing.T) {
			_, err := readTaxIDs(t, one.handle)
			wantCode(t, err, one.code)
			if strings.Contains(err.Error(), "hotel") || strings.Contains(err.Error(), "busy") {
				t.Errorf("the error quotes the body: %v", err)
			}
		})
	}
}

func TestNewerShapes(t *testing.T) {
	without := func(kind string, fields ...string) object {
		o := MustFixture(t, kind)
		for _, field := range fields {
			delete(o, field)
		}
		return page(false, o)
	}
	for name, one := range map[string]struct {
		read string
		body any
	}{
		"subscription without current_period_end": {"subscriptions", without("subscription", "current_period_end")},
		"subscription of an unknown status":       {"subscriptions", page(false, with(MustFixture(t, "subscription"), object{"status": "dreaming"}))},
		"invoice without paid":                    {"invoices", without("invoice", "paid")},
		"invoice without amounts":                 {"invoices", without("invoice", "amount_remaining")},
		"invoice without lines":                   {"invoices", without("invoice", "lines")},
		"invoice without an id":                   {"invoices", without("invoice", "id")},
		"invoice of an unknown status":            {"invoices", page(false, with(MustFixture(t, "invoice"), object{"status": "sent"}))},
		"charge without its refunds":              {"payments", without("charge", "refunds")},
		"credit note without its total":           {"credit notes", without("credit_note", "total")},
		"payment method without a type":           {"payment methods", without("payment_method", "type")},
		"customer without created":                {"customer", with(MustFixture(t, "customer"), object{"created": nil})},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			client := MustClient(t, MustServe(t, always(http.StatusOK, one.body)).URL, nil)
			wantCode(t, allReads(client)[one.read](t.Context()), billing.CodeNotStripe)
		})
	}
}

func TestStatusesOfStripe(t *testing.T) {
	for status, code := range map[int]billing.Code{
		400: billing.CodeInvalid, 401: billing.CodeSignedOut, 402: billing.CodeDeclined, 403: billing.CodeForbidden,
		404: billing.CodeNotFound, 409: billing.CodeUnavailable, 429: billing.CodeRateLimited,
		500: billing.CodeUnavailable, 502: billing.CodeUnavailable, 503: billing.CodeUnavailable, 504: billing.CodeUnavailable,
	} {
		t.Run(fmt.Sprint(status, " is ", code), func(t *testing.T) {
			_, err := readTaxIDs(t, always(status, refusal("invalid_request_error", "resource_missing")))
			wantCode(t, err, code)
			for _, secret := range []string{"sk_test", "https://", token} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error holds %q: %v", secret, err)
				}
			}
		})
	}
}

func TestHostNameAndTelemetryAreNotSent(t *testing.T) {
	var seen http.Header
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		w.Header().Set("Request-Id", "req_1")
		reply(w, http.StatusOK, page(false))
	}).URL, nil)
	for range 2 { // telemetry would go with the second request
		if _, err := client.TaxIDs(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"X-Stripe-Client-User-Agent", "X-Stripe-Client-Telemetry", "Cookie"} {
		if seen.Get(name) != "" {
			t.Errorf("%s is sent", name)
		}
	}
	for name, want := range map[string]string{
		"Stripe-Version": "2023-10-16", "Authorization": "Bearer " + token, "User-Agent": "Billfold",
	} {
		if seen.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, seen.Get(name), want)
		}
	}
}

func TestLiveKeyNeverLeaves(t *testing.T) {
	for _, key := range []string{"sk_live_abc", "rk_live_abc"} {
		t.Run(key[:8]+" is refused unsent", func(t *testing.T) {
			var requests atomic.Int64
			server := MustServe(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
			client := MustClient(t, server.URL, func(c *stripeapi.Config) {
				c.Token = func(context.Context) (string, error) { return key, nil }
			})
			_, err := client.TaxIDs(t.Context())
			wantCode(t, err, billing.CodeLiveKey)
			if requests.Load() != 0 || strings.Contains(err.Error(), key) {
				t.Errorf("%d requests were sent; error: %v", requests.Load(), err)
			}
		})
	}
}

func TestTokenIsAskedForEveryRequest(t *testing.T) {
	var asked atomic.Int64
	var seen []string
	server := MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		if len(seen) == 1 {
			reply(w, http.StatusServiceUnavailable, refusal("api_error", ""))
			return
		}
		reply(w, http.StatusOK, page(len(seen) == 2, taxID(t, fmt.Sprint("txi_", len(seen)))))
	})
	client := MustClient(t, server.URL, func(c *stripeapi.Config) {
		c.Token = func(context.Context) (string, error) { return fmt.Sprint("token", asked.Add(1)), nil }
	})
	if _, err := client.TaxIDs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(seen) != "[Bearer token1 Bearer token2 Bearer token3]" {
		t.Errorf("sent %v", seen)
	}
}

func TestTokenThatCannotBeHad(t *testing.T) {
	locked := errors.New("keychain locked")
	for name, one := range map[string]struct {
		token func(context.Context) (string, error)
		code  billing.Code
	}{
		"failing": {func(context.Context) (string, error) { return "", locked }, billing.CodeSignedOut},
		"empty":   {func(context.Context) (string, error) { return "", nil }, billing.CodeSignedOut},
		"broken":  {func(context.Context) (string, error) { return "a\r\nb", nil }, billing.CodeSignedOut},
		"known": {func(context.Context) (string, error) {
			return "", billing.NewError(billing.CodeOffline, "The issuer cannot be reached.", nil)
		}, billing.CodeOffline},
	} {
		t.Run(name+" is "+string(one.code), func(t *testing.T) {
			server := MustServe(t, always(http.StatusOK, page(false)))
			client := MustClient(t, server.URL, func(c *stripeapi.Config) { c.Token = one.token })
			_, err := client.TaxIDs(t.Context())
			wantCode(t, err, one.code)
			if client.Traffic().Requests != 0 {
				t.Error("a request was sent")
			}
		})
	}
}

func TestTrafficCountsRequestsAndBytes(t *testing.T) {
	body := `{"object":"list","has_more":false,"data":[]}`
	client := MustClient(t, MustServe(t, always(http.StatusOK, body)).URL, nil)
	for range 3 {
		if _, err := client.TaxIDs(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := client.Traffic(); got != (stripeapi.Traffic{Requests: 3, BytesIn: int64(3 * len(body))}) {
		t.Errorf("traffic is %+v", got)
	}
}

func TestNew(t *testing.T) {
	for url, good := range map[string]bool{
		"https://api.stripe.com": true, "https://pay.example.com/stripe/": true, "http://127.0.0.1:4242": true,
		"http://localhost:1": true, "http://[::1]:1": true, "https://api.stripe.com/v1": true,
		"http://api.stripe.com": false, "http://127.0.0.1.example.com": false, "ftp://127.0.0.1": false, "": false,
		"api.stripe.com": false, "https://user:secret@api.stripe.com": false, "https://api.stripe.com?x=1": false,
		"https://api.stripe.com/#x": false, "file:///etc/passwd": false, "https://%zz": false,
	} {
		t.Run(fmt.Sprintf("%q is accepted: %t", url, good), func(t *testing.T) {
			_, err := stripeapi.New(stripeapi.Config{URL: url, Customer: ours, Token: func(context.Context) (string, error) { return "", nil }})
			if good && err != nil {
				t.Fatal(err)
			}
			if !good {
				wantCode(t, err, billing.CodeInvalid)
			}
		})
	}
	for _, customer := range []string{"", "sub_1", "cus_", "cus_1/../x", "cus_1?x"} {
		t.Run(fmt.Sprintf("customer %q is refused", customer), func(t *testing.T) {
			_, err := stripeapi.New(stripeapi.Config{URL: "https://api.stripe.com", Customer: customer})
			wantCode(t, err, billing.CodeInvalid)
		})
	}
	t.Run("no token is refused", func(t *testing.T) {
		_, err := stripeapi.New(stripeapi.Config{URL: "https://api.stripe.com", Customer: ours})
		wantCode(t, err, billing.CodeInvalid)
	})
}

func TestIDsThatLeadElsewhere(t *testing.T) {
	client := MustClient(t, MustServe(t, always(http.StatusOK, MustFixture(t, "invoice"))).URL, nil)
	for _, id := range []string{"", "../customers", "in_1/pay", "in_1%2Fpay", "in_1?expand[]=customer", "upcoming"} {
		_, err := client.Invoice(t.Context(), id)
		wantCode(t, err, billing.CodeInvalid)
	}
	if client.Traffic().Requests != 0 {
		t.Error("a request was sent")
	}
}
