package scope

import (
	"maps"
	"slices"
	"strings"
)

// allowed is every field that goes back to a subscriber, per kind of object; all
// others stay behind: client secrets, balance transactions, fees, transfers, what
// was reckoned about risk, and the merchant's notes.
//
// A field alone is a string, a number, a truth value or null. "x[]" is an array of
// those. "x:k" is an object of kind k, "x:[k]" an array and "x:list(k)" a list of
// them, "x:?k" an id or the object that was asked for in its place. "x:soft" is a
// decline code, "x:quiet" a reason that may tell of a suspicion, "metadata" what
// the vendor opened by name.
//
// Kinds with a star name their customer and must name this one.
var allowed = map[string]string{
	"customer*": `id object address:address balance created currency default_source deleted delinquent discount:discount email
		invoice_settings:invoice_settings livemode metadata name phone preferred_locales[] tax_exempt tax_ids:list(tax_id)`,
	"invoice_settings": `default_payment_method:?payment_method`,
	"address":          `city country line1 line2 postal_code state`,
	"tax_id*":          `id object country created customer livemode type value verification:verification`,
	"verification":     `status verified_address verified_name`,
	"deleted":          `id object deleted`,
	"customer_balance_transaction*": `id object amount created credit_note currency customer description ending_balance invoice
		livemode type`,

	"payment_method*": `id object billing_details:billing_details created customer livemode metadata ` + instruments,
	"billing_details": `address:address email name phone`,
	"instrument": `account_holder_type account_type bank bank_name brand country display_brand email exp_month exp_year funding
		last4 payer_email wallet:wallet`,
	"wallet": `type`,

	"subscription*": `id object automatic_tax:switch billing_cycle_anchor cancel_at cancel_at_period_end canceled_at
		cancellation_details:cancellation collection_method created currency current_period_end current_period_start customer
		days_until_due default_payment_method:?payment_method default_source default_tax_rates:[tax_rate] description
		discount:discount ended_at items:list(subscription_item) latest_invoice:?invoice livemode metadata
		next_pending_invoice_item_invoice pause_collection:pause pending_update:pending plan:plan quantity start_date status
		trial_end trial_settings:trial trial_start`,
	"cancellation":       `comment feedback reason`,
	"pause":              `behavior resumes_at`,
	"pending":            `billing_cycle_anchor expires_at trial_end`,
	"trial":              `end_behavior:trial_end_behavior`,
	"trial_end_behavior": `missing_payment_method`,
	"switch":             `enabled`,
	"subscription_item":  `id object created metadata plan:plan price:price quantity subscription tax_rates:[tax_rate]`,
	"plan": `id object active amount amount_decimal billing_scheme created currency interval interval_count livemode nickname
		product:?product tiers_mode trial_period_days usage_type`,
	"price": `id object active billing_scheme created currency livemode nickname product:?product recurring:recurring tax_behavior
		tiers_mode transform_quantity:transform type unit_amount unit_amount_decimal`,
	"transform": `divide_by round`,
	"recurring": `aggregate_usage interval interval_count trial_period_days usage_type`,
	"product":   `id object active created deleted description livemode name unit_label`,
	"discount":  `id object coupon:coupon customer deleted end start subscription`,
	"coupon":    `id object amount_off currency duration duration_in_months livemode name percent_off valid`,

	"invoice*": `id object account_country account_name account_tax_ids[] amount_due amount_paid amount_remaining amount_shipping
		attempt_count attempted auto_advance automatic_tax:switch billing_reason charge:?charge collection_method created currency
		custom_fields:[custom_field] customer customer_address:address customer_email customer_name customer_phone
		customer_tax_exempt customer_tax_ids:[printed_tax_id] default_payment_method:?payment_method default_source
		default_tax_rates:[tax_rate] description discount:discount due_date effective_at ending_balance footer
		from_invoice:revision hosted_invoice_url invoice_pdf last_finalization_error:finalization_error latest_revision
		lines:list(line_item) livemode metadata next_payment_attempt number paid paid_out_of_band payment_intent:?payment_intent
		period_end period_start post_payment_credit_notes_amount pre_payment_credit_notes_amount receipt_number starting_balance
		statement_descriptor status status_transitions:transitions subscription subscription_proration_date subtotal
		subtotal_excluding_tax tax total total_discount_amounts:[discount_amount] total_excluding_tax
		total_tax_amounts:[tax_amount]`,
	"custom_field":       `name value`,
	"printed_tax_id":     `type value`,
	"revision":           `action invoice`,
	"finalization_error": `code type`,
	"transitions":        `finalized_at marked_uncollectible_at paid_at voided_at`,
	"discount_amount":    `amount discount`,
	"tax_amount":         `amount inclusive tax_rate:?tax_rate taxability_reason taxable_amount`,
	"tax_rate": `id object active country created description display_name effective_percentage inclusive jurisdiction livemode
		percentage state tax_type`,
	"line_item": `id object amount amount_excluding_tax currency description discount_amounts:[discount_amount] discountable
		invoice_item livemode metadata period:period plan:plan price:price proration quantity subscription subscription_item
		tax_amounts:[tax_amount] tax_rates:[tax_rate] type unit_amount_excluding_tax`,
	"period": `end start`,

	"charge*": `id object amount amount_captured amount_refunded billing_details:billing_details calculated_statement_descriptor
		captured created currency customer description disputed failure_code:soft invoice livemode metadata outcome:outcome paid
		payment_intent payment_method payment_method_details:method_details receipt_email receipt_number receipt_url refunded
		refunds:list(refund) status`,
	"outcome":        `reason:soft`,
	"method_details": instruments,
	"refund": `id object amount charge created currency failure_reason metadata payment_intent reason:quiet receipt_number
		status`,
	"payment_intent*": `id object amount amount_capturable amount_received canceled_at cancellation_reason:quiet capture_method
		confirmation_method created currency customer description invoice last_payment_error:payment_error latest_charge livemode
		metadata next_action:next_action payment_method payment_method_types[] receipt_email setup_future_usage
		statement_descriptor status`,
	"payment_error": `charge code:soft decline_code:soft param type`,
	"next_action":   `type`,
	"credit_note*": `id object amount amount_shipping created currency customer customer_balance_transaction discount_amount
		discount_amounts:[discount_amount] effective_at invoice lines:list(credit_note_line_item) livemode memo metadata number
		out_of_band_amount pdf reason:quiet refund status subtotal subtotal_excluding_tax tax_amounts:[tax_amount] total
		total_excluding_tax type voided_at`,
	"credit_note_line_item": `id object amount amount_excluding_tax description discount_amount discount_amounts:[discount_amount]
		invoice_line_item livemode quantity tax_amounts:[tax_amount] tax_rates:[tax_rate] type unit_amount unit_amount_decimal
		unit_amount_excluding_tax`,

	"billing_portal.configuration": `id object active business_profile:business features:features is_default livemode`,
	"business":                     `headline privacy_policy_url terms_of_service_url`,
	"features": `customer_update:customer_update invoice_history:switch payment_method_update:switch
		subscription_cancel:cancel_feature subscription_pause:switch subscription_update:update_feature`,
	"customer_update":         `allowed_updates[] enabled`,
	"cancel_feature":          `cancellation_reason:cancel_reasons enabled mode proration_behavior`,
	"cancel_reasons":          `enabled options[]`,
	"update_feature":          `default_allowed_updates[] enabled products:[offer] proration_behavior`,
	"offer":                   `prices[] product`,
	"billing_portal.session*": `id object configuration created customer flow:flow livemode locale return_url url`,
	"flow":                    `type`,
}

// instruments are the details of each way to pay that has any worth showing.
// Numbers, fingerprints and checks are in none of them.
const instruments = ` type acss_debit:instrument au_becs_debit:instrument bacs_debit:instrument card:instrument
	card_present:instrument ideal:instrument link:instrument paypal:instrument sepa_debit:instrument us_bank_account:instrument `

// named are the kinds whose objects carry their name in the field "object".
var named = wordSet(`customer tax_id customer_balance_transaction payment_method subscription subscription_item plan price
	product discount coupon invoice tax_rate line_item charge refund payment_intent credit_note credit_note_line_item
	billing_portal.configuration billing_portal.session`)

// softened are the decline codes that Stripe advises not to tell the person who
// pays, and the reasons that tell of its own reckoning of a risk.
// Source: Stripe docs, "Decline codes" and "Card declines", blocked payments.
var softened = wordSet(`fraudulent lost_card stolen_card pickup_card merchant_blacklist
	highest_risk_level elevated_risk_level rule`)

const softCode = "generic_decline"

// mode is what the value of a field may be.
type mode int

const (
	scalar mode = iota
	scalars
	single
	several
	paged
	reference
	softly
	quietly
	opened
)

type field struct {
	mode mode
	kind *kind
	bit  int // its place among the fields of its kind
}

// kind is a kind of object, or of a part of one.
type kind struct {
	name   string
	named  bool
	owned  bool
	fields map[string]field
}

var kinds = compileKinds()

func compileKinds() map[string]*kind {
	made := map[string]*kind{}
	for title := range allowed {
		name, owned := strings.CutSuffix(title, "*")
		made[name] = &kind{name: name, named: named[name], owned: owned, fields: map[string]field{}}
	}
	for title, list := range allowed {
		k := made[strings.TrimSuffix(title, "*")]
		for i, word := range strings.Fields(list) {
			name, of, _ := strings.Cut(word, ":")
			name, isArray := strings.CutSuffix(name, "[]")
			f := fieldOf(name, of, made)
			if isArray {
				f.mode = scalars
			}
			f.bit = i
			k.fields[name] = f
		}
	}
	return made
}

func fieldOf(name, of string, made map[string]*kind) field {
	target := func(name string) *kind {
		if made[name] == nil {
			panic("scope: there is no kind " + name)
		}
		return made[name]
	}
	switch {
	case name == "metadata":
		return field{mode: opened}
	case of == "":
		return field{mode: scalar}
	case of == "soft":
		return field{mode: softly}
	case of == "quiet":
		return field{mode: quietly}
	case strings.HasPrefix(of, "?"):
		return field{mode: reference, kind: target(of[1:])}
	case strings.HasPrefix(of, "["):
		return field{mode: several, kind: target(strings.Trim(of, "[]"))}
	case strings.HasPrefix(of, "list("):
		return field{mode: paged, kind: target(strings.TrimSuffix(of[len("list("):], ")"))}
	}
	return field{mode: single, kind: target(of)}
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// Fields lists, per kind, what goes back to a subscriber.
func Fields() map[string][]string {
	listed := map[string][]string{}
	for name, k := range kinds {
		listed[name] = slices.Sorted(maps.Keys(k.fields))
	}
	return listed
}
