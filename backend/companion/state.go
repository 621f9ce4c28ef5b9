package companion

import (
	"cmp"
	"context"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
	"billfold/backend/statefile"
)

// StateFile is where State is written after each pull; "" where it is not.
func (c *Companion) StateFile() string { return c.config.StateFile }

// State is how the account stands, as programs beside Billfold may know it.
func (c *Companion) State(ctx context.Context) (statefile.State, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return statefile.State{}, err
	}
	return c.state(ctx, cache)
}

// state is State for who holds c.mu.
func (c *Companion) state(ctx context.Context, cache *sqlite.Cache) (statefile.State, error) {
	snapshot, err := c.snapshot(ctx, cache)
	if err != nil {
		return statefile.State{}, err
	}
	return statefile.Of(statefile.Facts{
		Account:    statefile.Account{ID: c.account.name(c.config.Dir), Label: c.accountLabel()},
		Connection: c.account.target.Connection,
		Known:      snapshot.Account,
		Standing:   billing.StandingOf(snapshot),
		Now:        snapshot.Now,
	}), nil
}

// accountLabel is what the account may be called in front of others: not by the
// person's name.
func (c *Companion) accountLabel() string {
	if c.account.target.Connection == ConnectionSandbox {
		return "Sandbox"
	}
	return cmp.Or(c.config.Vendor, c.account.identity(billing.Customer{}).Host, "Billfold")
}

// noteState writes the state file. Who cannot have one has the rest all the same.
// The caller holds c.mu.
func (c *Companion) noteState(ctx context.Context, cache *sqlite.Cache) {
	if c.config.StateFile == "" {
		return
	}
	state, err := c.state(ctx, cache)
	if err == nil {
		err = statefile.Write(c.config.StateFile, state)
	}
	if err != nil {
		c.config.Log.Warn("programs beside Billfold are not told", "error", err)
	}
}

// forgetState takes an account's state file away. While c.mu is held no pull can put
// it there again.
func (c *Companion) forgetState(target Target) {
	if c.config.StateFile == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := statefile.Remove(c.config.StateFile, nameOf(c.config.Dir, target)); err != nil {
		c.config.Log.Warn("the state file stays", "error", err)
	}
}
