package stripeapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// maxTries is how often one request is sent at most.
	maxTries = 3
	// maxPause caps what a server may ask for with Retry-After.
	maxPause = 60 * time.Second
	// firstPause is the pause before the second try; it doubles after each.
	firstPause = 500 * time.Millisecond
)

// worthRepeating tells whether another try may meet another status.
func worthRepeating(status int) bool {
	switch status {
	case http.StatusConflict, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// mayRepeat tells whether sending the request twice does no more than sending it
// once. Every try of a POST carries the idempotency key of the first; a DELETE
// needs none, since what is gone is not deleted twice.
// Source: Stripe API reference, "Idempotent requests".
func mayRepeat(request *http.Request) bool {
	switch request.Method {
	case http.MethodGet, http.MethodDelete:
		return true
	default:
		return request.Header.Get("Idempotency-Key") != ""
	}
}

// pause is how long to wait after a try: what the server asked for, up to
// maxPause, or else twice as long each time.
func (t *transport) pause(try int, response *http.Response) time.Duration {
	own := firstPause << (try - 1)
	if response == nil {
		return own
	}
	asked, ok := retryAfter(response.Header.Get("Retry-After"), t.now())
	if !ok {
		return own
	}
	return min(max(asked, 0), maxPause)
}

// retryAfter reads the header's two forms: seconds, or a date.
func retryAfter(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return date.Sub(now), true
	}
	return 0, false
}

// sleep waits, or ends at once with the context.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
