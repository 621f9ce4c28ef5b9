package sqlite

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"billfold/backend/billing"
)

// folded makes texts comparable that differ in case, accents or width alone.
func folded(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	// The transformers keep state, so each call has its own.
	plain := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), cases.Fold(), norm.NFC)
	result, _, err := transform.String(plain, text)
	if err != nil {
		return strings.ToLower(text)
	}
	return result
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// searchText is what an invoice is found by, apart from what its payments say. An
// invoice that is past due is so as of the pull: all that can become it are pulled
// every time.
func searchText(i *billing.Invoice, at billing.Time) string {
	parts := []string{
		i.Number, i.ReceiptNumber, string(i.Status), strings.ReplaceAll(string(i.Status), "_", " "),
		i.Description, i.Summary, strings.ToUpper(i.Currency),
	}
	parts = append(parts, dateSpellings(i.Dated())...)
	if i.PastDue(at) {
		parts = append(parts, "past due overdue")
	}
	parts = append(parts, spellings(i.Total)...)
	if i.AmountDue != i.Total {
		parts = append(parts, spellings(i.AmountDue)...)
	}
	for _, line := range i.Lines {
		if line.Description != i.Summary {
			parts = append(parts, line.Description)
		}
	}
	return folded(strings.Join(parts, "\n"))
}

// spellings gives the ways in which an amount may be typed: plain, and with
// either kind of separators.
func spellings(m billing.Money) []string {
	plain := m.Decimal()
	whole, fraction, _ := strings.Cut(plain, ".")
	ways := []string{plain}
	if fraction != "" {
		ways = append(ways, whole+","+fraction)
	}
	if grouped := grouped(whole, ","); grouped != whole {
		ways = append(ways, withFraction(grouped, ".", fraction), withFraction(strings.ReplaceAll(grouped, ",", "."), ",", fraction))
	}
	return ways
}

func withFraction(whole, point, fraction string) string {
	if fraction == "" {
		return whole
	}
	return whole + point + fraction
}

// grouped puts a separator before every third digit from the right.
func grouped(whole, separator string) string {
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + separator + whole[at:]
	}
	return sign + whole
}

// dateSpellings gives the ways in which a date, in UTC, may be typed.
func dateSpellings(at billing.Time) []string {
	if !at.Known() {
		return nil
	}
	return []string{at.Go().Format(time.DateOnly), at.Go().Format("2 January 2006")}
}

// yearOf is the year in UTC; 0 when the instant is not known.
func yearOf(at billing.Time) int64 {
	if !at.Known() {
		return 0
	}
	return int64(at.Go().Year())
}
