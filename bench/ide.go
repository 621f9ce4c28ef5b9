package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

// ideFigures is what e2e/measure-ide.mjs prints: medians in milliseconds from a click
// in the status bar of VS Code.
type ideFigures struct {
	Runs int `json:"runs"`
	// Empty is to the first paint of an empty Wails window that is opened in the same
	// way.
	Empty float64 `json:"empty_ms"`
	// Paint and Cold are to the first paint and to the plan, in a window that is opened
	// for it; Warm is to the plan in one that is open at another view.
	Paint float64 `json:"paint_ms"`
	Cold  float64 `json:"cold_ms"`
	Warm  float64 `json:"warm_ms"`
}

// measureIDE clicks in a real VS Code and looks at the window that opens.
// scripts/bench.sh packs the extension; where something that it takes is missing there
// are no rows.
func measureIDE(ctx context.Context) ([]row, error) {
	lacking := exec.CommandContext(ctx, "scripts/require.sh", "--optional", "chromium", "native-modules").Run()
	if _, err := os.Stat("bin/emptywindow-e2e"); err != nil || lacking != nil {
		return []row{{figure: "from the IDE", measured: "not measured: no window or no editor here; see make bench"}}, nil
	}
	printed, err := exec.CommandContext(ctx, "scripts/on-a-screen.sh", "node", "e2e/measure-ide.mjs").Output()
	if err != nil {
		return nil, fmt.Errorf("measure the way from the IDE: %w", err)
	}
	var figures ideFigures
	// Programs of the desktop session may have printed before it.
	if err := json.Unmarshal(printed[max(0, bytes.LastIndexByte(printed, '{')):], &figures); err != nil {
		return nil, fmt.Errorf("read the figures of the IDE: %w", err)
	}
	return []row{
		{
			figure: fmt.Sprintf("IDE: click to the plan in a window that opens for it, filled cache, median of %d", figures.Runs),
			measured: fmt.Sprintf("%.0f ms, first paint %.0f ms (an empty window by the same click %.0f ms, %.2f times)",
				figures.Cold, figures.Paint, figures.Empty, figures.Cold/figures.Empty),
		},
		{
			figure:   fmt.Sprintf("IDE: click to the plan in the window that is open, median of %d", figures.Runs),
			measured: fmt.Sprintf("%.0f ms (%.2f times the cold start)", figures.Warm, figures.Warm/figures.Cold),
		},
	}, nil
}
