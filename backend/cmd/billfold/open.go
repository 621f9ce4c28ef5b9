package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"billfold/backend/connection"
	"billfold/backend/deeplink"
	"billfold/backend/instance"
)

// settleTime is how long the desktop app is watched for an early end: one that
// cannot open a window ends sooner than that.
const settleTime = 1500 * time.Millisecond

type openCommand struct {
	View   string `arg:"" optional:"" help:"What to show: overview, standing, subscription, payment-methods, billing-information, invoices or invoices/ID; billfold:// links too."`
	NoOpen bool   `help:"Where browser mode is used, open no browser: only print the address."`
}

// Run shows a view in the Billfold that is running, else starts one.
func (o *openCommand) Run(ctx context.Context, p *program) error {
	wanted, err := deeplink.Parse(o.View)
	if err != nil {
		return err
	}
	chosen, err := p.flags.Choose()
	if err != nil {
		return err
	}
	if running(chosen) {
		return p.joinRunning(ctx, chosen, instance.Request{Open: wanted.String(), WantURL: true}, o.NoOpen)
	}
	if desktop, ok := findDesktop(); ok {
		err := startDesktop(desktop, p.flags, wanted)
		if err == nil {
			return nil
		}
		_, _ = fmt.Fprintln(p.stderr, "The desktop window could not be opened; using the browser instead.")
		p.log.Warn("desktop app", "error", err)
	}
	web := webCommand{NoOpen: o.NoOpen, IdleExit: 15 * time.Minute}
	return web.serve(ctx, p, wanted)
}

// running tells whether a Billfold holds the account's place.
func running(chosen connection.Chosen) bool {
	place, err := instance.Claim(chosen.AccountDir())
	if err == nil {
		_ = place.Close()
	}
	return errors.Is(err, instance.ErrRunning)
}

// findDesktop looks for the desktop app beside this program, then on the path,
// where there is a display for it.
func findDesktop() (path string, ok bool) {
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return "", false
	}
	return desktopProgram()
}

// desktopProgram looks for the desktop app, whether or not it could show a window.
func desktopProgram() (path string, ok bool) {
	name := "billfold-desktop"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), name)
		if _, err := os.Stat(beside); err == nil {
			return beside, true
		}
	}
	path, err := exec.LookPath(name)
	return path, err == nil
}

// startDesktop starts the app on its own and waits only long enough to see an
// early end. The token travels by the environment, which others cannot read.
func startDesktop(path string, flags connection.Flags, wanted deeplink.Destination) error {
	app := exec.Command(path, append(flags.Args(), wanted.String())...)
	app.Env = append(os.Environ(), flags.Environment()...)
	detach(app)
	if err := app.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- app.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(settleTime):
		return nil
	}
}
