package main

import (
	"fmt"
	"path/filepath"

	"billfold/backend/autostart"
	"billfold/backend/billing"
)

type autostartCommand struct {
	Wish string `arg:"" enum:"on,off,status" default:"status" help:"on, off, or status."`
	JSON bool   `help:"Print one JSON object."`
}

// autostartJSON is what autostart --json prints; docs/command-line.md describes it.
type autostartJSON struct {
	Schema  string  `json:"schema"`
	On      bool    `json:"on"`
	Program *string `json:"program"`
}

// Run asks the system to start the desktop app at login, or not, and says what it
// will do.
func (a *autostartCommand) Run(p *program) error {
	place := autostart.System()
	switch a.Wish {
	case "on":
		desktop, found := desktopProgram()
		if !found {
			return billing.NewError(billing.CodeNotFound,
				"There is no billfold-desktop beside this program or on the path, which could be started at login.", nil)
		}
		desktop, err := filepath.Abs(desktop)
		if err != nil {
			return err
		}
		entry := autostart.Entry{Program: desktop, Args: append([]string{"--hidden"}, p.flags.Args()...)}
		if err := autostart.On(place, entry); err != nil {
			return err
		}
	case "off":
		if err := autostart.Off(place); err != nil {
			return err
		}
	}
	state, err := place.Read()
	if err != nil {
		return billing.NewError(billing.CodeUnreadable, "The entry for the start at login cannot be read.", err)
	}
	return a.print(p, state)
}

func (a *autostartCommand) print(p *program, state autostart.State) error {
	if a.JSON {
		shown := autostartJSON{Schema: "billfold.autostart/1", On: state.On}
		if state.Program != "" {
			shown.Program = &state.Program
		}
		return p.printJSON(shown)
	}
	text := "Billfold is not started at login. To have it started: billfold autostart on"
	if state.On {
		text = "Billfold is started at login: " + clean(state.Program)
	}
	_, err := fmt.Fprintln(p.stdout, text)
	return err
}
