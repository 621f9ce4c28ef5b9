package sqlite_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

func mustPersonal(t *testing.T, path string) *sqlite.Personal {
	t.Helper()
	personal, err := sqlite.OpenPersonal(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = personal.Close() })
	return personal
}

func version(id string, number int) billing.SavedDocument {
	return billing.SavedDocument{
		Kind: billing.DocumentInvoice, ObjectID: id, Number: "N-" + id, FileName: "b.pdf", Path: filepath.FromSlash("/docs/a/b.pdf"),
		SHA256: "abc", Size: 12, Version: number, SavedAt: 1_700_000_000, Folder: filepath.FromSlash("/docs"), File: "a/b.pdf", Stamp: "paid", Listed: true,
	}
}

func mustListed(t *testing.T, archive *sqlite.Archive, want ...billing.SavedDocument) {
	t.Helper()
	got, err := archive.List(t.Context())
	if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("listed %+v, %v\nwant %+v", got, err, want)
	}
}

func TestAnArchiveListsWhatWasKeptOfOneAccount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "personal.db")
	personal := mustPersonal(t, path)
	mine, theirs := personal.Archive("mine"), personal.Archive("theirs")
	mustListed(t, mine)
	one, two, other := version("in_1", 1), version("in_1", 2), version("in_2", 1)
	other.Listed = false
	if err := mine.Keep(t.Context(), []billing.SavedDocument{two, other, one}); err != nil {
		t.Fatal(err)
	}
	if err := theirs.Keep(t.Context(), []billing.SavedDocument{one}); err != nil {
		t.Fatal(err)
	}
	mustListed(t, mine, one, two, other)
	// The same version again takes the place of the one before.
	other.Listed, other.Stamp = true, "void"
	if err := mine.Keep(t.Context(), []billing.SavedDocument{other}); err != nil {
		t.Fatal(err)
	}
	if err := mine.Drop(t.Context(), []billing.SavedDocument{one}); err != nil {
		t.Fatal(err)
	}
	if err := personal.Close(); err != nil {
		t.Fatal(err)
	}
	again := mustPersonal(t, path)
	mustListed(t, again.Archive("mine"), two, other)
	mustListed(t, again.Archive("theirs"), one)
}

func TestAPersonalFileOfTheFirstVersionIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "personal.db")
	askSQLite(t, path, "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID; INSERT INTO settings VALUES ('theme', 'dark'); PRAGMA user_version = 1")
	personal := mustPersonal(t, path)
	if theme, err := personal.Setting(t.Context(), "theme"); err != nil || theme != "dark" {
		t.Errorf("theme %q, %v", theme, err)
	}
	mustListed(t, personal.Archive("mine"))
}

func TestDocumentsAreAllThatTheVendorIssued(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	usd := func(amount int64) billing.Money { return billing.Money{Amount: amount, Currency: "usd"} }
	invoice := billing.Invoice{
		ID: "in_1", Number: "N-1", Status: billing.InvoicePaid, Currency: "usd", Total: usd(500), AmountPaid: usd(500), AmountRemaining: usd(0),
		CreditedBefore: usd(0), CreditedAfter: usd(100), CreatedAt: 100, FinalizedAt: 110, EffectiveAt: 120, SubscriptionID: "sub_1",
		PaymentID: "ch_1", ReceiptNumber: "1234-5678", Seller: billing.Party{Name: "Seller"}, BilledTo: billing.Party{Name: "Buyer"},
	}
	draft := billing.Invoice{ID: "in_2", Status: billing.InvoiceDraft, Currency: "usd", CreatedAt: 900}
	pay := func(id, invoice, status string, at billing.Time, refunded int64) billing.Payment {
		return billing.Payment{ID: id, InvoiceID: invoice, Status: status, Amount: usd(500), Refunded: usd(refunded), CreatedAt: at}
	}
	MustWrite(t, cache, sqlite.Pulled{
		At: 1000, Full: true, Customer: billing.Customer{ID: "cus_1"}, Invoices: []billing.Invoice{invoice, draft},
		Payments:    []billing.Payment{pay("ch_1", "in_1", "succeeded", 130, 100), pay("ch_0", "in_1", "failed", 125, 0), pay("ch_2", "", "succeeded", 140, 0)},
		CreditNotes: []billing.CreditNote{{ID: "cn_1", InvoiceID: "in_1", Number: "N-1-CN-01", Status: "issued", Total: usd(100), CreatedAt: 150}},
	})
	got, err := cache.Documents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	document := func(kind billing.DocumentKind, id string) billing.Document {
		return billing.Document{
			DocumentRef: billing.DocumentRef{Kind: kind, ID: id}, InvoiceID: "in_1", SubscriptionID: "sub_1", Vendor: "Seller", Customer: "Buyer", Amount: usd(500),
		}
	}
	note, alone, receipt, bill := document(billing.DocumentCreditNote, "cn_1"), billing.Document{}, document(billing.DocumentReceipt, "ch_1"), document(billing.DocumentInvoice, "in_1")
	note.Number, note.IssuedAt, note.Amount, note.Status, note.Stamp = "N-1-CN-01", 150, usd(100), "issued", "issued"
	alone = billing.Document{
		DocumentRef: billing.DocumentRef{Kind: billing.DocumentReceipt, ID: "ch_2"}, Number: "receipt", IssuedAt: 140, Amount: usd(500), Status: "succeeded", Stamp: "succeeded refunded 0",
	}
	receipt.Number, receipt.IssuedAt, receipt.Status, receipt.Stamp = "1234-5678", 130, "succeeded", "succeeded refunded 100"
	bill.Number, bill.IssuedAt, bill.Status, bill.Stamp = "N-1", 120, "paid", invoice.DocumentStamp(100)
	want := []billing.Document{note, alone, receipt, bill}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("documents\n%+v\nwant\n%+v", got, want)
	}
}
