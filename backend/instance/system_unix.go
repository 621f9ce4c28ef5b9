//go:build !windows

package instance

import (
	"os"
	"syscall"
)

// hungUp are the system's words for a socket without a listener, and for one that
// ended meanwhile.
var hungUp = []syscall.Errno{syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE}

func ownedByUs(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}

// letToFront has nothing to do where the right to the focus is in Request.Activation.
func letToFront() {}
