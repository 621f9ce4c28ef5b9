package autostart

import "github.com/adrg/xdg"

// System is this person's place on this system.
func System() Place { return LaunchAgent{Home: xdg.Home} }
