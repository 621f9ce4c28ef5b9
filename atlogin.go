package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"billfold/backend/autostart"
	"billfold/backend/companion"
	"billfold/backend/connection"
	"billfold/backend/instance"
)

// hiddenFlag is what the system starts this program with at login.
const hiddenFlag = "--hidden"

// loginEntry starts this program as it was started now, without showing its window.
func loginEntry(flags connection.Flags) autostart.Entry {
	entry := autostart.Entry{Args: append([]string{hiddenFlag}, flags.Args()...)}
	self, err := os.Executable()
	if err != nil {
		return entry
	}
	// Linked into a folder of programs it is better started from there: the link stays
	// where it is when the program is updated.
	if started, err := filepath.Abs(os.Args[0]); err == nil && sameFile(started, self) {
		self = started
	}
	entry.Program = self
	return entry
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// useAtLogin lets the person decide in the window whether it starts at login.
func useAtLogin(desktop *companion.Desktop, flags connection.Flags) {
	place, entry := autostart.System(), loginEntry(flags)
	autostart.Mend(place, entry)
	desktop.AtLogin = func() (bool, error) {
		state, err := place.Read()
		return state.On, err
	}
	desktop.SetAtLogin = func(on bool) error {
		if on {
			return autostart.On(place, entry)
		}
		return autostart.Off(place)
	}
}

// runsAlready tells whether a start at login has nothing to do.
func runsAlready(chosen connection.Chosen) bool {
	place, err := instance.Claim(chosen.AccountDir())
	if err == nil {
		_ = place.Close()
	}
	return errors.Is(err, instance.ErrRunning)
}

// closing is asked by Wails when the window is to be closed. Who has Billfold start
// at login wants to be told of things also after a look at the window: it stays,
// unseen.
func (a *App) closing(window context.Context) (stay bool) {
	if state, err := a.companion.AtLogin(); err != nil || !state.On {
		return false
	}
	runtime.WindowHide(window)
	return true
}

// AtLogin tells whether the system starts Billfold at login.
func (a *App) AtLogin() (companion.AtLogin, error) { return a.companion.AtLogin() }

// SetAtLogin has the system start Billfold at login, or not any more.
func (a *App) SetAtLogin(on bool) error { return a.companion.SetAtLogin(on) }
