package main

import (
	"context"
	goruntime "runtime"
	"strings"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/deeplink"
	"billfold/backend/desktopbus"
)

const (
	noteCategory = "billfold"
	// noteOpened is what the desktop says of a notification that was clicked. Wails on
	// Linux reports one that was put away as clicked, too, unless the click has a name
	// of its own; "default" is the click's name on D-Bus.
	noteOpened = "default"
)

// startNotes makes notifications of the desktop ready and tells whether there are
// any. Every failure leaves Billfold quiet.
func (a *App) startNotes(window context.Context) bool {
	if !desktopbus.Reachable() || !runtime.IsNotificationAvailable(window) || runtime.InitializeNotifications(window) != nil {
		return false
	}
	if allowed, err := runtime.RequestNotificationAuthorization(window); err != nil || !allowed {
		return false
	}
	if goruntime.GOOS == "linux" {
		_ = runtime.RegisterNotificationCategory(window, runtime.NotificationCategory{
			ID: noteCategory, Actions: []runtime.NotificationAction{{ID: noteOpened, Title: "Billfold"}},
		})
	}
	runtime.OnNotificationResponse(window, func(result runtime.NotificationResult) {
		if link, clicked := noteLink(goruntime.GOOS, result); clicked {
			if destination, err := deeplink.Parse(link); err == nil {
				a.companion.Show(destination)
			}
			toFront(window, "")
		}
	})
	return true
}

// noteLink is where a notification leads that was clicked, not put away.
func noteLink(system string, result runtime.NotificationResult) (link string, clicked bool) {
	if result.Error != nil || system == "linux" && result.Response.ActionIdentifier != noteOpened {
		return "", false
	}
	link, _ = result.Response.UserInfo["link"].(string)
	return link, true
}

// NotificationWay says how notifications reach the person. Who shows them on the bus
// may come later or go, and what is given out while nobody does would be lost.
func (a *App) NotificationWay() companion.NotificationWay {
	a.mu.RLock()
	ready := a.notes
	a.mu.RUnlock()
	if ready && desktopbus.ShowsNotices(a.ctx()) {
		return companion.NotifyBySystem
	}
	return companion.NotifyByNone
}

// Notify has the desktop show a notification.
func (a *App) Notify(note companion.Note) error {
	if a.NotificationWay() != companion.NotifyBySystem {
		return billing.NewError(billing.CodeUnreadable, "This desktop shows no notifications.", nil)
	}
	body := note.Body
	if desktopbus.ReadsMarkup(a.ctx()) {
		body = markup.Replace(body)
	}
	err := runtime.SendNotificationWithActions(a.ctx(), runtime.NotificationOptions{
		ID: note.Key, Title: note.Title, Body: body, CategoryID: noteCategory, Data: map[string]any{"link": note.Link},
	})
	if err != nil {
		return billing.NewError(billing.CodeUnreadable, "This desktop shows no notifications.", err)
	}
	return nil
}

// markup writes a text so that it is read as itself. Names in it are strangers'.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
