package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

// startLimit is how much longer than an empty window Billfold's may take to its
// first contentful paint.
const startLimit = 1.5

// windowFigures is what e2e/measure-window.mjs prints: medians over Runs starts.
type windowFigures struct {
	Runs     int         `json:"runs"`
	Empty    windowStart `json:"empty"`
	Billfold windowStart `json:"billfold"`
}

// windowStart is the time from the start of the process to the first contentful
// paint and to the subscriber's own data (0 in an empty window), in milliseconds,
// and the proportional set size of the process and all below it then, in MiB.
type windowStart struct {
	Paint  float64 `json:"paint_ms"`
	Shown  float64 `json:"shown_ms"`
	Memory float64 `json:"pss_mib"`
}

// measureDesktop starts the window from a filled cache beside an empty Wails
// window, in turns. scripts/bench.sh builds both where there is WebKitGTK; without
// them there are no rows.
func measureDesktop(ctx context.Context) ([]row, error) {
	if _, err := os.Stat("bin/emptywindow-e2e"); err != nil {
		return []row{{figure: "start of the window", measured: "not measured: no WebKitGTK here; see make bench"}}, nil
	}
	measure := exec.CommandContext(ctx, "scripts/on-a-screen.sh", "node", "e2e/measure-window.mjs")
	printed, err := measure.Output()
	if err != nil {
		return nil, fmt.Errorf("measure the window: %w", err)
	}
	var figures windowFigures
	// Programs of the desktop session may have printed before it.
	if err := json.Unmarshal(printed[max(0, bytes.IndexByte(printed, '{')):], &figures); err != nil {
		return nil, fmt.Errorf("read the window's figures: %w", err)
	}
	ours, empty := figures.Billfold, figures.Empty
	ratio := ours.Paint / empty.Paint
	return []row{
		{
			figure:   fmt.Sprintf("window: start to first contentful paint, filled cache, median of %d", figures.Runs),
			measured: fmt.Sprintf("%.0f ms (empty window %.0f ms, %.2f times)", ours.Paint, empty.Paint, ratio),
			limit:    fmt.Sprintf("%.1f times", startLimit), over: ratio > startLimit,
		},
		{
			figure:   "window: start to the subscriber's own data",
			measured: fmt.Sprintf("%.0f ms (%.2f times the empty window's first paint)", ours.Shown, ours.Shown/empty.Paint),
		},
		{
			figure:   "window: memory as PSS of the process tree",
			measured: fmt.Sprintf("%.0f MiB (empty window %.0f MiB)", ours.Memory, empty.Memory),
		},
	}, nil
}
