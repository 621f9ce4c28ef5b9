package main

import (
	"context"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/deeplink"
	"billfold/backend/instance"
)

// App is the window's doorman: its exported methods are all that the window may
// call, one line each. Browser mode offers the same by the same names.
type App struct {
	companion *companion.Companion

	mu sync.RWMutex
	// window is the context that Wails gives; Wails passes none to the calls of the
	// window, so this is the one place where a context is kept. nil until the
	// window is there.
	window context.Context
	stop   func()
}

// started is called by Wails when the window is there.
func (a *App) started(window context.Context) {
	a.mu.Lock()
	a.window = window
	a.stop = a.companion.Subscribe(func(event string) { runtime.EventsEmit(window, event) })
	a.mu.Unlock()
}

// painted is called by Wails when the page is there. The first pull waits for it,
// so that it does not take the processor from the first picture.
func (a *App) painted(context.Context) { a.companion.Sync() }

// ending is called by Wails before the window goes.
func (a *App) ending(context.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stop != nil {
		a.stop()
	}
	a.window = nil
}

// secondStart does what another start of Billfold was asked to do, and comes to
// the front.
func (a *App) secondStart(request instance.Request) instance.Reply {
	destination, err := deeplink.Parse(request.Open)
	if err != nil {
		return instance.Reply{Program: program, Problem: billing.MessageOf(err)}
	}
	if request.Scenario != "" && request.Scenario != a.companion.Target().Scenario {
		if err := a.companion.OpenScenario(a.ctx(), request.Scenario); err != nil {
			return instance.Reply{Program: program, Problem: billing.MessageOf(err)}
		}
	}
	a.companion.Show(destination)
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.window != nil {
		runtime.WindowUnminimise(a.window)
		runtime.WindowShow(a.window)
	}
	return instance.Reply{Program: program}
}

// ctx ends with the window.
func (a *App) ctx() context.Context {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.window == nil {
		return context.Background()
	}
	return a.window
}

// Overview is the dashboard.
func (a *App) Overview() (companion.Overview, error) { return a.companion.Overview(a.ctx()) }

// Invoices is one page of the invoices that the filter matches.
func (a *App) Invoices(filter billing.InvoiceFilter) (companion.InvoicePage, error) {
	return a.companion.Invoices(a.ctx(), filter)
}

// Invoice is one invoice, by id or number, with all that belongs to it.
func (a *App) Invoice(id string) (companion.InvoiceDetail, error) {
	return a.companion.Invoice(a.ctx(), id)
}

// Payments is one page of the payments that the filter matches.
func (a *App) Payments(filter billing.PaymentFilter) (companion.PaymentPage, error) {
	return a.companion.Payments(a.ctx(), filter)
}

// Spending is what was spent month by month.
func (a *App) Spending(filter companion.SpendingFilter) (billing.Spending, error) {
	return a.companion.Spending(a.ctx(), filter)
}

// Export writes the chosen invoices to a file.
func (a *App) Export(request companion.ExportRequest) (companion.ExportResult, error) {
	return a.companion.Export(a.ctx(), request)
}

// Sync starts a pull in the background.
func (a *App) Sync() { a.companion.Sync() }

// CancelSync stops a pull that is running.
func (a *App) CancelSync() { a.companion.CancelSync() }

// SyncState is how the present or last pull goes.
func (a *App) SyncState() companion.SyncState { return a.companion.SyncState() }

// Preferences are what the person set for the window.
func (a *App) Preferences() (companion.Preferences, error) { return a.companion.Preferences(a.ctx()) }

// SetPreferences keeps what the person set.
func (a *App) SetPreferences(preferences companion.Preferences) error {
	return a.companion.SetPreferences(a.ctx(), preferences)
}

// Scenarios are the states of affairs the sandbox can show.
func (a *App) Scenarios() []companion.Scenario { return a.companion.Scenarios() }

// OpenScenario shows another scenario of the sandbox.
func (a *App) OpenScenario(name string) error { return a.companion.OpenScenario(a.ctx(), name) }

// About says which Billfold this is and where it keeps things.
func (a *App) About() companion.About { return a.companion.About() }

// Destination is the view that a link or a second start asked for.
func (a *App) Destination() companion.Destination { return a.companion.Destination() }
