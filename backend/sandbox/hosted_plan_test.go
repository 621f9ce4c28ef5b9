package sandbox_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"billfold/backend/sandbox"
)

// plansShown are the prices that the page offers.
func plansShown(v *visitor) (ids []string) {
	for _, input := range regexp.MustCompile(`<input type="radio" name="price"[^>]*value="(price_[^"]*)"( disabled)?`).FindAllStringSubmatch(v.body, -1) {
		if input[2] == "" {
			ids = append(ids, input[1])
		}
	}
	return ids
}

func TestAPlanIsChangedAfterItsPriceWasShown(t *testing.T) {
	clock := newHandClock()
	c := startFor(t, sandbox.Options{Now: clock.now})
	v := c.portal().follow("Change plan").sees(200, "Pro+", "$40.00 per month")
	offered := plansShown(v)
	if len(offered) != 2 {
		t.Fatalf("offered: %v", offered)
	}
	v.open("change?price="+offered[0]).sees(200, "Confirm your new plan", "Unused time on Pro", "Remaining time on Pro+")
	due := regexp.MustCompile(`<strong>(\$[0-9.,]+)</strong></td>`).FindStringSubmatch(v.body)
	v.send("/change").sees(200, "You are on Pro+ now.")
	if _, _, price := c.subscriptionOf(); price != offered[0] {
		t.Errorf("the price is %s", price)
	}
	next := c.get("/v1/invoices/upcoming?customer=" + c.Customer()).object(t)
	if due == nil || strings.ReplaceAll(due[1], ".", "") != "$"+plainNumber(next["amount_due"]) {
		t.Errorf("shown %v, the next invoice is of %v", due, next["amount_due"])
	}
}

func TestAPlanThatIsNotOfferedCannotBeChosen(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	product := c.made("/v1/products", "name", "Offered")["id"].(string)
	price := c.made("/v1/prices", "product", product, "currency", "usd", "unit_amount", "700", "recurring[interval]", "month")["id"].(string)
	config := c.made("/v1/billing_portal/configurations", "features[subscription_update][enabled]", "true",
		"features[subscription_update][default_allowed_updates][]", "price", "features[subscription_update][proration_behavior]", "always_invoice",
		"features[subscription_update][products][0][product]", product, "features[subscription_update][products][0][prices][0]", price)["id"].(string)
	other := plansShown(c.portal().follow("Change plan"))[0]
	v := c.portal("configuration", config).follow("Change plan")
	if offered := plansShown(v); len(offered) != 1 || offered[0] != price {
		t.Fatalf("offered: %v", offered)
	}
	action := strings.TrimSuffix(v.at.Path, "plans")
	v.open(action+"change?price="+price).sees(200, "charged now")
	_, values := v.form("/change")
	values.Set("price", other)
	v.do(v.post(action+"change", values)).sees(200, "cannot be changed to that price")
	if _, _, now := c.subscriptionOf(); now == other {
		t.Error("the price was changed to one that is not offered")
	}
}

func TestAChangeIsConfirmedByALink(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	subscription, item, _ := c.subscriptionOf()
	to := plansShown(c.portal().follow("Change plan"))[1]
	c.portal("flow_data[type]", "subscription_update_confirm", "flow_data[subscription_update_confirm][subscription]", subscription,
		"flow_data[subscription_update_confirm][items][0][id]", item, "flow_data[subscription_update_confirm][items][0][price]", to,
		"flow_data[after_completion][type]", "hosted_confirmation").
		sees(200, "Confirm your new plan", "Power").send("/change").sees(200, "All done", "You are on Power now.")
}

// TestThePagesOfEveryScenarioOpen: no state and no text breaks a page, and none
// gets out of its place as markup.
func TestThePagesOfEveryScenarioOpen(t *testing.T) {
	for _, scenario := range sandbox.Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			c := startFor(t, sandbox.Options{Scenario: scenario.Name, Now: newHandClock().now})
			bills, _ := c.page("/v1/invoices?limit=5&customer=" + c.Customer())
			for _, bill := range bills {
				if bill["status"] == "draft" {
					continue
				}
				v := newVisitor(t).open(bill["hosted_invoice_url"].(string)).sees(200)
				plainMarkup(t, v)
				c.document(bill["invoice_pdf"].(string))
			}
			notes, _ := c.page("/v1/credit_notes?limit=5&customer=" + c.Customer())
			for _, note := range notes {
				c.document(note["pdf"].(string))
			}
			paid, _ := c.page("/v1/charges?limit=5&customer=" + c.Customer())
			for _, charge := range paid {
				if charge["paid"] == true {
					plainMarkup(t, newVisitor(t).open(charge["receipt_url"].(string)).sees(200))
					c.document(charge["receipt_url"].(string) + "/pdf")
				}
			}
			if owner := c.get("/v1/customers/" + c.Customer()).object(t); owner["deleted"] == true {
				return
			}
			v := c.portal().sees(200, "Current plan")
			plainMarkup(t, v)
			home := v.at.String()
			for _, path := range []string{"billing", "cards/new", "invoices"} {
				plainMarkup(t, v.open(home+path).sees(200))
			}
		})
	}
}

// foreignMarkup is what these pages never have, so that it can only have come from
// a text.
var foreignMarkup = regexp.MustCompile(`<(script|img|iframe|object|style)\b|(href|action)="\s*javascript:`)

// plainMarkup fails when a text became markup.
func plainMarkup(t *testing.T, v *visitor) {
	t.Helper()
	if found := foreignMarkup.FindString(v.body); found != "" {
		t.Errorf("%s holds %q", v.at, found)
	}
}

// plainNumber is an amount of JSON without its decimals.
func plainNumber(of any) string { return strconv.FormatFloat(of.(float64), 'f', -1, 64) }
