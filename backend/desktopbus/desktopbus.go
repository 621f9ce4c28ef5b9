// Package desktopbus tells whether the desktop's message bus can be asked.
package desktopbus

// Reachable tells whether somebody listens on the bus that keychain and notifications
// are reached by, as far as files can tell. The libraries that use it would start one
// of their own where there is none, which outlives this program. Windows and macOS need
// no bus: there it is always true.
func Reachable() bool { return reachable() }
