package paper

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"unicode/utf16"
)

// file is a PDF in the making: numbered objects, one after the other, and where
// each begins (ISO 32000-1, 7.5).
type file struct {
	content bytes.Buffer
	starts  []int // of object n at n-1; 0 while it is only promised
	packed  bytes.Buffer
	packer  *zlib.Writer // one for all streams: a new one costs more than most streams
}

func newFile() *file {
	f := &file{packer: zlib.NewWriter(nil)}
	f.content.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n") // four high bytes: this is not text
	return f
}

// promise gives out the number of an object that is written later.
func (f *file) promise() int {
	f.starts = append(f.starts, 0)
	return len(f.starts)
}

// put writes the object that was promised under number.
func (f *file) put(number int, format string, values ...any) {
	f.starts[number-1] = f.content.Len()
	fmt.Fprintf(&f.content, "%d 0 obj\n", number)
	fmt.Fprintf(&f.content, format, values...)
	f.content.WriteString("\nendobj\n")
}

func (f *file) add(format string, values ...any) int {
	number := f.promise()
	f.put(number, format, values...)
	return number
}

// addStream writes data compressed; entries are what its dictionary says besides.
func (f *file) addStream(data []byte, entries string) int {
	f.packed.Reset()
	f.packer.Reset(&f.packed)
	_, _ = f.packer.Write(data) // a bytes.Buffer takes everything
	_ = f.packer.Close()
	return f.add("<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream", f.packed.Len(), entries, f.packed.Bytes())
}

// finish writes the table of objects and gives the bytes of the whole file. Its
// identifier is made from what is in it.
func (f *file) finish(catalog, information int) []byte {
	identifier := sha256.Sum256(f.content.Bytes())
	table := f.content.Len()
	fmt.Fprintf(&f.content, "xref\n0 %d\n0000000000 65535 f \n", len(f.starts)+1)
	for _, start := range f.starts {
		fmt.Fprintf(&f.content, "%010d 00000 n \n", start)
	}
	fmt.Fprintf(&f.content, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%x><%[4]x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(f.starts)+1, catalog, information, identifier[:16], table)
	return f.content.Bytes()
}

// textString writes text as PDF strings of people have it: UTF-16, in hex.
func textString(text string) string {
	return "<FEFF" + hexUTF16(text) + ">"
}

func hexUTF16(text string) string {
	var hex bytes.Buffer
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&hex, "%04X", unit)
	}
	return hex.String()
}
