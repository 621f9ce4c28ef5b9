package connection_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"billfold/backend/connection"
	"billfold/backend/vendorfile"
	"billfold/frontend"
)

// wearing chooses a vendor whose file has colours.
func wearing(t *testing.T, colours vendorfile.Colours) connection.Chosen {
	t.Helper()
	body, err := json.Marshal(vendorfile.Vendor{
		Name: "Quillforge", Gateway: "https://billing.quillforge.example", Issuer: "https://login.quillforge.example",
		ClientID: "billfold", Colours: colours,
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "vendor.json")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	chosen, err := connection.Flags{DataDir: t.TempDir(), Vendor: file}.Choose()
	if err != nil {
		t.Fatal(err)
	}
	return chosen
}

func TestTheVendorsColoursReachThePage(t *testing.T) {
	chosen := wearing(t, vendorfile.Colours{Accent: "#0b6a66", AccentDark: "#ffe600"})
	served, err := fs.ReadFile(frontend.Assets(chosen.Sheet()), "vendor.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, _ := strings.Cut(string(served), "[data-theme='dark']")
	if !strings.Contains(light, "--accent: #0b6a66;") || !strings.Contains(dark, "--accent: #ffe600;") {
		t.Errorf("the page reads %s", served)
	}
}

func TestNobodyButAVendorsFileHasColours(t *testing.T) {
	if css := wearing(t, vendorfile.Colours{}).Sheet(); css != "" {
		t.Errorf("a vendor without colours has %s", css)
	}
	for name, flags := range map[string]connection.Flags{
		"the sandbox": {},
		"a gateway":   {URL: "https://b.example", Token: "t", Customer: "cus_1"},
	} {
		flags.DataDir = t.TempDir()
		chosen, err := flags.Choose()
		if err != nil {
			t.Fatal(err)
		}
		if css := chosen.Sheet(); css != "" {
			t.Errorf("%s has %s", name, css)
		}
	}
}

// TestAColourThatCannotBeReadIsToldOfOnce looks where whoever tries a vendor's file does.
func TestAColourThatCannotBeReadIsToldOfOnce(t *testing.T) {
	for name, c := range map[string]struct {
		colours vendorfile.Colours
		told    []string
	}{
		"Both":          {vendorfile.Colours{Accent: "#ffe600", AccentDark: "#101080"}, []string{"theme=light given=#ffe600 used=#", "theme=dark given=#101080 used=#"}},
		"NoneMadeByUs":  {vendorfile.Colours{Accent: "#0b6a66"}, nil},
		"NoneInCapital": {vendorfile.Colours{Accent: "#0B6A66", AccentDark: "#FFE600"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			opened, err := wearing(t, c.colours).Open(t.Context(), "test", slog.New(slog.NewTextHandler(&log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			if err := opened.Close(); err != nil {
				t.Error(err)
			}
			if got := strings.Count(log.String(), "too little contrast"); got != len(c.told) {
				t.Errorf("told %d times, want %d: %s", got, len(c.told), &log)
			}
			for _, want := range c.told {
				if !strings.Contains(strings.ReplaceAll(log.String(), `"`, ""), want) {
					t.Errorf("nothing of %s in %s", want, &log)
				}
			}
		})
	}
}
