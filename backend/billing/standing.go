package billing

// StandingState is how things stand in one word.
type StandingState string

// The states. What the subscriber ended on purpose is ended, and nothing is wrong
// with it.
const (
	StandingGood       StandingState = "good"
	StandingAttention  StandingState = "attention"   // something to do, and access is in no danger yet
	StandingAtRisk     StandingState = "at_risk"     // access is lost at a known time, or by the next failure
	StandingAccessLost StandingState = "access_lost" // lost, or counted as lost: see Unknown
	StandingEnded      StandingState = "ended"
	StandingUnknown    StandingState = "unknown" // what is known does not tell
)

// StandingStates lists all six.
func StandingStates() []StandingState {
	return []StandingState{StandingGood, StandingAttention, StandingAtRisk, StandingAccessLost, StandingEnded, StandingUnknown}
}

// Cause is why it stands so.
type Cause string

// The causes, from the harmless to the grave.
const (
	CauseInOrder              Cause = "in_order"
	CauseNoSubscription       Cause = "no_subscription"
	CauseTrial                Cause = "trial"
	CauseCancellationPlanned  Cause = "cancellation_planned"
	CauseCollectionPaused     Cause = "collection_paused"
	CausePaymentProcessing    Cause = "payment_processing" // sent to the bank, which has days to answer
	CauseCardExpires          Cause = "card_expires"       // before the next charge
	CauseNoMethod             Cause = "no_method"          // nothing is there to charge
	CauseInvoiceToPay         Cause = "invoice_to_pay"     // nothing collects it: the subscriber has to pay it
	CauseInvoiceOverdue       Cause = "invoice_overdue"
	CauseInvoiceStuck         Cause = "invoice_stuck" // the vendor's Stripe cannot finish it
	CauseChangeUnpaid         Cause = "change_unpaid" // a change of plan waits for its payment
	CausePaymentFailed        Cause = "payment_failed"
	CauseCardExpired          Cause = "card_expired" // and a payment failed
	CauseConfirmation         Cause = "confirmation_needed"
	CauseShadowedDefault      Cause = "shadowed_default" // a new method is there, and an older one is charged
	CauseFirstPayment         Cause = "first_payment_unfinished"
	CauseTrialEndsUnpaid      Cause = "trial_ends_without_method"
	CauseTrialEnded           Cause = "trial_ended_without_method"
	CauseTriesUsedUp          Cause = "tries_used_up"
	CauseOpenAfterEnd         Cause = "open_after_end" // ended, and an invoice is still to be paid
	CauseEndedByChoice        Cause = "ended_by_choice"
	CauseEndedUnpaid          Cause = "ended_unpaid"
	CauseEndedDisputed        Cause = "ended_disputed"
	CauseEndedWithoutReason   Cause = "ended_without_reason" // none that is known
	CauseSignupLapsed         Cause = "signup_lapsed"
	CauseAccountRemoved       Cause = "account_removed"
	CauseNeverSynced          Cause = "never_synced"
	CauseOutOfDate            Cause = "out_of_date" // something was due since the last sync
	CauseStatusNotUnderstood  Cause = "status_not_understood"
	CauseFailedWithoutInvoice Cause = "failed_without_invoice" // past due, and no open invoice tells for what
)

// Consequence is what it means for the subscriber.
type Consequence string

// The consequences.
const (
	ConsequenceNone               Consequence = "none"                 // all goes on
	ConsequenceAccessUntil        Consequence = "access_until"         // AccessUntil
	ConsequenceAccessKept         Consequence = "access_kept"          // by the vendor's policy, while tries go on
	ConsequenceAccessLost         Consequence = "access_lost"          // by the vendor's policy or the status
	ConsequenceAccessPresumedLost Consequence = "access_presumed_lost" // the vendor has not said
	ConsequencePayingMayNotHelp   Consequence = "paying_may_not_restore"
	ConsequenceLapses             Consequence = "signup_lapses" // at the next event
	ConsequenceTrialStops         Consequence = "trial_stops"   // at the next event
	ConsequenceChargeMayFail      Consequence = "charge_may_fail"
	ConsequenceChargeWillFail     Consequence = "charge_will_fail"
	ConsequenceStaysOwed          Consequence = "stays_owed"
	ConsequenceChangeNotMade      Consequence = "change_not_made" // unless it is paid before the next event
	ConsequenceWaitForBank        Consequence = "wait_for_bank"
	ConsequenceNotBilled          Consequence = "not_billed"    // bills of the pause are void
	ConsequenceBilledLater        Consequence = "billed_later"  // bills of the pause stay drafts
	ConsequenceNotCollected       Consequence = "not_collected" // bills of the pause are given up
	ConsequenceOver               Consequence = "over"          // nothing more is billed
	ConsequenceLastKnown          Consequence = "last_known"    // what is shown is all there will be
	ConsequenceNotKnown           Consequence = "not_known"
)

// EventKind is something that happens on its own.
type EventKind string

// The events.
const (
	EventCharge        EventKind = "charge"
	EventRetry         EventKind = "retry"
	EventBill          EventKind = "bill" // a bill that charges nothing on its own: sent, or covered by credit
	EventTrialEnds     EventKind = "trial_ends"
	EventEnds          EventKind = "ends"
	EventResumes       EventKind = "collection_resumes"
	EventInvoiceDue    EventKind = "invoice_due"
	EventChangeExpires EventKind = "change_expires"
	EventLapses        EventKind = "signup_lapses"
)

// NextEvent is the next thing that happens on its own.
type NextEvent struct {
	Kind EventKind `json:"kind"`
	// At is never before SyncedAt: what was due then already is Imminent.
	At       Time `json:"at"`
	Imminent bool `json:"imminent"`
	// Amount counts only when AmountKnown.
	Amount      Money `json:"amount"`
	AmountKnown bool  `json:"amount_known"`
	// Method is what will be charged, nil when nothing is.
	Method         *ChargedMethod `json:"method"`
	SubscriptionID string         `json:"subscription_id"`
	InvoiceID      string         `json:"invoice_id"`
}

// NoRetry is why no automatic attempt will follow.
type NoRetry string

// The reasons; none means that an attempt is planned or none is called for.
const (
	NoRetryNone         NoRetry = ""
	NoRetryConfirmation NoRetry = "waits_for_confirmation"
	NoRetryNoMethod     NoRetry = "no_method"
	NoRetryIndia        NoRetry = "india_issued_card"
	NoRetryFinal        NoRetry = "declined_for_good"
	NoRetrySent         NoRetry = "invoice_is_sent"
	NoRetryNonePlanned  NoRetry = "none_planned"
)

// RemedyKind is something that can be done.
type RemedyKind string

// The remedies.
const (
	RemedyConfirm            RemedyKind = "confirm_payment" // on the invoice's page
	RemedyFixDefault         RemedyKind = "fix_default"     // charge the customer's method in place of the older one
	RemedyUpdateCard         RemedyKind = "update_card"     // or add one
	RemedyPayInvoice         RemedyKind = "pay_invoice"     // on the invoice's page
	RemedyResume             RemedyKind = "resume"          // take the cancellation back
	RemedyWait               RemedyKind = "wait"            // for the next event, or the bank
	RemedyContactBank        RemedyKind = "contact_bank"
	RemedyContactVendor      RemedyKind = "contact_vendor"
	RemedySubscribe          RemedyKind = "subscribe_again"
	RemedyBillingInformation RemedyKind = "complete_billing_information"
	RemedySync               RemedyKind = "sync"
)

// Remedy is one way out, and what it acts on: ids are "" where they do not apply.
type Remedy struct {
	Kind           RemedyKind `json:"kind"`
	SubscriptionID string     `json:"subscription_id"`
	InvoiceID      string     `json:"invoice_id"`
	// MethodID is the method to charge from then on, for fix_default.
	MethodID string `json:"method_id"`
}

// UnknownFact is something that matters and is not known.
type UnknownFact string

// The facts that can be unknown.
const (
	UnknownEverything    UnknownFact = "everything"     // never synced
	UnknownClock         UnknownFact = "clock"          // this machine's is behind the last sync
	UnknownSince         UnknownFact = "since_sync"     // the last sync is old
	UnknownOutcome       UnknownFact = "outcome"        // an event was due since the last sync
	UnknownAccess        UnknownFact = "access"         // whether it is really lost
	UnknownGracePolicy   UnknownFact = "grace_policy"   // the vendor's
	UnknownGraceStart    UnknownFact = "grace_start"    // when the first attempt failed
	UnknownDeclineReason UnknownFact = "decline_reason" // the bank gave none that may be told
	UnknownAttempt       UnknownFact = "attempt"        // what the bank answered
	UnknownTrialEnd      UnknownFact = "trial_end"      // what the vendor does when there is no method
	UnknownEndReason     UnknownFact = "end_reason"
	UnknownStatus        UnknownFact = "status"
	UnknownOwedTotal     UnknownFact = "owed_total" // too large to be added
)

// Decline is a failed attempt, what it means, and the facts to tell the bank.
type Decline struct {
	Advice
	PaymentID string    `json:"payment_id"`
	Bank      BankFacts `json:"bank"`
}

// Matter is how one subscription stands, or invoices that belong to none.
type Matter struct {
	State       StandingState `json:"state"`
	Cause       Cause         `json:"cause"`
	Consequence Consequence   `json:"consequence"`
	// AccessUntil is when access ends by what is known, unknown when it goes on or
	// has ended.
	AccessUntil Time `json:"access_until"`
	// EndedAt is when the subscription ended, unknown while it goes on.
	EndedAt Time `json:"ended_at"`
	// SubscriptionID and Plan are "" for invoices of no subscription.
	SubscriptionID string `json:"subscription_id"`
	Plan           string `json:"plan"`
	// InvoiceIDs are the open invoices it is about, the one to pay first leading.
	InvoiceIDs []string `json:"invoice_ids"`
	// Attempts counts the automatic ones on the first of them.
	Attempts int64 `json:"attempts"`
	// Method is what would be charged now; nil when there is none.
	Method *ChargedMethod `json:"method"`
	// NewMethod tells that Method was added after the last failed attempt.
	NewMethod bool `json:"new_method"`
	// Hidden is the customer's own default, which Method is charged in place of and
	// which fix_default would let be charged; nil where that is no remedy.
	Hidden *PaymentMethod `json:"hidden"`
	// Decline is the last failed attempt, nil when none is known.
	Decline *Decline `json:"decline"`
	NoRetry NoRetry  `json:"no_retry"`
	// NextEvent is nil when nothing happens on its own.
	NextEvent *NextEvent `json:"next_event"`
	// Remedies are in the order of their promise; none when there is nothing to do.
	Remedies []Remedy      `json:"remedies"`
	Unknown  []UnknownFact `json:"unknown"`
}

// OwedInvoice is an invoice that can be paid.
type OwedInvoice struct {
	ID             string `json:"id"`
	Number         string `json:"number"`
	SubscriptionID string `json:"subscription_id"`
	Amount         Money  `json:"amount"`
	DueAt          Time   `json:"due_at"`
	NextAttemptAt  Time   `json:"next_attempt_at"`
	// Tiny is an amount below one unit of the currency (100 where it has no minor
	// unit), which nobody would expect to matter.
	Tiny bool `json:"tiny"`
}

// Standing is how the whole account stands: the gravest matter leads.
type Standing struct {
	Matter
	// Others are the remaining matters, the graver first.
	Others []Matter `json:"others"`
	// Owed is Account.Owed; OwedOn are the open invoices it is owed on, the
	// oldest first.
	Owed   []Money       `json:"owed"`
	OwedOn []OwedInvoice `json:"owed_on"`
	// GivenUp are uncollectible invoices: nobody asks for them, and they can be paid.
	GivenUp  []OwedInvoice `json:"given_up"`
	Policy   Policy        `json:"policy"`
	SyncedAt Time          `json:"synced_at"`
}

// EndedUnpaid tells whether all is over because payments failed or were taken
// back, and not because the subscriber wanted it so.
func (s Standing) EndedUnpaid() bool { return s.endedUnpaid() }

func (m Matter) endedUnpaid() bool {
	return m.State == StandingEnded && (m.Cause == CauseEndedUnpaid || m.Cause == CauseEndedDisputed)
}

// Snapshot is what a standing is judged by.
type Snapshot struct {
	Account
	// Payments are the attempts at the unsettled invoices, in any order.
	Payments []Payment
	Policy   Policy
	Now      Time
	// SyncedAt is when the last complete pull ended, unknown when there was none.
	SyncedAt Time
}

// StandingOf says how the account stands, why, what it means, what happens next
// and what can be done. It is a pure function and does not depend on the order of
// the lists. It never guesses: what it cannot tell is listed in Unknown.
func StandingOf(s Snapshot) Standing {
	j := newJudge(s)
	matters := j.matters()
	standing := Standing{
		Matter: matters[0].Matter, Others: []Matter{}, OwedOn: j.owedOn(), GivenUp: j.givenUp(),
		Policy: s.Policy, SyncedAt: s.SyncedAt,
	}
	for _, other := range matters[1:] {
		standing.Others = append(standing.Others, other.Matter)
	}
	owed, err := s.Owed()
	if err != nil {
		standing.Unknown = append(standing.Unknown, UnknownOwedTotal)
	}
	standing.Owed = append([]Money{}, owed...)
	j.addDoubts(&standing)
	return standing
}
