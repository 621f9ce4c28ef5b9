package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

const (
	queryRuns  = 51
	queryLimit = 5 * time.Millisecond
)

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
	for _, query := range []struct {
		figure string
		filter billing.InvoiceFilter
	}{
		{"first page of 10,000 invoices", billing.InvoiceFilter{}},
		{"search without a hit in 10,000 invoices", billing.InvoiceFilter{Search: "nowhere to be found"}},
	} {
		times := make([]time.Duration, queryRuns)
		for i := range times {
			began := time.Now()
			if _, err := cache.Invoices(ctx, query.filter); err != nil {
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
			limit:    "5 ms", over: middle > queryLimit,
		})
	}
	return rows, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
