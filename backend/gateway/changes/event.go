package changes

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"billfold/backend/pattern"
)

// event is what is read of one of Stripe's events: who, and what as a hint.
type event struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Created int64  `json:"created"`
	// Account is set for an account that is only connected to the vendor's; its
	// customers are not the vendor's.
	Account string `json:"account"`
	Data    struct {
		Object struct {
			ID       string  `json:"id"`
			Object   string  `json:"object"`
			Customer subject `json:"customer"`
			Charge   subject `json:"charge"`
		} `json:"object"`
		Before struct {
			Customer subject `json:"customer"`
		} `json:"previous_attributes"`
	} `json:"data"`
}

// subject is an id, or the object that stands for it.
type subject string

// UnmarshalJSON takes a string, an object with an id, or null.
func (s *subject) UnmarshalJSON(data []byte) error {
	var object struct {
		ID string `json:"id"`
	}
	if len(data) > 0 && data[0] == '{' {
		if err := json.Unmarshal(data, &object); err != nil {
			return err
		}
	} else if err := json.Unmarshal(data, &object.ID); err != nil {
		return err
	}
	*s = subject(object.ID)
	return nil
}

var (
	customerForm = pattern.Of(`^cus_[A-Za-z0-9_]{1,128}$`)
	chargeForm   = pattern.Of(`^(ch|py)_[A-Za-z0-9_]{1,128}$`)
	objectForm   = pattern.Of(`^[A-Za-z0-9_.]{1,128}$`)
)

// noted is for how long an event is known to have been heard: longer than one is
// on its way twice. Heard later once more, it costs a pull.
const noted = 24 * time.Hour

// hear bumps the customers of an event, once. It is noted only afterwards: whoever
// dies between must not have heard it.
func (c *Changes) hear(ctx context.Context, e *event) error {
	if e.ID == "" || e.Account != "" {
		return nil
	}
	name := "event_" + e.ID
	heard, err := c.store.Claimed(ctx, name)
	if err != nil || heard {
		return err
	}
	customers, err := c.customersOf(ctx, e)
	if err != nil {
		return err
	}
	for _, customer := range customers {
		if err := c.store.Bump(ctx, customer, e.hint()...); err != nil {
			return err
		}
		c.tell(customer)
	}
	_, err = c.store.Once(ctx, name, noted)
	return err
}

// hint is the object of the event; none when it is not fit to be repeated. The
// preview of an invoice has no id.
func (e *event) hint() []Change {
	object := e.Data.Object
	if !objectForm.MatchString(object.Object) || object.ID != "" && !objectForm.MatchString(object.ID) {
		return nil
	}
	return []Change{{Object: object.Object, ID: object.ID}}
}

// customersOf names whose the object is and was: a payment method that was taken
// away names nobody any more.
func (c *Changes) customersOf(ctx context.Context, e *event) ([]string, error) {
	object := e.Data.Object
	named := []string{string(object.Customer), string(e.Data.Before.Customer)}
	if object.Object == "customer" {
		named = append(named, object.ID)
	}
	named = slices.DeleteFunc(named, func(id string) bool { return !customerForm.MatchString(id) })
	slices.Sort(named)
	if named = slices.Compact(named); len(named) > 0 || !chargeForm.MatchString(string(object.Charge)) {
		return named, nil
	}
	// Refunds and disputes name a charge, and the charge names the customer.
	status, body, err := c.config.Ask(ctx, "/v1/charges/"+string(object.Charge), "")
	if err != nil {
		return nil, err
	}
	var charge struct {
		Customer subject `json:"customer"`
	}
	if status == http.StatusOK && json.Unmarshal(body, &charge) == nil && customerForm.MatchString(string(charge.Customer)) {
		return []string{string(charge.Customer)}, nil
	}
	return nil, nil
}
