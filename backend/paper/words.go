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

// mood is how a status is coloured.
type mood int

const (
	waiting mood = iota // somebody has to pay
	settled
	ended // nobody has to do anything
)

// statusOf says in a word or two how things stand.
func statusOf(d Document) (words string, m mood) {
	switch {
	case d.Kind == Receipt:
		return "Paid", settled
	case d.Standing == Void:
		return "Void", ended
	case d.Standing == Draft:
		return "Draft", ended
	case d.Kind == CreditNote:
		return "Credited", settled
	case d.Standing == Paid:
		return "Paid", settled
	case d.Standing == Uncollectible:
		return "Not collected", ended
	}
	return "Payment due", waiting
}

// headlineOf is the amount that the document is about, and what became of it.
func headlineOf(d Document) (amount int64, words string) {
	on := func(words string, at time.Time) string {
		if at.IsZero() {
			return words
		}
		return words + " on " + dateText(at)
	}
	switch {
	case d.Kind == Receipt:
		return d.AmountPaid, on("paid", d.SettledAt)
	case d.Standing == Void:
		return d.Total, on("void", d.SettledAt)
	case d.Standing == Draft:
		return d.Total, "not yet charged"
	case d.Kind == CreditNote:
		return d.Total, on("credited", firstKnown(d.SettledAt, d.IssuedAt))
	case d.Standing == Paid:
		return d.Total, on("paid", d.SettledAt)
	}
	return d.AmountDue, on("due", d.DueAt)
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
