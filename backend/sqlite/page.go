package sqlite

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"billfold/backend/billing"
)

const (
	usualPage   = 50
	largestPage = 500
)

func pageLimit(wanted int) (int, error) {
	if wanted == 0 {
		return usualPage, nil
	}
	if wanted < 1 || wanted > largestPage {
		return 0, billing.NewError(billing.CodeInvalid, "A page holds 1 to 500 of them.", nil)
	}
	return wanted, nil
}

// match is a WHERE clause in the making.
type match struct {
	conditions []string
	arguments  []any
}

func (m *match) require(condition string, arguments ...any) {
	m.conditions = append(m.conditions[:len(m.conditions):len(m.conditions)], condition)
	m.arguments = append(m.arguments[:len(m.arguments):len(m.arguments)], arguments...)
}

func (m match) where() string {
	if len(m.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(m.conditions, " AND ")
}

// order is what a list is sorted by, the last key being one of a kind.
type order []struct {
	key        string
	descending bool
}

func (o order) clause() string {
	keys := make([]string, len(o))
	for i, by := range o {
		keys[i] = by.key
		if by.descending {
			keys[i] += " DESC"
		}
	}
	return strings.Join(keys, ", ")
}

// follow keeps what comes after the place that a cursor names.
func (m *match) follow(o order, of, cursor string) error {
	values, err := placeOf(of, cursor, len(o))
	if err != nil {
		return err
	}
	// Of the keys a, b, c: a beyond, or a equal and (b beyond, or b equal and c
	// beyond). The first one alone comes before, so that an index can be entered.
	condition, arguments := "", []any{}
	for i := len(o) - 1; i >= 0; i-- {
		beyond := o[i].key + " > ?"
		if o[i].descending {
			beyond = o[i].key + " < ?"
		}
		if condition == "" {
			condition, arguments = beyond, []any{values[i]}
			continue
		}
		condition = "(" + beyond + " OR (" + o[i].key + " = ? AND " + condition + "))"
		arguments = append([]any{values[i], values[i]}, arguments...)
	}
	entry := o[0].key + " >= ?"
	if o[0].descending {
		entry = o[0].key + " <= ?"
	}
	m.require(entry, values[0])
	m.require(condition, arguments...)
	return nil
}

// cursorOf names the place after a row by the values of its keys. New rows do not
// move it.
func cursorOf(of string, values []any) string {
	packed, err := json.Marshal(append([]any{of}, values...))
	if err != nil {
		panic(err) // numbers and texts
	}
	return base64.RawURLEncoding.EncodeToString(packed)
}

// placeOf reads a cursor of that list and that many keys.
func placeOf(of, cursor string, keys int) ([]any, error) {
	nowhere := billing.NewError(billing.CodeInvalid, "The page that was asked for does not exist.", nil)
	packed, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, nowhere
	}
	var values []any
	decoder := json.NewDecoder(strings.NewReader(string(packed)))
	decoder.UseNumber()
	if err := decoder.Decode(&values); err != nil || len(values) != keys+1 || values[0] != any(of) {
		return nil, nowhere
	}
	for i, value := range values[1:] {
		switch v := value.(type) {
		case string:
		case json.Number:
			number, err := v.Int64()
			if err != nil {
				return nil, nowhere
			}
			values[i+1] = number
		default:
			return nil, nowhere
		}
	}
	return values[1:], nil
}
