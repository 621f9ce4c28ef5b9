package billing

import (
	"slices"
	"strconv"
)

// NotificationKind is something worth telling a subscriber who is not looking.
type NotificationKind string

// The kinds, the gravest first. Each can be switched off.
const (
	NotifyAccessLost     NotificationKind = "access_lost"
	NotifyConfirmation   NotificationKind = "confirmation_needed"
	NotifyPaymentFailed  NotificationKind = "payment_failed"
	NotifyAccessRestored NotificationKind = "access_restored" // what had failed is paid
	NotifyCardExpires    NotificationKind = "card_expires"    // before the next charge
	NotifyLargeInvoice   NotificationKind = "large_invoice"   // above what the person set
	NotifyBillingData    NotificationKind = "billing_data_incomplete"
	NotifyEnds           NotificationKind = "subscription_ends" // soon, or just now
	NotifyRenewal        NotificationKind = "renewal"
)

// NotificationKinds lists all, the gravest first.
func NotificationKinds() []NotificationKind {
	return []NotificationKind{
		NotifyAccessLost, NotifyConfirmation, NotifyPaymentFailed, NotifyAccessRestored, NotifyCardExpires,
		NotifyLargeInvoice, NotifyBillingData, NotifyEnds, NotifyRenewal,
	}
}

// Notification is one thing to tell. Its Key is the same whenever it is about the
// same event, so that it is told once.
type Notification struct {
	Kind NotificationKind `json:"kind"`
	Key  string           `json:"key"`
	// At is when it happened or will; unknown for what has no time of its own.
	At             Time   `json:"at"`
	SubscriptionID string `json:"subscription_id"`
	Plan           string `json:"plan"`
	InvoiceID      string `json:"invoice_id"`
	InvoiceNumber  string `json:"invoice_number"`
	// Amount counts only when AmountKnown.
	Amount      Money          `json:"amount"`
	AmountKnown bool           `json:"amount_known"`
	Method      *ChargedMethod `json:"method"`
	// Missing are the parts of the billing information that are incomplete.
	Missing []MissingKind `json:"missing"`
	// AsOf is known when the copy it comes from is older than a day: it has to be
	// said then.
	AsOf Time `json:"as_of"`
}

// NotificationSettings are what the person wants to hear.
type NotificationSettings struct {
	Off []NotificationKind `json:"off"`
	// RenewalDays is how many days before a renewal it is told, for plans billed
	// monthly or more often; YearlyRenewalDays for those billed more seldom.
	RenewalDays       []int64 `json:"renewal_days"`
	YearlyRenewalDays []int64 `json:"yearly_renewal_days"`
	// Above tells of a next invoice of more than that, in its currency.
	Above []Money `json:"above"`
}

// UsualNotifications is what is told when nothing was set: renewals 3 days ahead,
// yearly ones 14 and 3.
func UsualNotifications() NotificationSettings {
	return NotificationSettings{Off: []NotificationKind{}, RenewalDays: []int64{3}, YearlyRenewalDays: []int64{14, 3}, Above: []Money{}}
}

// Check refuses settings that make no sense with CodeInvalid.
func (s NotificationSettings) Check() error {
	for _, kind := range s.Off {
		if kind.order() < 0 {
			return NewError(CodeInvalid, "There is no notification of that kind.", nil)
		}
	}
	for _, days := range slices.Concat(s.RenewalDays, s.YearlyRenewalDays) {
		if days < 1 || days > 60 {
			return NewError(CodeInvalid, "A renewal can be told 1 to 60 days ahead.", nil)
		}
	}
	currencies := map[string]bool{}
	for _, amount := range s.Above {
		if amount.Currency == "" || amount.Amount < 0 || currencies[amount.Currency] {
			return NewError(CodeInvalid, "Set one amount, not below zero, for each currency.", nil)
		}
		currencies[amount.Currency] = true
	}
	return nil
}

// Told is a notification that was told before.
type Told struct {
	Kind           NotificationKind
	Key            string
	SubscriptionID string
	InvoiceID      string
}

// News is what notifications are made from.
type News struct {
	Snapshot
	Settings NotificationSettings
	Told     []Told
	// Settled are the invoices that Told names and that are unsettled no more.
	Settled []Invoice
}

const (
	// endNotice is how long before and after its end a subscription is spoken of.
	endNotice = 3 * day
	// dataNotice is how long before the next invoice missing data are spoken of:
	// time enough to look a tax number up.
	dataNotice = 7 * day
)

// Notifications lists what is to be told and was not yet, the gravest first. The
// same news give the same list; nothing in it was told before or is switched off.
func (n News) Notifications() []Notification {
	teller := newsTeller{News: n, fresh: []Notification{}}
	if !n.SyncedAt.Known() || n.Customer.Deleted {
		return teller.fresh
	}
	standing := StandingOf(n.Snapshot)
	matters := append([]Matter{standing.Matter}, standing.Others...)
	for _, m := range matters {
		teller.trouble(m)
	}
	teller.relief(matters)
	for i := range n.Subscriptions {
		teller.ahead(&n.Subscriptions[i])
	}
	slices.SortStableFunc(teller.fresh, func(a, b Notification) int { return a.Kind.order() - b.Kind.order() })
	return teller.fresh
}

func (k NotificationKind) order() int { return slices.Index(NotificationKinds(), k) }

// newsTeller collects what is new.
type newsTeller struct {
	News
	fresh []Notification
}

// tell adds a notification unless it was told, added already, or is not wanted.
func (t *newsTeller) tell(n Notification, about ...string) {
	n.Key = string(n.Kind)
	for _, part := range about {
		n.Key += "/" + part
	}
	if slices.Contains(t.Settings.Off, n.Kind) || t.knows(n.Key) {
		return
	}
	if t.Now-t.SyncedAt > staleAfter {
		n.AsOf = t.SyncedAt
	}
	if n.Missing == nil {
		n.Missing = []MissingKind{}
	}
	t.fresh = append(t.fresh, n)
}

func (t *newsTeller) knows(key string) bool {
	return slices.ContainsFunc(t.Told, func(told Told) bool { return told.Key == key }) ||
		slices.ContainsFunc(t.fresh, func(n Notification) bool { return n.Key == key })
}

// trouble tells of a payment that failed, or waits for its owner, and of access
// that is lost for certain.
func (t *newsTeller) trouble(m Matter) {
	if len(m.InvoiceIDs) == 0 {
		return
	}
	bill := t.unsettled(m.InvoiceIDs[0])
	if bill == nil {
		return
	}
	n := Notification{
		SubscriptionID: m.SubscriptionID, Plan: m.Plan, InvoiceID: bill.ID, InvoiceNumber: bill.Number,
		Amount: bill.AmountRemaining, AmountKnown: true, Method: m.Method,
	}
	switch {
	case m.endedUnpaid(), m.State == StandingAccessLost && m.Consequence != ConsequenceAccessPresumedLost:
		n.Kind = NotifyAccessLost
		t.tell(n, m.SubscriptionID, bill.ID)
	case m.Cause == CauseConfirmation:
		n.Kind = NotifyConfirmation
		t.tell(n, bill.ID, strconv.FormatInt(bill.Attempts, 10))
	case m.Decline != nil || m.Cause == CausePaymentFailed:
		n.Kind = NotifyPaymentFailed
		if m.Decline != nil {
			n.At = m.Decline.Bank.At
		}
		t.tell(n, bill.ID)
	}
}

// relief tells that what was told to have failed is paid, as soon as the copy is
// of today and the subscription stands well again.
func (t *newsTeller) relief(matters []Matter) {
	for _, told := range t.Told {
		if told.Kind != NotifyPaymentFailed && told.Kind != NotifyConfirmation && told.Kind != NotifyAccessLost {
			continue
		}
		paid := t.settled(told.InvoiceID)
		if paid == nil || paid.Status != InvoicePaid || !standsWell(matters, told.SubscriptionID) || t.Now-t.SyncedAt > staleAfter {
			continue
		}
		t.tell(Notification{
			Kind: NotifyAccessRestored, At: paid.PaidAt, SubscriptionID: told.SubscriptionID, Plan: t.plan(told.SubscriptionID),
			InvoiceID: paid.ID, InvoiceNumber: paid.Number, Amount: paid.AmountPaid, AmountKnown: true,
		}, paid.ID)
	}
}

func standsWell(matters []Matter, subscriptionID string) bool {
	for _, m := range matters {
		if m.SubscriptionID == subscriptionID {
			return m.State == StandingGood || m.State == StandingAttention
		}
	}
	return false
}

func (t *newsTeller) unsettled(id string) *Invoice {
	at := slices.IndexFunc(t.Unsettled, func(i Invoice) bool { return i.ID == id })
	if at < 0 {
		return nil
	}
	return &t.Unsettled[at]
}

func (t *newsTeller) settled(id string) *Invoice {
	at := slices.IndexFunc(t.Settled, func(i Invoice) bool { return i.ID == id && id != "" })
	if at < 0 {
		return nil
	}
	return &t.Settled[at]
}

func (t *newsTeller) plan(subscriptionID string) string {
	if s := t.subscription(subscriptionID); s != nil {
		return s.Plan()
	}
	return ""
}
