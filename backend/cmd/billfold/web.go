package main

import (
	"context"
	"fmt"
	"time"

	"github.com/pkg/browser"

	"billfold/backend/billing"
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
}

// Run serves the window until it is stopped or idle.
func (w *webCommand) Run(ctx context.Context, p *program) error {
	return w.serve(ctx, p, deeplink.Destination{})
}

func (w *webCommand) serve(ctx context.Context, p *program, wanted deeplink.Destination) error {
	chosen, err := p.flags.Choose()
	if err != nil {
		return err
	}
	place, reply, err := instance.Enter(ctx, chosen.AccountDir(), wish(chosen, wanted))
	switch {
	case place != nil:
		defer func() { _ = place.Close() }()
	case err == nil:
		return p.joinRunning(reply, w.NoOpen)
	case billing.CodeOf(err) == billing.CodeBusy || ctx.Err() != nil:
		return err
	default:
		// A folder that cannot be written takes the lock away, not the view.
		p.log.Warn("other starts will not find this one", "error", err)
	}
	opened, err := chosen.WithBrowser(browserOpener()).Open(ctx, versionText(), p.log)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	opened.UseDesktop(companion.Desktop{OpenFile: viewer.Open, ShowFile: viewer.Show})
	page := browsermode.Config{
		Listen: w.Listen, Assets: frontend.Assets(chosen.Sheet()), Companion: opened, IdleExit: w.IdleExit, Log: p.log,
	}
	return w.show(ctx, p, page, place, wanted)
}

func (w *webCommand) show(ctx context.Context, p *program, page browsermode.Config, place *instance.Instance, wanted deeplink.Destination) error {
	opened := page.Companion
	server, err := browsermode.Start(ctx, page)
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
	p.announce(server.URLTo(wanted), w.NoOpen)
	return server.Wait()
}

// wish is what this start wants of a Billfold that runs for the chosen connection.
func wish(chosen connection.Chosen, wanted deeplink.Destination) instance.Request {
	return instance.Request{
		Open: wanted.String(), WantURL: true, Activation: instance.Activation(),
		Scenario: chosen.Target.Scenario, Account: chosen.Asked(),
	}
}

// answerSecondStart shows what a second start wants: it gets an address of its
// own, since the first one can be used once only. The new page goes there; those
// that are open stay where they are.
func answerSecondStart(r instance.Request, opened *companion.Companion, server *browsermode.Server) instance.Reply {
	wanted, err := deeplink.Parse(r.Open)
	if err == nil && !r.Ask && r.Origin != "" {
		err = server.AllowOrigin(r.Origin)
	}
	if err == nil && !r.Ask {
		err = opened.ShowFor(context.Background(), r.Scenario, r.Account)
	}
	if err != nil {
		return instance.Reply{Program: "web", Problem: billing.MessageOf(err)}
	}
	if r.Turn {
		return instance.Reply{Program: "web"}
	}
	address, joined := server.Join(wanted)
	switch {
	case !joined:
		return instance.Reply{Program: "web", Leaving: true}
	case r.Ask:
		return instance.Reply{Program: "web"}
	case r.WantURL:
		return instance.Reply{Program: "web", URL: address}
	case openBrowser(address) != nil:
		return instance.Reply{Program: "web", Problem: "Billfold runs in browser mode for this account, but no browser could be opened. Run: billfold web"}
	}
	return instance.Reply{Program: "web"}
}

// joinRunning tells of the Billfold that was running for this account already.
func (p *program) joinRunning(reply instance.Reply, noOpen bool) error {
	if reply.URL == "" {
		_, err := fmt.Fprintln(p.stdout, alreadyOpen)
		return err
	}
	_, _ = fmt.Fprintln(p.stderr, "Billfold is already running for this account; this is another way in.")
	p.announce(reply.URL, noOpen)
	return nil
}

const alreadyOpen = "Billfold is already open for this account; its window was brought to the front."

// announce prints the address alone on standard output, for people and scripts,
// and opens it.
func (p *program) announce(address string, noOpen bool) {
	_, _ = fmt.Fprintln(p.stdout, address)
	if noOpen {
		return
	}
	if err := openBrowser(address); err != nil {
		_, _ = fmt.Fprintln(p.stderr, "No browser could be opened. Open the address above yourself; it works once.")
	}
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
