package documents

import (
	"bytes"
	"errors"
	"strconv"

	"billfold/backend/billing"
	"billfold/backend/pattern"
)

// tailLength is how much of the end of a PDF holds its last words, in bytes.
// Source: ISO 32000-1, 7.5.5 and annex H, implementation note 18: readers look for
// %%EOF within the last 1024 bytes.
const tailLength = 1024

// lastWords are how a PDF ends: where its cross-reference table or stream begins,
// and the end mark.
var lastWords = pattern.Of(`startxref\s+(\d{1,12})\s+%%EOF[\s\x00]*$`)

// crossReference begins a table, or the object that is a stream.
var crossReference = pattern.Of(`^(xref\s|\d+\s+\d+\s+obj)`)

// checkPDF tells whether these bytes are a PDF from its first to its last words.
func checkPDF(body []byte) error {
	if !bytes.HasPrefix(body, []byte("%PDF-")) {
		return faultOf(billing.CodeNotStripe, "Something other than a PDF came in its place; it was not saved.", freshLink,
			errors.New("no %PDF- at the beginning"))
	}
	tail := body[max(0, len(body)-tailLength):]
	found := lastWords.Regexp().FindSubmatch(tail)
	if found == nil {
		return cutShort(errors.New("no startxref and %%EOF at the end"))
	}
	at, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil || at >= int64(len(body)) || !crossReference.Regexp().Match(body[at:min(int(at)+32, len(body))]) {
		return cutShort(errors.New("startxref leads nowhere"))
	}
	return nil
}
