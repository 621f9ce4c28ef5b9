package stripeapi

import (
	"errors"
	"time"

	"billfold/backend/billing"
)

// heldBack is a refusal that says when to come again.
type heldBack struct {
	cause error
	after time.Duration
}

func (h *heldBack) Error() string { return h.cause.Error() + ", again after " + h.after.String() }

func (h *heldBack) Unwrap() error { return h.cause }

// RetryAfter is how long the server asked to be left alone with the answer that
// became err; 0 when it did not ask.
func RetryAfter(err error) time.Duration {
	var held *heldBack
	if errors.As(err, &held) {
		return held.after
	}
	return 0
}

// askedToWait notes in err, whose words stay as they are, what the server asked for.
func askedToWait(err error, after time.Duration) error {
	var known *billing.Error
	if after <= 0 || !errors.As(err, &known) {
		return err
	}
	cause := known.Err
	if cause == nil {
		cause = errors.New(string(known.Code))
	}
	return billing.NewError(known.Code, known.Message, &heldBack{cause: cause, after: after})
}
