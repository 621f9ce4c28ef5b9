package gateway

import (
	"encoding/json"
	"errors"
)

// Policy is what only the vendor knows, and what is never guessed from a status.
// What is left out is not said to the subscriber.
type Policy struct {
	// Vendor is the name that subscribers know the vendor by.
	Vendor string `json:"vendor,omitempty"`
	// SupportEmail and SupportURL are where a person gets help.
	SupportEmail string `json:"support_email,omitempty"`
	SupportURL   string `json:"support_url,omitempty"`
	// GraceDays is for how many days after a failed payment nothing is taken away.
	GraceDays *int `json:"grace_days,omitempty"`
	// KeepsAccess tells that nothing is taken away while a payment is open.
	KeepsAccess bool `json:"keeps_access,omitempty"`
	// WhilePastDue says in one sentence what is lost while a payment is open.
	WhilePastDue string `json:"while_past_due,omitempty"`
	// AfterGrace says in one sentence what happens when the grace has passed.
	AfterGrace string `json:"after_grace,omitempty"`
	// TimeZone is that of dates on documents; "" is UTC.
	TimeZone string `json:"time_zone,omitempty"`
	// Plans are what the plans hold, by the id of their product.
	Plans map[string]Plan `json:"plans,omitempty"`
}

// Plan is what a plan holds.
type Plan struct {
	// Allowance is how much of Unit a period holds.
	Allowance int64  `json:"allowance,omitempty"`
	Unit      string `json:"unit,omitempty"`
	// Includes are sentences for a list.
	Includes []string `json:"includes,omitempty"`
}

// encode writes the policy as it is served.
func (p Policy) encode(portalConfiguration string) ([]byte, error) {
	if p.GraceDays != nil && *p.GraceDays < 0 {
		return nil, errors.New("the policy's grace_days cannot be negative")
	}
	if p.KeepsAccess && p.GraceDays != nil {
		return nil, errors.New("the policy says both keeps_access and grace_days")
	}
	return json.Marshal(struct {
		Object string `json:"object"`
		Policy
		PortalConfiguration string `json:"portal_configuration,omitempty"`
	}{"billfold.policy", p, portalConfiguration})
}
