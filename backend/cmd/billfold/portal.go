package main

import (
	"context"
	"errors"
	"fmt"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

type portalCommand struct {
	Flow         string `help:"What for: ${enum}." enum:"add-card,edit-card,cancel,undo,change-plan,home" default:"home"`
	Subscription string `help:"The subscription to cancel or change (default: the foremost one)." placeholder:"sub_..."`
	Print        bool   `help:"Open no browser: print the link on standard output. It lets in whoever has it, once and soon."`
}

// Run leads to the customer portal and tells what changed there.
func (c *portalCommand) Run(ctx context.Context, p *program) error {
	return p.withAccount(ctx, func(opened *companion.Companion) error {
		if !opened.SyncState().SyncedAt.Known() {
			if err := p.pull(ctx, opened); err != nil {
				return err
			}
		}
		return c.visit(ctx, p, opened)
	})
}

func (c *portalCommand) visit(ctx context.Context, p *program, opened *companion.Companion) error {
	told := make(chan struct{}, 1)
	stop := opened.Subscribe(func(event string) {
		if event == companion.EventHandOff {
			select {
			case told <- struct{}{}:
			default:
			}
		}
	})
	defer stop()
	request := companion.HandOffRequest{Flow: companion.HandOffFlow(c.Flow), SubscriptionID: c.Subscription, Silent: c.Print}
	ticket, err := opened.HandOff(ctx, request)
	if err != nil {
		return err
	}
	defer opened.CancelHandOff()
	_, _ = fmt.Fprintf(p.stderr, "Going to %s. Billfold never sees what you enter there.\n", clean(ticket.Host))
	linked := false
	for {
		select {
		case <-told:
		case <-ctx.Done():
			return nil // the person has gone elsewhere
		}
		state := opened.HandOffState()
		if !linked && state.LinkReady && (c.Print || !state.Certain) {
			linked = true
			if err := p.printLink(opened); err != nil {
				return err
			}
			// The embedded sandbox ends with this command, and its pages with it.
			if c.Print && opened.Target().Connection != companion.ConnectionSandbox {
				return nil
			}
		}
		if over, err := p.tellHandOff(state); over || err != nil {
			return err
		}
	}
}

func (p *program) printLink(opened *companion.Companion) error {
	link, err := opened.CopyHandOffLink()
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(p.stderr, "Open this link yourself; it works once, and soon. Press Ctrl-C when you do not want to wait for it.")
	_, err = fmt.Fprintln(p.stdout, link)
	return err
}

// tellHandOff says what there is to say; over tells that it was the last.
func (p *program) tellHandOff(state companion.HandOffState) (over bool, err error) {
	switch state.Phase {
	case companion.HandOffChanged:
		for _, change := range state.Changes {
			if _, err := fmt.Fprintln(p.stdout, changeWords(change)); err != nil {
				return true, err
			}
		}
		return true, nil
	case companion.HandOffNothingYet:
		_, err := fmt.Fprintln(p.stdout, "Nothing has changed yet. It may take a moment: billfold sync looks again.")
		return true, err
	case companion.HandOffFailed:
		if state.Support != "" {
			_, _ = fmt.Fprintln(p.stderr, "The vendor's support: "+clean(state.Support))
		}
		return true, problemError(state.Problem)
	default:
		return false, nil
	}
}

// problemError makes an error of a problem again, to be told as any other.
func problemError(problem *companion.Problem) error {
	if problem == nil {
		return errors.New("a hand-off failed without a reason")
	}
	return billing.NewError(problem.Code, problem.Message, nil)
}

func changeWords(c billing.Change) string {
	method := func() string { return methodWords(english, &billing.ChargedMethod{Method: c.Method}) }
	switch c.Kind {
	case billing.MethodAdded:
		return "Added: " + method()
	case billing.MethodRemoved:
		return "Removed: " + method()
	case billing.MethodUpdated:
		return "Updated: " + method()
	case billing.DefaultMethodChanged:
		if c.Method == nil {
			return "There is no default payment method any more."
		}
		return "Default payment method: " + method()
	case billing.ChargedMethodChanged:
		if c.Method == nil {
			return short(c.Plan, 60) + " has no payment method any more."
		}
		return short(c.Plan, 60) + " is charged to: " + method()
	case billing.InvoicePaidNow:
		return "Paid: invoice " + clean(c.Number) + ", " + c.Amount.String()
	case billing.InvoiceCreated:
		return "New invoice " + clean(c.Number) + ": " + c.Amount.String()
	case billing.PaymentFailed:
		return "The payment of invoice " + clean(c.Number) + " failed: " + c.Amount.String() + " is still owed"
	default:
		return otherChangeWords(c)
	}
}

func otherChangeWords(c billing.Change) string {
	switch c.Kind {
	case billing.PlanChanged:
		return "Plan changed: " + short(c.PlanBefore, 60) + " -> " + short(c.Plan, 60)
	case billing.CancellationScheduled:
		return short(c.Plan, 60) + " ends on " + date(c.At)
	case billing.CancellationUndone:
		return short(c.Plan, 60) + " goes on: the cancellation was undone"
	case billing.SubscriptionStarted:
		return short(c.Plan, 60) + " has started"
	case billing.SubscriptionEnded:
		return short(c.Plan, 60) + " has ended"
	case billing.TaxIDAdded:
		return "Tax ID added: " + short(c.TaxID.Value, 60)
	case billing.TaxIDRemoved:
		return "Tax ID removed: " + short(c.TaxID.Value, 60)
	case billing.TaxIDVerified:
		return "Tax ID verified: " + short(c.TaxID.Value, 60)
	case billing.TaxIDUnverified:
		return "The register does not know this tax ID: " + short(c.TaxID.Value, 60)
	default:
		return "Billing information changed"
	}
}
