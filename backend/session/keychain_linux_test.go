package session_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bus is a D-Bus of the test's own, on which nothing starts by itself.
type bus struct {
	*testing.T
	home, address string
}

const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=%s</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

func newBus(t *testing.T) *bus {
	t.Helper()
	home, err := os.MkdirTemp("", "bus-*") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	config := filepath.Join(home, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, filepath.Join(home, "bus")), 0o600); err != nil {
		t.Fatal(err)
	}
	b := &bus{T: t, home: home}
	said := b.start("dbus-daemon", "", "--config-file="+config, "--nofork", "--print-address")
	b.address = said
	return b
}

// start runs a daemon until the test ends, and gives the first line it prints.
func (b *bus) start(name, input string, args ...string) string {
	b.Helper()
	daemon := exec.Command(name, args...)
	daemon.Env, daemon.Stdin = b.env(), strings.NewReader(input)
	out, err := daemon.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = daemon.Process.Signal(syscall.SIGCONT)
		_ = daemon.Process.Kill()
		_ = daemon.Wait()
	})
	if name == "gnome-keyring-daemon" {
		b.keyring(daemon.Process.Pid)
		return ""
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatalf("%s: %v", name, err)
	}
	return strings.TrimSpace(line)
}

// keyring waits until the daemon is on the bus.
func (b *bus) keyring(pid int) {
	b.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		ask := exec.Command("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
			"org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
		ask.Env = b.env()
		if said, err := ask.Output(); err == nil && strings.Contains(string(said), "boolean true") {
			return
		}
	}
	b.Fatalf("the keyring (process %d) does not come to the bus", pid)
}

func (b *bus) env() []string {
	env := []string{"HOME=" + b.home, "XDG_RUNTIME_DIR=" + b.home, "XDG_DATA_HOME=" + filepath.Join(b.home, "share"), "PATH=" + os.Getenv("PATH")}
	if b.address != "" {
		env = append(env, "DBUS_SESSION_BUS_ADDRESS="+b.address)
	}
	return env
}

// ask has a process of its own ask the keychain.
func ask(t *testing.T, env []string, what string) (string, time.Duration) {
	t.Helper()
	began := time.Now()
	asking := exec.Command(os.Args[0])
	asking.Env = append(env, asksKeychain+"="+what)
	said, err := asking.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return strings.Join(strings.Fields(string(said)), " "), time.Since(began)
}

const password = "a password"

// TestTheSystemsKeychainHasThreeAnswers runs against GNOME's keyring and a real bus.
func TestTheSystemsKeychainHasThreeAnswers(t *testing.T) {
	t.Run("an unlocked one holds and forgets", func(t *testing.T) {
		b := newBus(t)
		b.start("gnome-keyring-daemon", password, "--unlock", "--foreground", "--components=secrets")
		if said, _ := ask(t, b.env(), "gpgprgr"); said != "none ok ok-secret ok ok none ok" {
			t.Errorf("says %s", said)
		}
	})
	t.Run("a locked one is shut", func(t *testing.T) {
		b := newBus(t)
		b.start("gnome-keyring-daemon", "", "--foreground", "--components=secrets")
		if said, _ := ask(t, b.env(), "gpr"); said != "shut shut shut" {
			t.Errorf("says %s", said)
		}
	})
	t.Run("a bus without one is shut", func(t *testing.T) {
		if said, _ := ask(t, newBus(t).env(), "gp"); said != "shut shut" {
			t.Errorf("says %s", said)
		}
	})
	t.Run("one that hangs is given up", func(t *testing.T) {
		b := newBus(t)
		b.start("gnome-keyring-daemon", password, "--unlock", "--foreground", "--components=secrets")
		if said, _ := ask(t, b.env(), "p"); said != "ok" {
			t.Fatalf("says %s", said)
		}
		stopKeyring(t, b)
		said, took := ask(t, b.env(), "g")
		if said != "shut" || took > 15*time.Second {
			t.Errorf("says %s after %v", said, took)
		}
	})
}

// stopKeyring stops the daemon in its tracks; it stays on the bus.
func stopKeyring(t *testing.T, b *bus) {
	t.Helper()
	who := exec.Command("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets")
	who.Env = b.env()
	said, err := who.Output()
	var pid int
	if words := strings.Fields(string(said)); err == nil && len(words) > 0 {
		_, err = fmt.Sscan(words[len(words)-1], &pid)
	}
	if err != nil || pid < 2 {
		t.Fatalf("no process: %v, %s", err, said)
	}
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}

// TestWithoutABusNoneIsStarted: the library would run dbus-launch, whose daemon
// outlives the program.
func TestWithoutABusNoneIsStarted(t *testing.T) {
	home := t.TempDir()
	trap := filepath.Join(home, "launched")
	script := "#!/bin/sh\ntouch " + trap + "\n"
	if err := os.WriteFile(filepath.Join(home, "dbus-launch"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{
		"no address": "", "a socket that is gone": "unix:path=" + filepath.Join(home, "gone"), "autolaunch": "autolaunch:",
	} {
		t.Run(name+" is shut", func(t *testing.T) {
			env := []string{"HOME=" + home, "XDG_RUNTIME_DIR=" + home, "PATH=" + home + ":" + os.Getenv("PATH")}
			if address != "" {
				env = append(env, "DBUS_SESSION_BUS_ADDRESS="+address)
			}
			if said, _ := ask(t, env, "gpr"); said != "shut shut shut" {
				t.Errorf("says %s", said)
			}
			if _, err := os.Stat(trap); err == nil {
				t.Error("a bus was started")
			}
		})
	}
}
