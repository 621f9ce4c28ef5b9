package documents_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/documents"
)

func TestSavedDocumentsAreWholeNamedAndListed(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	got := mustSave(t, vault, bills(40))
	if got.Saved != 40 || got.Done != 40 || got.Total != 40 || got.Bytes == 0 {
		t.Fatalf("outcome %+v", got)
	}
	found := files(t, vault.Folder)
	if len(found) != 40 || found[0] != "Quillforge/2024/2024-03-01_N-0000_10.00.pdf" {
		t.Fatalf("files %v", found)
	}
	for _, saved := range mustList(t, vault) {
		if body := mustRead(t, saved.Path); !bytes.Equal(body, pdfOf("/"+saved.ObjectID)) || int64(len(body)) != saved.Size {
			t.Errorf("%s holds something else", saved.Path)
		}
		if !saved.Listed || saved.Version != 1 || !saved.SavedAt.Known() || !slices.Contains(found, saved.File) {
			t.Errorf("listed as %+v", saved)
		}
		if info, err := os.Stat(saved.Path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
	again := mustSave(t, vault, bills(40))
	if again.Unchanged != 40 || again.Saved != 0 || v.linked != 40 {
		t.Errorf("a second run: %+v, %d links asked for", again, v.linked)
	}
}

func TestAStaleDocumentIsSavedBesideTheOlderVersion(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	one := bill(1)
	one.Stamp = "open"
	mustSave(t, vault, []billing.Document{one})
	before := mustList(t, vault)[0]
	one.Stamp = "paid"
	if state := documents.StateOf(one, mustList(t, vault)); state != billing.DocumentStale {
		t.Fatalf("state %s", state)
	}
	v.spoil("/in_1", func(w http.ResponseWriter, _ *http.Request) { sendPDF(w, pdfOf("paid now")) })
	mustSave(t, vault, []billing.Document{one})
	saved := mustList(t, vault)
	if len(saved) != 2 || saved[1].Version != 2 || saved[1].FileName != "2024-03-02_N-0001_10.01_v2.pdf" || documents.StateOf(one, saved) != billing.DocumentSaved {
		t.Fatalf("listed %+v", saved)
	}
	if !bytes.Equal(mustRead(t, before.Path), pdfOf("/in_1")) || !bytes.Equal(mustRead(t, saved[1].Path), pdfOf("paid now")) {
		t.Error("a version holds something else")
	}
	// The same bytes again are no new version.
	one.Stamp = "paid, credited"
	if got := mustSave(t, vault, []billing.Document{one}); got.Unchanged != 1 || len(files(t, vault.Folder)) != 2 {
		t.Errorf("outcome %+v, files %v", got, files(t, vault.Folder))
	}
	if documents.StateOf(one, mustList(t, vault)) != billing.DocumentSaved {
		t.Error("it is still stale")
	}
}

func TestSavingAgainFetchesWhatIsSavedAndKeepsBoth(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	v.spoil("/in_1", func(w http.ResponseWriter, _ *http.Request) { sendPDF(w, pdfOf("cannot be read")) })
	mustSave(t, vault, bills(2))
	v.spoil("/in_1", func(w http.ResponseWriter, _ *http.Request) { sendPDF(w, pdfOf("can be read")) })
	if got := mustSave(t, vault, bills(2)); got.Saved != 0 || got.Unchanged != 2 {
		t.Fatalf("unasked: %+v", got)
	}
	vault.Again = true
	if got := mustSave(t, vault, bills(2)); got.Saved != 1 || got.Unchanged != 1 {
		t.Fatalf("asked: %+v", got)
	}
	newest, _ := documents.Newest(documents.ByRef(mustList(t, vault))[bill(1).DocumentRef])
	if newest.Version != 2 || !bytes.Equal(mustRead(t, newest.Path), pdfOf("can be read")) || len(files(t, vault.Folder)) != 3 {
		t.Errorf("newest %+v, files %v", newest, files(t, vault.Folder))
	}
}

func TestAFileOfSomebodyElseIsNeverOverwritten(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	path := filepath.Join(vault.Folder, "Quillforge", "2024", "2024-03-02_N-0001_10.01.pdf")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustSave(t, vault, []billing.Document{bill(1)})
	if string(mustRead(t, path)) != "mine" {
		t.Error("somebody's file was overwritten")
	}
	if saved := mustList(t, vault)[0]; saved.FileName != "2024-03-02_N-0001_10.01 (2).pdf" {
		t.Errorf("saved as %s", saved.FileName)
	}
}

func TestTwoDocumentsOfOneNameAreBothSaved(t *testing.T) {
	vault := newVault(t, newVendor(t))
	a, b := bill(1), bill(2)
	b.Number, b.IssuedAt, b.Amount = strings.ToLower(a.Number), a.IssuedAt, a.Amount
	mustSave(t, vault, []billing.Document{a, b})
	if found := files(t, vault.Folder); len(found) != 2 {
		t.Errorf("files %v", found)
	}
}

func TestAWholeFileThatIsNotListedIsFoundByItsHash(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	mustSave(t, vault, bills(3))
	if err := vault.Index.Drop(t.Context(), mustList(t, vault)); err != nil {
		t.Fatal(err)
	}
	mustSave(t, vault, bills(3))
	if found := files(t, vault.Folder); len(found) != 3 || len(mustList(t, vault)) != 3 {
		t.Errorf("files %v, listed %d", found, len(mustList(t, vault)))
	}
}

func TestAFileOnItsWayIsListedWhenItArrivedAndForgottenElse(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	mustSave(t, vault, bills(2))
	saved := mustList(t, vault)
	for i := range saved {
		saved[i].Listed = false
	}
	if err := vault.Index.Keep(t.Context(), saved); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(saved[1].Path); err != nil {
		t.Fatal(err)
	}
	report, err := vault.Verify(t.Context(), nil) // asks nobody
	if err != nil || report.Checked != 1 || report.Intact != 1 {
		t.Fatalf("report %+v, %v", report, err)
	}
	if now := mustList(t, vault); len(now) != 1 || !now[0].Listed || now[0].ObjectID != saved[0].ObjectID {
		t.Errorf("listed %+v", now)
	}
}

func TestOnlyOwnTemporaryFilesAreSwept(t *testing.T) {
	vault := newVault(t, newVendor(t))
	if err := os.MkdirAll(vault.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".billfold-test-ABC.part", ".billfold-other-ABC.part", ".billfold-test-notes.txt"} {
		if err := os.WriteFile(filepath.Join(vault.Folder, name), []byte("%PDF-"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mustSave(t, vault, bills(1))
	found := files(t, vault.Folder)
	if slices.Contains(found, ".billfold-test-ABC.part") || !slices.Contains(found, ".billfold-other-ABC.part") || !slices.Contains(found, ".billfold-test-notes.txt") {
		t.Errorf("files %v", found)
	}
}

func TestAStoppedRunKeepsWhatArrivedAndTheNextGoesOn(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	ctx, cancel := context.WithCancel(t.Context())
	// However long it takes until the stop is heard, these do not come before.
	for n := range 20 {
		v.spoil(fmt.Sprintf("/in_%d", 180+n), func(http.ResponseWriter, *http.Request) { <-ctx.Done() })
	}
	got, err := vault.Save(ctx, bills(200), func(p documents.Progress) {
		if p.Saved > 20 {
			cancel()
		}
	})
	v.heal()
	if billing.CodeOf(err) != billing.CodeCanceled || got.Saved <= 20 || got.Saved == 200 {
		t.Fatalf("Save = %+v, %v", got, err)
	}
	if found := files(t, vault.Folder); len(found) != got.Saved || len(mustList(t, vault)) != got.Saved {
		t.Fatalf("%d files, %d listed, %d told of", len(found), len(mustList(t, vault)), got.Saved)
	}
	rest := mustSave(t, vault, bills(200))
	if rest.Unchanged != got.Saved || rest.Saved != 200-got.Saved {
		t.Errorf("the next run: %+v", rest)
	}
}

func TestAServerThatWantsToRestIsLeftAlone(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	now := time.Unix(1_700_000_000, 0)
	var waited time.Duration
	vault.Now = func() time.Time { return now.Add(waited) }
	vault.Wait = func(_ context.Context, d time.Duration) error { waited += d; return nil }
	refusals := 2
	v.spoil("/in_0", func(w http.ResponseWriter, _ *http.Request) {
		if refusals--; refusals >= 0 {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		sendPDF(w, pdfOf("at last"))
	})
	var until []billing.Time
	got, err := vault.Save(t.Context(), bills(1), func(p documents.Progress) { until = append(until, p.WaitingUntil) })
	if err != nil || got.Saved != 1 || waited != 14*time.Second {
		t.Fatalf("Save = %+v, %v, waited %s", got, err, waited)
	}
	if !slices.Contains(until, 1_700_000_007) || until[len(until)-1] != 0 {
		t.Errorf("told to wait until %v", until)
	}
}
