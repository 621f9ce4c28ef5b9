package browsermode

import (
	"context"
	"encoding/json"
	"maps"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// method answers one call of the window.
type method func(ctx context.Context, c *companion.Companion, args []json.RawMessage) (any, error)

// methods is all that a page may call, and nothing else is: one list a subject.
var methods = together(accountMethods, historyMethods, noticeMethods, documentMethods, handOffMethods, informationMethods, signInMethods)

func together(lists ...map[string]method) map[string]method {
	all := map[string]method{}
	for _, list := range lists {
		maps.Copy(all, list)
	}
	return all
}

// Methods names all that a page may call.
func Methods() []string {
	names := make([]string, 0, len(methods))
	for name := range methods {
		names = append(names, name)
	}
	return names
}

var accountMethods = map[string]method{
	"Overview":    plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.Overview(ctx) }),
	"SyncState":   plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.SyncState(), nil }),
	"Sync":        plain(func(_ context.Context, c *companion.Companion) (any, error) { c.Sync(); return nil, nil }),
	"CancelSync":  plain(func(_ context.Context, c *companion.Companion) (any, error) { c.CancelSync(); return nil, nil }),
	"Preferences": plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.Preferences(ctx) }),
	"Scenarios":   plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.Scenarios(), nil }),
	"About":       plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.About(), nil }),
	"Destination": plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.Destination(), nil }),
	"OpenScenario": with(func(ctx context.Context, c *companion.Companion, name string) (any, error) {
		return nil, c.OpenScenario(ctx, name)
	}),
	"SetPreferences": with(func(ctx context.Context, c *companion.Companion, p companion.Preferences) (any, error) {
		return nil, c.SetPreferences(ctx, p)
	}),
}

// noticeMethods tell how the account stands, and what is worth telling of it.
var noticeMethods = map[string]method{
	"Standing":             plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.Standing(ctx) }),
	"Look":                 plain(func(_ context.Context, c *companion.Companion) (any, error) { c.Look(); return nil, nil }),
	"Notifications":        plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.Notifications(ctx) }),
	"NotificationSettings": plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.NotificationSettings(ctx) }),
	"SetNotificationSettings": with(func(ctx context.Context, c *companion.Companion, s billing.NotificationSettings) (any, error) {
		return nil, c.SetNotificationSettings(ctx, s)
	}),
	"PutAlarmAway": with(func(ctx context.Context, c *companion.Companion, key string) (any, error) {
		return nil, c.PutAlarmAway(ctx, key)
	}),
	"ShowAlarmsAgain": plain(func(ctx context.Context, c *companion.Companion) (any, error) { return nil, c.ShowAlarmsAgain(ctx) }),
	"NotificationWay": plain(func(context.Context, *companion.Companion) (any, error) { return companion.NotifyByPage, nil }),
	"Notify": with(func(context.Context, *companion.Companion, companion.Note) (any, error) {
		return nil, billing.NewError(billing.CodeInvalid, "A browser shows the notifications of its pages itself.", nil)
	}),
	"AtLogin":    plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.AtLogin() }),
	"SetAtLogin": with(func(_ context.Context, c *companion.Companion, on bool) (any, error) { return nil, c.SetAtLogin(on) }),
	"Support":    plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.Support(ctx) }),
}

var historyMethods = map[string]method{
	"Invoices": with(func(ctx context.Context, c *companion.Companion, f billing.InvoiceFilter) (any, error) {
		return c.Invoices(ctx, f)
	}),
	"Invoice": with(func(ctx context.Context, c *companion.Companion, id string) (any, error) { return c.Invoice(ctx, id) }),
	"Payments": with(func(ctx context.Context, c *companion.Companion, f billing.PaymentFilter) (any, error) {
		return c.Payments(ctx, f)
	}),
	"Spending": with(func(ctx context.Context, c *companion.Companion, f companion.SpendingFilter) (any, error) {
		return c.Spending(ctx, f)
	}),
	"Ledger": with(func(ctx context.Context, c *companion.Companion, f companion.LedgerFilter) (any, error) {
		return c.Ledger(ctx, f)
	}),
	"Export": with(func(ctx context.Context, c *companion.Companion, r companion.ExportRequest) (any, error) {
		return c.Export(ctx, r)
	}),
	"ShowExport": plain(func(_ context.Context, c *companion.Companion) (any, error) { return nil, c.ShowExport() }),
}
