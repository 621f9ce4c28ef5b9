package stripeapi

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/goccy/go-json"

	"billfold/backend/billing"
)

// decode reads JSON and never panics. Its error quotes nothing of the body.
func decode(body []byte, into any) (err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			err = unreadable(fmt.Errorf("the decoder gave up on %d bytes", len(body)))
		}
	}()
	if err := json.Unmarshal(body, into); err != nil {
		return unreadable(fmt.Errorf("%d bytes do not decode into %T", len(body), into))
	}
	return nil
}

// reference is a field that holds an object's id, or the object itself where it
// was expanded: only the id is used.
type reference string

// UnmarshalJSON takes a string, an object with an id, or null.
func (r *reference) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var expanded struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(data, &expanded); err != nil {
			return err
		}
		*r = reference(expanded.ID)
		return nil
	}
	var id *string
	if err := json.Unmarshal(data, &id); err != nil {
		return err
	}
	*r = ""
	if id != nil {
		*r = reference(*id)
	}
	return nil
}

// identity is what every object says about itself.
type identity struct {
	ID     string `json:"id"`
	Object string `json:"object"`
}

// is proves that the object is of the kind that was asked for and has an id.
func (i identity) is(kind string) error {
	if i.Object != kind || i.ID == "" {
		return unreadable(fmt.Errorf("a %s without its kind or id", kind))
	}
	return nil
}

// present proves that fields without which an object means something else are there.
func present(kind string, fields ...bool) error {
	for _, there := range fields {
		if !there {
			return unreadable(fmt.Errorf("a %s without a field that every %s has", kind, kind))
		}
	}
	return nil
}

// isCurrency tells whether a currency is there and a code of three small letters.
// It is printed beside every amount, and so must be nothing else.
func isCurrency(value *string) bool {
	if value == nil || len(*value) != 3 {
		return false
	}
	for _, letter := range []byte(*value) {
		if letter < 'a' || letter > 'z' {
			return false
		}
	}
	return true
}

func textOf(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

func timeOf(value *int64) billing.Time {
	if value == nil {
		return 0
	}
	return billing.Time(*value)
}

func numberOf(value *int64) int64 {
	if value == nil {
		return 0
	}
	return *value
}

func moneyOf(amount *int64, currency string) billing.Money {
	return billing.Money{Amount: numberOf(amount), Currency: currency}
}

// hundredths turns a percentage into hundredths of a percent: 33.33 is 3333.
func hundredths(percent json.Number) (int64, error) {
	value, err := strconv.ParseFloat(string(percent), 64)
	if err != nil || value < 0 || value > 100 {
		return 0, unreadable(fmt.Errorf("a discount that is no percentage"))
	}
	return int64(math.Round(value * 100)), nil
}

// fractional tells whether a decimal string has digits beyond the minor unit.
func fractional(decimal string) bool {
	_, fraction, _ := strings.Cut(decimal, ".")
	return strings.Trim(fraction, "0") != ""
}

// address is a postal address on the wire.
type address struct {
	Line1      *string `json:"line1"`
	Line2      *string `json:"line2"`
	City       *string `json:"city"`
	State      *string `json:"state"`
	PostalCode *string `json:"postal_code"`
	Country    *string `json:"country"`
}

func (a *address) value() billing.Address {
	if a == nil {
		return billing.Address{}
	}
	return billing.Address{
		Line1: textOf(a.Line1), Line2: textOf(a.Line2), City: textOf(a.City),
		State: textOf(a.State), PostalCode: textOf(a.PostalCode), Country: textOf(a.Country),
	}
}
