package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// cacheFile is the desk's only account file.
func (d *desk) cacheFile() string {
	d.t.Helper()
	found, err := filepath.Glob(filepath.Join(d.dir, "accounts", "*", "billing.db"))
	if err != nil || len(found) != 1 {
		d.t.Fatalf("cache files: %v, %v", found, err)
	}
	return found[0]
}

func TestCacheOfANewerBillfoldIsLeftAlone(t *testing.T) {
	d := newDesk(t)
	mustJSON[status](d, "status", "--json")
	file := d.cacheFile()
	if out, err := exec.CommandContext(t.Context(), "sqlite3", file, "PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE);").CombinedOutput(); err != nil {
		t.Fatalf("sqlite3: %v %s", err, out)
	}
	before := mustRead(t, file)
	got := d.run("status")
	if got.code != 1 || !strings.Contains(got.stderr, "newer") || !strings.Contains(got.stderr, "Update Billfold") {
		t.Fatalf("%+v", got)
	}
	mustBeClear(t, got.stderr)
	if string(mustRead(t, file)) != string(before) {
		t.Error("the file was changed")
	}
}

func TestDamagedCacheIsSetAsideAndFetchedAgain(t *testing.T) {
	d := newDesk(t)
	before := mustJSON[status](d, "status", "--json")
	file := d.cacheFile()
	if err := os.WriteFile(file, []byte(strings.Repeat("this is no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(file + "-wal")
	got := d.run("status", "--json")
	var after status
	if err := json.Unmarshal([]byte(got.stdout), &after); err != nil || got.code != 0 {
		t.Fatalf("%+v", got)
	}
	mustBeSamePicture(t, before, after)
	if !strings.Contains(got.stderr, "damaged") || !strings.Contains(got.stderr, "set aside") {
		t.Errorf("nothing was said of it: %s", got.stderr)
	}
	if aside, _ := filepath.Glob(file + ".damaged-*"); len(aside) != 1 {
		t.Errorf("set aside: %v", aside)
	}
}

// TestValuesThatWentBadAreMended damages single values, which SQLite itself
// cannot notice.
func TestValuesThatWentBadAreMended(t *testing.T) {
	for name, damage := range map[string]string{
		"AnAmount":             "UPDATE invoices SET total = 1, amount_remaining = 77",
		"AListInAnInvoice":     "UPDATE invoices SET taxes = 'not json'",
		"AListInTheAccount":    "UPDATE subscriptions SET items = '{'",
		"AVersionBelowNothing": "PRAGMA user_version = -2147483647",
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			before := mustJSON[status](d, "status", "--json")
			wanted := mustJSON[invoices](d, "invoices", "--json")
			out, err := exec.CommandContext(t.Context(), "sqlite3", d.cacheFile(), damage+"; PRAGMA wal_checkpoint(TRUNCATE);").CombinedOutput()
			if err != nil {
				t.Fatalf("sqlite3: %v %s", err, out)
			}
			if got := d.run("sync", "--full"); got.code != 0 {
				t.Fatalf("sync --full: %+v", got)
			}
			mustBeSamePicture(t, before, mustJSON[status](d, "status", "--json"))
			got := mustJSON[invoices](d, "invoices", "--json")
			if !slices.EqualFunc(got.Invoices, wanted.Invoices, func(a, b invoiceRow) bool {
				return a.ID == b.ID && a.Total == b.Total && a.AmountRemaining == b.AmountRemaining
			}) {
				t.Errorf("invoices %+v, want %+v", got, wanted)
			}
		})
	}
}

func TestSettingsThatWentBadAreToldOf(t *testing.T) {
	d := newDesk(t)
	mustJSON[status](d, "status", "--json")
	if err := os.WriteFile(filepath.Join(d.dir, "personal.db"), []byte(strings.Repeat("no database ", 900)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := d.run("status"); got.code != 0 || !strings.Contains(got.stderr, "Your settings were damaged") {
		t.Fatalf("%+v", got)
	}
}

// TestCopyFromTheFutureIsNotFresh has a clock that was wrong once.
func TestCopyFromTheFutureIsNotFresh(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	mustJSON[status](d, v.flags("status", "--json")...)
	later := time.Now().AddDate(0, 1, 0).Unix()
	out, err := exec.CommandContext(t.Context(), "sqlite3", d.cacheFile(), fmt.Sprintf("UPDATE marks SET synced_at = %d", later)).CombinedOutput()
	if err != nil {
		t.Fatalf("sqlite3: %v %s", err, out)
	}
	if got := mustJSON[status](d, v.flags("status", "--json")...); got.AsOf == nil || *got.AsOf >= later {
		t.Errorf("as of %v", got.AsOf)
	}
}

func mustRead(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestCommandWaitsItsTurnToSync(t *testing.T) {
	d := newDesk(t)
	mustJSON[status](d, "status", "--json")
	held := flock.New(d.cacheFile() + ".pull")
	if taken, err := held.TryLock(); err != nil || !taken {
		t.Fatalf("the lock of a pull: %v, %v", taken, err)
	}
	answers := make(chan ran, 1)
	go func() { answers <- d.run("status", "--json") }()
	time.Sleep(300 * time.Millisecond) // the command is waiting by now, or has not begun
	if err := held.Unlock(); err != nil {
		t.Fatal(err)
	}
	if got := <-answers; got.code != 0 || got.stderr != "" {
		t.Errorf("after its turn came: %+v", got)
	}
	if taken, err := held.TryLock(); err != nil || !taken {
		t.Fatalf("the lock of a pull: %v, %v", taken, err)
	}
	defer func() { _ = held.Unlock() }()
	shown := mustJSON[status](d, "status", "--json")
	if shown.Problem == nil || shown.Problem.Code != "busy" || len(shown.Subscriptions) != 1 {
		t.Errorf("while another never ends: %+v", shown)
	}
}

// nobody is a user without rights: to root no folder is read-only.
const nobody = 65534

// asNobody runs a command as a user who may not write what root may.
func asNobody(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	d := newDesk(t)
	before := mustJSON[status](d, "status", "--json")
	change := func(*exec.Cmd) {}
	if os.Getuid() == 0 {
		change = asNobody
		mustOpenUp(t, filepath.Dir(d.dir), binary)
	}
	makeReadOnly(t, d.dir)

	got := d.runAs(t.Context(), change, "status", "--json")
	var during status
	if err := json.Unmarshal([]byte(got.stdout), &during); err != nil || got.code != 0 {
		t.Fatalf("%+v", got)
	}
	mustBeSamePicture(t, status{Customer: before.Customer}, status{Customer: during.Customer})
	if len(during.Subscriptions) != 1 || during.Subscriptions[0].Plan != before.Subscriptions[0].Plan {
		t.Errorf("subscriptions %+v", during.Subscriptions)
	}
	if got.stderr == "" || strings.Contains(got.stderr, "goroutine") {
		t.Errorf("said: %q", got.stderr)
	}
}

// mustOpenUp lets another user reach the test's folders and program.
func mustOpenUp(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		for dir := path; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			info, err := os.Stat(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, info.Mode().Perm()|0o055); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// makeReadOnly takes all rights to write, and gives those to read, until the
// test ends.
func makeReadOnly(t *testing.T, dir string) {
	t.Helper()
	walk := func(folder, file os.FileMode) {
		err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				return os.Chmod(path, folder)
			}
			return os.Chmod(path, file)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	walk(0o555, 0o444)
	t.Cleanup(func() { walk(0o700, 0o600) })
}

func TestDataFolderThatIsAFile(t *testing.T) {
	d := newDesk(t)
	if err := os.WriteFile(d.dir, []byte("not a folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := d.run("status", "--json")
	var shown status
	if err := json.Unmarshal([]byte(got.stdout), &shown); err != nil || got.code != 0 || len(shown.Subscriptions) != 1 {
		t.Fatalf("%+v", got)
	}
	if !strings.Contains(got.stderr, "only until Billfold is closed") {
		t.Errorf("said: %q", got.stderr)
	}
	if string(mustRead(t, d.dir)) != "not a folder" {
		t.Error("the file was changed")
	}
}
