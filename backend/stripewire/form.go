package stripewire

import (
	"errors"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a key; the deepest parameter of the API in use
// has five segments.
const maxDepth = 8

var errKey = errors.New("a form key is a name followed by [parts] in brackets")

// Key is the name of a form field in parts: "items[0][price]" is items, 0, price.
// A part after the first may be empty, as in "expand[]".
type Key []string

// ParseKey splits a name into its parts.
func ParseKey(name string) (Key, error) {
	head, rest, nested := strings.Cut(name, "[")
	if head == "" || strings.Contains(head, "]") {
		return nil, errKey
	}
	key := Key{head}
	for nested {
		part, tail, closed := strings.Cut(rest, "]")
		if !closed || strings.Contains(part, "[") || len(key) == maxDepth {
			return nil, errKey
		}
		key = append(key, part)
		if tail == "" {
			return key, nil
		}
		if tail[0] != '[' {
			return nil, errKey
		}
		rest = tail[1:]
	}
	return key, nil
}

// String is the name again, as ParseKey took it.
func (k Key) String() string {
	if len(k) == 1 {
		return k[0]
	}
	return k[0] + "[" + strings.Join(k[1:], "][") + "]"
}

// Pattern is the name with every position in an array left open, so that
// "expand[0]" and "expand[]" are the same parameter.
func (k Key) Pattern() string {
	open := make(Key, len(k))
	copy(open, k)
	for i := range open[1:] {
		if isIndex(open[i+1]) {
			open[i+1] = ""
		}
	}
	return open.String()
}

func isIndex(part string) bool {
	for _, r := range part {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(part) <= 4
}

// Field is one parameter of a request.
type Field struct {
	Key   Key
	Value string
	name  string
}

// NewField makes a field, or fails when the name is not a form key.
func NewField(name, value string) (Field, error) {
	key, err := ParseKey(name)
	if err != nil {
		return Field{}, err
	}
	return Field{Key: key, Value: value, name: name}, nil
}

// Name is the whole name of the field.
func (f Field) Name() string { return f.name }

// Form is the parameters of a request in the order in which they came.
type Form []Field

// ParseForm reads a query or a form body. The error is a *Error: a key that is
// none, bytes that are not UTF-8, a broken escape, or one key given twice, since
// two readers might pick different values.
func ParseForm(encoded string) (Form, error) {
	var form Form
	seen := map[string]bool{}
	for encoded != "" {
		var pair string
		pair, encoded, _ = strings.Cut(encoded, "&")
		if pair == "" {
			continue
		}
		field, err := parsePair(pair)
		if err != nil {
			return nil, Invalid("", "", "Invalid form encoding: every parameter must be a name=value pair of percent-encoded UTF-8.")
		}
		if seen[field.name] && !field.repeats() {
			return nil, Invalid("", field.name, "Received the parameter more than once: "+field.name)
		}
		seen[field.name] = true
		form = append(form, field)
	}
	return form, nil
}

func parsePair(pair string) (Field, error) {
	rawName, rawValue, _ := strings.Cut(pair, "=")
	name, err := url.QueryUnescape(rawName)
	if err != nil {
		return Field{}, err
	}
	value, err := url.QueryUnescape(rawValue)
	if err != nil {
		return Field{}, err
	}
	if !utf8.ValidString(name) || !utf8.ValidString(value) {
		return Field{}, errors.New("not UTF-8")
	}
	return NewField(name, value)
}

// repeats tells whether the field may come more than once: only open array
// positions do.
func (f Field) repeats() bool {
	for _, part := range f.Key[1:] {
		if part == "" {
			return true
		}
	}
	return false
}

// Encode writes the form so that ParseForm reads the same one.
func (f Form) Encode() string {
	var b strings.Builder
	for i, field := range f {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(field.name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(field.Value))
	}
	return b.String()
}

// Get finds a field by its whole name.
func (f Form) Get(name string) (value string, present bool) {
	for _, field := range f {
		if field.name == name {
			return field.Value, true
		}
	}
	return "", false
}

// Under gives the fields nested in name, with name taken off: of "address[city]"
// the field "city".
func (f Form) Under(name string) Form {
	var inner Form
	for _, field := range f {
		if len(field.Key) > 1 && field.Key[0] == name {
			inner = append(inner, field.inner(1))
		}
	}
	return inner
}

func (f Field) inner(parts int) Field {
	key := f.Key[parts:]
	return Field{Key: key, Value: f.Value, name: key.String()}
}

// List gives the values of an array: those of "name[]" as they came, those of
// "name[0]", "name[1]" by position.
func (f Form) List(name string) []string {
	var values []string
	for _, element := range f.elements(name, 2) {
		values = append(values, element[0].Value)
	}
	return values
}

// Groups gives the elements of an array of objects: of "items[0][price]" the
// form "price". Without a position, a name seen before begins a new element.
func (f Form) Groups(name string) []Form {
	var groups []Form
	for _, element := range f.elements(name, 3) {
		inner := make(Form, len(element))
		for i, field := range element {
			inner[i] = field.inner(2)
		}
		groups = append(groups, inner)
	}
	return groups
}

// elements gathers the fields of the array's elements whose keys have at least
// depth parts (exactly 2 for plain values), in the order of the elements.
func (f Form) elements(name string, depth int) []Form {
	byPosition := map[int]Form{}
	next := 0
	current := -1
	names := map[string]bool{}
	for _, field := range f {
		if len(field.Key) < depth || (depth == 2 && len(field.Key) != 2) || field.Key[0] != name || !isIndex(field.Key[1]) {
			continue
		}
		if position, err := strconv.Atoi(field.Key[1]); err == nil {
			byPosition[position] = append(byPosition[position], field)
			continue
		}
		if current < 0 || depth == 2 || names[field.name] {
			current, names = openPosition+next, map[string]bool{}
			next++
		}
		names[field.name] = true
		byPosition[current] = append(byPosition[current], field)
	}
	return inOrder(byPosition)
}

// openPosition is where elements without a position are counted from: after
// every numbered one, which isIndex keeps to four digits.
const openPosition = 10_000

func inOrder(byPosition map[int]Form) []Form {
	positions := make([]int, 0, len(byPosition))
	for position := range byPosition {
		positions = append(positions, position)
	}
	sort.Ints(positions)
	elements := make([]Form, len(positions))
	for i, position := range positions {
		elements[i] = byPosition[position]
	}
	return elements
}
