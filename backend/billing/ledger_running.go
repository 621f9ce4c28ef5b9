package billing

import "strings"

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
	sums := ledgerSums{}
	running := make([]Running, len(l.Entries))
	for i := len(l.Entries) - 1; i >= 0; i-- {
		entry := &l.Entries[i]
		for _, posting := range entry.Postings {
			sums.add(posting.Amount, posting.Account)
		}
		accounts := sums.in(entry.Amount.Currency)
		owed, owedFits := wideSum{}.minus(accounts.owed).int64()
		credit, creditFits := accounts.credit.int64()
		if !owedFits || !creditFits {
			return nil, errTooLarge()
		}
		currency := strings.ToLower(entry.Amount.Currency)
		running[i] = Running{
			Entry: *entry, OwedAfter: Money{Amount: owed, Currency: currency}, CreditAfter: Money{Amount: credit, Currency: currency},
		}
	}
	return running, nil
}
