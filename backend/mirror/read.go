package mirror

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// reading is a pull under way: what it was asked to do, and what came so far.
type reading struct {
	source Source
	known  known
	full   bool
	told   *teller

	mu       sync.Mutex // guards what follows while questions are out
	pulled   sqlite.Pulled
	listed   map[string]bool // invoices that came, or are known to be gone
	upcoming map[string]*billing.Upcoming
}

// errDeleted ends the reading of an account that the vendor removed.
var errDeleted = errors.New("the customer is deleted")

// read asks for all that can be known to be needed side by side, and then for
// what the answers show to be needed too. Of a customer who was deleted it gives
// that fact alone.
func read(ctx context.Context, source Source, known known, full bool, told *teller) (sqlite.Pulled, error) {
	r := &reading{
		source: source, known: known, full: full, told: told,
		listed: map[string]bool{}, upcoming: map[string]*billing.Upcoming{},
	}
	told.step("account")
	err := r.first(ctx)
	if r.pulled.Customer.Deleted && (errors.Is(err, errDeleted) || mayMeanDeleted(err)) {
		return sqlite.Pulled{Customer: r.pulled.Customer}, nil
	}
	if err == nil {
		err = r.second(ctx)
	}
	if err != nil {
		return sqlite.Pulled{}, err
	}
	for i := range r.pulled.Subscriptions {
		s := &r.pulled.Subscriptions[i]
		if s.Previewable() {
			s.Upcoming = r.upcoming[s.ID]
		}
	}
	return r.pulled, nil
}

// mayMeanDeleted tells whether a list may have failed because its customer is
// gone.
func mayMeanDeleted(err error) bool {
	code := billing.CodeOf(err)
	return code == billing.CodeNotFound || code == billing.CodeInvalid
}

// first asks for everything that does not hang on an answer. The client keeps
// the number of requests at once within its limit. The first failure ends the
// others; only the question for the customer goes on where its answer may be the
// reason.
func (r *reading) first(ctx context.Context) error {
	asking, stop := context.WithCancel(ctx)
	defer stop()
	group, within := errgroup.WithContext(ctx)
	group.Go(func() error { return r.readCustomer(asking) })
	ask := func(question func(context.Context) error) {
		group.Go(func() error {
			err := question(within)
			if err != nil && within.Err() == nil && !mayMeanDeleted(err) {
				stop()
			}
			return err
		})
	}
	ask(r.readInvoices)
	ask(r.readPayments)
	ask(r.readCreditNotes)
	ask(r.readSubscriptions)
	ask(r.readPaymentMethods)
	ask(r.readTaxIDs)
	for _, id := range r.expectedPreviews() {
		ask(func(ctx context.Context) error { return r.readPreview(ctx, id, true) })
	}
	for _, id := range r.oldUnsettled() {
		ask(func(ctx context.Context) error { return r.readInvoice(ctx, id) })
	}
	if r.full {
		ask(r.readPortal)
		ask(r.readBalance)
	}
	if r.source.API.Gateway() {
		ask(r.readPolicy)
	}
	return group.Wait()
}

// second asks for what the first answers have shown to be needed.
func (r *reading) second(ctx context.Context) error {
	touched, err := r.touchedInvoices(ctx)
	if err != nil {
		return err
	}
	previews := r.missingPreviews() // before anything that is asked changes the answer
	moved := r.balanceMoved()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(stripeapi.MaxConcurrent)
	for _, id := range previews {
		group.Go(func() error { return r.readPreview(ctx, id, false) })
	}
	for _, id := range touched {
		group.Go(func() error { return r.readInvoice(ctx, id) })
	}
	if moved && !r.full {
		group.Go(func() error { return r.readBalance(ctx) })
	}
	return group.Wait()
}

// keep changes what was pulled, one goroutine at a time.
func (r *reading) keep(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}
