package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"billfold/backend/billing"
)

// write puts what fill writes into a file of that name in the folder, or with a
// number behind the name where there is one already, and gives its path. The file
// appears when all of it is on the disk.
func write(ctx context.Context, folder, name string, fill func(io.Writer) error) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", explain(err)
	}
	if filepath.Base(name) != name || strings.ContainsAny(name, `/\`) || name == "." || name == ".." {
		return "", billing.NewError(billing.CodeInvalid, "That is not the name of a file.", nil)
	}
	part, err := os.CreateTemp(folder, ".billfold-*.part")
	if err != nil {
		return "", explain(err)
	}
	defer func() { _ = os.Remove(part.Name()) }()
	err = fill(stoppable{ctx, part})
	if err == nil {
		err = part.Sync()
	}
	if err := errors.Join(err, part.Close()); err != nil {
		return "", explain(err)
	}
	if err := ctx.Err(); err != nil {
		return "", explain(err)
	}
	path, err := publish(part.Name(), filepath.Join(folder, name))
	if err != nil {
		return "", explain(err)
	}
	syncFolder(folder)
	return path, nil
}

// stoppable is a writer that fails when the context has ended.
type stoppable struct {
	ctx  context.Context
	file io.Writer
}

func (s stoppable) Write(bytes []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.file.Write(bytes)
}

// mostNumbers is how many files of one name there may be.
const mostNumbers = 10_000

// publish gives a finished file its name, or the first name with a number that is
// free. It takes the name of no other file, also of none that appears meanwhile.
func publish(part, path string) (string, error) {
	ending := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ending)
	for number := 1; number <= mostNumbers; number++ {
		free := path
		if number > 1 {
			free = stem + " (" + strconv.Itoa(number) + ")" + ending
		}
		err := take(part, free)
		if !errors.Is(err, fs.ErrExist) {
			return free, err
		}
	}
	return "", billing.NewError(billing.CodeInvalid, "There are too many exports of that name in the folder already.", nil)
}

// take links the file to the name, which fails when there is one. Where the file
// system knows no links, an empty file reserves the name first.
func take(part, path string) error {
	err := os.Link(part, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	reserved, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := reserved.Close(); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// syncFolder has the name itself on the disk, where the system can do that.
func syncFolder(folder string) {
	opened, err := os.Open(folder)
	if err != nil {
		return
	}
	_ = opened.Sync()
	_ = opened.Close()
}

// remove takes back a file that was just written.
func remove(path string) { _ = os.Remove(path) }

// withTail puts more behind the name of a file, before its ending.
func withTail(path, tail string) string {
	name := filepath.Base(path)
	ending := filepath.Ext(name)
	return strings.TrimSuffix(name, ending) + tail + ending
}

// explain gives an error its code and words.
func explain(err error) error {
	var known *billing.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return billing.NewError(billing.CodeCanceled, "The export was stopped before it was done; no file was written.", err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return billing.NewError(billing.CodeDiskFull, "There is no space left on the disk for the export.", err)
	case errors.Is(err, fs.ErrNotExist):
		return billing.NewError(billing.CodeUnreadable, "The folder for the export is not there: choose another one.", err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		return billing.NewError(billing.CodeUnreadable, "The folder for the export cannot be written: choose another one.", err)
	default:
		return fmt.Errorf("export: %w", err)
	}
}
