package statefile_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"billfold/backend/statefile"
)

// writerVariable has this program write states to the file it names until it is killed.
const writerVariable = "BILLFOLD_TEST_STATE_FILE"

// kills is how many writers are killed.
const kills = 60

func TestMain(m *testing.M) {
	path := os.Getenv(writerVariable)
	if path == "" {
		os.Exit(m.Run())
	}
	for i := 0; ; i++ {
		if err := statefile.Write(path, sized(i)); err != nil {
			panic(err)
		}
	}
}

// sized is a state whose file is now short, now long, and which tells whether it is
// whole.
func sized(i int) statefile.State {
	plan := strings.Repeat("x", i*7919%5000)
	return statefile.State{Schema: statefile.Schema, Account: statefile.Account{ID: "a", Label: plan}, Plan: &plan}
}

func whole(state statefile.State) bool {
	return state.Schema == statefile.Schema && state.Plan != nil && *state.Plan == state.Account.Label
}

func TestWhoReadsMeanwhileSeesAWholeState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billfold", "state.json")
	if err := statefile.Write(path, sized(0)); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				if err := statefile.Write(path, sized(w*1000+i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 2000 {
		if state, err := statefile.Read(path); err != nil || !whole(state) {
			t.Errorf("a torn state: %v, %v", state, err)
			break
		}
	}
	close(done)
	writers.Wait()
}

func TestAWriterThatIsKilledLeavesAWholeState(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "state.json")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for range kills {
		writer := exec.CommandContext(t.Context(), program)
		writer.Env = append(os.Environ(), writerVariable+"="+path)
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.IntN(12000)) * time.Microsecond)
		_ = writer.Process.Kill()
		_ = writer.Wait()
		state, err := statefile.Read(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) || err == nil && !whole(state) {
			t.Fatalf("a torn state: %v, %v", state, err)
		}
	}
	if err := statefile.Write(path, sized(1)); err != nil {
		t.Fatal(err)
	}
}

func TestWhatAKilledWriterLeftIsSwept(t *testing.T) {
	folder := t.TempDir()
	old, fresh := filepath.Join(folder, ".state-1.new"), filepath.Join(folder, ".state-2.new")
	other := filepath.Join(folder, "notes.new")
	for _, name := range []string{old, fresh, other} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-2 * time.Hour)
	if err := errors.Join(os.Chtimes(old, past, past), os.Chtimes(other, past, past)); err != nil {
		t.Fatal(err)
	}
	if err := statefile.Write(filepath.Join(folder, "state.json"), sized(1)); err != nil {
		t.Fatal(err)
	}
	_, gone := os.Stat(old)
	_, writing := os.Stat(fresh)
	_, theirs := os.Stat(other)
	if !errors.Is(gone, os.ErrNotExist) || writing != nil || theirs != nil {
		t.Errorf("old: %v, being written: %v, of others: %v", gone, writing, theirs)
	}
}

func TestOnlyThePersonCanReadIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billfold", "state.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	// Whatever the mode of the file before was.
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := statefile.Write(path, sized(1)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestRemoveTakesTheStateOfThatAccountAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	there := func() bool { _, err := os.Stat(path); return err == nil }
	if err := statefile.Remove(path, "a"); err != nil {
		t.Errorf("nothing to remove is no error: %v", err)
	}
	if err := statefile.Write(path, sized(1)); err != nil {
		t.Fatal(err)
	}
	if err := statefile.Remove(path, "b"); err != nil || !there() {
		t.Errorf("another account's state: %v, there %v", err, there())
	}
	if err := statefile.Remove(path, "a"); err != nil || there() {
		t.Errorf("its own state: %v, there %v", err, there())
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := statefile.Remove(path, "a"); err != nil || there() {
		t.Errorf("a damaged file: %v, there %v", err, there())
	}
}

func TestAFolderThatCannotBeWrittenIsAnError(t *testing.T) {
	if err := statefile.Write("/dev/null/billfold/state.json", sized(1)); err == nil {
		t.Error("no error")
	}
}
