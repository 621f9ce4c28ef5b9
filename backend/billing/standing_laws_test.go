package billing_test

import (
	"slices"

	"billfold/backend/billing"
)

// failer is what *testing.T and *rapid.T share.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// mustObeyTheLaws checks what holds of every standing, whatever the snapshot.
func mustObeyTheLaws(t failer, s billing.Snapshot, got billing.Standing) {
	t.Helper()
	for _, m := range append([]billing.Matter{got.Matter}, got.Others...) {
		saysSomething(t, s, m)
		namesWhatExists(t, s, m)
		doesNotContradictItself(t, m)
	}
	owed, err := billing.Owed(s.Unsettled)
	if err == nil && !slices.Equal(got.Owed, owed) {
		t.Errorf("owed %v, want %v", got.Owed, owed)
	}
	listed := []billing.Money{}
	for _, i := range got.OwedOn {
		listed = append(listed, i.Amount)
	}
	if sum, err := billing.SumByCurrency(listed); err == nil && len(listed) > 0 && !slices.Equal(nonZero(sum), got.Owed) {
		t.Errorf("the invoices come to %v, owed is %v", sum, got.Owed)
	}
	if !got.SyncedAt.Known() && got.State != billing.StandingUnknown {
		t.Errorf("never synced, and it stands %s", got.State)
	}
	goodOwesNothingThatFailed(t, s, got)
}

func nonZero(amounts []billing.Money) []billing.Money {
	return slices.DeleteFunc(amounts, func(m billing.Money) bool { return m.Amount == 0 })
}

func saysSomething(t failer, s billing.Snapshot, m billing.Matter) {
	t.Helper()
	if !slices.Contains(billing.StandingStates(), m.State) || m.Cause == "" || m.Consequence == "" {
		t.Errorf("empty: %+v", m)
	}
	if m.Remedies == nil || m.Unknown == nil || m.InvoiceIDs == nil {
		t.Errorf("a list is null: %+v", m)
	}
	calm := m.State == billing.StandingGood
	if !calm && len(m.Remedies) == 0 {
		t.Errorf("nothing to do about %s, %s", m.State, m.Cause)
	}
	if e := m.NextEvent; e != nil {
		if e.At < s.SyncedAt || e.Kind == "" || e.AmountKnown && e.Amount.Currency == "" {
			t.Errorf("next event %+v, synced at %d", e, s.SyncedAt)
		}
	}
	seen := map[billing.RemedyKind]bool{}
	for _, r := range m.Remedies {
		if seen[r.Kind] {
			t.Errorf("%s twice: %+v", r.Kind, m.Remedies)
		}
		seen[r.Kind] = true
	}
}

// namesWhatExists checks every id that a matter names.
func namesWhatExists(t failer, s billing.Snapshot, m billing.Matter) {
	t.Helper()
	subscription := func(id string) bool {
		return id == "" || slices.ContainsFunc(s.Subscriptions, func(x billing.Subscription) bool { return x.ID == id })
	}
	unsettled := func(id string) bool {
		return id == "" || slices.ContainsFunc(s.Unsettled, func(x billing.Invoice) bool { return x.ID == id })
	}
	method := func(id string) bool {
		return id == "" || slices.ContainsFunc(s.PaymentMethods, func(x billing.PaymentMethod) bool { return x.ID == id })
	}
	if !subscription(m.SubscriptionID) || slices.ContainsFunc(m.InvoiceIDs, func(id string) bool { return !unsettled(id) }) {
		t.Errorf("about %s and %v, which are not there", m.SubscriptionID, m.InvoiceIDs)
	}
	for _, r := range m.Remedies {
		if !subscription(r.SubscriptionID) || !unsettled(r.InvoiceID) || !method(r.MethodID) {
			t.Errorf("%+v acts on what is not there", r)
		}
		needsInvoice := r.Kind == billing.RemedyPayInvoice || r.Kind == billing.RemedyConfirm
		needsMethod := r.Kind == billing.RemedyFixDefault
		if needsInvoice && r.InvoiceID == "" || needsMethod && (r.MethodID == "" || r.SubscriptionID == "") {
			t.Errorf("%+v acts on nothing", r)
		}
	}
	hides := slices.IndexFunc(m.Remedies, func(r billing.Remedy) bool { return r.Kind == billing.RemedyFixDefault })
	if (hides >= 0) != (m.Hidden != nil) || m.Hidden != nil && m.Remedies[hides].MethodID != m.Hidden.ID {
		t.Errorf("%+v is hidden, and the remedies are %+v", m.Hidden, m.Remedies)
	}
	if e := m.NextEvent; e != nil && (!subscription(e.SubscriptionID) || !unsettled(e.InvoiceID)) {
		t.Errorf("%+v is of what is not there", e)
	}
	if m.Decline != nil && !slices.ContainsFunc(s.Payments, func(p billing.Payment) bool { return p.ID == m.Decline.PaymentID && p.Status == "failed" }) {
		t.Errorf("%s did not fail", m.Decline.PaymentID)
	}
}

func doesNotContradictItself(t failer, m billing.Matter) {
	t.Helper()
	kinds := kindsOf(m.Remedies)
	has := func(kind billing.RemedyKind) bool { return slices.Contains(kinds, kind) }
	processing := m.Cause == billing.CausePaymentProcessing || m.Consequence == billing.ConsequenceWaitForBank
	retry := m.NextEvent != nil && m.NextEvent.Kind == billing.EventRetry
	switch {
	case retry && m.NoRetry != "":
		t.Errorf("a retry is planned and is not: %s", m.NoRetry)
	case has(billing.RemedyWait) && !retry && !processing:
		t.Errorf("to wait for nothing: %+v", m)
	case processing && has(billing.RemedyPayInvoice):
		t.Errorf("to pay twice: %+v", m)
	case m.State == billing.StandingGood && (has(billing.RemedyPayInvoice) || has(billing.RemedyUpdateCard) || has(billing.RemedyConfirm)):
		t.Errorf("good, and yet %v", kinds)
	case m.State == billing.StandingAccessLost && m.AccessUntil.Known():
		t.Errorf("lost, and lasts until %d", m.AccessUntil)
	case m.Consequence == billing.ConsequenceAccessUntil && !m.AccessUntil.Known():
		t.Errorf("access until nobody knows when: %+v", m)
	case m.Consequence == billing.ConsequenceAccessPresumedLost && !slices.Contains(m.Unknown, billing.UnknownAccess):
		t.Errorf("presumed, and nothing unknown: %v", m.Unknown)
	case m.Cause == billing.CauseNoMethod && has(billing.RemedyContactBank):
		t.Errorf("which bank? %v", kinds)
	case m.NewMethod && m.Method == nil:
		t.Errorf("a new method, and none: %+v", m)
	}
	for _, code := range hidden {
		if m.Decline != nil && m.Decline.Reason == code {
			t.Errorf("%s is given away", code)
		}
	}
	if m.Decline != nil && m.Decline.Bank.Amount.Currency == "" {
		t.Errorf("nothing to tell the bank: %+v", m.Decline)
	}
}

// goodOwesNothingThatFailed checks it by another way than the judge's: by looking
// at each open invoice alone.
func goodOwesNothingThatFailed(t failer, s billing.Snapshot, got billing.Standing) {
	t.Helper()
	if got.State != billing.StandingGood {
		return
	}
	for _, i := range s.Unsettled {
		pending, failed := false, i.NeedsConfirmation || i.Attempted && i.CollectionMethod != "send_invoice"
		var latest billing.Payment
		for _, p := range s.Payments {
			if p.InvoiceID == i.ID && (p.CreatedAt > latest.CreatedAt || p.CreatedAt == latest.CreatedAt && p.ID > latest.ID) {
				latest, pending = p, p.Status == "pending"
			}
		}
		if i.Status == billing.InvoiceOpen && i.AmountRemaining.Amount > 0 && failed && !pending {
			t.Errorf("good, and %s has failed", i.ID)
		}
	}
}
