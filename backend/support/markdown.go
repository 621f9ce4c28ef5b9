package support

import (
	"fmt"
	"strings"

	"billfold/backend/billing"
)

// Markdown writes the case for a person: lists and tables, amounts as decimals,
// instants in UTC.
func (c Case) Markdown() string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	line("# Billing support summary\n")
	line("- Made: %s by %s on %s", instant(c.MadeAt), c.Program, c.System)
	line("- Signed in: customer `%s`%s, %s%s", c.CustomerID, inBrackets(c.Email), c.Connection, at(c.Host))
	line("- Data as of: %s", instant(c.SyncedAt))
	if c.SyncProblem != "" {
		line("- Last sync failed: %s%s", c.SyncProblem, request(c.RequestID))
	}
	line("\n## Standing\n")
	line("- State: %s; cause: %s; consequence: %s", words(c.State), words(c.Cause), words(c.Consequence))
	if c.NextEvent != nil {
		line("- Next on its own: %s at %s%s", words(c.NextEvent.Kind), instant(c.NextEvent.At), amountOf(c.NextEvent.Amount))
	} else {
		line("- Next on its own: nothing is planned")
	}
	line("- Owed: %s", sums(c.Owed))
	if len(c.Unknown) > 0 {
		line("- Not known: %s", joined(c.Unknown))
	}
	c.subscriptions(line)
	c.invoices(line)
	c.attempts(line)
	return b.String()
}

func (c Case) subscriptions(line func(string, ...any)) {
	if len(c.Subscriptions) == 0 {
		return
	}
	line("\n## Subscriptions\n\n| Plan | Status | Period (UTC) | Ends | Id |\n|---|---|---|---|---|")
	for _, s := range c.Subscriptions {
		line("| %s | %s | %s to %s | %s | `%s` |", orDash(s.Plan), words(s.Status), day(s.PeriodStart), day(s.PeriodEnd), day(s.EndsAt), s.ID)
	}
}

func (c Case) invoices(line func(string, ...any)) {
	if len(c.Invoices) == 0 {
		return
	}
	line("\n## Invoices\n\n| Number | Receipt | Status | Total | Remaining | Issued | Paid | Attempts | Next attempt | Id |\n|---|---|---|---|---|---|---|---|---|---|")
	for _, i := range c.Invoices {
		line("| %s | %s | %s | %s | %s | %s | %s | %d | %s | `%s` |", orDash(i.Number), orDash(i.ReceiptNumber), words(i.Status),
			i.Total, i.Remaining, day(i.IssuedAt), day(i.PaidAt), i.Attempts, instant(i.NextAttemptAt), i.ID)
	}
}

func (c Case) attempts(line func(string, ...any)) {
	if len(c.Attempts) == 0 {
		return
	}
	line("\n## Payments and attempts\n\n| At | Invoice | Amount | Outcome | Method | Reason | Id |\n|---|---|---|---|---|---|---|")
	for _, a := range c.Attempts {
		reason := "-"
		if a.Group != "" {
			reason = words(a.Group) + " (" + words(a.FailureCode) + ")"
		}
		line("| %s | %s | %s | %s | %s | %s | `%s` |", instant(a.At), orDash(a.InvoiceNumber), a.Amount, words(a.Status),
			orDash(strings.TrimSpace(a.Brand+" "+a.Last4)), reason, a.ID)
	}
}

// words turns a code into words.
func words[Code ~string](code Code) string { return orDash(strings.ReplaceAll(string(code), "_", " ")) }

func joined[Code ~string](codes []Code) string {
	var all []string
	for _, code := range codes {
		all = append(all, words(code))
	}
	return strings.Join(all, ", ")
}

func sums(amounts []billing.Money) string {
	var all []string
	for _, amount := range amounts {
		all = append(all, amount.String())
	}
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, " + ")
}

func amountOf(amount *billing.Money) string {
	if amount == nil {
		return ""
	}
	return ", " + amount.String()
}

func instant(at billing.Time) string {
	if !at.Known() {
		return "-"
	}
	return at.Go().Format("2006-01-02 15:04 UTC")
}

func day(at billing.Time) string {
	if !at.Known() {
		return "-"
	}
	return at.Go().Format("2006-01-02")
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

func at(host string) string {
	if host == "" {
		return ""
	}
	return " at " + host
}

func request(id string) string {
	if id == "" {
		return ""
	}
	return ", request `" + id + "`"
}
