package main

import (
	"fmt"
	"strings"

	"billfold/backend/billing"
)

// The exit codes of status beyond those of every command.
const (
	exitAttention  = 3 // attention, at risk, or not known
	exitAccessLost = 4 // access lost, or ended because it was not paid
)

// standingCode is the exit code of a standing: 0 where nothing is wrong, which an
// account that its owner ended on purpose is, too.
func standingCode(s billing.Standing) int {
	switch {
	case s.State == billing.StandingAccessLost, s.EndedUnpaid():
		return exitAccessLost
	case s.State == billing.StandingGood, s.State == billing.StandingEnded && s.Cause != billing.CauseAccountRemoved:
		return 0
	default:
		return exitAttention
	}
}

// stands ends a command that did what was asked for with the code of a standing.
type stands int

func (s stands) Error() string { return fmt.Sprintf("exit %d", int(s)) }

// standingJSON is the standing in status --json; docs/command-line.md describes it.
type standingJSON struct {
	matterJSON
	Owed   []owedJSON   `json:"owed"`
	Others []matterJSON `json:"others"`
}

type matterJSON struct {
	State          string                `json:"state"`
	Cause          string                `json:"cause"`
	Consequence    string                `json:"consequence"`
	AccessUntil    *int64                `json:"access_until"`
	SubscriptionID *string               `json:"subscription_id"`
	InvoiceIDs     []string              `json:"invoice_ids"`
	Decline        *billing.Advice       `json:"decline"`
	NoRetry        *string               `json:"no_retry"`
	NextEvent      *eventJSON            `json:"next_event"`
	Remedies       []remedyJSON          `json:"remedies"`
	Unknown        []billing.UnknownFact `json:"unknown"`
}

type eventJSON struct {
	Kind           string  `json:"kind"`
	At             int64   `json:"at"`
	Imminent       bool    `json:"imminent"`
	Amount         *int64  `json:"amount"`
	Currency       *string `json:"currency"`
	InvoiceID      *string `json:"invoice_id"`
	SubscriptionID *string `json:"subscription_id"`
}

type remedyJSON struct {
	Kind           string  `json:"kind"`
	SubscriptionID *string `json:"subscription_id"`
	InvoiceID      *string `json:"invoice_id"`
	MethodID       *string `json:"method_id"`
}

// owedJSON is what is owed in one currency, and on which invoices.
type owedJSON struct {
	Currency   string   `json:"currency"`
	Amount     int64    `json:"amount"`
	InvoiceIDs []string `json:"invoice_ids"`
}

func standingOf(s billing.Standing) standingJSON {
	result := standingJSON{matterJSON: matterOf(s.Matter), Owed: []owedJSON{}, Others: []matterJSON{}}
	for _, amount := range s.Owed {
		owed := owedJSON{Currency: amount.Currency, Amount: amount.Amount, InvoiceIDs: []string{}}
		for _, invoice := range s.OwedOn {
			if strings.EqualFold(invoice.Amount.Currency, amount.Currency) {
				owed.InvoiceIDs = append(owed.InvoiceIDs, invoice.ID)
			}
		}
		result.Owed = append(result.Owed, owed)
	}
	for _, other := range s.Others {
		result.Others = append(result.Others, matterOf(other))
	}
	return result
}

func matterOf(m billing.Matter) matterJSON {
	result := matterJSON{
		State: string(m.State), Cause: string(m.Cause), Consequence: string(m.Consequence),
		AccessUntil: orNull(m.AccessUntil), SubscriptionID: textOrNull(m.SubscriptionID), InvoiceIDs: m.InvoiceIDs,
		NoRetry: textOrNull(string(m.NoRetry)), Remedies: []remedyJSON{}, Unknown: m.Unknown,
	}
	if m.Decline != nil {
		result.Decline = &m.Decline.Advice
	}
	if e := m.NextEvent; e != nil {
		result.NextEvent = &eventJSON{
			Kind: string(e.Kind), At: int64(e.At), Imminent: e.Imminent,
			InvoiceID: textOrNull(e.InvoiceID), SubscriptionID: textOrNull(e.SubscriptionID),
		}
		if e.AmountKnown {
			result.NextEvent.Amount, result.NextEvent.Currency = &e.Amount.Amount, &e.Amount.Currency
		}
	}
	for _, r := range m.Remedies {
		result.Remedies = append(result.Remedies, remedyJSON{
			Kind: string(r.Kind), SubscriptionID: textOrNull(r.SubscriptionID), InvoiceID: textOrNull(r.InvoiceID), MethodID: textOrNull(r.MethodID),
		})
	}
	return result
}

// printStanding says how it stands, what that means, what comes next and what helps.
func (p *program) printStanding(row func(name, value string), s billing.Standing) {
	row(p.says.Say("command_standing"), p.says.State(s.Matter)+": "+clean(p.says.What(s.Matter, s)))
	for _, sentence := range p.says.Meaning(s.Matter, true) {
		row("", sentence)
	}
	name := p.says.Say("standing_remedies")
	for i := range s.Remedies {
		row(name, clean(p.says.Remedy(s.Matter, i)))
		name = ""
	}
}
