// Package documents keeps the vendor's PDFs on disk: it fetches, checks, names,
// saves and verifies them.
//
// A file is written under a temporary name, put on the disk, noted as on its way,
// given its name without replacing anything, and only then listed. So a process
// that ends at any moment leaves every file whole and listed by the next run, or
// absent; and no file that was not written here is ever overwritten or removed.
package documents

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"billfold/backend/billing"
)

// Index is where the saved documents are listed. Its writes are on the disk when
// they return.
type Index interface {
	// List gives all versions, of each document the newest last.
	List(context.Context) ([]billing.SavedDocument, error)
	// Keep writes versions, in place of what was listed of the same ones.
	Keep(context.Context, []billing.SavedDocument) error
	// Drop takes versions out of the list.
	Drop(context.Context, []billing.SavedDocument) error
}

// Vault keeps the documents of one account in a folder. One run at a time: the
// caller sees to it that no other process runs over the same index.
type Vault struct {
	// Folder is an absolute path; it is made when it is missing.
	Folder string
	// Template names the files: see ParseTemplate.
	Template Template
	Index    Index
	// Owner marks temporary files as those of this index, so that nobody else's are
	// swept: lower-case letters and digits.
	Owner string
	// Again fetches also what is saved as it should be; a file that differs from it is
	// another version beside it.
	Again bool
	// Link gives a fresh link to a document; nil where there is no connection.
	Link func(context.Context, billing.DocumentRef) (string, error)
	// Fetcher follows links; nil where there is no connection.
	Fetcher *Fetcher
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Wait passes time until a server may be asked again; nil is a timer that ends
	// with the context.
	Wait func(context.Context, time.Duration) error
}

// Progress is how a run goes.
type Progress struct {
	Done, Total int
	// Saved were written, Unchanged were there already, Failed are in Failures.
	Saved, Unchanged, Failed int
	// Bytes counts what was fetched.
	Bytes int64
	// WaitingUntil is when the server may be asked again; 0 when it may be now.
	WaitingUntil billing.Time
	Failures     []Failure
}

// Failure is a document that could not be saved, and why.
type Failure struct {
	Document billing.Document
	Err      error
}

func (v *Vault) now() time.Time {
	if v.Now == nil {
		return time.Now()
	}
	return v.Now()
}

func (v *Vault) wait(ctx context.Context, d time.Duration) error {
	if v.Wait != nil {
		return v.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// openFolder makes the folder where it is missing and opens it, so that nothing
// outside of it can be reached.
func (v *Vault) openFolder() (*os.Root, error) {
	if !filepath.IsAbs(v.Folder) {
		return nil, billing.NewError(billing.CodeInvalid, "The folder for documents must be given with its whole path.", nil)
	}
	if err := os.MkdirAll(v.Folder, 0o700); err != nil {
		return nil, explain(err, "make the folder")
	}
	root, err := os.OpenRoot(v.Folder)
	return root, explain(err, "open the folder")
}

// Present tells whether a saved file is there, by its size; what is in it only
// Verify looks at.
func Present(saved billing.SavedDocument) bool {
	found, err := os.Lstat(saved.Path)
	return err == nil && found.Mode().IsRegular() && found.Size() == saved.Size
}

// gone tells whether there is nothing at all where the file should be.
func gone(root *os.Root, file string) bool {
	_, err := root.Lstat(filepath.FromSlash(file))
	return isNotThere(err)
}

// StateOf says how the saved versions of a document stand; versions are those of
// this document, the newest last.
func StateOf(document billing.Document, versions []billing.SavedDocument) billing.DocumentState {
	newest, any := Newest(versions)
	switch {
	case !any:
		return billing.DocumentUnsaved
	case !Present(newest):
		return billing.DocumentMissing
	case newest.Stamp != document.Stamp:
		return billing.DocumentStale
	default:
		return billing.DocumentSaved
	}
}

// Newest gives the newest version that is listed.
func Newest(versions []billing.SavedDocument) (newest billing.SavedDocument, any bool) {
	for _, version := range versions {
		if version.Listed {
			newest, any = version, true
		}
	}
	return newest, any
}

// ByRef groups versions by their document, the newest last.
func ByRef(saved []billing.SavedDocument) map[billing.DocumentRef][]billing.SavedDocument {
	grouped := map[billing.DocumentRef][]billing.SavedDocument{}
	for _, version := range saved {
		grouped[version.Ref()] = append(grouped[version.Ref()], version)
	}
	return grouped
}

// fileMode is for the person alone: documents name people and what they pay.
const fileMode fs.FileMode = 0o600
