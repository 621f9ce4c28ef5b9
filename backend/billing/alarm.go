package billing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// AlarmKind is something in the books that looks like a mistake.
type AlarmKind string

// The alarms.
const (
	AlarmChargedTwice AlarmKind = "charged_twice" // the same amount for the same thing, close together
	AlarmSamePlan     AlarmKind = "same_plan"     // two subscriptions to one plan, both going on
)

// Alarm is several things that should perhaps be one. It asks and does not accuse:
// somebody may well have bought the same thing twice.
type Alarm struct {
	Kind AlarmKind `json:"kind"`
	// Count is how many payments or subscriptions it is about, 2 at least.
	Count int `json:"count"`
	// PaymentIDs or SubscriptionIDs are these, the earliest first: of very many the
	// first ones and the last.
	PaymentIDs      []string `json:"payment_ids"`
	SubscriptionIDs []string `json:"subscription_ids"`
	// Amount is that of each payment.
	Amount Money  `json:"amount"`
	Plan   string `json:"plan"`
	// Since is when the first of them was, At when the last.
	Since Time `json:"since"`
	At    Time `json:"at"`
}

const (
	// twiceWithin is how close together two equal payments are remarkable; a daily
	// bill is 24 hours from the next.
	twiceWithin = Time(20 * hour)
	// alarmStale is when a payment that was perhaps made twice is no news any more:
	// after as long no card's owner can dispute it, and a refund has long been asked
	// for or not wanted.
	alarmStale = 180 * day
	// alarmNames is how many of its payments or subscriptions an alarm names.
	alarmNames = 8
)

// AlarmsOf finds what looks like a mistake: first what goes on, and then the latest
// first.
func AlarmsOf(b Journal) []Alarm {
	alarms := append(b.chargedTwice(), b.samePlan()...)
	slices.SortFunc(alarms, func(x, y Alarm) int {
		return cmp.Or(cmp.Compare(y.Kind, x.Kind), cmp.Compare(y.At, x.At), slices.Compare(x.PaymentIDs, y.PaymentIDs),
			slices.Compare(x.SubscriptionIDs, y.SubscriptionIDs))
	})
	return alarms
}

// Key is the same as long as the alarm is about the same things: one more of them
// makes another of it.
func (a Alarm) Key() string {
	parts := append([]string{string(a.Kind), strconv.Itoa(a.Count)}, a.PaymentIDs...)
	return strings.Join(append(parts, a.SubscriptionIDs...), " ")
}

// Stale tells whether it is too old to be spoken of. Subscriptions that go on are
// billed again and again, and never are.
func (a Alarm) Stale(now Time) bool { return a.Kind == AlarmChargedTwice && now-a.At > alarmStale }

// likeness is what payments that look the same have in common.
type likeness struct {
	amount  Money
	purpose string
}

// chargedTwice looks for payments of one amount for the same thing that each came
// shortly after the one before. A whole row of them is one alarm.
func (b Journal) chargedTwice() []Alarm {
	alike := map[likeness][]*Payment{}
	purpose := b.purposes()
	for i := range b.Payments {
		p := &b.Payments[i]
		if p.Status == "succeeded" && p.Amount.Amount > 0 && p.Refunded.Amount < p.Amount.Amount {
			like := likeness{p.Amount, purpose[p.InvoiceID]}
			alike[like] = append(alike[like], p)
		}
	}
	alarms := []Alarm{}
	for like, taken := range alike {
		slices.SortFunc(taken, func(x, y *Payment) int { return cmp.Or(cmp.Compare(x.CreatedAt, y.CreatedAt), cmp.Compare(x.ID, y.ID)) })
		for from := 0; from < len(taken); {
			to := from + 1
			for to < len(taken) && taken[to].CreatedAt-taken[to-1].CreatedAt < twiceWithin {
				to++
			}
			if row := taken[from:to]; len(row) > 1 {
				alarms = append(alarms, Alarm{
					Kind: AlarmChargedTwice, Count: len(row), PaymentIDs: named(row, func(p *Payment) string { return p.ID }),
					SubscriptionIDs: []string{}, Amount: like.amount, Since: row[0].CreatedAt, At: row[len(row)-1].CreatedAt,
				})
			}
			from = to
		}
	}
	return alarms
}

// named gives the ids of all, or of the first ones and the last.
func named[T any](all []T, id func(T) string) []string {
	var ids []string
	for i, one := range all {
		if i < alarmNames-1 || i == len(all)-1 {
			ids = append(ids, id(one))
		}
	}
	return ids
}

// purposes say of each invoice what it is for: its subscription's plan, else its
// words. Payments of no invoice are all for the same.
func (b Journal) purposes() map[string]string {
	plans := map[string]string{}
	for _, s := range b.Subscriptions {
		plans[s.ID] = "plan " + s.ID
		if products := productsOf(s); products != "" {
			plans[s.ID] = "plan " + products
		}
	}
	purposes := make(map[string]string, len(b.Invoices))
	for at := range b.Invoices {
		i := &b.Invoices[at]
		switch plan, known := plans[i.SubscriptionID]; {
		case known:
			purposes[i.ID] = plan
		case i.SubscriptionID != "":
			purposes[i.ID] = "subscription " + i.SubscriptionID
		default:
			purposes[i.ID] = "words " + i.Summary
		}
	}
	return purposes
}

// productsOf is what a subscription sells, whatever the order of its items.
func productsOf(s Subscription) string {
	var products []string
	for _, item := range s.Items {
		if item.ProductID != "" {
			products = append(products, item.ProductID)
		}
	}
	slices.Sort(products)
	joined := ""
	for _, product := range slices.Compact(products) {
		joined += product + " "
	}
	return joined
}

// samePlan looks for products that several live subscriptions sell.
func (b Journal) samePlan() []Alarm {
	sold := map[string][]Subscription{}
	for _, s := range b.Subscriptions {
		if !s.Ended() && s.Status != SubscriptionIncomplete {
			for _, product := range strings.Fields(productsOf(s)) {
				sold[product] = append(sold[product], s)
			}
		}
	}
	alarms := []Alarm{}
	for _, live := range sold {
		if len(live) < 2 {
			continue
		}
		slices.SortFunc(live, func(x, y Subscription) int {
			return cmp.Or(cmp.Compare(x.CreatedAt, y.CreatedAt), cmp.Compare(x.ID, y.ID))
		})
		latest := live[len(live)-1]
		alarm := Alarm{
			Kind: AlarmSamePlan, Count: len(live), PaymentIDs: []string{}, SubscriptionIDs: named(live, func(s Subscription) string { return s.ID }),
			Amount: Money{Currency: latest.Currency}, Plan: latest.Plan(), Since: live[0].CreatedAt, At: latest.CreatedAt,
		}
		// The same subscriptions may share more than one product.
		if !slices.ContainsFunc(alarms, func(a Alarm) bool { return slices.Equal(a.SubscriptionIDs, alarm.SubscriptionIDs) }) {
			alarms = append(alarms, alarm)
		}
	}
	return alarms
}
