package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"time"
)

// openLimit is how long an invoice may take from the click to its content.
const openLimit = 50 * time.Millisecond

// historyFigures is what e2e/measure-history.mjs prints, in milliseconds.
type historyFigures struct {
	Runs   int        `json:"runs"`
	Keys   int        `json:"keys"`
	Typing frameCount `json:"typing"`
	Idle   frameCount `json:"idle"`
	Detail struct {
		Median float64 `json:"median_ms"`
		Worst  float64 `json:"worst_ms"`
	} `json:"detail"`
}

// frameCount is of frames that follow each other every 16.7 ms; Late are those that
// came more than half a frame after their time.
type frameCount struct {
	Count   int     `json:"count"`
	Late    int     `json:"late"`
	Longest float64 `json:"longest_ms"`
}

// measureHistory types in the search box over 10,000 invoices, and opens some of
// them, in Chromium over browser mode. The frames of as long a time with nothing to
// do are counted beside. Without Chromium there are no rows.
func measureHistory(ctx context.Context) ([]row, error) {
	if err := exec.CommandContext(ctx, "scripts/require.sh", "--optional", "chromium").Run(); err != nil {
		return []row{{figure: "invoice history", measured: "not measured: no Chromium here"}}, nil
	}
	printed, err := exec.CommandContext(ctx, "node", "e2e/measure-history.mjs").Output()
	if err != nil {
		return nil, fmt.Errorf("measure the invoice history: %w", err)
	}
	var figures historyFigures
	if err := json.Unmarshal(printed, &figures); err != nil {
		return nil, fmt.Errorf("read the figures of the invoice history: %w", err)
	}
	typing, idle, detail := figures.Typing, figures.Idle, figures.Detail
	return []row{
		{
			figure:   fmt.Sprintf("10,000 invoices: late frames (over 25 ms in place of 16.7), typing %d keys in the search box", figures.Keys),
			measured: fmt.Sprintf("%d of %d, longest %.0f ms (idle %d of %d, longest %.0f ms)", typing.Late, typing.Count, typing.Longest, idle.Late, idle.Count, idle.Longest),
			limit:    "as when idle", over: typing.Late > idle.Late,
		},
		{
			figure:   fmt.Sprintf("10,000 invoices: click to the invoice from the cache, median of %d", figures.Runs),
			measured: fmt.Sprintf("%.0f ms (worst %.0f ms)", detail.Median, detail.Worst),
			limit:    openLimit.String(), over: detail.Median > float64(openLimit.Milliseconds()),
		},
	}, nil
}
