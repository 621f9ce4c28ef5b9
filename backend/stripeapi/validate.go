package stripeapi

import (
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"

	"billfold/backend/billing"
	"billfold/backend/stripewire"
)

// jsonType tells whether an answer claims to be JSON. What a captive portal or a
// proxy puts in the way does not.
func jsonType(header http.Header) bool {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

// checkHeader refuses what is not JSON, and JSON of another version: its shapes
// would decode to empty values without an error.
func checkHeader(header http.Header) error {
	if !jsonType(header) {
		return notStripe("Something else answered in the billing server's place, perhaps a sign-in page of the network.",
			errors.New("the answer is not JSON"))
	}
	if version := header.Get("Stripe-Version"); version != "" && version != stripewire.Version {
		return unreadable(fmt.Errorf("answered in version %q", printable(version)))
	}
	return nil
}

func tooLarge() error {
	return unreadable(errors.New("the answer is too large"))
}

// passingError marks a failure that another try may not meet.
type passingError struct{ cause error }

func (e *passingError) Error() string { return e.cause.Error() }
func (e *passingError) Unwrap() error { return e.cause }

// passing tells whether another try may do better.
func passing(err error) bool {
	var marked *passingError
	return errors.As(err, &marked)
}

// unreached says why no answer came. reason is why the attempt was ended, if it was.
func unreached(err, reason error) error {
	if errors.Is(reason, errSilent) || errors.Is(reason, errEndless) {
		return billing.NewError(billing.CodeOffline, "The billing server did not answer in time.", &passingError{reason})
	}
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Op == "dial" {
		return billing.NewError(billing.CodeOffline, "The billing server cannot be reached.", err)
	}
	return billing.NewError(billing.CodeOffline, "The connection to the billing server failed.", &passingError{err})
}

// cutShort says that an answer began and did not end.
func cutShort(err error) error {
	return billing.NewError(billing.CodeUnavailable, "The billing server's answer was cut short.", &passingError{err})
}
