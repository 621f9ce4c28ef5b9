package main

import (
	"strings"

	"billfold/backend/billing"
)

// notificationWords says a notification in a title and a sentence or two. The
// window says the same from its own catalogue.
func notificationWords(n billing.Notification) (title, body string) {
	plan := n.Plan
	if plan == "" {
		plan = "Your subscription"
	}
	title, body = wordsOf(n, plan)
	if n.AsOf.Known() {
		body += " This is as of " + moment(n.AsOf) + "; the server could not be asked since."
	}
	return title, body
}

func wordsOf(n billing.Notification, plan string) (title, body string) {
	invoice, amount := "invoice "+numberOr(n.InvoiceNumber, n.InvoiceID), "an amount that is not known yet"
	if n.AmountKnown {
		amount = n.Amount.String()
	}
	switch n.Kind {
	case billing.NotifyAccessLost:
		return plan + ": access is lost", "It comes back once " + invoice + " over " + amount + " is paid, or a new subscription begins."
	case billing.NotifyConfirmation:
		return "Your bank wants you to confirm a payment", amount + " for " + plan + " (" + invoice + ") waits for you."
	case billing.NotifyPaymentFailed:
		return "A payment failed: " + amount, plan + ", " + invoice + charged(n.Method) + ". Open Billfold to see why and what to do."
	case billing.NotifyAccessRestored:
		return "Paid: " + amount, plan + " goes on; " + invoice + " is settled."
	case billing.NotifyCardExpires:
		return "Your card expires before the next charge", amount + " for " + plan + " is due on " + date(n.At) + charged(n.Method) + "."
	case billing.NotifyLargeInvoice:
		return "The next invoice will be " + amount, plan + " is billed on " + date(n.At) + ". That is above the amount you set."
	case billing.NotifyBillingData:
		return "Billing information is incomplete", "The next invoice is made on " + date(n.At) + ". Missing: " + partsMissing(n.Missing) + "."
	case billing.NotifyEnds:
		return plan + " ends", "The cancellation takes effect on " + date(n.At) + "."
	default:
		return plan + " renews on " + date(n.At), amount + " will be charged" + charged(n.Method) + "."
	}
}

func partsMissing(missing []billing.MissingKind) string {
	var words []string
	for _, what := range missing {
		words = append(words, missingWords[what])
	}
	return strings.Join(words, ", ")
}

func numberOr(number, id string) string {
	if number == "" {
		return id
	}
	return number
}

// charged says to which method, "" when there is none.
func charged(method *billing.ChargedMethod) string {
	if method == nil || method.Method == nil {
		return ""
	}
	return " to " + methodWords(method)
}
