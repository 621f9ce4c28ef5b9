package billing_test

import (
	"strings"
	"testing"

	"billfold/backend/billing"
)

func TestTheTimelineTellsWhatHappened(t *testing.T) {
	card := func(p billing.Payment) billing.Payment {
		p.MethodType, p.Brand, p.Last4, p.Amount = "card", "visa", "4242", usd(2178)
		return p
	}
	failed := card(billing.Payment{ID: "ch_1", Status: "failed", FailureCode: "card_declined", DeclineCode: "insufficient_funds", CreatedAt: 30})
	paid := card(billing.Payment{
		ID: "ch_2", Status: "succeeded", ReceiptNumber: "2222-3333", CreatedAt: 40,
		Refunds: []billing.Refund{{ID: "re_1", Amount: usd(500), Status: "succeeded", CreatedAt: 50}, {ID: "re_2", Amount: usd(1), Status: "failed", CreatedAt: 60}, {ID: "re_3", Amount: usd(1), Status: "pending", CreatedAt: 70}},
	})
	cases := map[string]struct {
		invoice  billing.Invoice
		payments []billing.Payment
		notes    []billing.CreditNote
		want     string
	}{
		"a draft": {billing.Invoice{Status: billing.InvoiceDraft, CreatedAt: 10}, nil, nil, "created"},
		"declined, then paid, then given back": {
			billing.Invoice{Status: billing.InvoicePaid, CreatedAt: 10, FinalizedAt: 20, PaidAt: 40},
			[]billing.Payment{paid, failed}, nil,
			"created finalized payment_failed paid refunded refund_failed refund_pending",
		},
		"marked as paid": {billing.Invoice{Status: billing.InvoicePaid, PaidOutOfBand: true, CreatedAt: 10, FinalizedAt: 20, PaidAt: 45}, []billing.Payment{failed}, nil, "created finalized payment_failed marked_paid"},
		"paid by credit": {billing.Invoice{Status: billing.InvoicePaid, CreatedAt: 10, FinalizedAt: 10, PaidAt: 10}, nil, nil, "created finalized paid"},
		"void":           {billing.Invoice{Status: billing.InvoiceVoid, CreatedAt: 10, FinalizedAt: 20, VoidedAt: 25}, nil, nil, "created finalized voided"},
		"given up":       {billing.Invoice{Status: billing.InvoiceUncollectible, CreatedAt: 10, FinalizedAt: 20, UncollectibleAt: 90}, []billing.Payment{failed}, nil, "created finalized payment_failed uncollectible"},
		"sent and due":   {billing.Invoice{Status: billing.InvoiceOpen, CollectionMethod: "send_invoice", CreatedAt: 10, FinalizedAt: 20, DueAt: 80}, nil, nil, "created finalized due"},
		"credited, and the note voided": {
			billing.Invoice{Status: billing.InvoiceOpen, CreatedAt: 10, FinalizedAt: 20}, nil,
			[]billing.CreditNote{{ID: "cn_1", Number: "A-CN-01", Total: usd(100), CreatedAt: 30, VoidedAt: 40}},
			"created finalized credit_note credit_note_voided",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var kinds []string
			for _, moment := range c.invoice.Timeline(c.payments, c.notes) {
				kinds = append(kinds, moment.Kind)
			}
			if got := strings.Join(kinds, " "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestTheLastFailedAttemptNamesTheNext(t *testing.T) {
	invoice := billing.Invoice{Status: billing.InvoiceOpen, CreatedAt: 1, FinalizedAt: 2, NextAttemptAt: 99}
	attempts := []billing.Payment{
		{ID: "ch_1", Status: "failed", DeclineCode: "do_not_honor", CreatedAt: 3},
		{ID: "ch_2", Status: "failed", DeclineCode: "insufficient_funds", CreatedAt: 4},
	}
	told := invoice.Timeline(attempts, nil)
	if len(told) != 4 || told[2].NextAttemptAt.Known() || told[3].NextAttemptAt != 99 || told[3].DeclineCode != "insufficient_funds" {
		t.Errorf("%+v", told)
	}
	invoice.NextAttemptAt = 0
	if told := invoice.Timeline(attempts, nil); told[3].NextAttemptAt.Known() {
		t.Error("an attempt is promised that nobody planned")
	}
}

func TestTheKindOfAnInvoice(t *testing.T) {
	plan := billing.InvoiceLine{Amount: usd(2000), PriceType: billing.PriceRecurring}
	usage := billing.InvoiceLine{Amount: usd(300), PriceType: billing.PriceRecurring, Metered: true}
	free := billing.InvoiceLine{Amount: usd(0), PriceType: billing.PriceRecurring}
	pack := billing.InvoiceLine{Amount: usd(1000), PriceType: "one_time"}
	proration := billing.InvoiceLine{Amount: usd(-10), Proration: true, PriceType: billing.PriceRecurring}
	cases := map[string]struct {
		reason string
		lines  []billing.InvoiceLine
		want   billing.InvoiceKind
	}{
		"a renewal":                        {"subscription_cycle", []billing.InvoiceLine{plan}, billing.KindPlan},
		"a sign-up":                        {"subscription_create", []billing.InvoiceLine{plan}, billing.KindPlan},
		"a trial's":                        {"subscription_create", []billing.InvoiceLine{free}, billing.KindPlan},
		"a renewal with usage":             {"subscription_cycle", []billing.InvoiceLine{plan, usage}, billing.KindPlan},
		"a renewal of usage alone":         {"subscription_cycle", []billing.InvoiceLine{free, usage}, billing.KindUsage},
		"usage over a threshold":           {"subscription_threshold", []billing.InvoiceLine{usage}, billing.KindUsage},
		"a change":                         {"subscription_update", []billing.InvoiceLine{proration, plan}, billing.KindChange},
		"a pack":                           {"manual", []billing.InvoiceLine{pack}, billing.KindOneTime},
		"by hand, without a price":         {"manual", []billing.InvoiceLine{{Amount: usd(5)}}, billing.KindOneTime},
		"prorations billed by hand":        {"manual", []billing.InvoiceLine{proration}, billing.KindChange},
		"a quote that starts a plan":       {"quote_accept", []billing.InvoiceLine{plan}, billing.KindPlan},
		"nothing known":                    {"", nil, billing.KindOneTime},
		"an older line without a type yet": {"subscription_cycle", []billing.InvoiceLine{{Amount: usd(1)}}, billing.KindPlan},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := (billing.Invoice{BillingReason: c.reason, Lines: c.lines}).Kind(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestPastDue(t *testing.T) {
	open := func(change func(*billing.Invoice)) billing.Invoice {
		invoice := billing.Invoice{Status: billing.InvoiceOpen, AmountRemaining: usd(38), CollectionMethod: "charge_automatically"}
		change(&invoice)
		return invoice
	}
	cases := map[string]struct {
		invoice billing.Invoice
		want    bool
	}{
		"declined":             {open(func(i *billing.Invoice) { i.Attempted = true }), true},
		"not tried yet":        {open(func(*billing.Invoice) {}), false},
		"sent, and due":        {open(func(i *billing.Invoice) { i.CollectionMethod, i.DueAt, i.Attempted = "send_invoice", 99, true }), true},
		"sent, not due yet":    {open(func(i *billing.Invoice) { i.CollectionMethod, i.DueAt, i.Attempted = "send_invoice", 101, true }), false},
		"paid":                 {open(func(i *billing.Invoice) { i.Attempted, i.Status = true, billing.InvoicePaid }), false},
		"credited to the last": {open(func(i *billing.Invoice) { i.Attempted, i.AmountRemaining = true, usd(0) }), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := c.invoice.PastDue(100); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestReverseCharge(t *testing.T) {
	for name, c := range map[string]struct {
		invoice billing.Invoice
		want    bool
	}{
		"by the customer":      {billing.Invoice{TaxExempt: "reverse"}, true},
		"by the tax":           {billing.Invoice{Taxes: []billing.TaxAmount{{Reason: "reverse_charge"}}}, true},
		"exempt is no reverse": {billing.Invoice{TaxExempt: "exempt", Taxes: []billing.TaxAmount{{Reason: "customer_exempt"}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if c.invoice.ReverseCharge() != c.want {
				t.Errorf("want %t", c.want)
			}
		})
	}
}
