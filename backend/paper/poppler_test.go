package paper_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"billfold/backend/paper"
)

var keep = flag.String("keep", "", "folder to keep the sample PDFs in, to look at them")

// MustRender gives the PDF of d.
func MustRender(tb testing.TB, d paper.Document) []byte {
	tb.Helper()
	var drawn bytes.Buffer
	if err := paper.Render(&drawn, d); err != nil {
		tb.Fatalf("Render: %v", err)
	}
	return drawn.Bytes()
}

// tester is what both testing.TB and rapid.T can do.
type tester interface {
	Helper()
	Fatalf(format string, arguments ...any)
}

// MustRead has one of Poppler's programs read a PDF and gives what it prints.
// Whatever it complains about fails the test.
func MustRead(t tester, pdf []byte, program string, arguments ...string) string {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.Stdin = bytes.NewReader(pdf)
	var printed, complaints bytes.Buffer
	command.Stdout, command.Stderr = &printed, &complaints
	if err := command.Run(); err != nil {
		t.Fatalf("%s (Debian package poppler-utils): %v: %s", program, err, complaints.String())
	}
	if complaints.Len() > 0 {
		t.Fatalf("%s complains: %s", program, complaints.String())
	}
	return printed.String()
}

// TextOf is what a person copies out of the PDF, line by line, with single
// spaces.
func TextOf(t tester, pdf []byte) []string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(MustRead(t, pdf, "pdftotext", "-layout", "-", "-")) {
		if words := strings.Fields(withoutDirections.Replace(line)); len(words) > 0 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return lines
}

// withoutDirections takes out the marks that pdftotext puts around text that runs
// to the left.
var withoutDirections = strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "")

// InfoOf is what pdfinfo knows of the file.
func InfoOf(t tester, pdf []byte) map[string]string {
	t.Helper()
	info := make(map[string]string)
	for line := range strings.Lines(MustRead(t, pdf, "pdfinfo", "-isodates", "-")) {
		name, value, _ := strings.Cut(line, ":")
		info[name] = strings.TrimSpace(value)
	}
	return info
}

// placed is a page with the words on it and where they are, in points from the
// upper left corner.
type placed struct {
	Width  float64 `xml:"width,attr"`
	Height float64 `xml:"height,attr"`
	Words  []struct {
		Left   float64 `xml:"xMin,attr"`
		Right  float64 `xml:"xMax,attr"`
		Top    float64 `xml:"yMin,attr"`
		Bottom float64 `xml:"yMax,attr"`
		Text   string  `xml:",chardata"`
	} `xml:"word"`
}

func PlacesOf(t tester, pdf []byte) []placed {
	t.Helper()
	page := MustRead(t, pdf, "pdftotext", "-bbox", "-", "-")
	from, to := strings.Index(page, "<doc>"), strings.Index(page, "</doc>")
	if from < 0 || to < 0 {
		t.Fatalf("pdftotext -bbox gives no <doc>: %.200s", page)
	}
	var doc struct {
		Pages []placed `xml:"page"`
	}
	decoder := xml.NewDecoder(strings.NewReader(page[from:to] + "</doc>"))
	decoder.Strict = false
	if err := decoder.Decode(&doc); err != nil {
		t.Fatalf("read the places of words: %v", err)
	}
	return doc.Pages
}

func keepSample(tb testing.TB, name string, pdf []byte) {
	tb.Helper()
	if *keep == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*keep, name+".pdf"), pdf, 0o600); err != nil {
		tb.Fatal(err)
	}
}
