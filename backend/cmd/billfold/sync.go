package main

import (
	"context"
	"fmt"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

type syncCommand struct {
	Full bool `help:"Read everything again, also what cannot have changed."`
	JSON bool `help:"Print one JSON object."`
}

type syncJSON struct {
	Schema   string `json:"schema"`
	Full     bool   `json:"full"`
	Changed  bool   `json:"changed"`
	Requests int64  `json:"requests"`
	Bytes    int64  `json:"bytes"`
	Invoices int    `json:"invoices_read"`
	AsOf     int64  `json:"as_of"`
}

// Run pulls once.
func (s *syncCommand) Run(ctx context.Context, p *program) error {
	return p.withAccount(ctx, func(c *companion.Companion) error {
		stop := p.showProgress(c)
		report, err := c.Pull(ctx, s.Full)
		stop()
		if billing.CodeOf(err) == billing.CodeNotFound && p.flags.Customer != "" {
			return p.noCustomer(err)
		}
		if err != nil {
			return err
		}
		if s.JSON {
			return p.printJSON(syncJSON{
				Schema: "billfold.sync/1", Full: report.Full, Changed: report.Changed,
				Requests: report.Requests, Bytes: report.BytesIn, Invoices: report.Invoices, AsOf: int64(report.SyncedAt),
			})
		}
		words := "Nothing is new"
		if report.Changed {
			words = "Synced"
		}
		_, err = fmt.Fprintf(p.stdout, "%s as of %s (%d invoices read in %d requests).\n",
			words, moment(report.SyncedAt), report.Invoices, report.Requests)
		return err
	})
}
