package mirror

import (
	"github.com/gofrs/flock"

	"billfold/backend/billing"
)

// lock lets one pull at a time into a file. The lock belongs to the process, so
// that it is gone when the process is.
func lock(path string) (unlock func(), err error) {
	guard := flock.New(path+".pull", flock.SetPermissions(0o600))
	taken, err := guard.TryLock()
	if err != nil {
		return nil, billing.NewError(billing.CodeUnreadable, "The folder of the local copy cannot be written.", err)
	}
	if !taken {
		return nil, billing.NewError(billing.CodeBusy, "Another Billfold is syncing right now.", nil)
	}
	return func() { _ = guard.Close() }, nil
}
