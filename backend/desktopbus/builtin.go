//go:build windows || darwin

package desktopbus

func reachable() bool { return true }
