package paper_test

import (
	"fmt"
	"strings"
	"time"

	"billfold/backend/paper"
)

func day(year int, month time.Month, date int) time.Time {
	return time.Date(year, month, date, 9, 30, 0, 0, time.UTC)
}

var (
	vendor = paper.Party{
		Name:    "Northwind Software GmbH",
		Address: paper.Address{Line1: "Torstraße 140", PostalCode: "10119", City: "Berlin", Country: "DE"},
		Email:   "billing@northwind.example",
		TaxIDs:  []paper.TaxID{{Label: "EU VAT", Value: "DE123456788"}},
	}
	subscriber = paper.Party{
		Name:    "Zoë Łukasiewicz-Ångström",
		Address: paper.Address{Line1: "ul. Świętojańska 7", Line2: "Lokal 12", PostalCode: "81-391", City: "Gdynia", Country: "PL"},
		Email:   "zoe@example.org",
		TaxIDs:  []paper.TaxID{{Label: "EU VAT", Value: "PL5260001246"}},
	}
)

// paidInvoice is the plain case: one plan, one tax, paid at once.
func paidInvoice() paper.Document {
	return paper.Document{
		Kind: paper.Invoice, Standing: paper.Paid, Number: "NW-4711-0003", Currency: "usd",
		IssuedAt: day(2026, 11, 3), DueAt: day(2026, 11, 3), SettledAt: day(2026, 11, 3),
		Seller: vendor, Buyer: subscriber,
		Lines: []paper.Line{
			{Description: "Pro plan", Quantity: 1, UnitAmount: "2000", Amount: 2000, From: day(2026, 11, 3), To: day(2026, 12, 3)},
			{Description: "Additional credits", Quantity: 1250, UnitAmount: "0.4", Amount: 500, From: day(2026, 10, 3), To: day(2026, 11, 3)},
		},
		Discounts: []paper.Discount{{Name: "WELCOME (20% off)", Amount: 500}},
		Taxes:     []paper.Tax{{Name: "VAT Poland", Percentage: "23", Taxable: 2000, Amount: 460}},
		Subtotal:  2500, Total: 2460, AmountPaid: 2460,
		Payments: []paper.Payment{{At: day(2026, 11, 3), Method: "Visa ending in 4242", Number: "2034-5512", Amount: 2460}},
		Footer:   "Northwind Software GmbH · Amtsgericht Berlin-Charlottenburg HRB 123456 · Managing director: Dr. Änne Größer",
	}
}

func openInvoice() paper.Document {
	d := paidInvoice()
	d.Standing, d.DueAt, d.SettledAt = paper.Open, day(2026, 12, 3), time.Time{}
	d.CreditApplied, d.AmountPaid, d.AmountDue, d.Payments = 1000, 0, 1460, nil
	d.Fields = []paper.Field{{Label: "Purchase order", Value: "PO-2026-00981"}, {Label: "Cost centre", Value: "R&D Tools"}}
	d.Memo = "Thank you for your business.\nPlease quote the invoice number with your payment."
	d.Lines = append(d.Lines, paper.Line{
		Description: "Unused time on Pro plan after 12 November 2026", Amount: -733, Quantity: 1,
		From: day(2026, 11, 12), To: day(2026, 12, 3), Proration: true,
	}, paper.Line{
		Description: "Remaining time on Pro+ plan after 12 November 2026", Amount: 733, Quantity: 1,
		From: day(2026, 11, 12), To: day(2026, 12, 3), Proration: true,
	})
	return d
}

func reverseCharge() paper.Document {
	d := openInvoice()
	d.Discounts, d.CreditApplied = nil, 0
	d.Currency = "eur"
	d.Taxes = []paper.Tax{{Name: "VAT", Percentage: "0", Taxable: 2500, ReverseCharge: true}}
	d.Total, d.AmountDue = 2500, 2500
	return d
}

func inCurrency(currency string, unit string, amount int64) paper.Document {
	d := paidInvoice()
	d.Currency, d.Discounts, d.Lines = currency, nil, d.Lines[:1]
	d.Lines[0].UnitAmount, d.Lines[0].Amount = unit, amount
	d.Taxes = []paper.Tax{{Name: "Consumption tax", Percentage: "10", Taxable: amount - amount/11, Amount: amount / 11, Inclusive: true}}
	d.Subtotal, d.Total, d.AmountPaid = amount, amount, amount
	d.Payments[0].Amount = amount
	return d
}

// manyLines has n lines in the United States, so on Letter paper.
func manyLines(n int) paper.Document {
	d := paidInvoice()
	d.Seller = paper.Party{Name: "Northwind Inc.", Address: paper.Address{Line1: "548 Market Street", City: "San Francisco", State: "CA", PostalCode: "94104", Country: "US"}}
	d.Lines, d.Discounts, d.Taxes = nil, nil, nil
	for i := range n {
		d.Lines = append(d.Lines, paper.Line{
			Description: fmt.Sprintf("Seat %d: Pro+ plan", i+1), Quantity: 1, UnitAmount: "4000", Amount: 4000,
			From: day(2026, 11, 3), To: day(2026, 12, 3),
		})
	}
	d.Subtotal = int64(4000 * n)
	d.Total, d.AmountPaid = d.Subtotal, d.Subtotal
	d.Payments[0].Amount = d.Subtotal
	return d
}

func creditNote() paper.Document {
	d := paidInvoice()
	d.Kind, d.Number, d.RefersTo = paper.CreditNote, "NW-4711-0003-CN-01", "NW-4711-0003"
	d.IssuedAt, d.DueAt, d.SettledAt = day(2026, 11, 9), time.Time{}, day(2026, 11, 9)
	d.Lines, d.Discounts = d.Lines[1:], nil
	d.Subtotal, d.Total, d.AmountPaid = 500, 615, 0
	d.Taxes = []paper.Tax{{Name: "VAT Poland", Percentage: "23", Taxable: 500, Amount: 115}}
	d.Payments = []paper.Payment{{At: day(2026, 11, 9), Method: "Refund to Visa ending in 4242", Number: "re_1Nc", Amount: 615}}
	d.Memo = "Credits that could not be used during the outage of 5 November."
	return d
}

func receipt() paper.Document {
	d := paidInvoice()
	d.Kind, d.Number, d.RefersTo = paper.Receipt, "2034-5512", "NW-4711-0003"
	return d
}

// worldNames has a buyer with a name and an address in another script.
func worldNames(name, line, city, country string) paper.Document {
	d := paidInvoice()
	d.Buyer = paper.Party{Name: name, Address: paper.Address{Line1: line, City: city, PostalCode: "100-0001", Country: country}}
	d.Lines[0].Description = "Pro plan (" + name + ")"
	d.Memo = name + ": " + line + ", " + city
	return d
}

func japanese() paper.Document {
	d := worldNames("株式会社山田製作所 御中", "千代田一丁目1番", "東京都", "JP")
	d.Lines[1].Description = "日本語の長い説明文は単語の間に空白がないため、どこで改行するかは文字の種類によって決まります。追加クレジット。 한국어 설명: 추가 크레딧. 中文说明:附加额度。"
	return d
}

func arabic() paper.Document {
	d := worldNames("شركة النور للتجارة", "شارع الملك فهد ١٢٣", "الرياض", "SA")
	d.Lines[1].Description = "خطة احترافية مع 1250 credits إضافية لشهر نوفمبر ٢٠٢٦، والسعر لا يشمل الضريبة. السَّلامُ عَلَيْكُم"
	return d
}

func hebrew() paper.Document {
	d := worldNames("חברת השקד בע״מ", "רחוב הרצל 45 (קומה 3)", "תל אביב", "IL")
	d.Lines[1].Description = "שָׁלוֹם: תוכנית Pro+ עם 1250 נקודות נוספות"
	return d
}

func greek() paper.Document {
	d := worldNames("Ελληνική Εταιρεία Ηλεκτρισμού Α.Ε.", "Οδός Ερμού 15", "Αθήνα", "GR")
	d.Lines[1].Description = "Українська мова, български, русский: дополнительные кредиты. Tiếng Việt: tín dụng bổ sung. ประเทศไทย: เครดิตเพิ่มเติม"
	return d
}

func hostile() paper.Document {
	d := openInvoice()
	d.Number = "../../etc/passwd\x00‮fdp.exe"
	d.Buyer.Name = "<script>alert(1)</script> ) Tj ET (\\) 😀 \x1b[31m \xff\xfe"
	d.Buyer.Address.Line1 = "Z̴̡̢̛̫̘͉̾̈́̇̚a̷̧̛͎̰̽̏̑͝l̵̨̛̗̣̈́g̸̨̛̖̥̀̄o̸̢̧̪̔ " + strings.Repeat("W", 300)
	d.Lines[0].Description = "=HYPERLINK(\"http://example.org\")\r\n" + strings.Repeat("A very long description that goes on and on. ", 220)
	d.Lines[1].UnitAmount, d.Lines[1].Quantity = "NaN", -9223372036854775808
	d.Lines[1].Amount = -9223372036854775808
	d.Discounts[0].Name = strings.Repeat("Donaudampfschifffahrtsgesellschaft", 8)
	return d
}

func samples() map[string]paper.Document {
	return map[string]paper.Document{
		"paid": paidInvoice(), "open": openInvoice(), "reverse-charge": reverseCharge(),
		"jpy": inCurrency("jpy", "2980", 1234567), "kwd": inCurrency("kwd", "6150", 6150),
		"three-pages": manyLines(40), "credit-note": creditNote(), "receipt": receipt(),
		"japanese": japanese(), "arabic": arabic(), "hebrew": hebrew(), "greek": greek(),
		"hostile": hostile(), "empty": {},
	}
}
