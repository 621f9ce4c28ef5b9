package stripeapi

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
	"billfold/backend/pattern"
)

// refusal is the server's own no, without the words it came with: those may hold
// a part of the key, a link, or a client secret.
type refusal struct {
	status    int
	kind      string
	code      string
	param     string
	requestID string
}

func (r *refusal) Error() string {
	return fmt.Sprintf("status %d, type %q, code %q, param %q, request %q", r.status, r.kind, r.code, r.param, r.requestID)
}

// understood turns whatever stripe-go gave back into a *billing.Error.
func understood(err error, request *http.Request, status int) error {
	var known *billing.Error
	if errors.As(err, &known) {
		return known
	}
	var refused *stripe.Error
	if errors.As(err, &refused) {
		return refusedBy(refused)
	}
	if cause := request.Context().Err(); cause != nil {
		return stopped(cause)
	}
	// What is left quotes the body, so its words go no further.
	if speaksForItself(status) {
		return statusError(status, fmt.Errorf("status %d without a Stripe error", status))
	}
	return notStripe("The server's answer is not one of the Stripe API.", errors.New("an answer that cannot be read"))
}

func refusedBy(refused *stripe.Error) error {
	cause := &refusal{
		status: refused.HTTPStatusCode, kind: printable(string(refused.Type)), code: printable(string(refused.Code)),
		param: printable(refused.Param), requestID: printable(refused.RequestID),
	}
	if refused.Code == stripe.ErrorCodeResourceMissing && cause.status == http.StatusBadRequest {
		// A list of a customer who is not there is refused with 400.
		return statusError(http.StatusNotFound, cause)
	}
	said := statusError(cause.status, cause)
	if said.Code == billing.CodeInvalid {
		explainField(said, cause)
	}
	return said
}

// statusError says what an error status of a Stripe-shaped answer means here.
func statusError(status int, cause error) *billing.Error {
	code, message := billing.CodeInvalid, "The billing server did not understand the request."
	switch {
	case status == http.StatusUnauthorized:
		code, message = billing.CodeSignedOut, "The billing server does not accept the sign-in any more."
	case status == http.StatusPaymentRequired:
		code, message = billing.CodeDeclined, "The payment was declined."
	case status == http.StatusForbidden:
		code, message = billing.CodeForbidden, "This sign-in may not see or do that."
	case status == http.StatusNotFound:
		code, message = billing.CodeNotFound, "There is no such thing, or it is not yours."
	case status == http.StatusConflict:
		code, message = billing.CodeUnavailable, "The billing server is busy with the same object."
	case status == http.StatusTooManyRequests:
		code, message = billing.CodeRateLimited, "The billing server asks to be left alone for a while."
	case status >= http.StatusInternalServerError:
		code, message = billing.CodeUnavailable, "The billing server has a problem of its own."
	}
	return billing.NewError(code, message, cause)
}

func refusalOf(err error) (*refusal, bool) {
	var refused *refusal
	return refused, errors.As(err, &refused)
}

// Refused tells whether err is the server's own no to a request that reached it.
func Refused(err error) bool {
	var refused *refusal
	return errors.As(err, &refused)
}

// RequestID is the server's name for the request whose refusal became err, for its
// support to look it up by; "" when there is none.
func RequestID(err error) string {
	var refused *refusal
	if errors.As(err, &refused) {
		return refused.requestID
	}
	return ""
}

// speaksForItself tells whether a status is believed without Stripe's envelope:
// whatever stands before the server uses these in the same sense.
func speaksForItself(status int) bool {
	return status >= http.StatusInternalServerError || status == http.StatusTooManyRequests
}

func notStripe(message string, cause error) error {
	return billing.NewError(billing.CodeNotStripe, message, cause)
}

func unreadable(cause error) error {
	return notStripe("The server's answer is not one of the Stripe API, version 2023-10-16.", cause)
}

func foreign() error {
	return billing.NewError(billing.CodeForeign, "The server answered with another customer's data; it was refused.", nil)
}

// stopped says that the caller ended the request; the cause stays visible to
// errors.Is.
func stopped(cause error) error {
	return billing.NewError(billing.CodeCanceled, "It was stopped before it was done.", cause)
}

// saysNone tells whether the server said that there is no upcoming invoice,
// which is an answer and not a failure.
// Source: Stripe docs, "Error codes", invoice_upcoming_none.
func saysNone(err error) bool {
	var refused *refusal
	return errors.As(err, &refused) && refused.status == http.StatusNotFound &&
		refused.code == string(stripe.ErrorCodeInvoiceUpcomingNone)
}

var word = pattern.Of(`^[A-Za-z0-9_.\[\]-]{0,80}$`)

// printable lets through what a server wrote only where it is a word, safe in a
// log: no sentence, no link.
func printable(written string) string {
	if !word.MatchString(written) {
		return "(unprintable)"
	}
	return written
}
