package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
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

type opened struct {
	Schema, Program string
	URL             *string
}

// place is the folder where the Billfold of the flags has its place.
func (d *desk) place(flags connection.Flags) string {
	d.t.Helper()
	flags.DataDir = d.dir
	chosen, err := flags.Choose()
	if err != nil {
		d.t.Fatal(err)
	}
	return chosen.AccountDir()
}

// endAfterwards ends the Billfold that runs in place with the test.
func (d *desk) endAfterwards(place string) {
	d.t.Cleanup(func() {
		reply, err := instance.HandOver(context.Background(), place, instance.Request{Ask: true})
		switch {
		case errors.Is(err, instance.ErrNobody):
		case err != nil:
			d.t.Error(err)
		default:
			d.end(reply.PID, place)
		}
	})
}

func (d *desk) end(pid int, place string) {
	running, err := os.FindProcess(pid)
	if err == nil {
		err = running.Signal(syscall.SIGTERM)
	}
	if err != nil {
		d.t.Error(err)
	}
	for deadline := time.Now().Add(20 * time.Second); instance.Held(place); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			d.t.Fatal("it does not end")
		}
	}
}

func origin(address string) string { before, _, _ := strings.Cut(address, "#"); return before }

// TestOpenLeavesBrowserModeRunning is open where there is no display, as an editor
// on another machine calls it.
func TestOpenLeavesBrowserModeRunning(t *testing.T) {
	d := newDesk(t)
	place := d.place(connection.Flags{})
	d.endAfterwards(place)
	cold := mustJSON[opened](d, "open", "billfold://invoices/in_1", "--json", "--no-open")
	if cold.Schema != "billfold.open/1" || cold.Program != "web" || cold.URL == nil || !strings.HasSuffix(*cold.URL, "&open=invoices/in_1") {
		t.Fatalf("cold: %+v", cold)
	}
	response, err := http.Get(*cold.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusNotFound { // without a built window
		t.Errorf("the address answers %d", response.StatusCode)
	}
	warm := mustJSON[opened](d, "open", "settings", "--json", "--no-open")
	if warm.URL == nil || origin(*warm.URL) != origin(*cold.URL) || !strings.HasSuffix(*warm.URL, "&open=settings") {
		t.Errorf("cold %+v, warm %+v", *cold.URL, warm)
	}
	if plain := d.run("open", "--no-open"); plain.code != 0 || origin(strings.TrimSpace(plain.stdout)) != origin(*cold.URL) {
		t.Errorf("for people: %+v", plain)
	}
}

// TestOpenWithoutOpeningStartsNoWindow is for an editor at the far end of a
// connection that carries windows, too.
func TestOpenWithoutOpeningStartsNoWindow(t *testing.T) {
	d := newDesk(t)
	folder := t.TempDir()
	started := filepath.Join(folder, "started")
	if err := os.WriteFile(filepath.Join(folder, "billfold-desktop"), []byte("#!/bin/sh\ntouch '"+started+"'\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	d.env = append(d.env, "DISPLAY=:none", "PATH="+folder+":"+os.Getenv("PATH"))
	d.endAfterwards(d.place(connection.Flags{}))
	if got := mustJSON[opened](d, "open", "--json", "--no-open"); got.Program != "web" || got.URL == nil {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(started); err == nil {
		t.Error("a window was started")
	}
}

func TestOpenSaysWhenNoBrowserCanBeOpened(t *testing.T) {
	d := newDesk(t)
	d.env = append(d.env, "BROWSER=/nowhere/browser")
	d.endAfterwards(d.place(connection.Flags{}))
	got := d.run("open", "invoices", "--json")
	var said opened
	if err := json.Unmarshal([]byte(got.stdout), &said); err != nil || said.URL == nil {
		t.Fatalf("%+v, %v", got, err)
	}
	if got.code != 1 || !strings.Contains(got.stderr, "No browser could be opened") {
		t.Errorf("%+v", got)
	}
}

// TestOpenDoesWithoutADesktopThatFails has a desktop program that ends at once, well
// or badly.
func TestOpenDoesWithoutADesktopThatFails(t *testing.T) {
	for name, script := range map[string]string{"badly": "exit 1", "well, and shows nothing": "exit 0"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			folder := t.TempDir()
			for program, does := range map[string]string{"billfold-desktop": script, "xdg-open": "exit 0"} {
				if err := os.WriteFile(filepath.Join(folder, program), []byte("#!/bin/sh\n"+does+"\n"), 0o700); err != nil { //nolint:gosec // a program
					t.Fatal(err)
				}
			}
			d.env = append(d.env, "DISPLAY=:none", "BROWSER=true", "PATH="+folder+":"+os.Getenv("PATH"))
			d.endAfterwards(d.place(connection.Flags{}))
			got := d.run("open", "standing")
			if got.code != 0 || !strings.HasSuffix(strings.TrimSpace(got.stdout), "&open=standing") || !strings.Contains(got.stderr, "using the browser instead") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestOpenStartsNoDesktopWhereNothingIsToBeOpened is about an editor at the other end
// of a network, on a machine that has a display of its own.
func TestOpenStartsNoDesktopWhereNothingIsToBeOpened(t *testing.T) {
	d := newDesk(t)
	folder := t.TempDir()
	script := "#!/bin/sh\ntouch " + filepath.Join(folder, "started") + "\nsleep 60\n"
	if err := os.WriteFile(filepath.Join(folder, "billfold-desktop"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	d.env = append(d.env, "DISPLAY=:none", "PATH="+folder+":"+os.Getenv("PATH"))
	d.endAfterwards(d.place(connection.Flags{}))
	if got := mustJSON[opened](d, "open", "standing", "--json", "--no-open"); got.Program != "web" || got.URL == nil {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(filepath.Join(folder, "started")); err == nil {
		t.Error("the desktop program was started")
	}
}

// TestOpenServesItselfWhereNothingCanBeKept is about a data folder that cannot be
// made: nobody could find a Billfold that runs there.
func TestOpenServesItselfWhereNothingCanBeKept(t *testing.T) {
	d := newDesk(t)
	if err := os.WriteFile(d.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "open", "invoices", "--no-open")
	cmd.Env = d.env
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || !strings.HasSuffix(strings.TrimSpace(line), "&open=invoices") {
		t.Errorf("it says %q, %v", line, err)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
}

func TestOpenRefusesWhatIsNoView(t *testing.T) {
	d := newDesk(t)
	for _, link := range []string{"billfold://pay", "https://example.com", "billfold://--url=http://evil.example", "billfold://invoices?x"} {
		if got := d.run("open", "--json", "--", link); got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "does not name a view") {
			t.Errorf("%s: %+v", link, got)
		}
	}
	if instance.Held(d.place(connection.Flags{})) {
		t.Error("something was started")
	}
}

// TestWebTakesThePlaceOfOneThatEnds starts a second one while the first ends because
// nobody looks.
func TestWebTakesThePlaceOfOneThatEnds(t *testing.T) {
	d := newDesk(t)
	place := d.place(connection.Flags{})
	d.endAfterwards(place)
	for range 8 {
		_, _ = d.startWeb("--idle-exit", "1ms")
		got := d.run("open", "invoices", "--no-open")
		if got.code != 0 {
			t.Fatalf("%+v", got)
		}
		if answer, err := http.Get(strings.TrimSpace(got.stdout)); err == nil {
			_ = answer.Body.Close()
		} else if reply, err := instance.HandOver(t.Context(), place, instance.Request{Ask: true}); err == nil {
			t.Fatalf("%d runs, but the address it gave leads nowhere: %s", reply.PID, got.stdout)
		}
		if reply, err := instance.HandOver(t.Context(), place, instance.Request{Ask: true}); err == nil {
			d.end(reply.PID, place)
		}
	}
}

// shownCustomer asks browser mode, as its page does, whose billing it shows.
func (d *desk) shownCustomer(address string) string {
	d.t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		d.t.Fatal(err)
	}
	fragment, err := url.ParseQuery(at.Fragment)
	if err != nil {
		d.t.Fatal(err)
	}
	ask := func(path, body, session string, answer any) {
		request := mustAsk(d.t, http.MethodPost, "http://"+at.Host+path, body)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-Billfold", "1")
		request.Header.Set("Authorization", "Bearer "+session)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			d.t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
			d.t.Fatalf("%s: %d, %v", path, response.StatusCode, err)
		}
	}
	var entered struct{ Session string }
	ask("/session", `{"token":"`+fragment.Get("token")+`"}`, "", &entered)
	var overview struct {
		Identity struct {
			CustomerID string `json:"customer_id"`
		}
	}
	ask("/call/Overview", `[]`, entered.Session, &overview)
	return overview.Identity.CustomerID
}

func TestOpenShowsTheAccountThatIsNamed(t *testing.T) {
	v, d := newSignInVendor(t), newDesk(t)
	ada, bob := v.Sandbox().Customer(), v.second()
	d.signIn(v, ada)
	d.signIn(v, bob)
	d.endAfterwards(d.place(connection.Flags{Vendor: v.file}))
	accounts := mustJSON[accounts](d, "accounts", "--json", "--vendor", v.file)
	emails := map[string]string{}
	for _, one := range accounts.Accounts {
		emails[one.Customer] = one.Email
	}
	open := func(args ...string) string {
		t.Helper()
		got := mustJSON[opened](d, append([]string{"open", "--json", "--no-open", "--vendor", v.file}, args...)...)
		if got.URL == nil {
			t.Fatalf("open: %+v", got)
		}
		return *got.URL
	}
	first := open()
	if shown := d.shownCustomer(first); shown != bob {
		t.Errorf("at first %s is shown, want the current one, %s", shown, bob)
	}
	named := open("invoices", "--account", emails[ada])
	if origin(named) != origin(first) {
		t.Error("another Billfold was started for another account of the same vendor")
	}
	if shown := d.shownCustomer(named); shown != ada {
		t.Errorf("%s is shown, want the one that was named, %s", shown, ada)
	}
	if shown := d.shownCustomer(open("invoices")); shown != ada {
		t.Errorf("%s is shown, want still %s: nobody asked for another", shown, ada)
	}
	if now := mustJSON[status](d, "status", "--json", "--vendor", v.file); now.Customer.ID != bob {
		t.Errorf("the current account became %s", now.Customer.ID)
	}
	if got := d.run("switch", emails[bob], "--vendor", v.file); got.code != 0 || !strings.Contains(got.stdout, "in the Billfold that is open too") {
		t.Errorf("switch: %+v", got)
	}
	if shown := d.shownCustomer(open("invoices")); shown != bob {
		t.Errorf("%s is shown, want the one that was switched to, %s", shown, bob)
	}
	if got := d.run("open", "--vendor", v.file, "--account", "carol@example.com"); got.code != 1 || !strings.Contains(got.stderr, "Nobody is signed in as") {
		t.Errorf("nobody's account: %+v", got)
	}
}
