package stripeapi

import (
	"context"
	"fmt"
	"time"

	"billfold/backend/billing"
	"billfold/backend/stripewire"
)

// The gateway's own paths, beside those of Stripe.
const (
	whoAmIPath  = "/billfold/v1/whoami"
	versionPath = "/billfold/v1/version"
	policyPath  = "/billfold/v1/policy"
)

// WhoAmI asks a gateway whose billing a sign-in opens; the Customer of config may be
// missing. CodeForbidden says that it opens none.
func WhoAmI(ctx context.Context, config Config) (customer string, err error) {
	base, err := baseURL(config.URL)
	if err != nil {
		return "", err
	}
	client := clientOf(config, base)
	defer client.Close()
	got, err := client.get(ctx, whoAmIPath, nil)
	if says(err, stripewire.CodeNoBillingAccount) {
		return "", billing.NewError(billing.CodeForbidden,
			"You are signed in, but there is no billing account for this sign-in. Ask the vendor's support.", err)
	}
	if err != nil {
		return "", fmt.Errorf("ask who is signed in: %w", err)
	}
	var said struct {
		Object   string `json:"object"`
		Customer string `json:"customer"`
	}
	if err := decode(got.body, &said); err != nil {
		return "", err
	}
	if said.Object != "billfold.whoami" || !customerID.MatchString(said.Customer) {
		return "", unreadable(fmt.Errorf("an answer that names no customer"))
	}
	return said.Customer, nil
}

// says tells whether a refusal has this code.
func says(err error, code stripewire.Code) bool {
	refused, ok := refusalOf(err)
	return ok && refused.code == string(code)
}

// Change is a hint of a gateway's: an object that was said to have changed. ID is ""
// for the preview of an invoice.
type Change struct {
	Object string `json:"object"`
	ID     string `json:"id"`
}

// News is what a gateway knows of changes without asking Stripe.
type News struct {
	// Version stands for everything as it is now; "" when the gateway cannot tell.
	Version string
	// Same tells that nothing changed since the version that was named.
	Same bool
	// Changed is all that changed since then; Known is false when that cannot be said.
	Changed []Change
	Known   bool
	// Spread is over how long pulls in full should be spread: everybody makes one.
	Spread time.Duration
}

// News asks a gateway what changed since a version, "" for none. One that does not
// know at the moment gives no Version and no error.
func (c *Client) News(ctx context.Context, since string) (News, error) {
	if !c.gateway {
		return News{}, nil
	}
	ctx = context.WithValue(ctx, sinceKey{}, since)
	got, err := c.get(ctx, versionPath, nil)
	if says(err, stripewire.CodeChangesUnavailable) {
		return News{}, nil
	}
	if err != nil {
		return News{}, fmt.Errorf("ask what changed: %w", err)
	}
	if got.same {
		return News{Version: since, Same: true, Known: true}, nil
	}
	var said struct {
		Object  string    `json:"object"`
		Version string    `json:"version"`
		Changed *[]Change `json:"changed"`
		Spread  int       `json:"spread_seconds"`
	}
	if err := decode(got.body, &said); err != nil {
		return News{}, err
	}
	if said.Object != "billfold.version" || said.Version == "" || len(said.Version) > maxVersion {
		return News{}, unreadable(fmt.Errorf("a version that is none"))
	}
	news := News{Version: said.Version, Spread: time.Duration(max(said.Spread, 0)) * time.Second}
	if said.Changed != nil && since != "" {
		news.Changed, news.Known = *said.Changed, true
	}
	return news, nil
}

// maxVersion bounds a version, in bytes.
const maxVersion = 200

// sinceKey holds the version that a question is about.
type sinceKey struct{}

// Policy asks a gateway what only the vendor knows.
func (c *Client) Policy(ctx context.Context) (billing.Policy, error) {
	said, err := c.wirePolicy(ctx)
	return said.value(), err
}

func (c *Client) wirePolicy(ctx context.Context) (said wirePolicy, err error) {
	got, err := c.get(ctx, policyPath, nil)
	if err != nil {
		return said, fmt.Errorf("ask for the vendor's policy: %w", err)
	}
	if err := decode(got.body, &said); err != nil {
		return wirePolicy{}, err
	}
	if said.Object != "billfold.policy" {
		return wirePolicy{}, unreadable(fmt.Errorf("a policy that is none"))
	}
	got.accept()
	return said, nil
}

// wirePolicy is the gateway's policy; docs/operating.md describes it.
type wirePolicy struct {
	Object       string `json:"object"`
	SupportEmail string `json:"support_email"`
	SupportURL   string `json:"support_url"`
	GraceDays    *int64 `json:"grace_days"`
	KeepsAccess  bool   `json:"keeps_access"`
	WhilePastDue string `json:"while_past_due"`
	AfterGrace   string `json:"after_grace"`
	// PortalConfiguration is the one that the gateway uses.
	PortalConfiguration string `json:"portal_configuration"`
}

// value leaves unknown what was not said: no grace is not the same as none told.
func (w wirePolicy) value() billing.Policy {
	policy := billing.Policy{Lost: w.WhilePastDue, Support: w.SupportEmail}
	if policy.Support == "" {
		policy.Support = w.SupportURL
	}
	switch {
	case w.KeepsAccess:
		policy.WhilePastDue = billing.AccessKept
	case w.GraceDays == nil:
	case *w.GraceDays > 0:
		policy.WhilePastDue, policy.GraceDays = billing.AccessGrace, *w.GraceDays
		if w.AfterGrace != "" {
			policy.Lost = w.AfterGrace
		}
	default:
		policy.WhilePastDue = billing.AccessLost
	}
	return policy
}

// Gateway tells whether the server is a gateway, which knows of changes and of the
// vendor's policy.
func (c *Client) Gateway() bool { return c.gateway }

// Through has every question of a context read through to Stripe: after somebody
// was at the hosted pages, what a gateway heard may be older than what they did.
func Through(ctx context.Context) context.Context { return context.WithValue(ctx, throughKey{}, true) }

type throughKey struct{}

func wantsThrough(ctx context.Context) bool {
	through, _ := ctx.Value(throughKey{}).(bool)
	return through
}
