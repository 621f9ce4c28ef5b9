package autostart

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// runKey holds what Windows starts at login; the other holds what the person
// switched off in the Task Manager or in Settings.
const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
	valueName   = "Billfold"
)

// System is this person's place on this system.
func System() Place { return runValue{} }

// runValue is the value below runKey.
type runValue struct{}

func (runValue) Read() (State, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return State{}, nil
	}
	if err != nil {
		return State{}, err
	}
	defer func() { _ = key.Close() }()
	line, _, err := key.GetStringValue(valueName)
	if errors.Is(err, registry.ErrNotExist) {
		return State{}, nil
	}
	if err != nil {
		return State{}, err
	}
	return State{On: !switchedOff(), Program: ProgramOf(line)}, nil
}

// switchedOff reads what Windows keeps of the person's own switch: its first byte is
// odd when it is off.
func switchedOff() bool {
	key, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer func() { _ = key.Close() }()
	kept, _, err := key.GetBinaryValue(valueName)
	return err == nil && len(kept) > 0 && kept[0]%2 == 1
}

func (runValue) Write(entry Entry) error {
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer func() { _ = key.Close() }()
	if err := key.SetStringValue(valueName, CommandLine(entry)); err != nil {
		return err
	}
	// Who asks for it now does not want what was switched off before.
	return removeValue(approvedKey)
}

func (runValue) Remove() error {
	if err := removeValue(runKey); err != nil {
		return err
	}
	return removeValue(approvedKey)
}

func removeValue(path string) error {
	key, err := registry.OpenKey(registry.CURRENT_USER, path, registry.SET_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = key.Close() }()
	if err := key.DeleteValue(valueName); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	return nil
}
