package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// ErrInUse says that another sandbox runs on the state file: each would write
// over what the other keeps. The error it is part of says so in one sentence,
// with what to do.
var ErrInUse = errors.New("another sandbox is using the state file")

// waitForState is how long a start waits for another one to let go of the state
// file, as a command that is about to end does.
const waitForState = 2 * time.Second

// holdState takes a state file for this sandbox alone, until the function it
// gives lets go. The mark is a file beside it, because the state file itself is
// replaced with every save.
func holdState(ctx context.Context, path string) (release func() error, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the sandbox state: %w", err)
	}
	held := flock.New(path+".lock", flock.SetPermissions(0o600))
	patience, cancel := context.WithTimeout(ctx, waitForState)
	defer cancel()
	taken, err := held.TryLockContext(patience, 20*time.Millisecond)
	switch {
	case taken:
		return held.Unlock, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil || errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("%w %s: stop that one first, or name another file", ErrInUse, path)
	}
	return nil, fmt.Errorf("take the sandbox state for this sandbox alone: %w", err)
}
