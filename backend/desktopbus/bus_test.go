//go:build !windows && !darwin

package desktopbus_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"billfold/backend/desktopbus"
)

func TestABusIsReachableWhereASocketIs(t *testing.T) {
	folder, err := os.MkdirTemp("", "bus-*") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	socket := filepath.Join(folder, "bus")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	plain := filepath.Join(folder, "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		address, folder string
		want            bool
	}{
		"nothing is named":               {"", "", false},
		"in the folder of the person":    {"", folder, true},
		"not in another folder":          {"", t.TempDir(), false},
		"by its path":                    {"unix:path=" + socket + ",guid=0", "", true},
		"by its path, written as a URL":  {"unix:path=" + strings.ReplaceAll(socket, "-", "%2d"), "", true},
		"by a name without a file":       {"unix:abstract=/tmp/dbus-1", "", true},
		"as the second of two":           {"tcp:host=127.0.0.1;unix:path=" + socket, "", true},
		"a file that is no socket":       {"unix:path=" + plain, "", false},
		"a named one that is gone":       {"unix:path=" + socket + "x", folder, false},
		"a way that is not looked after": {"tcp:host=127.0.0.1,port=1", folder, false},
		"nonsense":                       {"unix:path=%zz", folder, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DBUS_SESSION_BUS_ADDRESS", one.address)
			t.Setenv("XDG_RUNTIME_DIR", one.folder)
			if got := desktopbus.Reachable(); got != one.want {
				t.Errorf("Reachable() = %v", got)
			}
		})
	}
}

// Who shows notifications is asked of a real daemon in e2e/window.
func TestWithoutABusNobodyShowsNotices(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if desktopbus.ShowsNotices(t.Context()) || desktopbus.ReadsMarkup(t.Context()) {
		t.Error("somebody does")
	}
}

// TestABusThatDoesNotAnswerHoldsNobodyUp has a socket that takes connections and says
// nothing.
func TestABusThatDoesNotAnswerHoldsNobodyUp(t *testing.T) {
	folder, err := os.MkdirTemp("", "bus-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	listener, err := net.Listen("unix", filepath.Join(folder, "bus"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(folder, "bus"))
	answered := make(chan bool, 1)
	go func() { answered <- desktopbus.ShowsNotices(t.Context()) }()
	select {
	case shows := <-answered:
		if shows {
			t.Error("a bus that says nothing shows notifications")
		}
	case <-time.After(time.Minute):
		t.Error("it is waited for without end")
	}
}
