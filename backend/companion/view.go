package companion

import (
	"billfold/backend/billing"
	"billfold/backend/deeplink"
)

// Identity says who is signed in to what. Every screen and every export shows it.
type Identity struct {
	// Connection is sandbox, gateway or stripe_test.
	Connection string `json:"connection"`
	// Scenario is the sandbox's, "" elsewhere.
	Scenario string `json:"scenario"`
	// Host is the server's host name, "" for the sandbox.
	Host       string `json:"host"`
	CustomerID string `json:"customer_id"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	// SignedInAs is the person who signed in, as the vendor's sign-in names them; ""
	// where nobody did.
	SignedInAs string `json:"signed_in_as"`
	// Deleted is true when the vendor removed the account; what is shown is the
	// last that was known.
	Deleted bool `json:"deleted"`
}

// Overview is the dashboard: everything on it comes from the cache, as of SyncedAt.
type Overview struct {
	Identity Identity `json:"identity"`
	// SyncedAt is when the last complete pull ended, 0 when there was none yet.
	SyncedAt billing.Time `json:"synced_at"`
	// Zone is the IANA name of the zone that dates of documents and periods are shown in.
	Zone string `json:"zone"`
	// Subscriptions are in order of importance: billing.ByImportance.
	Subscriptions []SubscriptionView `json:"subscriptions"`
	// NextCharge is nil when nothing will be charged on its own.
	NextCharge *billing.NextCharge `json:"next_charge"`
	// MethodInUse is the method that will really be charged; nil when there is none.
	MethodInUse        *billing.ChargedMethod  `json:"method_in_use"`
	PaymentMethods     []billing.PaymentMethod `json:"payment_methods"`
	BillingInformation BillingInformation      `json:"billing_information"`
	// Owed has one amount per currency in which something is owed.
	Owed []billing.Money `json:"owed"`
	// LatestInvoices are the newest few, without lines.
	LatestInvoices []billing.Invoice `json:"latest_invoices"`
	InvoiceCount   int               `json:"invoice_count"`
	// InvoiceYears are the years that have invoices, newest first.
	InvoiceYears []int `json:"invoice_years"`
}

// SubscriptionView is a subscription with what the rules say of it.
type SubscriptionView struct {
	billing.Subscription
	Plan          string        `json:"plan"`
	Price         billing.Money `json:"price"`
	PriceKnown    bool          `json:"price_known"`
	Interval      string        `json:"interval"`
	IntervalCount int64         `json:"interval_count"`
	// NextBilling is nil when no further bill is expected.
	NextBilling *billing.NextBilling `json:"next_billing"`
	EndsAt      billing.Time         `json:"ends_at"`
	Ended       bool                 `json:"ended"`
}

// BillingInformation is what the next invoices will be made out to.
type BillingInformation struct {
	Name    string          `json:"name"`
	Email   string          `json:"email"`
	Phone   string          `json:"phone"`
	Address billing.Address `json:"address"`
	TaxIDs  []billing.TaxID `json:"tax_ids"`
}

// SyncState is how the present or last pull goes.
type SyncState struct {
	Running bool `json:"running"`
	// Step is connecting, account, invoices, payments, saving, or "" when idle.
	Step string `json:"step"`
	// Done counts invoices read so far. There is no total: Stripe's lists do not tell one.
	Done int `json:"done"`
	// Problem is why the last pull failed, nil when it did not.
	Problem *Problem `json:"problem"`
	// AttemptedAt is when the last pull ended, well or not; 0 before the first.
	AttemptedAt billing.Time `json:"attempted_at"`
	SyncedAt    billing.Time `json:"synced_at"`
}

// Problem is an error as the window sees it.
type Problem struct {
	Code    billing.Code `json:"code"`
	Message string       `json:"message"`
	// Field names the part of what was entered that was refused, "" for none.
	Field string `json:"field"`
}

// ProblemOf turns an error into what the window sees; nil for nil.
func ProblemOf(err error) *Problem {
	if err == nil {
		return nil
	}
	return &Problem{Code: billing.CodeOf(err), Message: billing.MessageOf(err), Field: billing.FieldOf(err)}
}

// Preferences are what the person set for the window.
type Preferences struct {
	// Theme is system, light or dark.
	Theme string `json:"theme"`
	// Language is system, en or de.
	Language string `json:"language"`
	// Welcomed tells that the person has seen what the sandbox can show, or has
	// chosen a connection and need not see it.
	Welcomed bool `json:"welcomed"`
}

// Scenario is a state of affairs the sandbox can show.
type Scenario struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// About says which Billfold this is and where it keeps things.
type About struct {
	Version string `json:"version"`
	DataDir string `json:"data_dir"`
	// Notices are plain sentences about this run that the person should know, e.g.
	// that a damaged cache was set aside.
	Notices []string `json:"notices"`
}

// Destination is a view to show: what a link or a second start asked for. Its View
// is "" when nothing was asked for.
type Destination = deeplink.Destination
