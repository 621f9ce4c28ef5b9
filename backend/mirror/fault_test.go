package mirror_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"reflect"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/mirror"
	"billfold/backend/sqlite"
)

// cutAfter ends every connection once the server has sent so many bytes.
func cutAfter(bytes int64) func(http.Handler) http.Handler {
	var left atomic.Int64
	left.Store(bytes)
	return func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inner.ServeHTTP(&cutWriter{ResponseWriter: w, left: &left}, r)
		})
	}
}

type cutWriter struct {
	http.ResponseWriter
	left *atomic.Int64
}

func (w *cutWriter) Write(body []byte) (int, error) {
	left := w.left.Add(-int64(len(body))) + int64(len(body))
	if left >= int64(len(body)) {
		return w.ResponseWriter.Write(body)
	}
	_, _ = w.ResponseWriter.Write(body[:max(left, 0)])
	if flusher, ok := w.ResponseWriter.(http.Flusher); ok {
		flusher.Flush()
	}
	panic(http.ErrAbortHandler)
}

func TestAPullThatIsCutOffWritesNothing(t *testing.T) {
	for name, prepare := range map[string]func(s *stage, cache *sqlite.Cache){
		"the first pull": func(*stage, *sqlite.Cache) {},
		"a later pull": func(s *stage, cache *sqlite.Cache) {
			mustPull(t, s.source(t, cache), false)
			s.clock.Add(60 * 24 * 60 * 60)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, cache := MustStage(t, "active"), MustCache(t)
			prepare(s, cache)
			before, marks := pictureOf(t, cache), mustMarks(t, cache)
			fresh := MustCache(t)
			whole := mustPull(t, s.source(t, fresh), true).BytesIn
			for range 40 {
				at := rand.Int64N(whole)
				remove := s.with(cutAfter(at))
				_, err := mirror.Pull(t.Context(), s.source(t, cache), true)
				remove()
				if code := billing.CodeOf(err); code != billing.CodeUnavailable && code != billing.CodeOffline {
					t.Fatalf("cut after %d of %d bytes, the error is %v", at, whole, err)
				}
				if mustMarks(t, cache) != marks || !reflect.DeepEqual(pictureOf(t, cache), before) {
					t.Fatalf("cut after %d of %d bytes, something was written", at, whole)
				}
			}
			mustPull(t, s.source(t, cache), true)
			if !reflect.DeepEqual(pictureOf(t, cache), pictureOf(t, fresh)) {
				t.Error("the pull after the cuts did not make it whole")
			}
		})
	}
}

func TestTheErrorIsTheCause(t *testing.T) {
	status := func(code int) func(http.Handler) http.Handler {
		return func(inner http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/v1/invoices" {
					inner.ServeHTTP(w, r)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(code)
				_, _ = w.Write([]byte(`{"error": {"type": "invalid_request_error"}}`))
			})
		}
	}
	for code, want := range map[int]billing.Code{
		http.StatusUnauthorized: billing.CodeSignedOut, http.StatusForbidden: billing.CodeForbidden,
		http.StatusNotFound: billing.CodeNotFound, http.StatusTooManyRequests: billing.CodeRateLimited,
		http.StatusInternalServerError: billing.CodeUnavailable,
	} {
		t.Run(http.StatusText(code), func(t *testing.T) {
			s, cache := MustStage(t, "active"), MustCache(t)
			defer s.with(status(code))()
			if _, err := mirror.Pull(t.Context(), s.source(t, cache), false); billing.CodeOf(err) != want {
				t.Errorf("the error is %v", err)
			}
			if marks := mustMarks(t, cache); marks != (sqlite.Marks{}) {
				t.Errorf("the marks are %+v", marks)
			}
		})
	}
}

func TestAPullCanBeStopped(t *testing.T) {
	s, cache := MustStage(t, "active"), MustCache(t)
	ctx, stop := context.WithCancel(t.Context())
	defer s.with(func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			stop()
			<-r.Context().Done()
		})
	})()
	if _, err := mirror.Pull(ctx, s.source(t, cache), false); billing.CodeOf(err) != billing.CodeCanceled {
		t.Errorf("the error is %v", err)
	}
}

func mustMarks(t *testing.T, cache *sqlite.Cache) sqlite.Marks {
	t.Helper()
	marks, err := cache.Marks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return marks
}
