package companion

import "billfold/backend/billing"

// HandOffFlow is what a person goes to the hosted pages for.
type HandOffFlow string

// The flows; on the command line they have the same names.
const (
	FlowAddCard    HandOffFlow = "add-card"
	FlowEditCard   HandOffFlow = "edit-card"
	FlowCancel     HandOffFlow = "cancel"
	FlowUndo       HandOffFlow = "undo"
	FlowChangePlan HandOffFlow = "change-plan"
	FlowHome       HandOffFlow = "home"
	FlowPayInvoice HandOffFlow = "pay-invoice"
)

// HandOffRequest asks to be led to the hosted pages.
type HandOffRequest struct {
	Flow HandOffFlow `json:"flow"`
	// SubscriptionID is for cancel, undo and change-plan; "" is the foremost one that
	// goes on.
	SubscriptionID string `json:"subscription_id"`
	// InvoiceID is for pay-invoice.
	InvoiceID string `json:"invoice_id"`
	// Locale is the language of the pages, e.g. "de"; "" lets them choose.
	Locale string `json:"locale"`
	// Silent opens no browser: the link is asked for with CopyHandOffLink.
	Silent bool `json:"silent"`
}

// HandOffTicket says where one is going, and why.
type HandOffTicket struct {
	Flow HandOffFlow `json:"flow"`
	// Host is where the pages are expected to be.
	Host string `json:"host"`
	// Why is card_entry, subscription_change, payment or everything_else.
	Why string `json:"why"`
	// Lands is task for a flow that leads straight to what is to be done, and home
	// where Stripe has no such way and the person has to find it there.
	Lands string `json:"lands"`
	// Allowed is false when the vendor's portal does not offer it.
	Allowed bool `json:"allowed"`
}

// HandOffPhase says how far a hand-off is.
type HandOffPhase string

// The phases; "" is none.
const (
	HandOffNone         HandOffPhase = ""
	HandOffPreparing    HandOffPhase = "preparing"
	HandOffOpened       HandOffPhase = "opened"
	HandOffCouldNotOpen HandOffPhase = "could_not_open"
	HandOffReturned     HandOffPhase = "returned"
	HandOffChecking     HandOffPhase = "checking"
	HandOffChanged      HandOffPhase = "changed"
	HandOffNothingYet   HandOffPhase = "nothing_yet"
	HandOffFailed       HandOffPhase = "failed"
)

// HandOffState is how the present or last hand-off goes. It holds no link.
type HandOffState struct {
	// Number counts the hand-offs of this run, so that two can be told apart.
	Number         int64        `json:"number"`
	Phase          HandOffPhase `json:"phase"`
	Flow           HandOffFlow  `json:"flow"`
	SubscriptionID string       `json:"subscription_id"`
	InvoiceID      string       `json:"invoice_id"`
	// Host is where the pages are, "" before that is known.
	Host string `json:"host"`
	// Certain tells that the system said that it opened the browser. Without it nobody
	// can tell, and the link is to be offered.
	Certain bool `json:"certain"`
	// Returned tells that the browser came back.
	Returned bool `json:"returned"`
	// LinkReady tells that CopyHandOffLink has a link to give.
	LinkReady  bool             `json:"link_ready"`
	StartedAt  billing.Time     `json:"started_at"`
	ReturnedAt billing.Time     `json:"returned_at"`
	Changes    []billing.Change `json:"changes"`
	// Problem is why it failed or could not be opened; in nothing_yet, why the last
	// look failed.
	Problem *Problem `json:"problem"`
	// Support is the vendor's address for help, "" when it is not known.
	Support string `json:"support"`
	// Retry tells that asking again may help.
	Retry bool `json:"retry"`
}
