package billing

// PortalFeatures are what the vendor's customer portal lets a person do. Where
// Known is false the vendor has not told, and nothing is ruled out.
type PortalFeatures struct {
	Known   bool `json:"known"`
	AddCard bool `json:"add_card"`
	Cancel  bool `json:"cancel"`
	// CancelAtOnce tells that a cancellation there ends the subscription at once, and
	// not with its period.
	CancelAtOnce   bool `json:"cancel_at_once"`
	ChangePlan     bool `json:"change_plan"`
	InvoiceHistory bool `json:"invoice_history"`
	// CustomerUpdate lists what can be changed of the customer there: address, email,
	// name, phone, tax_id.
	CustomerUpdate []string `json:"customer_update"`
}

// AllowsAddCard tells whether a card can be added there, as far as is known.
func (f PortalFeatures) AllowsAddCard() bool { return !f.Known || f.AddCard }

// AllowsCancel tells whether a subscription can be canceled there.
func (f PortalFeatures) AllowsCancel() bool { return !f.Known || f.Cancel }

// AllowsChangePlan tells whether another plan can be chosen there.
func (f PortalFeatures) AllowsChangePlan() bool { return !f.Known || f.ChangePlan }
