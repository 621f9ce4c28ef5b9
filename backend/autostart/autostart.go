// Package autostart has the system start Billfold when a person signs in to their
// computer, if they asked for it.
//
// Each system has a place of the person's own for that. One entry is written there
// when it is asked for, and taken away whole when it is not wanted any more. An entry
// that the person switched off by the system's own means counts as off.
package autostart

import (
	"fmt"
	"os"
	"path/filepath"

	"billfold/backend/billing"
)

// Entry is what the system is to start.
type Entry struct {
	// Program is an absolute path, Args are what it is started with.
	Program string
	Args    []string
}

// State is what the system will do.
type State struct {
	// On tells that the system will start Program.
	On bool
	// Program is the one in the entry, "" where there is none. It may not be there
	// any more.
	Program string
}

// Place is where a system keeps its entries.
type Place interface {
	// Read gives the state as it is.
	Read() (State, error)
	// Write puts the entry in, in place of an older one.
	Write(Entry) error
	// Remove takes the entry away; none is fine.
	Remove() error
}

// On has the system start the entry.
func On(place Place, entry Entry) error {
	if !filepath.IsAbs(entry.Program) {
		return billing.NewError(billing.CodeInternal, "The place of Billfold's program is not known.", nil)
	}
	if err := place.Write(entry); err != nil {
		return failed("written", err)
	}
	return nil
}

// Off has the system start nothing.
func Off(place Place) error {
	if err := place.Remove(); err != nil {
		return failed("removed", err)
	}
	return nil
}

// Mend writes the entry anew where it is on and starts another program, which
// happens when Billfold was moved or updated to another place. It says nothing of
// what it cannot do: nobody asked for it.
func Mend(place Place, entry Entry) {
	state, err := place.Read()
	if err == nil && state.On && state.Program != entry.Program {
		_ = On(place, entry)
	}
}

func failed(what string, cause error) error {
	return billing.NewError(billing.CodeUnreadable,
		"The entry for the start at login could not be "+what+": check that your own settings folder can be written.", cause)
}

// writeFile puts a file in place whole or not at all.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".billfold-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	_, err = temporary.Write(content)
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(temporary.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

// removeFile removes a file; none is fine.
func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
