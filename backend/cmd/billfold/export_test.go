package main_test

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// exported is what the tests look at of export --json.
type exported struct {
	Schema, Path     string
	Files            []string
	Invoices         int
	CreditNotes      int `json:"credit_notes"`
	Documents        int
	MissingDocuments int `json:"missing_documents"`
	Missing          []string
	Totals           []struct {
		Amount   int64
		Currency string
	}
	AsOf *int64 `json:"as_of"`
}

func TestExportWritesACSVThatAddsUpToWhatTheListSays(t *testing.T) {
	d := newDesk(t)
	out := filepath.Join(t.TempDir(), "books.csv")
	got := mustJSON[exported](d, "export", "--sandbox", "active", "--out", out, "--bom", "--lines", "--json")
	list := mustJSON[invoices](d, "invoices", "--sandbox", "active", "--offline", "--json")
	if got.Schema != "billfold.export/1" || got.Path != out || len(got.Files) != 2 || got.Invoices != list.Total || got.AsOf == nil {
		t.Fatalf("%+v, %d invoices", got, list.Total)
	}
	content, err := os.ReadFile(out)
	if err != nil || !strings.HasPrefix(string(content), "\ufeff") {
		t.Fatalf("%v, %.20q", err, content)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(content), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != list.Total+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	var cents, listed int64
	for _, row := range rows[1:] {
		amount, err := strconv.ParseInt(strings.ReplaceAll(row[9], ".", ""), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		cents += amount
	}
	for _, invoice := range list.Invoices {
		listed += invoice.Total
	}
	if len(got.Totals) != 1 || got.Totals[0].Amount != cents || cents != listed {
		t.Errorf("totals %+v, the rows %d, the list %d", got.Totals, cents, listed)
	}
	again := mustJSON[exported](d, "export", "--sandbox", "active", "--offline", "--out", out, "--json")
	if filepath.Base(again.Path) != "books (2).csv" {
		t.Errorf("written to %s", again.Path)
	}
}

func TestExportOfAYearAsZIP(t *testing.T) {
	d, folder := newDesk(t), t.TempDir()
	got := mustJSON[exported](d, "export", "--format", "zip", "--sandbox", "hostile", "--out", folder, "--json")
	if filepath.Dir(got.Path) != folder || !strings.Contains(filepath.Base(got.Path), "hostile") || got.MissingDocuments != got.Invoices+got.CreditNotes-got.Documents {
		t.Errorf("%+v", got)
	}
	if out, err := exec.Command("python3", "-m", "zipfile", "-t", got.Path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if words := d.run("export", "--sandbox", "hostile", "--offline", "--out", folder); words.code != 0 || !strings.Contains(words.stdout, "invoices and") {
		t.Errorf("%+v", words)
	}
}

func TestExportThatMakesNoSense(t *testing.T) {
	d := newDesk(t)
	for want, args := range map[string][]string{
		"--format is csv or zip": {"export", "--format", "pdf"},
		"--year is a year":       {"export", "--year", "26"},
		"make it first":          {"export", "--out", filepath.Join(t.TempDir(), "none") + "/"},
		"--kind is plan":         {"invoices", "--kind", "lunch"},
		"--sort is number":       {"invoices", "--sort", "colour"},
	} {
		if got := d.run(args...); got.code != 2 || !strings.Contains(got.stderr, want) || got.stdout != "" {
			t.Errorf("%v: %+v", args, got)
		}
	}
	for want, args := range map[string][]string{
		"no invoice to export": {"export", "--sandbox", "active", "--year", "1999"},
		"is not there":         {"export", "--sandbox", "active", "--out", filepath.Join(t.TempDir(), "none", "x.csv")},
	} {
		if got := d.run(args...); got.code != 1 || !strings.Contains(got.stderr, want) {
			t.Errorf("%v: %+v", args, got)
		}
	}
}

func TestInvoicesAreSortedAndTellWhatBecameOfThem(t *testing.T) {
	d := newDesk(t)
	type row struct {
		ID, Status, Kind, Document string
		Plan                       *string
		Total, Refunded            int64
		PaidWith                   *struct{ Brand, Last4 string } `json:"paid_with"`
	}
	got := mustJSON[struct{ Invoices []row }](d, "invoices", "--sandbox", "refunds", "--sort", "amount", "--reverse", "--json").Invoices
	if len(got) < 5 || got[0].Total != 4500 || got[0].Kind != "one_time" || got[0].PaidWith == nil || got[0].Document != "unsaved" {
		t.Fatalf("%+v", got)
	}
	for i := range got[1:] {
		if got[i].Total < got[i+1].Total {
			t.Errorf("%d comes before %d", got[i].Total, got[i+1].Total)
		}
	}
	detail := mustJSON[struct {
		Refunded int64
		Timeline []struct{ Kind string }
	}](d, "invoice", got[0].ID, "--sandbox", "refunds", "--offline", "--json")
	if kinds := len(detail.Timeline); kinds != 4 || detail.Timeline[3].Kind != "refund_failed" || detail.Refunded != 0 {
		t.Errorf("%+v", detail)
	}
}
