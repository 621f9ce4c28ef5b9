package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// journal is all that is kept of a sandbox between runs: repeating its writes at
// their times makes the same objects again, ids included.
type journal struct {
	Format   int    `json:"format"`
	Scenario string `json:"scenario"`
	SeededAt int64  `json:"seeded_at"`
	// LinkKey makes the secrets of links, so that they outlive a run.
	LinkKey []byte  `json:"link_key,omitempty"`
	Writes  []write `json:"writes"`
	// ToldUntil is the moment up to which everything was told to those who wait
	// for events and letters, except for what is Undelivered and Unsent; 0 when
	// nobody waited.
	ToldUntil   int64         `json:"told_until,omitempty"`
	Undelivered []undelivered `json:"undelivered,omitempty"`
	Unsent      []string      `json:"unsent,omitempty"` // ids of letters
}

// journalFormat is raised when the same journal would no longer make the same
// objects; an older file is then set aside.
const journalFormat = 4

// write is one successful write request.
type write struct {
	At     int64  `json:"at"`
	Method string `json:"method"`
	Path   string `json:"path"`
	Form   string `json:"form"`
	Key    string `json:"idempotency_key,omitempty"`
}

func writeOf(r request, at int64) write {
	return write{At: at, Method: r.method, Path: r.path, Form: r.form.Encode(), Key: r.idempotencyKey}
}

// readJournal reads a state file. A file that is not there is fs.ErrNotExist;
// one that is there and no journal is errDamaged.
func readJournal(path string) (journal, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return journal{}, err
	}
	var j journal
	if err := json.Unmarshal(data, &j); err != nil {
		return journal{}, errors.Join(errDamaged, err)
	}
	if j.Format != journalFormat || j.Scenario == "" || j.SeededAt <= 0 {
		return journal{}, errDamaged
	}
	return j, nil
}

var errDamaged = errors.New("the state file is damaged or from another version")

// save puts the journal in place of the old one, whole or not at all.
func (j journal) save(path string) error {
	data, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("write sandbox state: %w", err)
	}
	temporary, err := writeAside(path, append(data, '\n'))
	if err != nil {
		return fmt.Errorf("write sandbox state: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		_ = os.Remove(temporary)
		return fmt.Errorf("write sandbox state: %w", err)
	}
	syncFolder(filepath.Dir(path))
	return nil
}

// writeAside writes a file beside path that only its owner can read.
func writeAside(path string, data []byte) (temporary string, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		_ = os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}

// syncFolder makes a rename last. Not every system can, and none of them loses
// more than the newest write without it.
func syncFolder(folder string) {
	if open, err := os.Open(folder); err == nil {
		_ = open.Sync()
		_ = open.Close()
	}
}

// setAside moves a file that cannot be used out of the way, and keeps it.
func setAside(path string, now time.Time) error {
	return os.Rename(path, path+".damaged-"+strconv.FormatInt(now.Unix(), 10))
}
