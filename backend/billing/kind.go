package billing

// InvoiceKind says in one word what an invoice is for.
type InvoiceKind string

// The kinds. An invoice has one, however many lines.
const (
	KindPlan    InvoiceKind = "plan"     // a period of a subscription
	KindChange  InvoiceKind = "change"   // the difference that a change of plan made
	KindUsage   InvoiceKind = "usage"    // what was used, and nothing else
	KindOneTime InvoiceKind = "one_time" // bought once: packs, and what the vendor billed by hand
)

// InvoiceKinds lists all four.
func InvoiceKinds() []InvoiceKind {
	return []InvoiceKind{KindPlan, KindChange, KindUsage, KindOneTime}
}

// Kind tells what the invoice is for, by why Stripe made it and by its lines. A
// renewal that bills a plan and what was used on top is a plan's; one in which
// only usage costs anything is usage's.
// Source: Stripe API reference, Invoice.billing_reason.
func (i Invoice) Kind() InvoiceKind {
	costs := costsOf(i.Lines)
	switch i.BillingReason {
	case "subscription_update":
		return KindChange
	case "subscription_threshold":
		return KindUsage
	case "subscription_cycle", "subscription_create", "subscription":
		if costs.usage && !costs.plan {
			return KindUsage
		}
		return KindPlan
	}
	switch {
	case costs.pack:
		return KindOneTime
	case costs.proration && !costs.plan:
		return KindChange
	case costs.usage && !costs.plan:
		return KindUsage
	case costs.plan:
		return KindPlan
	default:
		return KindOneTime
	}
}

// costs says which sorts of line cost or give back anything.
type costs struct{ plan, usage, pack, proration bool }

func costsOf(lines []InvoiceLine) costs {
	var c costs
	for _, line := range lines {
		if line.Amount.Amount == 0 {
			continue
		}
		switch {
		case line.Proration:
			c.proration = true
		case line.Metered:
			c.usage = true
		case line.PriceType == PriceRecurring:
			c.plan = true
		default:
			c.pack = true
		}
	}
	return c
}
