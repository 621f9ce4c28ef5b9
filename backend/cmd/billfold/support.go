package main

import (
	"context"
	"fmt"

	"billfold/backend/companion"
)

type supportCommand struct {
	freshness
	JSON bool `help:"Print one JSON object."`
}

// Run writes down what a vendor's support asks for first.
func (s *supportCommand) Run(ctx context.Context, p *program) error {
	return p.withAccount(ctx, func(c *companion.Companion) error {
		if _, err := p.refresh(ctx, c, s.freshness); err != nil {
			return err
		}
		written, err := c.Support(ctx)
		if err != nil {
			return err
		}
		if s.JSON {
			return p.printJSON(written)
		}
		_, err = fmt.Fprint(p.stdout, written.Text)
		return err
	})
}
