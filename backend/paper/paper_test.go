package paper_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"billfold/backend/paper"
)

var keep = flag.String("keep", "", "folder to keep the drawn PDFs in, to look at them")

// MustDraw draws d and gives the path of the PDF.
func MustDraw(tb testing.TB, d paper.Document, name string) string {
	tb.Helper()
	var drawn bytes.Buffer
	if err := paper.Render(&drawn, d); err != nil {
		tb.Fatalf("Render: %v", err)
	}
	folder := tb.TempDir()
	if *keep != "" {
		folder = *keep
	}
	path := filepath.Join(folder, name+".pdf")
	if err := os.WriteFile(path, drawn.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func TestDrawAll(t *testing.T) {
	for name, d := range samples() {
		t.Run(name, func(t *testing.T) { MustDraw(t, d, name) })
	}
}
