// Package desktopbus tells whether the desktop's message bus can be asked, and
// whether somebody on it shows notifications.
package desktopbus

import "context"

// Reachable tells whether somebody listens on the bus that keychain and notifications
// are reached by, as far as files can tell. The libraries that use it would start one
// of their own where there is none, which outlives this program. Windows and macOS need
// no bus: there it is always true.
func Reachable() bool { return reachable() }

// ShowsNotices tells whether somebody shows notifications, or would be started to. A
// bus alone does not: a desktop without a notification daemon has one, too.
func ShowsNotices(ctx context.Context) bool { return showsNotices(ctx) }

// ReadsMarkup tells whether who shows notifications takes their text for markup, so
// that a name with a < in it has to be escaped; elsewhere escapes would be shown.
func ReadsMarkup(ctx context.Context) bool { return readsMarkup(ctx) }
