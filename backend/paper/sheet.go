package paper

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Distances are in points, a 72nd of an inch, from the upper left corner.
const (
	margin      = 54.0
	footerLine  = 46.0 // from the lower edge to the rule above the footer
	footerSpace = 62.0 // from the lower edge to where the text ends
)

// colour is red, green and blue from 0 to 1, as a PDF writes them.
type colour string

const (
	ink      colour = "0.086 0.102 0.133"
	quiet    colour = "0.361 0.392 0.451"
	hairline colour = "0.843 0.859 0.886"
	accent   colour = "0.122 0.310 0.749"
	green    colour = "0.059 0.416 0.239"
	paleBlue colour = "0.914 0.937 0.984"
	paleMint colour = "0.894 0.957 0.918"
	paleGrey colour = "0.933 0.941 0.953"
)

// sheet is the pages of a document while they are filled from top to bottom.
type sheet struct {
	typesetter    *typesetter
	width, height float64
	pages         []*bytes.Buffer
	y             float64
	top           func() // draws what each further page begins with, nil for nothing
	fonts         []*usedFont
	fontOf        map[*typeface]*usedFont
}

// cell is a column of lines beside others.
type cell struct {
	x, width float64
	right    bool // set against the right edge
	lines    []inked
}

type inked struct {
	line
	style
}

func newSheet(t *typesetter, width, height float64) *sheet {
	s := &sheet{typesetter: t, width: width, height: height, fontOf: make(map[*typeface]*usedFont)}
	s.turn()
	return s
}

func (s *sheet) turn() {
	s.pages = append(s.pages, &bytes.Buffer{})
	s.y = margin
	if s.top != nil && len(s.pages) > 1 {
		s.top()
	}
}

func (s *sheet) textWidth() float64 { return s.width - 2*margin }
func (s *sheet) left() float64      { return s.height - footerSpace - s.y }

// need turns the page when height does not fit on this one but would on the next.
func (s *sheet) need(height float64) {
	if height > s.left() && height <= s.height-margin-footerSpace-60 {
		s.turn()
	}
}

// set breaks text into lines of a width.
func (s *sheet) set(text string, st style, width float64) []inked {
	lines := s.typesetter.lines(text, st, width)
	set := make([]inked, len(lines))
	for i, l := range lines {
		set[i] = inked{l, st}
	}
	return set
}

// widthOf is how wide text is on one line.
func (s *sheet) widthOf(text string, st style) float64 {
	const endless = 20000
	return s.typesetter.lines(text, st, endless)[0].width * st.size
}

// row draws cells side by side and moves below the longest. A row that does not
// fit is continued on the next page, line by line.
func (s *sheet) row(cells ...cell) {
	if height := heightOf(cells); height < s.height/4 {
		s.need(height)
	}
	for i := 0; ; i++ {
		leading := leadingAt(cells, i)
		if leading == 0 {
			return
		}
		if leading > s.left() {
			s.turn()
		}
		for _, c := range cells {
			if i < len(c.lines) {
				s.drawIn(c, c.lines[i], leading)
			}
		}
		s.y += leading
	}
}

func (s *sheet) drawIn(c cell, l inked, leading float64) {
	x := c.x
	if c.right {
		x += c.width - l.width*l.size
	}
	s.draw(s.pages[len(s.pages)-1], l, x, s.y+leading/2+0.36*l.size)
}

func heightOf(cells []cell) float64 {
	height := 0.0
	for i := 0; ; i++ {
		leading := leadingAt(cells, i)
		if leading == 0 {
			return height
		}
		height += leading
	}
}

// leadingAt is the height of the i-th lines of the cells, 0 after the last.
func leadingAt(cells []cell, i int) float64 {
	leading := 0.0
	for _, c := range cells {
		if i < len(c.lines) {
			leading = math.Max(leading, c.lines[i].leading)
		}
	}
	return leading
}

// draw writes one line of text with its baseline at y.
func (s *sheet) draw(page *bytes.Buffer, l inked, x, y float64) {
	for _, r := range l.runs {
		used := s.font(r.face)
		fmt.Fprintf(page, "BT %s rg /%s %s Tf 1 0 0 1 %s %s Tm ", l.colour, used.name, number(l.size), number(x), number(s.height-y))
		if r.thicker {
			fmt.Fprintf(page, "2 Tr %s RG %s w ", l.colour, number(l.size*0.03))
		}
		x += used.show(page, r.glyphs, l.size) * l.size
		if r.thicker {
			page.WriteString("0 Tr ")
		}
		page.WriteString("ET\n")
	}
}

func (s *sheet) font(face *typeface) *usedFont {
	if used := s.fontOf[face]; used != nil {
		return used
	}
	used := newUsedFont(face, "F"+strconv.Itoa(len(s.fonts)+1))
	s.fontOf[face] = used
	s.fonts = append(s.fonts, used)
	return used
}

// rule draws a line across, from x to x+width, at the height of the text.
func (s *sheet) rule(x, width, thickness float64, c colour) {
	s.bar(s.pages[len(s.pages)-1], box{x, s.y, width, thickness}, c)
}

// box is a rectangle by its upper left corner.
type box struct{ x, y, width, height float64 }

func (s *sheet) bar(page *bytes.Buffer, b box, c colour) {
	fmt.Fprintf(page, "%s rg %s %s %s %s re f\n", c, number(b.x), number(s.height-b.y-b.height), number(b.width), number(b.height))
}

// pill draws a box with round ends.
func (s *sheet) pill(page *bytes.Buffer, b box, c colour) {
	const bend = 0.5523 // a quarter of a circle as a Bézier curve
	r := b.height / 2
	low, high := s.height-b.y-b.height, s.height-b.y
	middle, reach := low+r, r*bend
	left, right := b.x+r, b.x+b.width-r
	fmt.Fprintf(page, "%s rg %s m %s l ", c, points(left, low), points(right, low))
	fmt.Fprintf(page, "%s c ", points(right+reach, low, right+r, middle-reach, right+r, middle))
	fmt.Fprintf(page, "%s c ", points(right+r, middle+reach, right+reach, high, right, high))
	fmt.Fprintf(page, "%s l %s c ", points(left, high), points(left-reach, high, left-r, middle+reach, left-r, middle))
	fmt.Fprintf(page, "%s c f\n", points(left-r, middle-reach, left-reach, low, left, low))
}

func points(coordinates ...float64) string {
	texts := make([]string, len(coordinates))
	for i, c := range coordinates {
		texts[i] = number(c)
	}
	return strings.Join(texts, " ")
}

// number writes a distance to a hundredth of a point, without needless zeros.
func number(n float64) string {
	text := strconv.FormatFloat(n, 'f', 2, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" || text == "" {
		return "0"
	}
	return text
}
