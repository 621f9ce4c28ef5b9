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

// openFigures is what e2e/measure-open.mjs prints: medians over Runs opens, in
// milliseconds from the start of the command.
type openFigures struct {
	Runs int         `json:"runs"`
	Cold openMoments `json:"cold"`
	Warm openMoments `json:"warm"`
}

// openMoments are when the window had the focus, when it showed the invoice, when
// both were so, and when the command had ended. Slowest is of both.
type openMoments struct {
	Focused float64 `json:"focused_ms"`
	Shown   float64 `json:"shown_ms"`
	Both    float64 `json:"both_ms"`
	Slowest float64 `json:"slowest_ms"`
	Ended   float64 `json:"ended_ms"`
}

// warmOpenLimit is how long a warm open may take to a window that has the focus and
// shows the invoice, in milliseconds.
const warmOpenLimit = 300

// measureOpen opens an invoice by the command, as an IDE does, from a filled cache,
// while another window has the focus.
func measureOpen(ctx context.Context) ([]row, error) {
	var figures openFigures
	if there, err := onAScreen(ctx, "e2e/measure-open.mjs", &figures); err != nil {
		return nil, fmt.Errorf("measure opening: %w", err)
	} else if !there {
		return []row{notHere("billfold open")}, nil
	}
	told := func(m openMoments) string {
		return fmt.Sprintf("%.0f ms (focused %.0f ms, shown %.0f ms; slowest %.0f ms)", m.Both, m.Focused, m.Shown, m.Slowest)
	}
	return []row{
		{
			figure:   fmt.Sprintf("billfold open, warm: to a focused window with the invoice, median of %d", figures.Runs),
			measured: told(figures.Warm), limit: fmt.Sprintf("%d ms", warmOpenLimit), over: figures.Warm.Both > warmOpenLimit,
		},
		{figure: "billfold open, cold: the same, to a window that starts", measured: told(figures.Cold)},
		{
			figure:   "billfold open: until the command ends",
			measured: fmt.Sprintf("warm %.0f ms, cold %.0f ms", figures.Warm.Ended, figures.Cold.Ended),
		},
	}, nil
}

// onAScreen runs a script that measures windows, and reads the figures it prints.
// scripts/bench.sh builds what it steers where there is WebKitGTK; otherwise there is
// nothing to measure.
func onAScreen(ctx context.Context, script string, figures any) (there bool, err error) {
	if _, err := os.Stat("bin/emptywindow-e2e"); err != nil {
		return false, nil
	}
	printed, err := exec.CommandContext(ctx, "scripts/on-a-screen.sh", "node", script).Output()
	if err != nil {
		return true, err
	}
	// Programs of the desktop session may have printed before it.
	if err := json.Unmarshal(printed[max(0, bytes.IndexByte(printed, '{')):], figures); err != nil {
		return true, fmt.Errorf("read the figures: %w", err)
	}
	return true, nil
}

func notHere(figure string) row {
	return row{figure: figure, measured: "not measured: no WebKitGTK here; see make bench"}
}

// measureDesktop starts the window from a filled cache beside an empty Wails
// window, in turns.
func measureDesktop(ctx context.Context) ([]row, error) {
	var figures windowFigures
	if there, err := onAScreen(ctx, "e2e/measure-window.mjs", &figures); err != nil {
		return nil, fmt.Errorf("measure the window: %w", err)
	} else if !there {
		return []row{notHere("start of the window")}, nil
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
