package instance

import (
	"os"
	"syscall"
)

// connectionRefused is WSAECONNREFUSED, which package syscall has no name for.
const connectionRefused = syscall.Errno(10061)

// hungUp are the system's words for a socket without a listener, and for one that
// ended meanwhile.
var hungUp = []syscall.Errno{connectionRefused, syscall.WSAECONNRESET, syscall.WSAECONNABORTED}

// The temporary folder of Windows is each user's own.
func ownedByUs(os.FileInfo) bool { return true }

// letToFront allows the first start to take the focus, which Windows gives only to
// who had it, here the second start, and whom that one lets.
func letToFront() {
	const anybody = ^uint32(0) // ASFW_ANY
	allow := syscall.NewLazyDLL("user32.dll").NewProc("AllowSetForegroundWindow")
	if allow.Find() == nil {
		_, _, _ = allow.Call(uintptr(anybody))
	}
}
