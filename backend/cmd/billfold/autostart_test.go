package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type autostarted struct {
	Schema  string
	On      bool
	Program *string
}

func TestStartAtLoginIsAskedForAndTakenBack(t *testing.T) {
	d := newDesk(t)
	programs := t.TempDir()
	desktop := filepath.Join(programs, "billfold-desktop")
	if err := os.WriteFile(desktop, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(filepath.Dir(d.dir), ".config", "autostart", "billfold.desktop")

	if got := d.run("autostart", "on"); got.code != 1 || !strings.Contains(got.stderr, "no billfold-desktop") {
		t.Fatalf("without the desktop program: %+v", got)
	}
	d.env = append(d.env, "PATH="+programs)
	if got := mustJSON[autostarted](d, "autostart", "--json"); got.Schema != "billfold.autostart/1" || got.On || got.Program != nil {
		t.Fatalf("unasked: %+v", got)
	}
	if got := mustJSON[autostarted](d, "autostart", "on", "--json", "--sandbox", "active"); !got.On || *got.Program != desktop {
		t.Fatalf("asked for: %+v", got)
	}
	if entry := string(mustRead(t, file)); !strings.Contains(entry, `"--hidden" "--sandbox=active"`) {
		t.Errorf("it would start without its arguments: %s", entry)
	}
	if got := d.run("autostart", "off"); got.code != 0 || !strings.Contains(got.stdout, "not started at login") {
		t.Fatalf("taken back: %+v", got)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the entry is still there: %v", err)
	}
}

func TestStartAtLoginKeepsNoSecret(t *testing.T) {
	d := newDesk(t)
	programs := t.TempDir()
	if err := os.WriteFile(filepath.Join(programs, "billfold-desktop"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	d.env = append(d.env, "PATH="+programs, "BILLFOLD_TOKEN=tok_canary_4711", "STRIPE_API_KEY=sk_test_canary_4711")
	if got := d.run("autostart", "on", "--customer", "cus_1"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	file := filepath.Join(filepath.Dir(d.dir), ".config", "autostart", "billfold.desktop")
	if entry := string(mustRead(t, file)); strings.Contains(entry, "canary") {
		t.Errorf("a secret is in it: %s", entry)
	}
}
