package companion_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// mustPull opens a scenario whose documents are saved only when asked, and pulls.
func mustPull(t *testing.T, scenario string, wrap func(http.Handler) http.Handler) *companion.Companion {
	t.Helper()
	c := mustOpen(t, scenario, wrap)
	if err := c.SetDocumentSettings(t.Context(), companion.DocumentSettings{Automatic: "off"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	return c
}

func mustSaveAll(t *testing.T, c *companion.Companion) companion.DocumentsState {
	t.Helper()
	state, err := c.Save(t.Context(), companion.DocumentSelection{All: true}, "")
	if err != nil || state.Failed != 0 || state.Running || state.Unsaved != 0 {
		t.Fatalf("Save = %+v, %v", state, err)
	}
	return state
}

// pdfs are the files below the folder of the documents.
func pdfs(t *testing.T, c *companion.Companion) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(c.DocumentsState().Folder, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, name)
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return found
}

// awaitDocuments waits for the end of a run in the background.
func awaitDocuments(t *testing.T, c *companion.Companion) companion.DocumentsState {
	t.Helper()
	for range 3000 {
		if state := c.DocumentsState(); !state.Running {
			return state
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the run does not end")
	return companion.DocumentsState{}
}

func latest(t *testing.T, c *companion.Companion) billing.DocumentRef {
	t.Helper()
	for _, invoice := range mustOverview(t, c).LatestInvoices {
		if invoice.Status != billing.InvoiceDraft {
			return billing.DocumentRef{Kind: billing.DocumentInvoice, ID: invoice.ID}
		}
	}
	t.Fatal("no invoice")
	return billing.DocumentRef{}
}

// Poppler is the judge of the PDFs: it shares no code of ours.
func TestEveryDocumentOfTheSandboxIsSavedAsAPDF(t *testing.T) {
	c := mustPull(t, "active", nil)
	before := c.DocumentsState()
	if before.Count != 0 || before.Unsaved < 30 {
		t.Fatalf("before: %+v", before)
	}
	state := mustSaveAll(t, c)
	found := pdfs(t, c)
	if state.Saved != before.Unsaved || state.Count != state.Saved || len(found) != state.Saved {
		t.Fatalf("state %+v, %d files", state, len(found))
	}
	for _, name := range found {
		said, err := exec.CommandContext(t.Context(), "pdfinfo", name).CombinedOutput()
		if err != nil || !strings.Contains(string(said), "Pages:") || strings.Contains(string(said), "Error") {
			t.Fatalf("pdfinfo %s: %v: %s", name, err, said)
		}
	}
	relative, _ := filepath.Rel(state.Folder, found[0])
	if parts := strings.Split(relative, string(filepath.Separator)); len(parts) != 3 || len(parts[1]) != 4 {
		t.Errorf("saved as %s", relative)
	}
	if again := mustSaveAll(t, c); again.Saved != 0 || again.Unchanged != state.Saved {
		t.Errorf("a second time: %+v", again)
	}
}

func TestASelectionSavesItsDocumentsAndNoOthers(t *testing.T) {
	c := mustPull(t, "active", nil)
	ref := latest(t, c)
	state, err := c.Save(t.Context(), companion.DocumentSelection{Documents: []billing.DocumentRef{ref}}, "")
	if err != nil || state.Saved != 1 || state.Total != 1 {
		t.Fatalf("Save = %+v, %v", state, err)
	}
	// With the invoice's id come its receipt and credit notes.
	state, err = c.Save(t.Context(), companion.DocumentSelection{Invoices: []string{ref.ID}}, "")
	if err != nil || state.Unchanged != 1 || state.Saved < 1 {
		t.Errorf("Save = %+v, %v", state, err)
	}
	years := mustOverview(t, c).InvoiceYears
	state, err = c.Save(t.Context(), companion.DocumentSelection{Year: years[len(years)-1]}, "")
	if err != nil || state.Total == 0 || state.Total >= state.Count+state.Unsaved {
		t.Errorf("Save = %+v, %v", state, err)
	}
	if _, err := c.Save(t.Context(), companion.DocumentSelection{Invoices: []string{"in_nothing"}}, ""); billing.CodeOf(err) != billing.CodeNotFound {
		t.Errorf("an unknown invoice = %v", err)
	}
	own := filepath.Join(t.TempDir(), "own")
	state, err = c.Save(t.Context(), companion.DocumentSelection{Documents: []billing.DocumentRef{ref}}, own)
	if err != nil || state.Saved != 1 {
		t.Errorf("in a folder of its own: %+v, %v", state, err)
	}
	if state, err = c.Verify(t.Context(), false, own); err != nil || state.Report.Checked != 1 || state.Report.Intact != 1 {
		t.Errorf("Verify = %+v, %v", state.Report, err)
	}
}

func TestNewDocumentsAreSavedOnTheirOwn(t *testing.T) {
	c := mustOpen(t, "active", nil)
	c.Sync()
	for range 3000 {
		if state := c.DocumentsState(); state.Count > 0 && !state.Running {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	state := c.DocumentsState()
	if state.Count == 0 || state.Unsaved != 0 || state.AskAutomatic {
		t.Fatalf("state %+v", state)
	}
	// What the person takes away does not come back unasked.
	if err := os.Remove(pdfs(t, c)[0]); err != nil {
		t.Fatal(err)
	}
	c.Sync()
	for c.SyncState().Running {
		time.Sleep(time.Millisecond)
	}
	awaitDocuments(t, c)
	if found := pdfs(t, c); len(found) != state.Count-1 {
		t.Errorf("%d files of %d", len(found), state.Count)
	}
}

func TestContentIsThatOfTheSavedFileAndChecked(t *testing.T) {
	c := mustPull(t, "active", nil)
	ref := latest(t, c)
	content, err := c.DocumentContent(t.Context(), ref) // saves first
	if err != nil || content.State != billing.DocumentSaved || !strings.HasSuffix(content.FileName, ".pdf") {
		t.Fatalf("content %+v, %v", content, err)
	}
	body, err := base64.StdEncoding.DecodeString(content.Base64)
	found := pdfs(t, c)
	if err != nil || len(found) != 1 || !bytes.HasPrefix(body, []byte("%PDF-")) {
		t.Fatalf("%v, files %v", err, found)
	}
	onDisk, err := os.ReadFile(found[0])
	if err != nil || !bytes.Equal(onDisk, body) {
		t.Errorf("the content is another: %v", err)
	}
	body[100] ^= 1
	if err := os.WriteFile(found[0], body, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DocumentContent(t.Context(), ref); billing.CodeOf(err) != billing.CodeUnreadable {
		t.Errorf("a changed file = %v", err)
	}
	state, err := c.Verify(t.Context(), true, "")
	if err != nil || state.Task != "repair" || len(state.Report.Altered) != 1 || state.Report.Repaired != 1 {
		t.Fatalf("repair: %+v, %v", state, err)
	}
	if _, err := c.DocumentContent(t.Context(), ref); err != nil {
		t.Errorf("after the repair: %v", err)
	}
	if found := pdfs(t, c); len(found) != 2 {
		t.Errorf("the changed file is not there any more: %v", found)
	}
}

func TestDocumentsAreHandedToTheSystem(t *testing.T) {
	c := mustPull(t, "active", nil)
	ref := latest(t, c)
	if err := c.OpenDocument(t.Context(), ref); billing.CodeOf(err) != billing.CodeUnavailable || !strings.Contains(billing.MessageOf(err), "saved as ") {
		t.Errorf("without an opener = %v", err)
	}
	var opened, shown string
	c.UseDesktop(companion.Desktop{
		OpenFile: func(path string) error { opened = path; return nil }, ShowFile: func(path string) error { shown = path; return nil },
	})
	if err := errors.Join(c.OpenDocument(t.Context(), ref), c.ShowDocument(t.Context(), ref)); err != nil {
		t.Fatal(err)
	}
	if found := pdfs(t, c); len(found) != 1 || opened != found[0] || shown != found[0] {
		t.Errorf("opened %s, shown %s, saved %v", opened, shown, found)
	}
	if err := c.OpenDocument(t.Context(), billing.DocumentRef{Kind: billing.DocumentInvoice, ID: "in_nothing"}); billing.CodeOf(err) != billing.CodeNotFound {
		t.Errorf("an unknown document = %v", err)
	}
}

func TestACopyReplacesNothing(t *testing.T) {
	c := mustPull(t, "active", nil)
	ref := latest(t, c)
	wanted := filepath.Join(t.TempDir(), "copy.pdf")
	if err := os.WriteFile(wanted, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{wanted, ""} {
		name, err := c.CopyDocument(t.Context(), ref, path)
		if err != nil || name == path {
			t.Fatalf("CopyDocument = %s, %v", name, err)
		}
		if body, err := os.ReadFile(name); err != nil || !bytes.HasPrefix(body, []byte("%PDF-")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if mine, err := os.ReadFile(wanted); err != nil || string(mine) != "mine" {
		t.Errorf("somebody's file was replaced: %v", err)
	}
	if _, err := c.CopyDocument(t.Context(), ref, "copy.pdf"); billing.CodeOf(err) != billing.CodeInvalid {
		t.Errorf("half a path = %v", err)
	}
}

// hide lets the documents' and the API's server vanish.
func hide() (wrap func(http.Handler) http.Handler, hidden *atomic.Bool) {
	hidden = &atomic.Bool{}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if hidden.Load() {
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, r)
		})
	}, hidden
}

func TestSavedDocumentsCanBeReadWithoutANetwork(t *testing.T) {
	wrap, hidden := hide()
	c := mustPull(t, "active", wrap)
	ref := latest(t, c)
	if _, err := c.DocumentContent(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	hidden.Store(true)
	if content, err := c.DocumentContent(t.Context(), ref); err != nil || content.State != billing.DocumentSaved {
		t.Errorf("a saved one: %v, %v", content.State, err)
	}
	state, err := c.Verify(t.Context(), false, "")
	if err != nil || state.Report.Intact != 1 {
		t.Errorf("Verify = %+v, %v", state.Report, err)
	}
	// One that is not saved says why, and the others are not tried in vain.
	state, err = c.Save(t.Context(), companion.DocumentSelection{All: true}, "")
	if code := billing.CodeOf(err); code != billing.CodeOffline && code != billing.CodeUnavailable && state.Failed == 0 {
		t.Errorf("Save = %+v, %v", state, err)
	}
}

func TestSomebodyWhoWaitsGoesBeforeARunOverMany(t *testing.T) {
	var slow atomic.Bool
	c := mustPull(t, "active", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if slow.Load() && strings.HasSuffix(r.URL.Path, "/pdf") {
				select {
				case <-time.After(50 * time.Millisecond):
				case <-r.Context().Done():
				}
			}
			next.ServeHTTP(w, r)
		})
	})
	slow.Store(true)
	ref := latest(t, c)
	if err := c.SaveDocuments(companion.DocumentSelection{All: true}); err != nil {
		t.Fatal(err)
	}
	if err := c.SaveDocuments(companion.DocumentSelection{All: true}); billing.CodeOf(err) != billing.CodeBusy {
		t.Errorf("a second run = %v", err)
	}
	if _, err := c.DocumentContent(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	if state := c.DocumentsState(); !state.Running {
		t.Errorf("the document came when all was done: %+v", state)
	}
	state := awaitDocuments(t, c)
	if state.Problem != nil || state.Unsaved != 0 || len(pdfs(t, c)) != state.Count {
		t.Errorf("state %+v", state)
	}
}

func TestARunThatIsCanceledSaysSoAndKeepsWhatItHas(t *testing.T) {
	c := mustPull(t, "active", nil)
	if err := c.SaveDocuments(companion.DocumentSelection{All: true}); err != nil {
		t.Fatal(err)
	}
	c.CancelDocuments()
	state := c.DocumentsState()
	if state.Running || state.Problem != nil && state.Problem.Code != billing.CodeCanceled || len(pdfs(t, c)) != state.Count {
		t.Errorf("state %+v, %d files", state, len(pdfs(t, c)))
	}
}

func TestDocumentSettingsAreKeptAndChecked(t *testing.T) {
	c := mustOpen(t, "active", nil)
	usual, err := c.DocumentSettings(t.Context())
	if err != nil || usual.Automatic != "on" || usual.Folder != usual.DefaultFolder || usual.Template != usual.DefaultTemplate {
		t.Fatalf("settings %+v, %v", usual, err)
	}
	for _, wrong := range []companion.DocumentSettings{{Automatic: "perhaps"}, {Folder: "not/whole"}, {Template: "../{number}"}, {Template: "{what}"}} {
		if err := c.SetDocumentSettings(t.Context(), wrong); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%+v = %v", wrong, err)
		}
	}
	folder := t.TempDir()
	if err := c.SetDocumentSettings(t.Context(), companion.DocumentSettings{Automatic: "off", Folder: folder, Template: "{kind}/{number}"}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.DocumentSettings(t.Context()); err != nil || got.Automatic != "off" || got.Folder != folder || got.Template != "{kind}/{number}" {
		t.Errorf("settings %+v, %v", got, err)
	}
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	mustSaveAll(t, c)
	for _, kind := range []string{"invoice", "receipt"} {
		if found, err := filepath.Glob(filepath.Join(folder, kind, "*.pdf")); err != nil || len(found) == 0 {
			t.Errorf("%s: %v, %v", kind, found, err)
		}
	}
	preview := c.PreviewNames(t.Context(), companion.DocumentSettings{Folder: "/somewhere", Template: "{year}/{number}"})
	if preview.Problem != nil || len(preview.Examples) < 2 || !strings.HasPrefix(filepath.ToSlash(preview.Path), "/somewhere/20") {
		t.Errorf("preview %+v", preview)
	}
	if preview := c.PreviewNames(t.Context(), companion.DocumentSettings{Template: "{}"}); preview.Problem == nil || preview.Problem.Code != billing.CodeInvalid {
		t.Errorf("preview %+v", preview)
	}
}

func TestSigningOutKeepsTheArchiveOrRemovesWhatIsOurs(t *testing.T) {
	c := mustPull(t, "active", nil)
	state := mustSaveAll(t, c)
	archive, err := c.Archive(t.Context())
	if err != nil || archive.Count != state.Count || archive.Bytes == 0 || archive.Folder != state.Folder {
		t.Fatalf("archive %+v, %v", archive, err)
	}
	if err := c.ForgetAccount(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if kept, err := c.Archive(t.Context()); err != nil || kept != archive || mustOverview(t, c).InvoiceCount == 0 {
		t.Errorf("kept %+v, %v", kept, err)
	}
	mine := filepath.Join(filepath.Dir(pdfs(t, c)[0]), "notes.txt")
	changed := pdfs(t, c)[1]
	for name, text := range map[string]string{mine: "mine", changed: "changed by me"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.ForgetAccount(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	left := pdfs(t, c)
	if len(left) != 2 || !slices.Contains(left, mine) || !slices.Contains(left, changed) {
		t.Errorf("left are %v", left)
	}
	if overview := mustOverview(t, c); overview.InvoiceCount != 0 || overview.SyncedAt.Known() {
		t.Errorf("the local copy is still there: %d invoices", overview.InvoiceCount)
	}
	if state := c.DocumentsState(); state.Count != 0 {
		t.Errorf("state %+v", state)
	}
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Errorf("the account cannot be pulled again: %v", err)
	}
}

func TestTheStateOfDocumentsHoldsNoNullList(t *testing.T) {
	c := mustPull(t, "active", nil)
	mustHoldNoNullList(t, c.PreviewNames(t.Context(), companion.DocumentSettings{}))
	state := c.DocumentsState()
	if state.Report != nil || state.Failures == nil {
		t.Errorf("state %+v", state)
	}
	if state, err := c.Verify(t.Context(), false, ""); err != nil || state.Report.Missing == nil || state.Report.Altered == nil {
		t.Errorf("state %+v, %v", state, err)
	}
}
