package mirror_test

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/mirror"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

func TestEveryScenarioIsPulledAndNothingNewChangesNothing(t *testing.T) {
	for scenario, invoices := range map[string]int{"active": 18, "new": 0, "many": 10_000, "hostile": 32} {
		t.Run(scenario, func(t *testing.T) {
			s, cache := MustStage(t, scenario), MustCache(t)
			source := s.source(t, cache)
			first := mustPull(t, source, false)
			if !first.Full || !first.Changed || first.Invoices != invoices || first.SyncedAt != started {
				t.Errorf("the first pull reports %+v", first)
			}
			account, err := cache.Account(t.Context())
			if err != nil || account.Customer.ID != s.Customer() {
				t.Fatalf("the account is %+v, %v", account.Customer, err)
			}
			s.clock.Add(5)
			again := mustPull(t, source, false)
			if again.Full || again.Changed || again.SyncedAt != started+5 {
				t.Errorf("the second pull reports %+v", again)
			}
			live := 0
			for _, subscription := range account.Subscriptions {
				if !subscription.Ended() {
					live++
				}
			}
			// Who has more than a page of the last weeks reads a second one of invoices
			// and of payments.
			recent := recentInvoices(t, cache)
			if limit := int64(8 + 2*(recent/100) + live + len(account.Unsettled)); again.Requests > limit {
				t.Errorf("%d requests with nothing new, at most %d are needed", again.Requests, limit)
			}
			if share := int64(recent + 100); invoices >= 10_000 && again.BytesIn*10_000 > first.BytesIn*share {
				t.Errorf("%d bytes with nothing new, after %d, with %d invoices of late", again.BytesIn, first.BytesIn, recent)
			}
		})
	}
}

// recentInvoices counts those of the 35 days before the newest, which are read again:
// an invoice may change so long after it was made.
func recentInvoices(t *testing.T, cache *sqlite.Cache) (count int) {
	t.Helper()
	var newest billing.Time
	filter := billing.InvoiceFilter{Limit: 500}
	for {
		page, err := cache.Invoices(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range page.Rows { // the newest first
			newest = max(newest, one.CreatedAt)
			if one.CreatedAt < newest-35*24*60*60 {
				return count
			}
			count++
		}
		if filter.After = page.Next; page.Next == "" {
			return count
		}
	}
}

// The server holds every request until all are there: were one of them sent only after
// the answer to another, they would wait for ever.
func TestAnOrdinaryAccountTakesOneRound(t *testing.T) {
	s, cache := MustStage(t, "active"), MustCache(t)
	const expected = stripeapi.MaxConcurrent
	var together sync.WaitGroup
	together.Add(expected)
	var arrived atomic.Int64
	defer s.with(func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if arrived.Add(1) <= expected {
				together.Done()
			}
			together.Wait()
			inner.ServeHTTP(w, r)
		})
	})()
	if report := mustPull(t, s.source(t, cache), false); report.Requests != expected {
		t.Errorf("%d requests", report.Requests)
	}
	account, err := cache.Account(t.Context())
	if err != nil || len(account.Subscriptions) != 1 || account.Subscriptions[0].Upcoming == nil {
		t.Errorf("the preview is missing: %+v, %v", account.Subscriptions, err)
	}
}

func TestEverythingIsReadAgainAfterAWeek(t *testing.T) {
	s, cache := MustStage(t, "active"), MustCache(t)
	source := s.source(t, cache)
	mustPull(t, source, false)
	s.clock.Add(int64((7*24*time.Hour - time.Second) / time.Second))
	if report := mustPull(t, source, false); report.Full {
		t.Error("everything was read too early")
	}
	s.clock.Add(1)
	if report := mustPull(t, source, false); !report.Full {
		t.Error("not everything was read")
	}
	if report := mustPull(t, source, true); !report.Full {
		t.Error("not everything was read on demand")
	}
}

func TestADeletedCustomerStaysReadable(t *testing.T) {
	s, cache := MustStage(t, "active"), MustCache(t)
	source := s.source(t, cache)
	mustPull(t, source, false)
	before := pictureOf(t, cache)
	s.must(t, http.MethodDelete, "/v1/customers/"+s.Customer(), nil)
	if report := mustPull(t, source, true); !report.Changed {
		t.Error("it went unnoticed")
	}
	before.Account.Customer.Deleted = true
	if after := pictureOf(t, cache); !reflect.DeepEqual(before, after) {
		t.Error("something was lost")
	}
}

func TestADeletedDraftGoes(t *testing.T) {
	s, cache := MustStage(t, "active"), MustCache(t)
	source := s.source(t, cache)
	draft, _ := s.must(t, http.MethodPost, "/v1/invoices", url.Values{
		"customer": {s.Customer()}, "auto_advance": {"false"},
	})["id"].(string)
	mustPull(t, source, false)
	if _, err := cache.Invoice(t.Context(), draft); err != nil {
		t.Fatal(err)
	}
	s.must(t, http.MethodDelete, "/v1/invoices/"+draft, nil)
	if report := mustPull(t, source, false); report.Full {
		t.Fatal("the pull was a full one")
	}
	if _, err := cache.Invoice(t.Context(), draft); billing.CodeOf(err) != billing.CodeNotFound {
		t.Errorf("the error is %v", err)
	}
}

func TestAFileOfAnotherCustomerIsReplaced(t *testing.T) {
	cache := MustCache(t)
	mustPull(t, MustStage(t, "hostile").source(t, cache), false)
	s := MustStage(t, "active")
	if report := mustPull(t, s.source(t, cache), false); !report.Full {
		t.Error("the pull was not a full one")
	}
	fresh := MustCache(t)
	mustPull(t, s.source(t, fresh), false)
	if !reflect.DeepEqual(pictureOf(t, cache), pictureOf(t, fresh)) {
		t.Error("something of the other customer is left")
	}
}

func TestASecondPullIsTurnedAwayWhileOneRuns(t *testing.T) {
	s, cache := MustStage(t, "active"), MustCache(t)
	other, err := sqlite.Open(t.Context(), cache.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	arrived, proceed := make(chan struct{}), make(chan struct{})
	var once sync.Once
	defer s.with(func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			once.Do(func() { close(arrived) })
			<-proceed
			inner.ServeHTTP(w, r)
		})
	})()
	outcome := make(chan error, 1)
	go func() {
		_, err := mirror.Pull(context.Background(), s.source(t, cache), false)
		outcome <- err
	}()
	<-arrived
	_, err = mirror.Pull(t.Context(), s.source(t, other), false)
	close(proceed)
	if billing.CodeOf(err) != billing.CodeBusy {
		t.Errorf("the error is %v", err)
	}
	if err := <-outcome; err != nil {
		t.Error(err)
	}
	mustPull(t, s.source(t, other), false)
}

func TestProgressComesInOrder(t *testing.T) {
	s, cache := MustStage(t, "hostile"), MustCache(t)
	source := s.source(t, cache)
	var steps []string
	done := 0
	source.Progress = func(p mirror.Progress) {
		if p.Done < done {
			t.Errorf("%d invoices after %d", p.Done, done)
		}
		done = p.Done
		if !slices.Contains(steps, p.Step) {
			steps = append(steps, p.Step)
		}
	}
	mustPull(t, source, false)
	if want := []string{"account", "invoices", "payments", "saving"}; !slices.Equal(steps, want) || done != 32 {
		t.Errorf("the steps were %v, %d invoices", steps, done)
	}
}
