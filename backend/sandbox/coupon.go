package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"

	"billfold/backend/stripewire"
)

func createCoupon(c *call) (any, error) {
	o := &coupon{
		ID: c.text("id"), Object: "coupon", Created: c.clock, Valid: true,
		Duration: c.choice("duration", "once", "forever", "once", "repeating"),
	}
	c.readWorth(o)
	c.readTerms(o)
	c.setText(&o.Name, "name")
	c.setMetadata(&o.Metadata)
	if o.ID != "" && c.coupons.find(o.ID) != nil {
		c.fail(stripewire.Invalid("resource_already_exists", "id", "Coupon already exists."))
	}
	if c.err != nil {
		return nil, c.err
	}
	if o.ID == "" {
		c.counts["coupon"]++
		o.ID = c.digest("coupon/"+strconv.FormatInt(c.counts["coupon"], 10), couponID)
	}
	if o.RedeemBy != 0 {
		c.plan(int64(o.RedeemBy)+1, func() { o.Valid = false })
	}
	c.emit("coupon.created", o)
	return c.coupons.add(o), nil
}

// couponID is the length of the codes that Stripe makes when none is chosen.
const couponID = 8

// readWorth reads what a coupon takes off: a share, or an amount of one currency.
func (c *call) readWorth(o *coupon) {
	percent, amount := c.given("percent_off"), c.given("amount_off")
	switch {
	case percent == amount:
		c.fail(stripewire.Invalid("", "percent_off", "You must pass either percent_off or amount_off."))
	case percent:
		text := json.Number(c.text("percent_off"))
		share, known := millionths(string(text))
		if !known || share == 0 {
			c.fail(stripewire.Invalid("", "percent_off", "Invalid percent_off: more than 0, at most 100, with at most four decimals."))
		}
		o.PercentOff, o.millionths = &text, share
	default:
		off := c.amount("amount_off", 0)
		if off == 0 {
			c.fail(stripewire.Invalid(stripewire.CodeParameterInvalidInteger, "amount_off", "Invalid amount_off: must be greater than 0."))
		}
		o.AmountOff, o.Currency = &off, nullableText(c.currency("currency"))
	}
}

// readTerms reads how long the discounts of a coupon last, and how often and
// until when it can be redeemed.
func (c *call) readTerms(o *coupon) {
	if repeating := o.Duration == "repeating"; repeating != c.given("duration_in_months") {
		c.fail(stripewire.Invalid("", "duration_in_months", "duration_in_months is required for the duration repeating, and goes with no other."))
	} else if repeating {
		months := c.integer("duration_in_months", 0)
		o.DurationInMonths = &months
		if months < 1 || months > 240 {
			c.fail(stripewire.Invalid("", "duration_in_months", "Invalid duration_in_months: must be between 1 and 240."))
		}
	}
	if c.given("max_redemptions") {
		most := c.integer("max_redemptions", 0)
		o.MaxRedemptions = &most
		if most < 1 {
			c.fail(stripewire.Invalid("", "max_redemptions", "Invalid max_redemptions: must be at least 1."))
		}
	}
	if o.RedeemBy = nullableTime(c.integer("redeem_by", 0)); c.given("redeem_by") && int64(o.RedeemBy) <= c.clock {
		c.fail(stripewire.Invalid("", "redeem_by", "Invalid redeem_by: must be in the future."))
	}
}

func getCoupon(c *call) (any, error) { return c.coupons.fetch(c.ids[0], "coupon") }

func updateCoupon(c *call) (any, error) {
	current, err := c.coupons.fetch(c.ids[0], "coupon")
	if err != nil {
		return nil, err
	}
	defer c.noting("coupon.updated", current)()
	c.setText(&current.Name, "name")
	notes := metadata{}
	for key, value := range current.Metadata {
		notes[key] = value
	}
	c.setMetadata(&notes)
	current.Metadata = notes
	return current, nil
}

// deleteCoupon keeps it from being redeemed. Who has redeemed it keeps the
// discount. Source: Stripe API reference, "Delete a coupon".
func deleteCoupon(c *call) (any, error) {
	o, err := c.coupons.fetch(c.ids[0], "coupon")
	if err != nil {
		return nil, err
	}
	o.Valid = false
	c.emit("coupon.deleted", o)
	c.coupons.remove(o.ID)
	return deletedObject{ID: o.ID, Object: "coupon", Deleted: true}, nil
}

func listCoupons(c *call) (any, error) {
	within := c.createdWithin()
	return list(c, c.coupons, func(o *coupon) bool { return within(o.Created) })
}

// takes tells whether a coupon can take anything off an invoice of a currency.
func (o *coupon) takes(currency string) bool {
	return o.AmountOff == nil || string(o.Currency) == currency
}

// off is what a coupon takes off a sum of a currency that it takes.
func (o *coupon) off(sum int64) int64 {
	if o.AmountOff != nil {
		return min(*o.AmountOff, sum)
	}
	return shareOf(sum, o.millionths, 1_000_000)
}

// words are what a buyer reads of a coupon: its name, and its worth when that is
// a share.
func (o *coupon) words() string {
	words := string(o.Name)
	if words == "" {
		words = o.ID
	}
	if o.PercentOff != nil {
		words += " (" + o.PercentOff.String() + "% off)"
	}
	return words
}

// readCoupon reads a coupon to be redeemed; nil when none is given, or an empty
// one. currency is what it has to fit, "" when that is open.
func (c *call) readCoupon(name, currency string) *coupon {
	of := named(c, c.coupons, name)
	switch {
	case of == nil:
	case !of.Valid:
		c.fail(&stripewire.Error{
			Status: http.StatusBadRequest, Type: stripewire.TypeInvalidRequest, Code: "coupon_expired", Param: name,
			Message: "Coupon expired: " + of.ID,
		})
	case currency != "" && !of.takes(currency):
		c.fail(stripewire.Invalid("", name, "The coupon "+of.ID+" is in "+string(of.Currency)+" and cannot be used for "+currency+"."))
	}
	return of
}
