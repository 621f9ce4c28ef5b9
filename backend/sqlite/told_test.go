package sqlite_test

import (
	"path/filepath"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

func TestEachNotificationIsToldOncePerAccount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "personal.db")
	first, err := sqlite.OpenPersonal(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	failed := billing.Notification{Kind: billing.NotifyPaymentFailed, Key: "payment_failed/in_1", SubscriptionID: "sub_1", InvoiceID: "in_1"}
	renews := billing.Notification{Kind: billing.NotifyRenewal, Key: "renewal/sub_1/5/3", SubscriptionID: "sub_1"}
	tell := func(p *sqlite.Personal, account string, now billing.Time, all ...billing.Notification) []billing.Notification {
		t.Helper()
		fresh, err := p.Tell(t.Context(), account, now, all)
		if err != nil {
			t.Fatal(err)
		}
		return fresh
	}
	if fresh := tell(first, "a", 1, failed); len(fresh) != 1 {
		t.Errorf("first: %+v", fresh)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := sqlite.OpenPersonal(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	if fresh := tell(second, "a", 2, failed, renews, renews); len(fresh) != 1 || fresh[0].Key != renews.Key {
		t.Errorf("after a restart: %+v", fresh)
	}
	if fresh := tell(second, "b", 3, failed); len(fresh) != 1 {
		t.Errorf("of another account: %+v", fresh)
	}
	told, err := second.Told(t.Context(), "a")
	if err != nil || len(told) != 2 || told[1] != (billing.Told{Kind: failed.Kind, Key: failed.Key, SubscriptionID: "sub_1", InvoiceID: "in_1"}) {
		t.Errorf("Told = %+v, %v", told, err)
	}
	if err := second.ForgetTold(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if fresh := tell(second, "a", 4, failed); len(fresh) != 1 {
		t.Errorf("after forgetting: %+v", fresh)
	}
}
