package paper

import (
	"bytes"
	"fmt"
	"math"
	"strings"
)

// pen writes the glyphs of one run into a page.
type pen struct {
	page  *bytes.Buffer
	font  *usedFont
	size  float64 // points
	shown strings.Builder
	want  float64 // where the next glyph is to stand, in ems from the start
	at    float64 // where it would stand, in thousandths of an em
	rise  float64 // of the baseline, in ems
}

// show writes the glyphs of a run in a font and gives its advance in ems.
func (u *usedFont) show(page *bytes.Buffer, glyphs []glyph, size float64) float64 {
	p := pen{page: page, font: u, size: size}
	whole := 0 // glyphs left in a cluster that is copied out as a whole
	for _, g := range glyphs {
		if g.cluster.glyphs > 0 {
			p.flush()
			fmt.Fprintf(page, "/Span<</ActualText%s>>BDC ", textString(g.cluster.text))
			whole = g.cluster.glyphs
		}
		p.put(g)
		if whole > 0 {
			if whole--; whole == 0 {
				p.flush()
				page.WriteString("EMC ")
			}
		}
	}
	p.flush()
	if p.rise != 0 {
		page.WriteString("0 Ts ")
	}
	return p.want
}

// put writes one glyph. Where it is not to stand where the one before it ends,
// the difference is written between them, in thousandths of an em; the baseline
// is raised for one that stands higher.
func (p *pen) put(g glyph) {
	const visible = 0.4
	if g.dy != p.rise {
		p.flush()
		p.rise = g.dy
		fmt.Fprintf(p.page, "%s Ts ", number(p.rise*p.size))
	}
	shape := p.font.codeOf(g)
	width := float64(p.font.width(shape))
	if off := p.at - (p.want+g.dx)*1000; math.Abs(off) > visible {
		p.shown.WriteString(number(off))
		p.at -= off
	}
	fmt.Fprintf(&p.shown, "<%04X>", shape)
	p.at += width
	p.want += g.advance
}

func (p *pen) flush() {
	if p.shown.Len() > 0 {
		fmt.Fprintf(p.page, "[%s]TJ ", p.shown.String())
		p.shown.Reset()
	}
}
