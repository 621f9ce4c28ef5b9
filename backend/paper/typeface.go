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
	//go:embed fonts/DroidSansFallbackFull.ttf
	droidSansFallback []byte
)

// The typefaces of each weight in the order in which they are asked for a
// character. Chinese, Japanese and Korean have one weight; its bold is drawn.
var (
	regular = []*typeface{
		{name: "NotoSans-Regular", file: &notoSansRegular},
		{name: "NotoSansHebrew-Regular", file: &notoSansHebrewRegular},
		{name: "NotoSansArabic-Regular", file: &notoSansArabicRegular},
		{name: "NotoSansThai-Regular", file: &notoSansThaiRegular},
		cjk,
	}
	bold = []*typeface{
		{name: "NotoSans-Bold", file: &notoSansBold},
		{name: "NotoSansHebrew-Bold", file: &notoSansHebrewBold},
		{name: "NotoSansArabic-Bold", file: &notoSansArabicBold},
		{name: "NotoSansThai-Bold", file: &notoSansThaiBold},
		cjk,
	}
	cjk = &typeface{name: "DroidSansFallback", file: &droidSansFallback}
)

// typeface is one embedded TrueType file, parsed when it is first needed.
type typeface struct {
	name string
	file *[]byte

	once    sync.Once
	font    *font.Font
	outline outlines
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
	_, found := t.font.NominalGlyph(r)
	return found
}
