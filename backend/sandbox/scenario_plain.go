package sandbox

import (
	"strconv"
	"time"
)

// activeScenario is the ordinary subscriber: one plan, one card, all paid.
func activeScenario() scenario {
	return scenario{
		Scenario: Scenario{
			Name:        "active",
			Description: "Pro at 20.00 USD a month, all paid: 18 months of invoices with sales tax, and one card.",
		},
		seller: quillforge,
		seed: func(s *seeding, now time.Time) string {
			// Twelve days short of 18 months, so that the next bill is near.
			s.at(now.AddDate(0, -18, 12))
			monthly, tax := s.proPlan()
			subscriber := s.newYorker()
			s.post("/v1/subscriptions", "customer", subscriber, "items[0][price]", monthly, "default_tax_rates[0]", tax)
			return subscriber
		},
	}
}

// newYorker is a customer whose billing information is complete, with a card.
func (s *seeding) newYorker() string {
	id := s.post("/v1/customers", "name", "Dana Whitfield", "email", "dana.whitfield@example.com", "phone", "+1 212 555 0142",
		"address[line1]", "418 Greenwich Street", "address[line2]", "Floor 3", "address[city]", "New York",
		"address[state]", "NY", "address[postal_code]", "10013", "address[country]", "US")
	s.post("/v1/customers/"+id+"/tax_ids", "type", "us_ein", "value", "12-3456789")
	// Good for longer than any scenario runs: a card that expires is declined.
	lasts := strconv.Itoa(time.Unix(s.clock, 0).UTC().Year() + 8)
	card := s.post("/v1/payment_methods", "type", "card", "card[token]", "tok_visa", "card[exp_year]", lasts,
		"billing_details[name]", "Dana Whitfield", "billing_details[address][postal_code]", "10013",
		"billing_details[address][country]", "US")
	s.post("/v1/payment_methods/"+card+"/attach", "customer", id)
	s.post("/v1/customers/"+id, "invoice_settings[default_payment_method]", card)
	return id
}

// newScenario is somebody who has signed up and never paid. There is no
// subscription: one with a price of zero would have made an invoice.
func newScenario() scenario {
	return scenario{
		Scenario: Scenario{
			Name:        "new",
			Description: "Just signed up: on the free plan, with no subscription, no card and no invoice.",
		},
		seller: quillforge,
		seed: func(s *seeding, now time.Time) string {
			s.at(now.AddDate(0, 0, -2))
			s.post("/v1/products", "name", "Pro", "description", "For daily work, with 1,000 credits a month")
			return s.post("/v1/customers", "name", "Sam Okafor", "email", "sam.okafor@example.com")
		},
	}
}
