package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"billfold/backend/billing"
)

// errDamaged says that what lies there is no database that can be read.
var errDamaged = errors.New("damaged file")

// damaged tells whether a file has to be set aside.
func damaged(err error) bool {
	var failure sqlite3.Error
	if errors.As(err, &failure) {
		return failure.Code == sqlite3.ErrCorrupt || failure.Code == sqlite3.ErrNotADB
	}
	return errors.Is(err, errDamaged)
}

// rollsBack tells whether a file could not be read because a journal lies beside it
// that has to be rolled back first, which a connection for reading cannot.
func rollsBack(err error) bool {
	var failure sqlite3.Error
	return errors.As(err, &failure) && failure.ExtendedCode == sqlite3.ErrReadonlyRollback
}

// explain gives an error its code, or passes one on that has a code already; what
// was being done goes in front.
func explain(err error, what string) error {
	var known *billing.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return billing.NewError(billing.CodeCanceled, "It was stopped before it was done.", fmt.Errorf("%s: %w", what, err))
	}
	cause := fmt.Errorf("%s: %w", what, err)
	var failure sqlite3.Error
	if errors.As(err, &failure) {
		return explainSQLite(failure, cause)
	}
	if full(err) {
		return diskFull(cause)
	}
	if pathError := new(fs.PathError); errors.As(err, &pathError) || errors.Is(err, fs.ErrPermission) {
		return unreadable(cause)
	}
	if linkError := new(syscall.Errno); errors.As(err, linkError) {
		return unreadable(cause)
	}
	if errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) {
		return billing.NewError(billing.CodeCanceled, "It was stopped before it was done.", cause)
	}
	return cause
}

// explainSQLite knows the result codes.
// Source: sqlite.org, "Result and Error Codes".
func explainSQLite(failure sqlite3.Error, cause error) error {
	switch failure.Code {
	case sqlite3.ErrFull:
		return diskFull(cause)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return billing.NewError(billing.CodeBusy, "Another Billfold is using the local file; try again in a moment.", cause)
	case sqlite3.ErrInterrupt:
		return billing.NewError(billing.CodeCanceled, "It was stopped before it was done.", cause)
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return billing.NewError(billing.CodeUnreadable,
			"The local file is damaged; it is set aside and fetched again when Billfold starts the next time.", cause)
	case sqlite3.ErrCantOpen, sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrAuth, sqlite3.ErrIoErr:
		if full(failure.SystemErrno) {
			return diskFull(cause)
		}
		return unreadable(cause)
	default:
		return cause
	}
}

// full tells whether the disk, a quota or the largest size of a file is reached.
func full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

func diskFull(cause error) error {
	return billing.NewError(billing.CodeDiskFull, "There is no space left on the disk to save what was synced.", cause)
}

func unreadable(cause error) error {
	return billing.NewError(billing.CodeUnreadable, "The folder of the local copy cannot be read or written.", cause)
}
