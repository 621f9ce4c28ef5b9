package sandbox

import (
	"slices"
	"sort"
	"strings"

	"billfold/backend/stripewire"
)

// route is one endpoint: what it is called, which parameters it knows, which
// kind of object it answers with, and what it does. A place in the path is
// written "*". In params, "x[*]" stands for any one name in the brackets.
type route struct {
	method, path string
	params       string
	answers      string // a kind of expand.go, "[]" in front for a list of them
	handle       func(*call) (any, error)
}

const (
	pageParams    = "limit starting_after ending_before "
	createdParams = "created created[gt] created[gte] created[lt] created[lte] "
	addressParams = "address address[city] address[country] address[line1] address[line2] address[postal_code] address[state] "

	customerParams = "name email phone description metadata metadata[*] preferred_locales[] tax_exempt " + addressParams
	billingParams  = "metadata metadata[*] billing_details[email] billing_details[name] billing_details[phone] " +
		"billing_details[address][city] billing_details[address][country] billing_details[address][line1] " +
		"billing_details[address][line2] billing_details[address][postal_code] billing_details[address][state] "
	subscriptionParams = "items[][price] items[][quantity] default_payment_method default_tax_rates[] description metadata metadata[*] " +
		"collection_method coupon days_until_due cancel_at cancel_at_period_end trial_end payment_behavior off_session " +
		"trial_settings[end_behavior][missing_payment_method] "
	changeParams = "items[][id] items[][deleted] proration_behavior proration_date billing_cycle_anchor pause_collection " +
		"pause_collection[behavior] pause_collection[resumes_at] cancellation_details[comment] cancellation_details[feedback] "
	previewParams = "customer subscription subscription_items[][id] subscription_items[][price] subscription_items[][quantity] " +
		"subscription_items[][deleted] subscription_proration_behavior subscription_proration_date " +
		"subscription_billing_cycle_anchor subscription_cancel_at_period_end "
	phaseParams = "end_behavior proration_behavior metadata metadata[*] phases[][items][][price] phases[][items][][quantity] phases[][start_date] " +
		"phases[][end_date] phases[][iterations] phases[][proration_behavior] phases[][coupon] "
	creditParams = "invoice amount memo reason refund_amount credit_amount out_of_band_amount metadata metadata[*] lines[][type] " +
		"lines[][invoice_line_item] lines[][amount] lines[][quantity] lines[][description] lines[][unit_amount] lines[][tax_rates][] "
	invoiceParams = "auto_advance default_payment_method description footer metadata metadata[*] statement_descriptor "
)

// routes is every endpoint there is; anything else is refused by name.
var routes = []route{
	{"GET", "/v1/customers", pageParams + createdParams + "email", "[]customer", listCustomers},
	{"POST", "/v1/customers", customerParams + "balance coupon payment_method tax_id_data[][type] tax_id_data[][value]", "customer", createCustomer},
	{"GET", "/v1/customers/*", "", "customer", getCustomer},
	{"POST", "/v1/customers/*", customerParams + "coupon invoice_settings[default_payment_method]", "customer", updateCustomer},
	{"DELETE", "/v1/customers/*", "", "customer", deleteCustomer},
	{"GET", "/v1/customers/*/discount", "", "discount", getCustomerDiscount},
	{"DELETE", "/v1/customers/*/discount", "", "discount", deleteCustomerDiscount},
	{"GET", "/v1/customers/*/tax_ids", pageParams, "[]tax_id", listTaxIDs},
	{"POST", "/v1/customers/*/tax_ids", "type value", "tax_id", createTaxID},
	{"GET", "/v1/customers/*/tax_ids/*", "", "tax_id", getTaxID},
	{"DELETE", "/v1/customers/*/tax_ids/*", "", "tax_id", deleteTaxID},
	{"GET", "/v1/customers/*/balance_transactions", pageParams, "[]customer_balance_transaction", listBalance},
	{"POST", "/v1/customers/*/balance_transactions", "amount currency description metadata metadata[*]", "customer_balance_transaction", createBalance},
	{"GET", "/v1/customers/*/balance_transactions/*", "", "customer_balance_transaction", getBalance},
	{"GET", "/v1/customers/*/payment_methods", pageParams + "type", "[]payment_method", listCustomerMethods},
	{"GET", "/v1/customers/*/payment_methods/*", "", "payment_method", getCustomerMethod},

	{"GET", "/v1/products", pageParams + createdParams + "active ids[]", "[]product", listProducts},
	{"POST", "/v1/products", "name active description statement_descriptor unit_label metadata metadata[*]", "product", createProduct},
	{"GET", "/v1/products/*", "", "product", getProduct},
	{"GET", "/v1/prices", pageParams + createdParams + "product", "[]price", listPrices},
	{"POST", "/v1/prices", "currency product unit_amount nickname lookup_key tax_behavior recurring[interval] recurring[interval_count] recurring[usage_type] metadata metadata[*]", "price", createPrice},
	{"GET", "/v1/prices/*", "", "price", getPrice},
	{"GET", "/v1/tax_rates", pageParams + createdParams, "[]tax_rate", listTaxRates},
	{"POST", "/v1/tax_rates", "display_name percentage inclusive country state jurisdiction description tax_type metadata metadata[*]", "tax_rate", createTaxRate},
	{"GET", "/v1/tax_rates/*", "", "tax_rate", getTaxRate},

	{"GET", "/v1/coupons", pageParams + createdParams, "[]coupon", listCoupons},
	{"POST", "/v1/coupons", "id name percent_off amount_off currency duration duration_in_months max_redemptions redeem_by metadata metadata[*]", "coupon", createCoupon},
	{"GET", "/v1/coupons/*", "", "coupon", getCoupon},
	{"POST", "/v1/coupons/*", "name metadata metadata[*]", "coupon", updateCoupon},
	{"DELETE", "/v1/coupons/*", "", "coupon", deleteCoupon},

	{"GET", "/v1/payment_methods", pageParams + "customer type", "[]payment_method", listPaymentMethods},
	{"POST", "/v1/payment_methods", "type card[token] card[exp_month] card[exp_year] " + billingParams, "payment_method", createPaymentMethod},
	{"GET", "/v1/payment_methods/*", "", "payment_method", getPaymentMethod},
	{"POST", "/v1/payment_methods/*", billingParams + "card[exp_month] card[exp_year]", "payment_method", updatePaymentMethod},
	{"POST", "/v1/payment_methods/*/attach", "customer", "payment_method", attachPaymentMethod},
	{"POST", "/v1/payment_methods/*/detach", "", "payment_method", detachPaymentMethod},

	{"GET", "/v1/subscriptions", pageParams + createdParams + "customer status price", "[]subscription", listSubscriptions},
	{"POST", "/v1/subscriptions", subscriptionParams + "customer trial_period_days", "subscription", createSubscription},
	{"GET", "/v1/subscriptions/*", "", "subscription", getSubscription},
	{"POST", "/v1/subscriptions/*", subscriptionParams + changeParams, "subscription", updateSubscription},
	{"DELETE", "/v1/subscriptions/*", "invoice_now prorate cancellation_details[comment] cancellation_details[feedback]", "subscription", cancelSubscription},
	{"DELETE", "/v1/subscriptions/*/discount", "", "discount", deleteSubscriptionDiscount},
	{"POST", "/v1/subscriptions/*/resume", "billing_cycle_anchor", "subscription", resumeSubscription},
	{"GET", "/v1/subscription_schedules", pageParams + createdParams + "customer", "[]subscription_schedule", listSchedules},
	{"POST", "/v1/subscription_schedules", "from_subscription", "subscription_schedule", createSchedule},
	{"GET", "/v1/subscription_schedules/*", "", "subscription_schedule", getSchedule},
	{"POST", "/v1/subscription_schedules/*", phaseParams, "subscription_schedule", updateSchedule},
	{"POST", "/v1/subscription_schedules/*/release", "", "subscription_schedule", releaseSchedule},
	{"POST", "/v1/subscription_schedules/*/cancel", "invoice_now prorate", "subscription_schedule", cancelSchedule},
	{"GET", "/v1/subscription_items", pageParams + "subscription", "[]subscription_item", listSubscriptionItems},
	{"POST", "/v1/subscription_items/*/usage_records", "quantity timestamp action", "usage_record", createUsage},
	{"GET", "/v1/subscription_items/*/usage_record_summaries", pageParams, "[]usage_record_summary", listUsage},

	{"GET", "/v1/invoiceitems", pageParams + createdParams + "customer invoice", "[]invoiceitem", listInvoiceItems},
	{"POST", "/v1/invoiceitems", "customer invoice price quantity amount currency description discountable tax_rates[] period[start] period[end] metadata metadata[*]", "invoiceitem", createInvoiceItem},
	{"GET", "/v1/invoiceitems/*", "", "invoiceitem", getInvoiceItem},

	{"GET", "/v1/invoices", pageParams + createdParams + "customer status subscription collection_method", "[]invoice", listInvoices},
	{"POST", "/v1/invoices", invoiceParams + "customer currency collection_method days_until_due default_tax_rates[] pending_invoice_items_behavior", "invoice", createInvoice},
	{"GET", "/v1/invoices/upcoming", previewParams, "invoice", getUpcoming},
	{"GET", "/v1/invoices/upcoming/lines", pageParams + previewParams, "[]line_item", listUpcomingLines},
	{"GET", "/v1/invoices/*", "", "invoice", getInvoice},
	{"POST", "/v1/invoices/*", invoiceParams, "invoice", updateInvoice},
	{"DELETE", "/v1/invoices/*", "", "invoice", deleteInvoice},
	{"GET", "/v1/invoices/*/lines", pageParams, "[]line_item", listLines},
	{"POST", "/v1/invoices/*/finalize", "auto_advance", "invoice", finalizeInvoice},
	{"POST", "/v1/invoices/*/pay", "payment_method paid_out_of_band off_session", "invoice", payInvoice},
	{"POST", "/v1/invoices/*/void", "", "invoice", voidInvoice},
	{"POST", "/v1/invoices/*/mark_uncollectible", "", "invoice", markUncollectible},

	{"GET", "/v1/payment_intents", pageParams + createdParams + "customer", "[]payment_intent", listIntents},
	{"GET", "/v1/payment_intents/*", "", "payment_intent", getIntent},
	{"POST", "/v1/payment_intents/*/confirm", "payment_method off_session", "payment_intent", confirmIntent},
	{"GET", "/v1/charges", pageParams + createdParams + "customer payment_intent", "[]charge", listCharges},
	{"GET", "/v1/charges/*", "", "charge", getCharge},
	{"GET", "/v1/refunds", pageParams + createdParams + "charge payment_intent", "[]refund", listRefunds},
	{"POST", "/v1/refunds", "charge payment_intent amount reason metadata metadata[*]", "refund", createRefund},
	{"GET", "/v1/refunds/*", "", "refund", getRefund},
	{"GET", "/v1/credit_notes", pageParams + "customer invoice", "[]credit_note", listCreditNotes},
	{"POST", "/v1/credit_notes", creditParams, "credit_note", createCreditNote},
	{"GET", "/v1/credit_notes/preview", creditParams, "credit_note", previewCreditNote},
	{"GET", "/v1/credit_notes/*", "", "credit_note", getCreditNote},
	{"GET", "/v1/credit_notes/*/lines", pageParams, "[]credit_note_line_item", listCreditLines},
	{"POST", "/v1/credit_notes/*/void", "", "credit_note", voidCreditNote},

	{"GET", "/v1/billing_portal/configurations", pageParams + "active is_default", "[]billing_portal.configuration", listPortalConfigs},
	{"POST", "/v1/billing_portal/configurations", portalParams, "billing_portal.configuration", createPortalConfig},
	{"GET", "/v1/billing_portal/configurations/*", "", "billing_portal.configuration", getPortalConfig},
	{"POST", "/v1/billing_portal/configurations/*", portalParams + "active", "billing_portal.configuration", updatePortalConfig},
	{"POST", "/v1/billing_portal/sessions", portalSessionParams, "billing_portal.session", createPortalSession},

	{"GET", "/v1/events", pageParams + createdParams + "type types[] delivery_success", "[]event", listEvents},
	{"GET", "/v1/events/*", "", "event", getEvent},
	{"GET", "/v1/webhook_endpoints", pageParams, "[]webhook_endpoint", listWebhooks},
	{"POST", "/v1/webhook_endpoints", "url enabled_events[] api_version description metadata metadata[*]", "webhook_endpoint", createWebhook},
	{"GET", "/v1/webhook_endpoints/*", "", "webhook_endpoint", getWebhook},
	{"POST", "/v1/webhook_endpoints/*", "url enabled_events[] disabled description metadata metadata[*]", "webhook_endpoint", updateWebhook},
	{"DELETE", "/v1/webhook_endpoints/*", "", "webhook_endpoint", deleteWebhook},

	{"GET", "/v1/test_helpers/test_clocks", pageParams, "[]test_helpers.test_clock", listClocks},
	{"POST", "/v1/test_helpers/test_clocks", "frozen_time name", "test_helpers.test_clock", createClock},
	{"GET", "/v1/test_helpers/test_clocks/*", "", "test_helpers.test_clock", getClock},
	{"POST", "/v1/test_helpers/test_clocks/*/advance", "frozen_time", "test_helpers.test_clock", advanceClock},
	{"DELETE", "/v1/test_helpers/test_clocks/*", "", "test_helpers.test_clock", deleteClock},
}

// compiledRoute is a route made ready for matching.
type compiledRoute struct {
	route
	parts []string
	known map[string]bool
}

var compiled = compileRoutes(routes, ownRoutes)

// compileRoutes sorts routes by method and number of parts, those with fewer
// open places first, so that the first match is the most exact one.
func compileRoutes(tables ...[]route) map[string][]compiledRoute {
	byShape := map[string][]compiledRoute{}
	for _, r := range slices.Concat(tables...) {
		parts := strings.Split(r.path, "/")
		known := map[string]bool{}
		for _, name := range strings.Fields(r.params + " expand[]") {
			known[name] = true
		}
		shape := shapeOf(r.method, parts)
		byShape[shape] = append(byShape[shape], compiledRoute{route: r, parts: parts, known: known})
	}
	for _, same := range byShape {
		sort.SliceStable(same, func(i, j int) bool {
			return strings.Count(same[i].path, "*") < strings.Count(same[j].path, "*")
		})
	}
	return byShape
}

func shapeOf(method string, parts []string) string {
	return method + strings.Repeat("/", len(parts))
}

// match finds the endpoint of a request and what stands in its places.
func match(method, path string) (compiledRoute, []string, error) {
	parts := strings.Split(path, "/")
	for _, r := range compiled[shapeOf(method, parts)] {
		if ids, ok := r.places(parts); ok {
			return r, ids, nil
		}
	}
	return compiledRoute{}, nil, stripewire.UnknownURL(method, path)
}

func (r compiledRoute) places(parts []string) (ids []string, ok bool) {
	for i, part := range parts {
		switch {
		case r.parts[i] == "*" && part != "":
			ids = append(ids, part)
		case r.parts[i] != part:
			return nil, false
		}
	}
	return ids, true
}

// check refuses the first parameter the endpoint does not know.
func (r compiledRoute) check(form stripewire.Form) error {
	for _, field := range form {
		pattern := field.Key.Pattern()
		if !r.known[pattern] && !(len(field.Key) == 2 && r.known[field.Key[0]+"[*]"]) {
			return stripewire.UnknownParam(field.Name())
		}
	}
	return nil
}

// handle answers one request: the object or list it asks for, or an error that
// is a *stripewire.Error.
func (w *world) handle(method, path string, form stripewire.Form) (any, error) {
	r, ids, err := match(method, path)
	if err != nil {
		return nil, err
	}
	if err := r.check(form); err != nil {
		return nil, err
	}
	return r.route.handle(&call{world: w, path: path, ids: ids, form: form})
}
