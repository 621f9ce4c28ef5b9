package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

type invoiceCommand struct {
	freshness `embed:""`
	Invoice   string `arg:"" help:"The invoice's id (in_...) or number." placeholder:"ID|NUMBER"`
	JSON      bool   `help:"Print one JSON object."`
}

type invoiceJSON struct {
	Schema string `json:"schema"`
	invoiceRowJSON
	Plan        *string            `json:"plan"`
	Lines       []lineJSON         `json:"lines"`
	Taxes       []taxJSON          `json:"taxes"`
	Payments    []paymentJSON      `json:"payments"`
	CreditNotes []creditNoteJSON   `json:"credit_notes"`
	BilledTo    billing.Party      `json:"billed_to"`
	Seller      billing.Party      `json:"seller"`
	Refunded    int64              `json:"refunded"`
	Reverse     bool               `json:"reverse_charge"`
	Discounts   []discountJSON     `json:"discounts"`
	Timeline    []momentJSON       `json:"timeline"`
	Revises     *string            `json:"revises"`
	RevisedBy   *string            `json:"revised_by"`
	AsOf        *int64             `json:"as_of"`
	Problem     *companion.Problem `json:"problem"`
}

type lineJSON struct {
	Description string `json:"description"`
	Amount      int64  `json:"amount"`
	Quantity    int64  `json:"quantity"`
	PeriodStart *int64 `json:"period_start"`
	PeriodEnd   *int64 `json:"period_end"`
	Proration   bool   `json:"proration"`
}

type taxJSON struct {
	Name       *string `json:"name"`
	Percentage *string `json:"percentage"`
	Amount     int64   `json:"amount"`
	Inclusive  bool    `json:"inclusive"`
	Reason     *string `json:"reason"`
}

type discountJSON struct {
	Name   *string `json:"name"`
	Amount int64   `json:"amount"`
}

type momentJSON struct {
	Kind        string  `json:"kind"`
	At          int64   `json:"at"`
	Amount      *int64  `json:"amount"`
	Number      *string `json:"number"`
	DeclineCode *string `json:"decline_code"`
	NextAttempt *int64  `json:"next_attempt_at"`
}

type paymentJSON struct {
	ID          string  `json:"id"`
	Status      string  `json:"status"`
	Amount      int64   `json:"amount"`
	Refunded    int64   `json:"refunded"`
	Currency    string  `json:"currency"`
	Created     int64   `json:"created"`
	Brand       *string `json:"brand"`
	Last4       *string `json:"last4"`
	DeclineCode *string `json:"decline_code"`
	Receipt     *string `json:"receipt_number"`
}

type creditNoteJSON struct {
	ID       string `json:"id"`
	Number   string `json:"number"`
	Status   string `json:"status"`
	Total    int64  `json:"total"`
	Currency string `json:"currency"`
	Created  int64  `json:"created"`
}

// Run shows one invoice.
func (i *invoiceCommand) Run(ctx context.Context, p *program) error {
	return p.withAccount(ctx, func(c *companion.Companion) error {
		problem, err := p.refresh(ctx, c, i.freshness)
		if err != nil {
			return err
		}
		name := strings.TrimSpace(i.Invoice)
		detail, err := c.Invoice(ctx, name)
		if billing.CodeOf(err) == billing.CodeNotFound {
			// Numbers are in capitals; people type them as they like.
			detail, err = c.Invoice(ctx, strings.ToUpper(name))
		}
		if billing.CodeOf(err) == billing.CodeNotFound {
			return billing.NewError(billing.CodeNotFound,
				"There is no invoice "+short(i.Invoice, 60)+" in this account. See: billfold invoices", err)
		}
		if err != nil {
			return err
		}
		if i.JSON {
			return p.printJSON(invoiceOf(detail, c.SyncState().SyncedAt, problem))
		}
		return p.printInvoice(detail)
	})
}

func invoiceOf(d companion.InvoiceDetail, asOf billing.Time, problem *companion.Problem) invoiceJSON {
	result := invoiceJSON{
		Schema: "billfold.invoice/1", invoiceRowJSON: invoiceRowOf(d.Invoice, d.Kind), Plan: textOrNull(d.Plan),
		Lines: []lineJSON{}, Taxes: []taxJSON{}, Payments: []paymentJSON{}, CreditNotes: []creditNoteJSON{},
		BilledTo: d.Invoice.BilledTo, Seller: d.Invoice.Seller, AsOf: orNull(asOf), Problem: problem,
		Refunded: d.Refunded.Amount, Reverse: d.ReverseCharge, Discounts: []discountJSON{}, Timeline: []momentJSON{},
		Revises: refOrNull(d.Revises), RevisedBy: refOrNull(d.RevisedBy),
	}
	for _, discount := range d.Discounts {
		result.Discounts = append(result.Discounts, discountJSON{textOrNull(discount.Name), discount.Amount.Amount})
	}
	for _, m := range d.Timeline {
		moment := momentJSON{Kind: m.Kind, At: int64(m.At), Number: textOrNull(m.Number),
			DeclineCode: textOrNull(m.DeclineCode), NextAttempt: orNull(m.NextAttemptAt)}
		if m.Amount != nil {
			moment.Amount = &m.Amount.Amount
		}
		result.Timeline = append(result.Timeline, moment)
	}
	for _, l := range d.Invoice.Lines {
		result.Lines = append(result.Lines, lineJSON{
			Description: l.Description, Amount: l.Amount.Amount, Quantity: l.Quantity,
			PeriodStart: orNull(l.PeriodStart), PeriodEnd: orNull(l.PeriodEnd), Proration: l.Proration,
		})
	}
	for _, t := range d.Invoice.Taxes {
		result.Taxes = append(result.Taxes, taxJSON{
			Name: textOrNull(t.Name), Percentage: textOrNull(t.Percentage),
			Amount: t.Amount.Amount, Inclusive: t.Inclusive, Reason: textOrNull(t.Reason),
		})
	}
	for _, m := range d.Payments {
		result.Payments = append(result.Payments, paymentJSON{
			ID: m.ID, Status: m.Status, Amount: m.Amount.Amount, Refunded: m.Refunded.Amount,
			Currency: m.Amount.Currency, Created: int64(m.CreatedAt), Brand: textOrNull(m.Brand),
			Last4: textOrNull(m.Last4), DeclineCode: textOrNull(m.DeclineCode), Receipt: textOrNull(m.ReceiptNumber),
		})
	}
	for _, n := range d.CreditNotes {
		result.CreditNotes = append(result.CreditNotes, creditNoteJSON{
			ID: n.ID, Number: n.Number, Status: n.Status,
			Total: n.Total.Amount, Currency: n.Total.Currency, Created: int64(n.CreatedAt),
		})
	}
	return result
}

// refOrNull names another invoice by its number, else by its id.
func refOrNull(ref *companion.InvoiceRef) *string {
	switch {
	case ref == nil:
		return nil
	case ref.Number != "":
		return &ref.Number
	default:
		return &ref.ID
	}
}

func (p *program) printInvoice(d companion.InvoiceDetail) error {
	invoice := d.Invoice
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(name, value string) { _, _ = fmt.Fprintf(table, "%s\t%s\n", name, value) }
	number := invoice.Number
	if number == "" {
		number = "draft, not issued yet"
	}
	row("Invoice", short(number, 60))
	row("Status", clean(string(invoice.Status)))
	row("Date", date(d.DocumentDate))
	row("Billed to", short(strings.TrimSpace(invoice.BilledTo.Name+" "+invoice.BilledTo.Email), 80))
	for _, line := range invoice.Lines {
		row("", fmt.Sprintf("%s  %s", line.Amount, short(line.Description, 70)))
	}
	row("Subtotal", invoice.Subtotal.String())
	for _, discount := range d.Discounts {
		row("Discount", strings.TrimSpace(discount.Amount.String()+"  "+short(discount.Name, 40)))
	}
	for _, tax := range invoice.Taxes {
		row("Tax", fmt.Sprintf("%s  %s %s %%", tax.Amount, short(tax.Name, 30), clean(tax.Percentage)))
	}
	if d.ReverseCharge {
		row("Tax", "to be paid by you: reverse charge")
	}
	row("Total", invoice.Total.String())
	row("Paid", paidWords(invoice))
	row("Remaining", invoice.AmountRemaining.String())
	for _, payment := range d.Payments {
		row("Payment", paymentWords(payment))
	}
	for _, note := range d.CreditNotes {
		row("Credit note", fmt.Sprintf("%s  %s %s", note.Total, date(note.CreatedAt), short(note.Number, 40)))
	}
	if d.Revises != nil {
		row("Replaces", short(*refOrNull(d.Revises), 40))
	}
	if d.RevisedBy != nil {
		row("Replaced by", short(*refOrNull(d.RevisedBy), 40))
	}
	return table.Flush()
}

func paidWords(invoice billing.Invoice) string {
	switch {
	case invoice.PaidOutOfBand:
		return "marked as paid by the vendor, " + date(invoice.PaidAt)
	case invoice.PaidAt.Known():
		return invoice.AmountPaid.String() + ", " + date(invoice.PaidAt)
	default:
		return invoice.AmountPaid.String()
	}
}

func paymentWords(payment billing.Payment) string {
	words := fmt.Sprintf("%s  %s  %s %s", payment.Amount, moment(payment.CreatedAt),
		short(payment.Brand, 20), clean(payment.Last4))
	if payment.Status != "succeeded" {
		words += "  " + clean(payment.Status)
	}
	if payment.Refunded.Amount != 0 {
		words += "  " + payment.Refunded.String() + " refunded"
	}
	return words
}
