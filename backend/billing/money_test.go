package billing_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"billfold/backend/billing"

	"pgregory.net/rapid"
)

// currencies holds one of each exponent, the special cases that CLDR has
// otherwise, and one in upper case.
var currencies = []string{"usd", "eur", "jpy", "kwd", "isk", "huf", "USD", "JPY"}

func anyMoney(currency *rapid.Generator[string]) *rapid.Generator[billing.Money] {
	amounts := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-100_000, 100_000),
		rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}))
	return rapid.Custom(func(t *rapid.T) billing.Money {
		return billing.Money{Amount: amounts.Draw(t, "amount"), Currency: currency.Draw(t, "currency")}
	})
}

// moneyRow is one row of testdata/money.json, which the tests of the window read
// too. An amount that a JavaScript number cannot hold is written as a string.
type moneyRow struct {
	Currency string          `json:"currency"`
	Amount   json.RawMessage `json:"amount"`
	Decimal  string          `json:"decimal"`
}

func mustReadMoneyTable(tb testing.TB) []moneyRow {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "money.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var rows []moneyRow
	if err := json.Unmarshal(text, &rows); err != nil {
		tb.Fatal(err)
	}
	if len(rows) < 50 {
		tb.Fatalf("the table has only %d rows", len(rows))
	}
	return rows
}

func TestDecimalFollowsTheSharedTable(t *testing.T) {
	for _, row := range mustReadMoneyTable(t) {
		quoted := strings.HasPrefix(string(row.Amount), `"`)
		digits := strings.Trim(string(row.Amount), `"`)
		amount, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		const exactInJavaScript = 1<<53 - 1
		if safe := amount >= -exactInJavaScript && amount <= exactInJavaScript; safe == quoted {
			t.Errorf("%s %s: only amounts beyond 2^53-1 are written as strings", row.Currency, digits)
		}
		money := billing.Money{Amount: amount, Currency: row.Currency}
		if got := money.Decimal(); got != row.Decimal {
			t.Errorf("%s %s reads %q, want %q", digits, row.Currency, got, row.Decimal)
		}
	}
}

func TestExponentIsStripes(t *testing.T) {
	// Every currency of ISO 4217 that Stripe names as special, and a few that only
	// CLDR would treat so.
	want := map[int]string{
		0: "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF",
		3: "BHD JOD KWD OMR TND",
		2: "USD EUR GBP INR BRL ISK UGX HUF IDR COP IQD PKR LBP LAK MMK SOS TWD LYD CLF UYW",
	}
	for digits, codes := range want {
		for _, code := range strings.Fields(codes) {
			for _, spelling := range []string{code, strings.ToLower(code)} {
				if got := billing.Exponent(spelling); got != digits {
					t.Errorf("%s has %d digits, want %d", spelling, got, digits)
				}
			}
		}
	}
}

func TestExponentOfEveryOtherCodeIsTwo(t *testing.T) {
	special := 0
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			for c := 'a'; c <= 'z'; c++ {
				if billing.Exponent(string([]rune{a, b, c})) != 2 {
					special++
				}
			}
		}
	}
	if special != 15+5 {
		t.Errorf("%d codes are not of two digits, want 15 of none and 5 of three", special)
	}
}

func TestDecimalIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		money := anyMoney(rapid.SampledFrom(currencies)).Draw(t, "money")
		text := money.Decimal()
		read, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("%q is not a number", text)
		}
		digits := int64(billing.Exponent(money.Currency))
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(digits), nil)
		if want := new(big.Rat).SetFrac(big.NewInt(money.Amount), scale); read.Cmp(want) != 0 {
			t.Fatalf("%d %s reads %q", money.Amount, money.Currency, text)
		}
		_, fraction, _ := strings.Cut(text, ".")
		if int64(len(fraction)) != digits {
			t.Fatalf("%q has %d digits after the point, want %d", text, len(fraction), digits)
		}
		if strings.HasPrefix(text, "-") != (money.Amount < 0) {
			t.Fatalf("%q has the wrong sign for %d", text, money.Amount)
		}
	})
}

func TestStringNamesTheCurrency(t *testing.T) {
	for want, money := range map[string]billing.Money{
		"12.30 USD":  {Amount: 1230, Currency: "usd"},
		"-0.005 KWD": {Amount: -5, Currency: "kwd"},
		"500 JPY":    {Amount: 500, Currency: "JPY"},
		"1.00":       {Amount: 100},
	} {
		if got := money.String(); got != want {
			t.Errorf("%+v reads %q, want %q", money, got, want)
		}
	}
}

func TestPlusIsTheSumOrAnError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		generator := anyMoney(rapid.SampledFrom([]string{"usd", "USD", "eur"}))
		a, b := generator.Draw(t, "a"), generator.Draw(t, "b")
		exact := new(big.Int).Add(big.NewInt(a.Amount), big.NewInt(b.Amount))
		possible := strings.EqualFold(a.Currency, b.Currency) && exact.IsInt64()
		forth, err := a.Plus(b)
		back, backErr := b.Plus(a)
		if (err == nil) != possible || (backErr == nil) != possible {
			t.Fatalf("%v + %v: errors %v and %v, possible %v", a, b, err, backErr, possible)
		}
		if !possible {
			requireRefusal(t, err, forth)
			return
		}
		if forth.Amount != exact.Int64() || forth.Amount != back.Amount {
			t.Fatalf("%v + %v = %v and %v, want %v", a, b, forth, back, exact)
		}
		if forth.Currency != a.Currency {
			t.Fatalf("the sum of %v and %v is in %q", a, b, forth.Currency)
		}
	})
}

func requireRefusal(t *rapid.T, err error, sum billing.Money) {
	var known *billing.Error
	if !errors.As(err, &known) || known.Message == "" {
		t.Fatalf("%v is not an error with a sentence", err)
	}
	if sum != (billing.Money{}) {
		t.Fatalf("a refused sum is %v", sum)
	}
}

func TestPlusIsAssociative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		generator := anyMoney(rapid.Just("usd"))
		a, b, c := generator.Draw(t, "a"), generator.Draw(t, "b"), generator.Draw(t, "c")
		left, leftErr := plusAll(a, b, c)
		rest, err := b.Plus(c)
		if leftErr != nil || err != nil {
			return
		}
		right, err := a.Plus(rest)
		if err != nil || left != right {
			t.Fatalf("(%v+%v)+%v = %v, the other way %v, %v", a, b, c, left, right, err)
		}
	})
}

func plusAll(first billing.Money, others ...billing.Money) (billing.Money, error) {
	sum := first
	for _, other := range others {
		var err error
		if sum, err = sum.Plus(other); err != nil {
			return billing.Money{}, err
		}
	}
	return sum, nil
}

func TestSumByCurrencyEqualsExactSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOf(anyMoney(rapid.SampledFrom(currencies))).Draw(t, "amounts")
		want := map[string]*big.Int{}
		fits := true
		for _, amount := range amounts {
			currency := strings.ToLower(amount.Currency)
			if want[currency] == nil {
				want[currency] = new(big.Int)
			}
			want[currency].Add(want[currency], big.NewInt(amount.Amount))
		}
		for _, sum := range want {
			fits = fits && sum.IsInt64()
		}
		for _, order := range [][]billing.Money{amounts, rapid.Permutation(amounts).Draw(t, "order")} {
			got, err := billing.SumByCurrency(order)
			if (err == nil) != fits {
				t.Fatalf("error %v, the sums fit: %v", err, fits)
			}
			if fits {
				requireSums(t, got, want)
			}
		}
	})
}

func requireSums(t *rapid.T, got []billing.Money, want map[string]*big.Int) {
	if got == nil || len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	if !sort.SliceIsSorted(got, func(i, j int) bool { return got[i].Currency < got[j].Currency }) {
		t.Fatalf("%v is not sorted", got)
	}
	for _, sum := range got {
		if exact, ok := want[sum.Currency]; !ok || exact.Cmp(big.NewInt(sum.Amount)) != 0 {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestSumByCurrencyKeepsZeroSums(t *testing.T) {
	got, err := billing.SumByCurrency([]billing.Money{
		{Amount: 5, Currency: "usd"}, {Amount: -5, Currency: "USD"}, {Amount: 7, Currency: "jpy"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []billing.Money{{Amount: 7, Currency: "jpy"}, {Amount: 0, Currency: "usd"}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %v, want %v", got, want)
	}
}
