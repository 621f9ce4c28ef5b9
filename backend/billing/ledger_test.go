package billing_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"billfold/backend/billing"
)

// history is a small vendor with one customer. It keeps its own books, a purse and
// a slate and nothing of double entry, and writes the objects that Stripe would.
type history struct {
	*rand.Rand
	now     billing.Time
	made    int
	objects billing.Journal
	// spent is what left the customer's bank, by currency; slate what is to pay, by
	// invoice; credit what the vendor keeps, in usd alone, as Stripe does.
	spent  map[string]int64
	slate  map[string]int64
	credit int64
}

func newHistory(seed uint64) *history {
	return &history{Rand: rand.New(rand.NewPCG(seed, 7)), now: periodStart, spent: map[string]int64{}, slate: map[string]int64{}}
}

func (h *history) id(prefix string) string {
	h.made++
	return prefix + strconv.Itoa(h.made)
}

// live is one of the invoices in a status, nil when there is none.
func (h *history) live(status billing.InvoiceStatus) *billing.Invoice {
	var found []int
	for i := range h.objects.Invoices {
		if h.objects.Invoices[i].Status == status {
			found = append(found, i)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &h.objects.Invoices[found[h.IntN(len(found))]]
}

// moves notes a movement of the balance; amount is Stripe's, negative for credit.
func (h *history) moves(kind billing.BalanceType, amount int64, invoice, note string) {
	h.credit -= amount
	h.objects.Balance = append(h.objects.Balance, billing.BalanceTransaction{
		ID: h.id("cbtxn_"), Type: kind, Amount: usd(amount), EndingBalance: usd(-h.credit), InvoiceID: invoice, CreditNoteID: note, CreatedAt: h.now,
	})
}

func (h *history) step() {
	h.now += billing.Time(h.IntN(3) * 3600) // much happens in one second
	do := []func(){
		h.bill, h.bill, h.charge, h.charge, h.charge, h.refund, h.creditBefore, h.creditAfter, h.void, h.giveUp,
		h.payElsewhere, h.adjust, h.draft, h.sellAlone, h.refuse,
	}
	do[h.IntN(len(do))]()
}

// bill issues an invoice: at times one in the customer's favour, and in usd with
// what is on the balance.
func (h *history) bill() {
	currency := []string{"usd", "usd", "jpy"}[h.IntN(3)]
	total := int64(h.IntN(400) - 40)
	if currency != "usd" && total < 0 {
		total = -total
	}
	i := billing.Invoice{
		ID: h.id("in_"), Status: billing.InvoiceOpen, Currency: currency, CreatedAt: h.now, FinalizedAt: h.now,
		Total: billing.Money{Amount: total, Currency: currency}, CreditedBefore: billing.Money{Currency: currency},
	}
	due := total
	if currency == "usd" {
		due = h.useBalance(i.ID, total)
	}
	i.AmountRemaining = billing.Money{Amount: due, Currency: currency}
	if due == 0 {
		i.Status, i.PaidAt = billing.InvoicePaid, h.now
	}
	h.slate[i.ID] = due
	h.objects.Invoices = append(h.objects.Invoices, i)
}

// useBalance gives what is left to pay after credit was used, an old debit added,
// a bill in the customer's favour put on the balance, and one too small to charge.
func (h *history) useBalance(id string, total int64) int64 {
	used := min(h.credit, max(total, 0))
	if total < 0 {
		used = total
	}
	if used != 0 {
		h.moves(billing.BalanceAppliedToInvoice, used, id, "")
	}
	due := total - used
	if due > 0 && due < 50 {
		h.moves(billing.BalanceInvoiceTooSmall, due, id, "")
		return 0
	}
	return due
}

func (h *history) attempt(i *billing.Invoice, status string) *billing.Payment {
	h.objects.Payments = append(h.objects.Payments, billing.Payment{
		ID: h.id("ch_"), InvoiceID: i.ID, Status: status, Amount: i.AmountRemaining, Refunded: billing.Money{Currency: i.Currency},
		CreatedAt: h.now,
	})
	return &h.objects.Payments[len(h.objects.Payments)-1]
}

func (h *history) charge() {
	if i := h.live(billing.InvoiceOpen); i != nil {
		h.attempt(i, "succeeded")
		h.spent[i.Currency] += i.AmountRemaining.Amount
		h.settle(i)
	}
}

func (h *history) settle(i *billing.Invoice) {
	i.AmountPaid = i.AmountRemaining
	i.Status, i.PaidAt, i.AmountRemaining.Amount = billing.InvoicePaid, h.now, 0
	h.slate[i.ID] = 0
}

// refuse is an attempt that takes nothing, or has not been decided.
func (h *history) refuse() {
	if i := h.live(billing.InvoiceOpen); i != nil {
		h.attempt(i, []string{"failed", "pending"}[h.IntN(2)])
	}
}

func (h *history) payElsewhere() {
	if i := h.live(billing.InvoiceOpen); i != nil {
		h.spent[i.Currency] += i.AmountRemaining.Amount
		i.PaidOutOfBand = true
		h.settle(i)
	}
}

func (h *history) giveUp() {
	if i := h.live(billing.InvoiceOpen); i != nil {
		i.Status, i.UncollectibleAt = billing.InvoiceUncollectible, h.now
	}
}

// void takes a bill back. What the balance had done for it is undone.
func (h *history) void() {
	i := h.live(billing.InvoiceOpen)
	if i == nil {
		return
	}
	i.Status, i.VoidedAt = billing.InvoiceVoid, h.now
	var used int64
	for _, t := range h.objects.Balance {
		if t.InvoiceID == i.ID {
			used += t.Amount.Amount
		}
	}
	if used != 0 {
		h.moves(billing.BalanceUnappliedFromInvoice, -used, i.ID, "")
	}
	h.slate[i.ID] = 0
}

func (h *history) note(i *billing.Invoice, kind string, amount int64) string {
	id := h.id("cn_")
	h.objects.CreditNotes = append(h.objects.CreditNotes, billing.CreditNote{
		ID: id, InvoiceID: i.ID, Type: kind, Status: "issued", CreatedAt: h.now, Total: billing.Money{Amount: amount, Currency: i.Currency},
	})
	return id
}

func (h *history) creditBefore() {
	i := h.live(billing.InvoiceOpen)
	if i == nil || i.AmountRemaining.Amount < 2 {
		return
	}
	amount := 1 + h.Int64N(i.AmountRemaining.Amount-1)
	h.note(i, "pre_payment", amount)
	i.CreditedBefore.Amount += amount
	i.AmountRemaining.Amount -= amount
	h.slate[i.ID] -= amount
}

// paid is a payment of an invoice that can still be given back.
func (h *history) paid() *billing.Payment {
	for n := range h.objects.Payments {
		p := &h.objects.Payments[(n+h.made)%len(h.objects.Payments)]
		if p.Status == "succeeded" && p.InvoiceID != "" && p.Refunded.Amount < p.Amount.Amount {
			return p
		}
	}
	return nil
}

func (h *history) giveBack(p *billing.Payment, amount int64, status string) {
	currency := p.Amount.Currency
	p.Refunds = append(p.Refunds, billing.Refund{ID: h.id("re_"), Amount: billing.Money{Amount: amount, Currency: currency}, Status: status, CreatedAt: h.now})
	if status == "succeeded" || status == "pending" {
		p.Refunded.Amount += amount
		h.spent[currency] -= amount
	}
}

func (h *history) refund() {
	if p := h.paid(); p != nil {
		amount := 1 + h.Int64N(p.Amount.Amount-p.Refunded.Amount)
		h.giveBack(p, amount, []string{"succeeded", "pending", "failed", "canceled"}[h.IntN(4)])
	}
}

// creditAfter gives back by a credit note: to the bank, to the balance, or both.
func (h *history) creditAfter() {
	p := h.paid()
	if p == nil {
		return
	}
	i := &h.objects.Invoices[slices.IndexFunc(h.objects.Invoices, func(i billing.Invoice) bool { return i.ID == p.InvoiceID })]
	back := h.Int64N(p.Amount.Amount - p.Refunded.Amount + 1)
	kept := int64(0)
	if i.Currency == "usd" {
		kept = h.Int64N(50)
	}
	if back+kept == 0 {
		return
	}
	note := h.note(i, "post_payment", back+kept)
	if back > 0 {
		h.giveBack(p, back, "succeeded")
	}
	if kept > 0 {
		h.moves(billing.BalanceCreditNote, -kept, i.ID, note)
	}
}

func (h *history) adjust() {
	h.moves([]billing.BalanceType{billing.BalanceAdjustment, billing.BalanceInitial, billing.BalanceMigration}[h.IntN(3)], int64(h.IntN(200)-120), "", "")
}

func (h *history) draft() {
	h.objects.Invoices = append(h.objects.Invoices, billing.Invoice{
		ID: h.id("in_"), Status: billing.InvoiceDraft, Currency: "usd", Total: usd(999), AmountRemaining: usd(999), CreatedAt: h.now,
	})
}

// sellAlone is a charge of no invoice.
func (h *history) sellAlone() {
	amount := 1 + h.Int64N(300)
	h.objects.Payments = append(h.objects.Payments, billing.Payment{ID: h.id("ch_"), Status: "succeeded", Amount: usd(amount), Refunded: usd(0), CreatedAt: h.now})
	h.spent["usd"] += amount
}

// books are what Stripe would answer, in any order.
func (h *history) books() billing.Journal {
	b := h.objects
	b.Customer = billing.Customer{Currency: "usd", Balance: usd(-h.credit)}
	h.Shuffle(len(b.Invoices), reflect.Swapper(b.Invoices))
	h.Shuffle(len(b.Payments), reflect.Swapper(b.Payments))
	h.Shuffle(len(b.CreditNotes), reflect.Swapper(b.CreditNotes))
	h.Shuffle(len(b.Balance), reflect.Swapper(b.Balance))
	return b
}

// owed is what the slate says, by currency.
func (h *history) owed() map[string]int64 {
	sums := map[string]int64{}
	for _, i := range h.objects.Invoices {
		sums[i.Currency] += h.slate[i.ID]
	}
	return sums
}

const histories = 1000

func TestLedgerAgreesWithAThousandHistories(t *testing.T) {
	for seed := range uint64(histories) {
		h := newHistory(seed)
		for range 5 + h.IntN(60) {
			h.step()
		}
		ledger, err := billing.LedgerOf(h.books())
		if err != nil {
			t.Fatalf("history %d: %v", seed, err)
		}
		mustBalance(t, ledger)
		credit := map[string]int64{"usd": h.credit}
		for _, c := range ledger.Closings {
			got := [4]int64{c.Money.Amount, c.Owed.Amount, c.Credit.Amount, c.OwedDiffers.Amount + c.CreditDiffers.Amount}
			if want := [4]int64{-h.spent[c.Currency], -h.owed()[c.Currency], credit[c.Currency], 0}; got != want {
				t.Fatalf("history %d, %s: money, owed, credit, difference %v, want %v", seed, c.Currency, got, want)
			}
		}
		if t.Failed() {
			t.Fatalf("history %d", seed)
		}
	}
}

// mustBalance checks that every entry, every currency and every closing sums to
// zero, and that no currency meets another.
func mustBalance(t *testing.T, ledger billing.Ledger) {
	t.Helper()
	sums := map[string]int64{}
	for n, e := range ledger.Entries {
		entry := int64(0)
		for _, p := range e.Postings {
			if p.Amount.Currency != e.Amount.Currency {
				t.Errorf("%s of %s is posted in %s", e.ID, e.Amount.Currency, p.Amount.Currency)
			}
			entry += p.Amount.Amount
			sums[p.Amount.Currency] += p.Amount.Amount
		}
		if entry != 0 || len(e.Postings) != 0 && len(e.Postings) != 2 {
			t.Errorf("%s %s: %v", e.Kind, e.ID, e.Postings)
		}
		if n > 0 && e.At > ledger.Entries[n-1].At {
			t.Errorf("%s comes after an older one", e.ID)
		}
	}
	for currency, sum := range sums {
		if sum != 0 {
			t.Errorf("the list comes to %d %s", sum, currency)
		}
	}
	for _, c := range ledger.Closings {
		if sum := c.Bought.Amount + c.Money.Amount + c.Credit.Amount + c.Owed.Amount; sum != 0 {
			t.Errorf("the accounts come to %d %s", sum, c.Currency)
		}
	}
}

// What is missing shows: a ledger without one of its payments, or one of the
// movements of its balance, differs by just that.
func TestLedgerShowsWhatIsMissing(t *testing.T) {
	shown := 0
	for seed := range uint64(200) {
		h := newHistory(seed)
		for range 40 {
			h.step()
		}
		books := h.books()
		missing := slices.IndexFunc(books.Payments, func(p billing.Payment) bool {
			return p.Status == "succeeded" && p.InvoiceID != "" && p.Amount.Amount != 0
		})
		if missing < 0 {
			continue
		}
		p := books.Payments[missing]
		books.Payments = slices.Delete(books.Payments, missing, missing+1)
		ledger, err := billing.LedgerOf(books)
		if err != nil {
			t.Fatal(err)
		}
		mustBalance(t, ledger)
		for _, c := range ledger.Closings {
			if c.Currency == p.Amount.Currency && c.OwedDiffers.Amount != p.Amount.Amount {
				t.Fatalf("history %d: without %v the ledger differs by %v", seed, p.Amount, c.OwedDiffers)
			}
		}
		shown++
	}
	if shown < 100 {
		t.Errorf("only %d histories had a payment to lose", shown)
	}
}

func TestLedgerTooLargeToBeAdded(t *testing.T) {
	huge := billing.Money{Amount: 1 << 62, Currency: "usd"}
	pay := func(id string) billing.Payment {
		return billing.Payment{ID: id, Status: "succeeded", Amount: huge, CreatedAt: 1}
	}
	if _, err := billing.LedgerOf(billing.Journal{Payments: []billing.Payment{pay("a"), pay("b"), pay("c")}}); err == nil {
		t.Error("a sum outside int64 is no error")
	}
}

func TestLedgerTellsWhyAnAttemptFailedAndHidesWhatMustBe(t *testing.T) {
	ledger, err := billing.LedgerOf(billing.Journal{Payments: []billing.Payment{
		{ID: "ch_1", InvoiceID: "in_1", Status: "failed", DeclineCode: "insufficient_funds", Amount: usd(5), CreatedAt: 2},
		{ID: "ch_2", InvoiceID: "in_1", Status: "failed", DeclineCode: "stolen_card", Amount: usd(5), CreatedAt: 1},
	}})
	if err != nil || len(ledger.Entries) != 2 || ledger.Entries[0].Why != "insufficient_funds" || ledger.Entries[1].Why != "generic_decline" {
		t.Errorf("%+v, %v", ledger.Entries, err)
	}
}
