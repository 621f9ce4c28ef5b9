package companion

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"billfold/backend/billing"
	"billfold/backend/documents"
)

// Desktop is what the system can do for the program, handed down by it. nil fields
// mean that it cannot.
type Desktop struct {
	// OpenFile shows a file in the program that the system has for it, ShowFile in
	// its folder.
	OpenFile, ShowFile func(path string) error
	// AtLogin tells whether the system starts the program at login, SetAtLogin has it
	// do so or not.
	AtLogin    func() (on bool, err error)
	SetAtLogin func(on bool) error
}

// UseDesktop says what the system can do. It is called once, before
// anything else.
func (c *Companion) UseDesktop(desktop Desktop) { c.desktop = desktop }

// refreshTakes bounds how long a stale document is looked for anew before the older
// copy is shown.
const refreshTakes = 5 * time.Second

// DocumentContent gives a document's bytes: those that are saved, checked against
// what was saved, after saving it where it is not.
func (c *Companion) DocumentContent(ctx context.Context, of billing.DocumentRef) (DocumentContent, error) {
	saved, err := c.saved(ctx, of)
	if err != nil {
		return DocumentContent{}, err
	}
	body, err := contentOf(saved)
	if err != nil {
		return DocumentContent{}, err
	}
	return DocumentContent{
		FileName: saved.FileName, SHA256: saved.SHA256, Base64: base64.StdEncoding.EncodeToString(body), State: saved.State,
	}, nil
}

// contentOf reads a saved document and compares it with what was saved.
func contentOf(saved billing.SavedDocument) ([]byte, error) {
	body, err := os.ReadFile(saved.Path)
	if err != nil {
		return nil, billing.NewError(billing.CodeUnreadable, "The saved document cannot be read.", err)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != saved.SHA256 {
		return nil, billing.NewError(billing.CodeUnreadable,
			"The saved file was changed since it was saved. Checking the saved documents can fetch it again.", nil)
	}
	return body, nil
}

// OpenDocument shows a document in the system's viewer, saving it first where it is
// not.
func (c *Companion) OpenDocument(ctx context.Context, of billing.DocumentRef) error {
	return c.hand(ctx, of, c.desktop.OpenFile, "No program for PDFs could be opened.")
}

// ShowDocument shows a document in its folder, saving it first where it is not.
func (c *Companion) ShowDocument(ctx context.Context, of billing.DocumentRef) error {
	return c.hand(ctx, of, c.desktop.ShowFile, "The folder could not be shown.")
}

func (c *Companion) hand(ctx context.Context, of billing.DocumentRef, to func(string) error, failed string) error {
	saved, err := c.saved(ctx, of)
	if err != nil {
		return err
	}
	err = errors.New("no opener")
	if to != nil {
		err = to(saved.Path)
	}
	if err != nil {
		return billing.NewError(billing.CodeUnavailable, failed+" The document is saved as "+saved.Path, err)
	}
	return nil
}

// CopyDocument copies a document to a path, or into the folder for downloads where
// it is "", saving it first where it is not. Nothing is replaced: where there is a
// file already, the copy gets another name. It gives the path of the copy.
func (c *Companion) CopyDocument(ctx context.Context, of billing.DocumentRef, path string) (string, error) {
	if path != "" && !filepath.IsAbs(path) {
		return "", billing.NewError(billing.CodeInvalid, "The file must be given with its whole path.", nil)
	}
	saved, err := c.saved(ctx, of)
	if err != nil {
		return "", err
	}
	body, err := contentOf(saved)
	if err != nil {
		return "", err
	}
	if path == "" {
		if err := os.MkdirAll(c.config.DownloadsDir, 0o700); err != nil {
			return "", billing.NewError(billing.CodeUnreadable, "The folder for downloads cannot be written.", err)
		}
		path = filepath.Join(c.config.DownloadsDir, saved.FileName)
	}
	return writeNew(path, body)
}

// writeNew writes a file whole or not at all, under the first name that is free.
func writeNew(path string, body []byte) (string, error) {
	extension := filepath.Ext(path)
	stem := strings.TrimSuffix(path, extension)
	for n := 1; n <= 1000; n++ {
		name := path
		if n > 1 {
			name = fmt.Sprintf("%s (%d)%s", stem, n, extension)
		}
		file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", documents.Explain(err, "make the copy")
		}
		_, err = file.Write(body)
		if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
			_ = os.Remove(name) // our own, and cut short
			return "", documents.Explain(err, "write the copy")
		}
		return name, nil
	}
	return "", billing.NewError(billing.CodeUnreadable, "There are too many files of that name.", nil)
}

// saved gives the newest saved version of a document. One that is not there is
// fetched; a stale one too, but where that fails the older is better than none.
func (c *Companion) saved(ctx context.Context, of billing.DocumentRef) (billing.SavedDocument, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	version, err := c.find(ctx, of)
	if err != nil {
		return version, err
	}
	switch version.State {
	case billing.DocumentSaved:
		return version, nil
	case billing.DocumentStale:
		within, cancel := context.WithTimeout(ctx, refreshTakes)
		defer cancel()
		if c.saveOne(within, of) != nil {
			return version, nil
		}
	default:
		if err := c.saveOne(ctx, of); err != nil {
			return version, err
		}
	}
	return c.find(ctx, of)
}

// find looks a document up; without a saved version only its State is set.
func (c *Companion) find(ctx context.Context, of billing.DocumentRef) (billing.SavedDocument, error) {
	known, saved, err := c.knownDocuments(ctx)
	if err != nil {
		return billing.SavedDocument{}, err
	}
	versions := documents.ByRef(saved)[of]
	newest, _ := documents.Newest(versions)
	for _, document := range known {
		if document.DocumentRef == of {
			newest.State = documents.StateOf(document, versions)
			return newest, nil
		}
	}
	if newest.Path != "" && documents.Present(newest) { // the vendor lists it no more; the copy is still there
		newest.State = billing.DocumentSaved
		return newest, nil
	}
	return newest, billing.NewError(billing.CodeNotFound, "There is no such document in this account.", nil)
}

// saveOne saves a document that somebody waits for.
func (c *Companion) saveOne(ctx context.Context, of billing.DocumentRef) error {
	known, _, err := c.knownDocuments(ctx)
	if err != nil {
		return err
	}
	wanted, err := selected(DocumentSelection{Documents: []billing.DocumentRef{of}})(known, nil)
	if err != nil {
		return err
	}
	var progress documents.Progress
	err = c.urgently(func() error {
		var err error
		progress, err = c.withVault(ctx, "", func(vault *documents.Vault) (documents.Progress, error) {
			return vault.Save(ctx, wanted, nil)
		})
		return err
	})
	c.documents.mu.Lock()
	c.documents.counted = false
	c.documents.mu.Unlock()
	c.listeners.tell(EventDocuments)
	if err == nil && len(progress.Failures) > 0 {
		err = progress.Failures[0].Err
	}
	return err
}
