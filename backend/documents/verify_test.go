package documents_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/documents"
)

// damage takes one file away and changes another, in a byte that keeps its length.
func damage(t *testing.T, vault *documents.Vault) (missing, altered billing.SavedDocument) {
	t.Helper()
	saved := mustList(t, vault)
	missing, altered = saved[0], saved[1]
	if err := os.Remove(missing.Path); err != nil {
		t.Fatal(err)
	}
	body := mustRead(t, altered.Path)
	body[20] ^= 1
	if err := os.WriteFile(altered.Path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return missing, altered
}

func TestVerifyFindsWhatIsMissingAndAltered(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	mustSave(t, vault, bills(10))
	missing, altered := damage(t, vault)
	asked := len(v.asked)
	report, err := vault.Verify(t.Context(), nil)
	if err != nil || report.Checked != 10 || report.Intact != 8 || len(report.Missing) != 1 || len(report.Altered) != 1 {
		t.Fatalf("report %+v, %v", report, err)
	}
	if report.Missing[0].Path != missing.Path || report.Missing[0].State != billing.DocumentMissing || report.Altered[0].Path != altered.Path {
		t.Errorf("report %+v", report)
	}
	if len(v.asked) != asked {
		t.Error("the vendor was asked")
	}
}

func TestRepairFetchesAgainAndSetsAnAlteredFileAside(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	mustSave(t, vault, bills(10))
	missing, altered := damage(t, vault)
	changed := mustRead(t, altered.Path)
	report, err := vault.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := vault.Repair(t.Context(), report, bills(10), nil)
	if err != nil || got.Saved != 2 || got.Failed != 0 {
		t.Fatalf("Repair = %+v, %v", got, err)
	}
	for _, version := range []billing.SavedDocument{missing, altered} {
		if !bytes.Equal(mustRead(t, version.Path), pdfOf("/"+version.ObjectID)) {
			t.Errorf("%s is not as it was", version.Path)
		}
	}
	aside := strings.TrimSuffix(altered.Path, ".pdf") + " (changed).pdf"
	if !bytes.Equal(mustRead(t, aside), changed) {
		t.Error("the altered file was not set aside as it was")
	}
	if report, err = vault.Verify(t.Context(), nil); err != nil || report.Checked != 10 || report.Intact != 10 {
		t.Errorf("after it: %+v, %v", report, err)
	}
}

// A folder cannot have a second name, so that this also shows what is done on a
// disk whose files cannot either.
func TestAFolderInPlaceOfAFileIsSetAsideWithWhatIsInIt(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	mustSave(t, vault, bills(1))
	saved := mustList(t, vault)[0]
	if err := os.Remove(saved.Path); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(saved.Path, "mine"), 0o700); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time the name for what is set aside is taken
		report, err := vault.Verify(t.Context(), nil)
		if err != nil || len(report.Altered) != 1 {
			t.Fatalf("report %+v, %v", report, err)
		}
		if got, err := vault.Repair(t.Context(), report, bills(1), nil); err != nil || got.Saved != 1 {
			t.Fatalf("Repair = %+v, %v", got, err)
		}
		if err := os.Remove(saved.Path); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(saved.Path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	aside := strings.TrimSuffix(saved.Path, ".pdf")
	for _, name := range []string{filepath.Join(aside+" (changed).pdf", "mine"), aside + " (changed 2).pdf"} {
		if found, err := os.Stat(name); err != nil || !found.IsDir() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARepairThatFetchesNothingLeavesTheAlteredFile(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	mustSave(t, vault, bills(3))
	_, altered := damage(t, vault)
	changed := mustRead(t, altered.Path)
	report, err := vault.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	v.spoil("/"+altered.ObjectID, func(w http.ResponseWriter, _ *http.Request) { page(w) })
	got, err := vault.Repair(t.Context(), report, bills(3), nil)
	if err != nil || got.Saved != 1 || got.Failed != 1 {
		t.Fatalf("Repair = %+v, %v", got, err)
	}
	if !bytes.Equal(mustRead(t, altered.Path), changed) {
		t.Error("the altered file is gone")
	}
}

func TestAnOlderVersionThatIsGoneCannotBeHadAgain(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	one := bill(1)
	one.Stamp = "open"
	mustSave(t, vault, []billing.Document{one})
	one.Stamp = "paid"
	v.spoil("/in_1", func(w http.ResponseWriter, _ *http.Request) { sendPDF(w, pdfOf("paid")) })
	mustSave(t, vault, []billing.Document{one})
	if err := os.Remove(mustList(t, vault)[0].Path); err != nil {
		t.Fatal(err)
	}
	report, err := vault.Verify(t.Context(), nil)
	if err != nil || len(report.Missing) != 1 {
		t.Fatalf("report %+v, %v", report, err)
	}
	got, err := vault.Repair(t.Context(), report, []billing.Document{one}, nil)
	if err != nil || got.Failed != 1 || !strings.Contains(billing.MessageOf(got.Failures[0].Err), "older version") {
		t.Errorf("Repair = %+v, %v", got, err)
	}
	if found := files(t, vault.Folder); !slices.Equal(found, []string{"Quillforge/2024/2024-03-02_N-0001_10.01_v2.pdf"}) {
		t.Errorf("files %v", found)
	}
}

func TestAMissingFileIsSavedAgainInItsPlace(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	mustSave(t, vault, bills(2))
	gone := mustList(t, vault)[0]
	if err := os.Remove(gone.Path); err != nil {
		t.Fatal(err)
	}
	if state := documents.StateOf(bill(0), mustList(t, vault)[:1]); state != billing.DocumentMissing {
		t.Errorf("state %s", state)
	}
	mustSave(t, vault, bills(2))
	saved := mustList(t, vault)
	if len(saved) != 2 || saved[0].Path != gone.Path || saved[0].Version != 1 || !documents.Present(saved[0]) {
		t.Errorf("listed %+v", saved)
	}
}
