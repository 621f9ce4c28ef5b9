package billing

import (
	"fmt"
	"math"
	"math/big"
	"sort"
	"strconv"
	"strings"
)

// Money is an amount in minor units (cents for usd, yen for jpy, fils for kwd)
// with its ISO 4217 currency in lower case, as Stripe has it.
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// Exponents that differ from 2. These are Stripe's, not CLDR's: isk, ugx, huf
// and idr have no minor unit in use, but Stripe scales them by 100.
// Source: docs.stripe.com, "Supported currencies", zero-decimal and
// three-decimal currencies.
var exponents = map[string]int{
	"bif": 0, "clp": 0, "djf": 0, "gnf": 0, "jpy": 0, "kmf": 0, "krw": 0, "mga": 0,
	"pyg": 0, "rwf": 0, "vnd": 0, "vuv": 0, "xaf": 0, "xof": 0, "xpf": 0,
	"bhd": 3, "jod": 3, "kwd": 3, "omr": 3, "tnd": 3,
}

// Exponent gives the number of decimal digits between Stripe's minor unit and
// the unit of currency. Upper or lower case does not matter.
func Exponent(currency string) int {
	if digits, ok := exponents[strings.ToLower(currency)]; ok {
		return digits
	}
	return 2
}

// Decimal writes the amount as an exact decimal number without currency: 1230
// usd is "12.30", -5 kwd is "-0.005", 500 jpy is "500".
func (m Money) Decimal() string {
	digits := Exponent(m.Currency)
	// The magnitude is unsigned so that the smallest int64 has one too.
	magnitude, sign := uint64(m.Amount), ""
	if m.Amount < 0 {
		magnitude, sign = -uint64(m.Amount), "-"
	}
	text := strconv.FormatUint(magnitude, 10)
	if digits == 0 {
		return sign + text
	}
	if missing := digits + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	point := len(text) - digits
	return sign + text[:point] + "." + text[point:]
}

// String writes the amount with its currency code: "12.30 USD".
func (m Money) String() string {
	if m.Currency == "" {
		return m.Decimal()
	}
	return m.Decimal() + " " + strings.ToUpper(m.Currency)
}

// Plus adds two amounts of one currency. Adding two currencies, or leaving the
// range of int64, is an error and never a number.
func (m Money) Plus(other Money) (Money, error) {
	if !strings.EqualFold(m.Currency, other.Currency) {
		return Money{}, NewError(CodeInternal, fmt.Sprintf("Amounts in %s and %s cannot be added.",
			strings.ToUpper(m.Currency), strings.ToUpper(other.Currency)), nil)
	}
	if (other.Amount > 0 && m.Amount > math.MaxInt64-other.Amount) ||
		(other.Amount < 0 && m.Amount < math.MinInt64-other.Amount) {
		return Money{}, errTooLarge()
	}
	return Money{Amount: m.Amount + other.Amount, Currency: m.Currency}, nil
}

// SumByCurrency adds the amounts currency by currency, sorted by currency code in
// lower case; a currency whose sum is 0 is kept. A sum outside the range of int64
// is an error; whether there is one does not depend on the order of the amounts.
func SumByCurrency(amounts []Money) ([]Money, error) {
	sums := map[string]*big.Int{}
	for _, amount := range amounts {
		currency := strings.ToLower(amount.Currency)
		if sums[currency] == nil {
			sums[currency] = new(big.Int)
		}
		sums[currency].Add(sums[currency], big.NewInt(amount.Amount))
	}
	result := make([]Money, 0, len(sums))
	for currency, sum := range sums {
		if !sum.IsInt64() {
			return nil, errTooLarge()
		}
		result = append(result, Money{Amount: sum.Int64(), Currency: currency})
	}
	sort.Slice(result, func(i, j int) bool { return result[i].Currency < result[j].Currency })
	return result, nil
}

func errTooLarge() error {
	return NewError(CodeInternal, "The amounts are too large to be added.", nil)
}
