package sandbox

import (
	"net/http"
	"strconv"
	"time"
)

// account is what most scenarios begin with: a subscriber of Pro with one card.
type account struct {
	customer, subscription, item, card, price, tax string
}

// told makes a scenario of the one vendor.
func told(name, description string, seed func(*seeding, time.Time) string) scenario {
	return scenario{Scenario: Scenario{Name: name, Description: description}, seller: quillforge, seed: seed}
}

// lifeScenarios are the states an account can get into, each by what really leads
// there.
func lifeScenarios() []scenario {
	return []scenario{
		told("trial", "Pro on trial for 14 days, 5 of them left, and no card: it ends then unless one is added.", seedTrial),
		told("past-due", "The last renewal was declined for lack of funds; more tries are planned.", seedPastDue),
		told("past-due-last", "The last renewal was declined and every try is used up; it stays past due until it is paid.", seedPastDueLast),
		told("needs-confirmation", "The last renewal waits for its owner: the bank asks for 3-D Secure.", seedNeedsConfirmation),
		told("unpaid", "All tries used up: the subscription is unpaid, an invoice is open and a newer one is a draft.", seedUnpaid),
		told("canceled", "Canceled by the subscriber; it ended with its last period.", seedCanceled),
		told("cancel-scheduled", "Canceled by the subscriber and still active until its period ends.", seedCancelScheduled),
		told("downgrade-scheduled", "Power until the period ends, then Pro: a schedule changes the plan by itself.", seedDowngradeScheduled),
		told("discount", "Pro at 25 % off for half a year, two months of it left, after a first month at half the price.", seedDiscount),
		told("paused-collection", "Collection is paused: the subscription is active and its invoices are void until it resumes.", seedPausedCollection),
		told("incomplete", "A sign-up of two hours ago whose first payment waits for 3-D Secure; it lapses after 23 hours.", seedIncomplete),
		told("shadowed-card", "Past due: the customer has a new card, but the subscription still names the old one that fails.", seedShadowedCard),
		told("card-expiring", "All paid, and the only card expires with this month.", seedCardExpiring),
		told("tiny-balance", "An open invoice of 0.38 USD, what credit left of a renewal, keeps the subscription past due.", seedTinyBalance),
		told("overage", "Pro with metered extra credits: each month's use is billed with the next renewal.", seedOverage),
		told("credit-packs", "Pro and packs of credits bought in between, one of them waiting for the next invoice.", seedCreditPacks),
		told("refunds", "Refunds in full and in part, credit notes paid back and kept as credit, and one refund that failed.", seedRefunds),
		told("two-subscriptions", "Two subscriptions on two cards: Pro is paid, the build machines are past due.", seedTwoSubscriptions),
		told("double", "The same twice: two packs of credits bought four minutes apart, and two subscriptions to Pro that both go on.", seedDouble),
		told("send-invoice", "Invoices are sent and due in 30 days instead of charged: one is open, the earlier ones were paid.", seedSendInvoice),
		told("marked-paid", "The last renewal failed and was paid outside: marked as paid by the vendor, without a charge.", seedMarkedPaid),
		told("deleted-customer", "The vendor has removed the account after half a year of invoices.", seedDeletedCustomer),
		told("currencies", "Invoices in seven currencies with none, two and three decimals, and other methods than cards.", seedCurrencies),
	}
}

// billedLately is a moment some months ago from which a monthly subscription was
// last renewed the given number of days ago, or up to three more: on a day that
// every month has.
func billedLately(now time.Time, days, months int) time.Time {
	then := now.AddDate(0, 0, -days)
	if then.Day() > 28 {
		then = then.AddDate(0, 0, 28-then.Day())
	}
	return then.AddDate(0, -months, 0)
}

// proSince opens an account at that moment.
func (s *seeding) proSince(then time.Time, more ...string) account {
	s.at(then)
	var a account
	a.price, a.tax = s.proPlan()
	a.customer = s.newYorker()
	terms := append([]string{"customer", a.customer, "items[0][price]", a.price, "default_tax_rates[0]", a.tax}, more...)
	a.subscription = s.post("/v1/subscriptions", terms...)
	if owner, of := s.customers.find(a.customer), s.subscriptions.find(a.subscription); owner != nil && of != nil {
		a.card, a.item = string(owner.InvoiceSettings.DefaultPaymentMethod), of.Items.Data[0].ID
	}
	return a
}

// proPlan makes what is sold, and the tax on it.
func (s *seeding) proPlan() (price, tax string) {
	pro := s.post("/v1/products", "name", "Pro", "description", "For daily work, with 1,000 credits a month")
	price = s.post("/v1/prices", "product", pro, "currency", "usd", "unit_amount", "2000",
		"recurring[interval]", "month", "tax_behavior", "exclusive")
	tax = s.post("/v1/tax_rates", "display_name", "Sales Tax", "percentage", "8.875", "inclusive", "false",
		"country", "US", "state", "NY", "jurisdiction", "New York", "tax_type", "sales_tax")
	for _, other := range []struct{ name, description, amount string }{
		{"Pro+", "For long days, with 2,000 credits a month", "4000"},
		{"Power", "For whole days, with 10,000 credits a month", "20000"},
	} {
		of := s.post("/v1/products", "name", other.name, "description", other.description)
		s.post("/v1/prices", "product", of, "currency", "usd", "unit_amount", other.amount,
			"recurring[interval]", "month", "tax_behavior", "exclusive")
	}
	return price, tax
}

// bankSays changes the answer of the bank behind a card.
func (s *seeding) bankSays(card, declineCode string) {
	s.post("/_sandbox/payment_methods/"+card+"/bank", "decline_code", declineCode)
}

// remove makes a DELETE request.
func (s *seeding) remove(path string) {
	if s.err == nil {
		_, s.err = s.handle(http.MethodDelete, path, nil)
	}
}

// newestOf is the newest invoice of a subscription.
func (s *seeding) newestOf(subscriptionID string) string {
	if of := s.subscriptions.find(subscriptionID); of != nil {
		return string(of.LatestInvoice)
	}
	return ""
}

// chargeOf is the charge of an invoice.
func (s *seeding) chargeOf(bill string) string {
	if o := s.invoices.find(bill); o != nil {
		return string(o.Charge)
	}
	return ""
}

func seedTrial(s *seeding, now time.Time) string {
	s.at(now.AddDate(0, 0, -9))
	price, tax := s.proPlan()
	id := s.post("/v1/customers", "name", "Sam Okafor", "email", "sam.okafor@example.com")
	s.post("/v1/subscriptions", "customer", id, "items[0][price]", price, "default_tax_rates[0]", tax,
		"trial_period_days", "14", "trial_settings[end_behavior][missing_payment_method]", "cancel")
	return id
}

// failing is an account whose last renewal, some days ago, was declined.
func (s *seeding) failing(now time.Time, days int, declineCode string) account {
	start := billedLately(now, days, 7)
	a := s.proSince(start)
	s.at(start.AddDate(0, 6, 20))
	s.bankSays(a.card, declineCode)
	return a
}

func seedPastDue(s *seeding, now time.Time) string {
	return s.failing(now, 3, "insufficient_funds").customer
}

func seedPastDueLast(s *seeding, now time.Time) string {
	s.post("/_sandbox/dunning", "end", "past_due")
	return s.failing(now, 18, "do_not_honor").customer
}

func seedNeedsConfirmation(s *seeding, now time.Time) string {
	start := billedLately(now, 2, 5)
	s.at(start)
	price, tax := s.proPlan()
	id := s.post("/v1/customers", "name", "Ines Carvalho", "email", "ines.carvalho@example.com", "address[country]", "PT",
		"address[line1]", "Rua do Alecrim 40", "address[city]", "Lisboa", "address[postal_code]", "1200-018")
	card := s.post("/v1/payment_methods/pm_card_authenticationRequiredOnSetup/attach", "customer", id)
	s.post("/v1/customers/"+id, "invoice_settings[default_payment_method]", card)
	subscribed := s.post("/v1/subscriptions", "customer", id, "items[0][price]", price, "default_tax_rates[0]", tax)
	if first := s.invoices.find(s.newestOf(subscribed)); first != nil {
		s.post("/_sandbox/payment_intents/"+string(first.PaymentIntent)+"/authenticate", "outcome", "complete")
	}
	s.at(start.AddDate(0, 4, 20)) // the bank forgets, and will ask again
	s.post("/_sandbox/payment_methods/"+card+"/bank", "confirmed", "false")
	return id
}

func seedUnpaid(s *seeding, now time.Time) string {
	s.post("/_sandbox/dunning", "end", "unpaid")
	start := billedLately(now, 9, 8)
	a := s.proSince(start)
	s.at(start.AddDate(0, 6, 20)) // the renewal before the last is the one that fails
	s.bankSays(a.card, "generic_decline")
	return a.customer
}

func seedCanceled(s *seeding, now time.Time) string {
	start := billedLately(now, 12, 9)
	a := s.proSince(start)
	s.at(start.AddDate(0, 8, 11))
	s.post("/v1/subscriptions/"+a.subscription, "cancel_at_period_end", "true", "cancellation_details[feedback]", "switched_service")
	return a.customer
}

func seedCancelScheduled(s *seeding, now time.Time) string {
	a := s.proSince(billedLately(now, 8, 11))
	s.at(now.AddDate(0, 0, -2))
	s.post("/v1/subscriptions/"+a.subscription, "cancel_at_period_end", "true",
		"cancellation_details[feedback]", "unused", "cancellation_details[comment]", "Between projects, back in spring")
	return a.customer
}

func seedPausedCollection(s *seeding, now time.Time) string {
	start := billedLately(now, 6, 7)
	a := s.proSince(start)
	s.at(start.AddDate(0, 5, 10))
	s.post("/v1/subscriptions/"+a.subscription, "pause_collection[behavior]", "void",
		"pause_collection[resumes_at]", strconv.FormatInt(now.AddDate(0, 2, 0).Unix(), 10))
	return a.customer
}

func seedIncomplete(s *seeding, now time.Time) string {
	s.at(now.Add(-2 * time.Hour))
	price, tax := s.proPlan()
	id := s.post("/v1/customers", "name", "Sam Okafor", "email", "sam.okafor@example.com", "payment_method", "pm_card_threeDSecure2Required")
	s.post("/v1/subscriptions", "customer", id, "items[0][price]", price, "default_tax_rates[0]", tax)
	return id
}

func seedShadowedCard(s *seeding, now time.Time) string {
	a := s.failing(now, 4, "insufficient_funds")
	s.post("/v1/subscriptions/"+a.subscription, "default_payment_method", a.card)
	s.at(now.AddDate(0, 0, -1))
	fresh := s.post("/v1/payment_methods/pm_card_mastercard/attach", "customer", a.customer)
	s.post("/v1/customers/"+a.customer, "invoice_settings[default_payment_method]", fresh)
	return a.customer
}

func seedCardExpiring(s *seeding, now time.Time) string {
	start := billedLately(now, 5, 14)
	a := s.proSince(start)
	s.at(start.AddDate(0, 0, 1))
	s.post("/v1/payment_methods/"+a.card, "card[exp_month]", strconv.Itoa(int(now.Month())), "card[exp_year]", strconv.Itoa(now.Year()))
	return a.customer
}

func seedTwoSubscriptions(s *seeding, now time.Time) string {
	start := billedLately(now, 20, 6)
	a := s.proSince(start)
	s.at(billedLately(now, 3, 4))
	machines := s.post("/v1/products", "name", "Build machines")
	each := s.post("/v1/prices", "product", machines, "currency", "usd", "unit_amount", "1500", "recurring[interval]", "month")
	other := s.post("/v1/payment_methods/pm_card_amex/attach", "customer", a.customer)
	s.post("/v1/subscriptions", "customer", a.customer, "items[0][price]", each, "items[0][quantity]", "2",
		"default_payment_method", other, "default_tax_rates[0]", a.tax)
	s.at(now.AddDate(0, 0, -15))
	s.bankSays(other, "card_velocity_exceeded")
	return a.customer
}

func seedSendInvoice(s *seeding, now time.Time) string {
	start := billedLately(now, 11, 5)
	a := s.proSince(start, "collection_method", "send_invoice", "days_until_due", "30")
	for month := range 5 {
		s.at(start.AddDate(0, month, 12))
		if bill := s.invoices.find(s.newestOf(a.subscription)); bill != nil && bill.Status == "open" {
			s.post("/v1/invoices/" + bill.ID + "/pay")
		}
	}
	return a.customer
}

func seedMarkedPaid(s *seeding, now time.Time) string {
	a := s.failing(now, 9, "card_not_supported")
	s.at(now.AddDate(0, 0, -2))
	s.post("/v1/invoices/"+s.newestOf(a.subscription)+"/pay", "paid_out_of_band", "true")
	return a.customer
}

func seedDeletedCustomer(s *seeding, now time.Time) string {
	a := s.proSince(billedLately(now, 14, 6))
	s.at(now.AddDate(0, 0, -1))
	s.remove("/v1/customers/" + a.customer)
	return a.customer
}
