package paper

import (
	"slices"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/shaping"
)

// glyphsOf gives the glyphs of a shaped run, from the left, with the text that
// each stands for. A cluster is the smallest piece of text that became one or
// more glyphs together.
func glyphsOf(output *shaping.Output, text []rune) []glyph {
	leftwards := output.Direction.Progression() == di.TowardTopLeft
	glyphs := make([]glyph, 0, len(output.Glyphs))
	for from := 0; from < len(output.Glyphs); {
		first := output.Glyphs[from]
		count := max(1, min(first.GlyphsCount(), len(output.Glyphs)-from))
		covered := text[first.TextIndex() : first.TextIndex()+first.RunesCount()]
		shaped := make([]glyph, count)
		for i, g := range output.Glyphs[from : from+count] {
			shaped[i] = glyph{id: uint16(g.GlyphID), advance: ems(g.Advance), dx: ems(g.XOffset), dy: ems(g.YOffset)}
		}
		if leftwards {
			glyphs = append(glyphs, nameLeftwards(shaped, covered)...)
		} else {
			glyphs = append(glyphs, nameRightwards(shaped, covered)...)
		}
		from += count
	}
	return glyphs
}

// nameRightwards hands the characters of a cluster to its glyphs one by one; what
// is left over goes to the last, as both letters of a ligature do.
func nameRightwards(glyphs []glyph, covered []rune) []glyph {
	last := len(glyphs) - 1
	for i := range glyphs {
		switch {
		case i == last:
			glyphs[i].text = string(covered[min(i, len(covered)):])
		case i < len(covered):
			glyphs[i].text = string(covered[i])
		}
	}
	raised := slices.ContainsFunc(glyphs, func(g glyph) bool { return g.dy != 0 })
	if raised || len(glyphs) > len(covered) {
		glyphs[0].cluster = cluster{len(glyphs), string(covered)}
	}
	return glyphs
}

// nameLeftwards does the same from right to left, with one difference. Programs
// that copy text out turn the characters of a line around, some of them also
// those that one glyph stands for, and take a raised mark for another line. So
// each glyph on the baseline stands for one character here, and unseen glyphs
// beside it stand for the other letters of a ligature and for the marks.
func nameLeftwards(glyphs []glyph, covered []rune) []glyph {
	var named []glyph
	for i, g := range glyphs {
		at := len(glyphs) - 1 - i // the glyph's place in reading order
		texts := covered[min(at, len(covered)):min(at+1, len(covered))]
		if at == len(glyphs)-1 {
			texts = covered[min(at, len(covered)):]
		}
		if g.dy == 0 && g.advance > 0 && len(texts) > 0 {
			last := len(texts) - 1
			g.text, texts = string(texts[last]), texts[:last]
		}
		if g.text == "" {
			g.cluster = cluster{glyphs: 1} // copied out as nothing
		}
		named = append(named, g)
		for k := len(texts) - 1; k >= 0; k-- {
			named = append(named, glyph{text: string(texts[k]), unseen: true})
		}
	}
	return named
}
