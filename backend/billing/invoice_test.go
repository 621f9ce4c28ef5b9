package billing_test

import (
	"math"
	"reflect"
	"testing"

	"billfold/backend/billing"

	"pgregory.net/rapid"
)

func usd(amount int64) billing.Money { return billing.Money{Amount: amount, Currency: "usd"} }

func TestDocumentDate(t *testing.T) {
	for name, c := range map[string]struct {
		invoice billing.Invoice
		want    billing.Time
	}{
		"effective date comes first":  {billing.Invoice{EffectiveAt: 30, FinalizedAt: 20, CreatedAt: 10, PaidAt: 40}, 30},
		"also when it is the earlier": {billing.Invoice{EffectiveAt: 5, FinalizedAt: 20, CreatedAt: 10}, 5},
		"else that of finalization":   {billing.Invoice{FinalizedAt: 20, CreatedAt: 10, PaidAt: 40}, 20},
		"a draft has none":            {billing.Invoice{CreatedAt: 10, PeriodEnd: 20}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.invoice.DocumentDate(); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestWhatAnInvoiceOfEachStatusAsksFor(t *testing.T) {
	for name, c := range map[string]struct {
		status     billing.InvoiceStatus
		owed       int64
		settled    bool
		triedAgain bool
	}{
		"draft is not owed and may change":                 {billing.InvoiceDraft, 0, false, false},
		"open is owed and tried again":                     {billing.InvoiceOpen, 38, false, true},
		"paid is settled":                                  {billing.InvoicePaid, 0, true, false},
		"uncollectible is not asked for but may be paid":   {billing.InvoiceUncollectible, 0, false, false},
		"void is settled and not owed":                     {billing.InvoiceVoid, 0, true, false},
		"a status from the future is neither":              {"revised", 0, false, false},
		"no status at all is neither owed nor yet settled": {"", 0, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			invoice := billing.Invoice{
				Status: c.status, Currency: "usd", Total: usd(2000), AmountDue: usd(1000),
				AmountRemaining: usd(38), NextAttemptAt: 50, CollectionMethod: "charge_automatically",
			}
			if got := invoice.Owed(); got != usd(c.owed) {
				t.Errorf("owed %v", got)
			}
			if invoice.Settled() != c.settled {
				t.Errorf("settled is %v", invoice.Settled())
			}
			if invoice.RetriesAutomatically() != c.triedAgain {
				t.Errorf("retries is %v", invoice.RetriesAutomatically())
			}
			invoice.CollectionMethod = "send_invoice"
			if invoice.RetriesAutomatically() {
				t.Error("an invoice sent by mail is tried again")
			}
			invoice.CollectionMethod, invoice.NextAttemptAt = "charge_automatically", 0
			if invoice.RetriesAutomatically() {
				t.Error("tried again at no known time")
			}
		})
	}
}

func openInvoice(amount int64, currency string) billing.Invoice {
	remaining := billing.Money{Amount: amount, Currency: currency}
	return billing.Invoice{Status: billing.InvoiceOpen, Currency: currency, AmountRemaining: remaining}
}

func TestOwedAddsOpenInvoicesPerCurrency(t *testing.T) {
	void, paid := openInvoice(900, "usd"), openInvoice(900, "usd")
	void.Status, paid.Status = billing.InvoiceVoid, billing.InvoicePaid
	for name, c := range map[string]struct {
		invoices []billing.Invoice
		want     []billing.Money
	}{
		"no invoice owes nothing":        {nil, []billing.Money{}},
		"void and paid owe nothing":      {[]billing.Invoice{void, paid}, []billing.Money{}},
		"open with nothing left is out":  {[]billing.Invoice{openInvoice(0, "usd")}, []billing.Money{}},
		"one currency is one sum":        {[]billing.Invoice{openInvoice(38, "usd"), void, openInvoice(2000, "usd")}, []billing.Money{usd(2038)}},
		"two currencies are never added": {[]billing.Invoice{openInvoice(38, "usd"), openInvoice(500, "jpy")}, []billing.Money{{Amount: 500, Currency: "jpy"}, usd(38)}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := billing.Owed(c.invoices)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("owed %v, %v, want %v", got, err, c.want)
			}
		})
	}
}

func TestOwedRefusesWhatCannotBeAdded(t *testing.T) {
	_, err := billing.Owed([]billing.Invoice{openInvoice(math.MaxInt64, "usd"), openInvoice(1, "usd")})
	if billing.CodeOf(err) != billing.CodeInternal {
		t.Errorf("got %v", err)
	}
}

func TestOwedIsNeverTheBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		balance := rapid.Int64().Draw(t, "balance")
		account := billing.Account{
			Customer:  billing.Customer{Balance: usd(balance)},
			Unsettled: []billing.Invoice{openInvoice(38, "usd")},
		}
		if got, err := account.Owed(); err != nil || len(got) != 1 || got[0] != usd(38) {
			t.Fatalf("owed %v, %v", got, err)
		}
	})
}

func TestSummarize(t *testing.T) {
	proration := billing.InvoiceLine{Description: "Unused time on Pro", Proration: true}
	plan := billing.InvoiceLine{Description: "Pro+"}
	for want, c := range map[string]struct {
		description string
		lines       []billing.InvoiceLine
	}{
		"Consulting":         {"Consulting", []billing.InvoiceLine{plan}},
		"Pro+":               {"", []billing.InvoiceLine{proration, {}, plan, {Description: "Credits"}}},
		"Unused time on Pro": {"", []billing.InvoiceLine{proration, {Description: "Remaining time", Proration: true}}},
		"":                   {"", nil},
	} {
		t.Run("reads "+want, func(t *testing.T) {
			if got := billing.Summarize(c.description, c.lines); got != want {
				t.Errorf("got %q", got)
			}
		})
	}
	t.Run("reads nothing when no line has words", func(t *testing.T) {
		if got := billing.Summarize("", []billing.InvoiceLine{{}, {Proration: true}}); got != "" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("finds words on a later proration", func(t *testing.T) {
		if got := billing.Summarize("", []billing.InvoiceLine{{Proration: true}, proration}); got != "Unused time on Pro" {
			t.Errorf("got %q", got)
		}
	})
}
