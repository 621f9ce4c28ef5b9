package sqlite_test

import (
	"cmp"
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
				BillingReason: "subscription_cycle", CreatedAt: day(2024, 12, 31), FinalizedAt: day(2025, 1, 1), SubscriptionID: "sub_1",
				Lines: []billing.InvoiceLine{{Description: "Pro plan"}, {Description: "Crème brûlée GROẞ"}},
			},
			{ID: "in_open", Number: "KIRO-0002", Status: billing.InvoiceOpen, Currency: "jpy", Total: billing.Money{Amount: 5000, Currency: "jpy"}, AmountRemaining: billing.Money{Amount: 5000, Currency: "jpy"}, Attempted: true, CreatedAt: day(2025, 2, 1), FinalizedAt: day(2025, 2, 1)},
			{ID: "in_draft", Status: billing.InvoiceDraft, Currency: "usd", CreatedAt: day(2023, 6, 1), Description: `100% of a_b \ c`},
			{ID: "in_effective", Number: "KIRO-0004", Status: billing.InvoiceVoid, Currency: "usd", CreatedAt: day(2025, 3, 1), FinalizedAt: day(2025, 3, 1), EffectiveAt: day(2022, 3, 1)},
		},
		Payments: []billing.Payment{
			{ID: "ch_1", InvoiceID: "in_paid", Brand: "Visa", Last4: "4242", Amount: usd(1)},
			{ID: "ch_2", InvoiceID: "in_paid", Brand: "mastercard", Last4: "0008", Amount: usd(1000), Refunded: usd(777)},
			{ID: "ch_3", InvoiceID: "in_open", MethodType: "sepa_debit", Last4: "3000", Amount: usd(1)},
		},
		CreditNotes: []billing.CreditNote{{ID: "cn_1", InvoiceID: "in_open", Number: "KIRO-0002-CN-01"}},
	}
}

func TestInvoicesAreFound(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, shelf())
	for name, c := range map[string]struct {
		filter billing.InvoiceFilter
		want   string
	}{
		"all, newest first":               {billing.InvoiceFilter{}, "in_open in_paid in_draft in_effective"},
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
		"month as a number":               {billing.InvoiceFilter{Search: "2025-02"}, "in_open"},
		"month in words":                  {billing.InvoiceFilter{Search: "march 2022"}, "in_effective"},
		"kind":                            {billing.InvoiceFilter{Kind: billing.KindPlan}, "in_paid"},
		"past due in words":               {billing.InvoiceFilter{Search: "past due"}, "in_open"},
		"refunded in words":               {billing.InvoiceFilter{Search: "refunded"}, "in_paid"},
		"amount of a refund":              {billing.InvoiceFilter{Search: "partly 7.77"}, "in_paid"},
		"number of a credit note":         {billing.InvoiceFilter{Search: "0002-cn-01"}, "in_open"},
		"method that is no card":          {billing.InvoiceFilter{Search: "sepa debit 3000"}, "in_open"},
		"blanks alone":                    {billing.InvoiceFilter{Search: "  "}, "in_open in_paid in_draft in_effective"},
		"filters together":                {billing.InvoiceFilter{Search: "kiro", Year: 2025, Status: billing.InvoicePaid}, "in_paid"},
		"filters that exclude each other": {billing.InvoiceFilter{Search: "kiro", Year: 2023}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := cache.Invoices(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, invoice := range page.Rows {
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
	if err != nil || page.Total != 1 || page.Rows[0].ID != "in_open" {
		t.Errorf("found %+v, %v", page, err)
	}
}

// Whatever the list is sorted by, its pages give every invoice once and in the
// order that comparing any two of them gives.
func TestPagesGiveEveryInvoiceOnceAndInOrder(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	rapid.Check(t, func(t *rapid.T) {
		pulled := drawShelf(t)
		if err := cache.Write(t.Context(), pulled); err != nil {
			t.Fatal(err)
		}
		filter := billing.InvoiceFilter{
			Limit:      rapid.IntRange(1, 12).Draw(t, "limit"),
			Sort:       rapid.SampledFrom(append(billing.InvoiceSorts(), "")).Draw(t, "sort"),
			Descending: rapid.Bool().Draw(t, "descending"),
		}
		want := slices.Clone(pulled.Invoices)
		slices.SortFunc(want, func(a, b billing.Invoice) int { return compare(filter, a, b) })
		var got []string
		for {
			page, err := cache.Invoices(t.Context(), filter)
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != len(want) {
				t.Fatalf("total %d", page.Total)
			}
			for _, invoice := range page.Rows {
				got = append(got, invoice.ID)
			}
			if filter.After = page.Next; page.Next == "" {
				break
			}
		}
		var ids []string
		for _, invoice := range want {
			ids = append(ids, invoice.ID)
		}
		if !slices.Equal(got, ids) {
			t.Fatalf("sorted by %q, descending %t:\n%v\nwant\n%v", filter.Sort, filter.Descending, got, ids)
		}
	})
}

// drawShelf draws invoices that share many of their values.
func drawShelf(t *rapid.T) sqlite.Pulled {
	pulled := generation(1, rapid.IntRange(0, 40).Draw(t, "invoices"))
	few := rapid.Int64Range(0, 3)
	for i := range pulled.Invoices {
		invoice := &pulled.Invoices[i]
		invoice.CreatedAt, invoice.FinalizedAt = billing.Time(1+few.Draw(t, "created")), 0
		invoice.PaidAt = billing.Time(few.Draw(t, "paid"))
		invoice.Currency = rapid.SampledFrom([]string{"usd", "jpy"}).Draw(t, "currency")
		invoice.Total = billing.Money{Amount: few.Draw(t, "total") - 1, Currency: invoice.Currency}
		invoice.Status = rapid.SampledFrom(billing.InvoiceStatuses()).Draw(t, "status")
		invoice.BillingReason = rapid.SampledFrom([]string{"manual", "subscription_cycle", "subscription_update"}).Draw(t, "reason")
		invoice.Number = rapid.SampledFrom([]string{"", "N-9", "N-10", "N-0010", "N-10-CN"}).Draw(t, "number")
	}
	return pulled
}

// numberRank is the order of the numbers that drawShelf draws; N-10 and N-0010 are
// the same number.
var numberRank = map[string]int{"": 0, "N-9": 1, "N-10": 2, "N-0010": 2, "N-10-CN": 3}

// compare is the order of a list, said another way than in SQL.
func compare(filter billing.InvoiceFilter, a, b billing.Invoice) int {
	way := 1
	if filter.Descending {
		way = -1
	}
	last := func(a, b bool) int { // false before true
		return cmp.Compare(map[bool]int{true: 1}[a], map[bool]int{true: 1}[b])
	}
	first := 0
	switch filter.Sort {
	case billing.SortNumber:
		first = cmp.Or(last(a.Number == "", b.Number == ""), way*cmp.Compare(numberRank[a.Number], numberRank[b.Number]))
	case billing.SortAmount:
		first = cmp.Or(cmp.Compare(a.Currency, b.Currency), way*cmp.Compare(a.Total.Amount, b.Total.Amount))
	case billing.SortStatus:
		first = way * cmp.Compare(a.Status, b.Status)
	case billing.SortPaidAt:
		first = cmp.Or(last(a.PaidAt == 0, b.PaidAt == 0), way*cmp.Compare(a.PaidAt, b.PaidAt))
	case billing.SortKind:
		first = way * cmp.Compare(a.Kind(), b.Kind())
	}
	return cmp.Or(first, -cmp.Compare(a.CreatedAt, b.CreatedAt), -cmp.Compare(numberRank[a.Number], numberRank[b.Number]), -cmp.Compare(a.ID, b.ID))
}

func TestARowHasPlanMethodAndRefunds(t *testing.T) {
	pulled := shelf()
	usd := func(amount int64) billing.Money { return billing.Money{Amount: amount, Currency: "usd"} }
	pulled.Subscriptions = []billing.Subscription{{ID: "sub_1", Items: []billing.SubscriptionItem{{Plan: "Pro"}}}}
	pulled.Payments = []billing.Payment{
		{ID: "ch_1", InvoiceID: "in_paid", Status: "succeeded", MethodType: "card", Brand: "visa", Last4: "4242", Amount: usd(1000), Refunded: usd(300), CreatedAt: 10},
		{ID: "ch_2", InvoiceID: "in_paid", Status: "failed", MethodType: "card", Brand: "amex", Last4: "0005", Amount: usd(1000), Refunded: usd(0), CreatedAt: 20},
		{ID: "ch_3", InvoiceID: "in_open", Status: "failed", MethodType: "sepa_debit", Last4: "3000", Amount: usd(1), Refunded: usd(0), CreatedAt: 1},
		{ID: "ch_4", InvoiceID: "in_open", Status: "failed", MethodType: "link", Amount: usd(1), Refunded: usd(0), CreatedAt: 2},
	}
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, pulled)
	page, err := cache.Invoices(t.Context(), billing.InvoiceFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Rows {
		switch row.ID {
		case "in_paid":
			if row.Plan != "Pro" || row.PaidWith == nil || row.PaidWith.Last4 != "4242" || row.Refunded != usd(300) {
				t.Errorf("the paid one: %+v %+v", row.PaidWith, row)
			}
		case "in_open":
			if row.Plan != "" || row.PaidWith == nil || *row.PaidWith != (billing.UsedMethod{Type: "link"}) {
				t.Errorf("the open one: %+v", row.PaidWith)
			}
		default:
			if row.PaidWith != nil || row.Refunded.Amount != 0 {
				t.Errorf("%s: %+v", row.ID, row.PaidWith)
			}
		}
	}
	// 1,234.50 and 50.00 in their currencies; the void one and the draft billed nothing.
	want := []billing.Money{{Amount: 5000, Currency: "jpy"}, usd(123450)}
	if !slices.Equal(page.Totals, want) {
		t.Errorf("totals %v, want %v", page.Totals, want)
	}
}

func TestAPageThatMakesNoSenseIsInvalid(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	for name, filter := range map[string]billing.InvoiceFilter{
		"no base64":      {After: "%%%"},
		"no list":        {After: "YWJj"},
		"another order":  {After: "WyIiLDEsIiIsImluXzEiXQ", Sort: billing.SortNumber},
		"unknown order":  {Sort: "search; DROP TABLE invoices"},
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
