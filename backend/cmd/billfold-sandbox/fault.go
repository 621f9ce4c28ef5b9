package main

import (
	"context"
	"errors"

	"billfold/backend/sandbox"
)

type faultCommand struct {
	Do    string `arg:"" optional:"" placeholder:"FAULT" help:"latency=250ms, 429, retry-after=2 (with 429), 500, cut=100, type=text/html, endless, skew=-1h; several with commas between."`
	On    string `placeholder:"ENDPOINT" help:"Where it happens, such as 'GET /v1/invoices/*'; everywhere when not given."`
	Times int    `placeholder:"N" help:"How often it happens; until it is taken away when not given."`
	Clear bool   `help:"Take all faults away instead."`
	URL   string `required:"" placeholder:"URL" help:"The running sandbox, as serve has printed it."`
	Key   string `required:"" placeholder:"KEY" env:"BILLFOLD_SANDBOX_KEY" help:"Its api_key, as serve has printed it."`
}

func (c faultCommand) run(ctx context.Context) error {
	switch {
	case c.Clear && c.Do == "":
		return sandbox.ClearFaults(ctx, c.URL, c.Key)
	case c.Clear || c.Do == "":
		return errors.New("say either which fault to make, or --clear")
	}
	return sandbox.AddFault(ctx, c.URL, c.Key, sandbox.Fault{On: c.On, Do: c.Do, Times: c.Times})
}
