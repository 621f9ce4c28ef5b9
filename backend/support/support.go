// Package support writes down what a vendor's support asks for first, without
// anything that must not leave the machine.
package support

import (
	"billfold/backend/billing"
)

// Case is a subscriber's case, ready to be sent. Texts that strangers wrote are
// scrubbed; there is no name, no address, no token and no link in it.
type Case struct {
	Schema  string       `json:"schema"`
	MadeAt  billing.Time `json:"made_at"`
	Program string       `json:"program"`
	System  string       `json:"system"`

	Connection string `json:"connection"`
	Host       string `json:"host"`
	CustomerID string `json:"customer_id"`
	// Email is masked: enough for the vendor to see that it is the right person.
	Email    string       `json:"email"`
	SyncedAt billing.Time `json:"synced_at"`
	// SyncProblem is why the last sync failed, "" when it did not; RequestID is the
	// server's name for the request that failed.
	SyncProblem billing.Code `json:"sync_problem"`
	RequestID   string       `json:"request_id"`

	State       billing.StandingState `json:"state"`
	Cause       billing.Cause         `json:"cause"`
	Consequence billing.Consequence   `json:"consequence"`
	NextEvent   *CaseEvent            `json:"next_event"`
	Unknown     []billing.UnknownFact `json:"unknown"`
	Owed        []billing.Money       `json:"owed"`

	Subscriptions []CaseSubscription `json:"subscriptions"`
	Invoices      []CaseInvoice      `json:"invoices"`
	Attempts      []CaseAttempt      `json:"attempts"`
}

// CaseEvent is what happens next on its own.
type CaseEvent struct {
	Kind   billing.EventKind `json:"kind"`
	At     billing.Time      `json:"at"`
	Amount *billing.Money    `json:"amount"`
}

// CaseSubscription is one of the subscriber's, in a line.
type CaseSubscription struct {
	ID          string                     `json:"id"`
	Plan        string                     `json:"plan"`
	Status      billing.SubscriptionStatus `json:"status"`
	PeriodStart billing.Time               `json:"period_start"`
	PeriodEnd   billing.Time               `json:"period_end"`
	EndsAt      billing.Time               `json:"ends_at"`
}

// CaseInvoice is an open one, or one of the last, in a line.
type CaseInvoice struct {
	ID            string                `json:"id"`
	Number        string                `json:"number"`
	ReceiptNumber string                `json:"receipt_number"`
	Status        billing.InvoiceStatus `json:"status"`
	Total         billing.Money         `json:"total"`
	Remaining     billing.Money         `json:"remaining"`
	IssuedAt      billing.Time          `json:"issued_at"`
	PaidAt        billing.Time          `json:"paid_at"`
	Attempts      int64                 `json:"attempts"`
	NextAttemptAt billing.Time          `json:"next_attempt_at"`
}

// CaseAttempt is one payment, or one that failed.
type CaseAttempt struct {
	ID            string               `json:"id"`
	InvoiceNumber string               `json:"invoice_number"`
	At            billing.Time         `json:"at"`
	Status        string               `json:"status"`
	Amount        billing.Money        `json:"amount"`
	Brand         string               `json:"brand"`
	Last4         string               `json:"last4"`
	FailureCode   string               `json:"failure_code"`
	Group         billing.DeclineGroup `json:"group"`
}

// Account is what a case is made from.
type Account struct {
	Customer      billing.Customer
	Subscriptions []billing.Subscription
	Standing      billing.Standing
	// Invoices are the open ones and the newest, Payments the newest attempts.
	Invoices []billing.Invoice
	Payments []billing.Payment
}

// Fill puts the account into the case, scrubbed.
func (c *Case) Fill(a Account) {
	c.Schema = "billfold.support/1"
	c.CustomerID, c.Email = scrub(a.Customer.ID), masked(a.Customer.Email)
	s := a.Standing
	c.State, c.Cause, c.Consequence = s.State, s.Cause, s.Consequence
	c.Unknown, c.Owed, c.SyncedAt = s.Unknown, s.Owed, s.SyncedAt
	if e := s.NextEvent; e != nil {
		c.NextEvent = &CaseEvent{Kind: e.Kind, At: e.At}
		if e.AmountKnown {
			c.NextEvent.Amount = &e.Amount
		}
	}
	c.Subscriptions = []CaseSubscription{}
	for _, s := range billing.ByImportance(a.Subscriptions) {
		c.Subscriptions = append(c.Subscriptions, CaseSubscription{
			ID: scrub(s.ID), Plan: scrub(s.Plan()), Status: billing.SubscriptionStatus(scrub(string(s.Status))),
			PeriodStart: s.PeriodStart, PeriodEnd: s.PeriodEnd, EndsAt: s.EndsAt(),
		})
	}
	c.Invoices, c.Attempts = []CaseInvoice{}, []CaseAttempt{}
	numbers := map[string]string{}
	for _, i := range a.Invoices {
		numbers[i.ID] = i.Number
		c.Invoices = append(c.Invoices, invoiceOf(i))
	}
	for _, p := range a.Payments {
		c.Attempts = append(c.Attempts, attemptOf(p, numbers[p.InvoiceID]))
	}
}

func invoiceOf(i billing.Invoice) CaseInvoice {
	return CaseInvoice{
		ID: scrub(i.ID), Number: scrub(i.Number), ReceiptNumber: scrub(i.ReceiptNumber), Status: i.Status, Total: i.Total,
		Remaining: i.AmountRemaining, IssuedAt: i.DocumentDate(), PaidAt: i.PaidAt, Attempts: i.Attempts, NextAttemptAt: i.NextAttemptAt,
	}
}

// attemptOf gives a reason that may be told: which of the hidden ones it was stays
// with the vendor and the bank.
func attemptOf(p billing.Payment, number string) CaseAttempt {
	attempt := CaseAttempt{
		ID: scrub(p.ID), InvoiceNumber: scrub(number), At: p.CreatedAt, Status: scrub(p.Status), Amount: p.Amount,
		Brand: scrub(p.Brand), Last4: scrub(p.Last4),
	}
	if p.Status == "failed" {
		advice := billing.AdviceOf(p)
		attempt.Group, attempt.FailureCode = advice.Group, scrub(advice.Reason)
	}
	return attempt
}
