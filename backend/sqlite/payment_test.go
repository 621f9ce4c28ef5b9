package sqlite_test

import (
	"path/filepath"
	"slices"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

func TestPaymentsOfUnsettledInvoicesComeTogether(t *testing.T) {
	cache := MustOpen(t, filepath.Join(t.TempDir(), "billing.db"))
	pulled := sqlite.Pulled{At: 1, Full: true, Customer: billing.Customer{ID: "cus_1"}}
	for i, status := range billing.InvoiceStatuses() {
		pulled.Invoices = append(pulled.Invoices, billing.Invoice{ID: "in_" + string(status), Status: status, CreatedAt: 1})
		for _, attempt := range []string{"_a", "_b"} {
			pulled.Payments = append(pulled.Payments, billing.Payment{
				ID: "ch_" + string(status) + attempt, InvoiceID: "in_" + string(status), CreatedAt: billing.Time(10 + i),
			})
		}
	}
	pulled.Payments = append(pulled.Payments, billing.Payment{ID: "ch_alone", CreatedAt: 99})
	MustWrite(t, cache, pulled)
	got, err := cache.UnsettledPayments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, payment := range got {
		ids = append(ids, payment.ID)
	}
	want := []string{"ch_uncollectible_b", "ch_uncollectible_a", "ch_open_b", "ch_open_a", "ch_draft_b", "ch_draft_a"}
	if !slices.Equal(ids, want) {
		t.Errorf("%v, want %v", ids, want)
	}
}
