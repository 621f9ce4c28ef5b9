// Package instance keeps one running app per person and account; it hands a
// second start's wish to the first.
//
// The first start holds a file lock and listens on a Unix socket beside it. A
// second start finds the lock taken, says over the socket what it was asked to
// open, and ends. The lock is the truth: a socket left over by a crash is
// replaced by the next start.
package instance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"

	"billfold/backend/billing"
)

// Request is what a second start wants of the first.
type Request struct {
	Version int `json:"version"`
	// Ask asks only whether there is something to be seen: nothing else of the
	// request counts, and nothing moves.
	Ask bool `json:"ask"`
	// Open is the view to show, as deeplink.Parse reads it.
	Open string `json:"open"`
	// Scenario is the sandbox's that the second start is for, "" without one: the
	// window may show another one by now.
	Scenario string `json:"scenario"`
	// Account is the id of the account that the second start was asked to show, ""
	// where it named none: the window then stays with its own.
	Account string `json:"account"`
	// WantURL asks a first start in browser mode for an address instead of having
	// it open a browser.
	WantURL bool `json:"want_url"`
	// Origin is where an editor forwards browser mode to, "" where it does not; see
	// browsermode.Server.AllowOrigin.
	Origin string `json:"origin"`
	// Activation is what the desktop gave the second start, so that the window that it
	// leads to may take the focus; "" without one. See Activation.
	Activation string `json:"activation"`
	// Turn has the running app show Account, and stay where it is: nothing is opened or
	// brought to the front.
	Turn bool `json:"turn,omitempty"`
}

// Reply is what the first start answers.
type Reply struct {
	// Program says which program answered: desktop or web.
	Program string `json:"program"`
	// PID is the process that answered, for whoever has to end it.
	PID int `json:"pid"`
	// URL is an address with a one-time token, when it was wanted and there is one.
	URL string `json:"url"`
	// Problem is a plain sentence when the wish could not be met.
	Problem string `json:"problem"`
	// Leaving says that the first start is about to end and did nothing: whoever
	// asked takes its place.
	Leaving bool `json:"leaving"`
}

// ErrRunning says that another Billfold holds the place.
var ErrRunning = errors.New("another Billfold is running for this account")

// ErrNobody says that no Billfold holds the place.
var ErrNobody = errors.New("no Billfold is running for this account")

// Instance is the place of the one running app.
type Instance struct {
	lock     *flock.Flock
	listener net.Listener
	done     sync.WaitGroup
	// ready is closed once handle is there, leaving once the place is given up.
	ready, leaving chan struct{}
	leave          sync.Once
	turn           sync.Mutex // held while handle runs: wishes are met one by one
	handle         func(Request) Reply
}

// Enter takes the place in dir, or, where another program holds it, hands request
// over to that one and gives its reply; place is nil then. Of any number of
// programs that enter at once one gets the place.
func Enter(ctx context.Context, dir string, request Request) (place *Instance, reply Reply, err error) {
	for {
		if place, err = Claim(dir); !errors.Is(err, ErrRunning) {
			return place, Reply{}, err
		}
		// Whoever held the place may be gone by the time it is asked.
		if reply, err = HandOver(ctx, dir, request); !errors.Is(err, ErrNobody) {
			return nil, reply, err
		}
		if ctx.Err() != nil {
			return nil, Reply{}, ctx.Err()
		}
	}
}

// Claim takes the place in dir, which is made when it is missing. It gives
// ErrRunning when another program holds it. Second starts are heard from now on;
// their wishes wait for Serve.
func Claim(dir string) (*Instance, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, billing.NewError(billing.CodeUnreadable, "Billfold cannot write to its data folder.", err)
	}
	lock := lockOf(dir)
	taken, err := lock.TryLock()
	if err != nil {
		return nil, billing.NewError(billing.CodeUnreadable, "Billfold cannot lock its data folder.", err)
	}
	if !taken {
		return nil, ErrRunning
	}
	listener, err := listen(dir)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for a second start: %w", err), lock.Unlock())
	}
	i := &Instance{lock: lock, listener: listener, ready: make(chan struct{}), leaving: make(chan struct{})}
	i.done.Go(i.accept)
	return i, nil
}

func lockOf(dir string) *flock.Flock {
	return flock.New(filepath.Join(dir, "instance.lock"), flock.SetPermissions(0o600))
}

// Held tells whether a program holds the place in dir. It holds the lock for a
// moment itself, shared: a Claim just then fails, and Enter tries again.
func Held(dir string) bool {
	lock := lockOf(dir)
	free, err := lock.TryRLock()
	_ = lock.Close()
	return err == nil && !free
}

// Serve meets the wishes of second starts with handle, one after another, until
// Leave or Close. It is called once.
func (i *Instance) Serve(handle func(Request) Reply) {
	i.handle = handle
	close(i.ready)
}

// Leave says that nothing can be shown here any more: second starts are told to
// take the place themselves, which they get with Close.
func (i *Instance) Leave() { i.leave.Do(func() { close(i.leaving) }) }

// Close gives the place up.
func (i *Instance) Close() error {
	i.Leave()
	err := i.listener.Close()
	i.done.Wait()
	return errors.Join(err, i.lock.Unlock())
}

func listen(dir string) (net.Listener, error) {
	path, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	// We hold the lock, so whoever made this socket is gone.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return listener, os.Chmod(path, 0o600)
}

// socketPath is beside the lock where that fits into a socket address (104 bytes
// on some systems), else in a private folder of this user's under the temporary
// one.
func socketPath(dir string) (string, error) {
	path := filepath.Join(dir, "instance.sock")
	if len(path) < 100 {
		return path, nil
	}
	sum := sha256.Sum256([]byte(dir))
	private := filepath.Join(os.TempDir(), fmt.Sprintf("billfold-%d", os.Getuid()))
	if err := os.MkdirAll(private, 0o700); err != nil {
		return "", err
	}
	// Somebody else may have made the folder first, in order to listen in our place.
	info, err := os.Lstat(private)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || !ownedByUs(info) || info.Mode().Perm() != 0o700 {
		return "", fmt.Errorf("%s is not a private folder of this user", private)
	}
	return filepath.Join(private, hex.EncodeToString(sum[:8])+".sock"), nil
}
