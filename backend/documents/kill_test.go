package documents_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/documents"
	"billfold/backend/sqlite"
)

const (
	dirVariable = "BILLFOLD_TEST_DIR"
	urlVariable = "BILLFOLD_TEST_URL"
	// killBills is how many documents a killed process is at.
	killBills = 150
	// usualKills can be raised with BILLFOLD_KILLS for a longer run.
	usualKills = 200
)

// inRole prepares this program to run again in a role.
func inRole(t *testing.T, role, dir, url string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program)
	command.Env = append(os.Environ(), roleVariable+"="+role, dirVariable+"="+dir, urlVariable+"="+url)
	return command
}

// processVault is the vault of a role; its index is open until closed.
func processVault(ctx context.Context) (vault *documents.Vault, closeIndex func() error, err error) {
	dir, url := os.Getenv(dirVariable), os.Getenv(urlVariable)
	personal, err := sqlite.OpenPersonal(ctx, filepath.Join(dir, "personal.db"))
	if err != nil {
		return nil, nil, err
	}
	template, err := documents.ParseTemplate(documents.DefaultTemplate)
	return &documents.Vault{
		Folder: filepath.Join(dir, "Billfold"), Template: template, Index: personal.Archive("account"), Owner: "test",
		Link:    func(_ context.Context, of billing.DocumentRef) (string, error) { return url + "/" + of.ID, nil },
		Fetcher: documents.NewFetcher(documents.FetcherConfig{Source: documents.Source{Own: url}}),
	}, personal.Close, err
}

func saveInAProcess(ctx context.Context) error {
	vault, _, err := processVault(ctx)
	if err != nil {
		return err
	}
	_, err = vault.Save(ctx, bills(killBills), nil)
	return err
}

// saveWithSmallFiles saves what the kernel lets this process put in no file.
func saveWithSmallFiles(ctx context.Context) error {
	signal.Ignore(syscall.SIGXFSZ)
	vault, _, err := processVault(ctx)
	if err != nil {
		return err
	}
	limit := syscall.Rlimit{Cur: 256 << 10, Max: 256 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	_, err = vault.Save(ctx, bills(1), nil)
	return err
}

func kills(t *testing.T) int {
	t.Helper()
	given := os.Getenv("BILLFOLD_KILLS")
	if given == "" {
		return usualKills
	}
	count, err := strconv.Atoi(given)
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// A process that is killed while it saves leaves every file whole or absent, and
// the next run lists all that is there and completes. The judge is this process,
// which compares with the bytes that the server gave.
func TestAKillLeavesEveryFileWholeAndListedOrAbsent(t *testing.T) {
	v := newVendor(t)
	dir := t.TempDir()
	t.Setenv(dirVariable, dir)
	t.Setenv(urlVariable, v.URL)
	midway, temporaries := 0, 0
	for n := range kills(t) {
		saver := inRole(t, "save", dir, v.URL)
		if err := saver.Start(); err != nil {
			t.Fatal(err)
		}
		// Some are killed at a time, some at a number of files, so that both the start
		// and the midst are met.
		awaitFiles(t, filepath.Join(dir, "Billfold"), rand.IntN(killBills))
		time.Sleep(time.Duration(rand.IntN(4000)) * time.Microsecond)
		_ = saver.Process.Kill()
		_ = saver.Wait()
		whole, left := mustBeWhole(t, filepath.Join(dir, "Billfold"))
		if whole > 0 && whole < killBills {
			midway++
		}
		temporaries += left
		if whole == killBills || n%4 == 3 { // the others go on where the one before was killed
			mustComplete(t, dir)
		}
	}
	mustComplete(t, dir)
	t.Logf("%d kills, %d of them midway, %d temporary files left and swept", kills(t), midway, temporaries)
	if midway < kills(t)/4 {
		t.Errorf("only %d kills came midway, so little was shown", midway)
	}
}

// awaitFiles returns when so many files are there, or after a while.
func awaitFiles(t *testing.T, folder string, count int) {
	t.Helper()
	for range 5000 {
		found, _ := filepath.Glob(filepath.Join(folder, "Quillforge", "2024", "*.pdf"))
		if len(found) >= count {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// mustBeWhole looks at all files under their own names.
func mustBeWhole(t *testing.T, folder string) (whole, temporaries int) {
	t.Helper()
	if _, err := os.Stat(folder); err != nil {
		return 0, 0
	}
	for _, name := range files(t, folder) {
		if strings.HasSuffix(name, ".part") {
			temporaries++
			continue
		}
		var number int
		if _, err := fmt.Sscanf(filepath.Base(name)[len("2024-03-01_N-"):], "%d", &number); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if body := mustRead(t, filepath.Join(folder, filepath.FromSlash(name))); !bytes.Equal(body, pdfOf(fmt.Sprintf("/in_%d", number))) {
			t.Fatalf("%s is not whole: %d bytes", name, len(body))
		}
		whole++
	}
	return whole, temporaries
}

// mustComplete runs once more without a kill, then begins anew with an empty folder.
func mustComplete(t *testing.T, dir string) {
	t.Helper()
	vault, closeIndex, err := processVault(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	there, _ := mustBeWhole(t, vault.Folder)
	got := mustSave(t, vault, bills(killBills))
	if got.Unchanged < there-1 && got.Unchanged+got.Saved != killBills {
		t.Fatalf("%d files were there, outcome %+v", there, got)
	}
	found, saved := files(t, vault.Folder), mustList(t, vault)
	if len(found) != killBills || len(saved) != killBills {
		t.Fatalf("%d files, %d listed", len(found), len(saved))
	}
	for _, version := range saved {
		if !version.Listed || !documents.Present(version) {
			t.Fatalf("listed as %+v", version)
		}
	}
	vault.Fetcher.Close()
	if err := closeIndex(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Billfold", "personal.db", "personal.db-wal", "personal.db-shm"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}
