package wording

import (
	"unicode"
	"unicode/utf8"

	"billfold/backend/billing"
)

// Notification is a notification in a title and a sentence or two; what comes from an
// old copy says so.
func (s Speaker) Notification(n billing.Notification, now billing.Time) (title, body string) {
	key := "notify_" + string(n.Kind)
	if n.Kind == billing.NotifyEnds && n.At <= now {
		key = "notify_subscription_ended"
	}
	about := s.aboutOf(n)
	title, body = s.Say(key, about...), s.Say(key+"_body", about...)
	if shortened(n.Plan) == "" { // a name stays as it is
		title, body = sentence(title), sentence(body)
	}
	if n.AsOf.Known() {
		body += " " + s.Say("notify_as_of", "moment", s.Moment(n.AsOf))
	}
	return title, body
}

func (s Speaker) aboutOf(n billing.Notification) []string {
	number, amount, method := n.InvoiceNumber, s.Say("notify_amount_unknown"), s.charged(n.Method)
	if number == "" {
		number = n.InvoiceID
	}
	if n.AmountKnown {
		amount = s.Money(n.Amount)
	}
	if method == "" {
		method = s.Say("notify_method_unknown")
	}
	invoice, what := s.Say("standing_what_invoice", "number", shortened(number)), s.name(n.Plan, "")
	about := invoice
	if shortened(n.Plan) != "" {
		about = what + ", " + invoice
	} else if n.SubscriptionID == "" {
		what = s.name("", number)
	}
	return []string{
		"what", what, "about", about, "invoice", invoice,
		"amount", amount, "method", method, "date", s.Day(n.At), "missing", s.List(s.Missing(n.Missing)),
	}
}

// sentence begins a text as sentences do.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// Missing names the parts of the billing information that are incomplete.
func (s Speaker) Missing(parts []billing.MissingKind) []string {
	var names []string
	for _, part := range parts {
		names = append(names, s.Say("notify_missing_"+string(part)))
	}
	return names
}
