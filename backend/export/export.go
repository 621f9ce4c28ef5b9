// Package export writes invoices and credit notes as files for an accountant: a
// CSV, or a ZIP that holds the PDFs with it.
//
// What is written says whose it is. A file appears under its name when it is
// whole, and never takes the place of another.
package export

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"billfold/backend/billing"
)

// Account says who is signed in to what.
type Account struct {
	// Connection is sandbox, gateway or stripe_test; Scenario is the sandbox's and
	// Host the server's, each "" where it does not apply.
	Connection string `json:"connection"`
	Scenario   string `json:"scenario"`
	Host       string `json:"host"`
	CustomerID string `json:"customer_id"`
	Name       string `json:"name"`
	Email      string `json:"email"`
}

// Document is the saved PDF of an invoice or a credit note.
type Document struct {
	FileName string
	Open     func() (io.ReadCloser, error)
}

// Invoice is an invoice with what stands beside it in its row. Its lines are
// needed for the file of lines alone.
type Invoice struct {
	billing.Invoice
	PaidWith *billing.UsedMethod
	Refunded billing.Money
	// Document is nil when there is no saved copy.
	Document *Document
}

// CreditNote is a credit note with the invoice that it lowers.
type CreditNote struct {
	billing.CreditNote
	Invoice billing.Invoice
	// Document is nil when there is no saved copy.
	Document *Document
}

// Books are what is to be exported.
type Books struct {
	Account Account
	// Period says in a word which invoices they are, e.g. 2026 or selection.
	Period string
	// AsOf is when they were last known to be complete.
	AsOf billing.Time
	// Zone is that of the dates of documents; nil is UTC.
	Zone        *time.Location
	Invoices    []Invoice
	CreditNotes []CreditNote
}

// Options say where and how.
type Options struct {
	Folder string
	// FileName is "" for one made of account and period. A file of that name stays,
	// and the new one gets a number.
	FileName string
	// BOM puts a byte order mark in front of a CSV, which Excel needs to take it for
	// UTF-8.
	BOM bool
	// Lines writes a second CSV with a row for each line.
	Lines bool
}

// Result says what was written.
type Result struct {
	// Path is the file, Files are all of them, both absolute.
	Path  string
	Files []string
	// Documents counts the PDFs that are in a ZIP.
	Documents int
	// Missing are the numbers of those of which there is no saved PDF, Unsaved the
	// same as what a save is asked for.
	Missing []string
	Unsaved []billing.DocumentRef
	// Totals has per currency what was billed, credit notes taken off; what is void
	// does not count.
	Totals []billing.Money
}

// Totals sums up what the books bill, currency by currency.
func (b Books) Totals() ([]billing.Money, error) {
	var amounts []billing.Money
	for i := range b.Invoices {
		if b.Invoices[i].Bill().Counts() {
			amounts = append(amounts, b.Invoices[i].Total)
		}
	}
	for i := range b.CreditNotes {
		if b.CreditNotes[i].Counts() {
			amounts = append(amounts, less(b.CreditNotes[i].Total))
		}
	}
	return billing.SumByCurrency(amounts)
}

// less is the amount with the other sign.
func less(amount billing.Money) billing.Money {
	return billing.Money{Amount: -amount.Amount, Currency: amount.Currency}
}

// sorted gives the books in the order of their dates and numbers.
func (b Books) sorted() Books {
	b.Invoices, b.CreditNotes = slices.Clone(b.Invoices), slices.Clone(b.CreditNotes)
	slices.SortFunc(b.Invoices, func(x, y Invoice) int {
		return cmp.Or(cmp.Compare(x.Dated(), y.Dated()), strings.Compare(x.Number, y.Number), strings.Compare(x.ID, y.ID))
	})
	slices.SortFunc(b.CreditNotes, func(x, y CreditNote) int {
		return cmp.Or(cmp.Compare(x.DocumentDate(), y.DocumentDate()), strings.Compare(x.Number, y.Number), strings.Compare(x.ID, y.ID))
	})
	return b
}

// day writes the day of an instant in the zone of the books; "" when unknown.
func (b Books) day(at billing.Time) string {
	if !at.Known() {
		return ""
	}
	zone := b.Zone
	if zone == nil {
		zone = time.UTC
	}
	return at.Go().In(zone).Format(time.DateOnly)
}

// CSV writes the books as a CSV and, where lines are asked for, a second one.
func CSV(ctx context.Context, books Books, options Options) (Result, error) {
	totals, err := books.Totals()
	if err != nil {
		return Result{}, err
	}
	result := Result{Totals: totals, Missing: []string{}, Unsaved: []billing.DocumentRef{}}
	name := options.FileName
	if name == "" {
		name = books.FileName() + ".csv"
	}
	path, err := write(ctx, options.Folder, name, func(w io.Writer) error {
		return writeTable(w, options.BOM, Header(), books.Rows())
	})
	if err != nil {
		return Result{}, err
	}
	result.Path, result.Files = path, []string{path}
	if !options.Lines {
		return result, nil
	}
	lines, err := write(ctx, options.Folder, withTail(path, "-lines"), func(w io.Writer) error {
		return writeTable(w, options.BOM, LineHeader(), books.LineRows())
	})
	if err != nil {
		remove(path)
		return Result{}, err
	}
	result.Files = append(result.Files, lines)
	return result, nil
}
