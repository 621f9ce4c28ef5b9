package sandbox

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// field is one input of a form as the templates draw it.
type field struct {
	Name, Label, Value, Wrong       string
	Kind, Mode, Autocomplete, Hints string
	Required, Depends               bool // Depends: whether it is needed depends on another field
	Max                             int
}

// newField makes a field from names and values in turn; it is called by templates.
func newField(name, label string, f form, options ...string) field {
	made := field{Name: name, Label: label, Value: f.Values[name], Wrong: f.Wrong[name], Kind: "text", Max: 200}
	for i := 0; i+1 < len(options); i += 2 {
		switch value := options[i+1]; options[i] {
		case "type":
			made.Kind = value
		case "mode":
			made.Mode = value
		case "autocomplete":
			made.Autocomplete = value
		case "hint":
			made.Hints = value
		case "required":
			made.Required = value == "yes"
		case "depends":
			made.Depends = value == "yes"
		case "max":
			made.Max, _ = strconv.Atoi(value)
		}
	}
	return made
}

// form is what was typed, and what is wrong with it by the name of its field.
// What must not come back, a card's number and code, is never put into Values.
type form struct {
	Values, Wrong map[string]string
	// Labels names the wrong fields for the list at the top, in their order.
	order []string
}

func newForm() form { return form{Values: map[string]string{}, Wrong: map[string]string{}} }

// read takes over fields that may be shown again.
func (f *form) read(r *http.Request, names ...string) {
	for _, name := range names {
		f.Values[name] = strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue(name), "\uFFFD"))
		if utf8.RuneCountInString(f.Values[name]) > 500 {
			f.wrong(name, "This is too long.")
		}
	}
}

func (f *form) wrong(name, message string) {
	if f.Wrong[name] == "" {
		f.Wrong[name] = message
		f.order = append(f.order, name)
	}
}

func (f *form) need(name, message string) {
	if f.Values[name] == "" {
		f.wrong(name, message)
	}
}

// Mistake is a wrong field and what to do about it.
type Mistake struct{ Field, Message string }

// Mistakes lists what is wrong, in the order in which it was found.
func (f form) Mistakes() []Mistake {
	var all []Mistake
	for _, name := range f.order {
		all = append(all, Mistake{name, f.Wrong[name]})
	}
	return all
}

// addressFields are the parts of an address, by the names of their fields.
var addressFields = []string{"line1", "line2", "city", "state", "postal_code", "country"}

func (f *form) fillAddress(a *address) {
	if a == nil {
		return
	}
	for name, part := range map[string]nullableText{
		"line1": a.Line1, "line2": a.Line2, "city": a.City, "state": a.State, "postal_code": a.PostalCode, "country": a.Country,
	} {
		f.Values[name] = string(part)
	}
}

func (f *form) checkCountry() {
	switch country := f.Values["country"]; {
	case country == "" || !knownCountry(country):
		f.wrong("country", "Choose a country.")
	case f.Values["postal_code"] == "" && strings.Contains("US CA GB", country):
		f.wrong("postal_code", "Enter the postal code.")
	}
}

// pairs are the address as parameters below prefix.
func (f *form) pairs(prefix string) []string {
	var all []string
	for _, name := range addressFields {
		all = append(all, prefix+"["+name+"]", f.Values[name])
	}
	return all
}

// readExpiryText reads "MM / YY", "MMYY", "MM/YYYY" and the like.
func readExpiryText(text string) (month, year int, ok bool) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" /-.", r) {
			return -1
		}
		return r
	}, text)
	if len(digits) == 3 { // "9/29"
		digits = "0" + digits
	}
	if (len(digits) != 4 && len(digits) != 6) || strings.Trim(digits, "0123456789") != "" {
		return 0, 0, false
	}
	month, _ = strconv.Atoi(digits[:2])
	year, _ = strconv.Atoi(digits[2:])
	if len(digits) == 4 {
		year += 2000
	}
	return month, year, month >= 1 && month <= 12
}

// checkExpiry reads the field expiry against the sandbox's clock.
func (f *form) checkExpiry(clock int64) (month, year int) {
	month, year, ok := readExpiryText(f.Values["expiry"])
	switch now := time.Unix(clock, 0).UTC(); {
	case !ok:
		f.wrong("expiry", "Enter the expiry date as month and year, for example 09 / 29.")
	case (&card{ExpMonth: month, ExpYear: year}).expired(clock):
		f.wrong("expiry", "This card has expired.")
	case year > now.Year()+50:
		f.wrong("expiry", "This expiry date is too far ahead.")
	}
	return month, year
}
