// Command bench prints the figures of pulls, of the cache, of saved documents, of
// the gateway, of the window and of the way to it from an IDE as a table. What a figure is compared with is
// measured beside it, in the same run, so that the ratio says something on any machine. Exit status 1 means that a measurement
// failed; a figure over its limit is printed as such and fails nothing. Names of
// groups as arguments leave out the others.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"text/tabwriter"
)

// row is one line of the table.
type row struct {
	figure, measured, limit string
	// over is true when the figure misses its limit; one without a limit never does.
	over bool
}

// groups are the measurements in the order of the table, each in a file of its own.
var groups = []struct {
	name    string
	measure func(context.Context) ([]row, error)
}{
	{"full pull", measureFullPull},
	{"gateway", measureGateway},
	{"latency", measureLatency},
	{"nothing new", measureNothingNew},
	{"queries", measureQueries},
	{"money timeline", measureTimeline},
	{"documents", measureDocuments},
	{"start of the sandbox", measureSandboxStart},
	{"invoice history", measureHistory},
	{"window", measureDesktop},
	{"open", measureOpen},
	{"ide", measureIDE},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if worker, ok := workers[os.Getenv(workerVariable)]; ok {
		exitOn(runWorker(ctx, worker))
		return
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "FIGURE\tMEASURED\tLIMIT\t")
	for _, group := range groups {
		if wanted := os.Args[1:]; len(wanted) > 0 && !slices.Contains(wanted, group.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring: %s\n", group.name)
		rows, err := group.measure(ctx)
		if err != nil {
			exitOn(fmt.Errorf("%s: %w", group.name, err))
		}
		for _, r := range rows {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.figure, r.measured, r.limit, r.verdict())
		}
	}
	exitOn(table.Flush())
}

func (r row) verdict() string {
	switch {
	case r.limit == "":
		return ""
	case r.over:
		return "over"
	default:
		return "ok"
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
