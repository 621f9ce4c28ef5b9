package sandbox

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"
	"unicode"
)

// letter is a mail that Stripe would have sent for the merchant. It is made of an
// event, so the same life writes the same letters.
type letter struct {
	ID      string
	At      int64
	Kind    string // what it is about, in a word or two
	From    string // the merchant
	Name    string // the customer
	To      string // the customer's address, as it was given
	Subject string
	Text    string
	Link    string // the page on which something can be done; "" when there is none
}

// mailed is what letters need of the object of an event.
type mailed struct {
	Object            string `json:"object"`
	ID                string `json:"id"`
	Customer          string `json:"customer"`
	Number            string `json:"number"`
	Currency          string `json:"currency"`
	Amount            int64  `json:"amount"`
	AmountDue         int64  `json:"amount_due"`
	AmountPaid        int64  `json:"amount_paid"`
	AmountRemaining   int64  `json:"amount_remaining"`
	AmountRefunded    int64  `json:"amount_refunded"`
	PeriodEnd         int64  `json:"period_end"`
	NextAttempt       int64  `json:"next_payment_attempt"`
	DueDate           int64  `json:"due_date"`
	Charge            string `json:"charge"`
	Intent            string `json:"payment_intent"`
	PaidOutOfBand     bool   `json:"paid_out_of_band"`
	CollectionMethod  string `json:"collection_method"`
	HostedInvoiceURL  string `json:"hosted_invoice_url"`
	ReceiptURL        string `json:"receipt_url"`
	CancelAtPeriodEnd bool   `json:"cancel_at_period_end"`
	CurrentPeriodEnd  int64  `json:"current_period_end"`
	TrialEnd          int64  `json:"trial_end"`
}

// writers say, by type of event, what is mailed; nil for nothing after all.
// Source: Stripe docs, "Automate customer emails" and "Send customer emails".
var writers = map[string]func(w *world, o mailed, previous map[string]any) *letter{
	"invoice.payment_failed": func(w *world, o mailed, _ map[string]any) *letter {
		if intent := w.intents.find(o.Intent); intent != nil && intent.Status == "requires_action" {
			return nil // the other letter asks for the confirmation
		}
		next := "It will not be tried again by itself."
		if o.NextAttempt > 0 {
			next = "It will be tried again on " + dateInWords(o.NextAttempt) + "."
		}
		return &letter{Kind: "payment failed", Link: o.HostedInvoiceURL,
			Subject: "Your payment of " + o.money(o.AmountRemaining) + " did not go through",
			Text:    "The payment of " + o.money(o.AmountRemaining) + " for invoice " + o.Number + " did not go through. " + next}
	},
	"invoice.payment_action_required": func(_ *world, o mailed, _ map[string]any) *letter {
		return &letter{Kind: "confirmation needed", Link: o.HostedInvoiceURL,
			Subject: "Confirm your payment of " + o.money(o.AmountRemaining),
			Text:    "Your bank asks you to confirm the payment of " + o.money(o.AmountRemaining) + " for invoice " + o.Number + ". Until then, it is not paid."}
	},
	"invoice.upcoming": func(_ *world, o mailed, _ map[string]any) *letter {
		return &letter{Kind: "renewal reminder", Subject: "Your subscription renews on " + dateInWords(o.PeriodEnd),
			Text: "Your subscription renews on " + dateInWords(o.PeriodEnd) + ". As it stands, the invoice will be " + o.money(o.AmountDue) + "."}
	},
	"invoice.paid": func(_ *world, o mailed, _ map[string]any) *letter {
		if o.AmountPaid == 0 || o.PaidOutOfBand || o.Charge == "" {
			return nil
		}
		return &letter{Kind: "receipt", Link: o.HostedInvoiceURL, Subject: "Your receipt for invoice " + o.Number,
			Text: "Thank you. We received your payment of " + o.money(o.AmountPaid) + " for invoice " + o.Number + "."}
	},
	"invoice.sent": func(_ *world, o mailed, _ map[string]any) *letter {
		return &letter{Kind: "invoice", Link: o.HostedInvoiceURL, Subject: "New invoice " + o.Number,
			Text: "Invoice " + o.Number + " of " + o.money(o.AmountDue) + " is due on " + dateInWords(o.DueDate) + "."}
	},
	"charge.refunded": func(_ *world, o mailed, previous map[string]any) *letter {
		before, _ := previous["amount_refunded"].(json.Number)
		earlier, _ := before.Int64()
		return &letter{Kind: "refund", Link: o.ReceiptURL, Subject: "Your refund of " + o.money(o.AmountRefunded-earlier),
			Text: "We have sent " + o.money(o.AmountRefunded-earlier) + " back to you, of your payment of " + o.money(o.Amount) +
				". It can take your bank some days to show it."}
	},
	"customer.subscription.updated": func(_ *world, o mailed, previous map[string]any) *letter {
		if was, changed := previous["cancel_at_period_end"].(bool); !changed || was || !o.CancelAtPeriodEnd {
			return nil
		}
		return &letter{Kind: "cancellation", Subject: "Your subscription ends on " + dateInWords(o.CurrentPeriodEnd),
			Text: "As you asked, your subscription will not renew. It ends on " + dateInWords(o.CurrentPeriodEnd) + "."}
	},
	"customer.subscription.deleted": func(w *world, _ mailed, _ map[string]any) *letter {
		return &letter{Kind: "cancellation", Subject: "Your subscription has ended",
			Text: "Your subscription ended on " + dateInWords(w.clock) + ". Invoices that are open stay due."}
	},
	"customer.subscription.trial_will_end": func(_ *world, o mailed, _ map[string]any) *letter {
		return &letter{Kind: "trial ending", Subject: "Your trial ends on " + dateInWords(o.TrialEnd),
			Text: "Your trial ends on " + dateInWords(o.TrialEnd) + ". After that your subscription is charged."}
	},
}

func (o mailed) money(amount int64) string { return moneyInWords(amount, o.Currency) }

func dateInWords(at int64) string { return time.Unix(at, 0).UTC().Format("2 January 2006") }

// mailAbout writes the letter that goes with an event, if there is one.
func (w *world) mailAbout(o *stripeEvent) {
	write := writers[o.Type]
	if write == nil {
		return
	}
	var about mailed
	var previous map[string]any
	if json.Unmarshal(o.Data.Object, &about) != nil {
		return // an object of another shape has no letter
	}
	if tree, err := treeOf(o.Data.PreviousAttributes); err == nil {
		previous, _ = tree.(map[string]any)
	}
	if drafted := write(w, about, previous); drafted != nil {
		w.mail(w.customers.find(about.Customer), drafted)
	}
}

// mail sends a letter to a customer, who needs an address for it.
func (w *world) mail(to *customer, drafted *letter) {
	if to == nil || to.Email == "" || !w.listening() {
		return
	}
	drafted.ID, drafted.At = w.newID("mail"), w.clock
	drafted.From, drafted.Name, drafted.To = oneLine(w.scenario.seller.name), oneLine(string(to.Name)), string(to.Email)
	drafted.Subject = oneLine(drafted.Subject)
	drafted.Text = "Hello " + cmp.Or(drafted.Name, "there") + ",\n\n" + oneLine(drafted.Text) + "\n"
	if drafted.Link != "" {
		drafted.Text += "\n" + drafted.Link + "\n"
	}
	drafted.Text += "\n" + drafted.From + "\n\nThis is a sandbox: no money has moved.\n"
	for len(w.outbox) > 0 && w.outbox[0].At < w.clock-eventsLast {
		w.outbox[0] = nil
		w.outbox = w.outbox[1:]
	}
	w.outbox = append(w.outbox, drafted)
	if w.onLetter != nil {
		w.onLetter(drafted)
	}
}

// longestLine bounds what a name or a number can add to a letter, in characters.
const longestLine = 300

// oneLine makes a text safe to stand in one line of a letter: no control
// characters, and nothing that turns the direction of writing for what follows.
func oneLine(text string) string {
	var b strings.Builder
	count := 0
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		switch {
		case count == longestLine:
			b.WriteRune('…')
			return b.String()
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			r = ' '
		case unicode.Is(unicode.Bidi_Control, r):
			continue
		}
		count++
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// remindBefore is how long, in seconds, before a renewal Stripe announces it.
// Source: Stripe docs, "Upcoming renewal events": 3 to 45 days, chosen by the
// merchant.
const remindBefore = 7 * 24 * 3600

// planReminder announces the next renewal; periods too short for it have none.
func (w *world) planReminder(s *subscription) {
	end := s.CurrentPeriodEnd
	if end-remindBefore <= s.CurrentPeriodStart {
		return
	}
	w.plan(end-remindBefore, func() {
		owner := w.customers.find(s.Customer)
		if owner == nil || s.CurrentPeriodEnd != end || s.CancelAtPeriodEnd || s.CancelAt != 0 || !s.running() {
			return
		}
		preview := w.nextInvoice(s, owner)
		preview.Lines.url = "/v1/invoices/upcoming/lines?customer=" + owner.ID + "&subscription=" + s.ID
		for _, line := range preview.Lines.all {
			line.ID = "il_tmp_" + w.digest("reminder/"+s.ID+"/"+line.SubscriptionItem+line.InvoiceItem, longID)
		}
		w.emit("invoice.upcoming", preview)
	})
}

// planExpiry writes, at the beginning of the month in which a card ends, to its
// owner.
func (w *world) planExpiry(o *paymentMethod) {
	if o.Card == nil {
		return
	}
	month, year, owner := o.Card.ExpMonth, o.Card.ExpYear, o.Customer
	w.plan(time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).Unix(), func() {
		if o.Customer != owner || o.Card.ExpMonth != month || o.Card.ExpYear != year {
			return
		}
		w.mail(w.customers.find(string(owner)), &letter{Kind: "card expiring", Subject: "Your card ending in " + o.Card.Last4 + " expires soon",
			Text: "Your " + o.Card.Brand + " card ending in " + o.Card.Last4 + " expires at the end of this month. Add another one so that your subscription goes on."})
	})
}
