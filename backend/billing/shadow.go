package billing

// Shadow is a method that hides the customer's default: something of its own says
// that it is charged elsewhere, so a card added in the portal, which becomes the
// customer's default, would not be the one that pays.
type Shadow struct {
	// Origin is what names the other method: a subscription, its source, or an invoice.
	Origin         MethodOrigin `json:"origin"`
	SubscriptionID string       `json:"subscription_id"`
	// InvoiceID is set when it is an invoice's own.
	InvoiceID string `json:"invoice_id"`
	// ChargedID would be charged; Charged is nil when it is not in the saved list.
	ChargedID string         `json:"charged_id"`
	Charged   *PaymentMethod `json:"charged"`
	// Hidden is the customer's default, which is passed over.
	Hidden *PaymentMethod `json:"hidden"`
	// Fixable tells that the subscription's default alone stands in the way. The
	// default of an invoice cannot be changed by its payer: it can be paid instead.
	Fixable bool `json:"fixable"`
}

// Shadowed lists where something else than the customer's default will be charged:
// first the bills that wait for their payment, then the subscriptions that go on.
// It is empty while the customer has no default, which then hides from nobody.
// Source: Stripe docs, "Automate payment retries", the order of methods.
func (a Account) Shadowed() []Shadow {
	hidden := methodByID(a.PaymentMethods, a.Customer.DefaultPaymentMethodID)
	if hidden == nil {
		return nil
	}
	var shadows []Shadow
	for i := range a.Unsettled {
		invoice := &a.Unsettled[i]
		if invoice.DefaultPaymentMethodID != "" && invoice.awaitsCharge() {
			shadows = appendShadow(shadows, MethodToCharge(invoice, nil, a.Customer, a.PaymentMethods), hidden,
				Shadow{SubscriptionID: invoice.SubscriptionID, InvoiceID: invoice.ID})
		}
	}
	for i := range a.Subscriptions {
		subscription := &a.Subscriptions[i]
		if !subscription.Ended() && subscription.CollectionMethod != "send_invoice" {
			shadows = appendShadow(shadows, MethodToCharge(nil, subscription, a.Customer, a.PaymentMethods), hidden,
				Shadow{SubscriptionID: subscription.ID, Fixable: true})
		}
	}
	return shadows
}

func appendShadow(shadows []Shadow, charged *ChargedMethod, hidden *PaymentMethod, shadow Shadow) []Shadow {
	if charged == nil || charged.ID == hidden.ID {
		return shadows
	}
	shadow.Origin, shadow.ChargedID, shadow.Charged, shadow.Hidden = charged.Origin, charged.ID, charged.Method, hidden
	return append(shadows, shadow)
}

// awaitsCharge tells whether money is still to be taken for it on its own.
func (i Invoice) awaitsCharge() bool {
	return (i.Status == InvoiceDraft || i.Status == InvoiceOpen) &&
		i.CollectionMethod != "send_invoice" && i.AmountRemaining.Amount > 0
}

// ShadowFix is the default that a subscription has to get so that the customer's
// own is charged: none, or that one by name where an old source would come next.
// ok is false when there is nothing to fix.
func (a Account) ShadowFix(subscriptionID string) (methodID string, ok bool) {
	subscription := a.subscription(subscriptionID)
	if subscription == nil {
		return "", false
	}
	for _, shadow := range a.Shadowed() {
		if shadow.Fixable && shadow.SubscriptionID == subscriptionID {
			if subscription.DefaultSourceID != "" {
				return shadow.Hidden.ID, true
			}
			return "", true
		}
	}
	return "", false
}
