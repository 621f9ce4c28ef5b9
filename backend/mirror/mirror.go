// Package mirror makes the cache equal to the API.
//
// No list of Stripe's can be asked for what was updated since, and events cannot
// be asked for by customer. So a pull reads the small sets whole, the invoices
// and payments from a little before the newest that is known, every invoice that
// was not settled, and those that a payment or a credit note has touched; once a
// week it reads everything, and only then is anything taken for deleted because
// it is absent. Nothing is written unless all of it was read.
package mirror

import (
	"context"
	"fmt"
	"time"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// Source is what a pull works with.
type Source struct {
	API   *stripeapi.Client
	Cache *sqlite.Cache
	// Through reads past what a gateway heard: after somebody was at the hosted pages
	// it may not have heard of that yet.
	Through bool
	// Patient is for a pull that nobody waits for: where a gateway asks that pulls in
	// full be spread, nothing is read, and Report.PutOff says so.
	Patient bool
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Progress hears how it goes, one call at a time; nil is nobody. It must not
	// block.
	Progress func(Progress)
}

// Report says what a pull did.
type Report struct {
	// Full tells whether everything was read.
	Full bool
	// Requests and BytesIn are what it cost.
	Requests, BytesIn int64
	// Invoices counts those that were read.
	Invoices int
	// PutOff is over how long the pull is to be spread that was not made; 0 when it was.
	PutOff time.Duration
	// Changed tells whether the cache holds anything else now than before.
	Changed  bool
	SyncedAt billing.Time
}

const (
	// overlap is how far before the newest invoice, payment and credit note a pull
	// begins. A month and a few days: the last bill of a monthly subscription, with
	// its payment, is always read again, so that a refund of it is seen at once.
	// Over ten years that is 1 % of what there is.
	overlap = 35 * 24 * 60 * 60
	// overlapOfClocks is how far this machine's clock may be ahead of the server's.
	overlapOfClocks = 60 * 60
	// sweepEvery is the longest time between two pulls of everything, which alone
	// see what changed on older payments and what was deleted.
	sweepEvery = 7 * 24 * time.Hour
)

// Pull makes the cache equal to the API. It reads everything when full is true,
// and also when the last time that was done is unknown or a week ago. On an error
// the cache is as it was; the error is the first cause. CodeBusy says that
// another pull into the same file is under way, in this process or another.
func Pull(ctx context.Context, source Source, full bool) (Report, error) {
	unlock, err := lock(source.Cache.Path())
	if err != nil {
		return Report{}, err
	}
	defer unlock()
	if source.Now == nil {
		source.Now = time.Now
	}
	report, err := pull(ctx, source, full)
	if err != nil {
		return report, fmt.Errorf("pull: %w", err)
	}
	return report, nil
}

func pull(ctx context.Context, source Source, full bool) (Report, error) {
	before := source.API.Traffic()
	report := Report{SyncedAt: billing.At(source.Now())}
	known, err := readKnown(ctx, source.Cache)
	if ctx.Err() != nil {
		return report, err
	}
	// What cannot be read any more is read anew, all of it.
	report.Full = full || err != nil || due(known.marks.FullAt, report.SyncedAt)
	news, pulled, err := ask(ctx, source, known, &report)
	after := source.API.Traffic()
	report.Requests, report.BytesIn = after.Requests-before.Requests, after.BytesIn-before.BytesIn
	if err != nil {
		return report, err
	}
	if report.PutOff > 0 {
		return report, nil
	}
	if news.Same {
		source.Cache.Confirm(report.SyncedAt)
		return report, nil
	}
	report.Invoices = len(pulled.Invoices)
	pulled.At, pulled.Full, pulled.Version = report.SyncedAt, report.Full, news.Version
	if err := source.Cache.Write(ctx, pulled); err != nil {
		return report, err
	}
	marks, err := source.Cache.Marks(ctx)
	report.Changed = marks.Revision != known.marks.Revision
	return report, err
}

// due tells whether everything has to be read again. A last time that lies in the
// future comes from a clock that was wrong, and proves nothing.
func due(fullAt, now billing.Time) bool {
	return !fullAt.Known() || fullAt > now || now-fullAt >= billing.Time(sweepEvery/time.Second)
}

// known is what the cache held before the pull.
type known struct {
	billing.Account
	marks sqlite.Marks
}

func readKnown(ctx context.Context, cache *sqlite.Cache) (known, error) {
	account, err := cache.Account(ctx)
	if err != nil {
		return known{}, err
	}
	marks, err := cache.Marks(ctx)
	return known{Account: account, marks: marks}, err
}

// since is where the reading of a list begins: unknown when all of it is wanted.
func since(newest billing.Time, full bool) billing.Time {
	if full || newest <= overlap {
		return 0
	}
	return newest - overlap
}
