package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/stripeapi"
)

const (
	timelineRuns = 15
	// timelineLimit is how many times as long as the first page of the invoices, which
	// is 100 of them found by an index, that of the money timeline may take, which is
	// made of all of them.
	timelineLimit = 12.0
)

// measureTimeline opens the money timeline of 10,000 invoices, the first page of
// which needs all of them, beside the first page of the invoices, which does not.
func measureTimeline(ctx context.Context) ([]row, error) {
	pages, err := record(ctx, "many", 0)
	if err != nil {
		return nil, err
	}
	pages.serve(0)
	defer pages.server.Close()
	folder, err := os.MkdirTemp("", "billfold-bench-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	var invoices, opened, again []time.Duration
	for run := range timelineRuns + 1 {
		times, err := openTimeline(ctx, folder, pages, run == 0)
		if err != nil {
			return nil, err
		}
		if run > 0 { // the first one pulls
			invoices, opened, again = append(invoices, times[0]), append(opened, times[1]), append(again, times[2])
		}
	}
	first, ratio := middleOf(opened), float64(middleOf(opened))/float64(middleOf(invoices))
	return []row{
		{
			figure:   "10,000 invoices: first page of the money timeline, from a copy just opened",
			measured: fmt.Sprintf("%.1f ms (%.1f x the first page of the invoices, %.1f ms)", milliseconds(first), ratio, milliseconds(middleOf(invoices))),
			limit:    fmt.Sprintf("%.0f x", timelineLimit), over: ratio > timelineLimit,
		},
		{
			figure: "10,000 invoices: the same page again", measured: fmt.Sprintf("%.2f ms", milliseconds(middleOf(again))),
			limit: fmt.Sprintf("%d ms", queryLimit.Milliseconds()), over: middleOf(again) > queryLimit,
		},
	}, nil
}

// openTimeline opens the copy and times the first page of the invoices, that of the
// money timeline, and that once more.
func openTimeline(ctx context.Context, folder string, pages *canned, pull bool) (times [3]time.Duration, err error) {
	shown, err := companion.Open(ctx, companion.Config{
		Dir: folder, Target: companion.Target{Connection: companion.ConnectionStripeTest, URL: pages.url, Customer: pages.customer},
		Dial: func(context.Context, companion.Target) (companion.Dialed, error) {
			api, err := stripeapi.New(stripeapi.Config{URL: pages.url, Customer: pages.customer, Token: pages.token})
			return companion.Dialed{API: api}, err
		},
	})
	if err != nil {
		return times, err
	}
	defer func() { _ = shown.Close() }()
	if pull {
		_, err = shown.Pull(ctx, true)
		return times, err
	}
	for i, read := range []func() (int, error){
		func() (int, error) {
			page, err := shown.Invoices(ctx, billing.InvoiceFilter{Limit: 100})
			return page.Total, err
		},
		func() (int, error) { page, err := shown.Ledger(ctx, companion.LedgerFilter{}); return page.Total, err },
		func() (int, error) { page, err := shown.Ledger(ctx, companion.LedgerFilter{}); return page.Total, err },
	} {
		began := time.Now()
		total, err := read()
		times[i] = time.Since(began)
		if err != nil || total < 10_000 {
			return times, fmt.Errorf("%d rows were found: %w", total, err)
		}
	}
	return times, nil
}

func middleOf(times []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(times))[len(times)/2]
}
