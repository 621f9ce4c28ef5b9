package sandbox

import (
	"encoding/json"

	"billfold/backend/stripewire"
)

type invoice struct {
	// ID is empty, and left out, on the preview of an upcoming invoice.
	ID                           string              `json:"id,omitempty"`
	Object                       string              `json:"object"`
	AccountCountry               string              `json:"account_country"`
	AccountName                  string              `json:"account_name"`
	AccountTaxIDs                null                `json:"account_tax_ids"`
	AmountDue                    int64               `json:"amount_due"`
	AmountPaid                   int64               `json:"amount_paid"`
	AmountRemaining              int64               `json:"amount_remaining"`
	AmountShipping               int64               `json:"amount_shipping"`
	Application                  null                `json:"application"`
	ApplicationFeeAmount         null                `json:"application_fee_amount"`
	AttemptCount                 int64               `json:"attempt_count"`
	Attempted                    bool                `json:"attempted"`
	AutoAdvance                  bool                `json:"auto_advance"`
	AutomaticTax                 invoiceAutoTax      `json:"automatic_tax"`
	BillingReason                string              `json:"billing_reason"`
	Charge                       nullableText        `json:"charge"`
	CollectionMethod             string              `json:"collection_method"`
	Created                      int64               `json:"created"`
	Currency                     string              `json:"currency"`
	CustomFields                 null                `json:"custom_fields"`
	Customer                     string              `json:"customer"`
	CustomerAddress              *address            `json:"customer_address"`
	CustomerEmail                nullableText        `json:"customer_email"`
	CustomerName                 nullableText        `json:"customer_name"`
	CustomerPhone                nullableText        `json:"customer_phone"`
	CustomerShipping             null                `json:"customer_shipping"`
	CustomerTaxExempt            string              `json:"customer_tax_exempt"`
	CustomerTaxIDs               []invoiceTaxID      `json:"customer_tax_ids"`
	DefaultPaymentMethod         nullableText        `json:"default_payment_method"`
	DefaultSource                null                `json:"default_source"`
	DefaultTaxRates              []*taxRate          `json:"default_tax_rates"`
	Description                  nullableText        `json:"description"`
	Discount                     *discount           `json:"discount"`
	Discounts                    []string            `json:"discounts"`
	DueDate                      nullableTime        `json:"due_date"`
	EffectiveAt                  nullableTime        `json:"effective_at"`
	EndingBalance                *int64              `json:"ending_balance"`
	Footer                       nullableText        `json:"footer"`
	FromInvoice                  null                `json:"from_invoice"`
	HostedInvoiceURL             *link               `json:"hosted_invoice_url"`
	InvoicePDF                   *link               `json:"invoice_pdf"`
	LastFinalizationError        null                `json:"last_finalization_error"`
	LatestRevision               null                `json:"latest_revision"`
	Lines                        embeddedLines       `json:"lines"`
	Livemode                     bool                `json:"livemode"`
	Metadata                     metadata            `json:"metadata"`
	NextPaymentAttempt           nullableTime        `json:"next_payment_attempt"`
	Number                       nullableText        `json:"number"`
	OnBehalfOf                   null                `json:"on_behalf_of"`
	Paid                         bool                `json:"paid"`
	PaidOutOfBand                bool                `json:"paid_out_of_band"`
	PaymentIntent                nullableText        `json:"payment_intent"`
	PaymentSettings              invoicePayment      `json:"payment_settings"`
	PeriodEnd                    int64               `json:"period_end"`
	PeriodStart                  int64               `json:"period_start"`
	PostPaymentCreditNotesAmount int64               `json:"post_payment_credit_notes_amount"`
	PrePaymentCreditNotesAmount  int64               `json:"pre_payment_credit_notes_amount"`
	Quote                        null                `json:"quote"`
	ReceiptNumber                nullableText        `json:"receipt_number"`
	Rendering                    null                `json:"rendering"`
	ShippingCost                 null                `json:"shipping_cost"`
	ShippingDetails              null                `json:"shipping_details"`
	StartingBalance              int64               `json:"starting_balance"`
	StatementDescriptor          nullableText        `json:"statement_descriptor"`
	Status                       string              `json:"status"`
	StatusTransitions            statusTransitions   `json:"status_transitions"`
	Subscription                 nullableText        `json:"subscription"`
	SubscriptionDetails          subscriptionDetails `json:"subscription_details"`
	Subtotal                     int64               `json:"subtotal"`
	SubtotalExcludingTax         int64               `json:"subtotal_excluding_tax"`
	Tax                          *int64              `json:"tax"`
	TestClock                    null                `json:"test_clock"`
	Total                        int64               `json:"total"`
	TotalDiscountAmounts         []discountAmount    `json:"total_discount_amounts"`
	TotalExcludingTax            int64               `json:"total_excluding_tax"`
	TotalTaxAmounts              []taxAmount         `json:"total_tax_amounts"`
	TransferData                 null                `json:"transfer_data"`
	WebhooksDeliveredAt          nullableTime        `json:"webhooks_delivered_at"`

	// failedAt is when its first payment failed, retries how many dates for
	// another try were set since, and retryAt the one that counts.
	failedAt, retries, retryAt int64
	// refusedMethod is the method that was declined for good.
	refusedMethod string
	// granted are its discounts.
	granted []*discount
	// leftOver is what was too small to be charged, and went to the balance.
	leftOver int64
}

// embeddedLines holds every line and writes the first page of them, as Stripe
// does; the rest is behind url.
type embeddedLines struct {
	all []*lineItem
	url string
}

func (l embeddedLines) MarshalJSON() ([]byte, error) {
	first := l.all[:min(len(l.all), stripewire.DefaultPage)]
	return json.Marshal(stripewire.NewList(l.url, first, len(l.all) > len(first)))
}

type invoiceAutoTax struct {
	Enabled bool `json:"enabled"`
	Status  null `json:"status"`
}

type invoiceTaxID struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type invoicePayment struct {
	DefaultMandate       null `json:"default_mandate"`
	PaymentMethodOptions null `json:"payment_method_options"`
	PaymentMethodTypes   null `json:"payment_method_types"`
}

type statusTransitions struct {
	FinalizedAt           nullableTime `json:"finalized_at"`
	MarkedUncollectibleAt nullableTime `json:"marked_uncollectible_at"`
	PaidAt                nullableTime `json:"paid_at"`
	VoidedAt              nullableTime `json:"voided_at"`
}

// subscriptionDetails has null metadata on an invoice of no subscription.
type subscriptionDetails struct {
	Metadata *metadata `json:"metadata"`
}

type taxAmount struct {
	Amount           int64  `json:"amount"`
	Inclusive        bool   `json:"inclusive"`
	TaxRate          string `json:"tax_rate"`
	TaxabilityReason string `json:"taxability_reason"`
	TaxableAmount    int64  `json:"taxable_amount"`
}

type lineItem struct {
	ID                     string           `json:"id"`
	Object                 string           `json:"object"`
	Amount                 int64            `json:"amount"`
	AmountExcludingTax     int64            `json:"amount_excluding_tax"`
	Currency               string           `json:"currency"`
	Description            nullableText     `json:"description"`
	DiscountAmounts        []discountAmount `json:"discount_amounts"`
	Discountable           bool             `json:"discountable"`
	Discounts              []string         `json:"discounts"`
	InvoiceItem            string           `json:"invoice_item,omitempty"`
	Livemode               bool             `json:"livemode"`
	Metadata               metadata         `json:"metadata"`
	Period                 period           `json:"period"`
	Price                  *price           `json:"price"`
	Proration              bool             `json:"proration"`
	ProrationDetails       proration        `json:"proration_details"`
	Quantity               int64            `json:"quantity"`
	Subscription           nullableText     `json:"subscription"`
	SubscriptionItem       string           `json:"subscription_item,omitempty"`
	TaxAmounts             []taxAmount      `json:"tax_amounts"`
	TaxRates               []*taxRate       `json:"tax_rates"`
	Type                   string           `json:"type"`
	UnitAmountExcludingTax nullableText     `json:"unit_amount_excluding_tax"`

	// off is what all discounts take off it.
	off int64
}

type proration struct {
	CreditedItems null `json:"credited_items"`
}

type invoiceItem struct {
	ID                string       `json:"id"`
	Object            string       `json:"object"`
	Amount            int64        `json:"amount"`
	Currency          string       `json:"currency"`
	Customer          string       `json:"customer"`
	Date              int64        `json:"date"`
	Description       nullableText `json:"description"`
	Discountable      bool         `json:"discountable"`
	Discounts         []string     `json:"discounts"`
	Invoice           nullableText `json:"invoice"`
	Livemode          bool         `json:"livemode"`
	Metadata          metadata     `json:"metadata"`
	Period            period       `json:"period"`
	Price             *price       `json:"price"`
	Proration         bool         `json:"proration"`
	Quantity          int64        `json:"quantity"`
	Subscription      nullableText `json:"subscription"`
	TaxRates          []*taxRate   `json:"tax_rates"`
	TestClock         null         `json:"test_clock"`
	UnitAmount        int64        `json:"unit_amount"`
	UnitAmountDecimal string       `json:"unit_amount_decimal"`
}
