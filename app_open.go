package main

import (
	"context"

	"billfold/backend/billing"
	"billfold/backend/deeplink"
	"billfold/backend/instance"
)

// secondStart does what another start of Billfold was asked to do, and comes to
// the front.
func (a *App) secondStart(request instance.Request) instance.Reply {
	window := a.wait()
	if window == nil {
		return instance.Reply{Program: program, Leaving: true}
	}
	if request.Ask {
		return instance.Reply{Program: program}
	}
	destination, err := deeplink.Parse(request.Open)
	if err == nil {
		err = a.companion.ShowFor(window, request.Scenario, request.Account)
	}
	if err != nil {
		return instance.Reply{Program: program, Problem: billing.MessageOf(err)}
	}
	if request.Turn {
		return instance.Reply{Program: program}
	}
	a.companion.Show(destination)
	toFront(window, request.Activation)
	return instance.Reply{Program: program}
}

// openLink does what the system asks for with a link, on macOS, where no second
// program is started. What is no link of ours leaves the window where it is.
func (a *App) openLink(link string) {
	destination, err := deeplink.Parse(link)
	if err != nil || !deeplink.IsLink(link) {
		return
	}
	a.companion.Show(destination)
	a.mu.RLock()
	window := a.window
	a.mu.RUnlock()
	if window != nil { // one that comes is in front
		toFront(window, "")
	}
}

// wait gives the window as soon as it is there, nil when there will be none.
func (a *App) wait() context.Context {
	select {
	case <-a.there:
	case <-a.gone:
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.window
}
