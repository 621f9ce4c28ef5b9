package companion

import (
	"context"
	"runtime"
	"slices"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
	"billfold/backend/support"
)

// supportInvoices is how many of the newest invoices a case shows, beside the open
// ones.
const supportInvoices = 6

// SupportCase is what a vendor's support asks for first, redacted, from the copy
// that is there.
type SupportCase struct {
	support.Case
	// Text is the same in Markdown, to be pasted into a message.
	Text string `json:"text"`
}

// Support writes the account down for the vendor's support. Nothing is sent.
func (c *Companion) Support(ctx context.Context) (SupportCase, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return SupportCase{}, err
	}
	account, err := c.supportAccount(ctx, cache)
	if err != nil {
		return SupportCase{}, err
	}
	identity := c.account.identity(account.Customer)
	written := support.Case{
		MadeAt: billing.At(c.config.Now()), Program: "Billfold " + c.config.Version, System: runtime.GOOS + "/" + runtime.GOARCH,
		Connection: identity.Connection, Host: identity.Host,
	}
	c.syncing.Lock()
	if problem := c.sync.Problem; problem != nil {
		written.SyncProblem, written.RequestID = problem.Code, c.failedRequest
	}
	c.syncing.Unlock()
	written.Fill(account)
	if written.CustomerID == "" {
		written.CustomerID = identity.CustomerID
	}
	return SupportCase{Case: written, Text: written.Markdown()}, nil
}

// supportAccount reads what a case is made from. The caller holds c.mu.
func (c *Companion) supportAccount(ctx context.Context, cache *sqlite.Cache) (support.Account, error) {
	snapshot, err := c.snapshot(ctx, cache)
	if err != nil {
		return support.Account{}, err
	}
	newest, err := cache.Invoices(ctx, billing.InvoiceFilter{Limit: supportInvoices})
	if err != nil {
		return support.Account{}, err
	}
	account := support.Account{
		Customer: snapshot.Customer, Subscriptions: snapshot.Subscriptions, Standing: billing.StandingOf(snapshot),
		Invoices: snapshot.Unsettled,
	}
	for _, invoice := range newest.Invoices() {
		if !slices.ContainsFunc(account.Invoices, func(i billing.Invoice) bool { return i.ID == invoice.ID }) {
			account.Invoices = append(account.Invoices, invoice)
		}
	}
	for _, invoice := range account.Invoices {
		payments, err := cache.Payments(ctx, invoice.ID)
		if err != nil {
			return support.Account{}, err
		}
		account.Payments = append(account.Payments, payments...)
	}
	return account, nil
}
