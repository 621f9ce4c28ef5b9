package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

type billingInfoCommand struct {
	freshness `embed:""`
	JSON      bool `help:"Print one JSON object."`
}

// billingInfoJSON is what billing-info --json prints; docs/command-line.md
// describes it.
type billingInfoJSON struct {
	Schema       string                `json:"schema"`
	Name         *string               `json:"name"`
	Email        *string               `json:"email"`
	Phone        *string               `json:"phone"`
	Address      *billing.Address      `json:"address"`
	TaxIDs       []taxIDJSON           `json:"tax_ids"`
	FirstInvoice *firstInvoiceJSON     `json:"first_invoice"`
	Missing      []billing.MissingKind `json:"missing"`
	Lacking      []lackingJSON         `json:"lacking"`
	AsOf         *int64                `json:"as_of"`
	Problem      *companion.Problem    `json:"problem"`
}

type taxIDJSON struct {
	ID           string  `json:"id"`
	Type         string  `json:"type"`
	Value        string  `json:"value"`
	Country      *string `json:"country"`
	Verification *string `json:"verification"`
}

type firstInvoiceJSON struct {
	ID             *string `json:"id"`
	SubscriptionID *string `json:"subscription_id"`
	FinalizedAt    *int64  `json:"finalized_at"`
}

type lackingJSON struct {
	ID     string   `json:"id"`
	Number *string  `json:"number"`
	Date   *int64   `json:"date"`
	Fields []string `json:"fields"`
}

// Run shows what invoices are made out to.
func (b *billingInfoCommand) Run(ctx context.Context, p *program) error {
	return p.withAccount(ctx, func(c *companion.Companion) error {
		problem, err := p.refresh(ctx, c, b.freshness)
		if err != nil {
			return err
		}
		view, err := c.BillingInformation(ctx)
		if err != nil {
			return err
		}
		if b.JSON {
			return p.printJSON(billingInfoOf(view, problem))
		}
		return p.printBillingInfo(view)
	})
}

func billingInfoOf(v companion.BillingInformationView, problem *companion.Problem) billingInfoJSON {
	result := billingInfoJSON{
		Schema: "billfold.billing-info/1", Name: textOrNull(v.Name), Email: textOrNull(v.Email), Phone: textOrNull(v.Phone),
		TaxIDs: []taxIDJSON{}, Missing: []billing.MissingKind{}, Lacking: []lackingJSON{}, AsOf: orNull(v.SyncedAt), Problem: problem,
	}
	if !v.Address.Empty() {
		result.Address = &v.Address
	}
	for _, t := range v.TaxIDs {
		result.TaxIDs = append(result.TaxIDs, taxIDJSON{ID: t.ID, Type: t.Type, Value: t.Value,
			Country: textOrNull(t.Country), Verification: textOrNull(t.Verification)})
	}
	if f := v.FirstInvoice; f != nil {
		result.FirstInvoice = &firstInvoiceJSON{ID: textOrNull(f.InvoiceID), SubscriptionID: textOrNull(f.SubscriptionID), FinalizedAt: orNull(f.At)}
	}
	for _, m := range v.Preflight {
		result.Missing = append(result.Missing, m.What)
	}
	for _, l := range v.Lacking {
		result.Lacking = append(result.Lacking, lackingJSON{ID: l.ID, Number: textOrNull(l.Number), Date: orNull(l.Date), Fields: l.Fields})
	}
	return result
}

var missingWords = map[billing.MissingKind]string{
	billing.MissingName:              "a name",
	billing.MissingAddress:           "an address",
	billing.MissingAddressParts:      "parts of the address",
	billing.MissingTaxID:             "a tax ID, if you need one on it",
	billing.MissingTaxIDVerification: "a tax ID that the register knows",
	billing.MissingTaxIDResult:       "the register's answer on your tax ID",
}

func (p *program) printBillingInfo(v companion.BillingInformationView) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(name, value string) {
		if value == "" {
			value = "-"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\n", name, value)
	}
	row("Name", short(v.Name, 80))
	row("Email", short(v.Email, 80))
	row("Phone", short(v.Phone, 40))
	row("Address", addressWords(v.Address))
	for _, t := range v.TaxIDs {
		words := short(t.Value, 60) + " (" + short(t.Type, 20) + ")"
		if t.Verification != "" {
			words += ", " + clean(t.Verification)
		}
		row("Tax ID", words)
	}
	if len(v.Preflight) > 0 {
		var missing []string
		for _, m := range v.Preflight {
			missing = append(missing, missingWords[m.What])
		}
		row("The next invoice lacks", strings.Join(missing, "; "))
	}
	if f := v.FirstInvoice; f != nil && f.At.Known() {
		row("A change shows first on", "the invoice of "+date(f.At))
	}
	return table.Flush()
}

func addressWords(a billing.Address) string {
	var parts []string
	for _, part := range []string{a.Line1, a.Line2, a.PostalCode, a.City, a.State, a.Country} {
		if part != "" {
			parts = append(parts, short(part, 60))
		}
	}
	return strings.Join(parts, ", ")
}
