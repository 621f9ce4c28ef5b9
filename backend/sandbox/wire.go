package sandbox

import (
	"encoding/json"
	"strconv"
)

// The structs of the wire_ files hold exactly the fields of Stripe API version
// 2023-10-16, in its words. References to other objects are ids; expansion puts
// the objects in their place (see expand.go).

// null is a field that the sandbox never fills.
type null struct{}

func (null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// nullableText is null on the wire when empty.
type nullableText string

func (t nullableText) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// nullableTime is Unix seconds, null on the wire when 0.
type nullableTime int64

func (t nullableTime) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(t), 10), nil
}

// metadata is the integrator's own keys; never null.
type metadata map[string]string

func (m metadata) MarshalJSON() ([]byte, error) {
	if len(m) == 0 {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]string(m))
}

type address struct {
	City       nullableText `json:"city"`
	Country    nullableText `json:"country"`
	Line1      nullableText `json:"line1"`
	Line2      nullableText `json:"line2"`
	PostalCode nullableText `json:"postal_code"`
	State      nullableText `json:"state"`
}

// copyOf lets an object freeze an address that may be absent.
func (a *address) copyOf() *address {
	if a == nil {
		return nil
	}
	frozen := *a
	return &frozen
}

type period struct {
	End   int64 `json:"end"`
	Start int64 `json:"start"`
}

type deletedObject struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Deleted bool   `json:"deleted"`
}
