package paper

import (
	"slices"
	"sync"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"
)

// em is the size at which text is shaped, in the shaper's own units. Every width
// is measured at it and scaled when it is drawn, so that no size is rounded.
const em = 250

// style is how text is drawn: sizes in points.
type style struct {
	size    float64
	leading float64
	bold    bool
	colour  colour
}

// line is one line of text in the order in which it is seen, from the left.
type line struct {
	runs  []run
	width float64 // in ems
}

// run is a piece of a line in one typeface.
type run struct {
	face    *typeface
	thicker bool // bold that the typeface has not, to be drawn with an outline
	glyphs  []glyph
}

// glyph is a shape at its place. Distances are in ems.
type glyph struct {
	id      uint16
	text    string // what it stands for when it is copied out
	advance float64
	dx, dy  float64
	unseen  bool    // drawn as nothing, only there to be copied out
	cluster cluster // set on the first glyph of one that is to be copied out as a whole
}

// cluster is a letter with its marks.
type cluster struct {
	glyphs int
	text   string
}

// typesetter turns text into lines. It is not safe for use by several
// goroutines; those that are idle wait in typesetters, with what they know.
type typesetter struct {
	segmenter shaping.Segmenter
	shaper    shaping.HarfbuzzShaper
	wrapper   shaping.LineWrapper
	faces     map[*typeface]*font.Face
	typefaces map[*font.Font]*typeface
}

var typesetters = sync.Pool{New: func() any {
	return &typesetter{faces: make(map[*typeface]*font.Face), typefaces: make(map[*font.Font]*typeface)}
}}

// weight is the shaper's view of the typefaces of one weight.
type weight struct {
	*typesetter
	bold      bool
	typefaces []*typeface
}

// ResolveFace finds the face that draws r.
func (w weight) ResolveFace(r rune) *font.Face {
	for _, candidate := range w.typefaces {
		if candidate.has(r) {
			return w.face(candidate)
		}
	}
	return w.face(w.typefaces[0])
}

func (w weight) has(r rune) bool {
	return slices.ContainsFunc(w.typefaces, func(t *typeface) bool { return t.has(r) })
}

func (t *typesetter) face(of *typeface) *font.Face {
	if face := t.faces[of]; face != nil {
		return face
	}
	of.load()
	face := font.NewFace(of.font)
	t.faces[of], t.typefaces[of.font] = face, of
	return face
}

// lines breaks text into lines no wider than width, in points. A word that is
// wider is broken inside. There is always one line, though it may be empty.
func (t *typesetter) lines(text string, s style, width float64) []line {
	w := weight{t, s.bold, regular}
	if s.bold {
		w.typefaces = bold
	}
	var lines []line
	for _, paragraph := range paragraphs(text, w.has) {
		lines = append(lines, t.wrap([]rune(paragraph), w, max(1, int(width/s.size*em)))...)
	}
	return lines
}

func (t *typesetter) wrap(text []rune, w weight, width int) []line {
	if len(text) == 0 {
		return []line{{}}
	}
	direction := directionOf(text)
	inputs := t.segmenter.Split(shaping.Input{
		Text: text, RunEnd: len(text), Direction: direction,
		Size: fixed.I(em), Language: language.NewLanguage("en"),
	}, w)
	outputs := make([]shaping.Output, len(inputs))
	for i, input := range inputs {
		outputs[i] = t.shaper.Shape(input)
	}
	wrapped, _ := t.wrapper.WrapParagraph(shaping.WrapConfig{Direction: direction}, width, text, shaping.NewSliceIterator(outputs))
	lines := make([]line, len(wrapped))
	for i := range wrapped {
		lines[i] = t.seen(wrapped[i], text, w)
	}
	return lines
}

// directionOf is the direction of the first character that has one (Unicode
// Standard Annex 9, rules P2 and P3).
func directionOf(text []rune) di.Direction {
	for _, r := range text {
		properties, _ := bidi.LookupRune(r)
		switch properties.Class() {
		case bidi.L:
			return di.DirectionLTR
		case bidi.R, bidi.AL:
			return di.DirectionRTL
		}
	}
	return di.DirectionLTR
}

// seen puts the runs of a wrapped line in the order in which they are seen, and
// copies what the wrapper will use again.
func (t *typesetter) seen(wrapped shaping.Line, text []rune, w weight) line {
	var result line
	slices.SortStableFunc(wrapped, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
	for i := range wrapped {
		output := &wrapped[i]
		face := t.typefaces[output.Face.Font]
		glyphs := glyphsOf(output, text)
		thicker := w.bold && slices.Contains(ofOneWeight, face)
		result.runs = append(result.runs, run{face: face, thicker: thicker, glyphs: glyphs})
		result.width += ems(output.Advance)
	}
	return result
}

func ems(distance fixed.Int26_6) float64 { return float64(distance) / 64 / em }
