package main

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"billfold/backend/billing"
	"billfold/backend/companion"
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
	// there is closed once there is a window, gone once there is none any more.
	there, gone chan struct{}
	// notes tells that the desktop shows notifications.
	notes bool
}

func newApp(shown *companion.Companion) *App {
	return &App{companion: shown, there: make(chan struct{}), gone: make(chan struct{})}
}

// started is called by Wails when the window is there.
func (a *App) started(window context.Context) {
	deaf := a.companion.Subscribe(func(event string) {
		if event == companion.EventFront {
			toFront(window, "")
		}
		runtime.EventsEmit(window, event)
	})
	watching, unwatched := context.WithCancel(window)
	go a.companion.Watch(watching)
	a.mu.Lock()
	a.window = window
	a.stop = func() { deaf(); unwatched(); runtime.CleanupNotifications(window) }
	a.mu.Unlock()
	close(a.there)
	go func() { // the bus may take its time, and the window must not
		notes := a.startNotes(window)
		a.mu.Lock()
		a.notes = notes
		a.mu.Unlock()
	}()
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

// Standing says how the account stands, why, and what can be done.
func (a *App) Standing() (billing.Standing, error) { return a.companion.Standing(a.ctx()) }

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

// Ledger is one page of the money timeline.
func (a *App) Ledger(filter companion.LedgerFilter) (companion.LedgerPage, error) {
	return a.companion.Ledger(a.ctx(), filter)
}

// Export writes the chosen invoices to a file.
func (a *App) Export(request companion.ExportRequest) (companion.ExportResult, error) {
	return a.companion.Export(a.ctx(), request)
}

// ShowExport shows the last export in its folder.
func (a *App) ShowExport() error { return a.companion.ShowExport() }

// Sync starts a pull in the background.
func (a *App) Sync() { a.companion.Sync() }

// Look says that the window got the focus, or the network back.
func (a *App) Look() { a.companion.Look() }

// CancelSync stops a pull that is running.
func (a *App) CancelSync() { a.companion.CancelSync() }

// SyncState is how the present or last pull goes.
func (a *App) SyncState() companion.SyncState { return a.companion.SyncState() }

// Notifications are what is to be told now; each is given out once.
func (a *App) Notifications() ([]billing.Notification, error) {
	return a.companion.Notifications(a.ctx())
}

// NotificationSettings are what the person wants to hear.
func (a *App) NotificationSettings() (billing.NotificationSettings, error) {
	return a.companion.NotificationSettings(a.ctx())
}

// SetNotificationSettings keeps what the person wants to hear.
func (a *App) SetNotificationSettings(settings billing.NotificationSettings) error {
	return a.companion.SetNotificationSettings(a.ctx(), settings)
}

// PutAlarmAway keeps an alarm from being shown again.
func (a *App) PutAlarmAway(key string) error { return a.companion.PutAlarmAway(a.ctx(), key) }

// ShowAlarmsAgain brings back the alarms that were put away.
func (a *App) ShowAlarmsAgain() error { return a.companion.ShowAlarmsAgain(a.ctx()) }

// Support writes the account down for the vendor's support.
func (a *App) Support() (companion.SupportCase, error) { return a.companion.Support(a.ctx()) }

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

// DocumentsState is how saving and checking documents goes, and what there is.
func (a *App) DocumentsState() companion.DocumentsState { return a.companion.DocumentsState() }

// SaveDocuments starts to save a selection of documents in the background.
func (a *App) SaveDocuments(selection companion.DocumentSelection) error {
	return a.companion.SaveDocuments(selection)
}

// CancelDocuments stops saving or checking.
func (a *App) CancelDocuments() { a.companion.CancelDocuments() }

// VerifyDocuments starts to check all saved documents, and to repair them if asked.
func (a *App) VerifyDocuments(repair bool) error { return a.companion.VerifyDocuments(repair) }

// DocumentContent is a document's bytes.
func (a *App) DocumentContent(of billing.DocumentRef) (companion.DocumentContent, error) {
	return a.companion.DocumentContent(a.ctx(), of)
}

// OpenDocument shows a document in the system's viewer.
func (a *App) OpenDocument(of billing.DocumentRef) error {
	return a.companion.OpenDocument(a.ctx(), of)
}

// ShowDocument shows a document in its folder.
func (a *App) ShowDocument(of billing.DocumentRef) error {
	return a.companion.ShowDocument(a.ctx(), of)
}

// CopyDocument copies a document to a path, or to the downloads.
func (a *App) CopyDocument(of billing.DocumentRef, path string) (string, error) {
	return a.companion.CopyDocument(a.ctx(), of, path)
}

// DocumentSettings are what the person set for saving documents.
func (a *App) DocumentSettings() (companion.DocumentSettings, error) {
	return a.companion.DocumentSettings(a.ctx())
}

// SetDocumentSettings keeps what the person set for saving documents.
func (a *App) SetDocumentSettings(settings companion.DocumentSettings) error {
	return a.companion.SetDocumentSettings(a.ctx(), settings)
}

// PreviewNames shows where documents would be saved.
func (a *App) PreviewNames(settings companion.DocumentSettings) companion.NamePreview {
	return a.companion.PreviewNames(a.ctx(), settings)
}

// Archive is what stays on the disk after signing out, if the person wants.
func (a *App) Archive() (companion.ArchiveState, error) { return a.companion.Archive(a.ctx()) }

// ForgetAccount removes what is kept of the account, or leaves it as an archive.
func (a *App) ForgetAccount(keepArchive bool) error {
	return a.companion.ForgetAccount(a.ctx(), keepArchive)
}

// ChooseFolder asks the person for a folder; "" when they chose none.
func (a *App) ChooseFolder(start string) (string, error) {
	return runtime.OpenDirectoryDialog(a.ctx(), runtime.OpenDialogOptions{
		DefaultDirectory: existing(start), Title: "Folder for documents", CanCreateDirectories: true,
	})
}

// ChooseFile asks the person where to save a file; "" when they chose none.
func (a *App) ChooseFile(suggested string) (string, error) {
	return runtime.SaveFileDialog(a.ctx(), runtime.SaveDialogOptions{
		DefaultFilename: filepath.Base(suggested), Title: "Save as", CanCreateDirectories: true,
	})
}

// existing is the folder itself, or the nearest above that is there: a dialog that
// is to begin in a folder that is not does not open everywhere.
func existing(folder string) string {
	for folder != filepath.Dir(folder) {
		if found, err := os.Stat(folder); err == nil && found.IsDir() {
			return folder
		}
		folder = filepath.Dir(folder)
	}
	return ""
}
