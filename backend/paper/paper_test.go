package paper_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"billfold/backend/paper"
)

func TestSamples(t *testing.T) {
	for name, d := range samples() {
		t.Run(name, func(t *testing.T) {
			pdf := MustRender(t, d)
			keepSample(t, name, pdf)

			t.Run("every font is embedded, cut to what is used, and can be copied from", func(t *testing.T) {
				rows := strings.Split(strings.TrimSpace(MustRead(t, pdf, "pdffonts", "-")), "\n")[2:]
				if len(rows) < 2 {
					t.Errorf("pdffonts lists %d fonts, want two or more", len(rows))
				}
				for _, row := range rows {
					columns := strings.Fields(row)
					if flags := columns[len(columns)-5 : len(columns)-2]; !slices.Equal(flags, []string{"yes", "yes", "yes"}) {
						t.Errorf("embedded, subset, Unicode = %v in %q", flags, row)
					}
				}
			})
			t.Run("all words are within the margins and none covers another", func(t *testing.T) {
				for i, page := range PlacesOf(t, pdf) {
					checkPlaces(t, i+1, page)
				}
			})
			t.Run("it can be sent by mail", func(t *testing.T) {
				if len(pdf) > 60_000 {
					t.Errorf("%d bytes, want 60,000 at most", len(pdf))
				}
			})
		})
	}
}

// checkPlaces allows for what letters reach over their box, and for the boxes of
// marks, which have no width of their own.
func checkPlaces(t *testing.T, number int, page placed) {
	t.Helper()
	const margin, reach = 54, 3
	for i, word := range page.Words {
		if word.Left < margin-reach || word.Right > page.Width-margin+reach || word.Top < margin-20 || word.Bottom > page.Height-20 {
			t.Errorf("page %d: %q is outside of the margins: %+v", number, word.Text, word)
		}
		for _, other := range page.Words[i+1:] {
			across := min(word.Right, other.Right) - max(word.Left, other.Left)
			down := min(word.Bottom, other.Bottom) - max(word.Top, other.Top)
			if across > reach && down > reach {
				t.Errorf("page %d: %q covers %q", number, word.Text, other.Text)
			}
		}
	}
}

func TestInvoiceSaysEverythingThatAnAccountantLooksFor(t *testing.T) {
	want := []string{
		"Northwind Software GmbH Paid",
		"Invoice",
		"Invoice number Date of issue Date due Date paid",
		"NW-4711-0003 3 November 2026 3 November 2026 3 November 2026",
		"From Billed to",
		"Northwind Software GmbH Zoë Łukasiewicz-Ångström",
		"Torstraße 140 ul. Świętojańska 7",
		"10119 Berlin Lokal 12",
		"Germany 81-391 Gdynia",
		"billing@northwind.example Poland",
		"EU VAT DE123456788 zoe@example.org",
		"EU VAT PL5260001246",
		"USD 24.60 paid on 3 November 2026",
		"Description Quantity Unit price Amount (USD)",
		"Pro plan 1 20.00 20.00",
		"3 Nov 2026 – 3 Dec 2026",
		"Additional credits 1,250 0.004 5.00",
		"3 Oct 2026 – 3 Nov 2026",
		"Subtotal 25.00",
		"Discount: WELCOME (20% off) -5.00",
		"Total excluding tax 20.00",
		"VAT Poland 23% on 20.00 4.60",
		"Total USD 24.60",
		"Amount paid -24.60",
		"Amount due USD 0.00",
		"Payments",
		"Payment method Date Receipt number Amount (USD)",
		"Visa ending in 4242 3 November 2026 2034-5512 24.60",
		"Northwind Software GmbH · Amtsgericht Berlin-Charlottenburg HRB 123456 · Managing director: Dr. Änne Größer",
		"Invoice NW-4711-0003 · Northwind Software GmbH Page 1 of 1",
	}
	got := TextOf(t, MustRender(t, paidInvoice()))
	if !slices.Equal(got, want) {
		t.Errorf("the paper says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWhatEachKindSays(t *testing.T) {
	void, draft, lost := openInvoice(), openInvoice(), openInvoice()
	void.Standing, void.SettledAt = paper.Void, day(2026, 11, 20)
	draft.Standing = paper.Draft
	lost.Standing = paper.Uncollectible
	debt, tiny := openInvoice(), openInvoice()
	debt.CreditApplied = -1000
	tiny.Standing, tiny.CreditApplied, tiny.CarriedOver, tiny.AmountDue = paper.Paid, 2422, 38, 0
	for name, c := range map[string]struct {
		document paper.Document
		says     []string
	}{
		"an open invoice says until when what is due": {openInvoice(), []string{
			"Northwind Software GmbH Payment due", "USD 14.60 due on 3 December 2026", "Account credit used -10.00", "Amount due USD 14.60",
			"NW-4711-0003 3 November 2026 3 December 2026 PO-2026-00981", "12 Nov 2026 – 3 Dec 2026 · Prorated",
		}},
		"what is too small is carried over":   {tiny, []string{"Account credit used -24.22", "Carried over to the next invoice -0.38", "Amount due USD 0.00"}},
		"an earlier debt is added":            {debt, []string{"Earlier account debt 10.00"}},
		"a void invoice is not owed":          {void, []string{"Northwind Software GmbH Void", "USD 24.60 void on 20 November 2026"}},
		"a draft asks for nothing":            {draft, []string{"Northwind Software GmbH Draft", "USD 24.60 not yet charged"}},
		"what was given up can still be paid": {lost, []string{"Northwind Software GmbH Not collected", "USD 14.60 due on 3 December 2026"}},
		"a reverse charge is stated": {reverseCharge(), []string{
			"VAT 0% on 25.00 (reverse charge) 0.00", "Reverse charge: the customer accounts for the tax on this supply.",
		}},
		"a credit note names its invoice and the refund": {creditNote(), []string{
			"Credit note number Invoice number Date of issue", "NW-4711-0003-CN-01 NW-4711-0003 9 November 2026",
			"USD 6.15 credited on 9 November 2026", "Total credited USD 6.15", "Refund to Visa ending in 4242 9 November 2026 re_1Nc 6.15",
		}},
		"a receipt names its invoice and the payment": {receipt(), []string{
			"Receipt number Invoice number Date of issue Date paid", "2034-5512 NW-4711-0003 3 November 2026 3 November 2026",
			"USD 24.60 paid on 3 November 2026", "Amount paid USD 24.60",
		}},
		"a tax may be in the prices": {inCurrency("jpy", "2980", 2980), []string{
			"Consumption tax 10% on 2,710 270", "(included in the prices)", "Total excluding tax 2,710",
		}},
		"nothing known is still a page": {paper.Document{}, []string{"Invoice", "0.00 due", "Page 1 of 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := TextOf(t, MustRender(t, c.document))
			for _, line := range c.says {
				if !slices.ContainsFunc(got, func(l string) bool { return l == line || strings.HasSuffix(l, " "+line) }) {
					t.Errorf("no line %q in\n%s", line, strings.Join(got, "\n"))
				}
			}
		})
	}
}

func TestAmountsHaveTheDigitsOfTheirCurrency(t *testing.T) {
	for _, c := range []struct {
		currency string
		minor    int64
		want     string
	}{
		{"usd", 2000, "USD 20.00"}, {"usd", 5, "USD 0.05"}, {"usd", -733, "USD -7.33"}, {"usd", -5, "USD -0.05"}, {"usd", 0, "USD 0.00"},
		{"eur", 123456789, "EUR 1,234,567.89"}, {"eur", 100000, "EUR 1,000.00"},
		{"jpy", 2980, "JPY 2,980"}, {"jpy", -1, "JPY -1"}, {"krw", 1234567, "KRW 1,234,567"},
		{"kwd", 6150, "KWD 6.150"}, {"bhd", 1, "BHD 0.001"}, {"tnd", -1234567, "TND -1,234.567"},
		{"isk", 50000, "ISK 500.00"}, {"ugx", 500000, "UGX 5,000.00"}, {"huf", 199900, "HUF 1,999.00"},
		{"usd", math.MaxInt64, "USD 92,233,720,368,547,758.07"}, {"usd", math.MinInt64, "USD -92,233,720,368,547,758.08"},
	} {
		t.Run(c.want, func(t *testing.T) {
			got := TextOf(t, MustRender(t, paper.Document{Currency: c.currency, AmountDue: c.minor, Standing: paper.Open}))
			if !slices.Contains(got, "Amount due "+c.want) || !slices.Contains(got, c.want+" due") {
				t.Errorf("no %q in\n%s", c.want, strings.Join(got, "\n"))
			}
		})
	}
}

func TestUnitPricesKeepTheFractionOfACent(t *testing.T) {
	for unit, want := range map[string]string{
		"2000": "20.00", "0.4": "0.004", "12.50": "0.125", "1234567.891": "12,345.67891", "-0.25": "-0.0025", "": "", "NaN": "NaN",
	} {
		t.Run(strconv.Quote(unit), func(t *testing.T) {
			d := paper.Document{Currency: "usd", Lines: []paper.Line{{Description: "Credits", Quantity: 3, UnitAmount: unit, Amount: 700}}}
			line := strings.Join(strings.Fields("Credits 3 "+want+" 7.00"), " ")
			if got := TextOf(t, MustRender(t, d)); !slices.Contains(got, line) {
				t.Errorf("no %q in\n%s", line, strings.Join(got, "\n"))
			}
		})
	}
}

func TestAddressesAreWrittenAsTheirCountryDoes(t *testing.T) {
	for name, c := range map[string]struct {
		address paper.Address
		want    []string
	}{
		"German":           {paper.Address{Line1: "Torstr. 1", PostalCode: "10119", City: "Berlin", Country: "DE"}, []string{"Torstr. 1", "10119 Berlin", "Germany"}},
		"American":         {paper.Address{Line1: "1 Main St", PostalCode: "94104", City: "San Francisco", State: "CA", Country: "us"}, []string{"1 Main St", "San Francisco, CA 94104", "United States"}},
		"Spanish":          {paper.Address{Line1: "Calle 1", PostalCode: "28001", City: "Madrid", State: "Madrid", Country: "ES"}, []string{"28001 Madrid, Madrid", "Spain"}},
		"without country":  {paper.Address{PostalCode: "1", City: "X"}, []string{"X, 1"}},
		"no country of it": {paper.Address{City: "X", Country: "Atlantis"}, []string{"X", "Atlantis"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := TextOf(t, MustRender(t, paper.Document{Seller: paper.Party{Address: c.address}}))
			from := slices.Index(got, c.want[0])
			if from < 0 || !slices.Equal(got[from:from+len(c.want)], c.want) {
				t.Errorf("no %q in a row in\n%s", c.want, strings.Join(got, "\n"))
			}
		})
	}
}

func TestPages(t *testing.T) {
	t.Run("the head of the table is repeated and each line stands once", func(t *testing.T) {
		pdf := MustRender(t, manyLines(40))
		text := TextOf(t, pdf)
		count := func(line string) (n int) {
			for _, l := range text {
				if l == line {
					n++
				}
			}
			return n
		}
		if pages := InfoOf(t, pdf)["Pages"]; pages != "3" {
			t.Errorf("%s pages, want 3", pages)
		}
		if n := count("Description Quantity Unit price Amount (USD)"); n != 3 {
			t.Errorf("%d heads, want 3", n)
		}
		for i := range 40 {
			if n := count("Seat " + strconv.Itoa(i+1) + ": Pro+ plan 1 40.00 40.00"); n != 1 {
				t.Errorf("seat %d stands %d times", i+1, n)
			}
		}
		for i := range 3 {
			if n := count("Invoice NW-4711-0003 · Northwind Inc. Page " + strconv.Itoa(i+1) + " of 3"); n != 1 {
				t.Errorf("foot of page %d stands %d times", i+1, n)
			}
		}
	})
	t.Run("the sums stay together", func(t *testing.T) {
		for n := 1; n < 30; n++ {
			for i, page := range PlacesOf(t, MustRender(t, manyLines(n))) {
				var words []string
				for _, word := range page.Words {
					words = append(words, word.Text)
				}
				if slices.Contains(words, "Subtotal") != slices.Contains(words, "due") && i > 0 {
					t.Errorf("%d lines: page %d has only a part of the sums", n, i+1)
				}
			}
		}
	})
	t.Run("a long description goes on over pages", func(t *testing.T) {
		lines := slices.DeleteFunc(TextOf(t, MustRender(t, hostile())), func(line string) bool {
			return strings.Contains(line, " · Northwind Software GmbH Page ") || line == "Description Quantity Unit price Amount (USD)"
		})
		if n := strings.Count(strings.Join(lines, " "), "A very long description that goes on and on."); n != 220 {
			t.Errorf("the sentence stands %d times, want 220", n)
		}
	})
	t.Run("American sellers use Letter, all others A4", func(t *testing.T) {
		for country, want := range map[string]string{"US": "612 x 792 pts (letter)", "ca": "612 x 792 pts (letter)", "DE": "595.28 x 841.89 pts (A4)", "": "595.28 x 841.89 pts (A4)"} {
			d := paidInvoice()
			d.Seller.Address.Country = country
			if got := InfoOf(t, MustRender(t, d))["Page size"]; got != want {
				t.Errorf("%q: %s, want %s", country, got, want)
			}
		}
	})
}

func TestFile(t *testing.T) {
	t.Run("it says what it is", func(t *testing.T) {
		info := InfoOf(t, MustRender(t, creditNote()))
		for name, want := range map[string]string{
			"Title": "Credit note NW-4711-0003-CN-01", "Author": "Northwind Software GmbH", "Producer": "Billfold",
			"CreationDate": "2026-11-09T09:30:00Z", "PDF version": "1.7", "Encrypted": "no", "JavaScript": "no",
		} {
			if info[name] != want {
				t.Errorf("%s: %q, want %q", name, info[name], want)
			}
		}
	})
	t.Run("the same document gives the same bytes, whoever draws what besides", func(t *testing.T) {
		first := make(map[string][]byte)
		for name, d := range samples() {
			first[name] = MustRender(t, d)
		}
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for name, d := range samples() {
					var again bytes.Buffer
					if err := paper.Render(&again, d); err != nil || !bytes.Equal(again.Bytes(), first[name]) {
						t.Errorf("%s is drawn differently (%v)", name, err)
					}
				}
			})
		}
		group.Wait()
	})
	t.Run("years that no file format has are left out", func(t *testing.T) {
		d := paidInvoice()
		d.IssuedAt = time.Unix(math.MaxInt32*1000, 0)
		if date, there := InfoOf(t, MustRender(t, d))["CreationDate"]; there {
			t.Errorf("CreationDate %q", date)
		}
	})
	t.Run("a full disk is an error", func(t *testing.T) {
		full := errors.New("no space left")
		if err := paper.Render(broken{full}, paidInvoice()); !errors.Is(err, full) {
			t.Errorf("Render = %v, want %v", err, full)
		}
	})
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

func BenchmarkPaidInvoice(b *testing.B) {
	d := paidInvoice()
	for b.Loop() {
		MustRender(b, d)
	}
}
