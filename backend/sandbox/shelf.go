package sandbox

import (
	"net/http"
	"slices"

	"billfold/backend/stripewire"
)

// shelf keeps the objects of one kind in the order of their creation, which is
// the order of time, so that the newest-first order of Stripe's lists needs no
// sorting and a cursor is found by its place.
type shelf[T any] struct {
	kind  string // in words, for messages
	idOf  func(*T) string
	items []*T // nil where one was removed
	place map[string]int
}

func newShelf[T any](kind string, idOf func(*T) string) *shelf[T] {
	return &shelf[T]{kind: kind, idOf: idOf, place: map[string]int{}}
}

func (s *shelf[T]) add(o *T) *T {
	s.place[s.idOf(o)] = len(s.items)
	s.items = append(s.items, o)
	return o
}

func (s *shelf[T]) find(id string) *T {
	if at, ok := s.place[id]; ok {
		return s.items[at]
	}
	return nil
}

// fetch finds the object of an id in the path, or answers 404.
func (s *shelf[T]) fetch(id, param string) (*T, error) {
	if o := s.find(id); o != nil {
		return o, nil
	}
	return nil, stripewire.NoSuch(http.StatusNotFound, s.kind, id, param)
}

func (s *shelf[T]) remove(id string) {
	if at, ok := s.place[id]; ok {
		s.items[at] = nil
		delete(s.place, id)
	}
}

// newest is a page of those that keep wants, newest first.
func (s *shelf[T]) newest(p paging, keep func(*T) bool) ([]*T, bool, error) {
	last := len(s.items) - 1
	return pageOf(p, sequence[T]{
		kind: s.kind, count: len(s.items),
		at:    func(i int) *T { return s.items[last-i] },
		place: func(id string) (int, bool) { at, ok := s.place[id]; return last - at, ok },
	}, keep)
}

// paging is the part of a list that was asked for.
type paging struct {
	limit         int
	after, before string
}

// sequence is a list in the order in which it is shown. at may be nil for what
// is gone.
type sequence[T any] struct {
	kind  string
	count int
	at    func(int) *T
	place func(id string) (int, bool)
}

// inLine makes a sequence of a short slice.
func inLine[T any](kind string, items []*T, idOf func(*T) string) sequence[T] {
	return sequence[T]{
		kind: kind, count: len(items),
		at: func(i int) *T { return items[i] },
		place: func(id string) (int, bool) {
			for i, item := range items {
				if idOf(item) == id {
					return i, true
				}
			}
			return 0, false
		},
	}
}

// pageOf cuts a page out of a sequence: after the cursor, or the nearest before
// it. more tells whether the list goes on in that direction.
// Source: Stripe API reference, "Pagination".
func pageOf[T any](p paging, s sequence[T], keep func(*T) bool) (page []*T, more bool, err error) {
	start, step := 0, 1
	for _, cursor := range []struct{ id, param string }{{p.after, "starting_after"}, {p.before, "ending_before"}} {
		if cursor.id == "" {
			continue
		}
		at, ok := s.place(cursor.id)
		if !ok {
			return nil, false, stripewire.NoSuch(http.StatusBadRequest, s.kind, cursor.id, cursor.param)
		}
		start = at + 1
		if cursor.param == "ending_before" {
			start, step = at-1, -1
		}
	}
	for i := start; i >= 0 && i < s.count; i += step {
		item := s.at(i)
		if item == nil || !keep(item) {
			continue
		}
		if len(page) == p.limit {
			more = true
			break
		}
		page = append(page, item)
	}
	if step < 0 {
		slices.Reverse(page)
	}
	return page, more, nil
}
