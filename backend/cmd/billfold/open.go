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

	"billfold/backend/billing"
	"billfold/backend/browsermode"
	"billfold/backend/connection"
	"billfold/backend/deeplink"
	"billfold/backend/instance"
)

// settleTime is how long a program that was started is watched for an early end,
// where it cannot say itself that it is there: its folder cannot be written.
const settleTime = 5 * time.Second

var (
	errUnfound = errors.New("it runs, but cannot be asked")
	errEnded   = errors.New("it ended at once")
)

type openCommand struct {
	View   string `arg:"" optional:"" help:"What to show, e.g. invoices/NUMBER, also as a billfold:// link: ${views}."`
	NoOpen bool   `help:"Open nothing: serve browser mode, and print its address."`
	JSON   bool   `name:"json" help:"Print what was opened as JSON."`

	PublicOrigin string `help:"Let pages at this address use browser mode too: that of an editor in the browser, which forwards it." placeholder:"https://HOST"`
}

// openedJSON is what --json prints.
type openedJSON struct {
	Schema  string  `json:"schema"`
	Program string  `json:"program"`
	URL     *string `json:"url"`
}

// Run shows a view in the Billfold that is running, else starts one. It ends as soon
// as there is something to be seen.
func (o *openCommand) Run(ctx context.Context, p *program) error {
	wanted, err := deeplink.Parse(o.View)
	if err != nil {
		return err
	}
	if o.PublicOrigin != "" {
		if err := browsermode.CheckOrigin(o.PublicOrigin); err != nil {
			return err
		}
	}
	chosen, err := p.flags.Choose()
	if err != nil {
		return err
	}
	reply, err := instance.HandOver(ctx, chosen.AccountDir(), o.wish(chosen, wanted))
	if err == nil && reply.URL == "" && !o.JSON {
		_, _ = fmt.Fprintln(p.stdout, alreadyOpen)
	}
	if errors.Is(err, instance.ErrNobody) {
		reply, err = o.start(ctx, p, chosen, wanted)
	}
	if err != nil {
		return err
	}
	if reply.Program == "" { // browser mode was served here, and has ended
		return nil
	}
	return o.tell(p, reply)
}

func (o *openCommand) wish(chosen connection.Chosen, wanted deeplink.Destination) instance.Request {
	request := wish(chosen, wanted)
	request.Origin = o.PublicOrigin
	return request
}

// start starts the desktop window, else browser mode, each as a program of its own.
func (o *openCommand) start(ctx context.Context, p *program, chosen connection.Chosen, wanted deeplink.Destination) (instance.Reply, error) {
	if desktop, ok := findDesktop(); ok && !o.NoOpen {
		seen := wish(chosen, wanted)
		seen.Ask = true // it is told by its arguments where to go
		reply, err := begin(ctx, exec.Command(desktop, append(p.flags.Args(), wanted.String())...), p.flags, chosen, seen)
		if err == nil || ctx.Err() != nil {
			return reply, err
		}
		if errors.Is(err, errUnfound) {
			return instance.Reply{Program: "desktop"}, nil
		}
		_, _ = fmt.Fprintln(p.stderr, "The desktop window could not be opened; using the browser instead.")
		p.log.Warn("desktop app", "error", err)
	}
	self, err := os.Executable()
	if err == nil && canBeFound(chosen) {
		server := exec.Command(self, append(append([]string{"web"}, p.flags.Args()...), "--no-open")...)
		var reply instance.Reply
		if reply, err = begin(ctx, server, p.flags, chosen, o.wish(chosen, wanted)); err == nil {
			return reply, nil
		}
		p.log.Warn("browser mode on its own", "error", err)
	}
	// What cannot be found later has to be served here.
	web := webCommand{NoOpen: o.NoOpen, IdleExit: 15 * time.Minute}
	return instance.Reply{}, web.serve(ctx, p, wanted)
}

// tell says what was opened, and has a browser show an address.
func (o *openCommand) tell(p *program, reply instance.Reply) error {
	told := openedJSON{Schema: "billfold.open/1", Program: reply.Program}
	if reply.URL != "" {
		told.URL = &reply.URL
	}
	switch {
	case o.JSON:
		if err := p.printJSON(told); err != nil {
			return err
		}
	case told.URL != nil:
		_, _ = fmt.Fprintln(p.stdout, reply.URL)
	}
	if told.URL == nil || o.NoOpen || openBrowser(reply.URL) == nil {
		return nil
	}
	return billing.NewError(billing.CodeNoBrowser,
		"No browser could be opened. Open the address above yourself; it works once.", nil)
}

// canBeFound tells whether a Billfold that is started now can be found by the next
// start: its folder can be written.
func canBeFound(chosen connection.Chosen) bool {
	place, err := instance.Claim(chosen.AccountDir())
	if err == nil {
		_ = place.Close()
	}
	return err == nil || errors.Is(err, instance.ErrRunning)
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

// begin starts a program on its own and waits until it answers a request, or ends.
// Secrets travel by the environment, which others cannot read.
func begin(ctx context.Context, app *exec.Cmd, flags connection.Flags, chosen connection.Chosen, request instance.Request) (instance.Reply, error) {
	app.Env = append(os.Environ(), flags.Environment()...)
	detach(app)
	if err := app.Start(); err != nil {
		return instance.Reply{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- app.Wait() }()
	settled := time.NewTimer(settleTime)
	defer settled.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for gone := false; ; {
		reply, err := instance.HandOver(ctx, chosen.AccountDir(), request)
		if !errors.Is(err, instance.ErrNobody) {
			return reply, err
		}
		if gone {
			return instance.Reply{}, errEnded
		}
		select {
		case err := <-ended:
			if gone = true; err != nil {
				return instance.Reply{}, err
			}
			// It left the work to another that was quicker: ask that one.
		case <-settled.C:
			return instance.Reply{}, errUnfound
		case <-ctx.Done():
			return instance.Reply{}, ctx.Err()
		case <-look.C:
		}
	}
}
