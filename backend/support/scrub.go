package support

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"billfold/backend/pattern"
)

// longest is how many characters of a stranger's text are kept.
const longest = 80

// What must not leave the machine, whoever wrote it into a text.
var (
	links   = pattern.Of(`(?i)\b[a-z][a-z0-9+.-]*://\S*|\bwww\.\S*`)
	secrets = pattern.Of(`\b(?:sk|rk|pk|whsec|ek|seti|pi|cs|bps)_[A-Za-z0-9_]*(?:secret|live|test)[A-Za-z0-9_]*|\bwhsec_\S+|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+|(?i)\bbearer\s+\S+`)
	digits  = pattern.Of(`\d(?:[ .-]?\d){11,18}`)
)

const removed = "(removed)"

// scrub makes a stranger's text safe to send: without links, secrets and card
// numbers, in one line, and without marks that Markdown or a terminal would act on.
func scrub(text string) string {
	text = strings.Map(plain, text)
	text = links.Regexp().ReplaceAllString(text, removed)
	text = secrets.Regexp().ReplaceAllString(text, removed)
	text = digits.Regexp().ReplaceAllStringFunc(text, func(found string) string {
		if isCardNumber(found) {
			return removed
		}
		return found
	})
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > longest {
		text = string([]rune(text)[:longest-1]) + "…"
	}
	return text
}

// plain drops what moves a cursor or turns the direction of writing, and turns
// what Markdown acts on into spaces.
func plain(r rune) rune {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', strings.ContainsRune("`|<>[]*\\", r):
		return ' '
	case unicode.Is(unicode.Cf, r), r == utf8.RuneError:
		return -1
	default:
		return r
	}
}

// isCardNumber tells whether the digits carry the check digit that card numbers have.
func isCardNumber(text string) bool {
	sum, place := 0, 0
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] < '0' || text[i] > '9' {
			continue
		}
		d := int(text[i] - '0')
		if place%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		place++
	}
	return place >= 12 && sum%10 == 0
}

// masked leaves of an e-mail address what shows its owner that it is theirs.
func masked(email string) string {
	name, host, whole := strings.Cut(scrub(email), "@")
	first, _ := utf8.DecodeRuneInString(name)
	if !whole || name == "" {
		return ""
	}
	return string(first) + "***@" + host
}
