package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

type methodsCommand struct {
	freshness `embed:""`
	JSON      bool `help:"Print one JSON object."`
}

// methodsJSON is what methods --json prints; docs/command-line.md describes it.
type methodsJSON struct {
	Schema     string             `json:"schema"`
	Methods    []savedMethodJSON  `json:"methods"`
	NextCharge *nextChargeJSON    `json:"next_charge"`
	Shadows    []shadowJSON       `json:"shadows"`
	AsOf       *int64             `json:"as_of"`
	Problem    *companion.Problem `json:"problem"`
}

type savedMethodJSON struct {
	ID       string                  `json:"id"`
	Type     *string                 `json:"type"`
	Brand    *string                 `json:"brand"`
	Last4    *string                 `json:"last4"`
	ExpMonth *int64                  `json:"exp_month"`
	ExpYear  *int64                  `json:"exp_year"`
	Wallet   *string                 `json:"wallet"`
	Funding  *string                 `json:"funding"`
	Default  bool                    `json:"default"`
	Charged  bool                    `json:"charged"`
	Warnings []billing.MethodWarning `json:"warnings"`
}

type shadowJSON struct {
	Origin         billing.MethodOrigin `json:"origin"`
	SubscriptionID *string              `json:"subscription_id"`
	InvoiceID      *string              `json:"invoice_id"`
	ChargedID      string               `json:"charged_id"`
	DefaultID      string               `json:"default_id"`
	Fixable        bool                 `json:"fixable"`
}

// Run shows the saved payment methods and which of them pays next.
func (m *methodsCommand) Run(ctx context.Context, p *program) error {
	return p.withAccount(ctx, func(c *companion.Companion) error {
		problem, err := p.refresh(ctx, c, m.freshness)
		if err != nil {
			return err
		}
		view, err := c.PaymentMethods(ctx)
		if err != nil {
			return err
		}
		if m.JSON {
			return p.printJSON(methodsOf(view, problem))
		}
		return p.printMethods(view)
	})
}

func methodsOf(v companion.PaymentMethodsView, problem *companion.Problem) methodsJSON {
	result := methodsJSON{
		Schema: "billfold.methods/1", Methods: []savedMethodJSON{}, Shadows: []shadowJSON{}, AsOf: orNull(v.SyncedAt), Problem: problem,
	}
	for _, m := range v.Methods {
		saved := savedMethodJSON{
			ID: m.ID, Type: textOrNull(m.Type), Brand: textOrNull(m.Brand), Last4: textOrNull(m.Last4),
			Wallet: textOrNull(m.Wallet), Funding: textOrNull(m.Funding), Default: m.Default, Charged: m.Charged, Warnings: m.Warnings,
		}
		if m.ExpiresAt().Known() {
			saved.ExpMonth, saved.ExpYear = &m.ExpMonth, &m.ExpYear
		}
		result.Methods = append(result.Methods, saved)
	}
	for _, s := range v.Shadows {
		result.Shadows = append(result.Shadows, shadowJSON{
			Origin: s.Origin, SubscriptionID: textOrNull(s.SubscriptionID), InvoiceID: textOrNull(s.InvoiceID),
			ChargedID: s.ChargedID, DefaultID: s.Hidden.ID, Fixable: s.Fixable,
		})
	}
	if n := v.NextCharge; n != nil {
		result.NextCharge = &nextChargeJSON{
			nextBillingJSON: *nextBillingOf(&billing.NextBilling{At: n.At, Amount: n.Amount, AmountKnown: n.AmountKnown}),
			InvoiceID:       textOrNull(n.InvoiceID), SubscriptionID: textOrNull(n.SubscriptionID),
		}
	}
	return result
}

var warningWords = map[billing.MethodWarning]string{
	billing.WarnExpired:             "expired",
	billing.WarnExpiresBeforeCharge: "expires before the next charge",
	billing.WarnLastWhileOwed:       "the only one: keep it until another is added",
}

func (p *program) printMethods(v companion.PaymentMethodsView) error {
	if len(v.Methods) == 0 {
		_, err := fmt.Fprintln(p.stdout, "No payment method is saved. Add one with: billfold portal --flow add-card")
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, m := range v.Methods {
		var notes []string
		if m.Default {
			notes = append(notes, "default")
		}
		if m.Charged && v.NextCharge != nil {
			notes = append(notes, "charged "+date(v.NextCharge.At))
		}
		for _, warning := range m.Warnings {
			notes = append(notes, warningWords[warning])
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\n", methodWords(english, &billing.ChargedMethod{Method: &m.PaymentMethod}), strings.Join(notes, ", "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range v.Shadows {
		_, _ = fmt.Fprintln(p.stdout, shadowWords(s))
	}
	return nil
}

func shadowWords(s billing.Shadow) string {
	of := "Subscription " + clean(s.SubscriptionID)
	if s.InvoiceID != "" {
		of = "Invoice " + clean(s.InvoiceID)
	}
	charged := methodWords(english, &billing.ChargedMethod{ID: s.ChargedID, Method: s.Charged})
	return of + " is charged to " + charged + ", not to your default."
}
