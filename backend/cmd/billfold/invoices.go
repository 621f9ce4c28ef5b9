package main

import (
	"context"
	"fmt"
	"slices"
	"text/tabwriter"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// pageSize is how many invoices are read from the local copy at once.
const pageSize = 500

type invoicesCommand struct {
	freshness `embed:""`
	Year      int    `help:"Only invoices dated in this year (UTC)." placeholder:"YYYY"`
	Status    string `help:"Only invoices of this status: draft, open, paid, uncollectible or void." placeholder:"STATUS"`
	Kind      string `help:"Only invoices of this kind: plan, change, usage or one_time." placeholder:"KIND"`
	Search    string `help:"Only invoices that contain this text: number, lines, amount, status, month (2026-03), card." placeholder:"TEXT"`
	Sort      string `help:"Sort by number, amount, status, paid_at or kind, and not by date." placeholder:"WHAT"`
	Reverse   bool   `help:"Sort the other way round; by date, the newest always come first."`
	Limit     int    `help:"At most so many; 0 is all." placeholder:"N"`
	JSON      bool   `help:"Print one JSON object."`
}

type invoicesJSON struct {
	Schema   string             `json:"schema"`
	Invoices []listedJSON       `json:"invoices"`
	Total    int                `json:"total"`
	AsOf     *int64             `json:"as_of"`
	Problem  *companion.Problem `json:"problem"`
}

// invoiceRowJSON is an invoice without its lines. number is null for a draft.
type invoiceRowJSON struct {
	ID              string  `json:"id"`
	Number          *string `json:"number"`
	Status          string  `json:"status"`
	Description     string  `json:"description"`
	SubscriptionID  *string `json:"subscription_id"`
	Currency        string  `json:"currency"`
	Subtotal        int64   `json:"subtotal"`
	Tax             int64   `json:"tax"`
	Total           int64   `json:"total"`
	AmountDue       int64   `json:"amount_due"`
	AmountPaid      int64   `json:"amount_paid"`
	AmountRemaining int64   `json:"amount_remaining"`
	Created         int64   `json:"created"`
	Date            *int64  `json:"date"`
	DueDate         *int64  `json:"due_date"`
	PaidAt          *int64  `json:"paid_at"`
	NextAttemptAt   *int64  `json:"next_attempt_at"`
	Kind            string  `json:"kind"`
}

// listedJSON is an invoice with what stands beside it in a list.
type listedJSON struct {
	invoiceRowJSON
	Plan     *string             `json:"plan"`
	PaidWith *billing.UsedMethod `json:"paid_with"`
	Refunded int64               `json:"refunded"`
	Document string              `json:"document"`
}

// Run lists the invoices that the flags choose.
func (i *invoicesCommand) Run(ctx context.Context, p *program) error {
	if err := i.check(); err != nil {
		return err
	}
	return p.withAccount(ctx, func(c *companion.Companion) error {
		problem, err := p.refresh(ctx, c, i.freshness)
		if err != nil {
			return err
		}
		invoices, total, err := i.read(ctx, c)
		if err != nil {
			return err
		}
		if i.JSON {
			return p.printJSON(invoicesOf(invoices, total, c.SyncState().SyncedAt, problem))
		}
		if i.everything() && total == 0 {
			_, err := fmt.Fprintln(p.stdout, "No invoices yet.")
			return err
		}
		return p.printInvoices(invoices, total)
	})
}

func (i *invoicesCommand) check() error {
	switch {
	case i.Kind != "" && !slices.Contains(billing.InvoiceKinds(), billing.InvoiceKind(i.Kind)):
		return billing.NewError(billing.CodeInvalid, "--kind is plan, change, usage or one_time.", nil)
	case i.Sort != "" && !slices.Contains(billing.InvoiceSorts(), billing.InvoiceSort(i.Sort)):
		return billing.NewError(billing.CodeInvalid, "--sort is number, amount, status, paid_at or kind.", nil)
	case i.Status != "" && !slices.Contains(billing.InvoiceStatuses(), billing.InvoiceStatus(i.Status)):
		return billing.NewError(billing.CodeInvalid, "--status is draft, open, paid, uncollectible or void.", nil)
	case i.Year != 0 && (i.Year < 1970 || i.Year > 9999):
		return billing.NewError(billing.CodeInvalid, "--year is a year, e.g. 2026.", nil)
	case i.Limit < 0:
		return billing.NewError(billing.CodeInvalid, "--limit is 0 for all, or how many.", nil)
	default:
		return nil
	}
}

// everything tells whether no flag leaves anything out.
func (i *invoicesCommand) everything() bool {
	return i.Year == 0 && i.Status == "" && i.Search == "" && i.Kind == ""
}

// read collects pages until the limit or the end; total counts all that match.
func (i *invoicesCommand) read(ctx context.Context, c *companion.Companion) (found []companion.InvoiceRow, total int, err error) {
	filter := billing.InvoiceFilter{
		Year: i.Year, Status: billing.InvoiceStatus(i.Status), Search: i.Search, Limit: pageSize,
		Kind: billing.InvoiceKind(i.Kind), Sort: billing.InvoiceSort(i.Sort), Descending: i.Reverse,
	}
	for {
		page, err := c.Invoices(ctx, filter)
		if err != nil {
			return nil, 0, err
		}
		found = append(found, page.Rows...)
		if i.Limit > 0 && len(found) >= i.Limit {
			return found[:i.Limit], page.Total, nil
		}
		if page.Next == "" {
			return found, page.Total, nil
		}
		filter.After = page.Next
	}
}

func invoicesOf(invoices []companion.InvoiceRow, total int, asOf billing.Time, problem *companion.Problem) invoicesJSON {
	result := invoicesJSON{
		Schema: "billfold.invoices/1", Invoices: make([]listedJSON, 0, len(invoices)),
		Total: total, AsOf: orNull(asOf), Problem: problem,
	}
	for _, invoice := range invoices {
		result.Invoices = append(result.Invoices, listedOf(invoice))
	}
	return result
}

func listedOf(i companion.InvoiceRow) listedJSON {
	return listedJSON{
		invoiceRowJSON: invoiceRowOf(i.Invoice, i.Kind), Plan: textOrNull(i.Plan), PaidWith: i.PaidWith,
		Refunded: i.Refunded.Amount, Document: string(i.Document),
	}
}

func invoiceRowOf(i billing.Invoice, kind billing.InvoiceKind) invoiceRowJSON {
	return invoiceRowJSON{
		ID: i.ID, Number: textOrNull(i.Number), Status: string(i.Status), Description: i.Summary,
		SubscriptionID: textOrNull(i.SubscriptionID), Currency: i.Currency,
		Subtotal: i.Subtotal.Amount, Tax: i.Tax.Amount, Total: i.Total.Amount,
		AmountDue: i.AmountDue.Amount, AmountPaid: i.AmountPaid.Amount, AmountRemaining: i.AmountRemaining.Amount,
		Created: int64(i.CreatedAt), Date: orNull(i.DocumentDate()), DueDate: orNull(i.DueAt),
		PaidAt: orNull(i.PaidAt), NextAttemptAt: orNull(i.NextAttemptAt),
		Kind: string(kind),
	}
}

func (p *program) printInvoices(invoices []companion.InvoiceRow, total int) error {
	if len(invoices) == 0 {
		_, err := fmt.Fprintln(p.stdout, "No invoices match.")
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "DATE\tNUMBER\tSTATUS\tTOTAL\tREMAINING\tPAID ON\tFOR")
	for _, i := range invoices {
		number := i.Number
		if number == "" {
			number = i.ID
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", date(i.DocumentDate), short(number, 30),
			clean(string(i.Status)), i.Total, i.AmountRemaining, date(i.PaidAt), short(i.Summary, 50))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if total > len(invoices) {
		_, err := fmt.Fprintf(p.stdout, "%d of %d invoices.\n", len(invoices), total)
		return err
	}
	return nil
}
