package billing_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

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
		}, []billing.AlarmKind{billing.AlarmSamePlan, billing.AlarmChargedTwice}},
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
				if len(alarm.PaymentIDs)+len(alarm.SubscriptionIDs) != 2 || alarm.Count != 2 || alarm.Since > alarm.At {
					t.Errorf("%+v is not about two", alarm)
				}
			}
			if !slices.Equal(kinds, test.want) {
				t.Errorf("%v, want %v", kinds, test.want)
			}
		})
	}
}

// TestARowOfEqualPaymentsIsOneAlarm takes what a script buys that runs amok: pairs
// of so many payments would be millions.
func TestARowOfEqualPaymentsIsOneAlarm(t *testing.T) {
	var books billing.Journal
	const bought = 10_000
	for n := range bought {
		books.Payments = append(books.Payments, billing.Payment{
			ID: fmt.Sprintf("ch_%05d", n), Status: "succeeded", Amount: usd(2000), Refunded: usd(0), CreatedAt: billing.Time(1 + n*60),
		})
	}
	alarms := billing.AlarmsOf(books)
	if len(alarms) != 1 {
		t.Fatalf("%d alarms", len(alarms))
	}
	alarm := alarms[0]
	if alarm.Count != bought || alarm.Since != 1 || alarm.At != 1+(bought-1)*60 {
		t.Errorf("it is about %d, from %d to %d", alarm.Count, alarm.Since, alarm.At)
	}
	if names := alarm.PaymentIDs; len(names) > 10 || names[0] != "ch_00000" || names[len(names)-1] != "ch_09999" {
		t.Errorf("it names %v", names)
	}
}

// TestAlarmsAreAsEachPairSays compares the rows with what is meant: two payments are
// in one row when a chain of near ones leads from the one to the other.
func TestAlarmsAreAsEachPairSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var books billing.Journal
		for n := range rapid.IntRange(0, 12).Draw(rt, "payments") {
			books.Payments = append(books.Payments, billing.Payment{
				ID: fmt.Sprintf("ch_%02d", n), Status: "succeeded", Refunded: usd(0),
				Amount:    usd(rapid.SampledFrom([]int64{1000, 2000}).Draw(rt, "amount")),
				CreatedAt: billing.Time(1 + 3600*rapid.Int64Range(0, 100).Draw(rt, "hour")),
			})
		}
		row := make([]int, len(books.Payments))
		for i := range row {
			row[i] = i
		}
		for range row {
			for i, p := range books.Payments {
				for k, q := range books.Payments {
					near := p.CreatedAt-q.CreatedAt < 20*3600 && q.CreatedAt-p.CreatedAt < 20*3600
					if near && p.Amount == q.Amount {
						row[i] = min(row[i], row[k])
					}
				}
			}
		}
		want := map[int]int{}
		for _, of := range row {
			want[of]++
		}
		counts := []int{}
		for _, count := range want {
			if count > 1 {
				counts = append(counts, count)
			}
		}
		got := []int{}
		for _, alarm := range billing.AlarmsOf(books) {
			got = append(got, alarm.Count)
		}
		slices.Sort(counts)
		slices.Sort(got)
		if !slices.Equal(got, counts) {
			rt.Errorf("alarms about %v payments, want %v", got, counts)
		}
	})
}

func TestThreeSubscriptionsToOnePlanAreOneAlarm(t *testing.T) {
	var books billing.Journal
	for n := range 3 {
		books.Subscriptions = append(books.Subscriptions, billing.Subscription{
			ID: fmt.Sprintf("sub_%d", n), Status: billing.SubscriptionActive, CreatedAt: billing.Time(10 - n),
			Items: []billing.SubscriptionItem{{ProductID: "prod_pro", Plan: "Pro"}, {ProductID: "prod_seat", Plan: "Seats"}},
		})
	}
	alarms := billing.AlarmsOf(books)
	if len(alarms) != 1 || alarms[0].Count != 3 || !slices.Equal(alarms[0].SubscriptionIDs, []string{"sub_2", "sub_1", "sub_0"}) {
		t.Errorf("%+v", alarms)
	}
}

func TestAnOldDoublePaymentIsNoNews(t *testing.T) {
	const at, day = billing.Time(1_700_000_000), 86_400
	paid, plan := billing.Alarm{Kind: billing.AlarmChargedTwice, At: at}, billing.Alarm{Kind: billing.AlarmSamePlan, At: at}
	if paid.Stale(at + 180*day) {
		t.Error("half a year later nobody is told")
	}
	if !paid.Stale(at + 181*day) {
		t.Error("it is told for ever")
	}
	if plan.Stale(at + 2000*day) {
		t.Error("two subscriptions that go on are told of no more")
	}
}
