package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/statefile"
)

type statusCommand struct {
	freshness `embed:""`
	JSON      bool `help:"Print one JSON object."`
}

// statusJSON is what status --json prints; docs/command-line.md describes it.
type statusJSON struct {
	Schema           string             `json:"schema"`
	Connection       string             `json:"connection"`
	Scenario         *string            `json:"scenario"`
	Host             *string            `json:"host"`
	Customer         customerJSON       `json:"customer"`
	Subscriptions    []subscriptionJSON `json:"subscriptions"`
	NextCharge       *nextChargeJSON    `json:"next_charge"`
	NextChargeMethod *methodJSON        `json:"next_charge_method"`
	Owed             []billing.Money    `json:"owed"`
	AsOf             *int64             `json:"as_of"`
	Standing         standingJSON       `json:"standing"`
	Problem          *companion.Problem `json:"problem"`
	// State is the same as programs beside Billfold read it in StateFile.
	State     statefile.State `json:"state"`
	StateFile string          `json:"state_file"`
}

type customerJSON struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Deleted bool   `json:"deleted"`
}

type subscriptionJSON struct {
	ID                string  `json:"id"`
	Plan              string  `json:"plan"`
	Price             *int64  `json:"price"`
	Currency          string  `json:"currency"`
	Interval          *string `json:"interval"`
	IntervalCount     int64   `json:"interval_count"`
	Status            string  `json:"status"`
	CancelAtPeriodEnd bool    `json:"cancel_at_period_end"`
	CurrentPeriodEnd  *int64  `json:"current_period_end"`
	EndsAt            *int64  `json:"ends_at"`
	// NextBilling is null when no further bill is expected.
	NextBilling *nextBillingJSON `json:"next_billing"`
}

// nextBillingJSON has a null amount where there is a date but no preview.
type nextBillingJSON struct {
	At       int64  `json:"at"`
	Amount   *int64 `json:"amount"`
	Currency string `json:"currency"`
}

type nextChargeJSON struct {
	nextBillingJSON
	InvoiceID      *string `json:"invoice_id"`
	SubscriptionID *string `json:"subscription_id"`
}

// methodJSON has null for what is not known of the method.
type methodJSON struct {
	ID       string  `json:"id"`
	Type     *string `json:"type"`
	Brand    *string `json:"brand"`
	Last4    *string `json:"last4"`
	ExpMonth *int64  `json:"exp_month"`
	ExpYear  *int64  `json:"exp_year"`
	// Origin says which object names it: billing.MethodOrigin.
	Origin string `json:"origin"`
}

// Run shows the account in one screen.
func (s *statusCommand) Run(ctx context.Context, p *program) error {
	return p.withAccount(ctx, func(c *companion.Companion) error {
		problem, err := p.refresh(ctx, c, s.freshness)
		if err != nil {
			return err
		}
		overview, err := c.Overview(ctx)
		if err != nil {
			return err
		}
		standing, err := c.Standing(ctx)
		if err != nil {
			return err
		}
		if s.JSON {
			err = p.printStatusJSON(ctx, c, statusOf(overview, standing, problem))
		} else {
			err = p.printStatus(overview, standing)
		}
		if err != nil {
			return err
		}
		if code := standingCode(standing); code != 0 {
			return stands(code)
		}
		return nil
	})
}

// printStatusJSON adds what programs beside Billfold read.
func (p *program) printStatusJSON(ctx context.Context, c *companion.Companion, status statusJSON) error {
	state, err := c.State(ctx)
	if err != nil {
		return err
	}
	status.State, status.StateFile = state, c.StateFile()
	return p.printJSON(status)
}

func statusOf(o companion.Overview, standing billing.Standing, problem *companion.Problem) statusJSON {
	status := statusJSON{
		Schema:     "billfold.status/1",
		Connection: o.Identity.Connection,
		Scenario:   textOrNull(o.Identity.Scenario),
		Host:       textOrNull(o.Identity.Host),
		Customer: customerJSON{
			ID: o.Identity.CustomerID, Name: o.Identity.Name, Email: o.Identity.Email, Deleted: o.Identity.Deleted,
		},
		Subscriptions:    []subscriptionJSON{},
		NextChargeMethod: methodOf(o.MethodInUse),
		Owed:             o.Owed,
		AsOf:             orNull(o.SyncedAt),
		Standing:         standingOf(standing),
		Problem:          problem,
	}
	for _, s := range o.Subscriptions {
		status.Subscriptions = append(status.Subscriptions, subscriptionOf(s))
	}
	if n := o.NextCharge; n != nil {
		status.NextCharge = &nextChargeJSON{
			nextBillingJSON: *nextBillingOf(&billing.NextBilling{At: n.At, Amount: n.Amount, AmountKnown: n.AmountKnown}),
			InvoiceID:       textOrNull(n.InvoiceID), SubscriptionID: textOrNull(n.SubscriptionID),
		}
	}
	return status
}

func subscriptionOf(s companion.SubscriptionView) subscriptionJSON {
	result := subscriptionJSON{
		ID: s.ID, Plan: s.Plan, Currency: s.Currency,
		Interval: textOrNull(s.Interval), IntervalCount: s.IntervalCount,
		Status: string(s.Status), CancelAtPeriodEnd: s.CancelAtPeriodEnd,
		CurrentPeriodEnd: orNull(s.PeriodEnd), EndsAt: orNull(s.EndsAt),
		NextBilling: nextBillingOf(s.NextBilling),
	}
	if s.PriceKnown {
		result.Price = &s.Price.Amount
	}
	return result
}

func nextBillingOf(next *billing.NextBilling) *nextBillingJSON {
	if next == nil {
		return nil
	}
	result := &nextBillingJSON{At: int64(next.At), Currency: next.Amount.Currency}
	if next.AmountKnown {
		result.Amount = &next.Amount.Amount
	}
	return result
}

func methodOf(charged *billing.ChargedMethod) *methodJSON {
	if charged == nil {
		return nil
	}
	result := &methodJSON{ID: charged.ID, Origin: string(charged.Origin)}
	if m := charged.Method; m != nil {
		result.Type, result.Brand, result.Last4 = textOrNull(m.Type), textOrNull(m.Brand), textOrNull(m.Last4)
		if m.ExpiresAt().Known() {
			result.ExpMonth, result.ExpYear = &m.ExpMonth, &m.ExpYear
		}
	}
	return result
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (p *program) printStatus(o companion.Overview, standing billing.Standing) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(name, value string) { _, _ = fmt.Fprintf(table, "%s\t%s\n", name, value) }
	p.printStanding(row, standing)
	subscription := p.says.Say("section_subscription")
	if len(o.Subscriptions) == 0 {
		row(subscription, p.says.Say("command_none"))
	}
	for _, s := range o.Subscriptions {
		row(subscription, short(s.Plan, 60)+" · "+p.statusWords(s.Status))
		if s.PriceKnown {
			row("", p.priceWords(s.Price, s.Interval, s.IntervalCount))
		}
		row("", p.nextBillingWords(s))
	}
	asOf := p.says.Moment(o.SyncedAt)
	if asOf == "" {
		asOf = p.says.Say("command_never")
	}
	row(p.says.Say("section_payment_method"), methodWords(p.says, o.MethodInUse))
	row(p.says.Say("command_owed"), amounts(p.says, o.Owed))
	row(p.says.Say("section_invoice_history"), p.says.Count("invoice_count", int64(o.InvoiceCount)))
	row(p.says.Say("identity_label"), p.identityWords(o.Identity))
	row(p.says.Say("command_as_of"), asOf)
	return table.Flush()
}

func (p *program) nextBillingWords(s companion.SubscriptionView) string {
	switch {
	case s.NextBilling != nil && s.NextBilling.AmountKnown:
		return p.says.Say("command_next_billing_amount", "date", p.says.Day(s.NextBilling.At), "amount", p.says.Money(s.NextBilling.Amount))
	case s.NextBilling != nil:
		return p.says.Say("command_next_billing", "date", p.says.Day(s.NextBilling.At))
	case s.Ended:
		return p.says.Say("command_ended", "date", p.says.Day(s.EndsAt))
	case s.EndsAt.Known():
		return p.says.Say("command_ends", "date", p.says.Day(s.EndsAt))
	default:
		return p.says.Say("command_no_bill")
	}
}

func (p *program) identityWords(i companion.Identity) string {
	who := short(i.Name, 60)
	if i.Email != "" {
		who += " <" + short(i.Email, 60) + ">"
	}
	where := p.says.Say("command_sandbox", "scenario", i.Scenario)
	switch {
	case i.Deleted:
		where = p.says.Say("command_removed")
	case i.Connection != companion.ConnectionSandbox:
		where = p.says.Say("command_at", "host", clean(i.Host))
	}
	return strings.TrimSpace(who+" "+clean(i.CustomerID)) + " (" + where + ")"
}
