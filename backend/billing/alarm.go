package billing

import (
	"cmp"
	"slices"
)

// AlarmKind is something in the books that looks like a mistake.
type AlarmKind string

// The alarms.
const (
	AlarmChargedTwice AlarmKind = "charged_twice" // the same amount for the same thing, close together
	AlarmSamePlan     AlarmKind = "same_plan"     // two subscriptions to one plan, both going on
)

// Alarm is two things that should perhaps be one. It asks and does not accuse:
// somebody may well have bought the same thing twice.
type Alarm struct {
	Kind AlarmKind `json:"kind"`
	// PaymentIDs or SubscriptionIDs are the two, the earlier first.
	PaymentIDs      []string `json:"payment_ids"`
	SubscriptionIDs []string `json:"subscription_ids"`
	// Amount is that of each payment.
	Amount Money  `json:"amount"`
	Plan   string `json:"plan"`
	At     Time   `json:"at"`
}

// twiceWithin is how close together two equal payments are remarkable; a daily
// bill is 24 hours from the next.
const twiceWithin = Time(20 * hour)

// AlarmsOf finds what looks like a mistake, the latest first.
func AlarmsOf(b Journal) []Alarm {
	alarms := append(b.chargedTwice(), b.samePlan()...)
	slices.SortStableFunc(alarms, func(x, y Alarm) int { return cmp.Compare(y.At, x.At) })
	return alarms
}

// chargedTwice compares each payment that went through with those shortly after.
func (b Journal) chargedTwice() []Alarm {
	alarms := []Alarm{}
	var taken []Payment
	for _, p := range b.Payments {
		if p.Status == "succeeded" && p.Amount.Amount > 0 && p.Refunded.Amount < p.Amount.Amount {
			taken = append(taken, p)
		}
	}
	slices.SortFunc(taken, func(x, y Payment) int { return cmp.Or(cmp.Compare(x.CreatedAt, y.CreatedAt), cmp.Compare(x.ID, y.ID)) })
	purpose := b.purposes()
	for i, first := range taken {
		for _, second := range taken[i+1:] {
			if second.CreatedAt-first.CreatedAt >= twiceWithin {
				break
			}
			if second.Amount == first.Amount && purpose[second.InvoiceID] == purpose[first.InvoiceID] {
				alarms = append(alarms, Alarm{
					Kind: AlarmChargedTwice, PaymentIDs: []string{first.ID, second.ID}, SubscriptionIDs: []string{},
					Amount: first.Amount, At: second.CreatedAt,
				})
			}
		}
	}
	return alarms
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
	purposes := map[string]string{}
	for _, i := range b.Invoices {
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

func (b Journal) samePlan() []Alarm {
	alarms := []Alarm{}
	var live []Subscription
	for _, s := range b.Subscriptions {
		if !s.Ended() && s.Status != SubscriptionIncomplete {
			live = append(live, s)
		}
	}
	slices.SortFunc(live, func(x, y Subscription) int {
		return cmp.Or(cmp.Compare(x.CreatedAt, y.CreatedAt), cmp.Compare(x.ID, y.ID))
	})
	for i, first := range live {
		for _, second := range live[i+1:] {
			if sharesPlan(first, second) {
				alarms = append(alarms, Alarm{
					Kind: AlarmSamePlan, PaymentIDs: []string{}, SubscriptionIDs: []string{first.ID, second.ID},
					Amount: Money{Currency: second.Currency}, Plan: second.Plan(), At: second.CreatedAt,
				})
			}
		}
	}
	return alarms
}
