package statefile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	temporaryBegin = ".state-"
	temporaryEnd   = ".new"
	// abandonedAfter is when a file that is still being written belongs to a program
	// that was killed.
	abandonedAfter = time.Hour
	// sizeLimit is more than a State can take.
	sizeLimit = 64 << 10
)

// Write puts a state in the place of the one before, whole or not at all, so that
// whoever reads meanwhile sees one of them. Only the person can read it.
func Write(path string, state State) error {
	content, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return fmt.Errorf("write the state file: %w", err)
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("write the state file: %w", err)
	}
	sweep(folder)
	if err := replace(path, append(content, '\n')); err != nil {
		return fmt.Errorf("write the state file: %w", err)
	}
	return nil
}

func replace(path string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), temporaryBegin+"*"+temporaryEnd) // made with 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the new name last. Windows has no such call, and needs none.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	opened, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}

// sweep removes what a program that was killed while writing left behind. What it
// cannot remove does no harm.
func sweep(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), temporaryBegin) || !strings.HasSuffix(entry.Name(), temporaryEnd) {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > abandonedAfter {
			_ = os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}

// Read reads a state; one that is not there is os.ErrNotExist.
func Read(path string) (State, error) {
	file, err := os.Open(path)
	if err != nil {
		return State{}, fmt.Errorf("read the state file: %w", err)
	}
	defer func() { _ = file.Close() }()
	var state State
	if err := json.NewDecoder(io.LimitReader(file, sizeLimit)).Decode(&state); err != nil {
		return State{}, fmt.Errorf("read the state file: %w", err)
	}
	return state, nil
}

// Remove removes the state of an account; that of another, which may have been
// written since, stays. What cannot be read is nobody's, and goes.
func Remove(path, account string) error {
	state, err := Read(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && state.Account.ID != account {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the state file: %w", err)
	}
	return nil
}
