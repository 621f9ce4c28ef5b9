package export_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"billfold/backend/billing"
	"billfold/backend/export"
)

func money(amount int64, currency string) billing.Money {
	return billing.Money{Amount: amount, Currency: currency}
}

func day(month time.Month, day int) billing.Time {
	return billing.At(time.Date(2026, month, day, 23, 30, 0, 0, time.UTC))
}

// sample is books in three currencies, with a void invoice and credit notes.
func sample() export.Books {
	invoice := func(id, currency string, status billing.InvoiceStatus, total int64, dated billing.Time) export.Invoice {
		return export.Invoice{
			Invoice: billing.Invoice{
				ID: "in_" + id, Number: "KIRO-" + id, Status: status, Currency: currency, FinalizedAt: dated, Summary: "Pro",
				Subtotal: money(total, currency), Discount: money(0, currency), Tax: money(0, currency), Total: money(total, currency),
				AmountPaid: money(total, currency), AmountRemaining: money(0, currency), PaidAt: dated, SubscriptionID: "sub_1",
				BilledTo: billing.Party{Name: "Ada Lovelace", TaxIDs: []billing.PartyTaxID{{Type: "eu_vat", Value: "DE123456789"}}},
				Lines:    []billing.InvoiceLine{{Description: "1 × Pro", Amount: money(total, currency), Quantity: 1, PeriodStart: dated, PeriodEnd: dated + 86400, Discount: money(0, currency)}},
			},
			PaidWith: &billing.UsedMethod{Type: "card", Brand: "visa", Last4: "0042"}, Refunded: money(0, currency),
		}
	}
	paid := invoice("0001", "usd", billing.InvoicePaid, 2178, day(1, 31))
	return export.Books{
		Account: export.Account{Connection: "gateway", Host: "billing.kiro.example", CustomerID: "cus_1", Name: "Ada / Lovelace"},
		Period:  "2026", AsOf: day(3, 1), Zone: time.UTC,
		Invoices: []export.Invoice{
			invoice("0003", "kwd", billing.InvoicePaid, 6140, day(3, 1)), paid,
			invoice("0002", "jpy", billing.InvoiceOpen, 2900, day(2, 1)), invoice("0004", "usd", billing.InvoiceVoid, 9900, day(2, 2)),
		},
		CreditNotes: []export.CreditNote{{
			CreditNote: billing.CreditNote{
				ID: "cn_1", Number: "KIRO-0001-CN-01", InvoiceID: "in_0001", Status: "issued", CreatedAt: day(2, 1), Memo: "Half a month",
				Subtotal: money(1000, "usd"), Discount: money(0, "usd"), Tax: money(0, "usd"), Total: money(1000, "usd"),
				Lines: []billing.CreditNoteLine{{Description: "Half", Quantity: 1, Amount: money(1000, "usd"), Discount: money(0, "usd")}},
			}, Invoice: paid.Invoice,
		}},
	}
}

func mustCSV(t *testing.T, books export.Books, options export.Options) export.Result {
	t.Helper()
	result, err := export.CSV(t.Context(), books, options)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestTheCSVIsWhatWasAgreed(t *testing.T) {
	result := mustCSV(t, sample(), export.Options{Folder: t.TempDir(), Lines: true})
	want := strings.Join([]string{
		"date,number,receipt_number,description,status,currency,subtotal,discount,tax,total,paid,remaining,refunded,paid_on,method,last_four,subscription,customer,tax_id,pdf_file_name",
		"2026-01-31,KIRO-0001,,Pro,paid,USD,21.78,0.00,0.00,21.78,21.78,0.00,0.00,2026-01-31,visa,0042,sub_1,Ada Lovelace,DE123456789,",
		"2026-02-01,KIRO-0002,,Pro,open,JPY,2900,0,0,2900,2900,0,0,2026-02-01,visa,0042,sub_1,Ada Lovelace,DE123456789,",
		"2026-02-01,KIRO-0001-CN-01,,Credit note to KIRO-0001: Half a month,issued,USD,-10.00,0.00,0.00,-10.00,0.00,0.00,0.00,,,,sub_1,Ada Lovelace,DE123456789,",
		"2026-02-02,KIRO-0004,,Pro,void,USD,99.00,0.00,0.00,99.00,99.00,0.00,0.00,2026-02-02,visa,0042,sub_1,Ada Lovelace,DE123456789,",
		"2026-03-01,KIRO-0003,,Pro,paid,KWD,6.140,0.000,0.000,6.140,6.140,0.000,0.000,2026-03-01,visa,0042,sub_1,Ada Lovelace,DE123456789,", "",
	}, "\r\n")
	if got := mustRead(t, result.Path); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if name := filepath.Base(result.Path); name != "billfold_billing.kiro.example_Ada-Lovelace_cus_1_2026.csv" {
		t.Errorf("the name is %s", name)
	}
	lines := strings.Split(mustRead(t, result.Files[1]), "\r\n")
	if len(lines) != 7 || lines[1] != "2026-01-31,KIRO-0001,1,1 × Pro,1,2026-01-31,2026-02-01,false,USD,21.78,0.00,0.00,,sub_1" {
		t.Errorf("the lines are\n%s", strings.Join(lines, "\n"))
	}
	if totals := fmt.Sprint(result.Totals); totals != "[2900 JPY 6.140 KWD 11.78 USD]" {
		t.Errorf("the totals are %s", totals)
	}
}

func TestDatesAreThoseOfTheDocumentsZone(t *testing.T) {
	books := sample()
	books.Zone = time.FixedZone("Tokyo", 9*3600)
	if got := books.Rows()[4][0]; got != "2026-03-02" {
		t.Errorf("23:30 UTC on March 1 is %s in Tokyo", got)
	}
}

// formulas are what a spreadsheet would run, or be deceived by.
var formulas = []string{
	`=HYPERLINK("http://evil.example","Invoice")`, "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1",
	"\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", "＝1+1", "＋1", "－1", "＠A1", "\u3000＝1+1", "\u202e=1+1", "−1", "﹦1", "﹢1", "﹫A", "﹣1",
	"\x00=1+1", "\x1b=1", "\v=1", "\u2066@x",
}

func TestFormulasAreHarmlessAndNumbersAreNumbers(t *testing.T) {
	for _, formula := range formulas {
		books := sample()
		of := &books.Invoices[0]
		of.Number, of.Summary, of.BilledTo.Name, of.ReceiptNumber, of.SubscriptionID = formula, formula, formula, formula, formula
		of.PaidWith = &billing.UsedMethod{Brand: formula, Last4: formula}
		of.BilledTo.TaxIDs[0].Value, of.Document = formula, &export.Document{FileName: formula}
		result := mustCSV(t, books, export.Options{Folder: t.TempDir()})
		row := readCSV(t, result.Path)[5]
		for i, cell := range row {
			own := slices.Contains([]string{"date", "currency", "subtotal", "discount", "tax", "total", "paid", "remaining", "refunded", "paid_on", "status"}, export.Header()[i])
			if !own && !strings.HasPrefix(cell, "'") {
				t.Errorf("%q became %q in %s", formula, cell, export.Header()[i])
			}
			if own && strings.HasPrefix(cell, "'") {
				t.Errorf("%s became the text %q", export.Header()[i], cell)
			}
		}
	}
}

func TestHarmlessTextStaysAsItIs(t *testing.T) {
	for _, words := range []string{"1 × Pro (at $20.00 / month)", "O'Reilly, \"Ltd\"", "Crème brûlée", "税込み", "a=b", "50% off", "مرحبا"} {
		books := sample()
		books.Invoices[0].Summary = words
		result := mustCSV(t, books, export.Options{Folder: t.TempDir()})
		if got := readCSV(t, result.Path)[5][3]; got != words {
			t.Errorf("%q became %q", words, got)
		}
	}
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(mustRead(t, path), "\ufeff")))
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// totalsInPython opens the file with another program and adds up what is not void,
// in its own decimal numbers.
const totalsInPython = `
import csv, sys, decimal, collections
sums = collections.defaultdict(decimal.Decimal)
rows = 0
with open(sys.argv[1], newline='', encoding='utf-8-sig') as f:
    for row in csv.DictReader(f, strict=True):
        assert None not in row and None not in row.values(), row
        rows += 1
        if row['status'] != 'void':
            sums[row['currency']] += decimal.Decimal(row['total'])
print(rows, *(f'{c} {sums[c]}' for c in sorted(sums)))
`

func inPython(t testing.TB, path string) string {
	t.Helper()
	out, err := exec.Command("python3", "-c", totalsInPython, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func asPythonSays(rows int, totals []billing.Money) string {
	words := []string{fmt.Sprint(rows)}
	for _, total := range totals {
		words = append(words, strings.ToUpper(total.Currency)+" "+total.Decimal())
	}
	return strings.Join(words, " ")
}

func TestAnotherProgramFindsTheSameTotals(t *testing.T) {
	for _, bom := range []bool{false, true} {
		result := mustCSV(t, sample(), export.Options{Folder: t.TempDir(), BOM: bom})
		if strings.HasPrefix(mustRead(t, result.Path), "\ufeff") != bom {
			t.Errorf("byte order mark: want %t", bom)
		}
		if got, want := inPython(t, result.Path), asPythonSays(5, result.Totals); got != want {
			t.Errorf("Python finds %s, want %s", got, want)
		}
	}
}

// Whatever is in the texts, a reader of CSV finds as many rows and cells as were
// written, none of which a spreadsheet would run.
func TestAnyTextStaysInItsCell(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		books := sample()
		for i := range books.Invoices {
			books.Invoices[i].Summary = rapid.OneOf(rapid.String(), rapid.SampledFrom(formulas), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "words")
			books.Invoices[i].BilledTo.Name = rapid.String().Draw(t, "name")
		}
		result, err := export.CSV(context.Background(), books, export.Options{Folder: folder, FileName: "any.csv"})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.Remove(result.Path) }()
		content, err := os.ReadFile(result.Path)
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(content, []byte("\r\n")); lines != 6 || bytes.Count(content, []byte("\n")) != 6 {
			t.Fatalf("%d lines", lines)
		}
		rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
		if err != nil || len(rows) != 6 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, row := range rows[1:] {
			if cell := strings.TrimSpace(row[3]); cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Fatalf("a formula: %q", row[3])
			}
		}
	})
}

// withDocuments gives every second document a saved copy on the disk.
func withDocuments(t *testing.T, books export.Books) export.Books {
	t.Helper()
	folder := t.TempDir()
	put := func(name, content string) *export.Document {
		path := filepath.Join(folder, fmt.Sprint(len(content)))
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return &export.Document{FileName: name, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
	}
	books.Invoices[0].Document = put("2026-03-01_KIRO.pdf", "%PDF-1.7 the first")
	books.Invoices[1].Document = put("../../2026-03-01_kiro.PDF", "%PDF-1.7 of the same name")
	books.Invoices[2].Document = &export.Document{FileName: "gone.pdf", Open: func() (io.ReadCloser, error) { return nil, fs.ErrNotExist }}
	books.CreditNotes[0].Document = put("=cmd.pdf", "%PDF-1.7 a note")
	return books
}

func mustZIP(t *testing.T, books export.Books, options export.Options) export.Result {
	t.Helper()
	result, err := export.ZIP(t.Context(), books, options)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestTheZIPHoldsWhatItsManifestSays(t *testing.T) {
	folder := t.TempDir()
	result := mustZIP(t, withDocuments(t, sample()), export.Options{Folder: folder, Lines: true})
	if result.Documents != 3 || !slices.Equal(result.Missing, []string{"KIRO-0002", "KIRO-0004"}) {
		t.Errorf("%d documents, missing %v", result.Documents, result.Missing)
	}
	if want := []billing.DocumentRef{{Kind: billing.DocumentInvoice, ID: "in_0002"}, {Kind: billing.DocumentInvoice, ID: "in_0004"}}; !slices.Equal(result.Unsaved, want) {
		t.Errorf("unsaved %v, want %v", result.Unsaved, want)
	}
	if out, err := exec.Command("python3", "-m", "zipfile", "-t", result.Path).CombinedOutput(); err != nil || !strings.Contains(string(out), "Done testing") {
		t.Fatalf("%v\n%s", err, out)
	}
	unpacked := filepath.Join(folder, "unpacked")
	if out, err := exec.Command("python3", "-m", "zipfile", "-e", result.Path, unpacked).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var manifest export.Manifest
	if err := json.Unmarshal([]byte(mustRead(t, filepath.Join(unpacked, "manifest.json"))), &manifest); err != nil {
		t.Fatal(err)
	}
	var sums strings.Builder
	for _, file := range manifest.Files {
		_, _ = fmt.Fprintf(&sums, "%s  %s\n", file.SHA256, file.Name)
	}
	check := exec.Command("sha256sum", "--check", "--strict", "-")
	check.Dir, check.Stdin = unpacked, strings.NewReader(sums.String())
	if out, err := check.CombinedOutput(); err != nil || len(manifest.Files) != 5 {
		t.Errorf("%d files, %v\n%s", len(manifest.Files), err, out)
	}
	if manifest.Account.CustomerID != "cus_1" || manifest.AsOf != day(3, 1) || len(manifest.Missing) != 2 || manifest.Missing[0].ID != "in_0002" {
		t.Errorf("manifest %+v", manifest)
	}
	if len(manifest.Totals) != 3 || manifest.Totals[2].Money != money(1178, "usd") || manifest.Totals[2].Decimal != "11.78" {
		t.Errorf("totals %+v", manifest.Totals)
	}
	table := filepath.Join(unpacked, "invoices.csv")
	if got, want := inPython(t, table), asPythonSays(5, result.Totals); got != want {
		t.Errorf("Python finds %s, want %s", got, want)
	}
	for _, row := range readCSV(t, table)[1:] {
		name := strings.TrimPrefix(row[19], "'")
		if _, err := os.Stat(filepath.Join(unpacked, "documents", name)); name != "" && err != nil {
			t.Errorf("the table names %s: %v", name, err)
		}
		if missing := slices.Contains(result.Missing, row[1]); missing != (name == "") {
			t.Errorf("%s has the document %q", row[1], name)
		}
	}
	if escaped, err := filepath.Glob(filepath.Join(folder, "*.PDF")); err != nil || len(escaped) != 0 {
		t.Errorf("a document was unpacked outside: %v", escaped)
	}
}

func TestTheSameBooksGiveTheSameBytes(t *testing.T) {
	var sums []string
	for range 2 {
		books := withDocuments(t, sample())
		slices.Reverse(books.CreditNotes)
		sum := sha256.Sum256([]byte(mustRead(t, mustZIP(t, books, export.Options{Folder: t.TempDir()}).Path)))
		sums = append(sums, hex.EncodeToString(sum[:]))
	}
	if sums[0] != sums[1] {
		t.Error("the archives differ")
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	folder := t.TempDir()
	mine := filepath.Join(folder, "books.csv")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"books (2).csv", "books (3).csv"} {
		if result := mustCSV(t, sample(), export.Options{Folder: folder, FileName: "books.csv"}); filepath.Base(result.Path) != want {
			t.Errorf("written as %s, want %s", result.Path, want)
		}
	}
	if mustRead(t, mine) != "mine" {
		t.Error("it was overwritten")
	}
}

func TestBadPlacesAreToldInWords(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		options export.Options
		want    billing.Code
	}{
		"a folder that is not there":   {export.Options{Folder: filepath.Join(file+"s", "x")}, billing.CodeUnreadable},
		"a file in place of a folder":  {export.Options{Folder: file}, billing.CodeUnreadable},
		"a name that leads elsewhere":  {export.Options{Folder: t.TempDir(), FileName: "../x.csv"}, billing.CodeInvalid},
		"a name that is none":          {export.Options{Folder: t.TempDir(), FileName: ".."}, billing.CodeInvalid},
		"a backslash, as Windows' own": {export.Options{Folder: t.TempDir(), FileName: `..\x.csv`}, billing.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := export.CSV(t.Context(), sample(), c.options)
			var known *billing.Error
			if !errors.As(err, &known) || known.Code != c.want {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestAnExportThatIsStoppedLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	books := sample()
	ctx, stop := context.WithCancel(t.Context())
	books.Invoices[1].Document = &export.Document{FileName: "a.pdf", Open: func() (io.ReadCloser, error) {
		stop()
		return io.NopCloser(strings.NewReader("%PDF-")), nil
	}}
	if _, err := export.ZIP(ctx, books, export.Options{Folder: folder}); billing.CodeOf(err) != billing.CodeCanceled {
		t.Errorf("the error is %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAFullDiskLeavesNothing(t *testing.T) {
	if os.Geteuid() != 0 {
		return // only root may mount the small disk
	}
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64k"); err != nil {
		t.Logf("no disk of one's own can be mounted here: %v", err)
		return
	}
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	books := sample()
	for range 2000 {
		books.Invoices = append(books.Invoices, books.Invoices[0])
	}
	if _, err := export.CSV(t.Context(), books, export.Options{Folder: folder}); billing.CodeOf(err) != billing.CodeDiskFull {
		t.Errorf("the error is %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestFileNamesAreSafe(t *testing.T) {
	books := sample()
	books.Account = export.Account{Connection: "sandbox", Scenario: "hostile", CustomerID: "cus_1", Name: "../\u202e" + strings.Repeat("é/", 200)}
	name := books.FileName()
	if strings.ContainsAny(name, "/\\\u202e") || strings.HasPrefix(name, ".") || len(name) > 200 || !strings.Contains(name, "cus_1") {
		t.Errorf("the name is %q", name)
	}
}
