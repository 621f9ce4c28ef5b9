package stripeapi

import (
	"github.com/goccy/go-json"

	"billfold/backend/billing"
)

type wireItem struct {
	identity
	Subscription reference `json:"subscription"`
	Quantity     *int64    `json:"quantity"`
	Price        wirePrice `json:"price"`
}

type wirePrice struct {
	ID                string      `json:"id"`
	Product           wireProduct `json:"product"`
	Nickname          *string     `json:"nickname"`
	Currency          *string     `json:"currency"`
	UnitAmount        *int64      `json:"unit_amount"`
	UnitAmountDecimal *string     `json:"unit_amount_decimal"`
	TransformQuantity *struct {
		DivideBy *int64 `json:"divide_by"`
	} `json:"transform_quantity"`
	Recurring *struct {
		Interval      *string `json:"interval"`
		IntervalCount *int64  `json:"interval_count"`
		UsageType     *string `json:"usage_type"`
	} `json:"recurring"`
}

// wireProduct is a product's id, with its name where it was expanded.
type wireProduct struct {
	ID       string
	Name     string
	Expanded bool
}

// UnmarshalJSON takes an object, a string, or null.
func (w *wireProduct) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '{' {
		var id reference
		err := id.UnmarshalJSON(data)
		*w = wireProduct{ID: string(id)}
		return err
	}
	var expanded struct {
		ID   string  `json:"id"`
		Name *string `json:"name"` // a deleted product has none
	}
	err := json.Unmarshal(data, &expanded)
	*w = wireProduct{ID: expanded.ID, Name: textOf(expanded.Name), Expanded: true}
	return err
}

func (w *wireItem) key() string { return w.ID }

// prove does not look for an owner: an item names only its subscription.
func (w *wireItem) prove(string) error {
	if err := w.is("subscription_item"); err != nil {
		return err
	}
	return present("subscription_item", w.Price.ID != "", w.Price.Product.ID != "", isCurrency(w.Price.Currency))
}

// value names the plan after its product, and after the price where the product
// is gone. The unit amount is known only where it is a whole number of minor
// units for one unit.
// Source: Stripe API reference, Price.unit_amount, unit_amount_decimal and
// transform_quantity.
func (w *wireItem) value() billing.SubscriptionItem {
	price := &w.Price
	item := billing.SubscriptionItem{
		ID: w.ID, PriceID: price.ID, ProductID: price.Product.ID, Plan: firstOf(&price.Product.Name, price.Nickname),
		UnitAmount:      moneyOf(price.UnitAmount, textOf(price.Currency)),
		UnitAmountKnown: price.UnitAmount != nil && price.TransformQuantity == nil && !fractional(textOf(price.UnitAmountDecimal)),
		Quantity:        numberOf(w.Quantity),
	}
	if price.Recurring != nil {
		item.Interval, item.IntervalCount = textOf(price.Recurring.Interval), numberOf(price.Recurring.IntervalCount)
		item.Metered = textOf(price.Recurring.UsageType) == "metered"
	}
	return item
}
