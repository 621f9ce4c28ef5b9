package mirror_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"billfold/backend/mirror"
	"billfold/backend/stripeapi"
)

// TestPullThatNobodyWaitsForIsPutOffWhereEverybodyHasOne plays a gateway that lost
// what it knew: everybody has to read everything again.
func TestPullThatNobodyWaitsForIsPutOffWhereEverybodyHasOne(t *testing.T) {
	s := MustStage(t, "active")
	version := "e1.v1"
	var reads atomic.Int32
	s.with(func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/billfold/v1/version":
			case "/billfold/v1/policy":
				w.Header().Set("Content-Type", "application/json")
				_, _ = fmt.Fprint(w, `{"object":"billfold.policy"}`)
				return
			default:
				reads.Add(1)
				inner.ServeHTTP(w, r)
				return
			}
			w.Header().Set("ETag", `"`+version+`"`)
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"object":"billfold.version","version":%q,"changed":null,"spread_seconds":60}`, version)
		})
	})
	api, err := stripeapi.New(stripeapi.Config{
		URL: s.URL(), Customer: s.Customer(), Now: s.now, Transport: s.wire, Gateway: true,
		Token: func(context.Context) (string, error) { return s.Key(), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	cache := MustCache(t)
	pull := func(patient bool) mirror.Report {
		t.Helper()
		report, err := mirror.Pull(t.Context(), mirror.Source{API: api, Cache: cache, Now: s.now, Patient: patient}, false)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	if first := pull(true); first.PutOff != 0 || first.Invoices == 0 {
		t.Errorf("the first pull of all is put off: %+v", first)
	}
	version = "e2.v1"
	reads.Store(0)
	if put := pull(true); put.PutOff != time.Minute || put.Requests != 1 || reads.Load() != 0 || put.Changed {
		t.Errorf("a pull that nobody waits for: %+v, %d reads", put, reads.Load())
	}
	if marks, err := cache.Marks(t.Context()); err != nil || marks.Version != "e1.v1" {
		t.Errorf("what is kept counts as %q, %v", marks.Version, err)
	}
	if waited := pull(false); waited.PutOff != 0 || reads.Load() == 0 {
		t.Errorf("a pull that somebody waits for: %+v, %d reads", waited, reads.Load())
	}
	if marks, err := cache.Marks(t.Context()); err != nil || marks.Version != "e2.v1" {
		t.Errorf("what is kept counts as %q, %v", marks.Version, err)
	}
}
