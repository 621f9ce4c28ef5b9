package documents

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"time"

	"billfold/backend/billing"
)

// Explain gives an error of the disk its code and a sentence; what was being done
// is for a log.
func Explain(err error, what string) error { return explain(err, what) }

func explain(err error, what string) error {
	var known *billing.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled):
		return stopped(err)
	}
	cause := fmt.Errorf("%s: %w", what, err)
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG):
		return billing.NewError(billing.CodeDiskFull, "There is no space left on the disk for documents.", cause)
	case isNotThere(err):
		return billing.NewError(billing.CodeUnreadable, "The folder for documents is not there any more.", cause)
	case errors.Is(err, syscall.ENAMETOOLONG):
		return billing.NewError(billing.CodeInvalid, "The folder for documents lies so deep that file names become too long.", cause)
	default:
		return billing.NewError(billing.CodeUnreadable, "The folder for documents cannot be written.", cause)
	}
}

func isNotThere(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func stopped(cause error) error {
	return billing.NewError(billing.CodeCanceled, "It was stopped before it was done.", cause)
}

// remedy is what may help against a failed fetch.
type remedy int

const (
	noRemedy  remedy = iota
	freshLink        // the link itself may be old: ask for another, once
	laterOn          // the server has a passing trouble: try again after a pause
)

// fault is a failed fetch, and what may help.
type fault struct {
	error
	remedy remedy
	// after is how long the server asked to be left alone; 0 when it did not say.
	after time.Duration
}

func (f *fault) Unwrap() error { return f.error }

func faultOf(code billing.Code, message string, help remedy, cause error) *fault {
	return &fault{error: billing.NewError(code, message, cause), remedy: help}
}

// remedyFor finds what may help against an error of a fetch or of the API.
func remedyFor(err error) (remedy, time.Duration) {
	var known *fault
	if errors.As(err, &known) {
		return known.remedy, known.after
	}
	if billing.CodeOf(err) == billing.CodeRateLimited {
		return laterOn, 0
	}
	return noRemedy, 0
}

// endsAll tells whether an error stands in the way of every document alike, so
// that it makes no sense to go on.
func endsAll(err error) bool {
	switch billing.CodeOf(err) {
	case billing.CodeOffline, billing.CodeSignedOut, billing.CodeForbidden, billing.CodeLiveKey,
		billing.CodeDiskFull, billing.CodeUnreadable, billing.CodeCanceled, billing.CodeBusy, billing.CodeNewerFile:
		return true
	default:
		return false
	}
}
