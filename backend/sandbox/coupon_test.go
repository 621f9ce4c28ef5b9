package sandbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

const month = 31 * 24 * time.Hour

// totals are what a customer's invoices came to, newest first.
func (c client) totals(customer string) string {
	c.Helper()
	bills, _ := c.page("/v1/invoices?customer=" + customer)
	return strings.Join(fieldsOf(bills, "total"), " ")
}

func TestADiscountLastsAsLongAsItsCouponSays(t *testing.T) {
	for name, test := range map[string]struct {
		coupon []string
		want   string
	}{
		"once":                  {[]string{"percent_off", "25", "duration", "once"}, "2000 2000 2000 1500"},
		"for two months":        {[]string{"percent_off", "33.33", "duration", "repeating", "duration_in_months", "2"}, "2000 2000 1333 1333"},
		"for ever":              {[]string{"amount_off", "700", "currency", "usd", "duration", "forever"}, "1300 1300 1300 1300"},
		"more than the price":   {[]string{"amount_off", "2500", "currency", "usd", "duration", "once"}, "2000 2000 2000 0"},
		"all, without a charge": {[]string{"percent_off", "100", "duration", "forever"}, "0 0 0 0"},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newHandClock()
			c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
			coupon := c.made("/v1/coupons", append(test.coupon, "name", "Offer")...)["id"].(string)
			customer := c.made("/v1/customers", "payment_method", "pm_card_visa")["id"].(string)
			id := c.made("/v1/subscriptions", "customer", customer, "items[0][price]", c.plan("Pro", "2000"), "coupon", coupon)["id"].(string)
			clock.advance(3 * month)
			if got := c.totals(customer); got != test.want {
				t.Errorf("totals %s, want %s", got, test.want)
			}
			if lasting := c.get("/v1/subscriptions/" + id).object(t)["discount"] != nil; lasting != slices.Contains(test.coupon, "forever") {
				t.Errorf("is still there: %v", lasting)
			}
		})
	}
}

func TestADiscountIsTakenOffBeforeTax(t *testing.T) {
	for inclusive, want := range map[string]string{
		"false": "subtotal 2000, net of it 2000, off 500, net 1500, tax 133, total 1633",
		"true":  "subtotal 2000, net of it 1837, off 500, net 1378, tax 122, total 1500",
	} {
		t.Run("inclusive "+inclusive, func(t *testing.T) {
			c := startFor(t, sandbox.Options{Scenario: "new", Now: newHandClock().now})
			c.made("/v1/coupons", "id", "QUARTER", "percent_off", "25", "duration", "forever")
			rate := c.made("/v1/tax_rates", "display_name", "Tax", "percentage", "8.875", "inclusive", inclusive)["id"].(string)
			customer := c.made("/v1/customers", "payment_method", "pm_card_visa", "coupon", "QUARTER")["id"].(string)
			c.made("/v1/subscriptions", "customer", customer, "items[0][price]", c.plan("Pro", "2000"), "default_tax_rates[0]", rate)
			bill := c.latest(customer)
			got := fmt.Sprintf("subtotal %v, net of it %v, off %v, net %v, tax %v, total %v", bill["subtotal"], bill["subtotal_excluding_tax"],
				sumOf(bill["total_discount_amounts"], nil), bill["total_excluding_tax"], bill["tax"], bill["total"])
			if got != want || bill["amount_paid"] != bill["total"] {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func TestAChangeOfPlanIsProratedByWhatWasReallyPaid(t *testing.T) {
	clock := newHandClock()
	clock.seconds.Store(1775001600) // 2026-04-01
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	c.made("/v1/coupons", "id", "HALF", "percent_off", "50", "duration", "once")
	customer := c.made("/v1/customers", "payment_method", "pm_card_visa")["id"].(string)
	s := c.made("/v1/subscriptions", "customer", customer, "items[0][price]", c.plan("Pro", "3000"), "coupon", "HALF")
	clock.advance(15 * 24 * time.Hour)
	c.made("/v1/subscriptions/"+s["id"].(string), "items[0][id]", itemID(s), "items[0][price]", c.plan("Power", "9000"), "proration_behavior", "always_invoice")
	if got := c.totals(customer); got != "3750 1500" {
		t.Errorf("half of 9000 less half of the 1500 that were paid: %s", got)
	}
}

func TestTheDiscountOfASubscriptionGoesBeforeItsCustomers(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	c.made("/v1/coupons", "id", "TENTH", "percent_off", "10", "duration", "forever")
	c.made("/v1/coupons", "id", "HALF", "percent_off", "50", "duration", "forever")
	customer := c.made("/v1/customers", "payment_method", "pm_card_visa", "coupon", "TENTH")["id"].(string)
	id := c.made("/v1/subscriptions", "customer", customer, "items[0][price]", c.plan("Pro", "2000"), "coupon", "HALF")["id"].(string)
	preview := c.get("/v1/invoices/upcoming?customer=" + customer + "&expand[]=discounts").object(t)
	if preview["total"] != 1000.0 || preview["discounts"].([]any)[0].(map[string]any)["coupon"].(map[string]any)["id"] != "HALF" {
		t.Errorf("previewed: %v %v", preview["total"], preview["discounts"])
	}
	if a := c.send(c.request("DELETE", "/v1/subscriptions/"+id+"/discount", "")); a.object(t)["deleted"] != true {
		t.Errorf("taken away: %s", a.body)
	}
	c.made("/v1/invoiceitems", "customer", customer, "currency", "usd", "amount", "-400", "description", "Sorry")
	clock.advance(month)
	if got := c.totals(customer); got != "1400 1000" {
		t.Errorf("a tenth off 2000, nothing off the credit: %s", got)
	}
}

func TestWhatBecomesOfADiscountIsTold(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	c.made("/v1/coupons", "id", "ONE", "percent_off", "10", "duration", "repeating", "duration_in_months", "1")
	c.made("/v1/coupons", "id", "TWO", "percent_off", "20")
	customer := c.made("/v1/customers", "coupon", "TWO")["id"].(string)
	c.made("/v1/customers/"+customer, "coupon", "ONE")
	c.made("/v1/coupons/ONE", "name", "First")
	c.send(c.request("DELETE", "/v1/coupons/ONE", ""))
	held := c.get("/v1/customers/" + customer + "/discount").object(t)
	if of := held["coupon"].(map[string]any); of["id"] != "ONE" || of["valid"] != false || of["times_redeemed"] != 1.0 {
		t.Errorf("what was redeemed stays: %v", held)
	}
	clock.seconds.Store(int64(held["end"].(float64)))
	if owner := c.get("/v1/customers/" + customer).object(t); owner["discount"] != nil {
		t.Errorf("at its end: %v", owner["discount"])
	}
	c.made("/v1/coupons", "id", "THREE", "percent_off", "30", "duration", "once")
	c.made("/v1/customers/"+customer, "coupon", "THREE")
	bill := c.made("/v1/invoices", "customer", customer, "currency", "usd")["id"].(string)
	c.made("/v1/invoiceitems", "customer", customer, "invoice", bill, "currency", "usd", "amount", "1000")
	c.made("/v1/invoices/" + bill + "/finalize")
	if sold := c.get("/v1/invoices/" + bill).object(t); sold["total"] != 700.0 || c.get("/v1/customers/" + customer).object(t)["discount"] != nil {
		t.Errorf("used up with what it was taken off: %v", sold["total"])
	}
	told, _ := c.page("/v1/events?types[]=customer.discount.*&types[]=coupon.updated&types[]=coupon.deleted&limit=100")
	want := "customer.discount.deleted customer.discount.created customer.discount.deleted coupon.deleted coupon.updated customer.discount.updated customer.discount.created"
	if got := strings.Join(fieldsOf(told, "type"), " "); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
}

func TestACouponIsRefusedWhereItCannotBeUsed(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Scenario: "new", Now: clock.now})
	c.made("/v1/coupons", "id", "EURO", "amount_off", "500", "currency", "eur")
	c.made("/v1/coupons", "id", "FIRST", "percent_off", "10", "max_redemptions", "1")
	c.made("/v1/coupons", "id", "SOON", "percent_off", "10", "redeem_by", fmt.Sprint(clock.seconds.Load()+60))
	c.made("/v1/customers", "coupon", "FIRST")
	clock.advance(2 * time.Minute)
	price := c.plan("Pro", "2000")
	customer := c.made("/v1/customers", "payment_method", "pm_card_visa")["id"].(string)
	for coupon, code := range map[string]string{"EURO": "", "FIRST": "coupon_expired", "SOON": "coupon_expired", "NONE": "resource_missing"} {
		r := c.post("/v1/subscriptions", "customer", customer, "items[0][price]", price, "coupon", coupon).refusal(t)
		if r.Status != 400 || r.Param != "coupon" || string(r.Code) != code {
			t.Errorf("%s: %+v", coupon, r)
		}
	}
	for _, wrong := range [][]string{
		{"percent_off", "10", "amount_off", "5", "currency", "usd"}, {"percent_off", "0"}, {"percent_off", "101"}, {"amount_off", "5"},
		{"percent_off", "5", "duration", "repeating"}, {"percent_off", "5", "duration_in_months", "2"}, {"id", "EURO", "percent_off", "5"},
	} {
		if r := c.post("/v1/coupons", wrong...).refusal(t); r.Status != 400 {
			t.Errorf("%v: %+v", wrong, r)
		}
	}
}
