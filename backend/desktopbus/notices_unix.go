//go:build !windows && !darwin

package desktopbus

import (
	"context"
	"slices"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	// notices is what shows notifications is called on the bus, by the Desktop
	// Notifications Specification.
	notices = "org.freedesktop.Notifications"
	// patience is how long the bus may take: it is on this machine.
	patience = 2 * time.Second
)

func showsNotices(ctx context.Context) bool {
	shown := false
	onBus(ctx, func(ctx context.Context, bus *dbus.Conn) {
		if bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, notices).Store(&shown) == nil && shown {
			return
		}
		// Many are started by the bus when they are first spoken to.
		var startable []string
		err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.ListActivatableNames", 0).Store(&startable)
		shown = err == nil && slices.Contains(startable, notices)
	})
	return shown
}

func readsMarkup(ctx context.Context) bool {
	var can []string
	onBus(ctx, func(ctx context.Context, bus *dbus.Conn) {
		_ = bus.Object(notices, "/org/freedesktop/Notifications").CallWithContext(ctx, notices+".GetCapabilities", 0).Store(&can)
	})
	return slices.Contains(can, "body-markup")
}

// onBus asks on a connection of its own; without a bus nothing is asked.
func onBus(ctx context.Context, ask func(context.Context, *dbus.Conn)) {
	if !reachable() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return
	}
	defer func() { _ = bus.Close() }()
	ask(ctx, bus)
}
