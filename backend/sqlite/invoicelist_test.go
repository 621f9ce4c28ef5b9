package sqlite_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

func day(year int, month time.Month, day int) billing.Time {
	return billing.At(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// shelf is a handful of invoices that differ in all that can be looked for.
func shelf() sqlite.Pulled {
	usd := func(amount int64) billing.Money { return billing.Money{Amount: amount, Currency: "usd"} }
	return sqlite.Pulled{
		At: 1, Full: true, Customer: billing.Customer{ID: "cus_1"},
		Invoices: []billing.Invoice{
			{
				ID: "in_paid", Number: "KIRO-0001", Status: billing.InvoicePaid, Currency: "usd", Total: usd(123450),
				CreatedAt: day(2024, 12, 31), FinalizedAt: day(2025, 1, 1), SubscriptionID: "sub_1",
				Lines: []billing.InvoiceLine{{Description: "Pro plan"}, {Description: "Crème brûlée GROẞ"}},
			},
			{ID: "in_open", Number: "KIRO-0002", Status: billing.InvoiceOpen, Currency: "jpy", Total: billing.Money{Amount: 5000, Currency: "jpy"}, CreatedAt: day(2025, 2, 1), FinalizedAt: day(2025, 2, 1)},
			{ID: "in_draft", Status: billing.InvoiceDraft, Currency: "usd", CreatedAt: day(2023, 6, 1), Description: `100% of a_b \ c`},
			{ID: "in_effective", Number: "KIRO-0004", Status: billing.InvoiceVoid, Currency: "usd", CreatedAt: day(2025, 3, 1), FinalizedAt: day(2025, 3, 1), EffectiveAt: day(2022, 3, 1)},
		},
		Payments: []billing.Payment{
			{ID: "ch_1", InvoiceID: "in_paid", Brand: "Visa", Last4: "4242", Amount: usd(1)},
			{ID: "ch_2", InvoiceID: "in_paid", Brand: "mastercard", Last4: "0008", Amount: usd(1)},
		},
	}
}

func TestInvoicesAreFound(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, shelf())
	for name, c := range map[string]struct {
		filter billing.InvoiceFilter
		want   string
	}{
		"all, newest first":               {billing.InvoiceFilter{}, "in_effective in_open in_paid in_draft"},
		"year of the document":            {billing.InvoiceFilter{Year: 2025}, "in_open in_paid"},
		"year a draft was made":           {billing.InvoiceFilter{Year: 2023}, "in_draft"},
		"year it is effective":            {billing.InvoiceFilter{Year: 2022}, "in_effective"},
		"status":                          {billing.InvoiceFilter{Status: billing.InvoiceOpen}, "in_open"},
		"subscription":                    {billing.InvoiceFilter{SubscriptionID: "sub_1"}, "in_paid"},
		"number in lower case":            {billing.InvoiceFilter{Search: "kiro-0002"}, "in_open"},
		"line text, without accents":      {billing.InvoiceFilter{Search: "creme BRULEE"}, "in_paid"},
		"sharp s":                         {billing.InvoiceFilter{Search: "gross"}, "in_paid"},
		"plain amount":                    {billing.InvoiceFilter{Search: "1234.50"}, "in_paid"},
		"amount with separators":          {billing.InvoiceFilter{Search: "1,234.50"}, "in_paid"},
		"amount with German separators":   {billing.InvoiceFilter{Search: "1.234,50"}, "in_paid"},
		"amount without a fraction":       {billing.InvoiceFilter{Search: "5,000 jpy"}, "in_open"},
		"status as a word":                {billing.InvoiceFilter{Search: "void"}, "in_effective"},
		"card":                            {billing.InvoiceFilter{Search: "visa 4242"}, "in_paid"},
		"the other card":                  {billing.InvoiceFilter{Search: "0008"}, "in_paid"},
		"all words, in any order":         {billing.InvoiceFilter{Search: "visa pro kiro"}, "in_paid"},
		"a word that is missing":          {billing.InvoiceFilter{Search: "visa nowhere"}, ""},
		"percent is no wildcard":          {billing.InvoiceFilter{Search: "%"}, "in_draft"},
		"underscore is no wildcard":       {billing.InvoiceFilter{Search: "a_b"}, "in_draft"},
		"underscore is not any letter":    {billing.InvoiceFilter{Search: "k_ro"}, ""},
		"backslash":                       {billing.InvoiceFilter{Search: `\`}, "in_draft"},
		"quote":                           {billing.InvoiceFilter{Search: `' OR 1=1 --`}, ""},
		"blanks alone":                    {billing.InvoiceFilter{Search: "  "}, "in_effective in_open in_paid in_draft"},
		"filters together":                {billing.InvoiceFilter{Search: "kiro", Year: 2025, Status: billing.InvoicePaid}, "in_paid"},
		"filters that exclude each other": {billing.InvoiceFilter{Search: "kiro", Year: 2023}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := cache.Invoices(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, invoice := range page.Invoices {
				ids = append(ids, invoice.ID)
				if invoice.Lines != nil {
					t.Errorf("%s comes with lines", invoice.ID)
				}
			}
			if got := strings.Join(ids, " "); got != c.want || page.Total != len(ids) {
				t.Errorf("found %q, total %d; want %q", got, page.Total, c.want)
			}
		})
	}
	years, err := cache.InvoiceYears(t.Context())
	if err != nil || !slices.Equal(years, []int{2025, 2023, 2022}) {
		t.Errorf("the years are %v, %v", years, err)
	}
}

func TestACardThatComesLaterIsFoundToo(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, shelf())
	MustWrite(t, cache, sqlite.Pulled{
		At: 2, Customer: billing.Customer{ID: "cus_1"},
		Payments: []billing.Payment{{ID: "ch_3", InvoiceID: "in_open", Brand: "amex", Last4: "0005"}},
	})
	page, err := cache.Invoices(t.Context(), billing.InvoiceFilter{Search: "AMEX"})
	if err != nil || page.Total != 1 || page.Invoices[0].ID != "in_open" {
		t.Errorf("found %+v, %v", page, err)
	}
}

func TestPagesGiveEveryInvoiceOnce(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	rapid.Check(t, func(t *rapid.T) {
		pulled := generation(1, rapid.IntRange(0, 40).Draw(t, "invoices"))
		seconds := rapid.Int64Range(1, 4)
		for i := range pulled.Invoices { // many share a second
			pulled.Invoices[i].CreatedAt = billing.Time(seconds.Draw(t, "created"))
		}
		if err := cache.Write(t.Context(), pulled); err != nil {
			t.Fatal(err)
		}
		filter := billing.InvoiceFilter{Limit: rapid.IntRange(1, 12).Draw(t, "limit")}
		seen := map[string]bool{}
		last := billing.Time(5)
		for {
			page, err := cache.Invoices(t.Context(), filter)
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != len(pulled.Invoices) {
				t.Fatalf("total %d", page.Total)
			}
			for _, invoice := range page.Invoices {
				if seen[invoice.ID] || invoice.CreatedAt > last {
					t.Fatalf("%s comes twice or too late", invoice.ID)
				}
				seen[invoice.ID], last = true, invoice.CreatedAt
			}
			if filter.After = page.Next; page.Next == "" {
				break
			}
		}
		if len(seen) != len(pulled.Invoices) {
			t.Fatalf("%d of %d came", len(seen), len(pulled.Invoices))
		}
	})
}

func TestAPageThatMakesNoSenseIsInvalid(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	for name, filter := range map[string]billing.InvoiceFilter{
		"no base64":      {After: "%%%"},
		"no number":      {After: "YWJj"},
		"limit too low":  {Limit: -1},
		"limit too high": {Limit: 501},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := cache.Invoices(t.Context(), filter); billing.CodeOf(err) != billing.CodeInvalid {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestAnInvoiceIsFoundByIDOrNumber(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, shelf())
	for _, key := range []string{"in_paid", "KIRO-0001"} {
		if invoice, err := cache.Invoice(t.Context(), key); err != nil || invoice.ID != "in_paid" {
			t.Errorf("%s gives %s, %v", key, invoice.ID, err)
		}
	}
	for _, key := range []string{"", "in_none", "%"} {
		if _, err := cache.Invoice(t.Context(), key); billing.CodeOf(err) != billing.CodeNotFound {
			t.Errorf("%q gives %v", key, err)
		}
	}
}
