package billing_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
)

// account is an ordinary one, with two cards, a plan, a draft and an open invoice.
func account() billing.Picture {
	usd := func(amount int64) billing.Money { return billing.Money{Amount: amount, Currency: "usd"} }
	return billing.Picture{
		Account: billing.Account{
			Customer: billing.Customer{ID: "cus_1", Name: "Ada", DefaultPaymentMethodID: "pm_1"},
			PaymentMethods: []billing.PaymentMethod{
				{ID: "pm_1", Type: "card", Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2030},
				{ID: "pm_2", Type: "card", Brand: "amex", Last4: "0005", ExpMonth: 1, ExpYear: 2031},
			},
			Subscriptions: []billing.Subscription{{
				ID: "sub_1", Status: billing.SubscriptionActive, Currency: "usd", PeriodEnd: 5000, CreatedAt: 100,
				CollectionMethod: "charge_automatically",
				Items:            []billing.SubscriptionItem{{ID: "si_1", PriceID: "price_1", Plan: "Pro", Quantity: 1}},
			}},
			TaxIDs: []billing.TaxID{{ID: "txi_1", Type: "eu_vat", Value: "DE123456789", Verification: "pending"}},
			Unsettled: []billing.Invoice{{ID: "in_2", Number: "A-2", Status: billing.InvoiceOpen, SubscriptionID: "sub_1", Currency: "usd",
				CollectionMethod: "charge_automatically", AmountRemaining: usd(500), Attempts: 1, CreatedAt: 2000}},
		},
		Settled: []billing.Invoice{{ID: "in_1", Number: "A-1", Status: billing.InvoicePaid, CreatedAt: 1000}},
	}
}

// edit is one thing that can happen, and the kind of change it has to be told as.
type edit struct {
	name string
	do   func(*billing.Picture)
	told []billing.ChangeKind
}

func edits() []edit {
	return []edit{
		{"a card is added", func(s *billing.Picture) {
			s.PaymentMethods = append(s.PaymentMethods, billing.PaymentMethod{ID: "pm_3", Type: "card", Last4: "1111"})
		}, []billing.ChangeKind{billing.MethodAdded}},
		{"a card is removed", func(s *billing.Picture) {
			s.PaymentMethods = slices.DeleteFunc(s.PaymentMethods, func(m billing.PaymentMethod) bool { return m.ID == "pm_2" })
		}, []billing.ChangeKind{billing.MethodRemoved}},
		{"a card is renewed", func(s *billing.Picture) { s.PaymentMethods[0].ExpYear++ }, []billing.ChangeKind{billing.MethodUpdated}},
		{"the default is another", func(s *billing.Picture) { s.Customer.DefaultPaymentMethodID = "pm_2" },
			[]billing.ChangeKind{billing.DefaultMethodChanged}},
		{"the subscription's default is another", func(s *billing.Picture) { s.Subscriptions[0].DefaultPaymentMethodID = "pm_1" },
			[]billing.ChangeKind{billing.ChargedMethodChanged}},
		{"the plan is another", func(s *billing.Picture) {
			s.Subscriptions[0].Items = []billing.SubscriptionItem{{ID: "si_1", PriceID: "price_2", Plan: "Power", Quantity: 1}}
		}, []billing.ChangeKind{billing.PlanChanged}},
		{"the end is scheduled", func(s *billing.Picture) { s.Subscriptions[0].CancelAtPeriodEnd = true },
			[]billing.ChangeKind{billing.CancellationScheduled}},
		{"the invoice is paid", func(s *billing.Picture) {
			paid := s.Unsettled[0]
			paid.Status = billing.InvoicePaid
			s.Settled, s.Unsettled = append(s.Settled, paid), nil
		}, []billing.ChangeKind{billing.InvoicePaidNow}},
		{"an invoice is made and paid", func(s *billing.Picture) {
			s.Settled = append(s.Settled, billing.Invoice{ID: "in_3", Status: billing.InvoicePaid, CreatedAt: 3000})
		}, []billing.ChangeKind{billing.InvoiceCreated, billing.InvoicePaidNow}},
		{"the tax id is verified", func(s *billing.Picture) { s.TaxIDs[0].Verification = "verified" }, []billing.ChangeKind{billing.TaxIDVerified}},
		{"the name is another", func(s *billing.Picture) { s.Customer.Name = "Ada Byron" },
			[]billing.ChangeKind{billing.BillingInformationChanged}},
		{"an old invoice comes to light", func(s *billing.Picture) {
			s.Settled = append(s.Settled, billing.Invoice{ID: "in_0", Status: billing.InvoicePaid, CreatedAt: 10})
		}, nil},
	}
}

func kinds(changes []billing.Change) []billing.ChangeKind {
	var all []billing.ChangeKind
	for _, change := range changes {
		all = append(all, change.Kind)
	}
	slices.Sort(all)
	return all
}

func TestEachChangeIsToldAsWhatItIs(t *testing.T) {
	for _, edit := range edits() {
		t.Run(edit.name, func(t *testing.T) {
			before, after := account(), account()
			edit.do(&after)
			if got := kinds(billing.Changes(before, after)); !slices.Equal(got, edit.told) {
				t.Errorf("told %v, want %v", got, edit.told)
			}
		})
	}
	t.Run("a payment that failed again", func(t *testing.T) {
		after := account()
		after.Unsettled[0].Attempts++
		got := billing.Changes(account(), after)
		if len(got) != 1 || got[0].Kind != billing.PaymentFailed || got[0].Amount.Amount != 500 || got[0].Number != "A-2" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("a cancellation undone, and one that came to its end", func(t *testing.T) {
		scheduled, ended := account(), account()
		scheduled.Subscriptions[0].CancelAtPeriodEnd = true
		ended.Subscriptions[0].Status, ended.Subscriptions[0].EndedAt = billing.SubscriptionCanceled, 5000
		undone, over := billing.Changes(scheduled, account()), billing.Changes(scheduled, ended)
		if len(undone) != 1 || undone[0].Kind != billing.CancellationUndone || len(over) != 1 || over[0].Kind != billing.SubscriptionEnded || over[0].At != 5000 {
			t.Errorf("%+v, %+v", undone, over)
		}
	})
}

// Whatever happens together is told together, each thing once, and nothing else.
func TestChangesTellExactlyWhatHappened(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := account(), account()
		var want []billing.ChangeKind
		for i, edit := range edits() {
			if rapid.Bool().Draw(t, fmt.Sprint(i, " ", edit.name)) {
				edit.do(&after)
				want = append(want, edit.told...)
			}
		}
		slices.Sort(want)
		if got := kinds(billing.Changes(before, after)); !slices.Equal(got, want) {
			t.Fatalf("told %v, want %v", got, want)
		}
		if same := billing.Changes(after, after); len(same) != 0 {
			t.Fatalf("told %v of two that are the same", same)
		}
	})
}
