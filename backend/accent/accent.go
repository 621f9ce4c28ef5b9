// Package accent makes a vendor's colour the window's, readable in light and dark.
//
// Text needs a contrast of 4.5 to 1 with what is behind it (WCAG 2.2, success criterion
// 1.4.3), so a colour that has less is made darker or lighter, its hue kept, until it
// has. One without a hue goes on until it is as plain as text: halfway it is the grey of
// what cannot be used.
package accent

import (
	"fmt"
	"math"
	"strings"

	"github.com/lucasb-eyer/go-colorful"
)

const (
	// Enough is the contrast that text needs.
	Enough = 4.5
	// ample is what a colour gets that has to be moved, so that it is enough for good,
	// whatever becomes of the last digit.
	ample = 4.6
	// plain is what a grey gets in its place, about that of text.
	plain = 12
	// grey is the chroma in OKLCH below which a hue is hardly seen.
	grey = 0.03
)

// theme is what a colour stands on, and how the colours beside it are made. The
// surfaces are those of frontend/src/style/tokens.css, which a test compares.
type theme struct {
	surfaces []string
	// fill is how light and, at most, how colourful a marked row is, in OKLCH.
	fill struct{ lightness, chroma float64 }
	// away is the lightness that has the most contrast with the surfaces.
	away float64
	// ink is written on the colour.
	ink string
}

var (
	light = theme{
		surfaces: []string{"#f5f4f1", "#ffffff", "#ebe9e4", "#f2f0ec"},
		fill:     struct{ lightness, chroma float64 }{0.945, 0.022}, away: 0, ink: "#ffffff",
	}
	dark = theme{
		surfaces: []string{"#171614", "#201f1c", "#11100f", "#292723"},
		fill:     struct{ lightness, chroma float64 }{0.30, 0.04}, away: 1, ink: "#000000",
	}
)

// Colours are what the window paints in one theme, each written #rrggbb.
type Colours struct {
	Accent string // of text, of buttons and of marks
	Hover  string // of buttons under the pointer
	Fill   string // behind what is chosen
	Ink    string // of text on Accent and on Hover
}

// Sheet is a vendor's colour in both themes.
type Sheet struct{ Light, Dark Colours }

// Of makes the colours from the vendor's, written #rrggbb; what is "" is made from the
// other. ok is false without any, or with what is no colour.
func Of(onLight, onDark string) (sheet Sheet, ok bool) {
	if onLight == "" {
		onLight = onDark
	}
	if onDark == "" {
		onDark = onLight
	}
	first, err := colorful.Hex(onLight)
	second, err2 := colorful.Hex(onDark)
	if err != nil || err2 != nil {
		return Sheet{}, false
	}
	return Sheet{Light: light.of(first), Dark: dark.of(second)}, true
}

func (t theme) of(wanted colorful.Color) Colours {
	_, chroma, hue := wanted.OkLch()
	fill := within(t.fill.lightness, math.Min(chroma, t.fill.chroma), hue)
	behind := []colorful.Color{fill}
	for _, surface := range t.surfaces {
		behind = append(behind, mustHex(surface))
	}
	accent := t.readable(wanted, behind)
	lightness, chroma, hue := accent.OkLch()
	hover := within(lightness+(t.away-lightness)*0.2, chroma, hue)
	return Colours{Accent: accent.Hex(), Hover: hover.Hex(), Fill: fill.Hex(), Ink: t.ink}
}

// readable moves a colour towards where the contrast is, and no further than it must.
func (t theme) readable(wanted colorful.Color, behind []colorful.Color) colorful.Color {
	if has(Enough, wanted, behind) {
		return wanted
	}
	from, chroma, hue := wanted.OkLch()
	goal := ample
	if chroma < grey {
		goal = plain
	}
	near, far := 0.0, 1.0 // of the way from where it is
	for range 24 {
		middle := (near + far) / 2
		if has(goal, within(from+(t.away-from)*middle, chroma, hue), behind) {
			far = middle
		} else {
			near = middle
		}
	}
	return within(from+(t.away-from)*far, chroma, hue)
}

// has tells whether a colour has a contrast with all that may be behind it.
func has(wanted float64, colour colorful.Color, behind []colorful.Color) bool {
	for _, one := range behind {
		if contrast(colour, one) < wanted {
			return false
		}
	}
	return true
}

// contrast is that of WCAG 2.2, from 1 to 21, of the colours as they will be written.
func contrast(a, b colorful.Color) float64 {
	brighter, darker := luminance(a), luminance(b)
	if brighter < darker {
		brighter, darker = darker, brighter
	}
	return (brighter + 0.05) / (darker + 0.05)
}

func luminance(colour colorful.Color) float64 {
	red, green, blue := mustHex(colour.Hex()).LinearRgb()
	return 0.2126*red + 0.7152*green + 0.0722*blue
}

// within is the colour of OKLCH, or the one next to it that a screen has: as light, and
// less colourful.
func within(lightness, chroma, hue float64) colorful.Color {
	if colour := colorful.OkLch(lightness, chroma, hue); colour.IsValid() {
		return colour
	}
	least, most := 0.0, chroma
	for range 20 {
		middle := (least + most) / 2
		if colorful.OkLch(lightness, middle, hue).IsValid() {
			least = middle
		} else {
			most = middle
		}
	}
	return colorful.OkLch(lightness, least, hue).Clamped()
}

func mustHex(text string) colorful.Color {
	colour, err := colorful.Hex(text)
	if err != nil {
		panic(err) // it is one of ours
	}
	return colour
}

// CSS is the sheet as the window reads it. The page's own rules come after it in some
// builds, so each selector is a little more telling than theirs. Who asks the system for
// more contrast has Billfold's own colours, which have more.
func (s Sheet) CSS() string {
	var css strings.Builder
	css.WriteString("@media not all and (prefers-contrast: more) {\n")
	rule := func(selector string, c Colours) string {
		return fmt.Sprintf("%s { --accent: %s; --accent-hover: %s; --accent-fill: %s; --focus: %s; --text-on-accent: %s; }\n",
			selector, c.Accent, c.Hover, c.Fill, c.Accent, c.Ink)
	}
	css.WriteString(rule("html:root, html:root[data-theme='light']", s.Light))
	css.WriteString(rule("html:root[data-theme='dark']", s.Dark))
	css.WriteString("@media (prefers-color-scheme: dark) {\n" +
		rule("html:root:not([data-theme='light'], [data-theme='dark'])", s.Dark) + "}\n}\n")
	return css.String()
}
