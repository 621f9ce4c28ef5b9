package billing_test

import (
	"testing"

	"billfold/backend/billing"
)

// Credit is given, a bill is paid from it in part, and the rest by card: what is
// owed and what is left of the credit are told after each step, in its currency.
func TestRunningSumsFollowTheEntries(t *testing.T) {
	usd := func(amount int64) billing.Money { return billing.Money{Amount: amount, Currency: "usd"} }
	ledger, err := billing.LedgerOf(billing.Journal{
		Customer: billing.Customer{Balance: usd(0)},
		Balance: []billing.BalanceTransaction{
			{ID: "cbtxn_1", Type: billing.BalanceAdjustment, Amount: usd(-500), CreatedAt: 100},
			{ID: "cbtxn_2", Type: billing.BalanceAppliedToInvoice, Amount: usd(500), InvoiceID: "in_1", CreatedAt: 200},
		},
		Invoices: []billing.Invoice{{
			ID: "in_1", Status: billing.InvoicePaid, Currency: "usd", Total: usd(2000), FinalizedAt: 200, CreditedBefore: usd(0),
		}},
		Payments: []billing.Payment{{ID: "ch_1", InvoiceID: "in_1", Status: "succeeded", Amount: usd(1500), CreatedAt: 300}},
	})
	if err != nil {
		t.Fatal(err)
	}
	running, err := ledger.Running()
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		kind         billing.EntryKind
		owed, credit int64
	}{
		{billing.EntryPayment, 0, 0}, {billing.EntryBalance, 1500, 0}, {billing.EntryInvoice, 2000, 500}, {billing.EntryBalance, 0, 500},
	}
	if len(running) != len(want) {
		t.Fatalf("%d entries", len(running))
	}
	for i, w := range want {
		got := running[i]
		if got.Kind != w.kind || got.OwedAfter != usd(w.owed) || got.CreditAfter != usd(w.credit) {
			t.Errorf("entry %d: %s leaves %v owed and %v credit, want %+v", i, got.Kind, got.OwedAfter, got.CreditAfter, w)
		}
	}
}
