package sandbox

import (
	"strconv"
	"time"
)

// manyInvoices is what the scenario many comes to at the moment of its seeding.
const manyInvoices = 10_000

// manyDays is how long its two daily subscriptions have run: five years.
const manyDays = 1826

// manyScenario is an account that has grown too large for anything that does not
// page: two subscriptions billed every day, and packs of credits in between.
func manyScenario() scenario {
	return scenario{
		Scenario: Scenario{
			Name:        "many",
			Description: "10,000 invoices in USD, JPY and KWD: two subscriptions billed daily, credit packs, refunds, credit notes.",
		},
		seller: quillforge,
		seed: func(s *seeding, now time.Time) string {
			// Five hours off the day, so that the last renewals are paid by now.
			start := now.AddDate(0, 0, -manyDays).Add(-5 * time.Hour)
			s.at(start)
			subscriber := s.newYorker()
			s.dailySubscription(subscriber, "Pro, billed daily", "usd", "66")
			s.dailySubscription(subscriber, "Build machines, billed daily", "jpy", "480")
			shop := s.openShop(subscriber)
			// Each of the two made one invoice at the start and one a day since.
			packs := manyInvoices - 2*(manyDays+1)
			// Divided first: the product would leave the range of a Duration.
			pause := manyDays * 24 * time.Hour / time.Duration(packs)
			for sold := range packs {
				s.at(start.Add(time.Duration(sold) * pause))
				shop.sell(s, sold)
			}
			return subscriber
		},
	}
}

func (s *seeding) dailySubscription(subscriber, name, currency, amount string) {
	of := s.post("/v1/products", "name", name)
	daily := s.post("/v1/prices", "product", of, "currency", currency, "unit_amount", amount, "recurring[interval]", "day")
	s.post("/v1/subscriptions", "customer", subscriber, "items[0][price]", daily)
}

// packShop sells credit packs one at a time, in three currencies, and lets some
// of the sales go every way that a sale can go.
type packShop struct {
	subscriber, tax string
	prices          [3]string
	currencies      [3]string
}

func (s *seeding) openShop(subscriber string) packShop {
	shop := packShop{subscriber: subscriber, currencies: [3]string{"usd", "jpy", "kwd"}}
	pack := s.post("/v1/products", "name", "1,000 credits", "unit_label", "pack")
	for i, amount := range []string{"1000", "1500", "3070"} {
		shop.prices[i] = s.post("/v1/prices", "product", pack, "currency", shop.currencies[i], "unit_amount", amount)
	}
	shop.tax = s.post("/v1/tax_rates", "display_name", "VAT", "percentage", "5", "inclusive", "true", "tax_type", "vat")
	return shop
}

func (p packShop) sell(s *seeding, n int) {
	which := n % len(p.prices)
	terms := []string{"customer", p.subscriber, "currency", p.currencies[which], "default_tax_rates[0]", p.tax}
	// Of a thousand sales, a few are sent as a bill and stay open, void or lost.
	sent := n%97 == 11
	if sent {
		terms = append(terms, "collection_method", "send_invoice", "days_until_due", "30")
	}
	bill := s.post("/v1/invoices", terms...)
	s.post("/v1/invoiceitems", "customer", p.subscriber, "invoice", bill, "price", p.prices[which], "quantity", strconv.Itoa(1+n%4))
	s.post("/v1/invoices/" + bill + "/finalize")
	if sent {
		p.leaveOpen(s, bill, n)
		return
	}
	if due := s.invoices.find(bill); due != nil && due.Status == "open" { // else credit has paid it
		s.post("/v1/invoices/" + bill + "/pay")
		p.regret(s, bill, n)
	}
}

// leaveOpen ends most of the bills that were sent: only every fifth is still to
// be paid.
func (p packShop) leaveOpen(s *seeding, bill string, n int) {
	switch n / 97 % 5 {
	case 0, 1:
		s.post("/v1/invoices/" + bill + "/void")
	case 2:
		s.post("/v1/invoices/" + bill + "/mark_uncollectible")
	case 3:
		s.post("/v1/invoices/"+bill+"/pay", "paid_out_of_band", "true")
	}
}

// regret gives some of the paid ones back, by a refund or with a credit note.
func (p packShop) regret(s *seeding, bill string, n int) {
	paid := s.invoices.find(bill)
	if s.err != nil {
		return
	}
	half := strconv.FormatInt(paid.AmountPaid/2/10*10, 10)
	switch {
	case n%53 == 7:
		s.post("/v1/refunds", "charge", string(paid.Charge), "reason", "requested_by_customer")
	case n%71 == 5:
		s.post("/v1/credit_notes", "invoice", bill, "amount", half, "refund_amount", half, "reason", "order_change",
			"memo", "Half of the credits were not used")
	case n%301 == 2 && string(s.customers.find(p.subscriber).Currency) == paid.Currency:
		s.post("/v1/credit_notes", "invoice", bill, "amount", half, "credit_amount", half, "reason", "product_unsatisfactory")
	}
}
