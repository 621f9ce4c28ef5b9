package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"billfold/backend/billing"
)

// ListedPayment is a payment as a list has it.
type ListedPayment struct {
	billing.Payment
	// InvoiceNumber is "" for a payment without an invoice.
	InvoiceNumber string
}

// PaymentList is one page of payments, newest first.
type PaymentList struct {
	Rows []ListedPayment
	// Next is the cursor of the following page, "" on the last one.
	Next string
	// Total counts all that the filter matches, over all pages.
	Total int
}

var paymentOrder = order{{"p.created_at", true}, {"p.id", true}}

// ListPayments gives one page of the payments that the filter matches, newest
// first. A cursor, a status or a limit that makes no sense is CodeInvalid.
func (c *Cache) ListPayments(ctx context.Context, filter billing.PaymentFilter) (PaymentList, error) {
	page := PaymentList{Rows: []ListedPayment{}}
	limit, err := pageLimit(filter.Limit)
	if err != nil {
		return page, err
	}
	match, err := paymentMatch(filter)
	if err != nil {
		return page, err
	}
	after := match
	if filter.After != "" {
		if err := after.follow(paymentOrder, "payments", filter.After); err != nil {
			return page, err
		}
	}
	const from = " FROM payments p LEFT JOIN invoices i ON i.id = p.invoice_id"
	err = c.file.reading(ctx, "list payments", func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "SELECT count(*)"+from+match.where(), match.arguments...).Scan(&page.Total); err != nil {
			return err
		}
		query := "SELECT coalesce(i.number, ''), " + prefixed("p", paymentTable.reading) + from + after.where() +
			" ORDER BY " + paymentOrder.clause() + " LIMIT ?"
		return readAll(ctx, tx, query, append(after.arguments, limit+1), func(rows *sql.Rows) error {
			var listed ListedPayment
			payment, err := scanPayment(besides{rows, []any{&listed.InvoiceNumber}})
			listed.Payment = payment.Payment
			page.Rows = append(page.Rows, listed)
			return err
		})
	})
	if err != nil {
		return PaymentList{}, err
	}
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		last := page.Rows[limit-1]
		page.Next = cursorOf("payments", []any{int64(last.CreatedAt), last.ID})
	}
	return page, nil
}

func paymentMatch(filter billing.PaymentFilter) (match, error) {
	var m match
	if filter.Year != 0 {
		m.require("p.year = ?", filter.Year)
	}
	switch filter.Status {
	case "":
	case "succeeded", "pending", "failed":
		m.require("p.status = ?", filter.Status)
	case "refunded":
		m.require("p.refunded <> 0")
	default:
		return m, billing.NewError(billing.CodeInvalid, "A payment is succeeded, pending, failed or refunded.", nil)
	}
	for _, word := range strings.Fields(folded(filter.Search)) {
		pattern := "%" + likeEscapes.Replace(word) + "%"
		m.require(`(p.search LIKE ? ESCAPE '\' OR i.number LIKE ? ESCAPE '\')`, pattern, pattern)
	}
	return m, nil
}

// paymentText is what a payment is found by, apart from its invoice's number.
func paymentText(p billing.Payment) string {
	parts := listedPayment{p}.words()
	parts = append(parts, p.Status, p.Descriptor, strings.ToUpper(p.Amount.Currency),
		strings.ReplaceAll(p.FailureCode, "_", " "), strings.ReplaceAll(p.DeclineCode, "_", " "))
	parts = append(parts, spellings(p.Amount)...)
	parts = append(parts, dateSpellings(p.CreatedAt)...)
	return folded(strings.Join(parts, "\n"))
}

// prefixed names the table in front of every column of a list.
func prefixed(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}
