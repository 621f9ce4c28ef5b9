package companion

import (
	"context"
	"encoding/json"
	"path/filepath"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

// notificationSetting is the key under which the settings are kept, as JSON.
const notificationSetting = "notifications"

// Notifications are what is to be told now. They are noted as told when they are
// given out, so that each is told once, whoever asks: whoever shows them asks when
// EventChanged comes, and now and then besides, since time passes too. Without a
// place to note them nothing is told.
func (c *Companion) Notifications(ctx context.Context) ([]billing.Notification, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.personal == nil {
		return []billing.Notification{}, nil
	}
	news, err := c.news(ctx)
	if err != nil {
		return nil, err
	}
	due := news.Notifications()
	if len(due) == 0 {
		return due, nil
	}
	return c.personal.Tell(ctx, c.account.name(c.config.Dir), news.Now, due)
}

// name is what the account is called in the personal file: the hash its folder is
// named by.
func (a *account) name(dataDir string) string { return nameOf(dataDir, a.target) }

func nameOf(dataDir string, target Target) string { return filepath.Base(AccountDir(dataDir, target)) }

// news gathers what notifications are made from. The caller holds c.mu.
func (c *Companion) news(ctx context.Context) (billing.News, error) {
	cache, err := c.account.readable()
	if err != nil {
		return billing.News{}, err
	}
	snapshot, err := c.snapshot(ctx, cache)
	if err != nil {
		return billing.News{}, err
	}
	settings, err := c.notificationSettings(ctx)
	if err != nil {
		return billing.News{}, err
	}
	told, err := c.personal.Told(ctx, c.account.name(c.config.Dir))
	if err != nil {
		return billing.News{}, err
	}
	settled, err := toldAndSettled(ctx, cache, told)
	if err != nil {
		return billing.News{}, err
	}
	return billing.News{Snapshot: snapshot, Settings: settings, Told: told, Settled: settled}, nil
}

// toldAndSettled reads the invoices that were told of and are settled now. One
// that is gone is passed over.
func toldAndSettled(ctx context.Context, cache *sqlite.Cache, told []billing.Told) ([]billing.Invoice, error) {
	var settled []billing.Invoice
	read := map[string]bool{"": true}
	for _, one := range told {
		if read[one.InvoiceID] {
			continue
		}
		read[one.InvoiceID] = true
		invoice, err := cache.Invoice(ctx, one.InvoiceID)
		if billing.CodeOf(err) == billing.CodeNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if invoice.Settled() {
			settled = append(settled, invoice)
		}
	}
	return settled, nil
}

// NotificationSettings are what the person wants to hear.
func (c *Companion) NotificationSettings(ctx context.Context) (billing.NotificationSettings, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.personal == nil {
		return billing.UsualNotifications(), nil
	}
	return c.notificationSettings(ctx)
}

func (c *Companion) notificationSettings(ctx context.Context) (billing.NotificationSettings, error) {
	usual := billing.UsualNotifications()
	kept, err := c.personal.Setting(ctx, notificationSetting)
	if err != nil || kept == "" {
		return usual, err
	}
	settings := usual
	if json.Unmarshal([]byte(kept), &settings) != nil || settings.Check() != nil {
		return usual, nil // what makes no sense any more is as usual
	}
	return settings, nil
}

// SetNotificationSettings keeps what the person wants to hear; what makes no sense
// is CodeInvalid.
func (c *Companion) SetNotificationSettings(ctx context.Context, settings billing.NotificationSettings) error {
	settings.Off, settings.Above = orEmpty(settings.Off), orEmpty(settings.Above)
	settings.RenewalDays, settings.YearlyRenewalDays = orEmpty(settings.RenewalDays), orEmpty(settings.YearlyRenewalDays)
	if err := settings.Check(); err != nil {
		return err
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.personal == nil {
		return billing.NewError(billing.CodeUnreadable, "Settings cannot be kept: the data folder cannot be written.", nil)
	}
	return c.personal.SetSetting(ctx, notificationSetting, string(text))
}
