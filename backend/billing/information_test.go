package billing_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
)

func TestTheShadowedDefaultIsFound(t *testing.T) {
	for name, one := range map[string]struct {
		change func(*billing.Picture)
		origin billing.MethodOrigin // "" for no shadow
		fix    string
		fixed  bool
	}{
		"nothing hides it":        {func(*billing.Picture) {}, "", "", false},
		"the same card by name":   {func(s *billing.Picture) { s.Subscriptions[0].DefaultPaymentMethodID = "pm_1" }, "", "", false},
		"a subscription's own":    {func(s *billing.Picture) { s.Subscriptions[0].DefaultPaymentMethodID = "pm_2" }, billing.OriginSubscription, "", true},
		"a subscription's source": {func(s *billing.Picture) { s.Subscriptions[0].DefaultSourceID = "card_1" }, billing.OriginSubscriptionSource, "pm_1", true},
		"an invoice's own":        {func(s *billing.Picture) { s.Unsettled[0].DefaultPaymentMethodID = "pm_2" }, billing.OriginInvoice, "", false},
		"one that has ended": {func(s *billing.Picture) {
			s.Subscriptions[0].DefaultPaymentMethodID, s.Subscriptions[0].Status = "pm_2", billing.SubscriptionCanceled
		}, "", "", false},
		"one that is sent and not charged": {func(s *billing.Picture) {
			s.Subscriptions[0].DefaultPaymentMethodID, s.Subscriptions[0].CollectionMethod = "pm_2", "send_invoice"
		}, "", "", false},
		"no default that could be hidden": {func(s *billing.Picture) {
			s.Customer.DefaultPaymentMethodID, s.Subscriptions[0].DefaultPaymentMethodID = "", "pm_2"
		}, "", "", false},
		"an invoice that asks for no money": {func(s *billing.Picture) {
			s.Unsettled[0].DefaultPaymentMethodID, s.Unsettled[0].AmountRemaining.Amount = "pm_2", 0
		}, "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := account()
			one.change(&s)
			shadows := s.Shadowed()
			if (one.origin == "") != (len(shadows) == 0) || len(shadows) > 0 && (shadows[0].Origin != one.origin || shadows[0].Hidden.ID != "pm_1" || shadows[0].Fixable != one.fixed) {
				t.Errorf("shadows are %+v", shadows)
			}
			if fix, ok := s.ShadowFix("sub_1"); fix != one.fix || ok != one.fixed {
				t.Errorf("the fix is %q, %t", fix, ok)
			}
		})
	}
}

func TestMethodsAreWarnedAbout(t *testing.T) {
	for name, one := range map[string]struct {
		change func(*billing.Picture)
		want   []billing.MethodWarning
	}{
		"a good card among two": {func(*billing.Picture) {}, nil},
		"an expired one":        {func(s *billing.Picture) { s.PaymentMethods[0].ExpYear = 1960 }, []billing.MethodWarning{billing.WarnExpired}},
		"one that expires before its charge": {func(s *billing.Picture) {
			s.PaymentMethods[0].ExpMonth, s.PaymentMethods[0].ExpYear = 1, 1970
			s.Subscriptions[0].PeriodEnd = 40 * 24 * 60 * 60
		}, []billing.MethodWarning{billing.WarnExpiresBeforeCharge}},
		"the last one while something is owed": {func(s *billing.Picture) { s.PaymentMethods = s.PaymentMethods[:1] }, []billing.MethodWarning{billing.WarnLastWhileOwed}},
		"the last one of somebody who owes nothing": {func(s *billing.Picture) {
			s.PaymentMethods, s.Unsettled, s.Subscriptions = s.PaymentMethods[:1], nil, nil
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := account()
			one.change(&s)
			if got := s.MethodWarnings(1000)["pm_1"]; !slices.Equal(got, one.want) {
				t.Errorf("warned %v, want %v", got, one.want)
			}
		})
	}
}

func TestTheFirstInvoiceThatShowsAChange(t *testing.T) {
	draft := billing.Invoice{ID: "in_9", Status: billing.InvoiceDraft, AutoAdvance: true, CreatedAt: 4000, SubscriptionID: "sub_1"}
	for name, one := range map[string]struct {
		change func(*billing.Picture)
		want   *billing.FirstInvoice
	}{
		"the next one":    {func(*billing.Picture) {}, &billing.FirstInvoice{SubscriptionID: "sub_1", At: 8600}},
		"a draft":         {func(s *billing.Picture) { s.Unsettled = append(s.Unsettled, draft) }, &billing.FirstInvoice{InvoiceID: "in_9", SubscriptionID: "sub_1", At: 7600, Draft: true}},
		"none any more":   {func(s *billing.Picture) { s.Subscriptions[0].CancelAtPeriodEnd = true }, nil},
		"an open one not": {func(s *billing.Picture) { s.Subscriptions = nil }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := account()
			one.change(&s)
			got := s.FirstInvoiceToShow()
			if (got == nil) != (one.want == nil) || got != nil && *got != *one.want {
				t.Errorf("it is %+v, want %+v", got, one.want)
			}
		})
	}
}

func TestWhatTheNextInvoiceWillLack(t *testing.T) {
	what := func(s billing.Picture) (all []billing.MissingKind) {
		for _, missing := range s.Preflight() {
			all = append(all, missing.What)
		}
		return all
	}
	s := account()
	if got := what(s); !slices.Equal(got, []billing.MissingKind{billing.MissingAddress, billing.MissingTaxIDResult}) {
		t.Errorf("without an address: %v", got)
	}
	s.Customer.Address = billing.Address{Line1: "1 Main St", City: "Bonn"}
	s.TaxIDs[0].Verification = "unverified"
	if got := what(s); !slices.Equal(got, []billing.MissingKind{billing.MissingAddressParts, billing.MissingTaxIDVerification}) {
		t.Errorf("without a country: %v", got)
	}
	s.Customer.Address = billing.Address{Line1: "10 Anson Road", PostalCode: "079903", Country: "SG"}
	if got := what(s); !slices.Equal(got, []billing.MissingKind{billing.MissingTaxIDVerification}) {
		t.Errorf("in a city that is a country: %v", got)
	}
	s.Customer.Address.Country = "DE"
	if got := what(s); !slices.Equal(got, []billing.MissingKind{billing.MissingAddressParts, billing.MissingTaxIDVerification}) {
		t.Errorf("without a city: %v", got)
	}
	s.Customer.Address.City, s.TaxIDs, s.Customer.Name = "Bonn", nil, ""
	if got := what(s); !slices.Equal(got, []billing.MissingKind{billing.MissingName, billing.MissingTaxID}) {
		t.Errorf("without a name: %v", got)
	}
	s.Subscriptions = nil
	if got := what(s); got != nil {
		t.Errorf("without a next invoice: %v", got)
	}
}

func TestPastInvoicesThatLackTodaysData(t *testing.T) {
	party := billing.Party{Name: "Ada", Address: billing.Address{Country: "DE"}, TaxIDs: []billing.PartyTaxID{{Type: "eu_vat", Value: "DE1"}}}
	invoices := []billing.Invoice{
		{ID: "in_1", Status: billing.InvoicePaid, BilledTo: party},
		{ID: "in_2", Status: billing.InvoiceOpen, BilledTo: billing.Party{Name: "Bob"}},
		{ID: "in_3", Status: billing.InvoiceDraft}, {ID: "in_4", Status: billing.InvoiceVoid},
	}
	got := billing.Lacking(invoices, billing.BillingDraft{Name: "Ada", Address: party.Address}, []billing.TaxID{{Type: "eu_vat", Value: "DE1"}})
	if len(got) != 1 || got[0].ID != "in_2" || !slices.Equal(got[0].Fields, []string{"name", "address", "tax_ids"}) {
		t.Errorf("lacking are %+v", got)
	}
	if got := billing.Lacking(invoices, billing.BillingDraft{}, nil); len(got) != 0 {
		t.Errorf("nothing is asked for, and %+v lack it", got)
	}
}

func TestTaxIDTypesAreWholeAndInOrder(t *testing.T) {
	types := billing.TaxIDTypes()
	seen := map[billing.TaxIDType]bool{}
	countries := 0
	for i, kind := range types {
		if kind.Type == "" || kind.Example == "" || seen[kind] {
			t.Errorf("%+v", kind)
		}
		if i > 0 && kind.Country != "" && types[i-1].Country > kind.Country {
			t.Errorf("%s comes after %s", kind.Country, types[i-1].Country)
		}
		if kind.Type == "eu_vat" {
			countries++
		}
		seen[kind] = true
	}
	if countries != 28 || types[len(types)-1].Type != "eu_oss_vat" {
		t.Errorf("%d countries have a VAT id of the EU; the last type is %+v", countries, types[len(types)-1])
	}
}

// lines makes lines of an invoice in dollars, with tax on top and discounts.
func lines(t *rapid.T, name string) []billing.InvoiceLine {
	usd := func(amount int64) billing.Money { return billing.Money{Amount: amount, Currency: "usd"} }
	var all []billing.InvoiceLine
	for i := range rapid.IntRange(0, 5).Draw(t, name) {
		id := name + string(rune('a'+i))
		amount := rapid.Int64Range(-5000, 5000).Draw(t, id)
		all = append(all, billing.InvoiceLine{
			ID: id, Amount: usd(amount), Quantity: rapid.Int64Range(0, 3).Draw(t, id+" quantity"),
			PriceID:   rapid.SampledFrom([]string{"", "price_1", "price_2", "metered"}).Draw(t, id+" price"),
			Proration: rapid.Bool().Draw(t, id+" proration"), Discount: usd(rapid.Int64Range(0, 300).Draw(t, id+" discount")),
			Taxes: []billing.TaxAmount{
				{Amount: usd(rapid.Int64Range(0, 900).Draw(t, id+" tax"))}, {Amount: usd(77), Inclusive: true},
			},
		})
	}
	return all
}

func totalOf(lines []billing.InvoiceLine) int64 {
	var sum int64
	for _, line := range lines {
		sum += line.Amount.Amount - line.Discount.Amount + line.Taxes[0].Amount.Amount
	}
	return sum
}

// The reasons account for the whole difference, to the cent.
func TestReasonsAddUpToTheDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := lines(t, "before"), lines(t, "after")
		last := billing.Invoice{Lines: before, Total: billing.Money{Amount: totalOf(before), Currency: "usd"}}
		s := billing.Subscription{
			Items:    []billing.SubscriptionItem{{PriceID: "metered", Metered: true}},
			Upcoming: &billing.Upcoming{Lines: after, Total: billing.Money{Amount: totalOf(after), Currency: "usd"}},
		}
		var sum int64
		for _, reason := range s.Reasons(last) {
			if reason.Amount.Amount == 0 {
				t.Fatalf("a reason for nothing: %+v", reason)
			}
			sum += reason.Amount.Amount
		}
		if sum != totalOf(after)-totalOf(before) {
			t.Fatalf("the reasons come to %d, the difference is %d", sum, totalOf(after)-totalOf(before))
		}
	})
}

func TestReasonsSayWhy(t *testing.T) {
	usd := func(amount int64) billing.Money { return billing.Money{Amount: amount, Currency: "usd"} }
	line := func(price string, quantity, amount int64) billing.InvoiceLine {
		return billing.InvoiceLine{ID: price, PriceID: price, Quantity: quantity, Amount: usd(amount)}
	}
	discounted := line("p", 1, 2000)
	discounted.Discount = usd(500)
	proration := line("p", 1, 300)
	proration.Proration = true
	for name, one := range map[string]struct {
		before, after []billing.InvoiceLine
		want          []billing.ReasonKind
	}{
		"nothing":          {[]billing.InvoiceLine{line("p", 1, 2000)}, []billing.InvoiceLine{line("p", 1, 2000)}, nil},
		"a price":          {[]billing.InvoiceLine{line("p", 2, 2000)}, []billing.InvoiceLine{line("p", 2, 3000)}, []billing.ReasonKind{billing.ReasonPrice}},
		"a quantity":       {[]billing.InvoiceLine{line("p", 1, 2000)}, []billing.InvoiceLine{line("p", 2, 4000)}, []billing.ReasonKind{billing.ReasonQuantity}},
		"usage":            {[]billing.InvoiceLine{line("metered", 10, 100)}, []billing.InvoiceLine{line("metered", 12, 120)}, []billing.ReasonKind{billing.ReasonUsage}},
		"another plan":     {[]billing.InvoiceLine{line("p", 1, 2000)}, []billing.InvoiceLine{line("q", 1, 4000)}, []billing.ReasonKind{billing.ReasonAdded, billing.ReasonRemoved}},
		"a discount ended": {[]billing.InvoiceLine{discounted}, []billing.InvoiceLine{line("p", 1, 2000)}, []billing.ReasonKind{billing.ReasonDiscountEnds}},
		"a discount began": {[]billing.InvoiceLine{line("p", 1, 2000)}, []billing.InvoiceLine{discounted}, []billing.ReasonKind{billing.ReasonDiscountBegins}},
		"a proration":      {[]billing.InvoiceLine{line("p", 1, 2000)}, []billing.InvoiceLine{line("p", 1, 2000), proration}, []billing.ReasonKind{billing.ReasonProration}},
		"one that is over": {[]billing.InvoiceLine{line("p", 1, 2000), proration}, []billing.InvoiceLine{line("p", 1, 2000)}, []billing.ReasonKind{billing.ReasonProrationOver}},
	} {
		t.Run(name, func(t *testing.T) {
			s := billing.Subscription{Items: []billing.SubscriptionItem{{PriceID: "metered", Metered: true}}, Upcoming: &billing.Upcoming{Lines: one.after, Total: usd(0)}}
			var got []billing.ReasonKind
			for _, reason := range s.Reasons(billing.Invoice{Lines: one.before, Total: usd(0)}) {
				got = append(got, reason.Kind)
			}
			if !slices.Equal(got, one.want) {
				t.Errorf("reasons are %v, want %v", got, one.want)
			}
		})
	}
}
