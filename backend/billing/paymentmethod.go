package billing

import "time"

// PaymentMethod is a saved way to pay. Nothing card-shaped beyond brand, last
// four digits and expiry is ever kept. Types Billfold does not know keep their
// type and are shown by its name.
type PaymentMethod struct {
	ID string `json:"id"`
	// Type is Stripe's: card, link, us_bank_account, sepa_debit, amazon_pay...
	Type     string `json:"type"`
	Brand    string `json:"brand"`
	Last4    string `json:"last4"`
	ExpMonth int64  `json:"exp_month"`
	ExpYear  int64  `json:"exp_year"`
	// Funding is credit, debit, prepaid, unknown or "".
	Funding string `json:"funding"`
	// Wallet is apple_pay, google_pay, link... or "".
	Wallet string `json:"wallet"`
	// Country is where a card was issued or an account is held.
	Country string `json:"country"`
	// Bank is the bank's name for bank accounts.
	Bank string `json:"bank"`
	// Email names the account for link and paypal.
	Email     string `json:"email"`
	CreatedAt Time   `json:"created_at"`
}

// ExpiresAt is the first instant at which the card no longer works: the start of
// the month after its expiry, in UTC. Unknown for methods that do not expire, and
// for an expiry that is no month of the years 1 to 9999.
func (m PaymentMethod) ExpiresAt() Time {
	if m.ExpMonth < 1 || m.ExpMonth > 12 || m.ExpYear < 1 || m.ExpYear > 9999 {
		return 0
	}
	return At(time.Date(int(m.ExpYear), time.Month(m.ExpMonth)+1, 1, 0, 0, 0, 0, time.UTC))
}

// ExpiredBy tells whether the card has expired at that instant.
func (m PaymentMethod) ExpiredBy(at Time) bool {
	expiry := m.ExpiresAt()
	return expiry.Known() && at.Known() && at >= expiry
}

// MethodOrigin says which object names the method that will be charged.
type MethodOrigin string

// The origins, in Stripe's order of precedence.
const (
	OriginInvoice            MethodOrigin = "invoice"
	OriginSubscription       MethodOrigin = "subscription"
	OriginSubscriptionSource MethodOrigin = "subscription_source"
	OriginCustomer           MethodOrigin = "customer"
	OriginCustomerSource     MethodOrigin = "customer_source"
)

// ChargedMethod is the method a charge will be made to.
type ChargedMethod struct {
	ID     string       `json:"id"`
	Origin MethodOrigin `json:"origin"`
	// Method is nil when the id names a method that is not in the saved list.
	Method *PaymentMethod `json:"method"`
}

// MethodToCharge resolves which method Stripe charges for an invoice of a
// subscription, or nil when there is none. invoice and subscription may be nil.
// Order: invoice.default_payment_method, subscription.default_payment_method,
// subscription.default_source, customer.invoice_settings.default_payment_method,
// customer.default_source.
// Source: docs.stripe.com, "Automate payment retries"; Invoice object.
func MethodToCharge(invoice *Invoice, subscription *Subscription, customer Customer, saved []PaymentMethod) *ChargedMethod {
	type candidate struct {
		id     string
		origin MethodOrigin
	}
	var candidates []candidate
	if invoice != nil {
		candidates = append(candidates, candidate{invoice.DefaultPaymentMethodID, OriginInvoice})
	}
	if subscription != nil {
		candidates = append(candidates,
			candidate{subscription.DefaultPaymentMethodID, OriginSubscription},
			candidate{subscription.DefaultSourceID, OriginSubscriptionSource})
	}
	candidates = append(candidates,
		candidate{customer.DefaultPaymentMethodID, OriginCustomer},
		candidate{customer.DefaultSourceID, OriginCustomerSource})
	for _, c := range candidates {
		if c.id != "" {
			return &ChargedMethod{ID: c.id, Origin: c.origin, Method: methodByID(saved, c.id)}
		}
	}
	return nil
}

func methodByID(saved []PaymentMethod, id string) *PaymentMethod {
	for i := range saved {
		if saved[i].ID == id {
			return &saved[i]
		}
	}
	return nil
}
