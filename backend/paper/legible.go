package paper

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	// marksPerLetter is how many combining marks may stand on one letter. Four
	// are enough for every language that is printed here; hundreds would be drawn
	// over the lines above and below.
	marksPerLetter = 4
	// longestParagraph is where a paragraph is broken after the next word, in
	// characters, since the shaper counts widths in 32 bits; longestWord is how
	// long is waited for its end.
	longestParagraph, longestWord = 4000, 500

	zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'
)

// paragraphs makes text of anybody fit to be printed: broken into paragraphs,
// without control characters and without those that change the direction of what
// follows, and with the code of every character that no typeface has.
func paragraphs(text string, printable func(rune) bool) []string {
	var (
		done  []string
		now   strings.Builder
		count int
		marks int
	)
	flush := func() {
		done = append(done, now.String())
		now.Reset()
		count, marks = 0, 0
	}
	for _, r := range norm.NFC.String(lineBreaks.Replace(strings.ToValidUTF8(text, "\ufffd"))) {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			marks++
		} else if r != zeroWidthJoiner && r != zeroWidthNonJoiner {
			marks = 0
		}
		switch {
		case r == '\n':
			flush()
			continue
		case dropped(r), marks > marksPerLetter:
			continue
		case !nonCharacter(r) && printable(r):
			now.WriteRune(r)
			count++
		default:
			written, _ := fmt.Fprintf(&now, "[U+%04X]", r)
			count += written
		}
		if count >= longestParagraph && (r == ' ' || count >= longestParagraph+longestWord) {
			flush()
		}
	}
	if now.Len() > 0 || len(done) == 0 {
		flush()
	}
	return done
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n",
	"\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ")

// nonCharacter is true for the codes that Unicode keeps free for good; some files
// map them to a glyph all the same.
func nonCharacter(r rune) bool {
	return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
}

// dropped is true for what has no shape of its own: controls, direction marks and
// overrides, zero-width characters, selectors of variants. Joiners stay: Persian
// is spelled with them.
func dropped(r rune) bool {
	switch {
	case r == zeroWidthJoiner, r == zeroWidthNonJoiner:
		return false
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false // Arabic number signs, which are seen
	case r == '\n':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
