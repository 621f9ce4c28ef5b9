package sqlite_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

func TestOpenMakesAFileForThePersonAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?folder #1 100%", "billing.db")
	cache := MustOpen(t, path)
	MustWrite(t, cache, generation(1, 1))
	for name, want := range map[string]fs.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600} {
		found, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if found.Mode().Perm() != want {
			t.Errorf("%s has the permissions %o, want %o", name, found.Mode().Perm(), want)
		}
	}
}

func TestOpenNarrowsPermissionsThatAreTooWide(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billing.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	MustOpen(t, path)
	if found, err := os.Stat(path); err != nil || found.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", found.Mode(), err)
	}
}

func TestOpenRefusesANewerFileAndDoesNotTouchIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billing.db")
	if err := MustOpen(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	askSQLite(t, path, "PRAGMA user_version = 9999")
	before := mustRead(t, path)
	_, err := sqlite.Open(t.Context(), path)
	if billing.CodeOf(err) != billing.CodeNewerFile {
		t.Fatalf("the error is %v", err)
	}
	if !bytes.Equal(before, mustRead(t, path)) {
		t.Error("the file was changed")
	}
	if aside, _ := filepath.Glob(path + ".damaged-*"); len(aside) != 0 {
		t.Errorf("it was set aside as %s", aside)
	}
}

// A program that is killed while a new file turns to WAL, or an older SQLite in the
// midst of a write, leaves a journal that has to be rolled back first.
func TestOpenTakesBackWhatAKilledProgramLeftHalfDone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billing.db")
	cache := MustOpen(t, path)
	MustWrite(t, cache, generation(1, 1))
	if err := cache.Close(); err != nil {
		t.Fatal(err)
	}
	killed := exec.CommandContext(t.Context(), "sqlite3", "-bail", path)
	killed.Stdin = strings.NewReader("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN; PRAGMA user_version = 0; CREATE TABLE half (done);\n" +
		"INSERT INTO half SELECT randomblob(4000) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n);\n" +
		".shell kill -9 $PPID\n")
	_ = killed.Run()
	if journal, err := os.Stat(path + "-journal"); err != nil || journal.Size() == 0 {
		t.Fatalf("no journal was left: %v", err)
	}
	again := MustOpen(t, path)
	if again.ReadOnly() || again.SetAside() != "" {
		t.Errorf("opened for reading alone: %v, set aside: %q", again.ReadOnly(), again.SetAside())
	}
	if account, err := again.Account(t.Context()); err != nil || account.Customer.ID != generation(1, 1).Customer.ID {
		t.Errorf("the account is %q, %v", account.Customer.ID, err)
	}
	if got := askSQLite(t, path, "SELECT count(*) FROM sqlite_master WHERE name = 'half'"); got != "0" {
		t.Errorf("half of it is there: %s", got)
	}
}

func TestOpenSetsDamageAside(t *testing.T) {
	damages := map[string]func(t *testing.T, path string){
		"random bytes": func(t *testing.T, path string) {
			mustPut(t, path, bytes.Repeat([]byte("no database "), 500))
		},
		"cut in the middle": func(t *testing.T, path string) {
			whole := mustRead(t, path)
			mustPut(t, path, whole[:len(whole)/2])
		},
		"a page overwritten": func(t *testing.T, path string) {
			whole := mustRead(t, path)
			copy(whole[4096:], bytes.Repeat([]byte{0xA5}, 8192))
			mustPut(t, path, whole)
		},
		"a folder in its place": func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Join(path, "inside"), 0o700); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "billing.db")
			filled := MustOpen(t, path)
			MustWrite(t, filled, generation(1, 200))
			if err := filled.Close(); err != nil {
				t.Fatal(err)
			}
			damage(t, path)
			cache := MustOpen(t, path)
			if !strings.HasPrefix(cache.SetAside(), path+".damaged-") {
				t.Fatalf("it was set aside as %q", cache.SetAside())
			}
			if _, err := os.Stat(cache.SetAside()); err != nil {
				t.Error(err)
			}
			MustWrite(t, cache, generation(2, 3))
			if page, err := cache.Invoices(t.Context(), billing.InvoiceFilter{}); err != nil || page.Total != 3 {
				t.Errorf("the new file has %d invoices, %v", page.Total, err)
			}
		})
	}
}

func TestOpenSetsTheWALAsideToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billing.db")
	mustPut(t, path, []byte("no database"))
	mustPut(t, path+"-wal", []byte("no log"))
	cache := MustOpen(t, path)
	if got := mustRead(t, cache.SetAside()+"-wal"); string(got) != "no log" {
		t.Errorf("beside it lies %q", got)
	}
}

func TestOpenTakesAnEmptyFileForANewOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billing.db")
	mustPut(t, path, nil)
	if aside := MustOpen(t, path).SetAside(); aside != "" {
		t.Errorf("it was set aside as %s", aside)
	}
}

func TestOpenWhereNoFileCanBe(t *testing.T) {
	place := filepath.Join(t.TempDir(), "a file")
	mustPut(t, place, []byte("x"))
	if _, err := sqlite.Open(t.Context(), filepath.Join(place, "billing.db")); billing.CodeOf(err) != billing.CodeUnreadable {
		t.Errorf("the error is %v", err)
	}
}

// Root may write anywhere, so this runs as nobody where the tests run as root.
func TestAReadOnlyFolder(t *testing.T) {
	outcomes := map[string]struct {
		file fs.FileMode
		want string
	}{
		"a file that can be read is shown":       {0o444, "ok"},
		"a file that cannot be read is an error": {0o000, string(billing.CodeUnreadable)},
	}
	for name, outcome := range outcomes {
		t.Run(name, func(t *testing.T) {
			folder, err := os.MkdirTemp("", "billfold-test-*")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(folder, 0o700); _ = os.RemoveAll(folder) })
			path := filepath.Join(folder, "billing.db")
			filled := MustOpen(t, path)
			MustWrite(t, filled, generation(1, 1))
			if err := filled.Close(); err != nil {
				t.Fatal(err)
			}
			command := inRole(t, "read", path)
			command.Path = copyOfProgram(t, folder)
			mustChmod(t, path, outcome.file)
			mustChmod(t, path+".lock", 0)
			mustChmod(t, folder, 0o555)
			if os.Geteuid() == 0 {
				command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
				command.Dir = "/"
			}
			if got, _ := command.Output(); string(got) != outcome.want {
				t.Errorf("the outcome is %q, want %q", got, outcome.want)
			}
		})
	}
}

// copyOfProgram puts this program where anybody may start it.
func copyOfProgram(t *testing.T, folder string) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(folder, "program")
	mustPut(t, copied, mustRead(t, program))
	mustChmod(t, copied, 0o555)
	return copied
}

func TestManyProcessesOpenANewFileAtOnce(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), "billing.db")
		commands := make([]*exec.Cmd, 6)
		for i := range commands {
			commands[i] = inRole(t, "open", path)
			if err := commands[i].Start(); err != nil {
				t.Fatal(err)
			}
		}
		for _, command := range commands {
			if err := command.Wait(); err != nil {
				t.Errorf("one of them failed: %v", err)
			}
		}
	}
}

// Every version that was ever shipped has a file in testdata, written by it.
func TestOpenBringsOlderFilesUpToDate(t *testing.T) {
	saved, err := filepath.Glob("testdata/version*.db")
	if err != nil || len(saved) == 0 {
		t.Fatalf("%d saved files, %v", len(saved), err)
	}
	for _, name := range saved {
		t.Run(filepath.Base(name), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "billing.db")
			mustPut(t, path, mustRead(t, name))
			cache := MustOpen(t, path)
			if cache.SetAside() != "" {
				t.Fatal("it was taken for damaged")
			}
			fresh := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
			if got, want := schemaOf(t, path), schemaOf(t, fresh.Path()); got != want {
				t.Errorf("the schema became\n%s\nand a new one is\n%s", got, want)
			}
			invoice, err := cache.Invoice(t.Context(), "N-2")
			if err != nil || invoice.ID != "in_2" || len(invoice.Lines) != 1 {
				t.Errorf("the invoice became %+v, %v", invoice, err)
			}
			expectFilled(t, cache)
			if older := name != saved[len(saved)-1]; older && mustMarks(t, cache).FullAt.Known() {
				t.Error("the next pull would leave out what the older version did not keep")
			}
		})
	}
}

// expectFilled fails unless what newer versions make of a row is there for old
// ones, too: without a network nothing else would bring it.
func expectFilled(t *testing.T, cache *sqlite.Cache) {
	t.Helper()
	page, err := cache.Invoices(t.Context(), billing.InvoiceFilter{Search: "november 2023"})
	if err != nil || page.Total != 3 {
		t.Errorf("found by its month: %d, %v", page.Total, err)
	}
	for _, row := range page.Rows {
		if row.Kind != billing.KindOneTime {
			t.Errorf("%s is of the kind %q", row.ID, row.Kind)
		}
	}
	payments, err := cache.ListPayments(t.Context(), billing.PaymentFilter{Year: 2023, Search: "1.00"})
	if err != nil || payments.Total != 3 || payments.Rows[0].InvoiceNumber != "N-3" {
		t.Errorf("payments: %+v, %v", payments, err)
	}
	if notes, err := cache.AllCreditNotes(t.Context()); err != nil || len(notes) != 3 {
		t.Errorf("credit notes: %+v, %v", notes, err)
	}
}

func schemaOf(t *testing.T, path string) string {
	t.Helper()
	return askSQLite(t, path, "SELECT type, name, sql FROM sqlite_schema ORDER BY name; PRAGMA user_version")
}

func TestADiskThatIsFullLosesNothing(t *testing.T) {
	t.Run("a limit on the size of files", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "billing.db")
		MustWrite(t, MustOpen(t, path), generation(1, 10))
		if got, _ := inRole(t, "small-files", path).Output(); string(got) != string(billing.CodeDiskFull) {
			t.Errorf("the outcome is %q", got)
		}
		expectGeneration(t, path, 1, 10)
	})
	if os.Geteuid() != 0 {
		return // only root may mount the small disk of the next one
	}
	t.Run("a small disk", func(t *testing.T) {
		disk := t.TempDir()
		if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=1m"); err != nil {
			t.Logf("no disk of one's own can be mounted here: %v", err)
			return
		}
		t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
		path := filepath.Join(disk, "billing.db")
		cache := MustOpen(t, path)
		MustWrite(t, cache, generation(1, 10))
		if err := cache.Write(t.Context(), generation(2, 5000)); billing.CodeOf(err) != billing.CodeDiskFull {
			t.Errorf("the error is %v", err)
		}
		expectGeneration(t, path, 1, 10)
	})
}

func expectGeneration(t *testing.T, path string, number, invoices int) {
	t.Helper()
	cache := MustOpen(t, path)
	marks, err := cache.Marks(t.Context())
	if err != nil || marks.SyncedAt != billing.Time(number) {
		t.Errorf("the marks are %+v, %v", marks, err)
	}
	page, err := cache.Invoices(t.Context(), billing.InvoiceFilter{})
	if err != nil || page.Total != invoices || page.Rows[0].Description != generation(number, 1).Customer.Name {
		t.Errorf("the page is %+v, %v", page, err)
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func mustPut(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustChmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
