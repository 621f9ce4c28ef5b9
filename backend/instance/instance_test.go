package instance_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/instance"
)

// TestMain lets the test program play a first start in a process of its own.
func TestMain(m *testing.M) {
	if dir := os.Getenv("BILLFOLD_TEST_CLAIM"); dir != "" {
		place, err := instance.Claim(dir)
		if err != nil {
			os.Exit(7)
		}
		place.Serve(func(r instance.Request) instance.Reply {
			return instance.Reply{Program: "desktop", URL: "seen:" + r.Open}
		})
		os.Stdout.WriteString("ready\n")
		_, _ = os.Stdin.Read(make([]byte, 1))
		return
	}
	os.Exit(m.Run())
}

// first is a first start in a process of its own.
type first struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ended bool
}

func (f *first) signal(signal os.Signal) error { return f.cmd.Process.Signal(signal) }

func (f *first) kill() {
	if !f.ended {
		f.ended = true
		_ = f.stdin.Close()
		_ = f.cmd.Process.Kill()
		_ = f.cmd.Wait()
	}
}

// startFirst runs a first start that ends when the test does or it is killed.
func startFirst(t *testing.T, dir string) *first {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "BILLFOLD_TEST_CLAIM="+dir)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("first start said %q, %v", line, err)
	}
	started := &first{cmd: cmd, stdin: stdin}
	t.Cleanup(started.kill)
	return started
}

func TestSecondStartHandsOver(t *testing.T) {
	dir := t.TempDir()
	startFirst(t, dir)
	if _, err := instance.Claim(dir); !errors.Is(err, instance.ErrRunning) {
		t.Fatalf("second claim: %v, want ErrRunning", err)
	}
	reply, err := instance.HandOver(t.Context(), dir, instance.Request{Open: "invoices/in_1"})
	if err != nil || reply.URL != "seen:invoices/in_1" || reply.Program != "desktop" {
		t.Fatalf("HandOver = %+v, %v", reply, err)
	}
}

func TestPlaceIsFreeAfterTheFirstWasKilled(t *testing.T) {
	dir := t.TempDir()
	startFirst(t, dir).kill()
	place, err := instance.Claim(dir)
	if err != nil {
		t.Fatalf("claim after a kill: %v", err)
	}
	if err := place.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNonsenseOnTheSocketIsIgnored(t *testing.T) {
	dir := t.TempDir()
	place, err := instance.Claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = place.Close() }()
	calls := 0
	place.Serve(func(instance.Request) instance.Reply { calls++; return instance.Reply{Program: "web"} })
	huge := strings.Repeat("x", 8<<20)
	for _, nonsense := range []string{"\n", "null\n", "{}\n", "GET / HTTP/1.1\n", huge, huge + "\n", "[" + huge, strings.Repeat("x", 8<<10) + "\n", `{"version":2}` + "\n"} {
		conn, err := net.Dial("unix", filepath.Join(dir, "instance.sock"))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(nonsense))
		_ = conn.(*net.UnixConn).CloseWrite()
		_, _ = bufio.NewReader(conn).ReadString('\n')
		_ = conn.Close()
	}
	if _, err := instance.HandOver(t.Context(), dir, instance.Request{}); err != nil {
		t.Fatal(err)
	}
	if calls != 1 {
		t.Fatalf("handled %d requests, want the one real one", calls)
	}
}

func TestSocketIsPrivateAlsoUnderALongPath(t *testing.T) {
	for _, name := range []string{"short", strings.Repeat("long", 40)} {
		dir := filepath.Join(t.TempDir(), name)
		place, err := instance.Claim(dir)
		if err != nil {
			t.Fatal(err)
		}
		place.Serve(func(instance.Request) instance.Reply { return instance.Reply{Program: "web"} })
		if _, err := instance.HandOver(t.Context(), dir, instance.Request{}); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(filepath.Join(dir, "instance.sock")); err == nil && info.Mode().Perm() != 0o600 {
			t.Fatalf("socket has mode %v", info.Mode())
		}
		if err := place.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUnwritableFolderIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := instance.Claim(filepath.Join(file, "below")); billing.CodeOf(err) != billing.CodeUnreadable {
		t.Fatalf("Claim = %v", err)
	}
}
