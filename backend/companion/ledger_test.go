package companion_test

import (
	"testing"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/sandbox"
)

// TestTheMoneyTimelineOfEveryScenario pulls each scenario and checks its books:
// they are complete, all postings of a currency sum to zero, and the sums after
// the newest entry are those of the closing.
func TestTheMoneyTimelineOfEveryScenario(t *testing.T) {
	moved := 0
	for _, scenario := range sandbox.Scenarios() {
		if scenario.Name == "many" {
			continue // the same by the thousand
		}
		c := mustOpenOnTheDay(t, scenario.Name)
		if _, err := c.Pull(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		page := mustReadLedger(t, c, 7)
		for _, row := range page.Rows {
			if row.Kind == billing.EntryBalance {
				moved++
			}
		}
		mustBalance(t, scenario.Name, page)
	}
	if moved == 0 {
		t.Error("no scenario has a movement of the balance: they are not pulled")
	}
}

// mustReadLedger reads all pages, so many entries at a time.
func mustReadLedger(t *testing.T, c *companion.Companion, limit int) companion.LedgerPage {
	t.Helper()
	var all companion.LedgerPage
	filter := companion.LedgerFilter{Limit: limit}
	for {
		page, err := c.Ledger(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Rows) > limit {
			t.Errorf("a page of %d has %d rows", limit, len(page.Rows))
		}
		page.Rows = append(all.Rows, page.Rows...)
		all = page
		if filter.After = page.Next; page.Next == "" {
			break
		}
	}
	if len(all.Rows) != all.Total {
		t.Errorf("%d rows were read of %d", len(all.Rows), all.Total)
	}
	return all
}

func mustBalance(t *testing.T, scenario string, page companion.LedgerPage) {
	t.Helper()
	sums := map[string]int64{}
	newest := map[string]companion.LedgerRow{}
	for _, row := range page.Rows {
		for _, posting := range row.Postings {
			sums[posting.Amount.Currency] += posting.Amount.Amount
		}
		if _, seen := newest[row.OwedAfter.Currency]; !seen {
			newest[row.OwedAfter.Currency] = row
		}
	}
	for currency, sum := range sums {
		if sum != 0 {
			t.Errorf("%s: the postings in %s sum to %d", scenario, currency, sum)
		}
	}
	for _, closing := range page.Closings {
		if closing.OwedDiffers.Amount != 0 || closing.CreditDiffers.Amount != 0 {
			t.Errorf("%s: the books are not complete: %+v", scenario, closing)
		}
		row := newest[closing.Currency]
		if row.OwedAfter.Amount != -closing.Owed.Amount || row.CreditAfter != closing.Credit {
			t.Errorf("%s: after the newest entry %v is owed and %v credit, at the end %+v", scenario, row.OwedAfter, row.CreditAfter, closing)
		}
	}
}

func TestALedgerPageThatMakesNoSenseIsRefused(t *testing.T) {
	c := mustOpenOnTheDay(t, "active")
	for _, filter := range []companion.LedgerFilter{{After: "invoice/in_none"}, {Limit: -1}, {Limit: 501}} {
		if _, err := c.Ledger(t.Context(), filter); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%+v: %v", filter, err)
		}
	}
}

func TestTwoDifferentPlansRaiseNoAlarm(t *testing.T) {
	c := mustOpenOnTheDay(t, "two-subscriptions")
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	page, err := c.Ledger(t.Context(), companion.LedgerFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Alarms) != 0 {
		t.Errorf("alarms: %+v", page.Alarms)
	}
}
