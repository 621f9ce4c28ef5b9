package billing_test

import (
	"math"
	"math/big"
	"testing"

	"billfold/backend/billing"

	"pgregory.net/rapid"
)

func monthly(amount, quantity int64) billing.SubscriptionItem {
	return billing.SubscriptionItem{
		UnitAmount: billing.Money{Amount: amount, Currency: "usd"}, UnitAmountKnown: true,
		Quantity: quantity, Interval: "month", IntervalCount: 1,
	}
}

func changed(item billing.SubscriptionItem, change func(*billing.SubscriptionItem)) billing.SubscriptionItem {
	change(&item)
	return item
}

func TestPriceAddsWhatIsFixed(t *testing.T) {
	metered := changed(monthly(4, 1), func(i *billing.SubscriptionItem) { i.Metered = true })
	tiered := changed(monthly(0, 3), func(i *billing.SubscriptionItem) { i.UnitAmountKnown = false })
	yearly := changed(monthly(9900, 1), func(i *billing.SubscriptionItem) { i.Interval = "year" })
	quarterly := changed(monthly(2700, 1), func(i *billing.SubscriptionItem) { i.IntervalCount = 3 })
	euro := changed(monthly(100, 1), func(i *billing.SubscriptionItem) { i.UnitAmount.Currency = "eur" })
	for name, c := range map[string]struct {
		items    []billing.SubscriptionItem
		amount   int64
		known    bool
		interval string
		count    int64
	}{
		"no item has no price":                   {nil, 0, false, "", 0},
		"one item":                               {[]billing.SubscriptionItem{monthly(2000, 1)}, 2000, true, "month", 1},
		"quantity multiplies":                    {[]billing.SubscriptionItem{monthly(2000, 3)}, 6000, true, "month", 1},
		"quantity 0 costs nothing":               {[]billing.SubscriptionItem{monthly(2000, 0)}, 0, true, "month", 1},
		"free is a known price":                  {[]billing.SubscriptionItem{monthly(0, 1)}, 0, true, "month", 1},
		"a negative quantity is subtracted":      {[]billing.SubscriptionItem{monthly(2000, 2), monthly(500, -1)}, 3500, true, "month", 1},
		"several items add up":                   {[]billing.SubscriptionItem{monthly(2000, 1), monthly(500, 2)}, 3000, true, "month", 1},
		"metered alone is unknown":               {[]billing.SubscriptionItem{metered}, 0, false, "month", 1},
		"metered beside fixed is left out":       {[]billing.SubscriptionItem{metered, monthly(2000, 1)}, 2000, true, "month", 1},
		"tiered is unknown":                      {[]billing.SubscriptionItem{tiered}, 0, false, "month", 1},
		"another interval is left out":           {[]billing.SubscriptionItem{monthly(2000, 1), yearly}, 2000, true, "month", 1},
		"another count is left out":              {[]billing.SubscriptionItem{quarterly, monthly(2000, 1)}, 2700, true, "month", 3},
		"the interval goes with the price":       {[]billing.SubscriptionItem{metered, yearly}, 9900, true, "year", 1},
		"two currencies are never added":         {[]billing.SubscriptionItem{monthly(2000, 1), euro}, 0, false, "month", 1},
		"too many units are unknown":             {[]billing.SubscriptionItem{monthly(math.MaxInt64, 2)}, 0, false, "month", 1},
		"too large a sum is unknown":             {[]billing.SubscriptionItem{monthly(math.MaxInt64, 1), monthly(1, 1)}, 0, false, "month", 1},
		"the smallest amount times minus one":    {[]billing.SubscriptionItem{monthly(math.MinInt64, -1)}, 0, false, "month", 1},
		"minus one times the smallest quantity":  {[]billing.SubscriptionItem{monthly(-1, math.MinInt64)}, 0, false, "month", 1},
		"the smallest amount itself is possible": {[]billing.SubscriptionItem{monthly(math.MinInt64, 1)}, math.MinInt64, true, "month", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := billing.Subscription{Currency: "usd", Items: c.items}
			price, known := s.Price()
			if known != c.known || price != (billing.Money{Amount: c.amount, Currency: "usd"}) {
				t.Errorf("price %v, known %v", price, known)
			}
			if interval, count := s.Interval(); interval != c.interval || count != c.count {
				t.Errorf("every %d %q", count, interval)
			}
		})
	}
}

func TestPriceIsExactOrUnknown(t *testing.T) {
	numbers := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1000, 1000),
		rapid.SampledFrom([]int64{math.MinInt64, -1, 0, 1, math.MaxInt64, 3_037_000_500}))
	rapid.Check(t, func(t *rapid.T) {
		s := billing.Subscription{Currency: "usd"}
		exact, possible := new(big.Int), true
		for range rapid.IntRange(1, 4).Draw(t, "items") {
			amount, quantity := numbers.Draw(t, "amount"), numbers.Draw(t, "quantity")
			s.Items = append(s.Items, monthly(amount, quantity))
			cost := new(big.Int).Mul(big.NewInt(amount), big.NewInt(quantity))
			exact.Add(exact, cost)
			possible = possible && cost.IsInt64() && exact.IsInt64()
		}
		price, known := s.Price()
		if known != possible {
			t.Fatalf("known is %v for %v", known, exact)
		}
		if known && exact.Cmp(big.NewInt(price.Amount)) != 0 {
			t.Fatalf("price %v, want %v", price, exact)
		}
	})
}
