package billing_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"billfold/backend/billing"
)

func utc(year int, month time.Month, day, hour, minute, second int) billing.Time {
	return billing.At(time.Date(year, month, day, hour, minute, second, 0, time.UTC))
}

func TestCardWorksUntilTheEndOfItsMonth(t *testing.T) {
	for name, c := range map[string]struct {
		month, year int64
		lastSecond  billing.Time
	}{
		"month of 30 days":            {4, 2027, utc(2027, 4, 30, 23, 59, 59)},
		"february of a leap year":     {2, 2028, utc(2028, 2, 29, 23, 59, 59)},
		"february of no leap year":    {2, 2027, utc(2027, 2, 28, 23, 59, 59)},
		"december ends with the year": {12, 2026, utc(2026, 12, 31, 23, 59, 59)},
		"january":                     {1, 2030, utc(2030, 1, 31, 23, 59, 59)},
	} {
		t.Run(name, func(t *testing.T) {
			card := billing.PaymentMethod{ExpMonth: c.month, ExpYear: c.year}
			if got := card.ExpiresAt(); got != c.lastSecond+1 {
				t.Errorf("expires at %v", got.Go())
			}
			if card.ExpiredBy(c.lastSecond) {
				t.Error("expired within its last month")
			}
			if !card.ExpiredBy(c.lastSecond + 1) {
				t.Error("still works in the month after")
			}
			if card.ExpiredBy(0) {
				t.Error("expired at an unknown time")
			}
		})
	}
}

func TestUnknownTimeIsAfterNoExpiry(t *testing.T) {
	if (billing.PaymentMethod{ExpMonth: 1, ExpYear: 1960}).ExpiredBy(0) {
		t.Error("an unknown time is read as 1970")
	}
}

func TestMethodWithoutAValidExpiryNeverExpires(t *testing.T) {
	for _, c := range []struct{ month, year int64 }{
		{0, 0}, {0, 2026}, {13, 2026}, {-1, 2026}, {12, 0}, {12, -1}, {math.MaxInt64, 2026},
		{math.MinInt64, 2026}, {12, math.MaxInt64}, {1, math.MinInt64}, {1, 10_000},
	} {
		t.Run(fmt.Sprintf("month %d of %d", c.month, c.year), func(t *testing.T) {
			method := billing.PaymentMethod{ExpMonth: c.month, ExpYear: c.year}
			if got := method.ExpiresAt(); got.Known() {
				t.Errorf("expires at %v", got.Go())
			}
			if method.ExpiredBy(utc(9999, 12, 31, 0, 0, 0)) {
				t.Error("is expired")
			}
		})
	}
}

// precedence is Stripe's order of who names the method to charge, first to last.
var precedence = []billing.MethodOrigin{
	billing.OriginInvoice, billing.OriginSubscription, billing.OriginSubscriptionSource,
	billing.OriginCustomer, billing.OriginCustomerSource,
}

func TestFirstNamedMethodIsCharged(t *testing.T) {
	for subset := range 1 << len(precedence) {
		named := map[billing.MethodOrigin]string{}
		var want billing.MethodOrigin
		for i := len(precedence) - 1; i >= 0; i-- {
			if subset&(1<<i) != 0 {
				want = precedence[i]
				named[want] = "id_of_" + string(want)
			}
		}
		invoice := billing.Invoice{DefaultPaymentMethodID: named[billing.OriginInvoice]}
		subscription := billing.Subscription{
			DefaultPaymentMethodID: named[billing.OriginSubscription],
			DefaultSourceID:        named[billing.OriginSubscriptionSource],
		}
		customer := billing.Customer{
			DefaultPaymentMethodID: named[billing.OriginCustomer],
			DefaultSourceID:        named[billing.OriginCustomerSource],
		}
		t.Run(fmt.Sprintf("%05b charges %q", subset, want), func(t *testing.T) {
			requireOrigin(t, billing.MethodToCharge(&invoice, &subscription, customer, nil), want)
		})
	}
}

func requireOrigin(t *testing.T, got *billing.ChargedMethod, want billing.MethodOrigin) {
	t.Helper()
	if want == "" {
		if got != nil {
			t.Errorf("charges %+v, want none", got)
		}
		return
	}
	if got == nil || got.Origin != want || got.ID != "id_of_"+string(want) {
		t.Errorf("charges %+v, want the one of the %s", got, want)
	}
}

func TestAbsentObjectsNameNoMethod(t *testing.T) {
	invoice := &billing.Invoice{DefaultPaymentMethodID: "id_of_invoice"}
	subscription := &billing.Subscription{DefaultSourceID: "id_of_subscription_source"}
	customer := billing.Customer{DefaultSourceID: "id_of_customer_source"}
	for name, c := range map[string]struct {
		invoice      *billing.Invoice
		subscription *billing.Subscription
		customer     billing.Customer
		want         billing.MethodOrigin
	}{
		"nothing at all":          {nil, nil, billing.Customer{}, ""},
		"only the customer":       {nil, nil, customer, billing.OriginCustomerSource},
		"no invoice":              {nil, subscription, customer, billing.OriginSubscriptionSource},
		"invoice of its own":      {invoice, nil, customer, billing.OriginInvoice},
		"invoice that names none": {&billing.Invoice{}, nil, customer, billing.OriginCustomerSource},
	} {
		t.Run(name, func(t *testing.T) {
			requireOrigin(t, billing.MethodToCharge(c.invoice, c.subscription, c.customer, nil), c.want)
		})
	}
}

func TestChargedMethodIsJoinedWithTheSavedOnes(t *testing.T) {
	saved := []billing.PaymentMethod{
		{ID: "pm_1", Type: "card", Last4: "4242"}, {ID: "pm_2", Type: "amazon_pay"},
	}
	for name, c := range map[string]struct{ id, wantType string }{
		"a saved card":            {"pm_1", "card"},
		"a type nobody knows":     {"pm_2", "amazon_pay"},
		"one that is not in list": {"pm_3", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := billing.MethodToCharge(nil, nil, billing.Customer{DefaultPaymentMethodID: c.id}, saved)
			switch {
			case got == nil || got.ID != c.id:
				t.Fatalf("charges %+v", got)
			case c.wantType == "" && got.Method != nil:
				t.Errorf("made up %+v", got.Method)
			case c.wantType != "" && (got.Method == nil || got.Method.Type != c.wantType):
				t.Errorf("joined with %+v", got.Method)
			}
		})
	}
}
