package autostart_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"billfold/backend/autostart"
	"billfold/backend/billing"
)

// places are those that are files, on every system.
func places(root string) map[string]autostart.Place {
	return map[string]autostart.Place{
		"Linux": autostart.DesktopEntry{Config: filepath.Join(root, ".config")},
		"macOS": autostart.LaunchAgent{Home: root},
	}
}

var entry = autostart.Entry{Program: "/usr/bin/billfold-desktop", Args: []string{"--hidden"}}

func mustRead(t testing.TB, place autostart.Place) autostart.State {
	t.Helper()
	state, err := place.Read()
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// filesBelow are the files that there are, folders aside.
func filesBelow(t testing.TB, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, file os.DirEntry, err error) error {
		if err == nil && !file.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestNothingIsWrittenUnasked(t *testing.T) {
	root := t.TempDir()
	for name, place := range places(root) {
		t.Run(name, func(t *testing.T) {
			if state := mustRead(t, place); state.On || state.Program != "" {
				t.Errorf("%+v", state)
			}
			autostart.Mend(place, entry)
		})
	}
	if found := filesBelow(t, root); len(found) != 0 {
		t.Errorf("written: %v", found)
	}
}

func TestOnAndOffLeaveNothingBehind(t *testing.T) {
	root := t.TempDir()
	for name, place := range places(root) {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				if err := autostart.On(place, entry); err != nil {
					t.Fatal(err)
				}
				if state := mustRead(t, place); !state.On || state.Program != entry.Program {
					t.Fatalf("on: %+v", state)
				}
			}
			for range 2 {
				if err := autostart.Off(place); err != nil {
					t.Fatal(err)
				}
			}
			if state := mustRead(t, place); state.On {
				t.Errorf("off: %+v", state)
			}
		})
	}
	if found := filesBelow(t, root); len(found) != 0 {
		t.Errorf("left behind: %v", found)
	}
}

func TestAProgramThatMovedIsStartedWhereItIs(t *testing.T) {
	for name, place := range places(t.TempDir()) {
		t.Run(name, func(t *testing.T) {
			if err := autostart.On(place, entry); err != nil {
				t.Fatal(err)
			}
			moved := autostart.Entry{Program: "/opt/Billfold 2/billfold-desktop", Args: entry.Args}
			autostart.Mend(place, moved)
			if state := mustRead(t, place); !state.On || state.Program != moved.Program {
				t.Errorf("%+v", state)
			}
		})
	}
}

func TestWhatThePersonSwitchedOffStaysOff(t *testing.T) {
	config := t.TempDir()
	place := autostart.DesktopEntry{Config: config}
	file := filepath.Join(config, "autostart", "billfold.desktop")
	for _, line := range []string{"Hidden=true", "X-GNOME-Autostart-enabled=false", "X-KDE-autostart-enabled=false"} {
		t.Run(line, func(t *testing.T) {
			if err := autostart.On(place, entry); err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			changed := strings.Replace(string(content), "X-GNOME-Autostart-enabled=true\n", "", 1) + line + "\n"
			if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			autostart.Mend(place, autostart.Entry{Program: "/elsewhere/billfold-desktop"})
			if state := mustRead(t, place); state.On || state.Program != entry.Program {
				t.Errorf("%+v", state)
			}
		})
	}
}

func TestAFolderThatCannotBeWrittenIsToldOf(t *testing.T) {
	root := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(root, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, place := range places(root) {
		t.Run(name, func(t *testing.T) {
			if err := autostart.On(place, entry); billing.CodeOf(err) != billing.CodeUnreadable {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAProgramWithoutAPlaceIsRefused(t *testing.T) {
	for name, place := range places(t.TempDir()) {
		t.Run(name, func(t *testing.T) {
			if autostart.On(place, autostart.Entry{Program: "billfold-desktop"}) == nil {
				t.Error("a name alone was taken for a program")
			}
		})
	}
}

func TestAnyPathIsReadBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// No file name holds a NUL, and no XML a control character.
		program := "/" + rapid.StringMatching(`[ -~äß€]{1,40}`).Draw(t, "program")
		root, err := os.MkdirTemp("", "billfold-autostart-*")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.RemoveAll(root) }()
		for name, place := range places(root) {
			if err := autostart.On(place, autostart.Entry{Program: program, Args: entry.Args}); err != nil {
				t.Fatal(err)
			}
			if state, err := place.Read(); err != nil || state.Program != program {
				t.Fatalf("%s: %q became %q (%v)", name, program, state.Program, err)
			}
		}
	})
}

// TestLaunchAgentIsAPropertyList has another reader of property lists read it.
func TestLaunchAgentIsAPropertyList(t *testing.T) {
	home := t.TempDir()
	hostile := autostart.Entry{Program: `/Applications/A & <B> "C".app/billfold`, Args: []string{"--hidden"}}
	if err := autostart.On(autostart.LaunchAgent{Home: home}, hostile); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "python3", "-c",
		"import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))", filesBelow(t, home)[0]).Output()
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		ProgramArguments []string
		RunAtLoad        bool
	}
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	if want := append([]string{hostile.Program}, hostile.Args...); !slices.Equal(list.ProgramArguments, want) || !list.RunAtLoad {
		t.Errorf("%+v, want %q", list, want)
	}
}

// TestDesktopEntryStartsWhatItSays has GLib, which desktops start programs by, read
// the file and start it. A percent sign in the path is left out: GLib itself looks for
// the program before it has read %% as one.
func TestDesktopEntryStartsWhatItSays(t *testing.T) {
	root := t.TempDir()
	told := filepath.Join(root, "told")
	program := filepath.Join(root, "a folder with $HOME `id` \"quotes\" and \\", "billfold-desktop")
	if err := os.MkdirAll(filepath.Dir(program), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\nprintf '%s\\n' \"$@\" >'"+told+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := autostart.On(autostart.DesktopEntry{Config: root}, autostart.Entry{Program: program, Args: entry.Args}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "autostart", "billfold.desktop")
	if out, err := exec.CommandContext(t.Context(), "desktop-file-validate", file).CombinedOutput(); err != nil || len(out) != 0 {
		t.Errorf("%v %s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), "gio", "launch", file).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	// gio ends once it has started it.
	for range 500 {
		if args, err := os.ReadFile(told); err == nil && string(args) == "--hidden\n" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the program was not started with its argument")
}

func TestCommandLinesOfWindowsAreReadAsTheyWereMeant(t *testing.T) {
	for _, c := range []struct{ program, line string }{
		{`C:\Users\Ada Lovelace\AppData\Local\Programs\Billfold\billfold-desktop.exe`,
			`"C:\Users\Ada Lovelace\AppData\Local\Programs\Billfold\billfold-desktop.exe" "--hidden"`},
		{`C:\b.exe`, `"C:\b.exe" "--hidden"`},
	} {
		if got := autostart.CommandLine(autostart.Entry{Program: c.program, Args: entry.Args}); got != c.line {
			t.Errorf("%s, want %s", got, c.line)
		}
		if got := autostart.ProgramOf(c.line); got != c.program {
			t.Errorf("read back: %s", got)
		}
	}
	if got := autostart.CommandLine(autostart.Entry{Program: `C:\b.exe`, Args: []string{`a\"b`, `ends\`}}); got != `"C:\b.exe" "a\\\"b" "ends\\"` {
		t.Error(got)
	}
	if got := autostart.ProgramOf(`C:\b.exe --hidden`); got != `C:\b.exe` {
		t.Error(got)
	}
}
