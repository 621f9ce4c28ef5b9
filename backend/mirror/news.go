package mirror

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// maxAlone is how many changed invoices are read one by one; more are read from
// their list.
const maxAlone = 4

// ask reads what is needed to make the cache equal to the API. Behind a gateway that
// knows of changes it asks for those first: often there are none, or one invoice.
// The version is read before what it stands for, so that a change meanwhile makes
// it an old one.
func ask(ctx context.Context, source Source, known known, report *Report) (stripeapi.News, sqlite.Pulled, error) {
	since := known.marks.Version
	if source.Through {
		ctx = stripeapi.Through(ctx)
	}
	if source.Through || report.Full {
		since = ""
	}
	news, err := source.API.News(ctx, since)
	if err != nil || news.Same {
		return news, sqlite.Pulled{}, err
	}
	if source.Patient && since != "" && !news.Known {
		if report.PutOff = news.Spread; report.PutOff > 0 {
			return news, sqlite.Pulled{}, nil
		}
	}
	told := &teller{tell: source.Progress}
	defer told.step("saving")
	if ids, ok := invoicesAlone(news); ok {
		pulled, err := readAlone(ctx, source, known, ids)
		return news, pulled, err
	}
	pulled, err := read(ctx, source, known, report.Full, told)
	if err == nil && !report.Full && pulled.Customer.ID != known.Customer.ID {
		// The file is of somebody else's billing: nothing in it holds any more.
		report.Full = true
		pulled, err = read(ctx, source, known, true, told)
	}
	return news, pulled, err
}

// invoicesAlone gives the invoices that changed, where nothing else did.
func invoicesAlone(news stripeapi.News) (ids []string, ok bool) {
	if !news.Known || len(news.Changed) == 0 {
		return nil, false
	}
	for _, change := range news.Changed {
		if change.Object != "invoice" || change.ID == "" {
			return nil, false
		}
		if !slices.Contains(ids, change.ID) {
			ids = append(ids, change.ID)
		}
	}
	return ids, len(ids) <= maxAlone
}

// readAlone asks for these invoices and for nothing else.
func readAlone(ctx context.Context, source Source, known known, ids []string) (sqlite.Pulled, error) {
	r := &reading{
		source: source, known: known, told: &teller{}, listed: map[string]bool{}, upcoming: map[string]*billing.Upcoming{},
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, id := range ids {
		group.Go(func() error { return r.readInvoice(ctx, id) })
	}
	err := group.Wait()
	r.pulled.Alone = true
	return r.pulled, err
}

// readPolicy asks a gateway what only the vendor knows.
func (r *reading) readPolicy(ctx context.Context) error {
	policy, err := r.source.API.Policy(ctx)
	if err == nil {
		r.keep(func() { r.pulled.Policy = &policy })
	}
	return err
}
