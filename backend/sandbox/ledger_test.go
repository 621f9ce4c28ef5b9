package sandbox_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"billfold/backend/sandbox"
)

// TestTheBooksBalance: whatever happens to customers of four currencies, what was billed, paid,
// given back and credited sums up, nothing is paid without a reason, nothing is
// charged after the end, and the state file tells the same story.
func TestTheBooksBalance(t *testing.T) {
	folder := t.TempDir()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		clock := newHandClock()
		options := sandbox.Options{Scenario: "new", Now: clock.now, StateFile: filepath.Join(folder, fmt.Sprint(round, ".json"))}
		l := begin(rt, MustStart(rt, options), clock)
		l.made("/_sandbox/dunning", "end", rapid.SampledFrom([]string{"cancel", "unpaid", "past_due"}).Draw(rt, "dunning"))
		for range rapid.IntRange(1, 18).Draw(rt, "length") {
			l.choose(rt)
			name := rapid.SampledFrom(happeningNames).Draw(rt, "happening")
			happenings[name](l, rt)
			clock.advance(rapid.SampledFrom([]time.Duration{0, time.Minute, 2 * time.Hour, 60 * time.Hour, 20 * 24 * time.Hour}).Draw(rt, "wait") + time.Second)
		}
		for _, l.customer = range l.customers {
			l.checkBooks()
		}
		before := l.picture()
		_ = l.Close()
		again := MustStart(rt, options)
		defer func() { _ = again.Close() }()
		if again.picture() != before {
			rt.Fatal("the state file makes other objects")
		}
	})
}

// every reads all of a list.
func (l *life) every(path string) (all []map[string]any) {
	l.Helper()
	after := ""
	for {
		data, more := l.page(path + "limit=100" + after)
		if all = append(all, data...); !more {
			return all
		}
		after = "&starting_after=" + data[len(data)-1]["id"].(string)
	}
}

func (l *life) checkBooks() {
	l.Helper()
	of := "?customer=" + l.customer + "&"
	bills, charges := l.every("/v1/invoices"+of), l.every("/v1/charges"+of+"expand[]=data.refunds&")
	notes, moves := l.every("/v1/credit_notes"+of), l.every("/v1/customers/"+l.customer+"/balance_transactions?")
	b := books{life: l, paid: map[any]float64{}, credited: map[any]float64{}, moved: map[any]float64{}, refunds: map[any]float64{}}
	b.enter(charges, notes, moves)
	for _, bill := range bills {
		b.checkSums(bill)
		b.checkBill(bill)
	}
	owner, balance := l.get("/v1/customers/"+l.customer).object(l), 0.0
	for i := len(moves) - 1; i >= 0; i-- {
		balance += moves[i]["amount"].(float64)
		l.same("balance after "+moves[i]["id"].(string), moves[i]["ending_balance"], balance)
		if moves[i]["currency"] != owner["currency"] {
			l.Fatalf("%s is in %v, the balance in %v", moves[i]["id"], moves[i]["currency"], owner["currency"])
		}
	}
	l.same("balance", owner["balance"], balance)
	for _, s := range l.every("/v1/subscriptions" + of + "status=all&") {
		l.checkEnd(s, bills, charges)
	}
}

// books are what was written down of one customer, by what it belongs to.
type books struct {
	*life
	paid     map[any]float64 // by invoice
	credited map[any]float64 // by invoice and type
	moved    map[any]float64 // by invoice and type
	refunds  map[any]float64 // by id
}

func (b books) enter(charges, notes, moves []map[string]any) {
	b.Helper()
	for _, charge := range charges {
		if charge["status"] == "succeeded" {
			b.paid[charge["invoice"]] += charge["amount"].(float64)
		}
		back := 0.0
		for _, refund := range charge["refunds"].(map[string]any)["data"].([]any) {
			r := refund.(map[string]any)
			b.refunds[r["id"]] = r["amount"].(float64)
			if r["status"] != "failed" {
				back += r["amount"].(float64)
			}
		}
		b.same("refunds of "+charge["id"].(string), charge["amount_refunded"], back)
	}
	for _, move := range moves {
		b.moved[[2]any{move["invoice"], move["type"]}] += move["amount"].(float64)
		b.moved[move["id"]] = move["amount"].(float64)
	}
	for _, note := range notes {
		if note["status"] == "issued" {
			b.credited[[2]any{note["invoice"], note["type"]}] += note["amount"].(float64)
		}
		b.checkNote(note)
	}
}

// checkNote holds a credit note against its lines, and against where its money
// went.
func (b books) checkNote(note map[string]any) {
	b.Helper()
	id := note["id"].(string)
	lines := note["lines"].(map[string]any)["data"]
	b.same("lines of "+id, sumOf(lines, nil), note["subtotal"].(float64))
	b.same("discounts of "+id, sumOf(note["discount_amounts"], nil), note["discount_amount"].(float64))
	b.same("total of "+id, note["total"], note["subtotal"].(float64)-note["discount_amount"].(float64)+sumOf(note["tax_amounts"], exclusive))
	b.same("net of "+id, note["total_excluding_tax"], note["total"].(float64)-sumOf(note["tax_amounts"], nil))
	b.same("amount of "+id, note["amount"], note["total"].(float64))
	if note["type"] == "post_payment" {
		outside, _ := note["out_of_band_amount"].(float64)
		b.same("ways of "+id, outside+b.refunds[note["refund"]]-b.moved[note["customer_balance_transaction"]], note["amount"].(float64))
	}
}

func exclusive(tax map[string]any) bool { return tax["inclusive"] == false }

// linesOf are all the lines of an invoice, which is more than it shows.
func (b books) linesOf(bill map[string]any) (all []map[string]any) {
	b.Helper()
	shown := bill["lines"].(map[string]any)
	if shown["has_more"] == true {
		return b.every("/v1/invoices/" + bill["id"].(string) + "/lines?")
	}
	for _, line := range shown["data"].([]any) {
		all = append(all, line.(map[string]any))
	}
	return all
}

// checkSums holds an invoice against its lines.
func (b books) checkSums(bill map[string]any) {
	b.Helper()
	id := bill["id"].(string)
	lines, off, taxes := 0.0, 0.0, 0.0
	for _, line := range b.linesOf(bill) {
		lines += line["amount"].(float64)
		taken := sumOf(line["discount_amounts"], nil)
		if taken > 0 && taken > line["amount"].(float64) {
			b.Fatalf("%v is taken off %s, which costs %v", taken, line["id"], line["amount"])
		}
		off += taken
		taxes += sumOf(line["tax_amounts"], nil)
	}
	b.same("lines of "+id, lines, bill["subtotal"].(float64))
	b.same("discounts of "+id, off, sumOf(bill["total_discount_amounts"], nil))
	b.same("taxes of "+id, taxes, sumOf(bill["total_tax_amounts"], nil))
	b.same("total of "+id, bill["total"], lines-off+sumOf(bill["total_tax_amounts"], exclusive))
	b.same("net of "+id, bill["total_excluding_tax"], bill["total"].(float64)-taxes)
}

// checkBill holds an invoice against what was paid, credited and moved.
func (b books) checkBill(bill map[string]any) {
	b.Helper()
	id, charged := bill["id"].(string), b.paid[bill["id"]]
	number := func(field string) float64 { return bill[field].(float64) }
	before, after := number("pre_payment_credit_notes_amount"), number("post_payment_credit_notes_amount")
	b.same("credit before payment of "+id, before, b.credited[[2]any{bill["id"], "pre_payment"}])
	b.same("credit after payment of "+id, after, b.credited[[2]any{bill["id"], "post_payment"}])
	b.same("remaining of "+id, number("amount_remaining"), number("amount_due")-number("amount_paid"))
	if bill["status"] == "draft" {
		return
	}
	left := b.moved[[2]any{bill["id"], "invoice_too_small"}]
	b.same("due of "+id, number("amount_due")+before+left, max(number("total")+number("starting_balance"), 0))
	b.same("balance of "+id, number("ending_balance")-number("starting_balance"), left+b.moved[[2]any{bill["id"], "applied_to_invoice"}])
	if bill["paid_out_of_band"] == true {
		b.same("charged beside "+id, charged, 0.0)
		return
	}
	b.same("paid of "+id, number("amount_paid"), charged)
	if bill["status"] == "paid" && number("amount_remaining") != 0 {
		b.Fatalf("%s is paid, and %v remains", id, bill["amount_remaining"])
	}
}

func (l *life) checkEnd(s map[string]any, bills, charges []map[string]any) {
	l.Helper()
	end, ended := s["ended_at"].(float64)
	if !ended {
		return
	}
	of := map[any]bool{}
	for _, bill := range bills {
		of[bill["id"]] = bill["subscription"] == s["id"]
	}
	for _, charge := range charges {
		if at := charge["created"].(float64); of[charge["invoice"]] && at > end && !l.asked[[2]any{l.customer, at}] {
			l.Fatalf("%s was charged %v seconds after the end of %s", charge["id"], at-end, s["id"])
		}
	}
}

func (l *life) same(what string, got any, want float64) {
	l.Helper()
	if got != want {
		l.Fatalf("%s: %v, reckoned %v", what, got, want)
	}
}
