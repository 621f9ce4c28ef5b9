package billing

import (
	"math/big"
	"strings"
)

// Running is an entry with what its currency came to after it.
type Running struct {
	Entry
	// OwedAfter is what was left to pay on all invoices then, CreditAfter what the
	// vendor kept for the subscriber; an old debit is negative credit.
	OwedAfter   Money `json:"owed_after"`
	CreditAfter Money `json:"credit_after"`
}

// Running gives the entries, newest first as they are, each with the sums up to
// it. A sum that leaves the range of int64 is an error.
func (l Ledger) Running() ([]Running, error) {
	sums := map[string]map[LedgerAccount]*big.Int{}
	running := make([]Running, len(l.Entries))
	for i := len(l.Entries) - 1; i >= 0; i-- {
		entry := l.Entries[i]
		currency := strings.ToLower(entry.Amount.Currency)
		if sums[currency] == nil {
			sums[currency] = map[LedgerAccount]*big.Int{LedgerBought: {}, LedgerMoney: {}, LedgerCredit: {}, LedgerOwed: {}}
		}
		for _, posting := range entry.Postings {
			sum := sums[currency][posting.Account]
			sum.Add(sum, big.NewInt(posting.Amount.Amount))
		}
		owed, credit := new(big.Int).Neg(sums[currency][LedgerOwed]), sums[currency][LedgerCredit]
		if !owed.IsInt64() || !credit.IsInt64() {
			return nil, errTooLarge()
		}
		running[i] = Running{
			Entry: entry, OwedAfter: Money{Amount: owed.Int64(), Currency: currency},
			CreditAfter: Money{Amount: credit.Int64(), Currency: currency},
		}
	}
	return running, nil
}
