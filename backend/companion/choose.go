package companion

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"billfold/backend/billing"
)

// Scenarios are the states of affairs the sandbox can show.
func (c *Companion) Scenarios() []Scenario { return orEmpty(c.config.Scenarios) }

// OpenScenario shows a scenario of the sandbox in place of what is shown now and
// starts to pull it. An unknown name is CodeInvalid.
func (c *Companion) OpenScenario(ctx context.Context, name string) error {
	if !c.offers(name) {
		return billing.NewError(billing.CodeInvalid, "The sandbox has no scenario of that name.", nil)
	}
	// One at a time: a second one would wait for the first one's pull while holding
	// every reader up.
	c.choosing.Lock()
	defer c.choosing.Unlock()
	c.turnTo(ctx, Target{Connection: ConnectionSandbox, Scenario: name}, false)
	return nil
}

// ShowFor shows the scenario or the account that another start of Billfold is for,
// each "" where it is for whatever is shown. The current account stays the current
// one, as it does when a first start names another. CodeNotFound says that nobody is
// signed in to the account any more.
func (c *Companion) ShowFor(ctx context.Context, scenario, account string) error {
	switch shown := c.Target(); {
	case scenario != "" && scenario != shown.Scenario:
		return c.OpenScenario(ctx, scenario)
	case account == "" || account == shown.Account:
		return nil
	case c.config.Sessions == nil:
		return noVendor()
	}
	known, err := c.config.Sessions.Accounts()
	if err != nil {
		return err
	}
	c.choosing.Lock()
	defer c.choosing.Unlock()
	for _, one := range known {
		if one.ID == account {
			c.turnTo(ctx, targetOf(one), false)
			c.listeners.tell(EventSignIn)
			return nil
		}
	}
	return billing.NewError(billing.CodeNotFound, "Nobody is signed in to that account any more.", nil)
}

// turnTo shows another account in place of the one that is shown, and starts to
// pull it; forget removes the local copy of the one before. The caller holds
// c.choosing.
func (c *Companion) turnTo(ctx context.Context, target Target, forget bool) {
	c.CancelHandOff()
	c.stopSync(false)
	release := c.holdDocuments()
	if err := c.replaceAccount(ctx, target, forget); err != nil {
		c.config.Log.Warn("the account shown before did not close cleanly", "error", err)
	}
	release()
	c.listeners.tell(EventChanged)
	c.listeners.tell(EventSync)
	c.listeners.tell(EventDocuments)
	c.Sync()
}

func (c *Companion) offers(name string) bool {
	for _, scenario := range c.config.Scenarios {
		if scenario.Name == name {
			return true
		}
	}
	return false
}

// replaceAccount shows another account; forget removes the local copy of the one
// before.
func (c *Companion) replaceAccount(ctx context.Context, target Target, forget bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(c.account.problem, errClosed) {
		return nil
	}
	before, name := c.account.target, c.account.name(c.config.Dir)
	err := c.account.close()
	// The page that asked may go away; the account is wanted all the same.
	ctx = context.WithoutCancel(ctx)
	if forget {
		err = errors.Join(err, removeCopy(AccountDir(c.config.Dir, before)), c.forgetPersonal(ctx, name))
	}
	c.account = c.openAccount(ctx, target)
	c.syncing.Lock()
	c.sync = SyncState{Running: c.sync.Running, SyncedAt: c.account.syncedAt(ctx)}
	c.syncing.Unlock()
	if cache, unreadable := c.account.readable(); unreadable == nil && c.account.syncedAt(ctx).Known() {
		c.noteState(ctx, cache)
	}
	return err
}

// forgetPersonal forgets what the person was told of an account, and put away: both
// have the ids of its invoices and payments.
func (c *Companion) forgetPersonal(ctx context.Context, account string) error {
	if c.personal == nil {
		return nil
	}
	return errors.Join(c.personal.ForgetTold(ctx, account), c.personal.SetSetting(ctx, alarmSetting+account, ""))
}

// removeCopy removes a local copy, with what SQLite and the locks keep beside it;
// the folder is also the place of the program that is running, and stays.
func removeCopy(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "billing.db*"))
	for _, name := range names {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}
