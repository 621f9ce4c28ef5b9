//go:build windows || darwin

package desktopbus

import "context"

func reachable() bool                   { return true }
func showsNotices(context.Context) bool { return true }
func readsMarkup(context.Context) bool  { return false }
