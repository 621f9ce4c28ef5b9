package companion_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/sandbox"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

var update = flag.Bool("update", false, "write the golden files anew")

// noon is when the scenarios of these tests are looked at.
var noon = time.Date(2026, 3, 17, 12, 0, 0, 0, time.UTC)

// desk is a companion that has pulled a scenario as it is at noon.
type desk struct {
	*companion.Companion
	dir, downloads string
}

func mustPullBooks(t *testing.T, scenario string) desk {
	t.Helper()
	d := desk{dir: t.TempDir(), downloads: filepath.Join(t.TempDir(), "Downloads")}
	now := func() time.Time { return noon }
	d.open(t, companion.Target{Connection: companion.ConnectionSandbox, Scenario: scenario}, now,
		func(ctx context.Context, target companion.Target) (companion.Dialed, error) {
			s, err := sandbox.Start(ctx, sandbox.Options{Scenario: target.Scenario, Now: now})
			if err != nil {
				return companion.Dialed{}, err
			}
			api, err := stripeapi.New(stripeapi.Config{
				URL: s.URL(), Customer: s.Customer(), Token: func(context.Context) (string, error) { return s.Key(), nil },
			})
			return companion.Dialed{API: api, Close: s.Close}, err
		})
	if _, err := d.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) open(t *testing.T, target companion.Target, now func() time.Time, dial func(context.Context, companion.Target) (companion.Dialed, error)) {
	t.Helper()
	opened, err := companion.Open(t.Context(), companion.Config{Dir: d.dir, DownloadsDir: d.downloads, Target: target, Dial: dial, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	d.Companion = opened
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
}

// mustKeep is a companion without a network over what a pull once brought.
func mustKeep(t *testing.T, pulled sqlite.Pulled) desk {
	t.Helper()
	d := desk{dir: t.TempDir(), downloads: t.TempDir()}
	target := companion.Target{Connection: companion.ConnectionGateway, URL: "https://billing.example", Customer: "cus_1"}
	cache, err := sqlite.Open(t.Context(), filepath.Join(companion.AccountDir(d.dir, target), "billing.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(cache.Write(t.Context(), pulled), cache.Close()); err != nil {
		t.Fatal(err)
	}
	d.open(t, target, func() time.Time { return noon }, func(context.Context, companion.Target) (companion.Dialed, error) {
		return companion.Dialed{}, errors.New("there is no network")
	})
	return d
}

func (d desk) allRows(t *testing.T, filter billing.InvoiceFilter) []companion.InvoiceRow {
	t.Helper()
	var rows []companion.InvoiceRow
	for {
		page, err := d.Invoices(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, page.Rows...)
		if page.Next == "" {
			return rows
		}
		filter.After = page.Next
	}
}

// inWords says in one line a row, and below it what its detail tells.
func inWords(t *testing.T, d desk, row companion.InvoiceRow) string {
	t.Helper()
	detail, err := d.Invoice(t.Context(), row.ID)
	if err != nil {
		t.Fatal(err)
	}
	var words strings.Builder
	_, _ = fmt.Fprintf(&words, "%s %s %s: %s, plan %q, document %s\n", day(row.DocumentDate), row.Number, row.Status, row.Kind, row.Plan, row.Document)
	_, _ = fmt.Fprintf(&words, "  total %s, due %s, paid %s, remaining %s, refunded %s, tax %s\n", detail.Invoice.Total,
		detail.Invoice.AmountDue, detail.Invoice.AmountPaid, detail.Invoice.AmountRemaining, detail.Refunded, detail.Invoice.Tax)
	if row.Refunded != detail.Refunded || row.Kind != detail.Kind {
		t.Errorf("%s: the row says %s and %s, the detail %s and %s", row.Number, row.Refunded, row.Kind, detail.Refunded, detail.Kind)
	}
	for _, m := range detail.Timeline {
		_, _ = fmt.Fprintf(&words, "  %s %s", day(m.At), m.Kind)
		if m.Amount != nil {
			_, _ = fmt.Fprintf(&words, " %s", m.Amount)
		}
		if m.Method != nil {
			_, _ = fmt.Fprintf(&words, " by %s %s", m.Method.Brand, m.Method.Last4)
		}
		if m.DeclineCode != "" {
			_, _ = fmt.Fprintf(&words, " because %s", m.DeclineCode)
		}
		if m.NextAttemptAt.Known() {
			_, _ = fmt.Fprintf(&words, ", again on %s", day(m.NextAttemptAt))
		}
		words.WriteByte('\n')
	}
	return words.String()
}

func day(at billing.Time) string {
	if !at.Known() {
		return "-"
	}
	return at.Go().Format(time.DateOnly)
}

// TestEachStateOfAnInvoiceReadsRight tells, scenario by scenario, the newest
// invoices as list and detail have them.
func TestEachStateOfAnInvoiceReadsRight(t *testing.T) {
	for _, scenario := range []string{
		"unpaid", "paused-collection", "marked-paid", "send-invoice", "refunds", "tiny-balance", "credit-packs", "overage",
		"past-due", "needs-confirmation", "two-subscriptions", "deleted-customer",
	} {
		t.Run(scenario, func(t *testing.T) {
			d := mustPullBooks(t, scenario)
			var words bytes.Buffer
			for _, row := range d.allRows(t, billing.InvoiceFilter{}) {
				words.WriteString(inWords(t, d, row))
			}
			path := filepath.Join("testdata", "history", scenario+".golden")
			if *update {
				if err := os.WriteFile(path, words.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(want, words.Bytes()) {
				t.Errorf("%v; got\n%s", err, words.String())
			}
		})
	}
}

func TestWhatTheSandboxHasNotReadsRight(t *testing.T) {
	usd := func(amount int64) billing.Money { return billing.Money{Amount: amount, Currency: "usd"} }
	d := mustKeep(t, sqlite.Pulled{
		At: billing.At(noon), Full: true, Customer: billing.Customer{ID: "cus_1", Name: "Ada"},
		Invoices: []billing.Invoice{
			{ID: "in_old", Number: "A-1", Status: billing.InvoiceVoid, Currency: "usd", Total: usd(2000), CreatedAt: 10, FinalizedAt: 20, VoidedAt: 40, LatestRevisionID: "in_new"},
			{ID: "in_new", Number: "A-2", Status: billing.InvoicePaid, Currency: "usd", Total: usd(1900), CreatedAt: 30, FinalizedAt: 40, RevisionOfID: "in_old", TaxExempt: "reverse",
				Discount: usd(100), Discounts: []billing.LineDiscount{{Name: "Spring sale", Amount: usd(100)}}},
			{ID: "in_lost", Number: "A-3", Status: billing.InvoiceUncollectible, Currency: "usd", Total: usd(500), AmountRemaining: usd(500), CreatedAt: 50, FinalizedAt: 51, UncollectibleAt: 60, RevisionOfID: "in_forgotten"},
		},
	})
	detail := func(id string) companion.InvoiceDetail {
		got, err := d.Invoice(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if old := detail("in_old"); old.Revises != nil || old.RevisedBy == nil || *old.RevisedBy != (companion.InvoiceRef{ID: "in_new", Number: "A-2"}) || old.ReverseCharge {
		t.Errorf("the one that was replaced: %+v", old)
	}
	revision := detail("A-2")
	if revision.Revises == nil || revision.Revises.Number != "A-1" || !revision.ReverseCharge || len(revision.Discounts) != 1 || revision.Discounts[0].Name != "Spring sale" {
		t.Errorf("the one that replaced it: %+v", revision)
	}
	lost := detail("in_lost")
	if lost.Revises == nil || *lost.Revises != (companion.InvoiceRef{ID: "in_forgotten"}) {
		t.Errorf("one of an invoice that is not here: %+v", lost.Revises)
	}
	if last := lost.Timeline[len(lost.Timeline)-1]; last.Kind != billing.MomentUncollectible || *last.Amount != usd(500) {
		t.Errorf("given up: %+v", last)
	}
}

func TestPaymentsAreListedOnTheirOwn(t *testing.T) {
	d := mustPullBooks(t, "refunds")
	seen := map[string]bool{}
	filter := billing.PaymentFilter{Limit: 3}
	last := billing.At(noon)
	for {
		page, err := d.Payments(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			if seen[row.ID] || row.CreatedAt > last || row.InvoiceNumber == "" || row.Receipt != billing.DocumentUnsaved {
				t.Errorf("row %+v", row)
			}
			seen[row.ID], last = true, row.CreatedAt
		}
		if filter.After = page.Next; page.Next == "" {
			if len(seen) != page.Total {
				t.Errorf("%d of %d came", len(seen), page.Total)
			}
			break
		}
	}
	for filter, want := range map[billing.PaymentFilter]int{
		{Status: "refunded"}:            5,
		{Status: "failed"}:              0,
		{Search: "visa 4242 refunded"}:  5,
		{Search: "partly refunded"}:     4,
		{Search: "nothing of the kind"}: 0,
		{Search: "45.00"}:               1,
	} {
		if page, err := d.Payments(t.Context(), filter); err != nil || page.Total != want {
			t.Errorf("%+v finds %d, %v; want %d", filter, page.Total, err, want)
		}
	}
	for _, filter := range []billing.PaymentFilter{{Status: "lost"}, {After: "x"}, {Limit: 501}} {
		if _, err := d.Payments(t.Context(), filter); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%+v: %v", filter, err)
		}
	}
}

// TestSpendingIsWhatTheDatabaseSays compares the picture with what the sqlite3
// program adds up.
func TestSpendingIsWhatTheDatabaseSays(t *testing.T) {
	for _, scenario := range []string{"overage", "credit-packs", "refunds", "currencies", "hostile", "many"} {
		t.Run(scenario, func(t *testing.T) {
			d := mustPullBooks(t, scenario)
			spending, err := d.Spending(t.Context(), companion.SpendingFilter{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range spending.Currencies {
				got = append(got, fmt.Sprintf("%s|%d|%d", c.Currency, c.Total.Total.Amount, c.Total.Invoices))
			}
			want := d.sqlite3(t, `SELECT currency, sum(total) - (SELECT coalesce(sum(total), 0) FROM credit_notes n
				WHERE n.currency = invoices.currency AND n.status <> 'void'), count(*)
				FROM invoices WHERE status NOT IN ('draft', 'void') GROUP BY currency ORDER BY currency`)
			if strings.Join(got, "\n") != want {
				t.Errorf("the picture is\n%s\nsqlite3 says\n%s", strings.Join(got, "\n"), want)
			}
			year, err := d.Spending(t.Context(), companion.SpendingFilter{Months: 12})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range year.Currencies {
				if len(c.Months) != 12 || c.Months[11].Year != 2026 || c.Months[11].Month != 3 {
					t.Errorf("%s: %d months to %d-%d", c.Currency, len(c.Months), c.Months[11].Year, c.Months[11].Month)
				}
			}
		})
	}
}

func TestSpendingTellsPlanUsageAndPacksApart(t *testing.T) {
	overage, err := mustPullBooks(t, "overage").Spending(t.Context(), companion.SpendingFilter{})
	if err != nil {
		t.Fatal(err)
	}
	// 0, 120, 45, 310, 0 and 87 credits of 0.04 were billed by March, 540 come next.
	if got := overage.Currencies[0]; got.Total.Usage.Amount%4 != 0 || got.Total.Usage.Amount == 0 || got.Total.Packs.Amount != 0 ||
		got.Next == nil || got.Next.Usage.Amount == 0 || got.Next.Plan.Amount != 2000 {
		t.Errorf("overage: %+v, next %+v", got.Total, got.Next)
	}
	packs, err := mustPullBooks(t, "credit-packs").Spending(t.Context(), companion.SpendingFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if got := packs.Currencies[0]; got.Total.Packs.Amount != 10_000 || got.Total.Usage.Amount != 0 || got.Next == nil || got.Next.Packs.Amount != 1000 {
		t.Errorf("packs: %+v, next %+v", got.Total, got.Next)
	}
}

func (d desk) sqlite3(t *testing.T, query string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(d.dir, "accounts", "*", "billing.db"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	out, err := exec.Command("sqlite3", "-readonly", found[0], query).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestAnExportHasTheTotalsOfTheDatabase(t *testing.T) {
	for _, scenario := range []string{"many", "hostile", "refunds", "currencies"} {
		t.Run(scenario, func(t *testing.T) {
			d := mustPullBooks(t, scenario)
			result, err := d.Export(t.Context(), companion.ExportRequest{Format: "csv", BOM: true})
			if err != nil {
				t.Fatal(err)
			}
			var totals []string
			for _, total := range result.Totals {
				totals = append(totals, fmt.Sprintf("%s|%d", total.Currency, total.Amount))
			}
			want := d.sqlite3(t, `SELECT currency, sum(total) FROM (SELECT currency, total FROM invoices WHERE status NOT IN ('draft', 'void')
				UNION ALL SELECT currency, -total FROM credit_notes WHERE status <> 'void') GROUP BY currency ORDER BY currency`)
			if strings.Join(totals, "\n") != want {
				t.Errorf("the export has\n%s\nsqlite3 says\n%s", strings.Join(totals, "\n"), want)
			}
			rows := mustReadCSV(t, result.Path)
			issued := d.sqlite3(t, `SELECT (SELECT count(*) FROM invoices WHERE status <> 'draft') + (SELECT count(*) FROM credit_notes)`)
			if strconv.Itoa(len(rows)-1) != issued || result.Invoices+result.CreditNotes != len(rows)-1 {
				t.Errorf("%d rows, %s are issued", len(rows)-1, issued)
			}
			if filepath.Dir(result.Path) != d.downloads || !strings.Contains(result.FileName, scenario) {
				t.Errorf("written to %s", result.Path)
			}
			for _, row := range rows[1:] {
				for i, cell := range row {
					if trimmed := strings.TrimSpace(cell); trimmed != "" && strings.ContainsRune("=+-@", rune(trimmed[0])) && (i < 6 || i > 12) {
						t.Errorf("a formula in %s: %q", rows[0][i], cell)
					}
				}
			}
		})
	}
}

func mustReadCSV(t *testing.T, path string) [][]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAnExportIsOfAPeriodOrASelection(t *testing.T) {
	d := mustPullBooks(t, "refunds")
	all := d.allRows(t, billing.InvoiceFilter{})
	export := func(request companion.ExportRequest) companion.ExportResult {
		request.Format, request.Folder = "zip", t.TempDir()
		result, err := d.Export(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	credited := all[slices.IndexFunc(all, func(r companion.InvoiceRow) bool { return r.CreditedAfter.Amount > 0 })]
	one := export(companion.ExportRequest{Invoices: []string{credited.ID}})
	if one.Invoices != 1 || one.CreditNotes != 1 || one.MissingDocuments != 2 || !slices.Contains(one.Missing, credited.Number) || !strings.Contains(one.FileName, "selection") {
		t.Errorf("a selection: %+v", one)
	}
	year := export(companion.ExportRequest{Year: 2026})
	if want := len(d.allRows(t, billing.InvoiceFilter{Year: 2026})); year.Invoices != want || !strings.Contains(year.FileName, "2026") {
		t.Errorf("a year: %+v, want %d invoices", year, want)
	}
	found := export(companion.ExportRequest{Filter: billing.InvoiceFilter{Search: "training"}})
	if found.Invoices != 1 || found.CreditNotes != 0 {
		t.Errorf("what a search found: %+v", found)
	}
	before, after := all[2].DocumentDate, all[1].DocumentDate
	if between := export(companion.ExportRequest{From: before, To: after}); between.Invoices != 1 {
		t.Errorf("a period: %+v", between)
	}
	for name, c := range map[string]struct {
		request companion.ExportRequest
		want    billing.Code
	}{
		"another format":          {companion.ExportRequest{Format: "xls"}, billing.CodeInvalid},
		"a year that is none":     {companion.ExportRequest{Format: "csv", Year: 20}, billing.CodeInvalid},
		"a year and a period":     {companion.ExportRequest{Format: "csv", Year: 2026, From: 1}, billing.CodeInvalid},
		"an end before the start": {companion.ExportRequest{Format: "csv", From: 2, To: 1}, billing.CodeInvalid},
		"nothing in it":           {companion.ExportRequest{Format: "csv", Year: 1999}, billing.CodeNotFound},
		"an invoice that is gone": {companion.ExportRequest{Format: "csv", Invoices: []string{"in_gone"}}, billing.CodeNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := d.Export(t.Context(), c.request); billing.CodeOf(err) != c.want {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
