package sandbox

import "billfold/backend/stripewire"

type subscription struct {
	ID                            string                             `json:"id"`
	Object                        string                             `json:"object"`
	Application                   null                               `json:"application"`
	ApplicationFeePercent         null                               `json:"application_fee_percent"`
	AutomaticTax                  enabled                            `json:"automatic_tax"`
	BillingCycleAnchor            int64                              `json:"billing_cycle_anchor"`
	BillingThresholds             null                               `json:"billing_thresholds"`
	CancelAt                      nullableTime                       `json:"cancel_at"`
	CancelAtPeriodEnd             bool                               `json:"cancel_at_period_end"`
	CanceledAt                    nullableTime                       `json:"canceled_at"`
	CancellationDetails           cancellation                       `json:"cancellation_details"`
	CollectionMethod              string                             `json:"collection_method"`
	Created                       int64                              `json:"created"`
	Currency                      string                             `json:"currency"`
	CurrentPeriodEnd              int64                              `json:"current_period_end"`
	CurrentPeriodStart            int64                              `json:"current_period_start"`
	Customer                      string                             `json:"customer"`
	DaysUntilDue                  *int64                             `json:"days_until_due"`
	DefaultPaymentMethod          nullableText                       `json:"default_payment_method"`
	DefaultSource                 null                               `json:"default_source"`
	DefaultTaxRates               []*taxRate                         `json:"default_tax_rates"`
	Description                   nullableText                       `json:"description"`
	Discount                      *discount                          `json:"discount"`
	EndedAt                       nullableTime                       `json:"ended_at"`
	Items                         stripewire.List[*subscriptionItem] `json:"items"`
	LatestInvoice                 nullableText                       `json:"latest_invoice"`
	Livemode                      bool                               `json:"livemode"`
	Metadata                      metadata                           `json:"metadata"`
	NextPendingInvoiceItemInvoice null                               `json:"next_pending_invoice_item_invoice"`
	OnBehalfOf                    null                               `json:"on_behalf_of"`
	PauseCollection               *pauseCollection                   `json:"pause_collection"`
	PaymentSettings               subscriptionPayment                `json:"payment_settings"`
	PendingInvoiceItemInterval    null                               `json:"pending_invoice_item_interval"`
	PendingSetupIntent            null                               `json:"pending_setup_intent"`
	PendingUpdate                 null                               `json:"pending_update"`
	Plan                          *plan                              `json:"plan"`
	Quantity                      *int64                             `json:"quantity,omitempty"`
	Schedule                      nullableText                       `json:"schedule"`
	StartDate                     int64                              `json:"start_date"`
	Status                        string                             `json:"status"`
	TestClock                     null                               `json:"test_clock"`
	TransferData                  null                               `json:"transfer_data"`
	TrialEnd                      nullableTime                       `json:"trial_end"`
	TrialSettings                 trialSettings                      `json:"trial_settings"`
	TrialStart                    nullableTime                       `json:"trial_start"`

	// periods counts the periods begun, so that the end of each is reckoned from
	// the anchor: a subscription anchored on the 31st comes back to the 31st.
	periods int
	// meteredFrom is since when usage has not been billed.
	meteredFrom int64
	// billedWith are the discounts that its current period was billed with.
	billedWith []*discount
	// issued are its invoices that were finalized, in order.
	issued []string
}

// pauseCollection is what becomes of invoices while they are not collected.
type pauseCollection struct {
	Behavior  string       `json:"behavior"`
	ResumesAt nullableTime `json:"resumes_at"`
}

type enabled struct {
	Enabled bool `json:"enabled"`
}

type cancellation struct {
	Comment  nullableText `json:"comment"`
	Feedback nullableText `json:"feedback"`
	Reason   nullableText `json:"reason"`
}

type subscriptionPayment struct {
	PaymentMethodOptions     null   `json:"payment_method_options"`
	PaymentMethodTypes       null   `json:"payment_method_types"`
	SaveDefaultPaymentMethod string `json:"save_default_payment_method"`
}

type trialSettings struct {
	EndBehavior struct {
		MissingPaymentMethod string `json:"missing_payment_method"`
	} `json:"end_behavior"`
}

type subscriptionItem struct {
	ID                string     `json:"id"`
	Object            string     `json:"object"`
	BillingThresholds null       `json:"billing_thresholds"`
	Created           int64      `json:"created"`
	Metadata          metadata   `json:"metadata"`
	Plan              plan       `json:"plan"`
	Price             *price     `json:"price"`
	Quantity          int64      `json:"quantity,omitempty"` // absent where usage is metered
	Subscription      string     `json:"subscription"`
	TaxRates          []*taxRate `json:"tax_rates"`

	// used is what was reported for a metered price, in order of its time.
	used []usageRecord
}

// usageRecord is one report of usage.
type usageRecord struct {
	ID               string `json:"id"`
	Object           string `json:"object"`
	Livemode         bool   `json:"livemode"`
	Quantity         int64  `json:"quantity"`
	SubscriptionItem string `json:"subscription_item"`
	Timestamp        int64  `json:"timestamp"`
}

// usageSummary is the usage of one period.
type usageSummary struct {
	ID               string       `json:"id"`
	Object           string       `json:"object"`
	Invoice          nullableText `json:"invoice"`
	Livemode         bool         `json:"livemode"`
	Period           period       `json:"period"`
	SubscriptionItem string       `json:"subscription_item"`
	TotalUsage       int64        `json:"total_usage"`
}
