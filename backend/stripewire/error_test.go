package stripewire_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/stripewire"
)

// TestErrorsAreReadByStripeGo: what is written here is what the official client
// understands.
func TestErrorsAreReadByStripeGo(t *testing.T) {
	for name, test := range map[string]struct {
		err  *stripewire.Error
		want stripe.Error
	}{
		"no such object": {stripewire.NoSuch(404, "invoice", "in_1", "invoice"),
			stripe.Error{HTTPStatusCode: 404, Type: "invalid_request_error", Code: stripe.ErrorCodeResourceMissing, Param: "invoice", Msg: "No such invoice: 'in_1'"}},
		"unknown parameter": {stripewire.UnknownParam("foo[bar]"),
			stripe.Error{HTTPStatusCode: 400, Type: "invalid_request_error", Code: stripe.ErrorCodeParameterUnknown, Param: "foo[bar]", Msg: "Received unknown parameter: foo[bar]"}},
		"missing parameter": {stripewire.MissingParam("customer"),
			stripe.Error{HTTPStatusCode: 400, Type: "invalid_request_error", Code: stripe.ErrorCodeParameterMissing, Param: "customer", Msg: "Missing required param: customer."}},
		"unknown address": {stripewire.UnknownURL("GET", "/v1/x"),
			stripe.Error{HTTPStatusCode: 404, Type: "invalid_request_error", Msg: "Unrecognized request URL (GET: /v1/x)."}},
		"no key": {stripewire.Unauthorized("No."), stripe.Error{HTTPStatusCode: 401, Type: "invalid_request_error", Msg: "No."}},
		"the gateway's own code": {&stripewire.Error{Status: 403, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeNoBillingAccount, Message: "None."},
			stripe.Error{HTTPStatusCode: 403, Type: "invalid_request_error", Code: "no_billing_account", Msg: "None."}},
		"a fault": {stripewire.Internal("Broken."), stripe.Error{HTTPStatusCode: 500, Type: "api_error", Msg: "Broken."}},
	} {
		t.Run(name, func(t *testing.T) {
			recorded := httptest.NewRecorder()
			test.err.Write(recorded)
			var envelope struct {
				Error stripe.Error `json:"error"`
			}
			if err := json.Unmarshal(recorded.Body.Bytes(), &envelope); err != nil {
				t.Fatal(err)
			}
			got := envelope.Error
			if recorded.Code != test.want.HTTPStatusCode || got.Type != test.want.Type || got.Code != test.want.Code ||
				got.Param != test.want.Param || got.Msg != test.want.Msg || (got.DocURL == "") != (got.Code == "" || got.Code == "no_billing_account") {
				t.Errorf("%s", recorded.Body)
			}
			if recorded.Header().Get("Content-Type") != "application/json" {
				t.Error("not sent as JSON")
			}
		})
	}
}

func TestAPageOfNothingIsAnArray(t *testing.T) {
	body, err := json.Marshal(stripewire.NewList[int]("/v1/things", nil, false))
	if err != nil || string(body) != `{"object":"list","data":[],"has_more":false,"url":"/v1/things"}` {
		t.Errorf("%s %v", body, err)
	}
}
