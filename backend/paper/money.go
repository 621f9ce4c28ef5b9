package paper

import (
	"strconv"
	"strings"
)

// Digits after the decimal point of the currencies that have not two: Stripe's
// table (docs.stripe.com/currencies, zero- and three-decimal currencies).
const (
	withoutDecimals   = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
	withThreeDecimals = "BHD JOD KWD OMR TND"
)

// currencyCode is the code in capitals. What cannot be one is cut to the length of
// one, since it stands beside every amount.
func currencyCode(code string) string {
	runes := []rune(strings.ToUpper(strings.ToValidUTF8(code, "")))
	return string(runes[:min(len(runes), 3)])
}

func decimalsOf(currency string) int {
	switch code := strings.ToUpper(currency); {
	case len(code) != 3:
		return 2
	case strings.Contains(withoutDecimals, code):
		return 0
	case strings.Contains(withThreeDecimals, code):
		return 3
	}
	return 2
}

// amountText writes minor units as a number with grouped thousands: 1,234.50.
func amountText(minor int64, currency string) string {
	text, _ := decimalText(strconv.FormatInt(minor, 10), currency)
	return text
}

// decimalText is amountText for a decimal number of minor units, whose fraction
// is kept: "0.4" cents are 0.004 USD. It is false when minor is no such number.
func decimalText(minor, currency string) (string, bool) {
	digits, negative := strings.CutPrefix(strings.TrimSpace(minor), "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole == "" || !onlyDigits(whole) || !onlyDigits(fraction) {
		return minor, false
	}
	decimals := decimalsOf(currency)
	if missing := decimals + 1 - len(whole); missing > 0 {
		whole = strings.Repeat("0", missing) + whole
	}
	point := len(whole) - decimals
	fraction = whole[point:] + strings.TrimRight(fraction, "0")
	whole = strings.TrimLeft(whole[:point], "0")
	if whole == "" {
		whole = "0"
	}
	text := grouped(whole)
	if fraction != "" {
		text += "." + fraction
	}
	if negative && strings.Trim(text, "0.") != "" {
		text = "-" + text
	}
	return text, true
}

func grouped(whole string) string {
	var text strings.Builder
	for i, digit := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			text.WriteByte(',')
		}
		text.WriteByte(digit)
	}
	return text.String()
}

func onlyDigits(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}
