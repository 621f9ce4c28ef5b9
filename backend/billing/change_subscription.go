package billing

func subscriptionChanges(before, after Picture) []Change {
	var changes []Change
	for i := range after.Subscriptions {
		now := &after.Subscriptions[i]
		change := Change{SubscriptionID: now.ID, Plan: now.Plan()}
		old := before.subscription(now.ID)
		if old == nil {
			if !now.Ended() {
				change.Kind, change.At = SubscriptionStarted, now.StartedAt
				changes = append(changes, change)
			}
			continue
		}
		changes = append(changes, planChange(change, old, now)...)
		changes = append(changes, endChange(change, old, now)...)
		if old.DefaultPaymentMethodID != now.DefaultPaymentMethodID {
			change.Kind = ChargedMethodChanged
			change.Method = methodInUse(now, after)
			changes = append(changes, change)
		}
	}
	return changes
}

// planChange compares what is bought: prices and quantities, not their order.
func planChange(change Change, old, now *Subscription) []Change {
	bought := func(s *Subscription) map[string]int64 {
		all := map[string]int64{}
		for _, item := range s.Items {
			all[item.PriceID] += max(item.Quantity, 1)
		}
		return all
	}
	before, after := bought(old), bought(now)
	same := len(before) == len(after)
	for price, quantity := range after {
		same = same && before[price] == quantity
	}
	if same {
		return nil
	}
	change.Kind, change.PlanBefore = PlanChanged, old.Plan()
	return []Change{change}
}

// endChange compares whether it ends. An end that was scheduled and is now put off
// or brought forward is scheduled anew.
func endChange(change Change, old, now *Subscription) []Change {
	scheduled, was := now.EndsAt(), old.EndsAt()
	change.At = scheduled
	switch {
	case now.Ended() && !old.Ended():
		change.Kind = SubscriptionEnded
	case now.Ended() || old.Ended():
		return nil
	case scheduled.Known() && scheduled != was:
		change.Kind = CancellationScheduled
	case was.Known() && !scheduled.Known():
		change.Kind = CancellationUndone
	default:
		return nil
	}
	return []Change{change}
}

func methodInUse(subscription *Subscription, in Picture) *PaymentMethod {
	charged := MethodToCharge(nil, subscription, in.Customer, in.PaymentMethods)
	if charged == nil {
		return nil
	}
	return charged.Method
}
