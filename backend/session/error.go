package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"

	"golang.org/x/oauth2"

	"billfold/backend/billing"
)

// errRefused says that the provider does not take a token or a code any more.
var errRefused = errors.New("the sign-in is refused")

func signInAgain(cause error) error {
	return billing.NewError(billing.CodeSignedOut, "The sign-in has ended. Sign in again to fetch what is new.", cause)
}

func stopped(cause error) error {
	return billing.NewError(billing.CodeCanceled, "It was stopped before it was done.", cause)
}

func keychainShut(cause error) error {
	return billing.NewError(billing.CodeUnavailable,
		"The keychain, which holds the sign-in, does not answer. Unlock it and try again.", cause)
}

// understood turns what went wrong between here and the provider into a
// *billing.Error. What the provider wrote goes no further than its error code: the
// rest may repeat what was sent.
func understood(ctx context.Context, err error) error {
	var known *billing.Error
	var said *oauth2.RetrieveError
	var network net.Error
	var address *url.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.Is(ctx.Err(), context.Canceled):
		return stopped(ctx.Err())
	case errors.As(err, &said):
		return refusal(said)
	case errors.As(err, &network), errors.As(err, &address):
		return billing.NewError(billing.CodeOffline, "The vendor's sign-in could not be reached.", nil)
	default:
		return odd(nil)
	}
}

func odd(cause error) error {
	return billing.NewError(billing.CodeNotStripe, "The vendor's sign-in answered in a way that Billfold does not understand.", cause)
}

// refusal reads the provider's own no.
// Source: RFC 6749, section 5.2; RFC 8628, section 3.5.
func refusal(said *oauth2.RetrieveError) error {
	status := 0
	if said.Response != nil {
		status = said.Response.StatusCode
	}
	cause := fmt.Errorf("status %d, error %q", status, word(said.ErrorCode))
	switch {
	case said.ErrorCode == "invalid_grant":
		return errors.Join(errRefused, cause)
	case said.ErrorCode == "access_denied":
		return declined()
	case said.ErrorCode == "expired_token":
		return tooLate()
	case status >= 500 || status == 429:
		return billing.NewError(billing.CodeUnavailable, "The vendor's sign-in has a problem of its own. Try again soon.", cause)
	default:
		return billing.NewError(billing.CodeForbidden, "The vendor's sign-in does not accept Billfold. Ask the vendor's support.", cause)
	}
}

func declined() error {
	return billing.NewError(billing.CodeCanceled, "The sign-in was declined in the browser.", nil)
}

func tooLate() error {
	return billing.NewError(billing.CodeCanceled, "Nobody signed in in time. Begin again.", nil)
}

// word lets an error code through, and nothing that is none.
func word(text string) string {
	if len(text) > 40 {
		return "(long)"
	}
	for _, r := range text {
		if r != '_' && (r < 'a' || r > 'z') {
			return "(unprintable)"
		}
	}
	return text
}
