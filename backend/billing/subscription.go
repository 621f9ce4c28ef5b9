package billing

import (
	"math/big"
	"strings"
)

// SubscriptionStatus is Stripe's word for the state of a subscription. It alone
// does not say whether all is paid: an active one may have an open invoice.
type SubscriptionStatus string

// The eight statuses of Stripe API version 2023-10-16.
const (
	SubscriptionIncomplete        SubscriptionStatus = "incomplete"
	SubscriptionIncompleteExpired SubscriptionStatus = "incomplete_expired"
	SubscriptionTrialing          SubscriptionStatus = "trialing"
	SubscriptionActive            SubscriptionStatus = "active"
	SubscriptionPastDue           SubscriptionStatus = "past_due"
	SubscriptionCanceled          SubscriptionStatus = "canceled"
	SubscriptionUnpaid            SubscriptionStatus = "unpaid"
	SubscriptionPaused            SubscriptionStatus = "paused"
)

// SubscriptionStatuses lists all eight.
func SubscriptionStatuses() []SubscriptionStatus {
	return []SubscriptionStatus{
		SubscriptionIncomplete, SubscriptionIncompleteExpired, SubscriptionTrialing, SubscriptionActive,
		SubscriptionPastDue, SubscriptionCanceled, SubscriptionUnpaid, SubscriptionPaused,
	}
}

// SubscriptionItem is one price a subscription bills.
type SubscriptionItem struct {
	ID        string `json:"id"`
	PriceID   string `json:"price_id"`
	ProductID string `json:"product_id"`
	// Plan is the product's name: what the subscriber bought.
	Plan string `json:"plan"`
	// UnitAmount is the price of one unit per interval. UnitAmountKnown is false
	// for tiered prices and those with fractions of a minor unit.
	UnitAmount      Money `json:"unit_amount"`
	UnitAmountKnown bool  `json:"unit_amount_known"`
	Quantity        int64 `json:"quantity"`
	// Interval is day, week, month or year; it repeats every IntervalCount of them.
	Interval      string `json:"interval"`
	IntervalCount int64  `json:"interval_count"`
	// Metered is true when the amount depends on use and is known only afterwards.
	Metered bool `json:"metered"`
}

// Discount is a reduction in force on a subscription.
type Discount struct {
	Name string `json:"name"`
	// PercentOff is in hundredths of a percent (2500 is 25 %), 0 when AmountOff is set.
	PercentOff int64 `json:"percent_off"`
	// AmountOff is nil when PercentOff is set.
	AmountOff *Money `json:"amount_off"`
	EndsAt    Time   `json:"ends_at"`
}

// PauseCollection says that invoices are made but not collected.
type PauseCollection struct {
	// Behavior is keep_as_draft, mark_uncollectible or void.
	Behavior string `json:"behavior"`
	// ResumesAt is when collection goes on by itself; unknown when it does not.
	ResumesAt Time `json:"resumes_at"`
}

// covers tells whether a bill made at that instant is not collected. No pause
// covers nothing.
func (p *PauseCollection) covers(at Time) bool {
	return p != nil && (!p.ResumesAt.Known() || p.ResumesAt > at)
}

// Subscription is one agreement to be billed again and again. A customer may
// have several, ended ones among them.
type Subscription struct {
	ID     string             `json:"id"`
	Status SubscriptionStatus `json:"status"`
	Items  []SubscriptionItem `json:"items"`
	// Discounts are those set on the subscription itself.
	Discounts         []Discount `json:"discounts"`
	Currency          string     `json:"currency"`
	StartedAt         Time       `json:"started_at"`
	PeriodStart       Time       `json:"period_start"`
	PeriodEnd         Time       `json:"period_end"`
	TrialEnd          Time       `json:"trial_end"`
	CancelAtPeriodEnd bool       `json:"cancel_at_period_end"`
	CancelAt          Time       `json:"cancel_at"`
	CanceledAt        Time       `json:"canceled_at"`
	EndedAt           Time       `json:"ended_at"`
	// CancellationReason is cancellation_requested, payment_failed, payment_disputed or "".
	CancellationReason string           `json:"cancellation_reason"`
	Pause              *PauseCollection `json:"pause_collection"`
	// PendingUpdateExpiresAt is known while a change waits for its payment.
	PendingUpdateExpiresAt Time `json:"pending_update_expires_at"`
	// CollectionMethod is charge_automatically or send_invoice.
	CollectionMethod       string `json:"collection_method"`
	DefaultPaymentMethodID string `json:"default_payment_method_id"`
	DefaultSourceID        string `json:"default_source_id"`
	LatestInvoiceID        string `json:"latest_invoice_id"`
	CreatedAt              Time   `json:"created_at"`
	// Upcoming is the preview of the next invoice; nil when Stripe has none.
	Upcoming *Upcoming `json:"upcoming"`
}

// Upcoming is the preview of a subscription's next invoice.
type Upcoming struct {
	// At is when it will be made; the charge follows about an hour later.
	At Time `json:"at"`
	// AmountDue is what will be charged: tax included, credit and discounts taken off.
	AmountDue Money          `json:"amount_due"`
	Subtotal  Money          `json:"subtotal"`
	Discount  Money          `json:"discount"`
	Discounts []LineDiscount `json:"discounts"`
	Tax       Money          `json:"tax"`
	Taxes     []TaxAmount    `json:"taxes"`
	Total     Money          `json:"total"`
	Lines     []InvoiceLine  `json:"lines"`
}

// NextBilling is when a subscription is billed next and how much. AmountKnown is
// false when there is a date but no preview of the amount.
type NextBilling struct {
	At          Time  `json:"at"`
	Amount      Money `json:"amount"`
	AmountKnown bool  `json:"amount_known"`
}

// Ended tells whether the subscription is over for good.
func (s Subscription) Ended() bool {
	return s.Status == SubscriptionCanceled || s.Status == SubscriptionIncompleteExpired
}

// Previewable tells whether Stripe can have an upcoming invoice for it: asking
// for one of any other subscription is an error or always empty.
// Source: Stripe API reference, "Retrieve an upcoming invoice".
func (s Subscription) Previewable() bool {
	switch s.Status {
	case SubscriptionTrialing, SubscriptionActive, SubscriptionPastDue:
		return !s.EndsAtPeriodEnd()
	default:
		return false
	}
}

// EndsAtPeriodEnd tells whether a cancellation is scheduled that leaves no
// further period to be billed.
func (s Subscription) EndsAtPeriodEnd() bool {
	return s.CancelAtPeriodEnd || (s.CancelAt.Known() && s.CancelAt <= s.PeriodEnd)
}

// EndsAt is when it ended or is scheduled to end, the earlier where two dates are
// scheduled, and unknown when it goes on.
func (s Subscription) EndsAt() Time {
	switch {
	case s.EndedAt.Known():
		return s.EndedAt
	case s.CancelAtPeriodEnd:
		return Earliest(s.CancelAt, s.PeriodEnd)
	default:
		return s.CancelAt
	}
}

// NextBilling is the next bill, or nil when there is none: ended, scheduled to
// end with this period, not started, unpaid (Stripe then keeps new invoices as
// drafts), paused, or collection paused beyond this period. The date is the end
// of the period, the amount that of the preview, which may be 0. A pending update
// changes nothing until it is paid.
func (s Subscription) NextBilling() *NextBilling {
	if !s.Previewable() || !s.PeriodEnd.Known() || s.Pause.covers(s.PeriodEnd) {
		return nil
	}
	next := &NextBilling{At: s.PeriodEnd, Amount: Money{Currency: s.Currency}}
	if s.Upcoming != nil {
		next.Amount, next.AmountKnown = s.Upcoming.AmountDue, true
	}
	return next
}

// Plan names what was bought: the plans of the items, each once, in order.
func (s Subscription) Plan() string {
	var names []string
	seen := map[string]bool{}
	for _, item := range s.Items {
		if item.Plan != "" && !seen[item.Plan] {
			seen[item.Plan] = true
			names = append(names, item.Plan)
		}
	}
	return strings.Join(names, " + ")
}

// Price is what one interval costs before tax and discounts: the sum of the
// items with a fixed price that share the first such item's interval, which is
// that of Interval. known is false when no item has one, when they are in several
// currencies, or when an amount leaves the range of int64.
func (s Subscription) Price() (price Money, known bool) {
	unknown := Money{Currency: s.Currency}
	first := s.firstFixed()
	if first == nil {
		return unknown, false
	}
	price = unknown
	for _, item := range s.Items {
		if !item.fixed() || item.Interval != first.Interval || item.IntervalCount != first.IntervalCount {
			continue
		}
		cost, ok := item.cost()
		if !ok {
			return unknown, false
		}
		sum, err := price.Plus(cost)
		if err != nil {
			return unknown, false
		}
		price = sum
	}
	return price, true
}

// Interval is how often the subscription is billed: that of the first item with a
// fixed price, else of the first item; "" and 0 when it has none.
func (s Subscription) Interval() (interval string, count int64) {
	if first := s.firstFixed(); first != nil {
		return first.Interval, first.IntervalCount
	}
	if len(s.Items) > 0 {
		return s.Items[0].Interval, s.Items[0].IntervalCount
	}
	return "", 0
}

func (s Subscription) firstFixed() *SubscriptionItem {
	for i := range s.Items {
		if s.Items[i].fixed() {
			return &s.Items[i]
		}
	}
	return nil
}

// fixed tells whether the item costs the same in every interval.
func (i SubscriptionItem) fixed() bool { return !i.Metered && i.UnitAmountKnown }

// cost is unit amount times quantity, and false when that leaves int64.
func (i SubscriptionItem) cost() (Money, bool) {
	product := new(big.Int).Mul(big.NewInt(i.UnitAmount.Amount), big.NewInt(i.Quantity))
	return Money{Amount: product.Int64(), Currency: i.UnitAmount.Currency}, product.IsInt64()
}
