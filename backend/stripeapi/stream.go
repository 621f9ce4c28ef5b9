package stripeapi

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"billfold/backend/billing"
)

const (
	streamPath = "/billfold/v1/stream"
	// streamSilence is how long a stream may be silent: three of a gateway's beats.
	streamSilence = 75 * time.Second
	// maxLine bounds a line of a stream, in bytes.
	maxLine = 4 << 10
)

// Stream listens to a gateway until the stream or ctx ends, as one does every quarter
// of an hour. heard gets each version as it comes, the present one at once; it must
// not block. The error is nil when the gateway ended the stream.
// Source: HTML standard, "Server-sent events".
func (c *Client) Stream(ctx context.Context, heard func(version string)) error {
	watched, patience := watch(ctx, streamSilence)
	defer patience.end()
	response, err := c.openStream(watched, "")
	if err == nil && response.StatusCode == http.StatusUnauthorized && c.transport.renew != nil {
		_ = response.Body.Close()
		used := strings.TrimPrefix(response.Request.Header.Get("Authorization"), "Bearer ")
		token, renewed := c.transport.renew(watched, used)
		if renewed != nil {
			return noToken(renewed)
		}
		response, err = c.openStream(watched, token)
	}
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		return statusError(response.StatusCode, fmt.Errorf("status %d to a stream", response.StatusCode))
	}
	lines := bufio.NewScanner(&patientReader{response.Body, patience})
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data:"); ok {
			c.hear(data, heard)
		}
	}
	if ctx.Err() != nil {
		return stopped(ctx.Err())
	}
	return nil // cut or ended: one listens again
}

func (c *Client) openStream(ctx context.Context, token string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+streamPath, nil)
	if err != nil {
		return nil, billing.NewError(billing.CodeInternal, "A request could not be made.", nil)
	}
	if request, err = c.transport.prepare(request, token); err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("User-Agent", "Billfold")
	response, err := c.transport.carrier.RoundTrip(request)
	if err != nil {
		return nil, unreached(err, context.Cause(ctx))
	}
	response.Request = request
	return response, nil
}

func (c *Client) hear(data string, heard func(version string)) {
	var said struct {
		Version string `json:"version"`
	}
	if decode([]byte(data), &said) == nil && said.Version != "" && len(said.Version) <= maxVersion {
		heard(said.Version)
	}
}
