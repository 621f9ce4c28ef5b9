package scope

import "bytes"

// pass steps over a field that stays behind, and looks through it all the same.
// Metadata are the merchant's own notes, and may say anything under any name.
func (r *release) pass(name []byte) error {
	switch string(name) {
	case "metadata":
		return r.ignore()
	case "customer":
		return r.passOwner()
	}
	return r.look()
}

func (r *release) look() error {
	switch r.next() {
	case '{':
		return r.lookInside()
	case '[':
		return r.elements(r.look)
	}
	_, err := r.scalar()
	return err
}

func (r *release) lookInside() error {
	isCustomer, isOther := false, false
	err := r.members(func() error {
		name, err := r.name()
		if err != nil {
			return err
		}
		from := r.at
		if err := r.pass(name); err != nil {
			return err
		}
		value := bytes.TrimSpace(r.in[from:r.at])
		isCustomer = isCustomer || string(name) == "object" && string(value) == `"customer"`
		isOther = isOther || string(name) == "id" && !bytes.Equal(value, r.own)
		return nil
	})
	if isCustomer && isOther {
		r.foreign = true
	}
	return err
}

// passOwner steps over a customer, who must be this one.
func (r *release) passOwner() error {
	switch r.next() {
	case '{':
		return r.lookInside()
	case '[':
		r.foreign = true
		return r.look()
	}
	raw, err := r.scalar()
	if err == nil && string(raw) != "null" && !bytes.Equal(raw, r.own) {
		r.foreign = true
	}
	return err
}

func (r *release) ignore() error {
	switch r.next() {
	case '{':
		return r.members(func() error {
			if _, err := r.name(); err != nil {
				return err
			}
			return r.ignore()
		})
	case '[':
		return r.elements(r.ignore)
	}
	_, err := r.scalar()
	return err
}
