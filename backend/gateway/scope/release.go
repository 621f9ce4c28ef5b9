package scope

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// What can be wrong with an answer. None of them quotes it.
var (
	// ErrForeign is an answer in which something names another customer.
	ErrForeign = errors.New("the answer names another customer")
	// ErrNotYours is an answer whose object is another customer's, or nobody's.
	ErrNotYours = errors.New("the object is another customer's")
	// ErrShape is an answer that is not what was asked for.
	ErrShape = errors.New("the answer is not of the shape that was asked for")
)

// place is where an object stands in its answer.
type place int

const (
	root place = iota
	item       // of the list that was asked for
	part
)

// release goes through one answer and copies what may go back. Everything else in
// it is looked through too: no part of an answer may name another customer.
type release struct {
	scanner
	out []byte
	// own is the customer's id as it is written in JSON.
	own []byte
	// openedKeys are the names of metadata that the vendor opened.
	openedKeys map[string]bool
	// parentField of every item must be parentID, where they are set.
	parentField, parentID string

	notYours, foreign bool
	ids               []string // of the object, or of the first and last of the list
	count             int
	portalURL         []byte
}

// whole reads the answer to its end and says what was wrong with it.
func (r *release) whole(k *kind, isList bool) error {
	if !utf8.Valid(r.in) {
		return errJSON
	}
	read := func() error { return r.object(k, root) }
	if isList {
		read = func() error { return r.list(k, item) }
	}
	if err := read(); err != nil {
		return err
	}
	switch {
	case r.next() != 0:
		return errJSON
	case r.notYours:
		return ErrNotYours
	case r.foreign:
		return ErrForeign
	}
	return nil
}

// seen tells which fields of an object there were, so that none comes twice: two
// readers might pick different ones.
type seen [2]uint64

func (s *seen) again(bit int) bool {
	word, mask := &s[bit/64], uint64(1)<<(bit%64)
	twice := *word&mask != 0
	*word |= mask
	return twice
}

// identity is what an object says about itself.
type identity struct {
	kindIsRight, ownerIsSeen, ownerIsRight bool
	parentIsRight                          bool
}

func (r *release) object(k *kind, at place) error {
	var fields seen
	id := identity{ownerIsRight: true}
	first := true
	r.out = append(r.out, '{')
	err := r.members(func() error {
		name, err := r.name()
		if err != nil {
			return err
		}
		f, known := k.fields[string(name)]
		if known && fields.again(f.bit) {
			return ErrShape
		}
		if err := r.identify(k, at, name, &id); err != nil {
			return err
		}
		if !known {
			return r.pass(name)
		}
		if !first {
			r.out = append(r.out, ',')
		}
		first = false
		r.out = append(append(append(r.out, '"'), name...), '"', ':')
		return r.value(f)
	})
	r.out = append(r.out, '}')
	if err != nil {
		return err
	}
	return r.judge(k, at, id)
}

// identify looks ahead at the fields that say what an object is and whose.
func (r *release) identify(k *kind, at place, name []byte, id *identity) error {
	here := r.at
	defer func() { r.at = here }()
	switch string(name) {
	case "object":
		raw, _, err := r.text()
		if err != nil && k.named {
			return ErrShape
		}
		id.kindIsRight = len(raw) > 2 && string(raw[1:len(raw)-1]) == k.name
	case "id":
		return r.identifyByID(k, at, id)
	case "customer":
		if r.next() == 'n' { // nobody's
			return nil
		}
		right, err := r.isOwn()
		id.ownerIsSeen, id.ownerIsRight = true, id.ownerIsRight && right
		return err
	case "url":
		if at == root {
			raw, escaped, err := r.text()
			if err == nil {
				r.portalURL, _ = plain(raw, escaped)
			}
		}
	}
	if at == item && r.parentField != "" && string(name) == r.parentField {
		raw, _, err := r.text()
		id.parentIsRight = err == nil && string(raw[1:len(raw)-1]) == r.parentID
	}
	return nil
}

func (r *release) identifyByID(k *kind, at place, id *identity) error {
	if r.next() == 'n' { // a preview has none
		return nil
	}
	raw, escaped, err := r.text()
	if err != nil {
		return ErrShape
	}
	if k.name == "customer" {
		id.ownerIsSeen, id.ownerIsRight = true, id.ownerIsRight && bytes.Equal(raw, r.own)
	}
	if at == part {
		return nil
	}
	text, err := plain(raw, escaped)
	if err != nil {
		return err
	}
	if r.count++; r.count <= 1 {
		r.ids = append(r.ids, string(text))
	} else {
		r.ids = append(r.ids[:1], string(text))
	}
	return nil
}

// isOwn reads an id that must be the customer's.
func (r *release) isOwn() (bool, error) {
	raw, escaped, err := r.text()
	if err != nil {
		return false, ErrShape
	}
	if escaped {
		return false, nil // no id has anything to escape
	}
	return bytes.Equal(raw, r.own), nil
}

func (r *release) judge(k *kind, at place, id identity) error {
	if k.named && !id.kindIsRight {
		return ErrShape
	}
	if !id.ownerIsRight || (k.owned && !id.ownerIsSeen) {
		if at == root {
			r.notYours = true
		} else {
			r.foreign = true
		}
	}
	if at == item && r.parentField != "" && !id.parentIsRight {
		r.foreign = true
	}
	return nil
}

// value copies what an allowed field holds.
func (r *release) value(f field) error {
	if f.mode == scalar {
		return r.copyScalar()
	}
	if r.next() == 'n' {
		return r.copyScalar()
	}
	switch f.mode {
	case scalars:
		return r.array(r.copyScalar)
	case single:
		return r.object(f.kind, part)
	case several:
		return r.array(func() error {
			if r.next() == '"' { // discounts and the like, as ids
				return r.copyScalar()
			}
			return r.object(f.kind, part)
		})
	case paged:
		return r.list(f.kind, part)
	case reference:
		if r.next() == '"' {
			return r.copyScalar()
		}
		return r.object(f.kind, part)
	case opened:
		return r.metadata()
	default:
		return r.soften(f.mode)
	}
}

// copyScalar refuses objects and arrays: what is more than was asked for is no
// small thing.
func (r *release) copyScalar() error {
	raw, err := r.scalar()
	if err != nil {
		return ErrShape
	}
	r.out = append(r.out, raw...)
	return nil
}

func (r *release) array(each func() error) error {
	r.out = append(r.out, '[')
	first := true
	err := r.elements(func() error {
		if !first {
			r.out = append(r.out, ',')
		}
		first = false
		return each()
	})
	r.out = append(r.out, ']')
	return err
}

var listFields = map[string]int{"object": 0, "data": 1, "has_more": 2, "url": 3}

// list copies a page of a list of one kind.
func (r *release) list(k *kind, at place) error {
	var isList, hasData, hasMore bool
	var fields seen
	first := true
	r.out = append(r.out, '{')
	err := r.members(func() error {
		name, err := r.name()
		if err != nil {
			return err
		}
		bit, known := listFields[string(name)]
		if !known {
			return r.pass(name)
		}
		if fields.again(bit) {
			return ErrShape
		}
		if !first {
			r.out = append(r.out, ',')
		}
		first = false
		r.out = append(append(append(r.out, '"'), name...), '"', ':')
		if string(name) == "data" {
			hasData = true
			return r.array(func() error { return r.object(k, at) })
		}
		from := len(r.out)
		err = r.copyScalar()
		isList = isList || string(name) == "object" && string(r.out[from:]) == `"list"`
		hasMore = hasMore || string(name) == "has_more" && (string(r.out[from:]) == "true" || string(r.out[from:]) == "false")
		return err
	})
	r.out = append(r.out, '}')
	if err == nil && !(isList && hasData && hasMore) {
		return ErrShape
	}
	return err
}

// metadata copies the keys that the vendor opened.
func (r *release) metadata() error {
	r.out = append(r.out, '{')
	first := true
	err := r.members(func() error {
		from := r.at
		name, err := r.name()
		if err != nil {
			return err
		}
		written := bytes.TrimSpace(r.in[from:r.at])
		value, err := r.scalar()
		if err != nil {
			return ErrShape
		}
		if !r.openedKeys[string(name)] {
			return nil
		}
		if !first {
			r.out = append(r.out, ',')
		}
		first = false
		r.out = append(append(r.out, written...), value...)
		return nil
	})
	r.out = append(r.out, '}')
	return err
}

func (r *release) soften(how mode) error {
	raw, escaped, err := r.text()
	if err != nil {
		return ErrShape
	}
	code, err := plain(raw, escaped)
	if err != nil {
		return err
	}
	switch {
	case how == quietly && string(code) == "fraudulent":
		raw = []byte("null")
	case how == softly && softened[string(code)]:
		raw = []byte(`"` + softCode + `"`)
	}
	r.out = append(r.out, raw...)
	return nil
}
