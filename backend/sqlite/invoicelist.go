package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"billfold/backend/billing"
)

// ListedInvoice is an invoice as a list has it, without lines.
type ListedInvoice struct {
	billing.Invoice
	Kind billing.InvoiceKind
	// Plan names the plan of its subscription, "" when it has none.
	Plan string
	// PaidWith is the method of the latest payment that succeeded, else that of the
	// latest attempt, else nil.
	PaidWith *billing.UsedMethod
	// Refunded is what went back of its payments.
	Refunded billing.Money

	keys []any // of the order that was asked for
}

// InvoiceList is one page of invoices.
type InvoiceList struct {
	Rows []ListedInvoice
	// Next is the cursor of the following page, "" on the last one.
	Next string
	// Total counts all that the filter matches, over all pages.
	Total int
	// Totals has, per currency, the sum of what all that the filter matches have
	// billed: drafts and void invoices count only where the filter asks for them.
	Totals []billing.Money
}

// Invoices gives the rows without what a list adds to them.
func (l InvoiceList) Invoices() []billing.Invoice {
	invoices := make([]billing.Invoice, len(l.Rows))
	for i, row := range l.Rows {
		invoices[i] = row.Invoice
	}
	return invoices
}

// byDate is the order within equals of every other order, too: of two invoices of
// one second, which is what a script that catches up makes, the number decides.
var byDate = order{{"dated", true}, {"number_key", true}, {"id", true}}

// orderOf gives the order of the rows. What has no value to sort by comes last,
// whichever way.
func orderOf(filter billing.InvoiceFilter) (order, error) {
	var keys order
	switch filter.Sort {
	case "":
		return byDate, nil
	case billing.SortNumber:
		keys = order{{"(number_key = '')", false}, {"number_key", filter.Descending}}
	case billing.SortAmount:
		keys = order{{"currency", false}, {"total", filter.Descending}}
	case billing.SortStatus:
		keys = order{{"status", filter.Descending}}
	case billing.SortPaidAt:
		keys = order{{"(paid_at = 0)", false}, {"paid_at", filter.Descending}}
	case billing.SortKind:
		keys = order{{"kind", filter.Descending}}
	default:
		return nil, billing.NewError(billing.CodeInvalid, "Invoices are sorted by number, amount, status, paid_at or kind.", nil)
	}
	return append(keys, byDate...), nil
}

// Invoices gives one page of the invoices that the filter matches, in its order
// and without lines. The words of Search must all be found, in any of what is
// searched. A cursor, a sort or a limit that makes no sense is CodeInvalid.
func (c *Cache) Invoices(ctx context.Context, filter billing.InvoiceFilter) (InvoiceList, error) {
	list := InvoiceList{Rows: []ListedInvoice{}, Totals: []billing.Money{}}
	limit, err := pageLimit(filter.Limit)
	if err != nil {
		return list, err
	}
	by, err := orderOf(filter)
	if err != nil {
		return list, err
	}
	all := matchOf(filter)
	wanted := all
	of := string(filter.Sort)
	if filter.Descending && filter.Sort != "" {
		of += " descending"
	}
	if filter.After != "" {
		if err := wanted.follow(by, of, filter.After); err != nil {
			return list, err
		}
	}
	err = c.file.reading(ctx, "list invoices", func(tx *sql.Tx) error {
		if err := list.count(ctx, tx, all, filter); err != nil || list.Total == 0 {
			return err
		}
		list.Rows, err = readListed(ctx, tx, wanted, by, limit+1)
		return err
	})
	if err != nil {
		return InvoiceList{}, err
	}
	if len(list.Rows) > limit {
		list.Rows = list.Rows[:limit]
		list.Next = cursorOf(of, list.Rows[limit-1].keys)
	}
	return list, nil
}

// matchOf writes the filter, apart from its cursor, as conditions.
func matchOf(filter billing.InvoiceFilter) match {
	var m match
	if filter.Year != 0 {
		m.require("year = ?", filter.Year)
	}
	if filter.Status != "" {
		m.require("status = ?", string(filter.Status))
	}
	if filter.SubscriptionID != "" {
		m.require("subscription_id = ?", filter.SubscriptionID)
	}
	if filter.Kind != "" {
		m.require("kind = ?", string(filter.Kind))
	}
	for _, word := range strings.Fields(folded(filter.Search)) {
		pattern := "%" + likeEscapes.Replace(word) + "%"
		m.require(`(search LIKE ? ESCAPE '\' OR related LIKE ? ESCAPE '\')`, pattern, pattern)
	}
	return m
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// count counts and sums up all that matches, from an index that holds all it
// needs: the small one, unless there are texts to be searched.
func (l *InvoiceList) count(ctx context.Context, tx *sql.Tx, all match, filter billing.InvoiceFilter) error {
	index := "invoices_by_money"
	if strings.TrimSpace(filter.Search) != "" {
		index = "invoices_by_date"
	}
	query := "SELECT currency, status, count(*), sum(total) FROM invoices INDEXED BY " + index + all.where() +
		" GROUP BY currency, status"
	var amounts []billing.Money
	err := readAll(ctx, tx, query, all.arguments, func(rows *sql.Rows) error {
		var sum billing.Money
		var status billing.InvoiceStatus
		var count int
		err := rows.Scan(&sum.Currency, &status, &count, &sum.Amount)
		l.Total += count
		if asked := filter.Status != ""; asked || (status != billing.InvoiceDraft && status != billing.InvoiceVoid) {
			amounts = append(amounts, sum)
		}
		return err
	})
	if err != nil {
		return err
	}
	l.Totals, err = billing.SumByCurrency(amounts)
	return err
}

// readListed reads the rows in two steps of one query: which they are comes from
// the index alone, and all else of these few rows only.
func readListed(ctx context.Context, tx *sql.Tx, wanted match, by order, limit int) ([]ListedInvoice, error) {
	plans, err := readPlans(ctx, tx)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(by))
	for i := range by {
		keys[i] = by[i].key
	}
	query := "SELECT kind, json_array(" + strings.Join(keys, ", ") + "), " + paidWith + ", " + refunded + ", " + listReading +
		" FROM invoices WHERE id IN (SELECT id FROM invoices INDEXED BY invoices_by_date" + wanted.where() +
		" ORDER BY " + by.clause() + " LIMIT ?) ORDER BY " + by.clause()
	listed := []ListedInvoice{}
	err = readAll(ctx, tx, query, append(slices.Clone(wanted.arguments), limit), func(rows *sql.Rows) error {
		one, err := scanListed(rows)
		one.Plan = plans[one.SubscriptionID]
		listed = append(listed, one)
		return err
	})
	return listed, err
}

const (
	paidWith = `(SELECT json_object('type', method_type, 'brand', brand, 'last4', last4) FROM payments
		WHERE invoice_id = invoices.id ORDER BY payments.status = 'succeeded' DESC, payments.created_at DESC, payments.id DESC LIMIT 1)`
	refunded = `(SELECT coalesce(sum(refunded), 0) FROM payments WHERE invoice_id = invoices.id AND payments.currency = invoices.currency)`
)

func scanListed(rows *sql.Rows) (ListedInvoice, error) {
	var r invoiceRecord
	var kind, keys string
	var method sql.NullString
	var back int64
	if _, err := invoiceTable.scan(besides{rows, []any{&kind, &keys, &method, &back}}, &r); err != nil {
		return ListedInvoice{}, err
	}
	invoice, err := r.value()
	if err != nil {
		return ListedInvoice{}, err
	}
	listed := ListedInvoice{
		Invoice: invoice, Kind: billing.InvoiceKind(kind), Refunded: billing.Money{Amount: back, Currency: invoice.Currency},
	}
	if method.Valid {
		var used billing.UsedMethod
		if err := unpack(method.String, &used); err != nil {
			return ListedInvoice{}, err
		}
		if used != (billing.UsedMethod{}) {
			listed.PaidWith = &used
		}
	}
	decoder := json.NewDecoder(strings.NewReader(keys))
	decoder.UseNumber()
	return listed, decoder.Decode(&listed.keys)
}

// besides is a row that begins with columns which are read on the side.
type besides struct {
	row   scanner
	first []any
}

// Scan reads the first columns, and then those that are asked for.
func (b besides) Scan(fields ...any) error {
	return b.row.Scan(append(slices.Clone(b.first), fields...)...)
}

// readPlans names the plans of the subscriptions, which are few.
func readPlans(ctx context.Context, tx *sql.Tx) (map[string]string, error) {
	subscriptions, err := readSubscriptions(ctx, tx)
	plans := make(map[string]string, len(subscriptions))
	for i := range subscriptions {
		plans[subscriptions[i].ID] = subscriptions[i].Plan()
	}
	return plans, err
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
