package sqlite_test

import (
	"path/filepath"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

func TestWhatIsConfirmedIsNotedWhenTheFileIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billing.db")
	cache, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	pulled := generation(1, 3)
	pulled.Version = "e.v1"
	MustWrite(t, cache, pulled)
	cache.Confirm(50)
	cache.Confirm(40) // an older one takes nothing back
	if marks := mustMarks(t, cache); marks.SyncedAt != 50 || marks.Version != "e.v1" || marks.FullAt != 1 {
		t.Errorf("the marks are %+v", marks)
	}
	if got := askSQLite(t, path, "SELECT synced_at FROM marks"); got != "1" {
		t.Errorf("written already: %s", got)
	}
	if err := cache.Close(); err != nil {
		t.Fatal(err)
	}
	if marks := mustMarks(t, MustOpen(t, path)); marks.SyncedAt != 50 || marks.Version != "e.v1" {
		t.Errorf("afterwards the marks are %+v", marks)
	}
}

func TestOneInvoiceAloneLeavesTheRest(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	before := generation(1, 5)
	before.Policy = &billing.Policy{WhilePastDue: billing.AccessGrace, GraceDays: 7, Lost: "Paid models.", Support: "help@vendor.example"}
	MustWrite(t, cache, before)
	account, err := cache.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changed := before.Invoices[2]
	changed.Description = "for the report"
	MustWrite(t, cache, sqlite.Pulled{At: 2, Alone: true, Version: "e.v2", Invoices: []billing.Invoice{changed}, GoneInvoiceIDs: []string{before.Invoices[4].ID}})
	expectTotal(t, cache, 4)
	if got, err := cache.Invoice(t.Context(), changed.ID); err != nil || got.Description != "for the report" {
		t.Errorf("the invoice is %+v, %v", got, err)
	}
	after, err := cache.Account(t.Context())
	if err != nil || after.Customer != account.Customer || len(after.Subscriptions) != len(account.Subscriptions) ||
		len(after.PaymentMethods) != len(account.PaymentMethods) || len(after.TaxIDs) != len(account.TaxIDs) {
		t.Errorf("the rest is %+v, %v", after, err)
	}
	if marks := mustMarks(t, cache); marks.SyncedAt != 2 || marks.FullAt != 1 || marks.Version != "e.v2" {
		t.Errorf("the marks are %+v", marks)
	}
	if policy, err := cache.Policy(t.Context()); err != nil || policy != *before.Policy {
		t.Errorf("the policy is %+v, %v", policy, err)
	}
}

func TestWhatIsDamagedIsOfNoVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billing.db")
	cache := MustOpen(t, path)
	pulled := generation(1, 3)
	pulled.Version = "e.v1"
	MustWrite(t, cache, pulled)
	askSQLite(t, path, "UPDATE marks SET full_at = 0") // as a damaged row has it
	if marks := mustMarks(t, cache); marks.Version != "" {
		t.Errorf("the marks are %+v", marks)
	}
}
