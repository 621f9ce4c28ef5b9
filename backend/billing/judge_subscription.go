package billing

// ofSubscription judges one subscription with the invoices that belong to it.
func (j *judge) ofSubscription(s *Subscription) ranked {
	m := j.matter(StandingGood, CauseInOrder, ConsequenceNone)
	m.SubscriptionID, m.Plan = s.ID, s.Plan()
	m.Method = MethodToCharge(nil, s, j.Customer, j.PaymentMethods)
	bills := j.billsOf(s)
	switch s.Status {
	case SubscriptionActive, SubscriptionTrialing:
		j.goingOn(&m, s, bills)
	case SubscriptionPastDue:
		j.pastDue(&m, s, bills)
	case SubscriptionUnpaid:
		j.unpaid(&m, s, bills)
	case SubscriptionIncomplete:
		j.incomplete(&m, s, bills)
	case SubscriptionPaused:
		j.paused(&m, s, bills)
	case SubscriptionCanceled, SubscriptionIncompleteExpired:
		return j.ended(&m, s, bills)
	default:
		m.State, m.Cause, m.Consequence = StandingUnknown, CauseStatusNotUnderstood, ConsequenceNotKnown
		m.Unknown = append(m.Unknown, UnknownStatus)
		m.add(RemedySync, RemedyContactVendor)
	}
	if m.NextEvent == nil && s.Previewable() {
		m.NextEvent = j.nextOf(s, bills, m)
	}
	if m.State != StandingAccessLost && !s.Ended() {
		m.AccessUntil = Earliest(m.AccessUntil, s.EndsAt())
	}
	return weighed(m)
}

// goingOn judges one that is active or on trial: by what is wrong already, then
// by what can be foreseen, then by what is planned.
func (j *judge) goingOn(m *Matter, s *Subscription, bills []bill) {
	switch {
	case s.PendingUpdateExpiresAt.Known():
		j.changeWaits(m, s, bills)
	case len(bills) > 0 && bills[0].course >= courseToPay:
		j.openBill(m, s, bills)
	case j.stuck(m, s.ID):
	case j.foreseen(m, s):
	case len(bills) > 0 && bills[0].course == courseProcessing:
		j.describe(m, bills, s)
		m.Consequence = ConsequenceWaitForBank
		m.NextEvent = j.nextOf(s, bills, *m)
	default:
		j.inOrder(m, s, bills)
	}
}

// openBill judges a bill that is unpaid although the subscription goes on.
func (j *judge) openBill(m *Matter, s *Subscription, bills []bill) {
	j.describe(m, bills, s)
	m.State, m.Consequence = StandingAttention, ConsequenceStaysOwed
	if s != nil && bills[0].course == courseOverdue {
		m.State = StandingAtRisk
	}
}

// changeWaits judges a change of plan that is made only when it is paid.
func (j *judge) changeWaits(m *Matter, s *Subscription, bills []bill) {
	if len(bills) > 0 {
		j.describe(m, bills, s)
	}
	if m.Cause == CauseInOrder || m.Cause == CauseInvoiceToPay {
		m.Cause = CauseChangeUnpaid
	}
	m.State, m.Consequence = StandingAttention, ConsequenceChangeNotMade
	expires := j.event(EventChangeExpires, s.PendingUpdateExpiresAt, *m)
	m.NextEvent = earliestEvent([]*NextEvent{expires, m.NextEvent})
	if m.NextEvent == expires && m.Cause != CausePaymentProcessing {
		m.drop(RemedyWait)
	}
	if len(m.InvoiceIDs) > 0 && m.Cause != CausePaymentProcessing {
		m.add(RemedyPayInvoice)
	}
	if len(m.Remedies) == 0 {
		m.add(RemedyContactVendor)
	}
}

// stuck finds a draft that could not be finished, e.g. since the tax cannot be
// told from the address.
func (j *judge) stuck(m *Matter, subscriptionID string) bool {
	for i := range j.Unsettled {
		invoice := &j.Unsettled[i]
		if invoice.Status != InvoiceDraft || invoice.FinalizationError == "" || invoice.SubscriptionID != subscriptionID {
			continue
		}
		m.State, m.Cause, m.Consequence = StandingAttention, CauseInvoiceStuck, ConsequenceChargeWillFail
		m.InvoiceIDs = append(m.InvoiceIDs, invoice.ID)
		m.add(RemedyBillingInformation, RemedyContactVendor)
		return true
	}
	return false
}

// foreseen finds a next charge that will fail, or may.
func (j *judge) foreseen(m *Matter, s *Subscription) bool {
	next := s.NextBilling()
	if next == nil || s.CollectionMethod == "send_invoice" || (next.AmountKnown && next.Amount.Amount <= 0) {
		return false
	}
	switch {
	case m.Method == nil:
		m.State, m.Cause, m.Consequence = StandingAttention, CauseNoMethod, ConsequenceChargeWillFail
		if next.At-j.now <= soon {
			m.State = StandingAtRisk
		}
		if s.Status == SubscriptionTrialing {
			m.Cause, m.Consequence = CauseTrialEndsUnpaid, ConsequenceTrialStops
			m.Unknown = append(m.Unknown, UnknownTrialEnd)
		}
	case m.Method.Method != nil && m.Method.Method.ExpiredBy(next.At) && next.At-j.now <= foresight:
		m.State, m.Cause, m.Consequence = StandingAttention, CauseCardExpires, ConsequenceChargeMayFail
		if shadow := j.shadowOf(m.Method); shadow != nil && !shadow.ExpiredBy(next.At) {
			m.Remedies, m.Hidden = append(m.Remedies, Remedy{Kind: RemedyFixDefault, SubscriptionID: s.ID, MethodID: shadow.ID}), shadow
		}
	default:
		return false
	}
	m.add(RemedyUpdateCard)
	m.NextEvent = j.renewal(s, *m)
	return true
}

// inOrder judges one with nothing wrong: what is left to say is what comes next.
func (j *judge) inOrder(m *Matter, s *Subscription, bills []bill) {
	m.NextEvent = j.nextOf(s, bills, *m)
	switch {
	case s.EndsAt().Known():
		m.Cause, m.Consequence = CauseCancellationPlanned, ConsequenceAccessUntil
		m.add(RemedyResume)
	case s.Pause.covers(j.now):
		m.Cause, m.Consequence = CauseCollectionPaused, map[string]Consequence{
			"keep_as_draft": ConsequenceBilledLater, "mark_uncollectible": ConsequenceNotCollected, "void": ConsequenceNotBilled,
		}[s.Pause.Behavior]
		if m.Consequence == "" {
			m.Consequence = ConsequenceNotKnown
		}
	case s.Status == SubscriptionTrialing:
		m.Cause = CauseTrial
	}
}

// nextOf is the earliest of what is planned for a subscription.
func (j *judge) nextOf(s *Subscription, bills []bill, m Matter) *NextEvent {
	var events []*NextEvent
	for _, b := range bills {
		if b.course == coursePlanned {
			events = append(events, j.planned(b, m))
		}
	}
	events = append(append(events, j.draftsOf(s.ID, m)...), j.renewal(s, m))
	if s.EndsAt().Known() {
		events = append(events, j.event(EventEnds, s.EndsAt(), m))
	}
	if s.Pause.covers(j.now) {
		events = append(events, j.event(EventResumes, s.Pause.ResumesAt, m))
	}
	return earliestEvent(events)
}

// earliestEvent keeps the first of what happens at the same time.
func earliestEvent(events []*NextEvent) *NextEvent {
	var first *NextEvent
	for _, event := range events {
		if event != nil && (first == nil || event.At < first.At) {
			first = event
		}
	}
	return first
}

// draftsOf are the charges of drafts that are about to be finalized.
func (j *judge) draftsOf(subscriptionID string, m Matter) []*NextEvent {
	var events []*NextEvent
	for i := range j.Unsettled {
		draft := &j.Unsettled[i]
		if draft.Status != InvoiceDraft || draft.SubscriptionID != subscriptionID || !draft.attemptIsPlanned() || draft.AmountRemaining.Amount <= 0 {
			continue
		}
		method := MethodToCharge(draft, j.subscription(subscriptionID), j.Customer, j.PaymentMethods)
		events = append(events, j.planned(bill{Invoice: draft, method: method}, m))
	}
	return events
}

// renewal is the next bill of a subscription.
func (j *judge) renewal(s *Subscription, m Matter) *NextEvent {
	next := s.NextBilling()
	if next == nil {
		return nil
	}
	kind, method := EventCharge, m.Method
	if s.CollectionMethod == "send_invoice" || (next.AmountKnown && next.Amount.Amount <= 0) {
		kind, method = EventBill, nil
	}
	if s.Status == SubscriptionTrialing {
		kind = EventTrialEnds
	}
	event := j.event(kind, next.At, m)
	if event != nil {
		event.Method, event.Amount, event.AmountKnown = method, next.Amount, next.AmountKnown
	}
	return event
}
