package paper

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
)

// The fonts/ folder says where each comes from and holds the licences.
var (
	//go:embed fonts/NotoSans-Regular.ttf
	notoSansRegular []byte
	//go:embed fonts/NotoSans-Bold.ttf
	notoSansBold []byte
	//go:embed fonts/NotoSansHebrew-Regular.ttf
	notoSansHebrewRegular []byte
	//go:embed fonts/NotoSansHebrew-Bold.ttf
	notoSansHebrewBold []byte
	//go:embed fonts/NotoSansArabic-Regular.ttf
	notoSansArabicRegular []byte
	//go:embed fonts/NotoSansArabic-Bold.ttf
	notoSansArabicBold []byte
	//go:embed fonts/NotoSansThai-Regular.ttf
	notoSansThaiRegular []byte
	//go:embed fonts/NotoSansThai-Bold.ttf
	notoSansThaiBold []byte
	//go:embed fonts/NotoSansDevanagari-Regular.ttf
	notoSansDevanagari []byte
	//go:embed fonts/DejaVuSans.ttf
	dejaVuSans []byte
	//go:embed fonts/DroidSansFallback.ttf
	droidSansFallback []byte
)

// The typefaces of each weight in the order in which they are asked for a
// character. Those that have one weight are drawn thicker where bold is wanted.
var (
	regular = append([]*typeface{
		{name: "NotoSans-Regular", file: &notoSansRegular},
		{name: "NotoSansHebrew-Regular", file: &notoSansHebrewRegular},
		{name: "NotoSansArabic-Regular", file: &notoSansArabicRegular},
		{name: "NotoSansThai-Regular", file: &notoSansThaiRegular},
	}, ofOneWeight...)
	bold = append([]*typeface{
		{name: "NotoSans-Bold", file: &notoSansBold},
		{name: "NotoSansHebrew-Bold", file: &notoSansHebrewBold},
		{name: "NotoSansArabic-Bold", file: &notoSansArabicBold},
		{name: "NotoSansThai-Bold", file: &notoSansThaiBold},
	}, ofOneWeight...)
	ofOneWeight = []*typeface{
		{name: "NotoSansDevanagari-Regular", file: &notoSansDevanagari},
		{name: "DroidSansFallback", file: &droidSansFallback}, // Chinese, Japanese, Korean
		{name: "DejaVuSans", file: &dejaVuSans},               // arrows, signs, Armenian, Georgian and more
	}
)

// typeface is one embedded TrueType file, parsed when it is first needed.
type typeface struct {
	name string
	file *[]byte

	once    sync.Once
	font    *font.Font
	outline outlines
	space   uint16 // the glyph of a space, which draws nothing
}

// outlines are the tables of a TrueType file that a part of it is cut from, as
// the file has them.
type outlines struct {
	unitsPerEm                   int
	head, hhea, hmtx, loca, maxp []byte
	glyf                         []byte
	longOffsets                  bool
	widths                       int // glyphs that hmtx has a width for
}

// load parses the file. The files are part of the program, so one that cannot be
// read is a mistake in the program.
func (t *typeface) load() {
	t.once.Do(func() {
		loader, err := opentype.NewLoader(bytes.NewReader(*t.file))
		if err != nil {
			panic("embedded typeface " + t.name + ": " + err.Error())
		}
		if t.font, err = font.NewFont(loader); err != nil {
			panic("embedded typeface " + t.name + ": " + err.Error())
		}
		t.outline = outlinesOf(loader, t.name)
		space, _ := t.font.NominalGlyph(' ')
		t.space = uint16(space)
	})
}

func outlinesOf(loader *opentype.Loader, name string) outlines {
	table := func(tag string) []byte {
		content, err := loader.RawTable(opentype.MustNewTag(tag))
		if err != nil {
			panic("embedded typeface " + name + ": " + err.Error())
		}
		return content
	}
	o := outlines{
		head: table("head"), hhea: table("hhea"), hmtx: table("hmtx"),
		loca: table("loca"), maxp: table("maxp"), glyf: table("glyf"),
	}
	// Offsets are those of the OpenType specification, tables head and hhea.
	o.unitsPerEm = int(binary.BigEndian.Uint16(o.head[18:]))
	o.longOffsets = binary.BigEndian.Uint16(o.head[50:]) == 1
	o.widths = int(binary.BigEndian.Uint16(o.hhea[34:]))
	return o
}

// has tells whether the typeface can draw the character.
func (t *typeface) has(r rune) bool {
	t.load()
	glyph, found := t.font.NominalGlyph(r)
	return found && glyph != 0
}
