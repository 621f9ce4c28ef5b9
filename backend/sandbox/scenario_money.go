package sandbox

import (
	"strconv"
	"time"
)

func seedDowngradeScheduled(s *seeding, now time.Time) string {
	a := s.proSince(billedLately(now, 8, 7))
	power := ""
	for _, p := range s.prices.items {
		if p.UnitAmount == 20000 {
			power = p.ID
		}
	}
	s.at(billedLately(now, 8, 3).Add(time.Minute)) // with the fifth period, so that nothing is left over
	s.post("/v1/subscriptions/"+a.subscription, "items[0][id]", a.item, "items[0][price]", power, "proration_behavior", "none")
	s.at(now.AddDate(0, 0, -2))
	scheduled := s.post("/v1/subscription_schedules", "from_subscription", a.subscription)
	of := s.subscriptions.find(a.subscription)
	if of == nil {
		return a.customer
	}
	s.post("/v1/subscription_schedules/"+scheduled, "end_behavior", "release",
		"phases[0][start_date]", strconv.FormatInt(of.CurrentPeriodStart, 10), "phases[0][end_date]", strconv.FormatInt(of.CurrentPeriodEnd, 10),
		"phases[0][items][0][price]", power, "phases[1][items][0][price]", a.price, "phases[1][iterations]", "1")
	return a.customer
}

func seedDiscount(s *seeding, now time.Time) string {
	start := billedLately(now, 10, 4)
	s.at(start)
	s.post("/v1/coupons", "id", "WELCOME50", "name", "Welcome", "percent_off", "50", "duration", "once")
	s.post("/v1/coupons", "id", "AUTUMN25", "name", "Autumn offer", "percent_off", "25", "duration", "repeating", "duration_in_months", "6")
	a := s.proSince(start, "coupon", "WELCOME50")
	s.at(start.AddDate(0, 0, 12))
	s.post("/v1/subscriptions/"+a.subscription, "coupon", "AUTUMN25")
	return a.customer
}

func seedTinyBalance(s *seeding, now time.Time) string {
	start := billedLately(now, 3, 7)
	a := s.proSince(start)
	s.at(start.AddDate(0, 6, 2))
	paid := s.newestOf(a.subscription)
	s.post("/_sandbox/least_charge", "applies", "false") // else the rest would go to the balance
	// 21.78 less 21.40 leaves 0.38 of the next renewal.
	s.post("/v1/credit_notes", "invoice", paid, "amount", "2140", "credit_amount", "2140", "reason", "product_unsatisfactory",
		"memo", "Credit for the outage")
	s.at(start.AddDate(0, 6, 20))
	s.bankSays(a.card, "generic_decline")
	return a.customer
}

func seedOverage(s *seeding, now time.Time) string {
	start := billedLately(now, 13, 6)
	s.at(start)
	extra := s.post("/v1/products", "name", "Extra credits", "unit_label", "credit")
	metered := s.post("/v1/prices", "product", extra, "currency", "usd", "unit_amount", "4", "recurring[interval]", "month", "recurring[usage_type]", "metered")
	a := s.proSince(start, "items[1][price]", metered)
	of := s.subscriptions.find(a.subscription)
	if of == nil {
		return a.customer
	}
	report := "/v1/subscription_items/" + of.Items.Data[1].ID + "/usage_records"
	for month, used := range []int{0, 120, 45, 310, 0, 87, 540} {
		for week := range 2 {
			s.at(start.AddDate(0, month, 4+7*week))
			s.post(report, "quantity", strconv.Itoa(used/2))
		}
	}
	return a.customer
}

func seedCreditPacks(s *seeding, now time.Time) string {
	start := billedLately(now, 10, 8)
	a := s.proSince(start)
	pack := s.post("/v1/products", "name", "1,000 credits", "unit_label", "pack")
	each := s.post("/v1/prices", "product", pack, "currency", "usd", "unit_amount", "1000")
	for n, month := range []int{1, 3, 4, 7} {
		s.at(start.AddDate(0, month, 9))
		bill := s.post("/v1/invoices", "customer", a.customer, "default_tax_rates[0]", a.tax, "description", "Credit packs")
		s.post("/v1/invoiceitems", "customer", a.customer, "invoice", bill, "price", each, "quantity", strconv.Itoa(1+n))
		s.post("/v1/invoices/" + bill + "/pay")
	}
	s.at(now.AddDate(0, 0, -1))
	s.post("/v1/invoiceitems", "customer", a.customer, "price", each)
	return a.customer
}

// seedDouble is what impatience leads to: a button pressed again, and a sign-up made
// anew when the first was thought lost.
func seedDouble(s *seeding, now time.Time) string {
	a := s.proSince(billedLately(now, 20, 5))
	s.at(now.AddDate(0, 0, -12))
	s.post("/v1/subscriptions", "customer", a.customer, "items[0][price]", a.price, "default_tax_rates[0]", a.tax)
	pack := s.post("/v1/products", "name", "1,000 credits", "unit_label", "pack")
	each := s.post("/v1/prices", "product", pack, "currency", "usd", "unit_amount", "1000")
	for n := range 2 {
		s.at(now.AddDate(0, 0, -2).Add(time.Duration(n) * 4 * time.Minute))
		bill := s.post("/v1/invoices", "customer", a.customer, "default_tax_rates[0]", a.tax, "description", "Credit packs")
		s.post("/v1/invoiceitems", "customer", a.customer, "invoice", bill, "price", each)
		s.post("/v1/invoices/" + bill + "/pay")
	}
	return a.customer
}

func seedRefunds(s *seeding, now time.Time) string {
	start := billedLately(now, 9, 8)
	a := s.proSince(start)
	paid := func(month int) string {
		s.at(start.AddDate(0, month, 3))
		return s.newestOf(a.subscription)
	}
	s.post("/v1/refunds", "charge", s.chargeOf(paid(1)), "reason", "duplicate")
	s.post("/v1/refunds", "charge", s.chargeOf(paid(2)), "amount", "500", "reason", "requested_by_customer")
	s.post("/v1/credit_notes", "invoice", paid(3), "amount", "1000", "refund_amount", "1000", "reason", "order_change", "memo", "Half a month not used")
	s.post("/v1/credit_notes", "invoice", paid(4), "amount", "800", "credit_amount", "800", "reason", "product_unsatisfactory")
	if bill := s.invoices.find(paid(5)); bill != nil {
		s.post("/v1/credit_notes", "invoice", bill.ID, "refund_amount", "814", "reason", "order_change", "memo", "Eleven days not used",
			"lines[0][type]", "invoice_line_item", "lines[0][invoice_line_item]", bill.Lines.all[0].ID, "lines[0][amount]", "650",
			"lines[1][type]", "custom_line_item", "lines[1][description]", "Goodwill", "lines[1][quantity]", "2", "lines[1][unit_amount]", "53")
	}
	s.post("/v1/credit_notes", "invoice", paid(6), "amount", "600", "refund_amount", "350", "credit_amount", "250")
	s.at(start.AddDate(0, 7, 4))
	strange := s.post("/v1/payment_methods/pm_card_refundFail/attach", "customer", a.customer)
	bill := s.post("/v1/invoices", "customer", a.customer, "default_payment_method", strange, "description", "Training day")
	s.post("/v1/invoiceitems", "customer", a.customer, "invoice", bill, "currency", "usd", "amount", "4500", "description", "Training day")
	s.post("/v1/invoices/" + bill + "/pay")
	s.post("/v1/refunds", "charge", s.chargeOf(bill), "reason", "requested_by_customer")
	return a.customer
}

// seedCurrencies sells the same in many currencies; a balance and a subscription
// would tie the customer to one.
func seedCurrencies(s *seeding, now time.Time) string {
	start := now.AddDate(0, 0, -200)
	s.at(start)
	subscriber := s.newYorker()
	s.addOtherMethods(subscriber)
	for n, sale := range []struct{ currency, amount string }{
		{"usd", "2000"}, {"eur", "1850"}, {"jpy", "2900"}, {"kwd", "6140"}, {"isk", "275000"}, {"huf", "720000"}, {"bhd", "7540"},
	} {
		s.at(start.AddDate(0, 0, 25*n))
		bill := s.post("/v1/invoices", "customer", subscriber, "currency", sale.currency)
		s.post("/v1/invoiceitems", "customer", subscriber, "invoice", bill, "currency", sale.currency, "amount", sale.amount, "description", "Seat for a month")
		s.post("/v1/invoices/" + bill + "/pay")
	}
	return subscriber
}

// addOtherMethods saves methods that are no cards. Nobody types those in here, so
// there is no request to make them with.
func (s *seeding) addOtherMethods(subscriber string) {
	owner := s.customers.find(subscriber)
	if s.err != nil || owner == nil {
		return
	}
	for _, kind := range []string{"link", "sepa_debit", "us_bank_account", "amazon_pay"} {
		o := &paymentMethod{Object: "payment_method", Created: s.clock, Type: kind, BillingDetails: billingDetails{Name: owner.Name, Email: owner.Email}}
		switch kind {
		case "link":
			o.Link = &linkMethod{Email: owner.Email}
		case "sepa_debit":
			o.SEPADebit = &sepaMethod{BankCode: "37040044", Country: "DE", Fingerprint: nullableText(s.digest("sepa/"+subscriber, 16)), Last4: "3000"}
		case "amazon_pay":
			o.AmazonPay = &struct{}{}
		default:
			o.USBankAccount = &bankMethod{
				AccountHolderType: "individual", AccountType: "checking", BankName: "STRIPE TEST BANK",
				Fingerprint: nullableText(s.digest("bank/"+subscriber, 16)), Last4: "6789", RoutingNumber: "110000000",
				Networks: bankNetworks{Preferred: "ach", Supported: []string{"ach"}},
			}
		}
		s.attach(o, owner)
	}
}
