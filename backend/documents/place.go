package documents

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"billfold/backend/billing"
)

const (
	temporaryBegin = ".billfold-"
	temporaryEnd   = ".part"
)

// temporaryName is one that this owner alone uses. Temporary files lie at the top
// of the folder, so that what a killed process left is found without a search.
func (v *Vault) temporaryName() string {
	return temporaryBegin + v.Owner + "-" + rand.Text()[:12] + temporaryEnd
}

// sweep removes the temporary files that a run of this owner left when it was
// killed. The names are such that nothing of anybody else is among them.
func (v *Vault) sweep(root *os.Root) error {
	folder, err := root.Open(".")
	if err != nil {
		return explain(err, "look for temporary files")
	}
	defer func() { _ = folder.Close() }()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return explain(err, "look for temporary files")
	}
	for _, name := range names {
		if !strings.HasPrefix(name, temporaryBegin+v.Owner+"-") || !strings.HasSuffix(name, temporaryEnd) {
			continue
		}
		if err := root.Remove(name); err != nil && !isNotThere(err) {
			return explain(err, "sweep a temporary file")
		}
	}
	return nil
}

// writeTemporary writes the bytes under a temporary name; they are not yet sure to
// be on the disk.
func (v *Vault) writeTemporary(root *os.Root, body []byte) (name string, err error) {
	name = v.temporaryName()
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
	if err != nil {
		return "", explain(err, "make a temporary file")
	}
	_, err = file.Write(body)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = root.Remove(name)
		return "", explain(err, "write a temporary file")
	}
	return name, nil
}

// syncFile waits until a file's bytes are on the disk.
func syncFile(root *os.Root, name string) error {
	file, err := root.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return explain(err, "put a file on the disk")
	}
	return explain(errors.Join(file.Sync(), file.Close()), "put a file on the disk")
}

// syncFolder waits until the names in a folder are on the disk. Windows has no
// such call, and does not need one.
func syncFolder(root *os.Root, name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return explain(err, "put a folder on the disk")
	}
	return explain(errors.Join(folder.Sync(), folder.Close()), "put a folder on the disk")
}

// give gives a temporary file its name, and never replaces what has that name
// already: that is os.ErrExist. Where the disk knows no second names for a file
// (FAT), there is a moment between the look and the renaming.
func give(root *os.Root, temporary, file string) error {
	to := filepath.FromSlash(file)
	err := root.Link(temporary, to)
	if err == nil {
		return explain(root.Remove(temporary), "take away a temporary name")
	}
	if errors.Is(err, os.ErrExist) || isNotThere(err) {
		return err
	}
	if _, there := root.Lstat(to); !isNotThere(there) {
		return os.ErrExist
	}
	return root.Rename(temporary, to)
}

// hashOf gives the SHA-256 of a regular file below the root, in hexadecimal.
func hashOf(ctx context.Context, root *os.Root, file string) (sum string, err error) {
	name := filepath.FromSlash(file)
	if found, err := root.Lstat(name); err != nil {
		return "", err
	} else if !found.Mode().IsRegular() {
		return "", errors.New("no regular file")
	}
	opened, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = opened.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, &ending{ctx, opened}); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// ending is a reader that ends with the context.
type ending struct {
	ctx  context.Context
	from io.Reader
}

func (e *ending) Read(into []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.from.Read(into)
}

func sumOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// recover looks where the files are that were on their way when a run ended: those
// that arrived whole are listed, the others forgotten. What lies on a disk that is
// not there now is left for another time.
func (v *Vault) recover(ctx context.Context) error {
	saved, err := v.Index.List(ctx)
	if err != nil {
		return err
	}
	var arrived, lost []billing.SavedDocument
	for _, version := range saved {
		if version.Listed {
			continue
		}
		switch found, err := look(ctx, version); {
		case err != nil:
			return err
		case found == intact:
			version.Listed = true
			arrived = append(arrived, version)
		case found != noFolder:
			lost = append(lost, version)
		}
	}
	if len(arrived) > 0 {
		if err := v.Index.Keep(ctx, arrived); err != nil {
			return err
		}
	}
	if len(lost) == 0 {
		return nil
	}
	return v.Index.Drop(ctx, lost)
}

// finding is what was found where a version should be.
type finding int

const (
	intact finding = iota
	altered
	missing
	noFolder // missing too: its folder cannot be opened
)

// look compares a version's file with what was saved. The error is that the looking
// was stopped.
func look(ctx context.Context, version billing.SavedDocument) (finding, error) {
	root, err := os.OpenRoot(version.Folder)
	if err != nil {
		return noFolder, nil
	}
	defer func() { _ = root.Close() }()
	sum, err := hashOf(ctx, root, version.File)
	switch {
	case ctx.Err() != nil:
		return missing, stopped(ctx.Err())
	case isNotThere(err):
		return missing, nil
	case err != nil || sum != version.SHA256:
		return altered, nil
	default:
		return intact, nil
	}
}

// foldersTo lists the folders from the top down to that of a file.
func foldersTo(file string) []string {
	var folders []string
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		folders = append(folders, dir)
		if dir == "." {
			return folders
		}
	}
}
