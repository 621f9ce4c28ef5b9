package paper

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// The styles of everything that is printed, and nothing else.
var (
	letterhead = style{size: 11.5, leading: 16, bold: true, colour: ink}
	titleStyle = style{size: 26, leading: 34, bold: true, colour: ink}
	headline   = style{size: 15, leading: 21, bold: true, colour: ink}
	heading    = style{size: 10.5, leading: 16, bold: true, colour: ink}
	label      = style{size: 7.5, leading: 12, colour: quiet}
	body       = style{size: 9, leading: 13, colour: ink}
	strong     = style{size: 9, leading: 13, bold: true, colour: ink}
	detail     = style{size: 8, leading: 11.5, colour: quiet}
	due        = style{size: 11, leading: 16, bold: true, colour: ink}
	fine       = style{size: 7.5, leading: 11, colour: quiet}
)

// Render writes the document to w as a PDF: US Letter when the seller is in the
// United States or Canada, A4 otherwise. It fails only when w does.
func Render(w io.Writer, d Document) error {
	t := typesetters.Get().(*typesetter)
	defer typesetters.Put(t)
	s := newSheet(t, 595.28, 841.89)
	if country := strings.ToUpper(d.Seller.Address.Country); country == "US" || country == "CA" {
		s = newSheet(t, 612, 792)
	}
	d.Currency = currencyCode(d.Currency)
	s.drawHead(d)
	s.drawParties(d)
	s.drawHeadline(d)
	s.drawLines(d)
	s.drawTotals(d)
	s.drawPayments(d)
	s.drawFooterText(d)
	s.drawPageFeet(d)
	if _, err := w.Write(s.assemble(d)); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// assemble puts the pages into a file.
func (s *sheet) assemble(d Document) []byte {
	f := newFile()
	tree := f.promise()
	contents := make([]int, len(s.pages))
	for i, page := range s.pages {
		contents[i] = f.addStream(page.Bytes(), "")
	}
	var resources, kids strings.Builder
	for _, used := range s.fonts {
		fmt.Fprintf(&resources, "/%s %d 0 R", used.name, used.write(f))
	}
	for _, content := range contents {
		page := f.add("<</Type/Page/Parent %d 0 R/Contents %d 0 R>>", tree, content)
		fmt.Fprintf(&kids, "%d 0 R ", page)
	}
	f.put(tree, "<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 %s %s]/Resources<</Font<<%s>>>>>>",
		len(s.pages), strings.TrimSpace(kids.String()), number(s.width), number(s.height), resources.String())
	catalog := f.add("<</Type/Catalog/Pages %d 0 R/Lang(en)/ViewerPreferences<</DisplayDocTitle true>>>>", tree)
	information := f.add("<</Title %s/Author %s/Producer(Billfold)%s>>",
		textString(oneLine(joined(" ", titleOf(d), d.Number))), textString(oneLine(d.Seller.Name)), creation(d.IssuedAt))
	return f.finish(catalog, information)
}

// creation is the date of the document, not of the drawing, so that drawing it
// again gives the same bytes.
func creation(at time.Time) string {
	if at.IsZero() || at.UTC().Year() < 0 || at.UTC().Year() > 9999 {
		return ""
	}
	return "/CreationDate(D:" + at.UTC().Format("20060102150405") + "Z)"
}

// oneLine is text for a place with room for a line: cleaned, and cut.
func oneLine(text string) string {
	const longest = 70
	runes := []rune(paragraphs(text, func(rune) bool { return true })[0])
	if len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return string(runes)
}
