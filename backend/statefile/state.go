// Package statefile tells programs beside Billfold, an IDE above all, how the account
// stands: in a small file without a secret.
//
// Whoever may read the person's files may read it. So it has no token, no link, no
// address of mail or street, no name of a person, no customer id, no digit of a card:
// nothing that opens anything, and nothing that says who somebody is at Stripe.
package statefile

import (
	"strings"
	"unicode"

	"billfold/backend/billing"
)

// Schema names what the file holds; docs/ide.md describes it. Names are added to it,
// and never given another meaning.
const Schema = "billfold.state/1"

// Level is how loudly a standing is to be told.
type Level string

// The levels.
const (
	LevelNone    Level = "none"    // nothing is wrong
	LevelNote    Level = "note"    // in words
	LevelWarning Level = "warning" // in words and colour, and by one notification
	LevelError   Level = "error"   // the same: access is lost, or counts as lost
)

// State is what the file holds.
type State struct {
	Schema  string  `json:"schema"`
	Account Account `json:"account"`
	// Connection is sandbox, gateway or stripe_test.
	Connection string `json:"connection"`
	// Plan and SubscriptionStatus are of the subscription that Standing is about, else
	// of the one that matters most; null without one. The status is Stripe's.
	Plan               *string  `json:"plan"`
	SubscriptionStatus *string  `json:"subscription_status"`
	Standing           Standing `json:"standing"`
	// NextCharge is the next automatic charge, null when there is none.
	NextCharge *Charge `json:"next_charge"`
	// AsOf is when the local copy was last complete, null before the first time.
	AsOf *billing.Time `json:"as_of"`
	// JudgedAt is when Standing was worked out from it.
	JudgedAt billing.Time `json:"judged_at"`
	// Words say it, by language.
	Words map[string]Words `json:"words"`
}

// Account tells one account from another, and what it may be called in front of
// others.
type Account struct {
	// ID is a hash, and the same as long as the account is.
	ID string `json:"id"`
	// Label is the vendor's name, or where the account is.
	Label string `json:"label"`
}

// Standing is how the account stands, in the words of billing.Standing.
type Standing struct {
	State       billing.StandingState `json:"state"`
	Cause       billing.Cause         `json:"cause"`
	Consequence billing.Consequence   `json:"consequence"`
	Level       Level                 `json:"level"`
	// NextEvent is what happens next on its own, null when nothing does.
	NextEvent *Event `json:"next_event"`
}

// Event is something that happens on its own.
type Event struct {
	Kind billing.EventKind `json:"kind"`
	At   billing.Time      `json:"at"`
	// Imminent tells that it was due already when the copy was made.
	Imminent bool `json:"imminent"`
}

// Charge is an automatic charge; what is not known is null.
type Charge struct {
	At       billing.Time `json:"at"`
	Amount   *int64       `json:"amount"`
	Currency *string      `json:"currency"`
}

// Facts are what a State is made from.
type Facts struct {
	Account    Account
	Connection string
	// Known is the account as the local copy has it.
	Known    billing.Account
	Standing billing.Standing
	// Now is when Standing was worked out.
	Now billing.Time
}

// Of writes down how an account stands.
func Of(facts Facts) State {
	standing := facts.Standing
	state := State{
		Schema:     Schema,
		Account:    Account{ID: facts.Account.ID, Label: plain(facts.Account.Label)},
		Connection: facts.Connection,
		Standing: Standing{
			State: standing.State, Cause: standing.Cause, Consequence: standing.Consequence, Level: LevelOf(standing),
		},
		JudgedAt: facts.Now,
		Words:    WordsOf(standing, nil),
	}
	if next := standing.NextEvent; next != nil {
		state.Standing.NextEvent = &Event{Kind: next.Kind, At: next.At, Imminent: next.Imminent}
	}
	if standing.SyncedAt.Known() {
		state.AsOf = &standing.SyncedAt
	}
	if of := subscriptionOf(facts); of != nil {
		plan, status := plain(of.Plan()), string(of.Status)
		state.Plan, state.SubscriptionStatus = &plan, &status
	}
	if charge := facts.Known.NextCharge(); charge != nil {
		state.NextCharge = &Charge{At: charge.At}
		if charge.AmountKnown {
			state.NextCharge.Amount, state.NextCharge.Currency = &charge.Amount.Amount, &charge.Amount.Currency
		}
	}
	return state
}

func subscriptionOf(facts Facts) *billing.Subscription {
	all := billing.ByImportance(facts.Known.Subscriptions)
	for i := range all {
		if all[i].ID == facts.Standing.SubscriptionID && facts.Standing.State != billing.StandingGood {
			return &all[i]
		}
	}
	if len(all) == 0 {
		return nil
	}
	return &all[0]
}

// LevelOf says how loudly a standing is to be told. What somebody ended on purpose
// is no trouble.
func LevelOf(s billing.Standing) Level {
	switch {
	case s.State == billing.StandingAccessLost, s.EndedUnpaid():
		return LevelError
	case s.State == billing.StandingAtRisk:
		return LevelWarning
	case s.State == billing.StandingGood, s.State == billing.StandingEnded && s.Cause != billing.CauseAccountRemoved:
		return LevelNone
	default:
		return LevelNote
	}
}

// longest is the longest name that is passed on, in characters.
const longest = 200

// plain is a stranger's text in one line of all that can be seen.
func plain(text string) string {
	line := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
	runes := []rune(strings.TrimSpace(line))
	if len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return string(runes)
}
