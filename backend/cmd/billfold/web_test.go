package main_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"billfold/backend/connection"
	"billfold/backend/instance"
)

// startWeb runs browser mode and gives the address it prints. It is stopped with
// the test at the latest.
func (d *desk) startWeb(args ...string) (address string, stop func() int) {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, binary, append([]string{"web", "--no-open"}, args...)...)
	cmd.Env = d.env
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	ended := false
	stop = func() int {
		if !ended {
			ended = true
			_ = cmd.Process.Signal(syscall.SIGTERM)
			_ = cmd.Wait()
		}
		cancel()
		return cmd.ProcessState.ExitCode()
	}
	d.t.Cleanup(func() { stop() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		d.t.Fatalf("web printed %q: %v", line, err)
	}
	return strings.TrimSpace(line), stop
}

func TestWebServesUntilItIsStopped(t *testing.T) {
	d := newDesk(t)
	address, stop := d.startWeb()
	if !strings.HasPrefix(address, "http://127.0.0.1:") || !strings.Contains(address, "/#token=") {
		t.Fatalf("address %q", address)
	}
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("header %v", response.Header)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit %d after SIGTERM", code)
	}
}

func TestSecondWebJoinsTheFirst(t *testing.T) {
	d := newDesk(t)
	first, _ := d.startWeb()
	got := d.run("web", "--no-open")
	origin := func(address string) string { before, _, _ := strings.Cut(address, "#"); return before }
	second := strings.TrimSpace(got.stdout)
	if got.code != 0 || origin(second) != origin(first) || second == first {
		t.Fatalf("first %q, second %+v", first, got)
	}
	if !strings.Contains(got.stderr, "already running") {
		t.Errorf("said %q", got.stderr)
	}
	if opened := d.run("open", "invoices/in_1", "--no-open"); opened.code != 0 || origin(strings.TrimSpace(opened.stdout)) != origin(first) ||
		!strings.HasSuffix(strings.TrimSpace(opened.stdout), "&open=invoices/in_1") {
		t.Errorf("open: %+v", opened)
	}
	// The commands work beside it, over the same files.
	if status := mustJSON[status](d, "status", "--json"); len(status.Subscriptions) != 1 {
		t.Errorf("status beside web: %+v", status)
	}
	other, _ := d.startWeb("--sandbox", "new")
	if origin(other) == origin(first) {
		t.Error("another account was not given a place of its own")
	}
}

// TestWindowOfAnotherProgramIsOpenedInTheBrowser is what the desktop app asks of
// browser mode, which then opens a browser itself.
func TestWindowOfAnotherProgramIsOpenedInTheBrowser(t *testing.T) {
	d := newDesk(t)
	folder := t.TempDir()
	opened := filepath.Join(folder, "opened")
	script := "#!/bin/sh\necho \"$1\" > '" + opened + "'\n"
	if err := os.WriteFile(filepath.Join(folder, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	d.env = append(d.env, "PATH="+folder+":"+os.Getenv("PATH"))
	address, _ := d.startWeb()
	chosen, err := connection.Flags{DataDir: d.dir}.Choose()
	if err != nil {
		t.Fatal(err)
	}
	reply, err := instance.HandOver(t.Context(), chosen.AccountDir(), instance.Request{Open: "invoices", Scenario: "active"})
	if err != nil || reply.Program != "web" || reply.URL != "" {
		t.Fatalf("HandOver = %+v, %v", reply, err)
	}
	origin, _, _ := strings.Cut(address, "#")
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if content, err := os.ReadFile(opened); err == nil && strings.HasPrefix(string(content), origin+"#token=") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("no browser was opened")
		}
	}
}

func TestWebStartsAgainAfterItWasKilled(t *testing.T) {
	d := newDesk(t)
	ctx, kill := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, binary, "web", "--no-open")
	cmd.Env = d.env
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	kill()
	_ = cmd.Wait()
	if _, stop := d.startWeb(); stop() != 0 {
		t.Error("the second run did not end well")
	}
}

func TestWebEndsWhenIdle(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if got := d.runAs(ctx, nil, "web", "--no-open", "--idle-exit", "100ms"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
}
