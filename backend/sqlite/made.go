package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"billfold/backend/billing"
)

// madeOfInvoice are the columns of an invoice that are made here and not fetched.
var madeOfInvoice = []string{
	"year", "dated", "number_key", "kind", "plan_part", "usage_part", "packs_part", "credit_part", "search", "related",
}

// made gives the values of madeOfInvoice. at is when the invoice was pulled.
func made(i *billing.Invoice, at billing.Time, related string) []any {
	parts := i.Bill().Parts
	return []any{
		yearOf(i.Dated()), int64(i.Dated()), sortable(i.Number), string(i.Kind()),
		parts.Plan.Amount, parts.Usage.Amount, parts.Packs.Amount, parts.Credits.Amount, searchText(i, at), related,
	}
}

// sortable writes a text so that the numbers in it sort by their value: without
// that, the ten-thousandth invoice would come before the second.
func sortable(text string) string {
	var key strings.Builder
	for rest := folded(text); rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits == 0 {
			end := strings.IndexAny(rest, "0123456789")
			if end < 0 {
				end = len(rest)
			}
			key.WriteString(rest[:end])
			rest = rest[end:]
			continue
		}
		number := strings.TrimLeft(rest[:digits], "0")
		// Longer numbers are larger; the length comes first, and then the digits.
		_, _ = fmt.Fprintf(&key, "%04d%s", len(number), number)
		rest = rest[digits:]
	}
	return key.String()
}

// related gives, for the invoices that this pull concerns, the folded words of
// their payments and credit notes: an invoice is found by those, too.
func (w *writer) related(ctx context.Context, pulled Pulled) (map[string]string, error) {
	words := map[string][]string{}
	if pulled.Full {
		if err := w.takeRelated(ctx, words, "invoice_id <> ''"); err != nil {
			return nil, err
		}
	} else {
		for _, id := range concerned(pulled) {
			words[id] = nil
			if err := w.takeRelated(ctx, words, "invoice_id = ?", id); err != nil {
				return nil, err
			}
		}
	}
	texts := make(map[string]string, len(words))
	for id, of := range words {
		slices.Sort(of)
		texts[id] = folded(strings.Join(slices.Compact(of), "\n"))
	}
	return texts, nil
}

func (w *writer) takeRelated(ctx context.Context, words map[string][]string, where string, arguments ...any) error {
	payments := "SELECT " + paymentTable.reading + " FROM payments WHERE " + where
	err := readAll(ctx, w.tx, payments, arguments, func(rows *sql.Rows) error {
		payment, err := scanPayment(rows)
		words[payment.InvoiceID] = append(words[payment.InvoiceID], payment.words()...)
		return err
	})
	if err != nil {
		return err
	}
	notes := "SELECT invoice_id, number FROM credit_notes WHERE " + where
	return readAll(ctx, w.tx, notes, arguments, func(rows *sql.Rows) error {
		var invoiceID, number string
		err := rows.Scan(&invoiceID, &number)
		words[invoiceID] = append(words[invoiceID], "credit note "+number)
		return err
	})
}

// words are what a payment and its invoice are found by.
func (p listedPayment) words() []string {
	method := p.Brand
	if method == "" {
		method = strings.ReplaceAll(p.MethodType, "_", " ")
	}
	words := []string{strings.TrimSpace(method + " " + p.Last4)}
	if p.ReceiptNumber != "" {
		words = append(words, p.ReceiptNumber)
	}
	switch {
	case p.Refunded.Amount == 0:
	case p.Refunded.Amount == p.Amount.Amount:
		words = append(words, "refunded")
	default:
		words = append(words, "partly refunded")
		words = append(words, spellings(p.Refunded)...)
	}
	return words
}

// concerned lists the invoices of a pull and those that its payments and credit
// notes are for.
func concerned(pulled Pulled) []string {
	var ids []string
	for i := range pulled.Invoices {
		ids = append(ids, pulled.Invoices[i].ID)
	}
	for i := range pulled.Payments {
		ids = append(ids, pulled.Payments[i].InvoiceID)
	}
	for i := range pulled.CreditNotes {
		ids = append(ids, pulled.CreditNotes[i].InvoiceID)
	}
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
}

// remake fills, in a file that an older Billfold wrote, what is made here and has
// changed since: columns, and the digests of rows that have more columns now.
func remake(ctx context.Context, tx *sql.Tx) error {
	kept := Pulled{Full: true}
	var at billing.Time
	if err := tx.QueryRowContext(ctx, "SELECT synced_at FROM marks").Scan(&at); err != nil {
		return err
	}
	err := readAll(ctx, tx, "SELECT "+invoiceTable.reading+" FROM invoices", nil, func(rows *sql.Rows) error {
		var r invoiceRecord
		if _, err := invoiceTable.scan(rows, &r); err != nil {
			return err
		}
		invoice, err := r.value()
		kept.Invoices = append(kept.Invoices, invoice)
		return err
	})
	if err != nil {
		return err
	}
	err = readAll(ctx, tx, "SELECT "+paymentTable.reading+" FROM payments", nil, func(rows *sql.Rows) error {
		payment, err := scanPayment(rows)
		kept.Payments = append(kept.Payments, payment.Payment)
		return err
	})
	if err != nil {
		return err
	}
	kept.CreditNotes, err = readCreditNotes(ctx, tx, "")
	if err != nil {
		return err
	}
	kept.At = at
	w := &writer{tx: tx}
	return w.writeBooks(ctx, kept)
}
