// Command billfold-desktop is Billfold in a window of its own: what a subscriber
// has, owes and has paid, online or not.
//
// Build it with the tags desktop, production and webkit2_41; `make build` does.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"

	"github.com/alecthomas/kong"
	"github.com/pkg/browser"
	"github.com/wailsapp/wails/v2"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/connection"
	"billfold/backend/deeplink"
	"billfold/backend/handoff"
	"billfold/backend/instance"
	"billfold/backend/viewer"
	"billfold/frontend"
)

// program is what this program calls itself to a second start.
const program = "desktop"

// version is set by the linker in released builds.
var version = "dev"

type commandLine struct {
	connection.Flags
	View    string           `arg:"" optional:"" help:"The view to show, e.g. invoices/NUMBER, also as billfold://VIEW: ${views}."`
	Hidden  bool             `help:"Start without showing the window, as at login; another start shows it."`
	Version kong.VersionFlag `help:"Print the version and exit."`
}

func main() {
	// The library under the sandbox's sign-in has no logger of its own.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	line, err := readArguments(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "billfold-desktop: %v\n", err)
		os.Exit(2)
	}
	if err := run(context.Background(), line); err != nil {
		fmt.Fprintf(os.Stderr, "billfold-desktop: %s\n", billing.MessageOf(err))
		os.Exit(1)
	}
}

// readArguments reads the command line. A link that the system hands over may come
// from anywhere, so nothing is read as a flag that stands behind one.
func readArguments(args []string) (commandLine, error) {
	var line commandLine
	if link := slices.IndexFunc(args, deeplink.IsLink); link >= 0 && link != len(args)-1 {
		return line, billing.NewError(billing.CodeInvalid, "Nothing may follow a link.", nil)
	}
	args = connection.SandboxArgs(args)
	vars := kong.Vars(connection.Vars())
	vars["version"] = "billfold-desktop " + versionText()
	vars["views"] = deeplink.Help()
	parser, err := kong.New(&line, kong.Name("billfold-desktop"), vars,
		kong.Description("See what you have, owe and have paid for your IDE, online or not. Without flags it shows the embedded sandbox, where no money is real."),
		kong.Configuration(connection.Configuration(args), connection.ConfigFile()))
	if err == nil {
		_, err = parser.Parse(args)
	}
	return line, err
}

// run shows the window until it is closed, or hands over to the one that is open.
func run(ctx context.Context, line commandLine) error {
	destination, err := deeplink.Parse(line.View)
	if err != nil {
		return err
	}
	chosen, err := line.Choose()
	if err != nil {
		return err
	}
	if line.Hidden && runsAlready(chosen) {
		return nil
	}
	place, _, err := instance.Enter(ctx, chosen.AccountDir(), instance.Request{
		Open: destination.String(), Scenario: chosen.Target.Scenario, Account: chosen.Asked(), Activation: instance.Activation(),
	})
	switch {
	case place != nil:
		defer func() { _ = place.Close() }()
	case err == nil || billing.CodeOf(err) == billing.CodeBusy:
		return err // another one did it, or says why it cannot
	default:
		// A folder that cannot be written can hold no place either; the companion
		// still shows what can be read.
		newLog().Warn("no place is kept for this account", "code", billing.CodeOf(err), "error", err)
	}
	shown, err := chosen.WithBrowser(handoff.Opener(browser.OpenURL)).Open(ctx, versionText(), newLog())
	if err != nil {
		return err
	}
	defer func() { _ = shown.Close() }()
	desktop := companion.Desktop{OpenFile: viewer.Open, ShowFile: viewer.Show}
	useAtLogin(&desktop, line.Flags)
	shown.UseDesktop(desktop)
	if line.View != "" {
		shown.Show(destination)
	}
	return show(ctx, shown, place, line.Hidden, chosen.Sheet())
}

func newLog() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// show runs the window in a vendor's colours, which hidden starts unseen. place is nil
// where none could be claimed.
func show(ctx context.Context, shown *companion.Companion, place *instance.Instance, hidden bool, css string) error {
	if !frontend.Built() {
		return billing.NewError(billing.CodeInternal, "This Billfold was built without its window. Build it with: make build", nil)
	}
	if err := displayThere(); err != nil {
		return err
	}
	app := newApp(shown)
	if place != nil {
		place.Serve(app.secondStart)
		defer place.Leave()
	}
	defer close(app.gone)
	preferences, err := shown.Preferences(ctx)
	if err != nil {
		preferences.Theme = "system"
	}
	window := windowOptions(app, preferences.Theme, css)
	window.StartHidden = hidden
	if err := wails.Run(window); err != nil {
		return billing.NewError(billing.CodeInternal, "The window could not be opened. Browser mode may work: billfold web", err)
	}
	return nil
}

func versionText() string {
	if version != "dev" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}
