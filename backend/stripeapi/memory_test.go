package stripeapi_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// tagged answers 304 whenever it is asked with the tag it gave.
type tagged struct {
	body        any
	conditional atomic.Int64
}

func (s *tagged) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("If-None-Match") == `"v1"` {
		s.conditional.Add(1)
		w.Header().Set("Etag", `"v1"`)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Etag", `"v1"`)
	reply(w, http.StatusOK, s.body)
}

func TestNotModified(t *testing.T) {
	t.Run("gives the validated answer again", func(t *testing.T) {
		server := &tagged{body: page(false, taxID(t, "txi_1"))}
		client := MustClient(t, MustServe(t, server.ServeHTTP).URL, nil)
		first, err := client.TaxIDs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		second, err := client.TaxIDs(t.Context())
		if err != nil || !slices.Equal(first, second) || len(second) != 1 || server.conditional.Load() != 1 {
			t.Errorf("%v, %v after %d conditional requests", second, err, server.conditional.Load())
		}
	})
	for name, body := range map[string]any{
		"undecodable answer is never replayed": "null",
		"foreign answer is never replayed":     page(false, with(taxID(t, "txi_1"), object{"customer": theirs})),
	} {
		t.Run(name, func(t *testing.T) {
			server := &tagged{body: body}
			client := MustClient(t, MustServe(t, server.ServeHTTP).URL, nil)
			if _, err := client.TaxIDs(t.Context()); err == nil {
				t.Fatal("no error")
			}
			server.body = page(false, taxID(t, "txi_1"))
			got, err := client.TaxIDs(t.Context())
			if err != nil || len(got) != 1 || server.conditional.Load() != 0 {
				t.Errorf("%v, %v after %d conditional requests", got, err, server.conditional.Load())
			}
		})
	}
	t.Run("answer without a tag is not kept", func(t *testing.T) {
		var conditional atomic.Int64
		client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match") != "" {
				conditional.Add(1)
			}
			reply(w, http.StatusOK, page(false))
		}).URL, nil)
		for range 2 {
			if _, err := client.TaxIDs(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if conditional.Load() != 0 {
			t.Error("asked with a condition")
		}
	})
}

// 200 answers of 400 KB, asked for twice: what is kept stays within 4 MiB, so
// most of the second round cannot be conditional.
func TestKeptAnswersAreBounded(t *testing.T) {
	invoice := with(MustFixture(t, "invoice"), object{"description": strings.Repeat("x", 400<<10)})
	var conditional atomic.Int64
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			conditional.Add(1)
		}
		w.Header().Set("Etag", `"v1"`)
		reply(w, http.StatusOK, with(invoice, object{"id": filepath.Base(r.URL.Path)}))
	}).URL, nil)
	for round := range 2 {
		for i := range 40 {
			n := i
			if round == 1 {
				n = 39 - i // latest first, so that what is kept is found
			}
			if _, err := client.Invoice(t.Context(), fmt.Sprint("in_", n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := conditional.Load(); got == 0 || got > 11 {
		t.Errorf("%d answers were kept", got)
	}
}

func TestLargeAnswersAreNotKept(t *testing.T) {
	server := &tagged{body: with(MustFixture(t, "invoice"), object{"id": "in_1", "description": strings.Repeat("x", 600<<10)})}
	client := MustClient(t, MustServe(t, server.ServeHTTP).URL, nil)
	for range 2 {
		if _, err := client.Invoice(t.Context(), "in_1"); err != nil {
			t.Fatal(err)
		}
	}
	if server.conditional.Load() != 0 {
		t.Error("it was kept")
	}
}
