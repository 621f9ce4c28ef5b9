package paper

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/go-text/typesetting/font/opentype"
)

// Flags of the parts of a composite glyph (OpenType specification, table glyf).
const (
	argumentsAreWords = 0x0001
	oneScale          = 0x0008
	moreParts         = 0x0020
	twoScales         = 0x0040
	fourScales        = 0x0080
	hasInstructions   = 0x0100
)

// glyph is the outline of a glyph as the file has it, empty for a space.
func (o *outlines) glyph(id uint16) []byte {
	var from, to int
	if o.longOffsets {
		from = int(binary.BigEndian.Uint32(o.loca[4*int(id):]))
		to = int(binary.BigEndian.Uint32(o.loca[4*int(id)+4:]))
	} else {
		from = 2 * int(binary.BigEndian.Uint16(o.loca[2*int(id):]))
		to = 2 * int(binary.BigEndian.Uint16(o.loca[2*int(id)+2:]))
	}
	return o.glyf[from:to]
}

// metric is the advance width and the left side bearing of a glyph in font units.
func (o *outlines) metric(id uint16) (advance, bearing uint16) {
	last := o.widths - 1
	if int(id) <= last {
		return binary.BigEndian.Uint16(o.hmtx[4*int(id):]), binary.BigEndian.Uint16(o.hmtx[4*int(id)+2:])
	}
	bearings := o.hmtx[4*o.widths:]
	return binary.BigEndian.Uint16(o.hmtx[4*last:]), binary.BigEndian.Uint16(bearings[2*(int(id)-o.widths):])
}

// subset cuts a TrueType file that holds the given glyphs, numbered by their
// place in the list, and after them the parts that composite ones are made of.
// Hints for screens of old are left out: they are half of the bytes.
func (o *outlines) subset(glyphs []uint16) []byte {
	glyphs = slices.Clone(glyphs)
	var outline, offsets, metrics []byte
	for i := 0; i < len(glyphs); i++ { // grows while it is read
		offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(outline)))
		outline = append(outline, o.plain(o.glyph(glyphs[i]), &glyphs)...)
		outline = padded(outline)
		advance, bearing := o.metric(glyphs[i])
		metrics = binary.BigEndian.AppendUint16(metrics, advance)
		metrics = binary.BigEndian.AppendUint16(metrics, bearing)
	}
	offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(outline)))

	count := uint16(len(glyphs))
	head, hhea, maxp := slices.Clone(o.head), slices.Clone(o.hhea), slices.Clone(o.maxp)
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets
	binary.BigEndian.PutUint16(hhea[34:], count)
	binary.BigEndian.PutUint16(maxp[4:], count)
	var tables []opentype.Table
	for _, table := range []struct {
		tag     string
		content []byte
	}{{"glyf", outline}, {"head", head}, {"hhea", hhea}, {"hmtx", metrics}, {"loca", offsets}, {"maxp", maxp}} {
		tables = append(tables, opentype.Table{Tag: opentype.MustNewTag(table.tag), Content: padded(table.content)})
	}
	return opentype.WriteTTF(tables)
}

// plain is an outline without its hints. The parts of a composite glyph are
// appended to glyphs and renumbered to their place there.
func (o *outlines) plain(outline []byte, glyphs *[]uint16) []byte {
	const header = 10
	if len(outline) < header {
		return nil
	}
	if contours := int(int16(binary.BigEndian.Uint16(outline))); contours >= 0 {
		hints := header + 2*contours
		after := hints + 2 + int(binary.BigEndian.Uint16(outline[hints:]))
		return slices.Concat(outline[:hints], []byte{0, 0}, outline[after:])
	}
	plain := slices.Clone(outline)
	for at := header; ; {
		flags := binary.BigEndian.Uint16(plain[at:])
		part := binary.BigEndian.Uint16(plain[at+2:])
		binary.BigEndian.PutUint16(plain[at:], flags&^hasInstructions)
		binary.BigEndian.PutUint16(plain[at+2:], uint16(len(*glyphs)))
		*glyphs = append(*glyphs, part)
		at += partLength(flags)
		if flags&moreParts == 0 {
			return plain[:at]
		}
	}
}

func partLength(flags uint16) int {
	length := 6
	if flags&argumentsAreWords != 0 {
		length += 2
	}
	switch {
	case flags&oneScale != 0:
		length += 2
	case flags&twoScales != 0:
		length += 4
	case flags&fourScales != 0:
		length += 8
	}
	return length
}

func padded(content []byte) []byte {
	for len(content)%4 != 0 {
		content = append(content, 0)
	}
	return content
}

// box is the rectangle that holds every glyph of the typeface, in thousandths of
// an em, as the file's head says.
func (o *outlines) box() string {
	var sides []string
	for at := 36; at < 44; at += 2 {
		side := int(int16(binary.BigEndian.Uint16(o.head[at:])))
		sides = append(sides, strconv.Itoa(side*1000/o.unitsPerEm))
	}
	return strings.Join(sides, " ")
}
