package billing

// MethodWarning says what is wrong with a saved method.
type MethodWarning string

// The warnings.
const (
	// WarnExpired: it has expired, though the bank may have replaced it by itself.
	WarnExpired MethodWarning = "expired"
	// WarnExpiresBeforeCharge: it will have expired when it is charged next.
	WarnExpiresBeforeCharge MethodWarning = "expires_before_charge"
	// WarnLastWhileOwed: it is the only one, and something is owed or will be
	// charged: without it nothing can be.
	WarnLastWhileOwed MethodWarning = "last_while_owed"
)

// MethodWarnings says, by the id of the method, what is wrong with the saved ones
// at that instant.
func (a Account) MethodWarnings(now Time) map[string][]MethodWarning {
	found := map[string][]MethodWarning{}
	for _, method := range a.PaymentMethods {
		if method.ExpiredBy(now) {
			found[method.ID] = append(found[method.ID], WarnExpired)
		} else if method.ExpiredBy(a.chargedAt(method.ID)) {
			found[method.ID] = append(found[method.ID], WarnExpiresBeforeCharge)
		}
	}
	if len(a.PaymentMethods) == 1 && (a.NextCharge() != nil || a.owes()) {
		only := a.PaymentMethods[0].ID
		found[only] = append(found[only], WarnLastWhileOwed)
	}
	return found
}

// chargedAt is when the method is charged next, unknown when it is not.
func (a Account) chargedAt(methodID string) Time {
	var at Time
	for _, charge := range a.charges() {
		if charge.Method != nil && charge.Method.ID == methodID {
			at = Earliest(at, charge.At)
		}
	}
	return at
}

// owes tells whether any invoice asks for something.
func (a Account) owes() bool {
	for _, invoice := range a.Unsettled {
		if invoice.Owed().Amount > 0 {
			return true
		}
	}
	return false
}

// MethodUses lists, by the id of the method, the subscriptions that go on and
// whose bills it pays.
func (a Account) MethodUses() map[string][]string {
	uses := map[string][]string{}
	for i := range a.Subscriptions {
		subscription := &a.Subscriptions[i]
		if subscription.Ended() || subscription.CollectionMethod == "send_invoice" {
			continue
		}
		if charged := MethodToCharge(nil, subscription, a.Customer, a.PaymentMethods); charged != nil {
			uses[charged.ID] = append(uses[charged.ID], subscription.ID)
		}
	}
	return uses
}
