package sqlite_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	killInvoices = 30
	// usualKills can be raised with BILLFOLD_KILLS for a longer run.
	usualKills = 100
	// The kill comes within a window of time that begins 5 ms after the start.
	usualWindow   = 40 * time.Millisecond
	longestWindow = 2 * time.Second
)

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

// A process that is killed while it writes pulls leaves a whole one. The judge is
// the sqlite3 program, which shares no code of ours.
func TestAKillLeavesAWholePull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billing.db")
	MustWrite(t, MustOpen(t, path), generation(1, killInvoices))
	// On a machine that is busy with other things a write takes longer than the usual
	// time to the kill; then the next ones come later.
	window, written := usualWindow, "1"
	for range kills(t) {
		writer := inRole(t, "write", path)
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5*time.Millisecond + rand.N(window))
		_ = writer.Process.Kill()
		_ = writer.Wait()

		if verdict := askSQLite(t, path, "PRAGMA integrity_check"); verdict != "ok" {
			t.Fatalf("integrity_check says %s", verdict)
		}
		names := askSQLite(t, path, `SELECT name FROM customer UNION SELECT cancellation_reason FROM subscriptions
			UNION SELECT bank FROM payment_methods UNION SELECT value FROM tax_ids UNION SELECT description FROM invoices
			UNION SELECT descriptor FROM payments UNION SELECT memo FROM credit_notes
			UNION SELECT 'generation ' || synced_at FROM marks`)
		if strings.Contains(names, "\n") || !strings.HasPrefix(names, "generation ") {
			t.Fatalf("half a pull is left: %q", names)
		}
		if count := askSQLite(t, path, "SELECT count(*) FROM invoices"); count != strconv.Itoa(killInvoices) {
			t.Fatalf("%s invoices are left", count)
		}
		last := askSQLite(t, path, "SELECT synced_at FROM marks")
		if last == written {
			window = min(2*window, longestWindow)
		} else {
			window = usualWindow
		}
		written = last
	}
	if written == "1" {
		t.Fatal("no kill came after a write, so nothing was shown")
	}
}

func askSQLite(t *testing.T, path, query string) string {
	t.Helper()
	answer, err := exec.CommandContext(t.Context(), "sqlite3", "-cmd", ".timeout 5000", path, query).CombinedOutput()
	if err != nil {
		t.Fatalf("sqlite3: %v: %s", err, answer)
	}
	return strings.TrimSpace(string(answer))
}
