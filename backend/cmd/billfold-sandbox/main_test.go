package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"billfold/backend/sandbox"
)

// program is the built binary.
var program string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "billfold-sandbox")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(folder, "billfold-sandbox")
	build := exec.Command("go", "build", "-ldflags", "-X main.version=1.2.3", "-o", program, ".")
	build.Stderr = os.Stderr
	code := 1
	if build.Run() == nil {
		code = m.Run()
	}
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// ran is what a run of the program that ends by itself left behind.
type ran struct {
	code           int
	stdout, stderr string
}

func run(t *testing.T, arguments ...string) ran {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Stdout, command.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return ran{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func TestWhatGoesWrongIsSaidInOneSentence(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, test := range map[string]struct {
		arguments []string
		code      int
		says      string
	}{
		"port taken":        {[]string{"serve", "--listen", taken.Addr().String()}, 1, "address already in use"},
		"not loopback":      {[]string{"serve", "--listen", "0.0.0.0:0"}, 1, "loopback only"},
		"unknown scenario":  {[]string{"serve", "--scenario", "rich"}, 1, "there are active, new, trial, past-due,"},
		"state is a folder": {[]string{"serve", "--state", t.TempDir()}, 1, "read sandbox state"},
		"unknown flag":      {[]string{"serve", "--fast"}, 2, "unknown flag --fast"},
		"unknown command":   {[]string{"fly"}, 2, "unexpected argument fly"},
		"nothing asked for": {nil, 2, "--help"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, test.arguments...)
			if got.code != test.code || got.stdout != "" || !strings.Contains(got.stderr, test.says) || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestItSaysWhatItIs(t *testing.T) {
	help := run(t, "--help")
	if help.code != 0 || help.stderr != "" || !strings.Contains(help.stdout, "billfold-sandbox serve --listen") {
		t.Errorf("%+v", help)
	}
	list := run(t, "scenarios")
	var lines []struct{ Name, Description string }
	if err := json.Unmarshal([]byte(run(t, "scenarios", "--json").stdout), &lines); err != nil {
		t.Fatal(err)
	}
	if len(lines) != len(sandbox.Scenarios()) {
		t.Errorf("%d scenarios", len(lines))
	}
	for _, line := range lines {
		if !strings.Contains(list.stdout, line.Description) || !strings.Contains(help.stdout, line.Name+" ") {
			t.Errorf("%s is not in the list or the help", line.Name)
		}
	}
	if version := run(t, "--version"); version.stdout != "1.2.3\n" || version.code != 0 {
		t.Errorf("%+v", version)
	}
}

// serve starts the program and gives what its line says; it ends with the test.
func serve(t *testing.T, arguments ...string) (ready struct{ URL, Customer, Key string }, end func(os.Signal) int) {
	t.Helper()
	ready, said, end := serveProgram(t, arguments...)
	if len(said) != 3 {
		t.Fatalf("%v", said)
	}
	return ready, end
}

// place is where a sandbox is.
type place = struct{ URL, Customer, Key string }

// serveSaying is serve for who wants to know all that the line says.
func serveSaying(t *testing.T, arguments ...string) (place, map[string]string) {
	t.Helper()
	ready, said, _ := serveProgram(t, arguments...)
	return ready, said
}

func serveProgram(t *testing.T, arguments ...string) (ready place, said map[string]string, end func(os.Signal) int) {
	t.Helper()
	command := exec.Command(program, append([]string{"serve"}, arguments...)...)
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &said); err != nil {
		t.Fatalf("%s %v", line, err)
	}
	ready.URL, ready.Customer, ready.Key = said["url"], said["customer"], said["api_key"]
	return ready, said, func(signal os.Signal) int {
		if err := command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait() // the code says how it ended
		return command.ProcessState.ExitCode()
	}
}

func TestItServesUntilItIsInterruptedAndTakesUpFromItsState(t *testing.T) {
	state := filepath.Join(t.TempDir(), "demo.json")
	first, end := serve(t, "--scenario", "active", "--state", state)
	r, err := http.NewRequest(http.MethodPost, first.URL+"/v1/customers/"+first.Customer, strings.NewReader("name=Renamed"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if name := nameIn(t, r, first.Key); name != "Renamed" {
		t.Fatalf("renamed to %q", name)
	}
	if code := end(syscall.SIGTERM); code != 0 {
		t.Errorf("SIGTERM: exit %d", code)
	}
	second, end := serve(t, "--state", state)
	r, err = http.NewRequest(http.MethodGet, second.URL+"/v1/customers/"+first.Customer, nil)
	if err != nil {
		t.Fatal(err)
	}
	if name := nameIn(t, r, second.Key); name != "Renamed" || second.Customer != first.Customer {
		t.Errorf("after a restart: %q of %s", name, second.Customer)
	}
	if code := end(syscall.SIGINT); code != 0 {
		t.Errorf("SIGINT: exit %d", code)
	}
}

func nameIn(t *testing.T, r *http.Request, key string) string {
	t.Helper()
	r.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var o struct{ Name string }
	if err := json.NewDecoder(response.Body).Decode(&o); err != nil {
		t.Fatal(err)
	}
	return o.Name
}
