package sqlite_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	rapid.Check(t, func(t *rapid.T) {
		pulled := drawPulled(t)
		if err := cache.Write(t.Context(), pulled); err != nil {
			t.Fatal(err)
		}
		account, err := cache.Account(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		same(t, account.Customer, pulled.Customer)
		same(t, byID(account.Subscriptions), byID(pulled.Subscriptions))
		same(t, byID(account.PaymentMethods), byID(pulled.PaymentMethods))
		same(t, byID(account.TaxIDs), byID(pulled.TaxIDs))
		for _, want := range pulled.Invoices {
			got, err := cache.Invoice(t.Context(), want.ID)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
		}
		for _, want := range pulled.Payments {
			got, err := cache.Payments(t.Context(), want.InvoiceID)
			if err != nil || !slices.ContainsFunc(got, func(p billing.Payment) bool { return reflect.DeepEqual(p, want) }) {
				t.Fatalf("payments of %s: %+v, %v; want %+v", want.InvoiceID, got, err, want)
			}
		}
		for _, want := range pulled.CreditNotes {
			got, err := cache.CreditNotes(t.Context(), want.InvoiceID)
			if err != nil || !slices.ContainsFunc(got, func(n billing.CreditNote) bool { return reflect.DeepEqual(n, want) }) {
				t.Fatalf("credit notes of %s: %+v, %v; want %+v", want.InvoiceID, got, err, want)
			}
		}
	})
}

// TestTheJournalHasAllThatALedgerIsMadeOf compares the ledger of what is read with
// that of what was written.
func TestTheJournalHasAllThatALedgerIsMadeOf(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	rapid.Check(t, func(t *rapid.T) {
		pulled := drawPulled(t)
		pulled.Balance = unique(pulled.Balance, func(b *billing.BalanceTransaction) *string { return &b.ID })
		for i := range pulled.Invoices {
			pulled.Invoices[i].Status = rapid.SampledFrom([]billing.InvoiceStatus{
				billing.InvoiceDraft, billing.InvoiceOpen, billing.InvoicePaid, billing.InvoiceVoid, billing.InvoiceUncollectible,
			}).Draw(t, "status of invoice")
		}
		for i := range pulled.Payments {
			payment := &pulled.Payments[i]
			payment.Status = rapid.SampledFrom([]string{"succeeded", "pending", "failed", "new"}).Draw(t, "status of payment")
			if len(pulled.Invoices) > 0 {
				payment.InvoiceID = pulled.Invoices[i%len(pulled.Invoices)].ID
			}
			payment.DeclineCode = rapid.SampledFrom([]string{"", "insufficient_funds", "lost_card"}).Draw(t, "why")
		}
		if err := cache.Write(t.Context(), pulled); err != nil {
			t.Fatal(err)
		}
		journal, err := cache.Journal(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got, gotErr := billing.LedgerOf(journal)
		want, wantErr := billing.LedgerOf(billing.Journal{
			Invoices: pulled.Invoices, Payments: pulled.Payments, CreditNotes: pulled.CreditNotes, Balance: pulled.Balance,
			Subscriptions: pulled.Subscriptions, Customer: pulled.Customer,
		})
		same(t, billing.CodeOf(gotErr), billing.CodeOf(wantErr))
		same(t, got.Closings, want.Closings)
		same(t, got.Alarms, want.Alarms)
		same(t, sorted(got.Entries), sorted(want.Entries))
	})
}

// sorted brings entries into an order even where two have one id, which random ones
// may.
func sorted(entries []billing.Entry) []string {
	var texts []string
	for _, entry := range entries {
		texts = append(texts, fmt.Sprintf("%+v", entry))
	}
	slices.Sort(texts)
	return texts
}

// drawPulled draws a full pull with any text in any field, and with the
// currencies that a bill really has: one.
func drawPulled(t *rapid.T) sqlite.Pulled {
	pulled := rapid.Make[sqlite.Pulled]().Draw(t, "pulled")
	pulled.Full, pulled.Alone, pulled.Customer.Deleted, pulled.GoneInvoiceIDs = true, false, false, nil
	pulled.Customer.ID = "cus_1"
	pulled.Invoices = unique(pulled.Invoices, func(i *billing.Invoice) *string { return &i.ID })
	pulled.Payments = unique(pulled.Payments, func(p *billing.Payment) *string { return &p.ID })
	pulled.CreditNotes = unique(pulled.CreditNotes, func(n *billing.CreditNote) *string { return &n.ID })
	pulled.Subscriptions = unique(pulled.Subscriptions, func(s *billing.Subscription) *string { return &s.ID })
	pulled.PaymentMethods = unique(pulled.PaymentMethods, func(m *billing.PaymentMethod) *string { return &m.ID })
	pulled.TaxIDs = unique(pulled.TaxIDs, func(x *billing.TaxID) *string { return &x.ID })
	for i := range pulled.Invoices {
		invoice := &pulled.Invoices[i]
		for _, amount := range []*billing.Money{
			&invoice.Subtotal, &invoice.Discount, &invoice.Tax, &invoice.Total, &invoice.AmountDue, &invoice.AmountPaid,
			&invoice.AmountRemaining, &invoice.StartingBalance, invoice.EndingBalance, &invoice.CreditedBefore, &invoice.CreditedAfter,
		} {
			if amount != nil {
				amount.Currency = invoice.Currency
			}
		}
	}
	for i := range pulled.Payments {
		pulled.Payments[i].Refunded.Currency = pulled.Payments[i].Amount.Currency
	}
	for i := range pulled.CreditNotes {
		note := &pulled.CreditNotes[i]
		for _, amount := range []*billing.Money{&note.Subtotal, &note.Discount, &note.Tax, &note.OutOfBand} {
			amount.Currency = note.Total.Currency
		}
	}
	return pulled
}

func unique[T any](list []T, id func(*T) *string) []T {
	seen := map[string]bool{}
	kept := []T{}
	for i := range list {
		if key := *id(&list[i]); !seen[key] {
			seen[key] = true
			kept = append(kept, list[i])
		}
	}
	return kept
}

func byID[T any](list []T) map[string]T {
	values := map[string]T{}
	for _, value := range list {
		values[reflect.ValueOf(value).FieldByName("ID").String()] = value
	}
	return values
}

func same(t *rapid.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("read\n%+v\nwritten\n%+v", got, want)
	}
}

func TestWritingTheSameAgainChangesNothing(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, generation(1, 20))
	before := mustMarks(t, cache)
	again := generation(1, 20)
	again.At = 2
	MustWrite(t, cache, again)
	after := mustMarks(t, cache)
	if after.Revision != before.Revision {
		t.Errorf("the revision went from %d to %d", before.Revision, after.Revision)
	}
	if after.SyncedAt != 2 || after.FullAt != 2 {
		t.Errorf("the marks are %+v", after)
	}
	MustWrite(t, cache, generation(3, 20))
	if changed := mustMarks(t, cache); changed.Revision == after.Revision {
		t.Error("a change left the revision as it was")
	}
}

func TestOnlyAFullPullDeletesWhatIsAbsent(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, generation(1, 20))
	part := generation(1, 5)
	part.Full, part.At = false, 2
	MustWrite(t, cache, part)
	expectTotal(t, cache, 20)
	if marks := mustMarks(t, cache); marks.FullAt != 1 || marks.NewestInvoiceAt != 1_700_000_019 {
		t.Errorf("the marks are %+v", marks)
	}
	part.Full = true
	MustWrite(t, cache, part)
	expectTotal(t, cache, 5)
	payments, err := cache.Payments(t.Context(), "in_6")
	if err != nil || len(payments) != 0 {
		t.Errorf("payments are left: %v, %v", payments, err)
	}
}

func TestAnInvoiceThatIsGoneIsDeleted(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, generation(1, 3))
	part := generation(1, 1)
	part.Full, part.GoneInvoiceIDs = false, []string{"in_3", "in_unknown"}
	MustWrite(t, cache, part)
	if _, err := cache.Invoice(t.Context(), "in_3"); billing.CodeOf(err) != billing.CodeNotFound {
		t.Errorf("the error is %v", err)
	}
	expectTotal(t, cache, 2)
}

func TestADeletedCustomerKeepsAllThatWasKnown(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, generation(1, 3))
	MustWrite(t, cache, sqlite.Pulled{At: 2, Full: true, Customer: billing.Customer{ID: "cus_1", Deleted: true}})
	account, err := cache.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !account.Customer.Deleted || account.Customer.Name != "generation 1" || len(account.Subscriptions) != 1 {
		t.Errorf("the account is %+v", account)
	}
	expectTotal(t, cache, 3)
}

func TestAnotherCustomerIsNotMixedIn(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	MustWrite(t, cache, generation(1, 3))
	other := generation(2, 1)
	other.Customer.ID, other.Full = "cus_2", false
	if err := cache.Write(t.Context(), other); err == nil {
		t.Error("a part of another customer's billing was written")
	}
	expectTotal(t, cache, 3)
	other.Full = true
	MustWrite(t, cache, other)
	expectTotal(t, cache, 1)
}

func TestADamagedInvoiceIsRefusedAndFetchedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "billing.db")
	cache := MustOpen(t, path)
	MustWrite(t, cache, generation(1, 3))
	askSQLite(t, path, "UPDATE invoices SET total = 99 WHERE id = 'in_2'")
	if _, err := cache.Invoice(t.Context(), "in_2"); billing.CodeOf(err) != billing.CodeUnreadable {
		t.Fatalf("the error is %v", err)
	}
	if marks := mustMarks(t, cache); marks.FullAt.Known() {
		t.Error("the next pull would not be a full one")
	}
	MustWrite(t, cache, generation(1, 3))
	invoice, err := cache.Invoice(t.Context(), "in_2")
	if err != nil || invoice.Total.Amount != 0 {
		t.Errorf("the invoice is %+v, %v", invoice, err)
	}
}

func TestSettingsOutliveTheRepairOfTheCache(t *testing.T) {
	folder := t.TempDir()
	cachePath := filepath.Join(folder, "billing.db")
	personal, err := sqlite.OpenPersonal(t.Context(), filepath.Join(folder, "personal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = personal.Close() }()
	if err := personal.SetSetting(t.Context(), "theme", "dark"); err != nil {
		t.Fatal(err)
	}
	mustPut(t, cachePath, []byte("no database"))
	if MustOpen(t, cachePath).SetAside() == "" {
		t.Fatal("the cache was not repaired")
	}
	for key, want := range map[string]string{"theme": "dark", "unset": ""} {
		if got, err := personal.Setting(t.Context(), key); got != want || err != nil {
			t.Errorf("%s is %q, %v", key, got, err)
		}
	}
	if err := personal.SetSetting(t.Context(), "theme", ""); err != nil {
		t.Fatal(err)
	}
	if got, err := personal.Setting(t.Context(), "theme"); got != "" || err != nil {
		t.Errorf("theme is %q, %v", got, err)
	}
}

func mustMarks(t *testing.T, cache *sqlite.Cache) sqlite.Marks {
	t.Helper()
	marks, err := cache.Marks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return marks
}

func expectTotal(t *testing.T, cache *sqlite.Cache, want int) {
	t.Helper()
	page, err := cache.Invoices(t.Context(), billing.InvoiceFilter{})
	if err != nil || page.Total != want {
		t.Errorf("%d invoices, %v; want %d", page.Total, err, want)
	}
}
