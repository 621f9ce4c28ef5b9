package main_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

type savedFile struct {
	Kind, ID, Path, SHA256 string
	Number                 *string
	Size                   int64
	Version                int
}

type saved struct {
	Schema, Folder                  string
	Total, Saved, Unchanged, Failed int
	Documents                       []savedFile
	Failures                        []struct{ Kind, ID, Code, Message string }
	AsOf                            *int64 `json:"as_of"`
}

type verified struct {
	Schema, Folder            string
	Checked, Intact, Repaired int
	Missing, Altered          []savedFile
}

func TestSaveKeepsEveryDocumentAndVerifyFindsDamage(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	got := mustJSON[saved](d, v.flags("save", "--json")...)
	if got.Schema != "billfold.save/1" || got.Saved < 30 || got.Saved != got.Total || got.Failed != 0 || len(got.Documents) != got.Total ||
		got.Folder != filepath.Join(d.dir, "documents") || got.AsOf == nil {
		t.Fatalf("save: %+v", got)
	}
	kinds := map[string]int{}
	for _, document := range got.Documents {
		kinds[document.Kind]++
		body, err := os.ReadFile(document.Path)
		if err != nil || int64(len(body)) != document.Size || !bytes.HasPrefix(body, []byte("%PDF-")) || document.Version != 1 || len(document.SHA256) != 64 {
			t.Fatalf("%+v: %v", document, err)
		}
	}
	if kinds["invoice"] == 0 || kinds["receipt"] == 0 {
		t.Errorf("kinds %v", kinds)
	}
	if again := d.run(v.flags("save", "--all")...); again.code != 0 || !strings.HasPrefix(again.stdout, "0 documents saved, ") {
		t.Errorf("again: %+v", again)
	}
	if whole := mustJSON[verified](d, v.flags("verify", "--json")...); whole.Checked != got.Total || whole.Intact != got.Total || whole.Missing == nil {
		t.Fatalf("verify: %+v", whole)
	}
	if err := os.Remove(got.Documents[0].Path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(got.Documents[1].Path, []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	found := d.run(v.flags("verify")...)
	if found.code != 1 || !strings.Contains(found.stdout, "missing  "+got.Documents[0].Path) || !strings.Contains(found.stdout, "altered  "+got.Documents[1].Path) ||
		!strings.Contains(found.stderr, "billfold verify --repair") {
		t.Errorf("verify: %+v", found)
	}
	if repaired := mustJSON[verified](d, v.flags("verify", "--repair", "--json")...); repaired.Repaired != 2 || len(repaired.Altered) != 1 {
		t.Errorf("repair: %+v", repaired)
	}
	if whole := mustJSON[verified](d, v.flags("verify", "--json")...); whole.Intact != got.Total {
		t.Errorf("after the repair: %+v", whole)
	}
}

func TestSaveTakesNamesAndYearsAndAFolder(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	list := mustJSON[invoices](d, v.flags("invoices", "--json", "--status", "paid")...)
	number := strings.ToLower(*list.Invoices[0].Number)
	dir := filepath.Join(t.TempDir(), "here")
	got := mustJSON[saved](d, v.flags("save", number, list.Invoices[1].ID, "--dir", dir, "--json")...)
	if got.Saved < 4 || got.Folder != dir || !strings.HasPrefix(got.Documents[0].Path, dir+string(filepath.Separator)) {
		t.Errorf("save %s: %+v", number, got)
	}
	if whole := mustJSON[verified](d, v.flags("verify", "--dir", dir, "--json")...); whole.Intact != got.Saved {
		t.Errorf("verify: %+v", whole)
	}
	if other := mustJSON[verified](d, v.flags("verify", "--json")...); other.Checked != 0 {
		t.Errorf("verify of the usual folder: %+v", other)
	}
	if none := mustJSON[saved](d, v.flags("save", "--year", "1999", "--json")...); none.Total != 0 || none.Documents == nil {
		t.Errorf("save --year: %+v", none)
	}
	for _, wrong := range [][]string{{"save", "--all", "--year", "2024"}, {"save", "--year", "12"}} {
		if got := d.run(v.flags(wrong...)...); got.code != 2 {
			t.Errorf("%v: %+v", wrong, got)
		}
	}
	if got := d.run(v.flags("save", "NOTHING-1")...); got.code != 1 || !strings.Contains(got.stderr, "no document of NOTHING-1") {
		t.Errorf("an unknown number: %+v", got)
	}
}

func TestSaveTellsOfEachDocumentThatFails(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	v.spoil(func(w http.ResponseWriter, r *http.Request, sandbox http.Handler) {
		if strings.HasPrefix(r.URL.Path, "/i/") {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<!doctype html>Sign in"))
			return
		}
		sandbox.ServeHTTP(w, r)
	})
	got := d.run(v.flags("save")...)
	if got.code != 1 || !strings.Contains(got.stderr, "A web page came in place of the PDF") || !strings.Contains(got.stderr, "could not be saved") ||
		!strings.Contains(got.stdout, "saved") {
		t.Errorf("save: %+v", got)
	}
	for _, secret := range []string{"http://", "/i/in_"} {
		if strings.Contains(got.stderr, secret) {
			t.Errorf("a link is told: %s", got.stderr)
		}
	}
	v.heal()
	if got := d.run(v.flags("save")...); got.code != 0 {
		t.Errorf("save after it: %+v", got)
	}
}

func TestSaveThatIsInterruptedKeepsWhatItHas(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	documents := make(chan struct{}, 1000)
	v.spoil(func(w http.ResponseWriter, r *http.Request, sandbox http.Handler) {
		if !strings.HasPrefix(r.URL.Path, "/v1/") {
			documents <- struct{}{}
			if len(documents) > 12 { // the rest never comes
				<-r.Context().Done()
				return
			}
		}
		sandbox.ServeHTTP(w, r)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(documents) <= 12 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	got := d.runAs(ctx, func(c *exec.Cmd) {
		c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
		c.WaitDelay = 30 * time.Second
	}, v.flags("save")...)
	if got.code != 1 || !strings.Contains(got.stderr, "run the same command again to go on") {
		t.Errorf("save: %+v", got)
	}
	v.heal()
	whole := mustJSON[verified](d, v.flags("verify", "--json")...)
	if whole.Checked == 0 || whole.Intact != whole.Checked {
		t.Errorf("verify: %+v", whole)
	}
	rest := mustJSON[saved](d, v.flags("save", "--json")...)
	if rest.Unchanged != whole.Checked || rest.Saved+rest.Unchanged != rest.Total {
		t.Errorf("the next run: %+v", rest)
	}
}
