package sandbox

// schedule is what Stripe calls a subscription schedule: how a subscription is to
// change, phase by phase.
type schedule struct {
	ID                   string           `json:"id"`
	Object               string           `json:"object"`
	Application          null             `json:"application"`
	CanceledAt           nullableTime     `json:"canceled_at"`
	CompletedAt          nullableTime     `json:"completed_at"`
	Created              int64            `json:"created"`
	CurrentPhase         *currentPhase    `json:"current_phase"`
	Customer             string           `json:"customer"`
	DefaultSettings      scheduleSettings `json:"default_settings"`
	EndBehavior          string           `json:"end_behavior"`
	Livemode             bool             `json:"livemode"`
	Metadata             metadata         `json:"metadata"`
	Phases               []*phase         `json:"phases"`
	ReleasedAt           nullableTime     `json:"released_at"`
	ReleasedSubscription nullableText     `json:"released_subscription"`
	Status               string           `json:"status"`
	Subscription         nullableText     `json:"subscription"`
	TestClock            null             `json:"test_clock"`
}

type currentPhase struct {
	EndDate   int64 `json:"end_date"`
	StartDate int64 `json:"start_date"`
}

// scheduleSettings is what phases have unless they say otherwise.
type scheduleSettings struct {
	ApplicationFeePercent null            `json:"application_fee_percent"`
	AutomaticTax          enabled         `json:"automatic_tax"`
	BillingCycleAnchor    string          `json:"billing_cycle_anchor"`
	BillingThresholds     null            `json:"billing_thresholds"`
	CollectionMethod      string          `json:"collection_method"`
	DefaultPaymentMethod  nullableText    `json:"default_payment_method"`
	Description           nullableText    `json:"description"`
	InvoiceSettings       scheduleInvoice `json:"invoice_settings"`
	OnBehalfOf            null            `json:"on_behalf_of"`
	TransferData          null            `json:"transfer_data"`
}

type scheduleInvoice struct {
	DaysUntilDue *int64 `json:"days_until_due"`
}

type phase struct {
	AddInvoiceItems       []struct{}   `json:"add_invoice_items"`
	ApplicationFeePercent null         `json:"application_fee_percent"`
	BillingCycleAnchor    null         `json:"billing_cycle_anchor"`
	BillingThresholds     null         `json:"billing_thresholds"`
	CollectionMethod      null         `json:"collection_method"`
	Coupon                nullableText `json:"coupon"`
	Currency              string       `json:"currency"`
	DefaultPaymentMethod  null         `json:"default_payment_method"`
	DefaultTaxRates       []*taxRate   `json:"default_tax_rates"`
	Description           null         `json:"description"`
	EndDate               int64        `json:"end_date"`
	InvoiceSettings       null         `json:"invoice_settings"`
	Items                 []*phaseItem `json:"items"`
	Metadata              metadata     `json:"metadata"`
	OnBehalfOf            null         `json:"on_behalf_of"`
	ProrationBehavior     string       `json:"proration_behavior"`
	StartDate             int64        `json:"start_date"`
	TransferData          null         `json:"transfer_data"`
	TrialEnd              nullableTime `json:"trial_end"`

	// coupon is what Coupon names, also when it has been deleted since.
	coupon *coupon
}

// phaseItem is an item that the subscription has in a phase.
type phaseItem struct {
	BillingThresholds null       `json:"billing_thresholds"`
	Metadata          metadata   `json:"metadata"`
	Price             string     `json:"price"`
	Quantity          int64      `json:"quantity,omitempty"` // absent where usage is metered
	TaxRates          []*taxRate `json:"tax_rates"`
}
