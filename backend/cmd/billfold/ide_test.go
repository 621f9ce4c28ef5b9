package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"billfold/backend/deeplink"
	"billfold/backend/statefile"
)

// ideContract is docs/ide.md, which makers of an IDE build by.
func ideContract(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../../docs/ide.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// block is the first code block of a language.
func block(t *testing.T, page, language string) string {
	t.Helper()
	found := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("the page has no block of %s", language)
	}
	return found[1]
}

func TestTheExtensionOpensViewsThatThereAre(t *testing.T) {
	source, err := os.ReadFile("../../../extension/src/launch.ts")
	if err != nil {
		t.Fatal(err)
	}
	kind := regexp.MustCompile(`(?m)^export type View = .*$`).FindString(string(source))
	views := regexp.MustCompile(`'([a-z-]+)'`).FindAllStringSubmatch(kind, -1)
	if len(views) < 4 {
		t.Fatalf("the extension opens %v", views)
	}
	for _, view := range views {
		if !slices.Contains(deeplink.Views(), view[1]) {
			t.Errorf("the extension opens %s, which is no view", view[1])
		}
		if !strings.Contains(ideContract(t), "`"+view[1]+"`") && view[1] != "overview" {
			t.Errorf("the contract does not name %s", view[1])
		}
	}
}

func TestTheContractDescribesTheStateFile(t *testing.T) {
	page := ideContract(t)
	example := json.NewDecoder(strings.NewReader(block(t, page, "json")))
	example.DisallowUnknownFields()
	var state statefile.State
	if err := example.Decode(&state); err != nil {
		t.Fatal(err)
	}
	if state.Schema != statefile.Schema || state.Words["en"].Text == "" || state.NextCharge == nil || state.Standing.NextEvent == nil {
		t.Errorf("the example lacks something: %+v", state)
	}
	for _, name := range fields(reflect.TypeFor[statefile.State](), "") {
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the page does not name %s", name)
		}
	}
	for _, level := range []statefile.Level{statefile.LevelNone, statefile.LevelNote, statefile.LevelWarning, statefile.LevelError} {
		if !strings.Contains(page, "`"+string(level)+"`") {
			t.Errorf("the page does not name the level %s", level)
		}
	}
}

// fields are the names of an object in JSON, and those of its objects that cannot
// be null behind theirs.
func fields(of reflect.Type, before string) []string {
	var names []string
	for i := range of.NumField() {
		field := of.Field(i)
		name := before + field.Tag.Get("json")
		if field.Type.Kind() == reflect.Struct {
			names = append(names, fields(field.Type, name+".")...)
		} else {
			names = append(names, name)
		}
	}
	return names
}

func TestTheContractShowsTheFileForAFork(t *testing.T) {
	file, err := os.ReadFile("../../../docs/ide/managePlan.contribution.ts")
	if err != nil {
		t.Fatal(err)
	}
	if block(t, ideContract(t), "ts") != string(file) {
		t.Error("the page and docs/ide/managePlan.contribution.ts differ")
	}
}

func TestStatusPrintsWhatTheStateFileHolds(t *testing.T) {
	d := newDesk(t)
	printed := d.run("status", "--sandbox=past-due", "--json")
	var status struct {
		State     json.RawMessage `json:"state"`
		StateFile string          `json:"state_file"`
	}
	if err := json.Unmarshal([]byte(printed.stdout), &status); err != nil || printed.code != 4 {
		t.Fatalf("%+v, %v", printed, err)
	}
	if want := filepath.Join(d.dir, "state.json"); status.StateFile != want {
		t.Errorf("state_file %q, want %q", status.StateFile, want)
	}
	written := mustRead(t, status.StateFile)
	if a, b := withoutClock(t, written), withoutClock(t, status.State); !bytes.Equal(a, b) {
		t.Errorf("written\n%s\nprinted\n%s", a, b)
	}
}

// withoutClock is a state without the moment at which it was judged.
func withoutClock(t *testing.T, state []byte) []byte {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(state, &value); err != nil {
		t.Fatal(err)
	}
	delete(value, "judged_at")
	plain, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}
