package sandbox

type customer struct {
	ID                  string           `json:"id"`
	Object              string           `json:"object"`
	Address             *address         `json:"address"`
	Balance             int64            `json:"balance"`
	Created             int64            `json:"created"`
	Currency            nullableText     `json:"currency"`
	DefaultSource       null             `json:"default_source"`
	Delinquent          bool             `json:"delinquent"`
	Description         nullableText     `json:"description"`
	Discount            *discount        `json:"discount"`
	Email               nullableText     `json:"email"`
	InvoicePrefix       string           `json:"invoice_prefix"`
	InvoiceSettings     customerInvoices `json:"invoice_settings"`
	Livemode            bool             `json:"livemode"`
	Metadata            metadata         `json:"metadata"`
	Name                nullableText     `json:"name"`
	NextInvoiceSequence int64            `json:"next_invoice_sequence"`
	Phone               nullableText     `json:"phone"`
	PreferredLocales    []string         `json:"preferred_locales"`
	Shipping            null             `json:"shipping"`
	TaxExempt           string           `json:"tax_exempt"`
	TestClock           null             `json:"test_clock"`
}

type customerInvoices struct {
	CustomFields         null         `json:"custom_fields"`
	DefaultPaymentMethod nullableText `json:"default_payment_method"`
	Footer               null         `json:"footer"`
	RenderingOptions     null         `json:"rendering_options"`
}

type taxID struct {
	ID           string           `json:"id"`
	Object       string           `json:"object"`
	Country      nullableText     `json:"country"`
	Created      int64            `json:"created"`
	Customer     string           `json:"customer"`
	Livemode     bool             `json:"livemode"`
	Type         string           `json:"type"`
	Value        string           `json:"value"`
	Verification *taxVerification `json:"verification"`
}

type taxVerification struct {
	Status          string       `json:"status"`
	VerifiedAddress nullableText `json:"verified_address"`
	VerifiedName    nullableText `json:"verified_name"`
}

type balanceTransaction struct {
	ID            string       `json:"id"`
	Object        string       `json:"object"`
	Amount        int64        `json:"amount"`
	Created       int64        `json:"created"`
	CreditNote    nullableText `json:"credit_note"`
	Currency      string       `json:"currency"`
	Customer      string       `json:"customer"`
	Description   nullableText `json:"description"`
	EndingBalance int64        `json:"ending_balance"`
	Invoice       nullableText `json:"invoice"`
	Livemode      bool         `json:"livemode"`
	Metadata      metadata     `json:"metadata"`
	Type          string       `json:"type"`
}

type paymentMethod struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	// AmazonPay came after this API version, which Stripe answers with it all the
	// same.
	AmazonPay      *struct{}      `json:"amazon_pay,omitempty"`
	BillingDetails billingDetails `json:"billing_details"`
	Card           *card          `json:"card,omitempty"`
	Created        int64          `json:"created"`
	Customer       nullableText   `json:"customer"`
	Link           *linkMethod    `json:"link,omitempty"`
	Livemode       bool           `json:"livemode"`
	Metadata       metadata       `json:"metadata"`
	SEPADebit      *sepaMethod    `json:"sepa_debit,omitempty"`
	Type           string         `json:"type"`
	USBankAccount  *bankMethod    `json:"us_bank_account,omitempty"`

	// test is how the bank behind the method answers.
	test testCard
	// confirmed tells that its owner has confirmed a payment with it.
	confirmed bool
	// detached tells that it was taken from its customer, which is for good.
	detached bool
}

type linkMethod struct {
	Email nullableText `json:"email"`
}

type sepaMethod struct {
	BankCode      nullableText `json:"bank_code"`
	BranchCode    nullableText `json:"branch_code"`
	Country       nullableText `json:"country"`
	Fingerprint   nullableText `json:"fingerprint"`
	GeneratedFrom null         `json:"generated_from"`
	Last4         nullableText `json:"last4"`
}

type bankMethod struct {
	AccountHolderType           nullableText `json:"account_holder_type"`
	AccountType                 nullableText `json:"account_type"`
	BankName                    nullableText `json:"bank_name"`
	FinancialConnectionsAccount null         `json:"financial_connections_account"`
	Fingerprint                 nullableText `json:"fingerprint"`
	Last4                       nullableText `json:"last4"`
	Networks                    bankNetworks `json:"networks"`
	RoutingNumber               nullableText `json:"routing_number"`
	StatusDetails               null         `json:"status_details"`
}

type bankNetworks struct {
	Preferred nullableText `json:"preferred"`
	Supported []string     `json:"supported"`
}

type billingDetails struct {
	Address address      `json:"address"`
	Email   nullableText `json:"email"`
	Name    nullableText `json:"name"`
	Phone   nullableText `json:"phone"`
}

type card struct {
	Brand             string       `json:"brand"`
	Checks            cardChecks   `json:"checks"`
	Country           nullableText `json:"country"`
	DisplayBrand      nullableText `json:"display_brand"`
	ExpMonth          int          `json:"exp_month"`
	ExpYear           int          `json:"exp_year"`
	Fingerprint       string       `json:"fingerprint"`
	Funding           string       `json:"funding"`
	GeneratedFrom     null         `json:"generated_from"`
	Last4             string       `json:"last4"`
	Networks          cardNetworks `json:"networks"`
	ThreeDSecureUsage cardSecure   `json:"three_d_secure_usage"`
	Wallet            null         `json:"wallet"`
}

type cardChecks struct {
	AddressLine1Check      nullableText `json:"address_line1_check"`
	AddressPostalCodeCheck nullableText `json:"address_postal_code_check"`
	CVCCheck               nullableText `json:"cvc_check"`
}

type cardNetworks struct {
	Available []string `json:"available"`
	Preferred null     `json:"preferred"`
}

type cardSecure struct {
	Supported bool `json:"supported"`
}
