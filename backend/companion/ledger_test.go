package companion_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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
			continue // has a test of its own
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

// TestTheMoneyTimelineOfTenThousandInvoices finds no alarm where everything is billed
// once, and what was made of the copy serves while documents are saved.
func TestTheMoneyTimelineOfTenThousandInvoices(t *testing.T) {
	c := mustPull(t, "many", nil)
	page := mustReadLedger(t, c, 500)
	mustBalance(t, "many", page)
	if page.Total < 20_000 || len(page.Alarms) != 0 || page.AlarmCount != 0 {
		t.Errorf("%d entries, %d alarms: %+v", page.Total, page.AlarmCount, page.Alarms)
	}
	saved, err := c.Save(t.Context(), companion.DocumentSelection{Documents: []billing.DocumentRef{latest(t, c)}}, "")
	if err != nil || saved.Saved != 1 {
		t.Fatalf("Save = %+v, %v", saved, err)
	}
	if again := mustReadLedgerPage(t, c); &again.Closings[0] != &page.Closings[0] {
		t.Error("a saved document has the books made anew")
	}
}

func TestARefundIsInTheMoneyTimelineAfterTheNextPull(t *testing.T) {
	s := newStage(t, "active")
	before := mustReadLedgerPage(t, s.Companion)
	paid := before.Rows[slices.IndexFunc(before.Rows, func(r companion.LedgerRow) bool { return r.Kind == billing.EntryPayment })]
	s.post("/v1/refunds", "charge", paid.PaymentID, "amount", "100")
	if _, err := s.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	after := mustReadLedgerPage(t, s.Companion)
	if after.Total != before.Total+1 || after.Rows[0].Kind != billing.EntryRefund || after.Rows[0].PaymentID != paid.PaymentID {
		t.Errorf("%d entries in place of %d, the newest %+v", after.Total, before.Total, after.Rows[0])
	}
}

func mustReadLedgerPage(t *testing.T, c *companion.Companion) companion.LedgerPage {
	t.Helper()
	page, err := c.Ledger(t.Context(), companion.LedgerFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return page
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

// TestWhatWasBoughtTwiceRaisesAlarms tells of both doubles, and of the payments no
// longer once one of them is given back.
func TestWhatWasBoughtTwiceRaisesAlarms(t *testing.T) {
	s := newStage(t, "double")
	page := mustReadLedgerPage(t, s.Companion)
	if page.AlarmCount != 2 || len(page.Alarms) != 2 {
		t.Fatalf("alarms: %+v", page.Alarms)
	}
	plan, paid := page.Alarms[0], page.Alarms[1]
	if plan.Kind != billing.AlarmSamePlan || plan.Plan != "Pro" || plan.Count != 2 || len(plan.Invoices) != 0 {
		t.Errorf("of the plan: %+v", plan)
	}
	if paid.Kind != billing.AlarmChargedTwice || paid.Amount.Amount != 1089 || paid.At-paid.Since != 240 || len(paid.Invoices) != 2 || paid.Invoices[0].Number == "" {
		t.Errorf("of the payments: %+v", paid)
	}
	s.post("/v1/refunds", "charge", paid.PaymentIDs[1], "reason", "duplicate")
	if _, err := s.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if after := mustReadLedgerPage(t, s.Companion); len(after.Alarms) != 1 || after.Alarms[0].Kind != billing.AlarmSamePlan {
		t.Errorf("after the refund: %+v", after.Alarms)
	}
}

// TestAnAlarmThatWasPutAwayStaysAwayUntilThereIsMore also takes it back.
func TestAnAlarmThatWasPutAwayStaysAwayUntilThereIsMore(t *testing.T) {
	s := newStage(t, "double")
	shown := mustReadLedgerPage(t, s.Companion).Alarms
	for range 2 { // twice is as once
		if err := s.PutAlarmAway(t.Context(), shown[0].Key); err != nil {
			t.Fatal(err)
		}
	}
	after := mustReadLedgerPage(t, s.Companion)
	if after.AlarmCount != 1 || after.AlarmsAway != 1 || after.Alarms[0].Key != shown[1].Key {
		t.Fatalf("%d alarms, %d away: %+v", after.AlarmCount, after.AlarmsAway, after.Alarms)
	}
	var sold struct {
		Data []struct {
			Customer string
			Items    struct {
				Data []struct{ Price struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(s.read("/v1/subscriptions")), &sold); err != nil {
		t.Fatal(err)
	}
	s.post("/v1/subscriptions", "customer", sold.Data[0].Customer, "items[0][price]", sold.Data[0].Items.Data[0].Price.ID)
	if _, err := s.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if more := mustReadLedgerPage(t, s.Companion); more.AlarmsAway != 0 || more.Alarms[0].Kind != billing.AlarmSamePlan || more.Alarms[0].Count != 3 {
		t.Errorf("a third subscription: %d away, %+v", more.AlarmsAway, more.Alarms)
	}
	if err := s.PutAlarmAway(t.Context(), shown[1].Key); err != nil {
		t.Fatal(err)
	}
	if err := s.ShowAlarmsAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := mustReadLedgerPage(t, s.Companion); again.AlarmsAway != 0 || again.AlarmCount != 2 {
		t.Errorf("taken back: %d alarms, %d away", again.AlarmCount, again.AlarmsAway)
	}
	for _, key := range []string{"", "a\nb", strings.Repeat("x", 3000)} {
		if err := s.PutAlarmAway(t.Context(), key); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%q: %v", key, err)
		}
	}
}

// TestAForgottenAccountLeavesNoIdsBehind looks into the person's own file, where what was
// told and put away is kept.
func TestAForgottenAccountLeavesNoIdsBehind(t *testing.T) {
	s := newStage(t, "past-due")
	if err := s.PutAlarmAway(t.Context(), "charged_twice 2 ch_1 ch_2"); err != nil {
		t.Fatal(err)
	}
	if told, err := s.Notifications(t.Context()); err != nil || len(told) == 0 {
		t.Fatalf("nothing was told: %v", err)
	}
	ids := func() string {
		out, err := exec.CommandContext(t.Context(), "sqlite3", filepath.Join(s.dir, "personal.db"),
			"SELECT * FROM told; SELECT * FROM settings WHERE value LIKE '%sub_%' OR value LIKE '%ch_%'").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	if before := ids(); !strings.Contains(before, "sub_") || !strings.Contains(before, "alarms put away/") {
		t.Fatalf("before: %s", before)
	}
	if err := s.ForgetAccount(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if after := ids(); after != "" {
		t.Errorf("left behind: %s", after)
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
