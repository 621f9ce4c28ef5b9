package billing_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"billfold/backend/billing"
)

func at(year int, month time.Month, day int) billing.Time {
	return billing.At(time.Date(year, month, day, 12, 0, 0, 0, time.UTC))
}

func mustSpend(t *testing.T, books billing.Books, months int) billing.Spending {
	t.Helper()
	spending, err := billing.SpendingOf(books, billing.SpendingSpan{Months: months, Now: at(2026, 3, 10)})
	if err != nil {
		t.Fatal(err)
	}
	return spending
}

// renewal is a bill of every sort of line: 20.00 plan, 4.80 usage, 10.00 pack, 1.00
// off by the vendor, 10 % tax.
func renewal() billing.Invoice {
	return billing.Invoice{
		Status: billing.InvoicePaid, BillingReason: "subscription_cycle", Currency: "usd", FinalizedAt: at(2026, 1, 31),
		Subtotal: usd(3380), Tax: usd(338), Total: usd(3718), AmountPaid: usd(3718),
		Lines: []billing.InvoiceLine{
			{Amount: usd(2000), PriceID: "price_pro", PriceType: billing.PriceRecurring},
			{Amount: usd(480), PriceID: "price_extra", PriceType: billing.PriceRecurring, Metered: true},
			{Amount: usd(1000), PriceID: "price_pack", PriceType: "one_time"},
			{Amount: usd(-100), Description: "Goodwill"},
		},
	}
}

func TestABillIsTakenApart(t *testing.T) {
	inclusive := []billing.TaxAmount{{Amount: usd(200), Inclusive: true}}
	cases := map[string]struct {
		invoice billing.Invoice
		want    [5]int64 // plan, usage, packs, tax, credits
	}{
		"every sort of line": {renewal(), [5]int64{2000, 480, 1000, 338, -100}},
		"a discount comes off its line": {billing.Invoice{
			BillingReason: "subscription_cycle", Total: usd(1500),
			Lines: []billing.InvoiceLine{{Amount: usd(2000), Discount: usd(500), PriceType: billing.PriceRecurring}},
		}, [5]int64{1500, 0, 0, 0, 0}},
		"tax inside of the price is tax": {billing.Invoice{
			BillingReason: "manual", Tax: usd(200), Total: usd(2200),
			Lines: []billing.InvoiceLine{{Amount: usd(2200), Taxes: inclusive}},
		}, [5]int64{0, 0, 2000, 200, 0}},
		"a change of plan nets out": {billing.Invoice{
			BillingReason: "subscription_update", Total: usd(1000),
			Lines: []billing.InvoiceLine{{Amount: usd(-1000), Proration: true}, {Amount: usd(2000), Proration: true}},
		}, [5]int64{1000, 0, 0, 0, 0}},
		"what rounding left goes to the main part": {billing.Invoice{
			BillingReason: "subscription_cycle", Tax: usd(100), Total: usd(1101),
			Lines: []billing.InvoiceLine{{Amount: usd(1000), PriceType: billing.PriceRecurring}},
		}, [5]int64{1001, 0, 0, 100, 0}},
		"lines that an older Billfold kept": {billing.Invoice{
			BillingReason: "subscription_cycle", Total: usd(1000), Lines: []billing.InvoiceLine{{Amount: usd(1000), PriceID: "price_pro"}},
		}, [5]int64{1000, 0, 0, 0, 0}},
		"no lines, by hand": {billing.Invoice{BillingReason: "manual", Total: usd(700)}, [5]int64{0, 0, 700, 0, 0}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := c.invoice.Bill().Parts
			got := [5]int64{p.Plan.Amount, p.Usage.Amount, p.Packs.Amount, p.Tax.Amount, p.Credits.Amount}
			if got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestWhatCountsAsSpent(t *testing.T) {
	bill := func(status billing.InvoiceStatus) billing.Bill {
		invoice := renewal()
		invoice.Status = status
		if status != billing.InvoicePaid {
			invoice.AmountPaid = usd(0)
		}
		return invoice.Bill()
	}
	cases := map[string]struct {
		books                    billing.Books
		total, paid, credit, gap int64 // gap is what was refunded
		invoices                 int
	}{
		"paid":          {billing.Books{Bills: []billing.Bill{bill(billing.InvoicePaid)}}, 3718, 3718, -100, 0, 1},
		"open":          {billing.Books{Bills: []billing.Bill{bill(billing.InvoiceOpen)}}, 3718, 0, -100, 0, 1},
		"uncollectible": {billing.Books{Bills: []billing.Bill{bill(billing.InvoiceUncollectible)}}, 3718, 0, -100, 0, 1},
		"void":          {billing.Books{Bills: []billing.Bill{bill(billing.InvoiceVoid)}}, 0, 0, 0, 0, 0},
		"draft":         {billing.Books{Bills: []billing.Bill{bill(billing.InvoiceDraft)}}, 0, 0, 0, 0, 0},
		"a credit note": {billing.Books{CreditNotes: []billing.CreditNote{{Status: "issued", Total: usd(500), CreatedAt: at(2026, 2, 1)}}}, -500, 0, -500, 0, 0},
		"a void one":    {billing.Books{CreditNotes: []billing.CreditNote{{Status: "void", Total: usd(500), CreatedAt: at(2026, 2, 1)}}}, 0, 0, 0, 0, 0},
		"refunds, of which one failed": {billing.Books{Payments: []billing.Payment{{
			InvoiceID: "in_1", Status: "succeeded", Amount: usd(900),
			Refunds: []billing.Refund{{Amount: usd(300), Status: "succeeded", CreatedAt: at(2026, 2, 2)}, {Amount: usd(600), Status: "failed", CreatedAt: at(2026, 2, 2)}},
		}}}, 0, 0, 0, 300, 0},
		"a payment without an invoice": {billing.Books{Payments: []billing.Payment{{Status: "succeeded", Amount: usd(900), CreatedAt: at(2026, 2, 2)}}}, 900, 900, 0, 0, 0},
		"one that failed":              {billing.Books{Payments: []billing.Payment{{Status: "failed", Amount: usd(900), CreatedAt: at(2026, 2, 2)}}}, 0, 0, 0, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var got billing.MonthSpending
			for _, currency := range mustSpend(t, c.books, 12).Currencies {
				got = currency.Total
			}
			if got.Total.Amount != c.total || got.Paid.Amount != c.paid || got.Credits.Amount != c.credit || got.Refunds.Amount != c.gap || got.Invoices != c.invoices {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestTheNextInvoiceStandsBesideThePastOnes(t *testing.T) {
	subscription := func(upcoming billing.Money, end billing.Time) billing.Subscription {
		return billing.Subscription{
			Status: billing.SubscriptionActive, PeriodEnd: end,
			Upcoming: &billing.Upcoming{At: end, Total: upcoming, Lines: []billing.InvoiceLine{{Amount: upcoming, PriceType: billing.PriceRecurring}}},
		}
	}
	ending := subscription(usd(1), at(2026, 3, 11))
	ending.CancelAtPeriodEnd = true
	spending := mustSpend(t, billing.Books{Subscriptions: []billing.Subscription{
		subscription(usd(7000), at(2026, 5, 2)), subscription(usd(2000), at(2026, 4, 2)), ending,
		subscription(billing.Money{Amount: 500, Currency: "jpy"}, at(2026, 6, 1)),
	}}, 12)
	if len(spending.Currencies) != 2 {
		t.Fatalf("%+v", spending)
	}
	jpy, dollars := spending.Currencies[0], spending.Currencies[1]
	if jpy.Currency != "jpy" || jpy.Next == nil || jpy.Next.Month != 6 || jpy.Next.Total.Amount != 500 {
		t.Errorf("jpy: %+v", jpy.Next)
	}
	if dollars.Next == nil || dollars.Next.Month != 4 || dollars.Next.Plan != usd(2000) || dollars.Total.Total.Amount != 0 || len(dollars.Months) != 12 {
		t.Errorf("usd: %+v", dollars.Next)
	}
}

func TestADateThatIsNonsenseMakesNoPictureWithoutEnd(t *testing.T) {
	invoice := renewal()
	invoice.FinalizedAt = at(9000, 1, 1)
	for _, currency := range mustSpend(t, billing.Books{Bills: []billing.Bill{invoice.Bill(), renewal().Bill()}}, 0).Currencies {
		if len(currency.Months) > 1200 {
			t.Errorf("%d months", len(currency.Months))
		}
	}
}

func TestAmountsTooLargeToAddAreAnError(t *testing.T) {
	invoice := billing.Invoice{Status: billing.InvoicePaid, FinalizedAt: at(2026, 1, 1), Total: usd(1 << 62)}
	books := billing.Books{Bills: []billing.Bill{invoice.Bill(), invoice.Bill()}}
	if _, err := billing.SpendingOf(books, billing.SpendingSpan{Now: at(2026, 3, 10)}); billing.CodeOf(err) != billing.CodeInternal {
		t.Errorf("the error is %v", err)
	}
}

// Whatever was billed, credited and paid: the parts of every month add up to its
// total, the months follow each other without a gap, no currency holds an amount
// of another, and over all time nothing is lost.
func TestThePartsOfSpendingAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		books, total, refunded := drawBooks(t)
		months := rapid.SampledFrom([]int{0, 1, 12, 30}).Draw(t, "months")
		spending, err := billing.SpendingOf(books, billing.SpendingSpan{Months: months, Now: at(2026, 3, 10)})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range spending.Currencies {
			if months > 0 && len(c.Months) != months {
				t.Fatalf("%d months, %d were asked for", len(c.Months), months)
			}
			for i, m := range append(slices.Clone(c.Months), c.Total) {
				checkMonth(t, c.Currency, m)
				if i > 0 && i < len(c.Months) {
					before := c.Months[i-1]
					if m.Year*12+m.Month != before.Year*12+before.Month+1 {
						t.Fatalf("%d-%d follows %d-%d", m.Year, m.Month, before.Year, before.Month)
					}
				}
			}
			if months == 0 && (c.Total.Total.Amount != total[c.Currency] || c.Total.Refunds.Amount != refunded[c.Currency]) {
				t.Fatalf("%s: total %d, refunds %d; want %d, %d", c.Currency, c.Total.Total.Amount, c.Total.Refunds.Amount, total[c.Currency], refunded[c.Currency])
			}
			delete(total, c.Currency)
		}
		for currency, left := range total {
			if months == 0 && left != 0 {
				t.Fatalf("%d %s are lost", left, currency)
			}
		}
	})
}

func checkMonth(t *rapid.T, currency string, m billing.MonthSpending) {
	if sum := m.Plan.Amount + m.Usage.Amount + m.Packs.Amount + m.Tax.Amount + m.Credits.Amount; sum != m.Total.Amount {
		t.Fatalf("the parts make %d, the total is %d: %+v", sum, m.Total.Amount, m)
	}
	for _, amount := range []billing.Money{m.Plan, m.Usage, m.Packs, m.Tax, m.Credits, m.Total, m.Refunds, m.Paid} {
		if amount.Currency != currency {
			t.Fatalf("%v among %s", amount, currency)
		}
	}
}

// drawBooks draws books, and adds up their totals and refunds another way.
func drawBooks(t *rapid.T) (books billing.Books, total, refunded map[string]int64) {
	total, refunded = map[string]int64{}, map[string]int64{}
	money := func(currency string) billing.Money {
		return billing.Money{Amount: rapid.Int64Range(-5000, 90_000).Draw(t, "amount"), Currency: currency}
	}
	draw := func(label string) (string, billing.Time) {
		currency := rapid.SampledFrom([]string{"usd", "jpy", "kwd"}).Draw(t, label)
		return currency, at(2024+rapid.IntRange(0, 2).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), 3)
	}
	for range rapid.IntRange(0, 8).Draw(t, "bills") {
		currency, date := draw("bill")
		invoice := billing.Invoice{
			FinalizedAt: date, Status: rapid.SampledFrom(billing.InvoiceStatuses()).Draw(t, "status"), Currency: currency,
			BillingReason: rapid.SampledFrom([]string{"manual", "subscription_cycle", "subscription_update", "quote_accept"}).Draw(t, "reason"),
			Total:         money(currency), Tax: money(currency), AmountPaid: money(currency),
		}
		for range rapid.IntRange(0, 4).Draw(t, "lines") {
			invoice.Lines = append(invoice.Lines, billing.InvoiceLine{
				Amount: money(currency), Discount: money(currency), Proration: rapid.Bool().Draw(t, "proration"),
				Metered: rapid.Bool().Draw(t, "metered"), PriceType: rapid.SampledFrom([]string{"", "one_time", "recurring"}).Draw(t, "type"),
				Taxes: []billing.TaxAmount{{Amount: money(currency), Inclusive: rapid.Bool().Draw(t, "inclusive")}},
			})
		}
		books.Bills = append(books.Bills, invoice.Bill())
		if invoice.Status != billing.InvoiceDraft && invoice.Status != billing.InvoiceVoid {
			total[currency] += invoice.Total.Amount
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "notes") {
		currency, date := draw("note")
		note := billing.CreditNote{CreatedAt: date, Total: money(currency), Status: rapid.SampledFrom([]string{"issued", "void"}).Draw(t, "status")}
		books.CreditNotes = append(books.CreditNotes, note)
		if note.Status == "issued" {
			total[currency] -= note.Total.Amount
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "payments") {
		currency, date := draw("payment")
		refund := billing.Refund{CreatedAt: date, Amount: money(currency), Status: rapid.SampledFrom([]string{"succeeded", "failed"}).Draw(t, "status")}
		payment := billing.Payment{
			CreatedAt: date, Amount: money(currency), Status: "succeeded", Refunds: []billing.Refund{refund},
			InvoiceID: rapid.SampledFrom([]string{"", "in_1"}).Draw(t, "invoice"),
		}
		books.Payments = append(books.Payments, payment)
		if refund.Status == "succeeded" {
			refunded[currency] += refund.Amount.Amount
		}
		if payment.InvoiceID == "" {
			total[currency] += payment.Amount.Amount
		}
	}
	return books, total, refunded
}
