package billing

import (
	"math/bits"
	"strings"
)

// wideSum is a sum of amounts in 128 bits, as a two's complement: no number of
// amounts that there is leaves its range, so that only the end has to be looked at.
type wideSum struct {
	high, low uint64
}

func wide(amount int64) wideSum { return wideSum{high: uint64(amount >> 63), low: uint64(amount)} }

func (s wideSum) plus(t wideSum) wideSum {
	low, carry := bits.Add64(s.low, t.low, 0)
	high, _ := bits.Add64(s.high, t.high, carry)
	return wideSum{high, low}
}

func (s wideSum) minus(t wideSum) wideSum {
	low, borrow := bits.Sub64(s.low, t.low, 0)
	high, _ := bits.Sub64(s.high, t.high, borrow)
	return wideSum{high, low}
}

// int64 is the sum, where it fits.
func (s wideSum) int64() (sum int64, fits bool) {
	sum = int64(s.low)
	return sum, s == wide(sum)
}

// What is said of owed and credit elsewhere, with Stripe's signs.
const (
	saidOwed   = LedgerAccount("said/owed")
	saidCredit = LedgerAccount("said/credit")
)

// accountSums are the accounts of one currency.
type accountSums struct {
	bought, money, credit, owed, saidOwed, saidCredit wideSum
}

func (a *accountSums) of(account LedgerAccount) *wideSum {
	switch account {
	case LedgerBought:
		return &a.bought
	case LedgerMoney:
		return &a.money
	case LedgerCredit:
		return &a.credit
	case LedgerOwed:
		return &a.owed
	case saidOwed:
		return &a.saidOwed
	default:
		return &a.saidCredit
	}
}

// ledgerSums has the accounts by currency, in lower case.
type ledgerSums map[string]*accountSums

func (l ledgerSums) in(currency string) *accountSums {
	currency = strings.ToLower(currency)
	sums, known := l[currency]
	if !known {
		sums = &accountSums{}
		l[currency] = sums
	}
	return sums
}

func (l ledgerSums) add(amount Money, account LedgerAccount) {
	sum := l.in(amount.Currency).of(account)
	*sum = sum.plus(wide(amount.Amount))
}
