package viewer_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/viewer"
)

// opener puts a program in the place of the system's that notes what it is asked.
func opener(t *testing.T) (asked func() string) {
	t.Helper()
	dir := t.TempDir()
	note := filepath.Join(dir, "note")
	script := "#!/bin/sh\nprintf '%s' \"$1\" > '" + note + "'\n"
	for _, name := range []string{"xdg-open", "open"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil { //nolint:gosec // it has to run
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	return func() string {
		text, _ := os.ReadFile(note)
		return string(text)
	}
}

func TestAFileIsHandedOverAsAnAddress(t *testing.T) {
	asked := opener(t)
	path := filepath.Join(t.TempDir(), "100% of #1.pdf")
	if err := viewer.Open(path); err != nil {
		t.Fatal(err)
	}
	if got := asked(); !strings.HasPrefix(got, "file:///") || !strings.HasSuffix(got, "/100%25%20of%20%231.pdf") {
		t.Errorf("the opener was asked for %q", got)
	}
}

func TestAFileIsShownInItsFolder(t *testing.T) {
	asked := opener(t)
	dir := t.TempDir()
	if err := viewer.Show(filepath.Join(dir, "a.pdf")); err != nil {
		t.Fatal(err)
	}
	if got := asked(); runtime.GOOS == "linux" && got != "file://"+dir {
		t.Errorf("the opener was asked for %q", got)
	}
}

func TestWhatIsNoWholePathIsNotOpened(t *testing.T) {
	asked := opener(t)
	if err := viewer.Open("javascript:alert(1)"); billing.CodeOf(err) != billing.CodeInvalid {
		t.Errorf("Open = %v", err)
	}
	if asked() != "" {
		t.Error("an opener was asked")
	}
}

func TestWithoutAnOpenerItFails(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if err := viewer.Open("/tmp/a.pdf"); err == nil {
		t.Error("no error")
	}
}
