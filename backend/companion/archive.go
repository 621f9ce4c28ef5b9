package companion

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"billfold/backend/billing"
	"billfold/backend/documents"
	"billfold/backend/sqlite"
)

// archiveKey names an account's archive in the index, without telling who it is.
func archiveKey(dataDir string, target Target) string {
	return filepath.Base(AccountDir(dataDir, target))
}

// knownDocuments gives the documents that the vendor has issued and those that are
// saved. The caller holds the account.
func (c *Companion) knownDocuments(ctx context.Context) ([]billing.Document, []billing.SavedDocument, error) {
	cache, err := c.account.readable()
	if err != nil {
		return nil, nil, err
	}
	known, err := cache.Documents(ctx)
	if err != nil {
		return nil, nil, err
	}
	account, err := cache.Account(ctx)
	if err != nil {
		return nil, nil, err
	}
	nameAll(known, account.Subscriptions)
	if c.personal == nil {
		return known, nil, nil
	}
	saved, err := c.archive("").List(ctx)
	return known, saved, err
}

// nameAll adds the plan, and the vendor where a document has no invoice that names
// one: the account has one vendor.
func nameAll(known []billing.Document, subscriptions []billing.Subscription) {
	plans, vendor := map[string]string{}, ""
	for _, subscription := range subscriptions {
		plans[subscription.ID] = subscription.Plan()
	}
	for _, document := range known {
		if vendor == "" {
			vendor = document.Vendor
		}
	}
	for i := range known {
		known[i].Plan = plans[known[i].SubscriptionID]
		if known[i].Vendor == "" {
			known[i].Vendor = vendor
		}
	}
}

// archive is the index of the account's saved documents; those in a folder of their
// own are listed apart.
func (c *Companion) archive(dir string) *sqlite.Archive {
	key := archiveKey(c.config.Dir, c.account.target)
	if dir != "" {
		sum := sha256.Sum256([]byte(dir))
		key += "-" + hex.EncodeToString(sum[:6])
	}
	return c.personal.Archive(key)
}

// vault is the account's, without a connection.
func (c *Companion) vault(ctx context.Context, dir string) (*documents.Vault, error) {
	if c.personal == nil {
		return nil, billing.NewError(billing.CodeUnreadable,
			"Documents cannot be saved: the data folder, where they are listed, cannot be written.", nil)
	}
	settings := c.documentSettings(ctx)
	template, err := documents.ParseTemplate(settings.Template)
	if err != nil {
		return nil, err
	}
	if dir == settings.Folder {
		dir = ""
	}
	vault := &documents.Vault{Folder: settings.Folder, Template: template, Index: c.archive(dir), Owner: c.owner(dir), Now: c.config.Now}
	if dir != "" {
		vault.Folder = dir
	}
	return vault, nil
}

// owner marks temporary files as those of this data folder, account and dir.
func (c *Companion) owner(dir string) string {
	sum := sha256.Sum256([]byte(c.config.Dir + "\n" + archiveKey(c.config.Dir, c.account.target) + "\n" + dir))
	return hex.EncodeToString(sum[:8])
}

// withArchive uses the vault without a connection. Another process waits meanwhile.
func (c *Companion) withArchive(ctx context.Context, dir string, use func(*documents.Vault) (documents.Progress, error)) (documents.Progress, error) {
	vault, err := c.vault(ctx, dir)
	if err != nil {
		return documents.Progress{}, err
	}
	guard := flock.New(filepath.Join(c.config.Dir, "documents.lock"), flock.SetPermissions(0o600))
	if _, err := guard.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		if ctx.Err() != nil {
			return documents.Progress{}, billing.NewError(billing.CodeCanceled, "It was stopped before it was done.", ctx.Err())
		}
		return documents.Progress{}, billing.NewError(billing.CodeUnreadable, "The data folder cannot be written.", err)
	}
	defer func() { _ = guard.Close() }()
	return use(vault)
}

// withVault uses the vault over the account's connection.
func (c *Companion) withVault(ctx context.Context, dir string, use func(*documents.Vault) (documents.Progress, error)) (documents.Progress, error) {
	return c.withArchive(ctx, dir, func(vault *documents.Vault) (documents.Progress, error) {
		dialed, err := c.account.dial(ctx, c.config.Dial)
		if err != nil {
			return documents.Progress{}, err
		}
		vault.Link = dialed.API.DocumentLink
		vault.Fetcher = documents.NewFetcher(documents.FetcherConfig{Source: dialed.Documents, Now: c.config.Now})
		defer vault.Fetcher.Close()
		return use(vault)
	})
}

// Archive is what stays on the disk after signing out, if the person wants.
func (c *Companion) Archive(ctx context.Context) (ArchiveState, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	state := ArchiveState{Folder: c.documentSettings(ctx).Folder}
	if c.personal == nil {
		return state, nil
	}
	saved, err := c.archive("").List(ctx)
	if err != nil {
		return state, err
	}
	for _, version := range saved {
		if version.Listed && documents.Present(version) {
			state.Count++
			state.Bytes += version.Size
		}
	}
	return state, nil
}

// ForgetAccount removes what is kept of the account that is shown. keepArchive
// leaves the local copy and the saved documents, so that they can be read
// afterwards; without it both go, save for files that were changed since they were
// saved: those are the person's. What is shown then is the same account, empty.
func (c *Companion) ForgetAccount(ctx context.Context, keepArchive bool) error {
	c.choosing.Lock()
	defer c.choosing.Unlock()
	c.stopSync(false)
	defer c.holdDocuments()()
	if keepArchive {
		return nil
	}
	if err := c.removeSaved(ctx); err != nil {
		return err
	}
	target := c.Target()
	err := c.replaceAccount(ctx, target, true)
	c.forgetState(target)
	c.listeners.tell(EventChanged)
	c.listeners.tell(EventSync)
	c.listeners.tell(EventDocuments)
	return err
}

func (c *Companion) removeSaved(ctx context.Context) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.personal == nil {
		return nil
	}
	return c.urgently(func() error {
		_, err := c.withArchive(ctx, "", func(vault *documents.Vault) (documents.Progress, error) {
			return documents.Progress{}, vault.Remove(ctx)
		})
		return err
	})
}
