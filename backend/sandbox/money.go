package sandbox

import (
	"strconv"
	"strings"
)

// decimals are the digits behind the point of the currencies that do not have
// two. Source: Stripe docs, "Supported currencies", Zero-decimal and
// Three-decimal currencies.
var decimals = map[string]int{
	"bif": 0, "clp": 0, "djf": 0, "gnf": 0, "jpy": 0, "kmf": 0, "krw": 0, "mga": 0, "pyg": 0, "rwf": 0, "vnd": 0,
	"vuv": 0, "xaf": 0, "xof": 0, "xpf": 0,
	"bhd": 3, "jod": 3, "kwd": 3, "omr": 3, "tnd": 3,
}

var signs = map[string]string{"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "inr": "₹"}

// moneyInWords writes an amount in minor units for a line's description.
func moneyInWords(amount int64, currency string) string {
	digits, special := decimals[currency]
	if !special {
		digits = 2
	}
	text := strconv.FormatInt(amount, 10)
	if len(text) <= digits {
		text = strings.Repeat("0", digits+1-len(text)) + text
	}
	if digits > 0 {
		text = text[:len(text)-digits] + "." + text[len(text)-digits:]
	}
	if sign, known := signs[currency]; known {
		return sign + text
	}
	return strings.ToUpper(currency) + " " + text
}
