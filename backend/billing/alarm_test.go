package billing_test

import (
	"slices"
	"testing"

	"billfold/backend/billing"
)

func TestAlarms(t *testing.T) {
	charge := func(id, invoice string, amount int64, at billing.Time) billing.Payment {
		return billing.Payment{ID: id, InvoiceID: invoice, Status: "succeeded", Amount: usd(amount), Refunded: usd(0), CreatedAt: at}
	}
	bill := func(id, subscription, summary string) billing.Invoice {
		return billing.Invoice{ID: id, SubscriptionID: subscription, Summary: summary, Status: billing.InvoicePaid, Currency: "usd"}
	}
	live := func(id, product string, status billing.SubscriptionStatus) billing.Subscription {
		return billing.Subscription{ID: id, Status: status, CreatedAt: 1, Items: []billing.SubscriptionItem{{ProductID: product, Plan: "Pro"}}}
	}
	hour := billing.Time(3600)
	refunded := charge("ch_2", "in_2", 2000, hour)
	refunded.Refunded = usd(2000)
	for name, test := range map[string]struct {
		books billing.Journal
		want  []billing.AlarmKind
	}{
		"nothing": {billing.Journal{}, nil},
		"one invoice paid twice": {billing.Journal{
			Payments: []billing.Payment{charge("ch_1", "in_1", 2000, 1), charge("ch_2", "in_1", 2000, hour)},
		}, []billing.AlarmKind{billing.AlarmChargedTwice}},
		"the same words twice in an hour": {billing.Journal{
			Invoices: []billing.Invoice{bill("in_1", "", "1,000 credits"), bill("in_2", "", "1,000 credits")},
			Payments: []billing.Payment{charge("ch_1", "in_1", 2000, 1), charge("ch_2", "in_2", 2000, hour)},
		}, []billing.AlarmKind{billing.AlarmChargedTwice}},
		"and given back": {billing.Journal{
			Invoices: []billing.Invoice{bill("in_1", "", "1,000 credits"), bill("in_2", "", "1,000 credits")},
			Payments: []billing.Payment{charge("ch_1", "in_1", 2000, 1), refunded},
		}, nil},
		"other words": {billing.Journal{
			Invoices: []billing.Invoice{bill("in_1", "", "1,000 credits"), bill("in_2", "", "2,000 credits")},
			Payments: []billing.Payment{charge("ch_1", "in_1", 2000, 1), charge("ch_2", "in_2", 2000, hour)},
		}, nil},
		"another amount": {billing.Journal{
			Payments: []billing.Payment{charge("ch_1", "in_1", 2000, 1), charge("ch_2", "in_1", 1999, hour)},
		}, nil},
		"a daily bill": {billing.Journal{
			Payments: []billing.Payment{charge("ch_1", "in_1", 66, 1), charge("ch_2", "in_2", 66, 24*hour)},
			Invoices: []billing.Invoice{bill("in_1", "sub_1", ""), bill("in_2", "sub_1", "")},
		}, nil},
		"two subscriptions of one plan, renewed together": {billing.Journal{
			Subscriptions: []billing.Subscription{live("sub_1", "prod_pro", "active"), live("sub_2", "prod_pro", "past_due")},
			Invoices:      []billing.Invoice{bill("in_1", "sub_1", ""), bill("in_2", "sub_2", "")},
			Payments:      []billing.Payment{charge("ch_1", "in_1", 2000, 10), charge("ch_2", "in_2", 2000, hour)},
		}, []billing.AlarmKind{billing.AlarmChargedTwice, billing.AlarmSamePlan}},
		"two plans at one price, renewed together": {billing.Journal{
			Subscriptions: []billing.Subscription{live("sub_1", "prod_pro", "active"), live("sub_2", "prod_ci", "active")},
			Invoices:      []billing.Invoice{bill("in_1", "sub_1", ""), bill("in_2", "sub_2", "")},
			Payments:      []billing.Payment{charge("ch_1", "in_1", 2000, 10), charge("ch_2", "in_2", 2000, hour)},
		}, nil},
		"one plan again after it ended": {billing.Journal{
			Subscriptions: []billing.Subscription{live("sub_1", "prod_pro", "canceled"), live("sub_2", "prod_pro", "active"), live("sub_3", "prod_pro", "incomplete")},
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var kinds []billing.AlarmKind
			for _, alarm := range billing.AlarmsOf(test.books) {
				kinds = append(kinds, alarm.Kind)
				if len(alarm.PaymentIDs)+len(alarm.SubscriptionIDs) != 2 {
					t.Errorf("%+v names not just two", alarm)
				}
			}
			if !slices.Equal(kinds, test.want) {
				t.Errorf("%v, want %v", kinds, test.want)
			}
		})
	}
}
