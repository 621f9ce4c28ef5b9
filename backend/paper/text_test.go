package paper_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"billfold/backend/paper"
)

// footerOf is the text at the end of the document, as it is copied out of the PDF
// without spaces.
func footerOf(t tester, pdf []byte) string {
	t.Helper()
	lines := TextOf(t, pdf)
	holds := func(words string) func(string) bool {
		return func(line string) bool { return strings.Contains(line, words) }
	}
	from, to := slices.IndexFunc(lines, holds("Amount due")), slices.IndexFunc(lines, holds("Page 1 of 1"))
	if from < 0 || to < from {
		t.Fatalf("no sums and foot of the page in %q", lines)
	}
	return withoutSpaces(strings.Join(lines[from+1:to], ""))
}

func withoutSpaces(text string) string {
	return strings.Join(strings.Fields(text), "")
}

func TestTextCanBeCopiedOut(t *testing.T) {
	for name, text := range map[string]string{
		"Latin":            "Příliš žluťoučký kůň; Ångström, Łódź, İstanbul, Þórður, œuvre, Straße, office affluent",
		"Vietnamese":       "Công ty trách nhiệm hữu hạn Đức Thịnh",
		"Greek":            "Ελληνική Εταιρεία Ηλεκτρισμού",
		"Cyrillic":         "Общество с ограниченной ответственностью «Ёлка», Україна",
		"Armenian":         "Հայաստանի Հանրապետություն",
		"Georgian":         "საქართველოს ბანკი",
		"Hebrew":           "חברת השקד בע״מ",
		"Hebrew, vowelled": "שָׁלוֹם עוֹלָם",
		"Arabic":           "شركة النور للتجارة والسلام الإلكتروني",
		"Arabic, vowelled": "السَّلامُ عَلَيْكُم",
		"Persian":          "می‌خواهم کتاب‌ها",
		"Hindi":            "हिन्दी में विवरण",
		"Thai":             "เครดิตเพิ่มเติมที่นี่",
		"Chinese":          "上海市浦东新区软件有限公司",
		"Japanese":         "株式会社山田製作所、東京都千代田区",
		"Korean":           "주식회사 한국소프트웨어",
		"signs":            "Pro → Pro+ ✓ ≥ 100 € ₹ ₩ ₿ № ™",
		"unknown":          "Team [U+1F680] plan",
	} {
		t.Run(name, func(t *testing.T) {
			source := strings.ReplaceAll(text, "[U+1F680]", "🚀")
			got := footerOf(t, MustRender(t, paper.Document{Footer: source}))
			want := strings.ReplaceAll(withoutSpaces(norm.NFC.String(text)), "\u200c", "")
			if strings.ReplaceAll(got, "\u200c", "") != want {
				t.Errorf("copied out: %q, want %q", got, want)
			}
		})
	}
}

func TestCharactersThatDeceiveAreDropped(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"right-to-left override": {"invoice\u202efdp.exe", "invoicefdp.exe"},
		"isolates and marks":     {"\u2067a\u2069\u200fb\u061cc", "abc"},
		"zero width":             {"pay\u200b\ufeff\u2060pal", "paypal"},
		"controls":               {"a\x00b\x1b[31mc\x7f\u0085d", "ab[31mcd"},
		"soft hyphen":            {"in\u00advoice", "invoice"},
		"broken UTF-8":           {"a\xff\xfeb", "a\ufffdb"},
		"a noncharacter":         {"a\uffffb", "a[U+FFFF]b"},
		"private use":            {"a\ue123b", "a[U+E123]b"},
		"PDF operators":          {") Tj ET <</S/JavaScript>> (\\", ")TjET<</S/JavaScript>>(\\"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := footerOf(t, MustRender(t, paper.Document{Footer: c.text})); got != c.want {
				t.Errorf("copied out: %q, want %q", got, c.want)
			}
		})
	}
}

func TestMarksOnOneLetterAreLimited(t *testing.T) {
	text := footerOf(t, MustRender(t, paper.Document{Footer: "a" + strings.Repeat("\u0336", 500) + "b"}))
	if marks := strings.Count(text, "\u0336"); marks < 1 || marks > 4 {
		t.Errorf("%d marks of 500 are drawn, want four at most: %q", marks, text)
	}
}

// letters of scripts that pdftotext gives back one by one, whatever stands beside
// them. Marks that depend on their letter have cases of their own above.
var letters = map[string][]*unicode.RangeTable{
	"Latin":    {span(0x41, 0x5a), span(0x61, 0x7a), span(0xc0, 0xd6), span(0xd8, 0xf6), span(0xf8, 0x148), span(0x14a, 0x17e)},
	"Greek":    {span(0x391, 0x3a1), span(0x3a3, 0x3ce)},
	"Cyrillic": {span(0x400, 0x481)},
	"Han":      {span(0x4e00, 0x9fa5)},
	"Hangul":   {span(0xac00, 0xd7a3)},
	"Kana":     {span(0x3041, 0x3094), span(0x30a1, 0x30f6)},
	"Hebrew":   {span(0x5d0, 0x5ea)},
	"Arabic":   {span(0x621, 0x63a), span(0x641, 0x64a)},
}

func span(from, to uint16) *unicode.RangeTable {
	return &unicode.RangeTable{R16: []unicode.Range16{{Lo: from, Hi: to, Stride: 1}}}
}

func TestWordsOfOneScriptCanBeCopiedOut(t *testing.T) {
	for script, tables := range letters {
		t.Run(script, func(t *testing.T) {
			word := rapid.StringOfN(rapid.RuneFrom(nil, tables...), 1, 30, -1)
			rapid.Check(t, func(t *rapid.T) {
				text := strings.Join(rapid.SliceOfN(word, 1, 12).Draw(t, "words"), " ")
				got := footerOf(t, render(t, paper.Document{Footer: text}))
				if want := withoutSpaces(norm.NFC.String(text)); got != want {
					t.Fatalf("copied out: %q, want %q", got, want)
				}
			})
		})
	}
}

func render(t *rapid.T, d paper.Document) []byte {
	var drawn strings.Builder
	if err := paper.Render(&drawn, d); err != nil {
		t.Fatalf("Render: %v", err)
	}
	return []byte(drawn.String())
}

// TestAnyDocumentIsAPDF draws documents with whatever can be in a string or a
// number, and has them read.
func TestAnyDocumentIsAPDF(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pdf := render(t, anyDocument(t))
		pages := InfoOf(t, pdf)["Pages"]
		if pages == "" || pages == "0" {
			t.Fatalf("pdfinfo counts %q pages", pages)
		}
		MustRead(t, pdf, "pdftotext", "-", "-")
	})
}

func anyDocument(t *rapid.T) paper.Document {
	text := anyText()
	number := rapid.Int64()
	at := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "unknown") {
			return time.Time{}
		}
		return time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "seconds"), 0)
	})
	party := rapid.Custom(func(t *rapid.T) paper.Party {
		return paper.Party{
			Name: text.Draw(t, "name"), Email: text.Draw(t, "email"), Phone: text.Draw(t, "phone"),
			Address: paper.Address{Line1: text.Draw(t, "line"), City: text.Draw(t, "city"), State: text.Draw(t, "state"),
				Country: rapid.OneOf(rapid.StringN(0, 3, -1), rapid.SampledFrom([]string{"US", "DE", "JP", "XK"})).Draw(t, "country")},
			TaxIDs: []paper.TaxID{{Label: text.Draw(t, "label"), Value: text.Draw(t, "value")}},
		}
	})
	line := rapid.Custom(func(t *rapid.T) paper.Line {
		return paper.Line{
			Description: text.Draw(t, "description"), Quantity: number.Draw(t, "quantity"), Amount: number.Draw(t, "amount"),
			UnitAmount: rapid.OneOf(text, rapid.StringMatching(`-?[0-9]{1,30}(\.[0-9]{0,20})?`)).Draw(t, "unit"),
			From:       at.Draw(t, "from"), To: at.Draw(t, "to"), Proration: rapid.Bool().Draw(t, "proration"),
		}
	})
	return paper.Document{
		Kind: paper.Kind(rapid.IntRange(0, 2).Draw(t, "kind")), Standing: paper.Standing(rapid.IntRange(0, 4).Draw(t, "standing")),
		Number: text.Draw(t, "number"), RefersTo: text.Draw(t, "refers to"),
		Currency: rapid.OneOf(text, rapid.SampledFrom([]string{"usd", "jpy", "kwd"})).Draw(t, "currency"),
		IssuedAt: at.Draw(t, "issued"), DueAt: at.Draw(t, "due"), SettledAt: at.Draw(t, "settled"),
		Seller: party.Draw(t, "seller"), Buyer: party.Draw(t, "buyer"),
		Fields:    []paper.Field{{Label: text.Draw(t, "field"), Value: text.Draw(t, "value")}},
		Lines:     rapid.SliceOfN(line, 0, 8).Draw(t, "lines"),
		Discounts: []paper.Discount{{Name: text.Draw(t, "discount"), Amount: number.Draw(t, "off")}},
		Taxes: []paper.Tax{{Name: text.Draw(t, "tax"), Percentage: text.Draw(t, "percentage"), Taxable: number.Draw(t, "taxable"),
			Amount: number.Draw(t, "tax amount"), Inclusive: rapid.Bool().Draw(t, "inclusive"), ReverseCharge: rapid.Bool().Draw(t, "reverse")}},
		Subtotal: number.Draw(t, "subtotal"), Total: number.Draw(t, "total"), CreditApplied: number.Draw(t, "credit"),
		AmountPaid: number.Draw(t, "paid"), AmountDue: number.Draw(t, "amount due"),
		Payments: []paper.Payment{{At: at.Draw(t, "paid at"), Method: text.Draw(t, "method"), Number: text.Draw(t, "receipt"), Amount: number.Draw(t, "payment")}},
		Memo:     text.Draw(t, "memo"), Footer: text.Draw(t, "footer"),
	}
}

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.RuneFrom(nil, unicode.Letter, unicode.Mark, unicode.Space, unicode.Cf, unicode.Symbol)),
		rapid.StringOf(rapid.RuneFrom(nil, unicode.Arabic, unicode.Hebrew, unicode.Devanagari, unicode.Thai, unicode.Mn)),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.IntRange(0, 400), func(n int) string { return strings.Repeat("W", n) }),
		rapid.SampledFrom([]string{"", " ", "\n\n\n", "\ufdfd\ufdfd\ufdfd", strings.Repeat("字", 1500), strings.Repeat("a\n", 300)}),
	)
}
