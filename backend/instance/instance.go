// Package instance keeps one running app per person and account; it hands a
// second start's wish to the first.
//
// The first start holds a file lock and listens on a Unix socket beside it. A
// second start finds the lock taken, says over the socket what it was asked to
// open, and ends. The lock is the truth: a socket left over by a crash is
// replaced by the next start.
package instance

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"billfold/backend/billing"
)

// messageVersion changes when an older Billfold could misread a message.
const messageVersion = 1

// messageLimit bounds what is read from the socket, in bytes.
const messageLimit = 4 << 10

// talkLimit bounds how long one exchange over the socket may take.
const talkLimit = 5 * time.Second

// Request is what a second start wants of the first.
type Request struct {
	Version int `json:"version"`
	// Open is the view to show, as deeplink.Parse reads it.
	Open string `json:"open"`
	// Scenario is the sandbox's that the second start is for, "" without one: the
	// window may show another one by now.
	Scenario string `json:"scenario"`
	// WantURL asks a first start in browser mode for an address instead of having
	// it open a browser.
	WantURL bool `json:"want_url"`
}

// Reply is what the first start answers.
type Reply struct {
	// Program says which program answered: desktop or web.
	Program string `json:"program"`
	// URL is an address with a one-time token, when it was wanted and there is one.
	URL string `json:"url"`
	// Problem is a plain sentence when the wish could not be met.
	Problem string `json:"problem"`
}

// ErrRunning says that another Billfold holds the place.
var ErrRunning = errors.New("another Billfold is running for this account")

// Instance is the place of the one running app.
type Instance struct {
	lock     *flock.Flock
	listener net.Listener
	done     sync.WaitGroup
}

// Claim takes the place in dir, which is made when it is missing. It gives
// ErrRunning when another program holds it. After Claim, call Serve.
func Claim(dir string) (*Instance, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, billing.NewError(billing.CodeUnreadable, "Billfold cannot write to its data folder.", err)
	}
	lock := flock.New(filepath.Join(dir, "instance.lock"), flock.SetPermissions(0o600))
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
	return &Instance{lock: lock, listener: listener}, nil
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

// Serve answers second starts with handle, one after another, until Close.
func (i *Instance) Serve(handle func(Request) Reply) {
	i.done.Go(func() {
		for {
			conn, err := i.listener.Accept()
			if err != nil {
				return
			}
			answer(conn, handle)
		}
	})
}

func answer(conn net.Conn, handle func(Request) Reply) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(talkLimit))
	line, err := bufio.NewReader(io.LimitReader(conn, messageLimit)).ReadBytes('\n')
	if err != nil {
		return
	}
	var request Request
	if json.Unmarshal(line, &request) != nil {
		return
	}
	reply := Reply{Problem: "The Billfold that is running is of another version. Close it and start again."}
	if request.Version == messageVersion {
		reply = handle(request)
	}
	_ = json.NewEncoder(conn).Encode(reply)
}

// Close gives the place up.
func (i *Instance) Close() error {
	err := i.listener.Close()
	i.done.Wait()
	return errors.Join(err, i.lock.Unlock())
}

// HandOver says to the app that holds the place in dir what to open. It fails
// with CodeBusy when that app does not answer.
func HandOver(ctx context.Context, dir string, request Request) (Reply, error) {
	request.Version = messageVersion
	ctx, cancel := context.WithTimeout(ctx, talkLimit)
	defer cancel()
	reply, err := talk(ctx, dir, request)
	if err != nil {
		return Reply{}, billing.NewError(billing.CodeBusy,
			"Billfold is already running for this account but does not answer. Close it, then start again.", err)
	}
	if reply.Problem != "" {
		return reply, billing.NewError(billing.CodeBusy, reply.Problem, nil)
	}
	return reply, nil
}

func talk(ctx context.Context, dir string, request Request) (Reply, error) {
	path, err := socketPath(dir)
	if err != nil {
		return Reply{}, err
	}
	conn, err := dial(ctx, path)
	if err != nil {
		return Reply{}, err
	}
	defer func() { _ = conn.Close() }()
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	if err := json.NewEncoder(conn).Encode(request); err != nil {
		return Reply{}, err
	}
	var reply Reply
	err = json.NewDecoder(io.LimitReader(conn, messageLimit)).Decode(&reply)
	return reply, err
}

// dial waits for the socket: the first start may hold the lock and not listen yet.
func dial(ctx context.Context, path string) (net.Conn, error) {
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(20 * time.Millisecond):
		}
	}
}
