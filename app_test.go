package main

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"billfold/backend/billing"
	"billfold/backend/browsermode"
	"billfold/backend/companion"
)

func TestTheWindowMayCallWhatBrowserModeMayCall(t *testing.T) {
	var bound []string
	app := reflect.TypeFor[*App]()
	for i := range app.NumMethod() {
		bound = append(bound, app.Method(i).Name)
	}
	called := browsermode.Methods()
	slices.Sort(called)
	if !slices.Equal(bound, called) {
		t.Errorf("the window may call %v\nbrowser mode may call %v", bound, called)
	}
}

func TestANotificationThatIsPutAwayOpensNothing(t *testing.T) {
	answered := func(action string) runtime.NotificationResult {
		return runtime.NotificationResult{Response: runtime.NotificationResponse{
			ActionIdentifier: action, UserInfo: map[string]any{"link": "standing"},
		}}
	}
	if link, clicked := noteLink("linux", answered(noteOpened)); !clicked || link != "standing" {
		t.Errorf("a click leads to %q, %v", link, clicked)
	}
	if _, clicked := noteLink("linux", answered("DEFAULT_ACTION")); clicked {
		t.Error("one that was put away counts as clicked")
	}
	if _, clicked := noteLink("darwin", answered("DEFAULT_ACTION")); !clicked {
		t.Error("a click does not count where it is told as the default action")
	}
	if _, clicked := noteLink("linux", runtime.NotificationResult{Error: os.ErrClosed}); clicked {
		t.Error("a failure counts as clicked")
	}
}

func TestErrorsReachTheWindowWithACode(t *testing.T) {
	formatted := windowOptions(newApp(nil), "system", "").ErrorFormatter(os.ErrPermission)
	var problem companion.Problem
	if err := json.Unmarshal([]byte(formatted.(string)), &problem); err != nil {
		t.Fatal(err)
	}
	if problem.Code != billing.CodeInternal || problem.Message == "" {
		t.Errorf("an unknown error reaches the window as %+v", problem)
	}
}

// Wails paints the window before the page is there, and must do it in the page's
// own colours.
func TestTheWindowHasThePagesColours(t *testing.T) {
	tokens, err := os.ReadFile("frontend/src/style/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`--surface:\s*(#[0-9a-f]{6})`).FindAllStringSubmatch(string(tokens), -1)
	var surfaces []string
	for _, match := range found {
		if !slices.Contains(surfaces, match[1]) {
			surfaces = append(surfaces, match[1])
		}
	}
	want := []string{hex(surface("light")), hex(surface("dark"))}
	if !slices.Equal(surfaces, want) {
		t.Errorf("tokens.css has the surfaces %v, the window %v", surfaces, want)
	}
}

func hex(colour *options.RGBA) string {
	value := int64(1)<<24 | int64(colour.R)<<16 | int64(colour.G)<<8 | int64(colour.B)
	return "#" + strconv.FormatInt(value, 16)[1:]
}
