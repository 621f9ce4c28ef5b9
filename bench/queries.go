package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

const (
	queryRuns = 51
	// What happens at every key that is typed must not be felt.
	queryLimit = 5 * time.Millisecond
	// A view that is opened may take a few frames.
	viewLimit = 50 * time.Millisecond
)

// question is one thing that the window asks the cache.
type question struct {
	figure string
	limit  time.Duration
	ask    func(context.Context) error
}

func questions(cache *sqlite.Cache) []question {
	list := func(filter billing.InvoiceFilter) func(context.Context) error {
		return func(ctx context.Context) error { _, err := cache.Invoices(ctx, filter); return err }
	}
	all := []question{
		{"first page of 10,000 invoices", queryLimit, list(billing.InvoiceFilter{})},
		{"search without a hit in 10,000 invoices", queryLimit, list(billing.InvoiceFilter{Search: "nowhere to be found"})},
		{"search with 3,000 hits in 10,000 invoices", viewLimit, list(billing.InvoiceFilter{Search: "credits"})},
	}
	for _, by := range billing.InvoiceSorts() {
		all = append(all, question{"10,000 invoices sorted by " + string(by), viewLimit, list(billing.InvoiceFilter{Sort: by, Descending: true})})
	}
	return append(all,
		question{"first page of 10,000 payments", viewLimit, func(ctx context.Context) error {
			_, err := cache.ListPayments(ctx, billing.PaymentFilter{})
			return err
		}},
		question{"spending over 10,000 invoices", viewLimit, func(ctx context.Context) error {
			books, err := cache.Books(ctx)
			if err == nil {
				_, err = billing.SpendingOf(books, billing.SpendingSpan{Now: billing.At(time.Now())})
			}
			return err
		}})
}

// measureQueries asks a cache of 10,000 invoices what the window asks.
func measureQueries(ctx context.Context) ([]row, error) {
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
	_, err = pullInto(ctx, stripeapi.Config{URL: pages.url, Customer: pages.customer, Token: pages.token}, folder)
	if err != nil {
		return nil, err
	}
	cache, err := openCache(ctx, filepath.Join(folder, "billing.db"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = cache.Close() }()
	var rows []row
	for _, query := range questions(cache) {
		times := make([]time.Duration, queryRuns)
		for i := range times {
			began := time.Now()
			if err := query.ask(ctx); err != nil {
				return nil, err
			}
			times[i] = time.Since(began)
		}
		first := times[0]
		slices.Sort(times)
		middle := times[queryRuns/2]
		rows = append(rows, row{
			figure:   query.figure,
			measured: fmt.Sprintf("%.2f ms (the first time %.2f ms)", milliseconds(middle), milliseconds(first)),
			limit:    fmt.Sprintf("%d ms", query.limit.Milliseconds()), over: middle > query.limit,
		})
	}
	return rows, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
