package billing_test

import (
	"reflect"
	"slices"
	"testing"

	"billfold/backend/billing"

	"pgregory.net/rapid"
)

// renewing is an active subscription with a bill of 20.00 USD at that instant.
func renewing(id string, at billing.Time) billing.Subscription {
	return billing.Subscription{
		ID: id, Status: billing.SubscriptionActive, Currency: "usd", PeriodEnd: at,
		CollectionMethod: "charge_automatically", DefaultPaymentMethodID: "pm_of_" + id,
		Upcoming: &billing.Upcoming{At: at, AmountDue: usd(2000)},
	}
}

// retrying is an open invoice of 0.38 USD that is tried again at that instant.
func retrying(id, subscriptionID string, at billing.Time) billing.Invoice {
	invoice := openInvoice(38, "usd")
	invoice.ID, invoice.SubscriptionID, invoice.NextAttemptAt = id, subscriptionID, at
	invoice.CollectionMethod = "charge_automatically"
	return invoice
}

func edited[T any](value T, edit func(*T)) T {
	edit(&value)
	return value
}

func TestNextChargeIsTheEarliest(t *testing.T) {
	sent := edited(renewing("sub_sent", 10), func(s *billing.Subscription) { s.CollectionMethod = "send_invoice" })
	free := edited(renewing("sub_free", 10), func(s *billing.Subscription) { s.Upcoming.AmountDue = usd(0) })
	dateOnly := edited(renewing("sub_date", 10), func(s *billing.Subscription) { s.Upcoming = nil })
	ending := edited(renewing("sub_ending", 10), func(s *billing.Subscription) { s.CancelAtPeriodEnd = true })
	mailed := edited(retrying("in_mailed", "", 10), func(i *billing.Invoice) { i.CollectionMethod = "send_invoice" })
	draft := edited(retrying("in_draft", "", 10), func(i *billing.Invoice) {
		i.Status, i.AutoAdvance = billing.InvoiceDraft, true
	})
	keptDraft := edited(draft, func(i *billing.Invoice) { i.AutoAdvance = false })
	undatedDraft := edited(draft, func(i *billing.Invoice) { i.NextAttemptAt = 0 })
	mailedDraft := edited(draft, func(i *billing.Invoice) { i.CollectionMethod = "send_invoice" })
	credited := edited(retrying("in_credited", "", 10), func(i *billing.Invoice) { i.AmountRemaining = usd(0) })
	given := edited(retrying("in_given_up", "", 10), func(i *billing.Invoice) {
		i.Status, i.AutoAdvance = billing.InvoiceUncollectible, true
	})
	type charge struct {
		invoice, subscription string
		at                    billing.Time
		amount                int64
		known                 bool
	}
	for name, c := range map[string]struct {
		subscriptions []billing.Subscription
		invoices      []billing.Invoice
		want          charge
	}{
		"an earlier renewal":             {[]billing.Subscription{renewing("sub_b", 30), renewing("sub_a", 20)}, nil, charge{"", "sub_a", 20, 2000, true}},
		"an attempt before the renewal":  {[]billing.Subscription{renewing("sub_a", 30)}, []billing.Invoice{retrying("in_1", "sub_a", 20)}, charge{"in_1", "sub_a", 20, 38, true}},
		"a renewal before the attempt":   {[]billing.Subscription{renewing("sub_a", 20)}, []billing.Invoice{retrying("in_1", "sub_a", 30)}, charge{"", "sub_a", 20, 2000, true}},
		"the attempt in a tie":           {[]billing.Subscription{renewing("sub_a", 20)}, []billing.Invoice{retrying("in_1", "sub_a", 20)}, charge{"in_1", "sub_a", 20, 38, true}},
		"the lower invoice in a tie":     {nil, []billing.Invoice{retrying("in_2", "", 20), retrying("in_1", "", 20)}, charge{"in_1", "", 20, 38, true}},
		"the lower subscription in one":  {[]billing.Subscription{renewing("sub_b", 20), renewing("sub_a", 20)}, nil, charge{"", "sub_a", 20, 2000, true}},
		"not one sent as an invoice":     {[]billing.Subscription{sent, renewing("sub_a", 30)}, []billing.Invoice{mailed}, charge{"", "sub_a", 30, 2000, true}},
		"not one that ends":              {[]billing.Subscription{ending, renewing("sub_a", 30)}, nil, charge{"", "sub_a", 30, 2000, true}},
		"not one that costs nothing":     {[]billing.Subscription{free, renewing("sub_a", 30)}, nil, charge{"", "sub_a", 30, 2000, true}},
		"a draft that finalizes itself":  {[]billing.Subscription{renewing("sub_a", 30)}, []billing.Invoice{draft}, charge{"in_draft", "", 10, 38, true}},
		"not a draft that is kept":       {nil, []billing.Invoice{keptDraft, undatedDraft, mailedDraft, retrying("in_1", "", 20)}, charge{"in_1", "", 20, 38, true}},
		"not one with nothing left":      {nil, []billing.Invoice{credited, retrying("in_1", "", 20)}, charge{"in_1", "", 20, 38, true}},
		"not one that was given up":      {nil, []billing.Invoice{given, retrying("in_1", "", 20)}, charge{"in_1", "", 20, 38, true}},
		"also one of an unknown amount":  {[]billing.Subscription{dateOnly, renewing("sub_a", 30)}, nil, charge{"", "sub_date", 10, 0, false}},
		"an invoice of an unknown owner": {nil, []billing.Invoice{retrying("in_1", "sub_gone", 20)}, charge{"in_1", "sub_gone", 20, 38, true}},
	} {
		t.Run(name, func(t *testing.T) {
			got := billing.Account{Subscriptions: c.subscriptions, Unsettled: c.invoices}.NextCharge()
			if got == nil {
				t.Fatal("nothing is charged")
			}
			if found := (charge{got.InvoiceID, got.SubscriptionID, got.At, got.Amount.Amount, got.AmountKnown}); found != c.want {
				t.Errorf("got %+v, want %+v", found, c.want)
			}
			if got.Amount.Currency != "usd" {
				t.Errorf("charged in %q", got.Amount.Currency)
			}
		})
	}
	t.Run("none when nothing is charged on its own", func(t *testing.T) {
		account := billing.Account{
			Subscriptions: []billing.Subscription{sent, free, ending},
			Unsettled:     []billing.Invoice{mailed, openInvoice(38, "usd")},
		}
		if got := account.NextCharge(); got != nil {
			t.Errorf("charges %+v", *got)
		}
	})
}

func TestNextChargeKnowsItsMethod(t *testing.T) {
	invoice := retrying("in_1", "sub_a", 10)
	customer := billing.Customer{DefaultPaymentMethodID: "pm_of_customer"}
	account := billing.Account{
		Customer: customer, Subscriptions: []billing.Subscription{renewing("sub_b", 20), renewing("sub_a", 30)},
		Unsettled: []billing.Invoice{invoice},
	}
	requireMethod := func(t *testing.T, want string) {
		t.Helper()
		if got := account.NextCharge().Method; got == nil || got.ID != want {
			t.Errorf("charges %+v, want %s", got, want)
		}
		if got := account.MethodInUse(); got == nil || got.ID != want {
			t.Errorf("in use is %+v, want %s", got, want)
		}
	}
	t.Run("that of the invoice's own subscription", func(t *testing.T) { requireMethod(t, "pm_of_sub_a") })
	t.Run("that of the invoice", func(t *testing.T) {
		account.Unsettled[0].DefaultPaymentMethodID = "pm_of_invoice"
		requireMethod(t, "pm_of_invoice")
	})
	t.Run("that of the customer when its subscription is not known", func(t *testing.T) {
		account.Unsettled = []billing.Invoice{retrying("in_1", "sub_gone", 10)}
		requireMethod(t, "pm_of_customer")
	})
}

func TestMethodInUseWithoutANextCharge(t *testing.T) {
	ending := edited(renewing("sub_old", 10), func(s *billing.Subscription) { s.CancelAtPeriodEnd, s.CreatedAt = true, 1 })
	ended := edited(renewing("sub_new", 10), func(s *billing.Subscription) { s.Status, s.CreatedAt = billing.SubscriptionCanceled, 2 })
	customer := billing.Customer{DefaultPaymentMethodID: "pm_of_customer"}
	for name, c := range map[string]struct {
		account billing.Account
		want    string
	}{
		"that of the one that goes on, though older": {billing.Account{Customer: customer, Subscriptions: []billing.Subscription{ended, ending}}, "pm_of_sub_old"},
		"the customer's when all ended":              {billing.Account{Customer: customer, Subscriptions: []billing.Subscription{ended}}, "pm_of_customer"},
		"the customer's without subscriptions":       {billing.Account{Customer: customer}, "pm_of_customer"},
		"none when nobody names one":                 {billing.Account{Subscriptions: []billing.Subscription{ended}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			if method := c.account.MethodInUse(); method != nil {
				got = method.ID
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// drawSubscriptions gives subscriptions with ids of their own and few instants,
// so that ties are common.
func drawSubscriptions(t *rapid.T) []billing.Subscription {
	ids := rapid.SliceOfNDistinct(rapid.StringMatching(`sub_[a-z]{3}`), 0, 8, rapid.ID[string]).Draw(t, "ids")
	var result []billing.Subscription
	for _, id := range ids {
		s := renewing(id, billing.Time(rapid.Int64Range(1, 3).Draw(t, "period end")))
		s.CreatedAt = billing.Time(rapid.Int64Range(1, 3).Draw(t, "created"))
		s.Status = rapid.SampledFrom(billing.SubscriptionStatuses()).Draw(t, "status")
		result = append(result, s)
	}
	return result
}

func TestNextChargeDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		account := billing.Account{Subscriptions: drawSubscriptions(t)}
		ids := rapid.SliceOfNDistinct(rapid.StringMatching(`in_[a-z]{3}`), 0, 5, rapid.ID[string]).Draw(t, "invoices")
		for _, id := range ids {
			at := billing.Time(rapid.Int64Range(0, 3).Draw(t, "attempt"))
			account.Unsettled = append(account.Unsettled, retrying(id, "sub_abc", at))
		}
		shuffled := billing.Account{
			Subscriptions: rapid.Permutation(account.Subscriptions).Draw(t, "order of subscriptions"),
			Unsettled:     rapid.Permutation(account.Unsettled).Draw(t, "order of invoices"),
		}
		if got, want := shuffled.NextCharge(), account.NextCharge(); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		if got, want := shuffled.MethodInUse(), account.MethodInUse(); !reflect.DeepEqual(got, want) {
			t.Fatalf("in use is %+v, want %+v", got, want)
		}
	})
}

func TestByImportanceIsAPermutationInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := drawSubscriptions(t)
		before := slices.Clone(given)
		ordered := billing.ByImportance(given)
		if !reflect.DeepEqual(given, before) {
			t.Fatal("the argument was changed")
		}
		if len(ordered) != len(given) {
			t.Fatalf("%d became %d", len(given), len(ordered))
		}
		for _, s := range given {
			if !slices.ContainsFunc(ordered, func(o billing.Subscription) bool { return reflect.DeepEqual(o, s) }) {
				t.Fatalf("%s was lost", s.ID)
			}
		}
		for i := 1; i < len(ordered); i++ {
			requireBefore(t, ordered[i-1], ordered[i])
		}
		again := billing.ByImportance(rapid.Permutation(given).Draw(t, "order"))
		if !reflect.DeepEqual(again, ordered) {
			t.Fatalf("%v in another order becomes %v", ordered, again)
		}
	})
}

func requireBefore(t *rapid.T, a, b billing.Subscription) {
	switch {
	case a.Ended() && !b.Ended():
		t.Fatalf("%s ended and stands before %s", a.ID, b.ID)
	case a.Ended() == b.Ended() && a.CreatedAt < b.CreatedAt:
		t.Fatalf("%s is older and stands before %s", a.ID, b.ID)
	case a.Ended() == b.Ended() && a.CreatedAt == b.CreatedAt && a.ID > b.ID:
		t.Fatalf("%s and %s are not in the order of their ids", a.ID, b.ID)
	}
}

func TestAddressIsEmptyOnlyWithoutAnyPart(t *testing.T) {
	if !(billing.Address{}).Empty() {
		t.Error("an address without parts is not empty")
	}
	fields := reflect.TypeFor[billing.Address]().NumField()
	for i := range fields {
		var address billing.Address
		reflect.ValueOf(&address).Elem().Field(i).SetString("x")
		if address.Empty() {
			t.Errorf("%+v is empty", address)
		}
	}
}
