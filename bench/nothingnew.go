package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"billfold/backend/mirror"
	"billfold/backend/sandbox"
	"billfold/backend/stripeapi"
)

// measureNothingNew pulls 10,000 invoices and then again.
func measureNothingNew(ctx context.Context) ([]row, error) {
	running, err := sandbox.Start(ctx, sandbox.Options{Scenario: "many"})
	if err != nil {
		return nil, err
	}
	defer func() { _ = running.Close() }()
	folder, err := os.MkdirTemp("", "billfold-bench-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	cache, err := openCache(ctx, filepath.Join(folder, "billing.db"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = cache.Close() }()
	api, err := stripeapi.New(stripeapi.Config{
		URL: running.URL(), Customer: running.Customer(),
		Token: func(context.Context) (string, error) { return running.Key(), nil },
	})
	if err != nil {
		return nil, err
	}
	source := mirror.Source{API: api, Cache: cache}
	first, err := mirror.Pull(ctx, source, true)
	if err != nil {
		return nil, err
	}
	again, err := mirror.Pull(ctx, source, false)
	if err != nil {
		return nil, err
	}
	account, err := cache.Account(ctx)
	if err != nil {
		return nil, err
	}
	live := 0
	for _, subscription := range account.Subscriptions {
		if !subscription.Ended() {
			live++
		}
	}
	allowed := 8 + live + len(account.Unsettled)
	share := 100 * float64(again.BytesIn) / float64(first.BytesIn)
	return []row{
		{
			figure:   fmt.Sprintf("nothing new at 10,000 invoices, %d live subscriptions, %d unsettled: requests", live, len(account.Unsettled)),
			measured: fmt.Sprint(again.Requests), limit: fmt.Sprint(allowed), over: again.Requests > int64(allowed),
		},
		{
			figure:   "nothing new at 10,000 invoices: bytes",
			measured: fmt.Sprintf("%d (%.2f %% of the full pull)", again.BytesIn, share), limit: "2 %", over: share >= 2,
		},
	}, nil
}
