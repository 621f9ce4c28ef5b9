package sandbox

// portalConfig says what the customer portal offers.
type portalConfig struct {
	ID               string         `json:"id"`
	Object           string         `json:"object"`
	Active           bool           `json:"active"`
	Application      null           `json:"application"`
	BusinessProfile  portalBusiness `json:"business_profile"`
	Created          int64          `json:"created"`
	DefaultReturnURL nullableText   `json:"default_return_url"`
	Features         portalFeatures `json:"features"`
	IsDefault        bool           `json:"is_default"`
	Livemode         bool           `json:"livemode"`
	LoginPage        portalLogin    `json:"login_page"`
	Metadata         metadata       `json:"metadata"`
	Updated          int64          `json:"updated"`
}

type portalBusiness struct {
	Headline          nullableText `json:"headline"`
	PrivacyPolicyURL  nullableText `json:"privacy_policy_url"`
	TermsOfServiceURL nullableText `json:"terms_of_service_url"`
}

type portalLogin struct {
	Enabled bool `json:"enabled"`
	URL     null `json:"url"`
}

type portalFeatures struct {
	CustomerUpdate      portalCustomer `json:"customer_update"`
	InvoiceHistory      enabled        `json:"invoice_history"`
	PaymentMethodUpdate enabled        `json:"payment_method_update"`
	SubscriptionCancel  portalCancel   `json:"subscription_cancel"`
	SubscriptionPause   enabled        `json:"subscription_pause"`
	SubscriptionUpdate  portalUpdate   `json:"subscription_update"`
}

type portalCustomer struct {
	AllowedUpdates []string `json:"allowed_updates"`
	Enabled        bool     `json:"enabled"`
}

type portalCancel struct {
	CancellationReason portalReasons `json:"cancellation_reason"`
	Enabled            bool          `json:"enabled"`
	Mode               string        `json:"mode"`
	ProrationBehavior  string        `json:"proration_behavior"`
}

type portalReasons struct {
	Enabled bool     `json:"enabled"`
	Options []string `json:"options"`
}

type portalUpdate struct {
	DefaultAllowedUpdates []string        `json:"default_allowed_updates"`
	Enabled               bool            `json:"enabled"`
	Products              []portalProduct `json:"products"`
	ProrationBehavior     string          `json:"proration_behavior"`
}

type portalProduct struct {
	Prices  []string `json:"prices"`
	Product string   `json:"product"`
}

// portalSession lets one customer into the portal, once.
type portalSession struct {
	ID            string       `json:"id"`
	Object        string       `json:"object"`
	Configuration string       `json:"configuration"`
	Created       int64        `json:"created"`
	Customer      string       `json:"customer"`
	Flow          *portalFlow  `json:"flow"`
	Livemode      bool         `json:"livemode"`
	Locale        nullableText `json:"locale"`
	OnBehalfOf    null         `json:"on_behalf_of"`
	ReturnURL     nullableText `json:"return_url"`
	URL           *link        `json:"url"`

	// spent tells that its link was used, or belongs to an earlier run.
	spent bool
}

// portalFlow leads straight to one task.
type portalFlow struct {
	AfterCompletion           flowEnd      `json:"after_completion"`
	SubscriptionCancel        *flowTarget  `json:"subscription_cancel"`
	SubscriptionUpdate        *flowTarget  `json:"subscription_update"`
	SubscriptionUpdateConfirm *flowConfirm `json:"subscription_update_confirm"`
	Type                      string       `json:"type"`
}

type flowEnd struct {
	HostedConfirmation *flowMessage `json:"hosted_confirmation"`
	Redirect           *flowReturn  `json:"redirect"`
	Type               string       `json:"type"`
}

type flowMessage struct {
	CustomMessage nullableText `json:"custom_message"`
}

type flowReturn struct {
	ReturnURL string `json:"return_url"`
}

type flowTarget struct {
	Retention    *null  `json:"retention,omitempty"`
	Subscription string `json:"subscription"`
}

type flowConfirm struct {
	Discounts    *null      `json:"discounts"`
	Items        []flowItem `json:"items"`
	Subscription string     `json:"subscription"`
}

type flowItem struct {
	ID       nullableText `json:"id"`
	Price    nullableText `json:"price"`
	Quantity int64        `json:"quantity,omitempty"`
}
