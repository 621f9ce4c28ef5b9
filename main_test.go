package main

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/companion"
	"billfold/backend/connection"
	"billfold/backend/deeplink"
	"billfold/backend/instance"
)

func TestALinkIsNeverReadAsAFlag(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	for name, args := range map[string][]string{
		"a flag in the place of the view":       {"billfold://--url=http://evil.example"},
		"a flag alone, as no system hands over": {"-url=http://evil.example"},
		"a flag behind a link":                  {"billfold://overview", "--url=http://evil.example"},
		"a flag behind a link that broke out":   {`billfold://overview" --url=http://evil.example`},
		"a link behind what broke out of one":   {"billfold://x", "--url=http://evil.example", "billfold://overview"},
		"two links":                             {"billfold://overview", "billfold://invoices"},
		"capitals":                              {"BILLFOLD://overview", "--url=http://evil.example"},
		"the end of flags behind a link":        {"billfold://overview", "--", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			line, err := readArguments(args)
			if err == nil {
				_, err = deeplink.Parse(line.View)
			}
			if err == nil || line.URL != "" {
				t.Errorf("%q is read as %+v", args, line)
			}
		})
	}
	line, err := readArguments([]string{"--sandbox", "many", "billfold://invoices/in_1"})
	if err != nil || line.Sandbox != "many" || line.View != "billfold://invoices/in_1" {
		t.Errorf("flags before a link, as a desktop entry may have: %+v, %v", line, err)
	}
}

func TestWhateverTheSystemHandsOverIsOneViewOrNothing(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	without, err := readArguments(nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		rest := rapid.OneOf(rapid.String(), rapid.StringMatching(`(--)?(url|vendor|data-dir|token)=[a-z:/.]{0,20}`)).Draw(t, "rest")
		link := rapid.SampledFrom([]string{"billfold:", "billfold://", "BILLFOLD://", "billfold://invoices/"}).Draw(t, "start") + rest
		line, err := readArguments([]string{link})
		if err != nil {
			return
		}
		if line.View != link {
			t.Fatalf("%q is read as the view %q", link, line.View)
		}
		line.View = ""
		if strings.Join(line.Args(), " ") != strings.Join(without.Args(), " ") || line.Token != without.Token {
			t.Fatalf("%q chose a connection: %q", link, line.Args())
		}
	})
}

// mustOpen opens the companion over the sandbox, until the test ends.
func mustOpen(t *testing.T) *companion.Companion {
	t.Helper()
	chosen, err := connection.Flags{DataDir: t.TempDir()}.Choose()
	if err != nil {
		t.Fatal(err)
	}
	shown, err := chosen.Open(t.Context(), "test", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shown.Close() })
	return shown
}

// TestLinksThatTheSystemTellsOf is what macOS calls; no window is there yet.
func TestLinksThatTheSystemTellsOf(t *testing.T) {
	shown := mustOpen(t)
	openLink := windowOptions(newApp(shown), "system", "").Mac.OnUrlOpen
	openLink("billfold://invoices/in_1")
	if got := shown.Destination(); got != (companion.Destination{View: "invoices", ID: "in_1"}) {
		t.Errorf("a link leads to %+v", got)
	}
	for _, link := range []string{"", "invoices", "https://example.com", "billfold://pay", "billfold://" + url.PathEscape("invoices/../x"), "file:///etc/passwd"} {
		openLink(link)
		if got := shown.Destination(); got.View != "" {
			t.Errorf("%q leads to %+v", link, got)
		}
	}
}

// TestAWindowThatIsTurnedStaysWhereItIs has no window to come to the front: whatever
// tried would fail.
func TestAWindowThatIsTurnedStaysWhereItIs(t *testing.T) {
	shown := mustOpen(t)
	app := newApp(shown)
	app.window = t.Context()
	close(app.there)
	if reply := app.secondStart(instance.Request{Scenario: "trial", Turn: true}); reply.Problem != "" {
		t.Error(reply.Problem)
	}
	if got := shown.Target().Scenario; got != "trial" {
		t.Errorf("it shows %q", got)
	}
	if reply := app.secondStart(instance.Request{Account: "nobody", Turn: true}); reply.Problem == "" {
		t.Error("it was turned to nobody")
	}
	if got := shown.Destination(); got.View != "" {
		t.Errorf("it went to %+v", got)
	}
}
