package export

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// text makes words of others safe for a cell. A spreadsheet takes a cell that
// begins with = + - or @ for a formula, some of them also behind blanks or in the
// wide forms of East Asian type, and runs it: an apostrophe in front keeps it
// text. Our own numbers never pass through here.
// Source: OWASP, "CSV Injection".
func text(words string) string {
	plain := legible(words)
	if begins := firstVisible(plain); strings.ContainsRune("=+-@", begins) || startsWithControl(words) {
		return "'" + plain
	}
	return plain
}

// legible keeps a cell on one line, and its characters to those that can be seen:
// control characters would break programs that read it, and marks that turn the
// direction of writing would make one cell look like another.
func legible(words string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', r == '\u2028', r == '\u2029', r == '\u0085':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		default:
			return r
		}
	}, strings.ToValidUTF8(words, string(unicode.ReplacementChar)))
}

// startsWithControl tells whether a cell would have begun with a tab, a return or
// a line feed, which some programs leave out before they look for a formula.
func startsWithControl(words string) bool {
	return words != "" && strings.ContainsRune("\t\r\n", rune(words[0]))
}

// firstVisible is the first character that is no blank and has a width, in its
// usual form.
func firstVisible(words string) rune {
	for _, r := range words {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r) || r == unicode.ReplacementChar {
			continue
		}
		if narrow := width.LookupRune(r).Narrow(); narrow != 0 {
			r = narrow
		}
		switch r {
		case '\u2212', '\ufe63': // minus signs
			return '-'
		case '\ufe62':
			return '+'
		case '\ufe66':
			return '='
		case '\ufe6b':
			return '@'
		}
		return r
	}
	return 0
}

// FileName is the name of the file, without its ending: it says of whom the books
// are, where, and which.
func (b Books) FileName() string {
	place := b.Account.Host
	if place == "" {
		place = b.Account.Connection
	}
	parts := []string{"billfold", place, b.Account.Scenario, b.Account.Name, b.Account.CustomerID, b.Period}
	var kept []string
	for _, part := range parts {
		if part = slug(part); part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "_")
}

// longestSlug keeps a file name within what every file system takes.
const longestSlug = 40

// slug leaves letters, digits, dots, hyphens and underscores.
func slug(words string) string {
	var name strings.Builder
	length := 0
	for _, r := range words {
		if length == longestSlug {
			break
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '_' {
			name.WriteRune(r)
			length++
		} else if text := name.String(); text != "" && !strings.HasSuffix(text, "-") {
			name.WriteRune('-')
			length++
		}
	}
	return strings.Trim(name.String(), "-.")
}
