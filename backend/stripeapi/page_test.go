package stripeapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

// shelf serves objects as Stripe pages them, newest first as they stand.
type shelf struct {
	objects []object
	// size of each page in turn, the last one for all further pages.
	sizes []int

	mu     sync.Mutex
	served int
	asked  []string
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	query := r.URL.Query()
	s.asked = append(s.asked, query.Get("starting_after"))
	from := 0
	if after := query.Get("starting_after"); after != "" {
		at := slices.IndexFunc(s.objects, func(o object) bool { return o["id"] == after })
		if at < 0 {
			reply(w, http.StatusBadRequest, refusal("invalid_request_error", "resource_missing"))
			return
		}
		from = at + 1
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		reply(w, http.StatusBadRequest, refusal("invalid_request_error", "parameter_invalid_integer"))
		return
	}
	if len(s.sizes) > 0 {
		limit = min(limit, s.sizes[min(s.served, len(s.sizes)-1)])
	}
	s.served++
	to := min(from+limit, len(s.objects))
	reply(w, http.StatusOK, page(to < len(s.objects), s.objects[from:to]...))
}

// pages counts those served so far; one that nobody waits for any more may still
// be on its way.
func (s *shelf) pages() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.served
}

// MustShelf makes n tax ids, paged by size.
func MustShelf(tb testing.TB, n int, sizes ...int) *shelf {
	tb.Helper()
	s := &shelf{sizes: sizes}
	for i := range n {
		s.objects = append(s.objects, taxID(tb, fmt.Sprint("txi_", i)))
	}
	return s
}

func TestAnyPagingGivesEachObjectOnceOrAnError(t *testing.T) {
	all := MustShelf(t, 60).objects
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "objects")
		sizes := rapid.SliceOfN(rapid.IntRange(1, 30), 1, 8).Draw(t, "page sizes")
		lie := rapid.SampledFrom([]string{"", "", "more", "none", "again", "cut"}).Draw(t, "lie")
		at := rapid.IntRange(0, 6).Draw(t, "page of the lie")
		server := httptest.NewServer(lying(&shelf{objects: all[:n], sizes: sizes}, lie, at))
		defer server.Close()
		client, err := stripeapi.New(stripeapi.Config{
			URL: server.URL, Customer: ours, Wait: new(pauses).Wait,
			Token: func(context.Context) (string, error) { return token, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.TaxIDs(context.Background())
		if err != nil {
			if got != nil {
				t.Fatalf("%d objects came with %v", len(got), err)
			}
			if lie == "" {
				t.Fatalf("an honest server gave %v", err)
			}
			return
		}
		seen := map[string]bool{}
		for _, taxID := range got {
			if taxID.ID == "" || seen[taxID.ID] {
				t.Fatalf("%q is empty or comes twice", taxID.ID)
			}
			seen[taxID.ID] = true
		}
		// Only a server that says "no more" too early can hide anything.
		if lie != "none" && len(got) != n {
			t.Fatalf("%d of %d objects", len(got), n)
		}
	})
}

// lying spoils one page: has_more turned on or off, the page before once more, or
// bytes missing at its end.
func lying(honest http.Handler, lie string, at int) http.Handler {
	var served int
	var before []byte
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record := httptest.NewRecorder()
		honest.ServeHTTP(record, r)
		body := record.Body.Bytes()
		if served == at {
			switch lie {
			case "more":
				body = bytes.Replace(body, []byte(`"has_more":false`), []byte(`"has_more":true`), 1)
			case "none":
				body = bytes.Replace(body, []byte(`"has_more":true`), []byte(`"has_more":false`), 1)
			case "again":
				if before != nil {
					body = before
				}
			case "cut":
				body = body[:len(body)/2]
			}
		}
		served, before = served+1, body
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(record.Code)
		_, _ = w.Write(body)
	})
}

// mutated changes bytes of a page at random: flips, cuts, repeats, nulls.
func mutated(t *rapid.T, body []byte) []byte {
	body = slices.Clone(body)
	for range rapid.IntRange(1, 6).Draw(t, "changes") {
		if len(body) == 0 {
			return body
		}
		at := rapid.IntRange(0, len(body)-1).Draw(t, "at")
		switch rapid.SampledFrom([]string{"byte", "cut", "repeat", "drop", "word"}).Draw(t, "change") {
		case "byte":
			body[at] = rapid.Byte().Draw(t, "byte")
		case "cut":
			body = body[:at]
		case "repeat":
			end := min(len(body), at+rapid.IntRange(1, 40).Draw(t, "length"))
			body = slices.Concat(body[:end], body[at:])
		case "drop":
			end := min(len(body), at+rapid.IntRange(1, 40).Draw(t, "length"))
			body = slices.Concat(body[:at], body[end:])
		case "word":
			word := rapid.SampledFrom([]string{"null", `""`, "[]", "{}", "1e999", "-9223372036854775809", `"\ud800"`, "\x00", "[[[["}).Draw(t, "word")
			body = slices.Concat(body[:at], []byte(word), body[at:])
		}
	}
	return body
}

func TestMutatedPagesNeverPanicAndNeverGiveAnEmptyID(t *testing.T) {
	for kind, read := range map[string]func([]byte, string) ([]string, error){
		"tax_id": stripeapi.ReadTaxIDPage, "invoice": stripeapi.ReadInvoicePage,
		"subscription": stripeapi.ReadSubscriptionPage, "charge": stripeapi.ReadChargePage,
	} {
		t.Run(kind, func(t *testing.T) {
			body, err := json.Marshal(page(false, MustFixture(t, kind), with(MustFixture(t, kind), object{"id": "xx_2", "items": page(false)})))
			if err != nil {
				t.Fatal(err)
			}
			if ids, err := read(body, ours); err != nil || len(ids) != 2 {
				t.Fatalf("whole page: %v, %v", ids, err)
			}
			rapid.Check(t, func(t *rapid.T) {
				body := mutated(t, body)
				ids, err := read(body, ours)
				if err != nil && ids != nil {
					t.Fatalf("%v came with %v", ids, err)
				}
				if slices.Contains(ids, "") {
					t.Fatal("an object without an id")
				}
				if cursor, err := stripeapi.Cursor(body); err != nil && cursor != "" {
					t.Fatalf("cursor %q came with %v", cursor, err)
				}
			})
		})
	}
}

func TestCursorOfAPageWithoutOneIsAnError(t *testing.T) {
	_, err := stripeapi.Cursor([]byte(`{"object":"list","has_more":true,"data":[{"id":"txi_1"},{"id":null}]}`))
	wantCode(t, err, billing.CodeNotStripe)
}

func TestInvoicesAreHandedOverPageByPageAndInOrder(t *testing.T) {
	s := &shelf{}
	for i := range 250 {
		s.objects = append(s.objects, with(MustFixture(t, "invoice"), object{"id": fmt.Sprint("in_", i)}))
	}
	var sizes []int
	var ids []string
	err := MustClient(t, MustServe(t, s.ServeHTTP).URL, nil).Invoices(t.Context(), 0, func(page []billing.Invoice) error {
		sizes = append(sizes, len(page))
		for _, invoice := range page {
			ids = append(ids, invoice.ID)
		}
		return nil
	})
	if err != nil || !slices.Equal(sizes, []int{100, 100, 50}) {
		t.Fatalf("%v, %v", sizes, err)
	}
	for i, id := range ids {
		if id != fmt.Sprint("in_", i) {
			t.Fatalf("invoice %d is %s", i, id)
		}
	}
}

// The next page has to be asked for before take returns, or this test never ends.
func TestNextPageIsFetchedWhileThisOneIsTaken(t *testing.T) {
	second := make(chan struct{})
	server := MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("starting_after") == "" {
			reply(w, http.StatusOK, page(true, with(MustFixture(t, "invoice"), object{"id": "in_1"})))
			return
		}
		close(second)
		reply(w, http.StatusOK, page(false, with(MustFixture(t, "invoice"), object{"id": "in_2"})))
	})
	taken := 0
	err := MustClient(t, server.URL, nil).Invoices(t.Context(), 0, func([]billing.Invoice) error {
		<-second
		taken++
		return nil
	})
	if err != nil || taken != 2 {
		t.Errorf("%d pages, %v", taken, err)
	}
}

// A reader that does not keep up must not make the client hold the whole list.
func TestNoMoreThanTwoPagesAhead(t *testing.T) {
	s := &shelf{sizes: []int{1}}
	for i := range 20 {
		s.objects = append(s.objects, with(MustFixture(t, "invoice"), object{"id": fmt.Sprint("in_", i)}))
	}
	taken := 0
	err := MustClient(t, MustServe(t, s.ServeHTTP).URL, nil).Invoices(t.Context(), 0, func([]billing.Invoice) error {
		taken++
		s.mu.Lock()
		defer s.mu.Unlock()
		// One read or waiting, one in the channel, one on its way.
		if ahead := s.served - taken; ahead > 3 {
			return fmt.Errorf("%d pages ahead", ahead)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestErrorOfTakeEndsTheReading(t *testing.T) {
	s := MustShelf(t, 0)
	for i := range 30 {
		s.objects = append(s.objects, with(MustFixture(t, "invoice"), object{"id": fmt.Sprint("in_", i)}))
	}
	s.sizes = []int{1}
	full := errors.New("disk full")
	err := MustClient(t, MustServe(t, s.ServeHTTP).URL, nil).Invoices(t.Context(), 0, func([]billing.Invoice) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if pages := s.pages(); pages > 4 {
		t.Errorf("%d pages were asked for", pages)
	}
}

func TestSinceIsSentAndCreditNotesStopAtIt(t *testing.T) {
	var query string
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.Query().Get("created[gte]")
		reply(w, http.StatusOK, page(false))
	}).URL, nil)
	if err := client.Invoices(t.Context(), 77, func([]billing.Invoice) error { return nil }); err != nil || query != "77" {
		t.Errorf("invoices: %q, %v", query, err)
	}
	if _, err := client.Payments(t.Context(), 78); err != nil || query != "78" {
		t.Errorf("payments: %q, %v", query, err)
	}
	s := &shelf{sizes: []int{2}}
	for i := range 10 {
		s.objects = append(s.objects, with(MustFixture(t, "credit_note"), object{"id": fmt.Sprint("cn_", i), "created": 1000 - i}))
	}
	notes, err := MustClient(t, MustServe(t, s.ServeHTTP).URL, nil).CreditNotes(t.Context(), 998)
	if err != nil || len(notes) != 3 || s.pages() != 2 {
		t.Errorf("%d credit notes in %d pages, %v", len(notes), s.pages(), err)
	}
}
