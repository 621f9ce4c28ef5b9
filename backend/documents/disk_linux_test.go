package documents_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"billfold/backend/billing"
)

// bulky is a PDF of so many bytes.
func bulky(size int) []byte { return pdfOf(strings.Repeat("x", size)) }

// smallDisk mounts a disk of one MiB. Where that takes rights which this process
// has not, the limit of the kernel on the size of files stands in: see
// TestNoRoomForAFileIsToldOf.
func smallDisk(t *testing.T) (folder string, mounted bool) {
	t.Helper()
	folder = t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=1m"); err != nil {
		return folder, false
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	})
	return folder, true
}

func TestAFullDiskKeepsWhatWasSavedAndTheNextRunGoesOn(t *testing.T) {
	v := newVendor(t)
	for _, d := range bills(20) {
		v.spoil("/"+d.ID, func(w http.ResponseWriter, _ *http.Request) { sendPDF(w, bulky(100<<10)) })
	}
	vault := newVault(t, v)
	disk, mounted := smallDisk(t)
	if !mounted {
		t.Log("no disk can be mounted here; the limit on the size of files is tried alone")
		return
	}
	vault.Folder = filepath.Join(disk, "Billfold")
	got, err := vault.Save(t.Context(), bills(20), nil)
	if billing.CodeOf(err) != billing.CodeDiskFull || !strings.Contains(billing.MessageOf(err), "no space") || got.Saved == 0 || got.Saved > 10 {
		t.Fatalf("Save = %+v, %v", got, err)
	}
	found, saved := files(t, vault.Folder), mustList(t, vault)
	if len(found) != got.Saved || len(saved) != got.Saved {
		t.Fatalf("%d files %v, %d listed, %d told of", len(found), found, len(saved), got.Saved)
	}
	for _, version := range saved {
		if !bytes.Equal(mustRead(t, version.Path), bulky(100<<10)) {
			t.Errorf("%s is not whole", version.File)
		}
	}
	// The person makes room.
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	if next := mustSave(t, vault, bills(20)); next.Unchanged != got.Saved || next.Saved != 20-got.Saved {
		t.Errorf("the next run: %+v", next)
	}
}

func TestNoRoomForAFileIsToldOf(t *testing.T) {
	v := newVendor(t)
	v.spoil("/in_0", func(w http.ResponseWriter, _ *http.Request) { sendPDF(w, bulky(1<<20)) })
	dir := t.TempDir()
	answer, _ := inRole(t, "small-files", dir, v.URL).CombinedOutput()
	if string(answer) != string(billing.CodeDiskFull) {
		t.Fatalf("the process said %q", answer)
	}
	if found := files(t, filepath.Join(dir, "Billfold")); len(found) != 0 {
		t.Errorf("files %v", found)
	}
}

func TestAFolderThatCannotBeWrittenIsToldOf(t *testing.T) {
	vault := newVault(t, newVendor(t))
	readOnly, mounted := smallDisk(t)
	if mounted { // root writes everywhere but on a disk that is read-only
		if err := syscall.Mount("", readOnly, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
	} else if err := os.Chmod(readOnly, 0o500); err != nil {
		t.Fatal(err)
	}
	vault.Folder = readOnly
	got, err := vault.Save(t.Context(), bills(2), nil)
	if billing.CodeOf(err) != billing.CodeUnreadable || !strings.Contains(billing.MessageOf(err), "cannot be written") || got.Saved != 0 {
		t.Errorf("Save = %+v, %v", got, err)
	}
}
