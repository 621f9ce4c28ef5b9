package paper

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"strings"
)

// usedFont is what one document uses of a typeface. Each glyph gets a code per
// text that it stands for, so that the text can always be copied out right.
type usedFont struct {
	face   *typeface
	name   string // resource name on the pages
	codes  map[code]uint16
	inCode []code // by code; 0 is the glyph of the missing character
}

type code struct {
	glyph  uint16
	text   string
	unseen bool // takes no room
}

const lastCode = 0xffff

func newUsedFont(face *typeface, name string) *usedFont {
	return &usedFont{face: face, name: name, codes: make(map[code]uint16), inCode: []code{{}}}
}

func (u *usedFont) codeOf(g glyph) uint16 {
	wanted := code{g.id, g.text, g.unseen}
	if g.unseen {
		wanted.glyph = u.face.space
	}
	if known, found := u.codes[wanted]; found {
		return known
	}
	if len(u.inCode) > lastCode {
		return 0
	}
	next := uint16(len(u.inCode))
	u.codes[wanted] = next
	u.inCode = append(u.inCode, wanted)
	return next
}

// width is the advance that the file declares for a code, in thousandths of an em.
func (u *usedFont) width(of uint16) int {
	if u.inCode[of].unseen {
		return 0
	}
	advance, _ := u.face.outline.metric(u.inCode[of].glyph)
	unitsPerEm := u.face.outline.unitsPerEm
	return (int(advance)*1000 + unitsPerEm/2) / unitsPerEm
}

// write puts the font into the file as a composite font whose codes are the
// numbers of its glyphs (ISO 32000-1, 9.7) and gives the number of its object.
func (u *usedFont) write(f *file) int {
	glyphs := make([]uint16, len(u.inCode))
	var widths strings.Builder
	for i, used := range u.inCode {
		glyphs[i] = used.glyph
		fmt.Fprintf(&widths, "%d ", u.width(uint16(i)))
	}
	program := u.face.outline.subset(glyphs)
	stream := f.addStream(program, fmt.Sprintf("/Length1 %d", len(program)))
	name := subsetTag(program) + "+" + u.face.name
	descriptor := f.add("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%s]/ItalicAngle 0/Ascent 1069/Descent -293/CapHeight 714/StemV 80/FontFile2 %d 0 R>>",
		name, u.face.outline.box(), stream)
	descendant := f.add("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 0/W[0[%s]]>>",
		name, descriptor, strings.TrimSpace(widths.String()))
	return f.add("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>",
		name, descendant, f.addStream([]byte(u.toUnicode()), ""))
}

// toUnicode is the table from codes to the text that they stand for (ISO 32000-1,
// 9.10.3).
func (u *usedFont) toUnicode() string {
	const (
		blockSize = 100      // the most that the format allows
		nothing   = "\u200b" // for programs that do not know ActualText; an empty text is not allowed
	)
	var table strings.Builder
	table.WriteString("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n" +
		"/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	for from := 1; from < len(u.inCode); from += blockSize {
		block := u.inCode[from:min(from+blockSize, len(u.inCode))]
		fmt.Fprintf(&table, "%d beginbfchar\n", len(block))
		for i, used := range block {
			fmt.Fprintf(&table, "<%04X><%s>\n", from+i, hexUTF16(cmp.Or(used.text, nothing)))
		}
		table.WriteString("endbfchar\n")
	}
	table.WriteString("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend")
	return table.String()
}

// subsetTag is the six letters that tell subsets of one typeface apart (ISO
// 32000-1, 9.6.4).
func subsetTag(program []byte) string {
	sum := sha256.Sum256(program)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}
