package stripeapi

import (
	"bytes"
	"encoding/json"
)

// ownedBy proves that an object names this customer as its owner.
func ownedBy(owner reference, customer string) error {
	if string(owner) != customer {
		return foreign()
	}
	return nil
}

var customerWord = []byte(`"customer"`)

// noForeign looks through everything in an answer, expanded and unread parts
// too, for another customer's id. The bytes are searched first, which costs next
// to nothing; only where they raise a suspicion is the whole answer decoded.
func noForeign(body []byte, customer string) error {
	if !suspicious(body, customer) {
		return nil
	}
	var whole any
	if err := json.Unmarshal(body, &whole); err != nil {
		return unreadable(err)
	}
	if namesAnother(whole, customer) {
		return foreign()
	}
	return nil
}

// suspicious is false only when every "customer" is a key whose value is null or
// the id of this one.
func suspicious(body []byte, customer string) bool {
	own := []byte(`"` + customer + `"`)
	for rest := body; ; {
		at := bytes.Index(rest, customerWord)
		if at < 0 {
			return false
		}
		rest = rest[at+len(customerWord):]
		value, isKey := bytes.CutPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(":"))
		value = bytes.TrimLeft(value, " \t\r\n")
		if !isKey || (!bytes.HasPrefix(value, own) && !bytes.HasPrefix(value, []byte("null"))) {
			return true
		}
	}
}

// namesAnother walks a decoded answer. Metadata are the merchant's own notes,
// and may say anything under any name.
func namesAnother(value any, customer string) bool {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			if namesAnother(element, customer) {
				return true
			}
		}
	case map[string]any:
		if value["object"] == "customer" && value["id"] != customer {
			return true
		}
		for key, inner := range value {
			if key == "metadata" {
				continue
			}
			id, isID := inner.(string)
			if (key == "customer" && isID && id != customer) || namesAnother(inner, customer) {
				return true
			}
		}
	}
	return false
}
