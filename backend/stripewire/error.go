package stripewire

import (
	"encoding/json"
	"net/http"
	"strings"
)

// ErrorType is the coarse kind of an error.
type ErrorType string

// The four types of Stripe API version 2023-10-16.
const (
	TypeAPI            ErrorType = "api_error"
	TypeCard           ErrorType = "card_error"
	TypeIdempotency    ErrorType = "idempotency_error"
	TypeInvalidRequest ErrorType = "invalid_request_error"
)

// Code is the fine kind of an error; many errors have none.
type Code string

// The codes used on this wire. Source: Stripe docs, "Error codes".
const (
	CodeChargeAlreadyRefunded   Code = "charge_already_refunded"
	CodeEmailInvalid            Code = "email_invalid"
	CodeInvoiceNotEditable      Code = "invoice_not_editable"
	CodeInvoiceUpcomingNone     Code = "invoice_upcoming_none"
	CodeParameterInvalidEmpty   Code = "parameter_invalid_empty"
	CodeParameterInvalidInteger Code = "parameter_invalid_integer"
	CodeParameterMissing        Code = "parameter_missing"
	CodeParameterUnknown        Code = "parameter_unknown"
	CodeParametersExclusive     Code = "parameters_exclusive"
	CodeRateLimit               Code = "rate_limit"
	CodeResourceMissing         Code = "resource_missing"
	CodeTaxIDInvalid            Code = "tax_id_invalid"
	CodeURLInvalid              Code = "url_invalid"
)

// The codes that Stripe does not have: what the gateway says on its own account.
const (
	// CodeTokenInvalid is a sign-in that does not hold, CodeTokenExpired one that
	// did: a fresh token helps.
	CodeTokenInvalid Code = "token_invalid"
	CodeTokenExpired Code = "token_expired"
	// CodeSignInUnavailable says that sign-ins cannot be checked at the moment.
	CodeSignInUnavailable Code = "sign_in_unavailable"
	// CodeNoBillingAccount says that the sign-in is good and belongs to no customer.
	CodeNoBillingAccount Code = "no_billing_account"
	// CodeNotAllowed says that the sign-in may read and not write.
	CodeNotAllowed Code = "not_allowed"
	// CodeOwnershipCheckFailed says that an answer named another customer and was
	// kept back.
	CodeOwnershipCheckFailed Code = "ownership_check_failed"
	// CodeUpstreamFailed says that Stripe did not answer, or not in Stripe's way.
	CodeUpstreamFailed Code = "upstream_failed"
	// CodeGatewayMisconfigured says that Stripe does not accept the vendor's key.
	CodeGatewayMisconfigured Code = "gateway_misconfigured"
	// CodeChangesUnavailable says that nobody knows whether something changed.
	CodeChangesUnavailable Code = "changes_unavailable"
)

var ownCodes = map[Code]bool{
	CodeTokenInvalid: true, CodeTokenExpired: true, CodeSignInUnavailable: true, CodeNoBillingAccount: true,
	CodeNotAllowed: true, CodeOwnershipCheckFailed: true, CodeUpstreamFailed: true, CodeGatewayMisconfigured: true,
	CodeChangesUnavailable: true,
}

// Error is a refusal in Stripe's shape. Status is the HTTP status and travels
// outside the body.
type Error struct {
	Status      int       `json:"-"`
	Type        ErrorType `json:"type"`
	Code        Code      `json:"code,omitempty"`
	DeclineCode string    `json:"decline_code,omitempty"`
	DocURL      string    `json:"doc_url,omitempty"`
	Message     string    `json:"message"`
	Param       string    `json:"param,omitempty"`
	// Charge is the id of a charge that failed, PaymentIntent the payment it was of.
	Charge        string `json:"charge,omitempty"`
	PaymentIntent any    `json:"payment_intent,omitempty"`
}

// Error gives the message; it makes *Error an error.
func (e *Error) Error() string { return e.Message }

// Invalid is a 400 that blames a parameter; code and param may be empty.
func Invalid(code Code, param, message string) *Error {
	return &Error{Status: http.StatusBadRequest, Type: TypeInvalidRequest, Code: code, Param: param, Message: message}
}

// Unauthorized is a 401. The message must not repeat the key that was sent.
func Unauthorized(message string) *Error {
	return &Error{Status: http.StatusUnauthorized, Type: TypeInvalidRequest, Message: message}
}

// Internal is a 500.
func Internal(message string) *Error {
	return &Error{Status: http.StatusInternalServerError, Type: TypeAPI, Message: message}
}

// UnknownParam is a 400 for a parameter the endpoint does not know.
func UnknownParam(name string) *Error {
	return Invalid(CodeParameterUnknown, name, "Received unknown parameter: "+name)
}

// MissingParam is a 400 for a parameter the endpoint cannot do without.
func MissingParam(name string) *Error {
	return Invalid(CodeParameterMissing, name, "Missing required param: "+name+".")
}

// UnknownURL is a 404 for a path, or a method on it, that is not served.
func UnknownURL(method, path string) *Error {
	return &Error{
		Status: http.StatusNotFound, Type: TypeInvalidRequest,
		Message: "Unrecognized request URL (" + method + ": " + path + ").",
	}
}

// NoSuch is the refusal of an id: 404 when the id was in the path, 400 when it
// was the value of a parameter or a cursor. kind is the object in words.
func NoSuch(status int, kind, id, param string) *Error {
	return &Error{
		Status: status, Type: TypeInvalidRequest, Code: CodeResourceMissing, Param: param,
		Message: "No such " + kind + ": '" + id + "'",
	}
}

// DocURL is the page about a code.
func DocURL(code Code) string {
	return "https://stripe.com/docs/error-codes/" + strings.ReplaceAll(string(code), "_", "-")
}

// Body is the JSON envelope of the error, with a link to the code's page filled
// in where Stripe has one.
func (e *Error) Body() []byte {
	out := *e
	if out.Code != "" && out.DocURL == "" && !ownCodes[out.Code] {
		out.DocURL = DocURL(out.Code)
	}
	body, err := json.Marshal(struct {
		Error Error `json:"error"`
	}{out})
	if err != nil { // cannot happen: the struct holds nothing but strings
		return []byte(`{"error":{"type":"api_error","message":"The error could not be written."}}`)
	}
	return append(body, '\n')
}

// Write sends the error as the whole answer.
func (e *Error) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.Status)
	_, _ = w.Write(e.Body()) // a reader that is gone needs no answer
}
