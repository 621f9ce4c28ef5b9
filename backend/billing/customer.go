package billing

// Address is a postal address; Country is ISO 3166-1 alpha-2 in upper case. Any
// part may be empty.
type Address struct {
	Line1      string `json:"line1"`
	Line2      string `json:"line2"`
	City       string `json:"city"`
	State      string `json:"state"`
	PostalCode string `json:"postal_code"`
	Country    string `json:"country"`
}

// Empty tells whether no part of the address is filled in.
func (a Address) Empty() bool { return a == Address{} }

// Customer is the subscriber, as the merchant's Stripe account knows them.
type Customer struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Email   string  `json:"email"`
	Phone   string  `json:"phone"`
	Address Address `json:"address"`
	// Currency is the one the customer is charged in by default; "" until the first charge.
	Currency string `json:"currency"`
	// Balance is credit when negative and is applied to the next invoice when
	// positive. It is never what is owed: see Owed.
	Balance Money `json:"balance"`
	// TaxExempt is none, exempt or reverse.
	TaxExempt              string `json:"tax_exempt"`
	DefaultPaymentMethodID string `json:"default_payment_method_id"`
	DefaultSourceID        string `json:"default_source_id"`
	// Deleted is true when the merchant removed the customer; Stripe then answers
	// with the id alone.
	Deleted   bool `json:"deleted"`
	Livemode  bool `json:"livemode"`
	CreatedAt Time `json:"created_at"`
}

// TaxID is a tax number of the customer, e.g. an eu_vat.
type TaxID struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Value   string `json:"value"`
	Country string `json:"country"`
	// Verification is pending, verified, unverified, unavailable, or "" where the
	// type is never verified.
	Verification string `json:"verification"`
	CreatedAt    Time   `json:"created_at"`
}
