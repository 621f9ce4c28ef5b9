package main

import (
	"context"
	"fmt"
	"time"

	"billfold/backend/stripeapi"
)

const (
	injected = 250 * time.Millisecond
	// latencyLimit is one and a half round trips and 50 ms.
	latencyLimit = injected*3/2 + 50*time.Millisecond
)

// measureLatency pulls an ordinary subscriber from a server whose every answer
// takes a quarter of a second.
func measureLatency(ctx context.Context) ([]row, error) {
	pages, err := record(ctx, "active", 18)
	if err != nil {
		return nil, err
	}
	pages.serve(injected)
	defer pages.server.Close()
	began := time.Now()
	report, err := pullInto(ctx, stripeapi.Config{URL: pages.url, Customer: pages.customer, Token: pages.token}, "")
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	return []row{{
		figure:   fmt.Sprintf("first pull of an ordinary subscriber, %d invoices, 250 ms latency", report.Invoices),
		measured: fmt.Sprintf("%d ms", took.Milliseconds()),
		limit:    fmt.Sprintf("%d ms", latencyLimit.Milliseconds()), over: took > latencyLimit,
	}}, nil
}
