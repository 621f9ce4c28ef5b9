package main

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"billfold/backend/billing"
	"billfold/backend/wording"
)

// adviceFor says what to do about a failure; "" when its message says it all.
func adviceFor(code billing.Code) string {
	switch code {
	case billing.CodeOffline:
		return "Check the network and the address, then try again."
	case billing.CodeSignedOut:
		return "Run billfold sign-in or, where a token is used, get a new one from your vendor and set BILLFOLD_TOKEN."
	case billing.CodeForbidden:
		return "Ask your vendor's support whether this account may see its billing."
	case billing.CodeRateLimited, billing.CodeUnavailable:
		return "Nothing is lost. Try again in a few minutes."
	case billing.CodeNotStripe:
		return "Check the address given with --url; it must speak the Stripe API, version 2023-10-16."
	case billing.CodeForeign:
		return "Check --customer, and tell your vendor: the server must not answer with this data."
	case billing.CodeNewerFile:
		return "Update Billfold, or use another folder with --data-dir."
	case billing.CodeUnreadable:
		return "Check who may write to the folder, or use another one with --data-dir."
	case billing.CodeDiskFull:
		return "Free some space, then try again."
	case billing.CodeBusy:
		return "Wait for the other one to finish, or close it."
	default:
		return ""
	}
}

// clean makes text of strangers safe for a terminal: control characters, which
// could move the cursor, and marks that turn the direction of writing are shown
// as a replacement character.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029':
			return unicode.ReplacementChar
		default:
			return r
		}
	}, text)
}

// short is clean text of at most limit characters.
func short(text string, limit int) string {
	runes := []rune(clean(text))
	if len(runes) <= limit {
		return string(runes)
	}
	return string(runes[:limit-1]) + "…"
}

// date writes a document's day, in UTC; "-" when it is not known.
func date(at billing.Time) string {
	if !at.Known() {
		return "-"
	}
	return at.Go().Format(time.DateOnly)
}

// moment writes an instant in the local zone, with the zone.
func moment(at billing.Time) string {
	if !at.Known() {
		return "never"
	}
	return at.Go().Local().Format("2006-01-02 15:04 MST")
}

// statusWords is the status of a subscription as the window calls it.
func (p *program) statusWords(status billing.SubscriptionStatus) string {
	if words := p.says.Say("status_" + string(status)); words != "" {
		return words
	}
	return clean(wording.Titled(string(status)))
}

// priceWords is what is paid for each interval: "20.00 USD per month".
func (p *program) priceWords(price billing.Money, interval string, count int64) string {
	every := p.says.Count("interval_"+interval, max(count, 1))
	if every == "" {
		return p.says.Money(price)
	}
	return p.says.Say("price_per", "amount", p.says.Money(price), "interval", every)
}

// english is for the commands that speak it alone.
var english = wording.In("en", nil)

// methodWords names a payment method as it stands on the card.
func methodWords(says wording.Speaker, charged *billing.ChargedMethod) string {
	if charged == nil {
		return says.Say("command_no_method")
	}
	m := charged.Method
	if m == nil {
		return says.Say("command_method_unnamed", "id", clean(charged.ID))
	}
	name := short(says.Method(*m), 60)
	if !m.ExpiresAt().Known() {
		return name
	}
	return says.Say("command_expires", "method", name, "expiry", fmt.Sprintf("%02d/%d", m.ExpMonth, m.ExpYear))
}

// amounts writes amounts, each in its currency.
func amounts(says wording.Speaker, list []billing.Money) string {
	if len(list) == 0 {
		return says.Say("command_owed_none")
	}
	var words []string
	for _, amount := range list {
		words = append(words, says.Money(amount))
	}
	return strings.Join(words, " + ")
}
