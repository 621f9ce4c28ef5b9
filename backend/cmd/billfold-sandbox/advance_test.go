package main_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestTimePassesInARunningSandboxAndInAStateFile(t *testing.T) {
	state := filepath.Join(t.TempDir(), "demo.json")
	first, end := serve(t, "--scenario", "active", "--state", state)
	said := run(t, "advance", "31d", "--url", first.URL, "--key", first.Key)
	running, err := time.Parse(time.RFC3339, strings.TrimSpace(said.stdout))
	if err != nil || said.code != 0 || time.Until(running) < 30*24*time.Hour {
		t.Fatalf("%+v %v", said, err)
	}
	for _, second := range [][]string{{"serve", "--state", state}, {"advance", "2w", "--state", state}} {
		if said := run(t, second...); said.code != 1 || said.stderr != "billfold-sandbox: another sandbox is using the state file "+state+": stop that one first, or name another file\n" {
			t.Errorf("%v beside it: %+v", second, said)
		}
	}
	if code := end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit %d", code)
	}
	said = run(t, "advance", "2w", "--state", state)
	later, err := time.Parse(time.RFC3339, strings.TrimSpace(said.stdout))
	if err != nil || said.code != 0 || later.Before(running.Add(14*24*time.Hour)) {
		t.Fatalf("%+v %v", said, err)
	}
	again, _ := serve(t, "--state", state)
	said = run(t, "advance", "1h", "--url", again.URL, "--key", again.Key)
	if now, err := time.Parse(time.RFC3339, strings.TrimSpace(said.stdout)); err != nil || now.Before(later.Add(time.Hour)) {
		t.Errorf("after a restart the clock stands at %+v", said)
	}
}

func TestWhatAdvanceCannotDo(t *testing.T) {
	s, _ := serve(t, "--scenario", "new")
	for name, test := range map[string]struct {
		arguments []string
		code      int
		says      string
	}{
		"no sandbox":            {[]string{"advance", "3d"}, 1, "say which sandbox"},
		"no time":               {[]string{"advance", "soon", "--url", s.URL, "--key", s.Key}, 1, `"soon" is not a time`},
		"backwards":             {[]string{"advance", "--url", s.URL, "--key", s.Key, "--", "-3d"}, 1, "is not a time"},
		"another key":           {[]string{"advance", "3d", "--url", s.URL, "--key", "sk_test_no"}, 1, "Invalid API Key"},
		"another machine":       {[]string{"advance", "3d", "--url", "http://192.0.2.1", "--key", s.Key}, 1, "of this machine"},
		"no state file":         {[]string{"advance", "3d", "--state", filepath.Join(t.TempDir(), "none")}, 1, "there is no state file"},
		"two sandboxes at once": {[]string{"advance", "3d", "--url", s.URL, "--key", s.Key, "--state", "x"}, 2, "can't be used together"},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, test.arguments...)
			if got.code != test.code || got.stdout != "" || !strings.Contains(got.stderr, test.says) {
				t.Errorf("%+v", got)
			}
		})
	}
}
