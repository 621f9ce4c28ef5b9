package scope_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-mock/embedded"
	"pgregory.net/rapid"

	"billfold/backend/gateway/scope"
)

const me = "cus_me"

func mustCall(t interface {
	Helper()
	Fatal(...any)
}, settings scope.Settings, path string) *scope.Call {
	t.Helper()
	call, err := scope.New(settings).Check(scope.Request{Method: http.MethodGet, Path: path, Header: http.Header{}}, me)
	if err != nil {
		t.Fatal(err)
	}
	return call
}

// fixtures are Stripe's own examples, as this customer's.
func fixtures(tb testing.TB) map[string]map[string]any {
	tb.Helper()
	var read struct {
		Resources map[string]map[string]any `json:"resources"`
	}
	if err := json.Unmarshal(embedded.OpenAPIFixtures, &read); err != nil {
		tb.Fatal(err)
	}
	for _, object := range read.Resources {
		own(object)
	}
	read.Resources["customer"]["id"] = me
	return read.Resources
}

// own puts our customer wherever one is named.
func own(value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			own(element)
		}
	case map[string]any:
		for name, inner := range value {
			if id, ok := inner.(string); name == "customer" && ok && id != "" {
				value[name] = me
			}
			own(inner)
		}
	}
}

var singles = map[string]string{
	"customer": "/v1/customers/" + me, "tax_id": "/v1/customers/" + me + "/tax_ids/%s", "payment_method": "/v1/customers/" + me + "/payment_methods/%s",
	"customer_balance_transaction": "/v1/customers/" + me + "/balance_transactions/%s", "subscription": "/v1/subscriptions/%s",
	"invoice": "/v1/invoices/%s", "charge": "/v1/charges/%s", "payment_intent": "/v1/payment_intents/%s", "credit_note": "/v1/credit_notes/%s",
}

// TestStripesOwnExamplesPassAndAreReadByStripeGo: what goes back has the types
// that the official client decodes, and nothing that stays behind.
func TestStripesOwnExamplesPassAndAreReadByStripeGo(t *testing.T) {
	into := map[string]any{
		"customer": &stripe.Customer{}, "tax_id": &stripe.TaxID{}, "payment_method": &stripe.PaymentMethod{},
		"customer_balance_transaction": &stripe.CustomerBalanceTransaction{}, "subscription": &stripe.Subscription{},
		"invoice": &stripe.Invoice{}, "charge": &stripe.Charge{}, "payment_intent": &stripe.PaymentIntent{}, "credit_note": &stripe.CreditNote{},
	}
	all := fixtures(t)
	for kind, path := range singles {
		t.Run(kind, func(t *testing.T) {
			object := all[kind]
			object["customer"] = me
			if kind == "customer" {
				delete(object, "customer")
			}
			id, _ := object["id"].(string)
			if strings.Contains(path, "%s") {
				path = fmt.Sprintf(path, id)
			}
			body, err := json.Marshal(object)
			if err != nil {
				t.Fatal(err)
			}
			released, err := mustCall(t, scope.Settings{}, path).Release(body)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(released.Body, into[kind]); err != nil {
				t.Errorf("%v: %s", err, released.Body)
			}
			if got := reflect.ValueOf(into[kind]).Elem().FieldByName("ID").String(); got != id {
				t.Errorf("stripe-go read the id %q", got)
			}
			var back map[string]any
			if err := json.Unmarshal(released.Body, &back); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"client_secret", "balance_transaction", "application", "application_fee", "application_fee_amount",
				"transfer", "transfer_data", "transfer_group", "on_behalf_of", "review", "fraud_details", "test_clock", "source", "sources",
				"invoice_prefix", "next_invoice_sequence", "shipping", "radar_options"} {
				if _, there := back[name]; there {
					t.Errorf("%s goes back", name)
				}
			}
			if kind == "customer" && back["description"] != nil {
				t.Error("the merchant's description goes back")
			}
			for name, value := range back {
				if name != "metadata" && !sameShape(object[name], value) {
					t.Errorf("%s was %v and became %v", name, object[name], value)
				}
			}
		})
	}
}

// sameShape tells whether what came back is what was sent, less some fields.
func sameShape(was, is any) bool {
	switch is := is.(type) {
	case map[string]any:
		before, ok := was.(map[string]any)
		for name, value := range is {
			ok = ok && (name == "metadata" || sameShape(before[name], value))
		}
		return ok
	case []any:
		before, ok := was.([]any)
		if !ok || len(before) != len(is) {
			return false
		}
		for i := range is {
			ok = ok && sameShape(before[i], is[i])
		}
		return ok
	}
	return was == is
}

// TestNoFieldOfTheTableIsOursAlone: each field that goes back is one that
// stripe-go's types know, under the name they have there.
func TestNoFieldOfTheTableIsOursAlone(t *testing.T) {
	types := map[string]any{
		"customer": stripe.Customer{}, "tax_id": stripe.TaxID{}, "payment_method": stripe.PaymentMethod{}, "subscription": stripe.Subscription{},
		"subscription_item": stripe.SubscriptionItem{}, "plan": stripe.Plan{}, "price": stripe.Price{}, "product": stripe.Product{},
		"discount": stripe.Discount{}, "coupon": stripe.Coupon{}, "invoice": stripe.Invoice{}, "tax_rate": stripe.TaxRate{},
		"line_item": stripe.InvoiceLineItem{}, "charge": stripe.Charge{}, "refund": stripe.Refund{}, "payment_intent": stripe.PaymentIntent{},
		"credit_note": stripe.CreditNote{}, "credit_note_line_item": stripe.CreditNoteLineItem{},
		"customer_balance_transaction": stripe.CustomerBalanceTransaction{}, "billing_portal.configuration": stripe.BillingPortalConfiguration{},
		"billing_portal.session": stripe.BillingPortalSession{},
	}
	for kind, fields := range scope.Fields() {
		of, there := types[kind]
		if !there {
			continue // a part
		}
		// Stripe writes the older names of a subscription's only price all the same.
		known := map[string]bool{"plan": kind == "subscription", "quantity": kind == "subscription"}
		described := reflect.TypeOf(of)
		for i := range described.NumField() {
			name, _, _ := strings.Cut(described.Field(i).Tag.Get("json"), ",")
			known[name] = true
		}
		for _, field := range fields {
			if !known[field] {
				t.Errorf("%s.%s is no field of stripe-go's", kind, field)
			}
		}
	}
}

func TestDeclineCodesAreSoftened(t *testing.T) {
	softened := []string{"fraudulent", "lost_card", "stolen_card", "pickup_card", "merchant_blacklist", "highest_risk_level", "elevated_risk_level", "rule"}
	charge, intent := mustCall(t, scope.Settings{}, "/v1/charges/ch_1"), mustCall(t, scope.Settings{}, "/v1/payment_intents/pi_1")
	for _, code := range append(softened, `fraud\u0075lent`) {
		body := `{"id":"ch_1","object":"charge","customer":"cus_me","failure_code":"` + code + `","failure_message":"Stolen!",
			"outcome":{"reason":"` + code + `","risk_level":"highest","risk_score":99,"seller_message":"We think it is fraud.","type":"blocked"}}`
		released, err := charge.Release([]byte(body))
		want := `{"id":"ch_1","object":"charge","customer":"cus_me","failure_code":"generic_decline","outcome":{"reason":"generic_decline"}}`
		if err != nil || string(released.Body) != want {
			t.Errorf("%v %s", err, released.Body)
		}
		body = `{"id":"pi_1","object":"payment_intent","customer":"cus_me","client_secret":"pi_1_secret_x","cancellation_reason":"fraudulent",
			"last_payment_error":{"code":"card_declined","decline_code":"` + code + `","message":"Lost!","payment_method":{"id":"pm_1","customer":"cus_me"}}}`
		released, err = intent.Release([]byte(body))
		want = `{"id":"pi_1","object":"payment_intent","customer":"cus_me","cancellation_reason":null,"last_payment_error":{"code":"card_declined","decline_code":"generic_decline"}}`
		if err != nil || string(released.Body) != want {
			t.Errorf("%v %s", err, released.Body)
		}
		refusal := charge.Refusal(402, []byte(`{"error":{"type":"card_error","code":"card_declined","decline_code":"`+code+`","message":"No."}}`))
		if refusal.DeclineCode != "generic_decline" || refusal.Status != 402 {
			t.Errorf("%+v", refusal)
		}
	}
	released, err := charge.Release([]byte(`{"id":"ch_1","object":"charge","customer":"cus_me","outcome":{"reason":"insufficient_funds"}}`))
	if err != nil || !strings.Contains(string(released.Body), "insufficient_funds") {
		t.Errorf("%v %s", err, released.Body)
	}
}

func TestMetadataGoBackByNameOnly(t *testing.T) {
	call := mustCall(t, scope.Settings{Metadata: []string{"seats", `a"b`}}, "/v1/invoices/in_1")
	released, err := call.Release([]byte(`{"id":"in_1","object":"invoice","customer":"cus_me",
		"metadata": { "seats" : "5", "margin":"12 %", "customer":"cus_other", "a\"b":"c" }, "unknown": {"metadata": {"customer": "cus_other"}}}`))
	want := `{"id":"in_1","object":"invoice","customer":"cus_me","metadata":{"seats" :"5","a\"b":"c"}}`
	if err != nil || string(released.Body) != want {
		t.Errorf("%v %s", err, released.Body)
	}
}

// TestRefusalsOfStripe: what Stripe writes for the merchant does not go back.
func TestRefusalsOfStripe(t *testing.T) {
	call := mustCall(t, scope.Settings{}, "/v1/invoices/in_1")
	for name, test := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"a bad key":           {401, `{"error":{"type":"invalid_request_error","message":"Invalid API Key provided: sk_live_***abc"}}`, "502 gateway_misconfigured"},
		"a weak key":          {403, `{"error":{"type":"invalid_request_error","code":"more_permissions_required","message":"The key rk_live_1 ..."}}`, "502 gateway_misconfigured"},
		"not there":           {404, `{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such invoice: 'in_1'; a similar object exists in live mode"}}`, "404 resource_missing No such invoice: 'in_1'"},
		"no next invoice":     {404, `{"error":{"type":"invalid_request_error","code":"invoice_upcoming_none","message":"No upcoming invoices for customer: cus_me"}}`, "404 invoice_upcoming_none No upcoming invoices for customer: cus_me"},
		"another's name":      {400, `{"error":{"type":"invalid_request_error","message":"The customer cus_other has no such thing."}}`, "400  Stripe refused the request."},
		"a link":              {400, `{"error":{"type":"invalid_request_error","message":"See https://dashboard.stripe.com/logs/1"}}`, "400  Stripe refused the request."},
		"a word that is none": {400, `{"error":{"type":"invalid_request_error","code":"<script>","param":"a b","message":"No."}}`, "400  No."},
		"too fast":            {429, `{"error":{"type":"invalid_request_error"}}`, "429 rate_limit"},
		"broken":              {500, `<html>`, "502 upstream_failed"},
		"a proxy's no":        {400, `<html>`, "502 upstream_failed"},
		"a redirect":          {302, ``, "502 upstream_failed"},
	} {
		got := call.Refusal(test.status, []byte(test.body))
		if said := fmt.Sprintf("%d %s %s", got.Status, got.Code, got.Message); !strings.HasPrefix(said, test.want) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// value draws any JSON, biased to names that matter.
func value(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kinds := 4
		if depth > 0 {
			kinds = 7
		}
		switch rapid.IntRange(0, kinds).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "truth")
		case 2:
			return float64(rapid.IntRange(-1e9, 1e9).Draw(t, "number"))
		case 3:
			return rapid.SampledFrom([]string{me, "cus_other", "customer", "list", "", "fraudulent", "\u2028é\\\"\n"}).Draw(t, "word")
		case 4:
			return rapid.String().Draw(t, "text")
		case 5:
			return rapid.SliceOfN(value(depth-1), 0, 3).Draw(t, "array")
		default:
			names := rapid.SampledFrom([]string{"id", "object", "customer", "metadata", "data", "charge", "lines", "x", "cus\u0074omer", "ü"})
			return rapid.MapOfN(names, value(depth-1), 0, 4).Draw(t, "object")
		}
	})
}

// names tells, by another way than the package's, whether a value names somebody
// else anywhere but in metadata.
func names(value any) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, names)
	case map[string]any:
		if id := value["id"]; value["object"] == "customer" && id != me && value["id"] != nil {
			return true
		}
		for name, inner := range value {
			if name == "metadata" {
				continue
			}
			if name == "customer" {
				if _, isObject := inner.(map[string]any); !isObject && inner != nil && inner != me {
					return true
				}
			}
			if names(inner) {
				return true
			}
		}
	}
	return false
}

// TestWhateverIsInAnAnswer: whatever stands in the fields that stay behind, the
// answer is released when it names nobody else, and only then, and what goes back
// is what encoding/json reads of the allowed fields.
func TestWhateverIsInAnAnswer(t *testing.T) {
	call := mustCall(t, scope.Settings{}, "/v1/credit_notes/cn_1")
	rapid.Check(t, func(t *rapid.T) {
		object := map[string]any{"id": "cn_1", "object": "credit_note", "customer": me, "memo": rapid.String().Draw(t, "memo")}
		for _, field := range []string{"aaa", "refunds", "zzz"} {
			object[field] = value(3).Draw(t, field)
		}
		body, err := json.Marshal(object)
		if rapid.Bool().Draw(t, "indented") {
			body, err = json.MarshalIndent(object, " ", "\t")
		}
		if err != nil {
			t.Fatal(err)
		}
		released, err := call.Release(body)
		if names(object) {
			if !errors.Is(err, scope.ErrForeign) {
				t.Fatalf("%v released %s", err, released.Body)
			}
			return
		}
		if err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		var back map[string]any
		if err := json.Unmarshal(released.Body, &back); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"aaa", "refunds", "zzz"} {
			delete(object, name)
		}
		if !maps.Equal(back, object) {
			t.Fatalf("%v became %v", object, back)
		}
	})
}

// TestOnlyJSONIsReleased: the own reader takes what encoding/json takes, and no
// more.
func TestOnlyJSONIsReleased(t *testing.T) {
	call := mustCall(t, scope.Settings{}, "/v1/credit_notes/cn_1")
	const head, tail = `{"id":"cn_1","object":"credit_note","customer":"cus_me","x":`, `}`
	parts := rapid.SampledFrom([]string{"{", "}", "[", "]", ",", ":", `"a"`, `"`, "1", "-", "0", "1.5", ".", "e", "1e9", "1E+2", "true", "tru", "null", "nul",
		`"\u00e9"`, `"\u12g4"`, `"\x"`, `\`, " ", "\n", "\x00", "\xff", `"` + "\x01" + `"`, "01", "+1", "NaN", `{"a":1}`, `[1,2]`, `"\ud800"`})
	rapid.Check(t, func(t *rapid.T) {
		body := head + strings.Join(rapid.SliceOfN(parts, 1, 5).Draw(t, "value"), "") + tail
		_, err := call.Release([]byte(body))
		valid := json.Valid([]byte(body)) && !strings.Contains(body, "\xff")
		if valid != (err == nil) {
			t.Fatalf("valid %v, but %v: %q", valid, err, body)
		}
	})
	deep := head + strings.Repeat("[", 100) + strings.Repeat("]", 100) + tail
	if _, err := call.Release([]byte(deep)); err == nil {
		t.Error("there is no end to the nesting")
	}
}

func FuzzRelease(f *testing.F) {
	call := mustCall(f, scope.Settings{}, "/v1/invoices/in_1")
	f.Add([]byte(`{"id":"in_1","object":"invoice","customer":"cus_me","lines":{"object":"list","data":[],"has_more":false}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		released, err := call.Release(body)
		if err != nil {
			return
		}
		var whole any
		if !json.Valid(released.Body) || json.Unmarshal(body, &whole) != nil {
			t.Fatalf("%q", body)
		}
		if strings.Contains(string(released.Body), `"customer":"cus_other"`) {
			t.Fatalf("%q", body)
		}
	})
}
