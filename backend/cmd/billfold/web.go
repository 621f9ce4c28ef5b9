package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pkg/browser"

	"billfold/backend/browsermode"
	"billfold/backend/companion"
	"billfold/backend/connection"
	"billfold/backend/deeplink"
	"billfold/backend/handoff"
	"billfold/backend/instance"
	"billfold/backend/viewer"
	"billfold/frontend"
)

type webCommand struct {
	NoOpen   bool          `help:"Open no browser: only print the address."`
	Listen   string        `help:"Listen on this loopback address (default: 127.0.0.1 and a free port)." placeholder:"ADDR"`
	IdleExit time.Duration `help:"End when no page has been open for so long; a negative duration is never." default:"15m" placeholder:"DURATION"`

	json bool
}

// announcement says how an address is told: as JSON, and without opening it.
type announcement struct{ noOpen, json bool }

// Run serves the window until it is stopped or idle.
func (w *webCommand) Run(ctx context.Context, p *program) error {
	return w.serve(ctx, p, deeplink.Destination{})
}

func (w *webCommand) serve(ctx context.Context, p *program, wanted deeplink.Destination) error {
	chosen, err := p.flags.Choose()
	if err != nil {
		return err
	}
	place, err := instance.Claim(chosen.AccountDir())
	if errors.Is(err, instance.ErrRunning) {
		return p.joinRunning(ctx, chosen, instance.Request{Open: wanted.String(), WantURL: true}, w.announcement())
	}
	if err != nil {
		// A folder that cannot be written takes the lock away, not the view.
		p.log.Warn("other starts will not find this one", "error", err)
	} else {
		defer func() { _ = place.Close() }()
	}
	opened, err := chosen.WithBrowser(browserOpener()).Open(ctx, versionText(), p.log)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	opened.UseDesktop(companion.Desktop{OpenFile: viewer.Open, ShowFile: viewer.Show})
	return w.show(ctx, p, opened, place, wanted)
}

func (w *webCommand) show(ctx context.Context, p *program, opened *companion.Companion, place *instance.Instance, wanted deeplink.Destination) error {
	server, err := browsermode.Start(ctx, browsermode.Config{
		Listen: w.Listen, Assets: frontend.Assets(), Companion: opened, IdleExit: w.IdleExit, Log: p.log,
	})
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if place != nil {
		place.Serve(func(r instance.Request) instance.Reply { return answerSecondStart(r, opened, server) })
	}
	opened.Sync()
	watching, enough := context.WithCancel(ctx)
	defer enough()
	go opened.Watch(watching)
	if err := p.tellOpened("web", server.URLTo(wanted), w.announcement()); err != nil {
		return err
	}
	return server.Wait()
}

func (w *webCommand) announcement() announcement { return announcement{noOpen: w.NoOpen, json: w.json} }

// answerSecondStart shows what a second start wants: it gets an address of its
// own, since the first one can be used once only.
func answerSecondStart(r instance.Request, opened *companion.Companion, server *browsermode.Server) instance.Reply {
	if err := showScenario(r, opened); err != nil {
		return instance.Reply{Program: "web", Problem: companion.ProblemOf(err).Message}
	}
	var wanted deeplink.Destination
	if r.Open != "" {
		var err error
		if wanted, err = deeplink.Parse(r.Open); err != nil {
			return instance.Reply{Program: "web", Problem: companion.ProblemOf(err).Message}
		}
	}
	// The new page goes there; those that are open stay where they are.
	address := server.URLTo(wanted)
	if r.WantURL {
		return instance.Reply{Program: "web", URL: address}
	}
	if err := openBrowser(address); err != nil {
		return instance.Reply{Program: "web", Problem: "Billfold runs in browser mode for this account, but no browser could be opened. Run: billfold web"}
	}
	return instance.Reply{Program: "web"}
}

// showScenario shows the sandbox's scenario that a second start asks for, where
// the window was led to another one meanwhile.
func showScenario(r instance.Request, opened *companion.Companion) error {
	if r.Scenario == "" || r.Scenario == opened.Target().Scenario {
		return nil
	}
	return opened.OpenScenario(context.Background(), r.Scenario)
}

// joinRunning leaves the work to the Billfold that is running for this account.
func (p *program) joinRunning(ctx context.Context, chosen connection.Chosen, request instance.Request, how announcement) error {
	request.Scenario = chosen.Target.Scenario
	reply, err := instance.HandOver(ctx, chosen.AccountDir(), request)
	if err != nil {
		return err
	}
	if reply.URL != "" {
		_, _ = fmt.Fprintln(p.stderr, "Billfold is already running for this account; this is another way in.")
	} else if !how.json {
		_, _ = fmt.Fprintln(p.stdout, "Billfold is already open for this account; its window was brought to the front.")
	}
	return p.tellOpened(reply.Program, reply.URL, how)
}

// tellOpened prints the address alone on standard output, for people and scripts,
// or what was opened as JSON, and opens the address.
func (p *program) tellOpened(program, address string, how announcement) error {
	if how.json {
		if err := p.printJSON(openedJSON{Schema: "billfold.open/1", Program: program, URL: textOrNull(address)}); err != nil {
			return err
		}
	} else if address != "" {
		_, _ = fmt.Fprintln(p.stdout, address)
	}
	if address == "" || how.noOpen {
		return nil
	}
	if err := openBrowser(address); err != nil {
		_, _ = fmt.Fprintln(p.stderr, "No browser could be opened. Open the address above yourself; it works once.")
	}
	return nil
}

// openBrowser has the person's browser show an address of ours.
func openBrowser(address string) error {
	_, err := handoff.Open(context.Background(), browserOpener(), address)
	return err
}

// browserOpener opens addresses. What an opener prints must not get among our own
// output.
func browserOpener() func(string) error {
	return handoff.Opener(func(address string) error {
		browser.Stdout, browser.Stderr = nil, nil
		return browser.OpenURL(address)
	})
}
