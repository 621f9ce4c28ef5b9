package paper

import (
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// dateText writes the month as a word: no reader takes 3/4 for the wrong day.
func dateText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format("2 January 2006")
}

func periodText(from, to time.Time) string {
	const short = "2 Jan 2006"
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case from.IsZero():
		return "until " + to.Format(short)
	case to.IsZero() || from.Equal(to):
		return from.Format(short)
	}
	return from.Format(short) + " – " + to.Format(short)
}

func titleOf(d Document) string {
	switch d.Kind {
	case CreditNote:
		return "Credit note"
	case Receipt:
		return "Receipt"
	}
	return "Invoice"
}

// statusOf is the one line that tells how things stand, and whether they are
// settled.
func statusOf(d Document) (text string, settled bool) {
	on := func(words string, at time.Time) string {
		if at.IsZero() {
			return words
		}
		return words + " on " + dateText(at)
	}
	switch {
	case d.Kind == Receipt:
		return on("Paid", d.SettledAt), true
	case d.Standing == Void:
		return on("Void", d.SettledAt), false
	case d.Standing == Draft:
		return "Draft", false
	case d.Kind == CreditNote:
		return on("Credited", firstKnown(d.SettledAt, d.IssuedAt)), true
	case d.Standing == Paid:
		return on("Paid", d.SettledAt), true
	case d.Standing == Uncollectible:
		return "Not collected", false
	case d.DueAt.IsZero():
		return "Payment due", false
	}
	return "Due on " + dateText(d.DueAt), false
}

// headlineOf is the amount that the document is about, and what it is.
func headlineOf(d Document) (amount int64, words string) {
	switch {
	case d.Kind == Receipt:
		return d.AmountPaid, "paid"
	case d.Kind == CreditNote:
		return d.Total, "credited"
	case d.Standing == Open, d.Standing == Uncollectible:
		return d.AmountDue, "due"
	case d.Standing == Paid:
		return d.Total, "paid"
	}
	return d.Total, "in total"
}

func firstKnown(times ...time.Time) time.Time {
	for _, at := range times {
		if !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}

func countryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 {
		return code
	}
	if name := display.English.Regions().Name(region); name != "" {
		return name
	}
	return code
}

// townFirst are the countries that write the town before the postal code (Google
// libaddressinput, formats with %C before %Z).
const townFirst = "AU BR CA GB HK IE IN KR NZ SG TH TW US ZA"

func addressLines(a Address) []string {
	town := joined(" ", a.PostalCode, a.City)
	if strings.Contains(townFirst, strings.ToUpper(a.Country)) || a.Country == "" {
		town = joined(", ", a.City, joined(" ", a.State, a.PostalCode))
	} else if a.State != "" {
		town = joined(", ", town, a.State)
	}
	return present(a.Line1, a.Line2, town, countryName(a.Country))
}

func partyLines(p Party) []string {
	lines := append(addressLines(p.Address), present(p.Email, p.Phone)...)
	for _, id := range p.TaxIDs {
		lines = append(lines, joined(" ", id.Label, id.Value))
	}
	return lines
}

func joined(between string, parts ...string) string {
	return strings.Join(present(parts...), between)
}

func present(parts ...string) []string {
	var kept []string
	for _, part := range parts {
		if strings.TrimSpace(part) != "" {
			kept = append(kept, part)
		}
	}
	return kept
}
