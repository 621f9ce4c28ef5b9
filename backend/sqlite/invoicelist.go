package sqlite

import (
	"context"
	"database/sql"
	"encoding/base64"
	"strconv"
	"strings"

	"billfold/backend/billing"
)

const (
	usualPage   = 50
	largestPage = 500
)

// Invoices gives one page of the invoices that the filter matches, newest first
// and without lines. The words of Search must all be found, in any of what is
// searched. A cursor or a limit that makes no sense is CodeInvalid.
func (c *Cache) Invoices(ctx context.Context, filter billing.InvoiceFilter) (billing.InvoicePage, error) {
	limit := filter.Limit
	if limit == 0 {
		limit = usualPage
	}
	if limit < 1 || limit > largestPage {
		return billing.InvoicePage{}, billing.NewError(billing.CodeInvalid, "A page holds 1 to 500 invoices.", nil)
	}
	where, arguments := conditionOf(filter)
	page := billing.InvoicePage{Invoices: []billing.Invoice{}}
	after, err := placeOf(filter.After)
	if err != nil {
		return page, err
	}
	err = c.file.reading(ctx, "list invoices", func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM invoices"+where, arguments...).Scan(&page.Total); err != nil {
			return err
		}
		if page.Total == 0 {
			return nil
		}
		if filter.After != "" {
			where = joined(where, "(created_at, id) < (?, ?)")
			arguments = append(arguments, after.createdAt, after.id)
		}
		query := "SELECT " + listReading + " FROM invoices" + where + " ORDER BY created_at DESC, id DESC LIMIT ?"
		page.Invoices, err = readInvoices(ctx, tx, query, append(arguments, limit+1)...)
		return err
	})
	if err != nil {
		return billing.InvoicePage{}, err
	}
	if len(page.Invoices) > limit {
		page.Invoices = page.Invoices[:limit]
		last := page.Invoices[limit-1]
		page.Next = place{int64(last.CreatedAt), last.ID}.cursor()
	}
	return page, nil
}

// conditionOf writes the filter, apart from its cursor, as a WHERE clause.
func conditionOf(filter billing.InvoiceFilter) (where string, arguments []any) {
	require := func(condition string, values ...any) {
		where = joined(where, condition)
		arguments = append(arguments, values...)
	}
	if filter.Year != 0 {
		require("year = ?", filter.Year)
	}
	if filter.Status != "" {
		require("status = ?", string(filter.Status))
	}
	if filter.SubscriptionID != "" {
		require("subscription_id = ?", filter.SubscriptionID)
	}
	for _, word := range strings.Fields(folded(filter.Search)) {
		pattern := "%" + likeEscapes.Replace(word) + "%"
		require(`(search LIKE ? ESCAPE '\' OR card LIKE ? ESCAPE '\')`, pattern, pattern)
	}
	return where, arguments
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func joined(where, condition string) string {
	if where == "" {
		return " WHERE " + condition
	}
	return where + " AND " + condition
}

// place is where in the list a page ended. New invoices come before it, so that
// the pages after it stay what they were.
type place struct {
	createdAt int64
	id        string
}

func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.createdAt, 10) + " " + p.id))
}

func placeOf(cursor string) (place, error) {
	if cursor == "" {
		return place{}, nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(cursor)
	seconds, id, whole := strings.Cut(string(plain), " ")
	createdAt, notNumber := strconv.ParseInt(seconds, 10, 64)
	if err != nil || notNumber != nil || !whole || id == "" {
		return place{}, billing.NewError(billing.CodeInvalid, "The page that was asked for does not exist.", nil)
	}
	return place{createdAt, id}, nil
}

// InvoiceYears lists the years of the document dates, in UTC, newest first; of a
// draft it is the year it was made.
func (c *Cache) InvoiceYears(ctx context.Context) ([]int, error) {
	years := []int{}
	err := c.file.reading(ctx, "list years", func(tx *sql.Tx) error {
		return readAll(ctx, tx, "SELECT DISTINCT year FROM invoices WHERE year <> 0 ORDER BY year DESC", nil, func(rows *sql.Rows) error {
			var year int
			err := rows.Scan(&year)
			years = append(years, year)
			return err
		})
	})
	return years, err
}
