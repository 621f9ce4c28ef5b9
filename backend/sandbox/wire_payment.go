package sandbox

import "billfold/backend/stripewire"

type paymentIntent struct {
	ID                        string          `json:"id"`
	Object                    string          `json:"object"`
	Amount                    int64           `json:"amount"`
	AmountCapturable          int64           `json:"amount_capturable"`
	AmountReceived            int64           `json:"amount_received"`
	Application               null            `json:"application"`
	ApplicationFeeAmount      null            `json:"application_fee_amount"`
	AutomaticPaymentMethods   null            `json:"automatic_payment_methods"`
	CanceledAt                nullableTime    `json:"canceled_at"`
	CancellationReason        nullableText    `json:"cancellation_reason"`
	CaptureMethod             string          `json:"capture_method"`
	ClientSecret              string          `json:"client_secret"`
	ConfirmationMethod        string          `json:"confirmation_method"`
	Created                   int64           `json:"created"`
	Currency                  string          `json:"currency"`
	Customer                  string          `json:"customer"`
	Description               nullableText    `json:"description"`
	Invoice                   nullableText    `json:"invoice"`
	LastPaymentError          *paymentFailure `json:"last_payment_error"`
	LatestCharge              nullableText    `json:"latest_charge"`
	Livemode                  bool            `json:"livemode"`
	Metadata                  metadata        `json:"metadata"`
	NextAction                *nextAction     `json:"next_action"`
	OnBehalfOf                null            `json:"on_behalf_of"`
	PaymentMethod             nullableText    `json:"payment_method"`
	PaymentMethodOptions      null            `json:"payment_method_options"`
	PaymentMethodTypes        []string        `json:"payment_method_types"`
	Processing                null            `json:"processing"`
	ReceiptEmail              nullableText    `json:"receipt_email"`
	Review                    null            `json:"review"`
	SetupFutureUsage          nullableText    `json:"setup_future_usage"`
	Shipping                  null            `json:"shipping"`
	StatementDescriptor       null            `json:"statement_descriptor"`
	StatementDescriptorSuffix null            `json:"statement_descriptor_suffix"`
	Status                    string          `json:"status"`
	TransferData              null            `json:"transfer_data"`
	TransferGroup             null            `json:"transfer_group"`

	// present tells that the person was there when the bank asked to confirm.
	present bool
}

// paymentFailure is why the last try of a payment failed.
type paymentFailure struct {
	Charge        string         `json:"charge,omitempty"`
	Code          string         `json:"code"`
	DeclineCode   string         `json:"decline_code,omitempty"`
	DocURL        string         `json:"doc_url"`
	Message       string         `json:"message"`
	PaymentMethod *paymentMethod `json:"payment_method,omitempty"`
	Type          string         `json:"type"`
}

// nextAction is what a payment waits for.
type nextAction struct {
	Type         string    `json:"type"`
	UseStripeSDK *struct{} `json:"use_stripe_sdk,omitempty"`
}

type charge struct {
	ID                            string         `json:"id"`
	Object                        string         `json:"object"`
	Amount                        int64          `json:"amount"`
	AmountCaptured                int64          `json:"amount_captured"`
	AmountRefunded                int64          `json:"amount_refunded"`
	Application                   null           `json:"application"`
	ApplicationFee                null           `json:"application_fee"`
	ApplicationFeeAmount          null           `json:"application_fee_amount"`
	BalanceTransaction            null           `json:"balance_transaction"`
	BillingDetails                billingDetails `json:"billing_details"`
	CalculatedStatementDescriptor nullableText   `json:"calculated_statement_descriptor"`
	Captured                      bool           `json:"captured"`
	Created                       int64          `json:"created"`
	Currency                      string         `json:"currency"`
	Customer                      string         `json:"customer"`
	Description                   nullableText   `json:"description"`
	Disputed                      bool           `json:"disputed"`
	FailureBalanceTransaction     null           `json:"failure_balance_transaction"`
	FailureCode                   nullableText   `json:"failure_code"`
	FailureMessage                nullableText   `json:"failure_message"`
	FraudDetails                  struct{}       `json:"fraud_details"`
	Invoice                       nullableText   `json:"invoice"`
	Livemode                      bool           `json:"livemode"`
	Metadata                      metadata       `json:"metadata"`
	OnBehalfOf                    null           `json:"on_behalf_of"`
	Outcome                       outcome        `json:"outcome"`
	Paid                          bool           `json:"paid"`
	PaymentIntent                 nullableText   `json:"payment_intent"`
	PaymentMethod                 nullableText   `json:"payment_method"`
	PaymentMethodDetails          methodDetails  `json:"payment_method_details"`
	ReceiptEmail                  nullableText   `json:"receipt_email"`
	ReceiptNumber                 nullableText   `json:"receipt_number"`
	ReceiptURL                    *link          `json:"receipt_url"`
	Refunded                      bool           `json:"refunded"`
	Review                        null           `json:"review"`
	Shipping                      null           `json:"shipping"`
	SourceTransfer                null           `json:"source_transfer"`
	StatementDescriptor           null           `json:"statement_descriptor"`
	StatementDescriptorSuffix     null           `json:"statement_descriptor_suffix"`
	Status                        string         `json:"status"`
	TransferData                  null           `json:"transfer_data"`
	TransferGroup                 null           `json:"transfer_group"`

	// refund is what becomes of a refund of this charge; see testCard.
	refund string
}

type outcome struct {
	NetworkStatus string       `json:"network_status"`
	Reason        nullableText `json:"reason"`
	RiskLevel     string       `json:"risk_level"`
	SellerMessage string       `json:"seller_message"`
	Type          string       `json:"type"`
}

type methodDetails struct {
	Card *chargedCard `json:"card,omitempty"`
	Type string       `json:"type"`
}

// chargedCard is the card as it was when it was charged.
type chargedCard struct {
	AmountAuthorized int64         `json:"amount_authorized"`
	Brand            string        `json:"brand"`
	Checks           cardChecks    `json:"checks"`
	Country          nullableText  `json:"country"`
	ExpMonth         int           `json:"exp_month"`
	ExpYear          int           `json:"exp_year"`
	Fingerprint      string        `json:"fingerprint"`
	Funding          string        `json:"funding"`
	Installments     null          `json:"installments"`
	Last4            string        `json:"last4"`
	Mandate          null          `json:"mandate"`
	Network          string        `json:"network"`
	ThreeDSecure     *threeDSecure `json:"three_d_secure"`
	Wallet           null          `json:"wallet"`
}

// threeDSecure is what is left of a challenge on the charge.
type threeDSecure struct {
	AuthenticationFlow          string `json:"authentication_flow"`
	ElectronicCommerceIndicator string `json:"electronic_commerce_indicator"`
	ExemptionIndicator          null   `json:"exemption_indicator"`
	Result                      string `json:"result"`
	ResultReason                null   `json:"result_reason"`
	TransactionID               null   `json:"transaction_id"`
	Version                     string `json:"version"`
}

type refund struct {
	ID                     string       `json:"id"`
	Object                 string       `json:"object"`
	Amount                 int64        `json:"amount"`
	BalanceTransaction     null         `json:"balance_transaction"`
	Charge                 string       `json:"charge"`
	Created                int64        `json:"created"`
	Currency               string       `json:"currency"`
	FailureReason          string       `json:"failure_reason,omitempty"`
	Metadata               metadata     `json:"metadata"`
	PaymentIntent          nullableText `json:"payment_intent"`
	Reason                 nullableText `json:"reason"`
	ReceiptNumber          nullableText `json:"receipt_number"`
	SourceTransferReversal null         `json:"source_transfer_reversal"`
	Status                 string       `json:"status"`
	TransferReversal       null         `json:"transfer_reversal"`
}

type creditNote struct {
	ID                         string                           `json:"id"`
	Object                     string                           `json:"object"`
	Amount                     int64                            `json:"amount"`
	AmountShipping             int64                            `json:"amount_shipping"`
	Created                    int64                            `json:"created"`
	Currency                   string                           `json:"currency"`
	Customer                   string                           `json:"customer"`
	CustomerBalanceTransaction nullableText                     `json:"customer_balance_transaction"`
	DiscountAmount             int64                            `json:"discount_amount"`
	DiscountAmounts            []discountAmount                 `json:"discount_amounts"`
	EffectiveAt                nullableTime                     `json:"effective_at"`
	Invoice                    string                           `json:"invoice"`
	Lines                      stripewire.List[*creditNoteLine] `json:"lines"`
	Livemode                   bool                             `json:"livemode"`
	Memo                       nullableText                     `json:"memo"`
	Metadata                   metadata                         `json:"metadata"`
	Number                     string                           `json:"number"`
	OutOfBandAmount            *int64                           `json:"out_of_band_amount"`
	PDF                        *link                            `json:"pdf"`
	Reason                     nullableText                     `json:"reason"`
	Refund                     nullableText                     `json:"refund"`
	ShippingCost               null                             `json:"shipping_cost"`
	Status                     string                           `json:"status"`
	Subtotal                   int64                            `json:"subtotal"`
	SubtotalExcludingTax       int64                            `json:"subtotal_excluding_tax"`
	TaxAmounts                 []taxAmount                      `json:"tax_amounts"`
	Total                      int64                            `json:"total"`
	TotalExcludingTax          int64                            `json:"total_excluding_tax"`
	Type                       string                           `json:"type"`
	VoidedAt                   nullableTime                     `json:"voided_at"`
}

type creditNoteLine struct {
	ID                     string           `json:"id"`
	Object                 string           `json:"object"`
	Amount                 int64            `json:"amount"`
	AmountExcludingTax     int64            `json:"amount_excluding_tax"`
	Description            nullableText     `json:"description"`
	DiscountAmount         int64            `json:"discount_amount"`
	DiscountAmounts        []discountAmount `json:"discount_amounts"`
	InvoiceLineItem        string           `json:"invoice_line_item,omitempty"`
	Livemode               bool             `json:"livemode"`
	Quantity               *int64           `json:"quantity"`
	TaxAmounts             []taxAmount      `json:"tax_amounts"`
	TaxRates               []*taxRate       `json:"tax_rates"`
	Type                   string           `json:"type"`
	UnitAmount             *int64           `json:"unit_amount"`
	UnitAmountDecimal      nullableText     `json:"unit_amount_decimal"`
	UnitAmountExcludingTax nullableText     `json:"unit_amount_excluding_tax"`
}
