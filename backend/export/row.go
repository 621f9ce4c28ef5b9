package export

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"billfold/backend/billing"
)

// Header names the columns of Rows; the names and their order do not change.
func Header() []string {
	return []string{
		"date", "number", "receipt_number", "description", "status", "currency", "subtotal", "discount", "tax", "total",
		"paid", "remaining", "refunded", "paid_on", "method", "last_four", "subscription", "customer", "tax_id", "pdf_file_name",
	}
}

// Rows gives a row for each invoice and, with negative amounts, for each credit
// note, in the order of their dates.
func (b Books) Rows() [][]string {
	b = b.sorted()
	rows := make([][]string, 0, len(b.Invoices)+len(b.CreditNotes))
	notes := b.CreditNotes
	for i := range b.Invoices {
		for len(notes) > 0 && notes[0].DocumentDate() < b.Invoices[i].Dated() {
			rows = append(rows, b.creditRow(notes[0]))
			notes = notes[1:]
		}
		rows = append(rows, b.invoiceRow(b.Invoices[i]))
	}
	for _, note := range notes {
		rows = append(rows, b.creditRow(note))
	}
	return rows
}

func (b Books) invoiceRow(i Invoice) []string {
	method, last4 := "", ""
	if i.PaidWith != nil {
		method, last4 = i.PaidWith.Brand, i.PaidWith.Last4
		if method == "" {
			method = i.PaidWith.Type
		}
	}
	return []string{
		b.day(i.Dated()), text(i.Number), text(i.ReceiptNumber), text(i.Summary), text(string(i.Status)), code(i.Currency),
		i.Subtotal.Decimal(), i.Discount.Decimal(), i.Tax.Decimal(), i.Total.Decimal(), i.AmountPaid.Decimal(),
		i.AmountRemaining.Decimal(), i.Refunded.Decimal(), b.day(i.PaidAt), text(method), text(last4),
		text(i.SubscriptionID), text(buyer(i.Invoice)), text(taxIDs(i.Invoice)), text(fileNameOf(i.Document)),
	}
}

// creditRow takes off what the note took off. What it gave back stands in the
// column refunded of its invoice.
func (b Books) creditRow(n CreditNote) []string {
	words := "Credit note to " + n.Invoice.Number
	if n.Memo != "" {
		words += ": " + n.Memo
	}
	zero := billing.Money{Currency: n.Total.Currency}.Decimal()
	return []string{
		b.day(n.DocumentDate()), text(n.Number), "", text(words), text(n.Status), code(n.Total.Currency),
		less(n.Subtotal).Decimal(), less(n.Discount).Decimal(), less(n.Tax).Decimal(), less(n.Total).Decimal(), zero,
		zero, zero, "", "", "",
		text(n.Invoice.SubscriptionID), text(buyer(n.Invoice)), text(taxIDs(n.Invoice)), text(fileNameOf(n.Document)),
	}
}

// LineHeader names the columns of LineRows.
func LineHeader() []string {
	return []string{
		"date", "number", "line", "description", "quantity", "period_start", "period_end", "proration", "currency", "amount",
		"discount", "tax", "price", "subscription",
	}
}

// LineRows gives a row for each line of each invoice and, with negative amounts,
// of each credit note.
func (b Books) LineRows() [][]string {
	b = b.sorted()
	var rows [][]string
	for _, i := range b.Invoices {
		for at, l := range i.Lines {
			rows = append(rows, []string{
				b.day(i.Dated()), text(i.Number), strconv.Itoa(at + 1), text(l.Description), strconv.FormatInt(l.Quantity, 10),
				b.day(l.PeriodStart), b.day(l.PeriodEnd), strconv.FormatBool(l.Proration), code(l.Amount.Currency),
				l.Amount.Decimal(), l.Discount.Decimal(), taxOf(l.Taxes, l.Amount.Currency).Decimal(), text(l.PriceID), text(i.SubscriptionID),
			})
		}
	}
	for _, n := range b.CreditNotes {
		for at, l := range n.Lines {
			rows = append(rows, []string{
				b.day(n.DocumentDate()), text(n.Number), strconv.Itoa(at + 1), text(l.Description), strconv.FormatInt(l.Quantity, 10),
				"", "", "false", code(l.Amount.Currency), less(l.Amount).Decimal(), less(l.Discount).Decimal(),
				less(taxOf(l.Taxes, l.Amount.Currency)).Decimal(), "", text(n.Invoice.SubscriptionID),
			})
		}
	}
	return rows
}

func taxOf(taxes []billing.TaxAmount, currency string) billing.Money {
	sum := billing.Money{Currency: currency}
	for _, tax := range taxes {
		sum.Amount += tax.Amount.Amount
	}
	return sum
}

// buyer is who the invoice was made out to, by name or else by address.
func buyer(i billing.Invoice) string {
	if i.BilledTo.Name != "" {
		return i.BilledTo.Name
	}
	return i.BilledTo.Email
}

func taxIDs(i billing.Invoice) string {
	values := make([]string, len(i.BilledTo.TaxIDs))
	for at, taxID := range i.BilledTo.TaxIDs {
		values[at] = taxID.Value
	}
	return strings.Join(values, " ")
}

func code(currency string) string { return text(strings.ToUpper(currency)) }

func fileNameOf(document *Document) string {
	if document == nil {
		return ""
	}
	return document.FileName
}

const byteOrderMark = "\ufeff"

// writeTable writes rows as RFC 4180 has them: comma, CRLF, quotes doubled.
func writeTable(w io.Writer, bom bool, header []string, rows [][]string) error {
	buffered := bufio.NewWriter(w)
	if bom {
		if _, err := buffered.WriteString(byteOrderMark); err != nil {
			return err
		}
	}
	table := csv.NewWriter(buffered)
	table.UseCRLF = true
	if err := table.Write(header); err != nil {
		return err
	}
	if err := table.WriteAll(rows); err != nil {
		return err
	}
	return buffered.Flush()
}
