package sandbox

import "encoding/json"

type coupon struct {
	ID               string       `json:"id"`
	Object           string       `json:"object"`
	AmountOff        *int64       `json:"amount_off"`
	Created          int64        `json:"created"`
	Currency         nullableText `json:"currency"`
	Duration         string       `json:"duration"`
	DurationInMonths *int64       `json:"duration_in_months"`
	Livemode         bool         `json:"livemode"`
	MaxRedemptions   *int64       `json:"max_redemptions"`
	Metadata         metadata     `json:"metadata"`
	Name             nullableText `json:"name"`
	PercentOff       *json.Number `json:"percent_off"`
	RedeemBy         nullableTime `json:"redeem_by"`
	TimesRedeemed    int64        `json:"times_redeemed"`
	Valid            bool         `json:"valid"`

	// millionths is percent_off as a share of a million.
	millionths int64
}

// discount is a coupon that was redeemed. It does not change afterwards: what it
// was taken from forgets it.
type discount struct {
	ID              string       `json:"id"`
	Object          string       `json:"object"`
	CheckoutSession null         `json:"checkout_session"`
	Coupon          *coupon      `json:"coupon"`
	Customer        nullableText `json:"customer"`
	End             nullableTime `json:"end"`
	Invoice         nullableText `json:"invoice"`
	InvoiceItem     null         `json:"invoice_item"`
	PromotionCode   null         `json:"promotion_code"`
	Start           int64        `json:"start"`
	Subscription    nullableText `json:"subscription"`
}

// deletedDiscount is the answer to taking a discount away, which has no end.
type deletedDiscount struct {
	ID              string       `json:"id"`
	Object          string       `json:"object"`
	CheckoutSession null         `json:"checkout_session"`
	Coupon          *coupon      `json:"coupon"`
	Customer        nullableText `json:"customer"`
	Deleted         bool         `json:"deleted"`
	Invoice         nullableText `json:"invoice"`
	InvoiceItem     null         `json:"invoice_item"`
	PromotionCode   null         `json:"promotion_code"`
	Start           int64        `json:"start"`
	Subscription    nullableText `json:"subscription"`
}

// discountAmount is what one discount takes off an invoice, a line or a credit
// note.
type discountAmount struct {
	Amount   int64  `json:"amount"`
	Discount string `json:"discount"`
}
