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

var stateWords = map[billing.StandingState]string{
	billing.StandingGood:       "good",
	billing.StandingAttention:  "needs attention",
	billing.StandingAtRisk:     "at risk",
	billing.StandingAccessLost: "paid access counts as lost",
	billing.StandingEnded:      "ended",
	billing.StandingUnknown:    "not known",
}

var causeWords = map[billing.Cause]string{
	billing.CauseInOrder:              "nothing to do",
	billing.CauseNoSubscription:       "no subscription",
	billing.CauseTrial:                "on trial",
	billing.CauseCancellationPlanned:  "canceled, and active until it ends",
	billing.CauseCollectionPaused:     "collection is paused",
	billing.CausePaymentProcessing:    "a payment is on its way",
	billing.CauseCardExpires:          "the card expires before the next charge",
	billing.CauseNoMethod:             "no payment method is saved",
	billing.CauseInvoiceToPay:         "an invoice is to be paid",
	billing.CauseInvoiceOverdue:       "an invoice is past its due date",
	billing.CauseInvoiceStuck:         "the next invoice could not be made",
	billing.CauseChangeUnpaid:         "a change of plan waits for its payment",
	billing.CausePaymentFailed:        "a payment failed",
	billing.CauseCardExpired:          "the card has expired",
	billing.CauseConfirmation:         "the bank asks you to confirm a payment",
	billing.CauseShadowedDefault:      "an older card is charged in place of your new one",
	billing.CauseFirstPayment:         "the first payment is not finished",
	billing.CauseTrialEndsUnpaid:      "the trial ends, and no payment method is saved",
	billing.CauseTrialEnded:           "the trial has ended without a payment method",
	billing.CauseTriesUsedUp:          "all attempts to charge have failed",
	billing.CauseOpenAfterEnd:         "it has ended, and an invoice is still to be paid",
	billing.CauseEndedByChoice:        "canceled by you",
	billing.CauseEndedUnpaid:          "payments failed",
	billing.CauseEndedDisputed:        "a payment was disputed",
	billing.CauseEndedWithoutReason:   "the vendor gives no reason",
	billing.CauseSignupLapsed:         "the sign-up was not finished in time",
	billing.CauseAccountRemoved:       "the vendor removed the account",
	billing.CauseNeverSynced:          "nothing was fetched yet",
	billing.CauseOutOfDate:            "something was due since the last sync",
	billing.CauseStatusNotUnderstood:  "this Billfold does not know the subscription's status",
	billing.CauseFailedWithoutInvoice: "it is behind, and no open invoice says for what",
}

var eventWords = map[billing.EventKind]string{
	billing.EventCharge:        "next charge",
	billing.EventRetry:         "next attempt",
	billing.EventBill:          "next bill",
	billing.EventTrialEnds:     "the trial ends",
	billing.EventEnds:          "it ends",
	billing.EventResumes:       "collection resumes",
	billing.EventInvoiceDue:    "to be paid by",
	billing.EventChangeExpires: "the change is dropped",
	billing.EventLapses:        "the sign-up lapses",
}

var remedyWords = map[billing.RemedyKind]string{
	billing.RemedyConfirm:            "confirm the payment with your bank",
	billing.RemedyFixDefault:         "have your new card charged",
	billing.RemedyUpdateCard:         "add a card or update yours",
	billing.RemedyPayInvoice:         "pay the open invoice",
	billing.RemedyResume:             "take the cancellation back, if you like",
	billing.RemedyWait:               "wait for what comes next",
	billing.RemedyContactBank:        "ask your bank",
	billing.RemedyContactVendor:      "ask the vendor's support",
	billing.RemedySubscribe:          "subscribe again, if you like",
	billing.RemedyBillingInformation: "complete your billing information",
	billing.RemedySync:               "run billfold sync",
}

// wordsOr gives the words for a code, and the code itself for one without.
func wordsOr[K ~string](words map[K]string, code K) string {
	if text, ok := words[code]; ok {
		return text
	}
	return clean(strings.ReplaceAll(string(code), "_", " "))
}

// causeText names the two methods where the one is charged and not the other.
func causeText(m billing.Matter) string {
	if m.Cause != billing.CauseShadowedDefault || m.Method == nil || m.Method.Method == nil || m.Hidden == nil {
		return wordsOr(causeWords, m.Cause)
	}
	return methodWords(m.Method) + " is charged, and not your newer " + methodWords(&billing.ChargedMethod{Method: m.Hidden})
}

// printStanding says how it stands, what comes next and what helps.
func printStanding(row func(name, value string), s billing.Standing) {
	row("Standing", wordsOr(stateWords, s.State)+": "+causeText(s.Matter))
	if e := s.NextEvent; e != nil && s.Cause != billing.CauseInOrder {
		when := moment(e.At)
		if e.Imminent {
			when = "about now"
		}
		row("", wordsOr(eventWords, e.Kind)+" "+when)
	}
	if s.NoRetry != "" && s.State != billing.StandingEnded {
		row("", "no automatic attempt is planned")
	}
	for i, r := range s.Remedies {
		name := ""
		if i == 0 {
			name = "What helps"
		}
		row(name, wordsOr(remedyWords, r.Kind))
	}
}
