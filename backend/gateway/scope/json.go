package scope

import (
	"encoding/json"
	"errors"
)

// errJSON is any text that is not one JSON value. It quotes nothing.
var errJSON = errors.New("the answer is not JSON")

// maxDepth bounds the nesting of an answer; the deepest in use has about ten.
const maxDepth = 64

// scanner goes through one JSON text, strictly and once.
type scanner struct {
	in    []byte
	at    int
	depth int
}

func (s *scanner) space() {
	for s.at < len(s.in) {
		switch s.in[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// next is the first byte of what comes, white space aside; 0 at the end.
func (s *scanner) next() byte {
	s.space()
	if s.at == len(s.in) {
		return 0
	}
	return s.in[s.at]
}

// take steps over a byte that has to come.
func (s *scanner) take(want byte) error {
	if s.next() != want {
		return errJSON
	}
	s.at++
	return nil
}

// text reads a string and gives it as it is written, with its quotes.
func (s *scanner) text() (raw []byte, escaped bool, err error) {
	if s.next() != '"' {
		return nil, false, errJSON
	}
	from := s.at
	for s.at++; s.at < len(s.in); s.at++ {
		switch c := s.in[s.at]; {
		case c == '"':
			s.at++
			return s.in[from:s.at], escaped, nil
		case c < ' ':
			return nil, false, errJSON
		case c == '\\':
			escaped = true
			if err := s.escape(); err != nil {
				return nil, false, err
			}
		}
	}
	return nil, false, errJSON
}

// escape steps from a backslash to the last byte of what it begins.
func (s *scanner) escape() error {
	s.at++
	if s.at == len(s.in) {
		return errJSON
	}
	switch s.in[s.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			s.at++
			if s.at == len(s.in) || !isHex(s.in[s.at]) {
				return errJSON
			}
		}
		return nil
	}
	return errJSON
}

func isHex(c byte) bool {
	return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// scalar reads a string, a number, true, false or null as it is written.
func (s *scanner) scalar() (raw []byte, err error) {
	switch c := s.next(); {
	case c == '"':
		raw, _, err = s.text()
		return raw, err
	case c == '-' || isDigit(c):
		return s.number()
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == 'n':
		return s.word("null")
	}
	return nil, errJSON
}

func (s *scanner) word(want string) ([]byte, error) {
	end := s.at + len(want)
	if end > len(s.in) || string(s.in[s.at:end]) != want {
		return nil, errJSON
	}
	raw := s.in[s.at:end]
	s.at = end
	return raw, nil
}

func (s *scanner) number() ([]byte, error) {
	from := s.at
	s.skip('-')
	switch {
	case s.skip('0'):
	case s.digits() == 0:
		return nil, errJSON
	}
	if s.skip('.') && s.digits() == 0 {
		return nil, errJSON
	}
	if s.skip('e') || s.skip('E') {
		if !s.skip('+') {
			s.skip('-')
		}
		if s.digits() == 0 {
			return nil, errJSON
		}
	}
	return s.in[from:s.at], nil
}

func (s *scanner) skip(c byte) bool {
	if s.at < len(s.in) && s.in[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) digits() (count int) {
	for s.at < len(s.in) && isDigit(s.in[s.at]) {
		s.at++
		count++
	}
	return count
}

// elements walks over the elements of an array; each must read its own.
func (s *scanner) elements(each func() error) error {
	return s.sequence('[', ']', each)
}

// members walks over the members of an object; each must read a name and its
// value.
func (s *scanner) members(each func() error) error {
	return s.sequence('{', '}', each)
}

func (s *scanner) sequence(open, end byte, each func() error) error {
	if s.depth == maxDepth {
		return errJSON
	}
	if err := s.take(open); err != nil {
		return err
	}
	s.depth++
	defer func() { s.depth-- }()
	if s.next() == end {
		s.at++
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.at++
		case end:
			s.at++
			return nil
		default:
			return errJSON
		}
	}
}

// name reads the name of a member and the colon after it.
func (s *scanner) name() ([]byte, error) {
	raw, escaped, err := s.text()
	if err != nil {
		return nil, err
	}
	if err := s.take(':'); err != nil {
		return nil, err
	}
	return plain(raw, escaped)
}

// plain is what a string of JSON says.
func plain(raw []byte, escaped bool) ([]byte, error) {
	if !escaped {
		return raw[1 : len(raw)-1], nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, errJSON
	}
	return []byte(text), nil
}
