package stripeapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

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
			for _, word := range []string{"hotel", "busy", "Not Found"} {
				if strings.Contains(err.Error(), word) {
					t.Errorf("the error quotes the body: %v", err)
				}
			}
		})
	}
}

func TestNewerShapes(t *testing.T) {
	plan := object{"product": MustFixture(t, "product")} // so that no name has to be asked for
	without := func(kind string, fields ...string) object {
		o := with(MustFixture(t, kind), object{"plan": plan})
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
		"subscription of an unknown status":       {"subscriptions", page(false, with(MustFixture(t, "subscription"), object{"status": "dreaming", "plan": plan}))},
		"invoice without paid":                    {"invoices", without("invoice", "paid")},
		"invoice without amounts":                 {"invoices", without("invoice", "amount_remaining")},
		"invoice without lines":                   {"invoices", without("invoice", "lines")},
		"invoice whose lines are no list":         {"invoices", page(false, with(MustFixture(t, "invoice"), object{"lines": with(page(false), object{"object": "lines"})}))},
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

// TestCustomerWhoIsNotThere is how Stripe answers a list of one: with a 400.
func TestCustomerWhoIsNotThere(t *testing.T) {
	_, err := readTaxIDs(t, always(http.StatusBadRequest, refusal("invalid_request_error", "resource_missing")))
	wantCode(t, err, billing.CodeNotFound)
}

func TestStatusesOfStripe(t *testing.T) {
	for status, code := range map[int]billing.Code{
		400: billing.CodeInvalid, 401: billing.CodeSignedOut, 402: billing.CodeDeclined, 403: billing.CodeForbidden,
		404: billing.CodeNotFound, 409: billing.CodeUnavailable, 429: billing.CodeRateLimited,
		500: billing.CodeUnavailable, 502: billing.CodeUnavailable, 503: billing.CodeUnavailable, 504: billing.CodeUnavailable,
	} {
		t.Run(fmt.Sprint(status, " is ", code), func(t *testing.T) {
			_, err := readTaxIDs(t, always(status, refusal("invalid_request_error", "parameter_invalid_empty")))
			wantCode(t, err, code)
			for _, secret := range []string{"sk_test", "https://", token} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error holds %q: %v", secret, err)
				}
			}
		})
	}
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

type bomb struct{}

func (*bomb) UnmarshalJSON([]byte) error { panic("boom") }

func TestDecoderThatPanicsIsAnError(t *testing.T) {
	wantCode(t, stripeapi.Decode([]byte(`{}`), new(bomb)), billing.CodeNotStripe)
}

func TestErrorsHoldNoLinksOfTheServer(t *testing.T) {
	secret := "https://pay.example.com/secret"
	_, err := readTaxIDs(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Request-Id", secret)
		reply(w, http.StatusBadRequest, object{"error": object{
			"type": secret, "code": secret, "param": secret, "message": secret,
			"payment_intent": object{"id": "pi_1", "client_secret": secret},
		}})
	})
	wantCode(t, err, billing.CodeInvalid)
	if strings.Contains(err.Error(), "example.com") {
		t.Errorf("the error holds a link: %v", err)
	}
}
