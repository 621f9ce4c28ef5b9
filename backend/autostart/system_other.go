//go:build !linux && !darwin && !windows

package autostart

import "github.com/adrg/xdg"

// System is this person's place: what is neither Windows nor macOS follows
// freedesktop.org.
func System() Place { return DesktopEntry{Config: xdg.ConfigHome} }
