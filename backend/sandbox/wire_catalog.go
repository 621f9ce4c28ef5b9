package sandbox

import "encoding/json"

type product struct {
	ID                  string       `json:"id"`
	Object              string       `json:"object"`
	Active              bool         `json:"active"`
	Created             int64        `json:"created"`
	DefaultPrice        nullableText `json:"default_price"`
	Description         nullableText `json:"description"`
	Features            []struct{}   `json:"features"`
	Images              []string     `json:"images"`
	Livemode            bool         `json:"livemode"`
	Metadata            metadata     `json:"metadata"`
	Name                string       `json:"name"`
	PackageDimensions   null         `json:"package_dimensions"`
	Shippable           null         `json:"shippable"`
	StatementDescriptor nullableText `json:"statement_descriptor"`
	TaxCode             null         `json:"tax_code"`
	UnitLabel           nullableText `json:"unit_label"`
	Updated             int64        `json:"updated"`
	URL                 nullableText `json:"url"`
}

type price struct {
	ID                string       `json:"id"`
	Object            string       `json:"object"`
	Active            bool         `json:"active"`
	BillingScheme     string       `json:"billing_scheme"`
	Created           int64        `json:"created"`
	Currency          string       `json:"currency"`
	CustomUnitAmount  null         `json:"custom_unit_amount"`
	Livemode          bool         `json:"livemode"`
	LookupKey         nullableText `json:"lookup_key"`
	Metadata          metadata     `json:"metadata"`
	Nickname          nullableText `json:"nickname"`
	Product           string       `json:"product"`
	Recurring         *recurring   `json:"recurring"`
	TaxBehavior       string       `json:"tax_behavior"`
	TiersMode         null         `json:"tiers_mode"`
	TransformQuantity null         `json:"transform_quantity"`
	Type              string       `json:"type"`
	UnitAmount        int64        `json:"unit_amount"`
	UnitAmountDecimal string       `json:"unit_amount_decimal"`
}

type recurring struct {
	AggregateUsage  nullableText `json:"aggregate_usage"`
	Interval        string       `json:"interval"`
	IntervalCount   int64        `json:"interval_count"`
	TrialPeriodDays null         `json:"trial_period_days"`
	UsageType       string       `json:"usage_type"`
}

// plan is the older name of a recurring price, which Stripe still writes on
// subscriptions and their items.
type plan struct {
	ID              string       `json:"id"`
	Object          string       `json:"object"`
	Active          bool         `json:"active"`
	AggregateUsage  nullableText `json:"aggregate_usage"`
	Amount          int64        `json:"amount"`
	AmountDecimal   string       `json:"amount_decimal"`
	BillingScheme   string       `json:"billing_scheme"`
	Created         int64        `json:"created"`
	Currency        string       `json:"currency"`
	Interval        string       `json:"interval"`
	IntervalCount   int64        `json:"interval_count"`
	Livemode        bool         `json:"livemode"`
	Metadata        metadata     `json:"metadata"`
	Nickname        nullableText `json:"nickname"`
	Product         string       `json:"product"`
	TiersMode       null         `json:"tiers_mode"`
	TransformUsage  null         `json:"transform_usage"`
	TrialPeriodDays null         `json:"trial_period_days"`
	UsageType       string       `json:"usage_type"`
}

func planOf(p *price) plan {
	return plan{
		ID: p.ID, Object: "plan", Active: p.Active, Amount: p.UnitAmount, AmountDecimal: p.UnitAmountDecimal,
		BillingScheme: p.BillingScheme, Created: p.Created, Currency: p.Currency, Interval: p.Recurring.Interval,
		IntervalCount: p.Recurring.IntervalCount, Metadata: p.Metadata, Nickname: p.Nickname, Product: p.Product,
		UsageType: p.Recurring.UsageType, AggregateUsage: p.Recurring.AggregateUsage,
	}
}

type taxRate struct {
	ID                  string       `json:"id"`
	Object              string       `json:"object"`
	Active              bool         `json:"active"`
	Country             nullableText `json:"country"`
	Created             int64        `json:"created"`
	Description         nullableText `json:"description"`
	DisplayName         string       `json:"display_name"`
	EffectivePercentage null         `json:"effective_percentage"`
	Inclusive           bool         `json:"inclusive"`
	Jurisdiction        nullableText `json:"jurisdiction"`
	Livemode            bool         `json:"livemode"`
	Metadata            metadata     `json:"metadata"`
	Percentage          json.Number  `json:"percentage"`
	State               nullableText `json:"state"`
	TaxType             nullableText `json:"tax_type"`

	// millionths is the percentage as a share of a million: 8.875 % is 88,750.
	millionths int64
}
