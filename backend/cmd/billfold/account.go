package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// freshness says whether a command asks the server before it answers.
type freshness struct {
	Offline bool          `help:"Ask no server: answer from the local copy."`
	MaxAge  time.Duration `help:"Ask no server when the local copy is younger than this, e.g. 5m." placeholder:"DURATION"`
}

// How long an answer waits for another Billfold's pull to end: longer when nothing
// is known yet that could be shown instead.
const (
	busyWait      = 3 * time.Second
	busyWaitFirst = 30 * time.Second
)

// withAccount opens the chosen account, runs do and closes it.
func (p *program) withAccount(ctx context.Context, do func(*companion.Companion) error) error {
	chosen, err := p.flags.Choose()
	if err != nil {
		return err
	}
	opened, err := chosen.WithBrowser(browserOpener()).Open(ctx, versionText(), p.log)
	if err != nil {
		return err
	}
	defer func() {
		if err := opened.Close(); err != nil {
			p.log.Warn("closing", "error", err)
		}
	}()
	for _, notice := range opened.About().Notices {
		_, _ = fmt.Fprintln(p.stderr, clean(notice))
	}
	return do(opened)
}

// refresh pulls as the flags say. When that fails but something is known already,
// the answer is the problem to tell of, and no error.
func (p *program) refresh(ctx context.Context, c *companion.Companion, f freshness) (*companion.Problem, error) {
	syncedAt := c.SyncState().SyncedAt
	if f.Offline {
		if !syncedAt.Known() {
			return nil, billing.NewError(billing.CodeNotFound,
				"Nothing was fetched for this account yet: run billfold sync once with a network.", nil)
		}
		return nil, nil
	}
	// A copy from the future comes from a clock that was wrong: its age proves nothing.
	if age := time.Since(syncedAt.Go()); syncedAt.Known() && age >= 0 && age < f.MaxAge {
		return nil, nil
	}
	err := p.pull(ctx, c)
	if err == nil {
		return nil, nil
	}
	if !syncedAt.Known() {
		return nil, err
	}
	problem := companion.ProblemOf(err)
	_, _ = fmt.Fprintf(p.stderr, "billfold: %s\nWhat follows is as of %s.\n", clean(problem.Message), moment(syncedAt))
	return problem, nil
}

// pull pulls, and waits its turn when another Billfold is at it.
func (p *program) pull(ctx context.Context, c *companion.Companion) error {
	stop := p.showProgress(c)
	defer stop()
	wait := busyWait
	if !c.SyncState().SyncedAt.Known() {
		wait = busyWaitFirst
	}
	deadline := time.Now().Add(wait)
	for {
		_, err := c.Pull(ctx, false)
		if billing.CodeOf(err) == billing.CodeNotFound && p.flags.Customer != "" {
			return p.noCustomer(err)
		}
		if billing.CodeOf(err) != billing.CodeBusy || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// noCustomer says what a pull that found nothing means.
func (p *program) noCustomer(cause error) error {
	return billing.NewError(billing.CodeNotFound,
		"The server knows no customer "+short(p.flags.Customer, 60)+" for this sign-in: check --customer.", cause)
}

// showProgress counts invoices on a terminal while a long pull runs.
func (p *program) showProgress(c *companion.Companion) (stop func()) {
	if !isTerminal(p.stderr) {
		return func() {}
	}
	unsubscribe := c.Subscribe(func(event string) {
		if state := c.SyncState(); event == companion.EventSync && state.Running && state.Done > 0 {
			_, _ = fmt.Fprintf(p.stderr, "\r%d invoices read", state.Done)
		}
	})
	return func() {
		unsubscribe()
		_, _ = fmt.Fprint(p.stderr, "\r\033[K")
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// printJSON writes one object, indented, with a line end.
func (p *program) printJSON(object any) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(object)
}

// orNull gives null for an unknown instant.
func orNull(at billing.Time) *int64 {
	if !at.Known() {
		return nil
	}
	seconds := int64(at)
	return &seconds
}
