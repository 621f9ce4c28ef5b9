package stripeapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/form"

	"billfold/backend/billing"
	"billfold/backend/pattern"
	"billfold/backend/stripewire"
)

// answer takes the checked bytes of one answer from the transport past
// stripe-go, which would copy a body and walk through it four times.
type answer struct {
	stripe.APIResource
	body   []byte
	status int
	// same tells that nothing changed since the version that was asked about.
	same bool
	// retryAfter is how long an error asks to be left alone, 0 for not at all.
	retryAfter time.Duration
	// keep remembers the body for a later 304; nil when it may not be remembered.
	// It is called only after the body was decoded and its owner checked.
	keep func()
}

type answerKey struct{}

func answerOf(ctx context.Context) *answer {
	into, _ := ctx.Value(answerKey{}).(*answer)
	return into
}

// accept tells that the body was decoded and is this customer's.
func (a *answer) accept() {
	if a.keep != nil {
		a.keep()
	}
}

// get makes one GET call. The answer is Stripe-shaped JSON of the right version,
// but nothing in it has been looked at yet.
func (c *Client) get(ctx context.Context, path string, query url.Values) (*answer, error) {
	address := c.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return c.do(ctx, http.MethodGet, address, nil)
}

// do sends the request through stripe-go's Do and not its Call: Call runs the
// uname program and puts the name of this computer into a header. form is the
// body; nil is none.
func (c *Client) do(ctx context.Context, method, address string, form url.Values) (*answer, error) {
	into := &answer{}
	ctx = context.WithValue(ctx, answerKey{}, into)
	request, err := http.NewRequestWithContext(ctx, method, address, bodyOf(form))
	if err != nil {
		return nil, billing.NewError(billing.CodeInternal, "A request could not be made.", nil)
	}
	markWrite(request)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Stripe-Version", stripewire.Version)
	request.Header.Set("User-Agent", "Billfold")
	if err := c.backend.Do(request, nil, into); err != nil {
		return nil, askedToWait(understood(err, request, into.status), into.retryAfter)
	}
	return into, nil
}

// queryOf writes parameters as stripe-go does: expand[0]=..., created[gte]=....
func queryOf(params any) url.Values {
	values := &form.Values{}
	form.AppendTo(values, params)
	return values.ToValues()
}

var objectID = pattern.Of(`^[A-Za-z0-9]+_[A-Za-z0-9_]{1,128}$`)

// pathTo puts an id into a path. An id that could lead elsewhere is CodeInvalid.
func pathTo(before, id, after string) (string, error) {
	if !objectID.MatchString(id) {
		return "", billing.NewError(billing.CodeInvalid, "That is not the id of anything at Stripe.", nil)
	}
	return before + id + after, nil
}

// createdSince is the parameter created[gte], or nil for all.
func createdSince(since billing.Time) *stripe.RangeQueryParams {
	if !since.Known() {
		return nil
	}
	return &stripe.RangeQueryParams{GreaterThanOrEqual: int64(since)}
}

func expand(paths ...string) []*string { return stripe.StringSlice(paths) }
