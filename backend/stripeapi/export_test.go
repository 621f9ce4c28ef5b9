package stripeapi

import (
	"context"
	"net/http"
	"strings"
)

// Write sends a write the way a caller with stripe-go's own idempotency key, or
// without any, would.
func Write(ctx context.Context, c *Client, path, idempotencyKey string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader("name=A"))
	if err != nil {
		return err
	}
	request.Header.Set("X-Stripe-Client-User-Agent", "the name of this computer")
	request.Header.Set("X-Stripe-Client-Telemetry", "how long requests took")
	if idempotencyKey != "" {
		request.Header.Set("Idempotency-Key", idempotencyKey)
	}
	response, err := c.backend.HTTPClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// ReadTaxIDPage decodes a page and gives the ids in it.
func ReadTaxIDPage(body []byte, customer string) ([]string, error) {
	read, err := readPage[wireTaxID](&answer{body: body}, customer, map[string]bool{})
	var ids []string
	for _, object := range read {
		ids = append(ids, object.ID)
	}
	return ids, err
}

// ReadInvoicePage decodes a page and gives the ids in it.
func ReadInvoicePage(body []byte, customer string) ([]string, error) {
	read, err := readPage[wireInvoice](&answer{body: body}, customer, map[string]bool{})
	var ids []string
	for i := range read {
		ids = append(ids, read[i].value().ID)
	}
	return ids, err
}

// ReadSubscriptionPage decodes a page and gives the ids in it.
func ReadSubscriptionPage(body []byte, customer string) ([]string, error) {
	read, err := readPage[wireSubscription](&answer{body: body}, customer, map[string]bool{})
	var ids []string
	for i := range read {
		if value, err := read[i].value(); err == nil {
			ids = append(ids, value.ID)
		}
	}
	return ids, err
}

// ReadChargePage decodes a page and gives the ids in it.
func ReadChargePage(body []byte, customer string) ([]string, error) {
	read, err := readPage[wireCharge](&answer{body: body}, customer, map[string]bool{})
	var ids []string
	for i := range read {
		ids = append(ids, read[i].value().ID)
	}
	return ids, err
}

// Decode reads JSON into anything.
func Decode(body []byte, into any) error { return decode(body, into) }

// Cursor gives the cursor after a page.
func Cursor(body []byte) (string, error) { return cursorAfter(body, 0) }

// DecodeInvoices decodes a page of invoices with some decoder.
func DecodeInvoices(decode func([]byte, any) error, body []byte) error {
	var page wirePage[wireInvoice]
	return decode(body, &page)
}
