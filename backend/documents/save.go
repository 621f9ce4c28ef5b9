package documents

import (
	"context"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
)

// sideBySide is how many documents are on their way at once. As many links are
// asked for meanwhile, so that a download never waits for one.
const sideBySide = 4

// Save fetches the documents that are not saved, or stale, or whose file is gone;
// the others are counted as unchanged. A document that fails is told of in the
// outcome and keeps no other from being saved; the error is what stood in the way
// of all. What was fetched until then is kept. tell, which may be nil, hears how it
// goes, from one goroutine at a time.
func (v *Vault) Save(ctx context.Context, documents []billing.Document, tell func(Progress)) (Progress, error) {
	r, err := v.begin(ctx, tell)
	if err != nil {
		return Progress{}, err
	}
	defer r.end()
	return r.outcome(r.work(ctx, r.wanted(documents)))
}

// run is one run over the folder.
type run struct {
	vault *Vault
	root  *os.Root
	rest  *rest
	saved map[billing.DocumentRef][]billing.SavedDocument
	// taken are the names that are listed or given in this run, in lower case: on
	// some disks there is no other.
	taken map[string]bool
	// aside are documents whose altered file is to be set aside.
	aside map[billing.DocumentRef]billing.SavedDocument

	mu       sync.Mutex
	progress Progress
	tell     func(Progress)
}

// begin opens the folder, and cleans up after a run that was killed.
func (v *Vault) begin(ctx context.Context, tell func(Progress)) (*run, error) {
	root, err := v.openFolder()
	if err != nil {
		return nil, err
	}
	r := &run{vault: v, root: root, tell: tell, taken: map[string]bool{}, aside: map[billing.DocumentRef]billing.SavedDocument{}}
	r.rest = &rest{vault: v, tell: func(until billing.Time) { r.note(func(p *Progress) { p.WaitingUntil = until }) }}
	if err := r.look(ctx); err != nil {
		_ = root.Close()
		return nil, err
	}
	return r, nil
}

func (r *run) look(ctx context.Context) error {
	if err := r.vault.sweep(r.root); err != nil {
		return err
	}
	if err := r.vault.recover(ctx); err != nil {
		return err
	}
	saved, err := r.vault.Index.List(ctx)
	if err != nil {
		return err
	}
	for _, version := range saved {
		if version.Folder == r.vault.Folder {
			r.taken[strings.ToLower(version.File)] = true
		}
	}
	r.saved = ByRef(saved)
	return nil
}

func (r *run) end() { _ = r.root.Close() }

func (r *run) outcome(err error) (Progress, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.WaitingUntil = 0
	return r.progress, err
}

// note changes the progress and tells of it.
func (r *run) note(change func(*Progress)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.progress)
	if r.tell != nil {
		r.tell(r.progress)
	}
}

func (r *run) fail(document billing.Document, err error) {
	r.note(func(p *Progress) {
		p.Done++
		p.Failed++
		p.Failures = append(p.Failures, Failure{document, err})
	})
}

// wanted are the documents that have to be fetched, each once.
func (r *run) wanted(documents []billing.Document) []billing.Document {
	var wanted []billing.Document
	seen := map[billing.DocumentRef]bool{}
	unchanged := 0
	for _, document := range documents {
		switch {
		case seen[document.DocumentRef]:
			continue
		case !r.vault.Again && StateOf(document, r.saved[document.DocumentRef]) == billing.DocumentSaved:
			unchanged++
		default:
			wanted = append(wanted, document)
		}
		seen[document.DocumentRef] = true
	}
	r.note(func(p *Progress) { p.Total, p.Done, p.Unchanged = len(seen), unchanged, unchanged })
	return wanted
}

// linked is a document with a link to it.
type linked struct {
	billing.Document
	link string
}

// arrival is a document that came, whole and checked. Its bytes are in a temporary
// file, or nowhere when they are those that are saved already.
type arrival struct {
	billing.Document
	temporary string
	sum       string
	size      int64
}

// work asks for links, follows them, and gives files their names, all at once.
func (r *run) work(ctx context.Context, wanted []billing.Document) error {
	if len(wanted) == 0 {
		return nil
	}
	if r.vault.Link == nil || r.vault.Fetcher == nil {
		return billing.NewError(billing.CodeOffline, "There is no connection to fetch documents over.", nil)
	}
	links, arrived := make(chan linked, sideBySide), make(chan arrival, batchSize)
	group, within := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(links)
		return r.linkAll(within, wanted, links)
	})
	group.Go(func() error {
		defer close(arrived)
		return r.fetchAll(within, links, arrived)
	})
	// What has arrived is kept also when the run is stopped.
	group.Go(func() error { return r.keepAll(context.WithoutCancel(ctx), arrived) })
	err := group.Wait()
	if ctx.Err() != nil {
		return stopped(ctx.Err())
	}
	return err
}

func (r *run) linkAll(ctx context.Context, wanted []billing.Document, links chan<- linked) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(sideBySide)
	for _, document := range wanted {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			link, err := r.link(ctx, document.DocumentRef)
			if err != nil {
				return r.judge(document, err)
			}
			select {
			case links <- linked{document, link}:
				return nil
			case <-ctx.Done():
				return stopped(ctx.Err())
			}
		})
	}
	return group.Wait()
}

// judge notes the failure of one document, or gives it on when it is that of all.
func (r *run) judge(document billing.Document, err error) error {
	if endsAll(err) {
		return err
	}
	r.fail(document, err)
	return nil
}

// link asks for a fresh link, and again while the server wants to rest.
func (r *run) link(ctx context.Context, of billing.DocumentRef) (string, error) {
	for try := 1; ; try++ {
		if err := r.rest.take(ctx); err != nil {
			return "", err
		}
		link, err := r.vault.Link(ctx, of)
		help, after := remedyFor(err)
		if err == nil || help != laterOn || try == mostTries {
			return link, err
		}
		r.rest.ask(pauseAfter(try, after))
	}
}

func (r *run) fetchAll(ctx context.Context, links <-chan linked, arrived chan<- arrival) error {
	group, ctx := errgroup.WithContext(ctx)
	for range sideBySide {
		group.Go(func() error {
			for item := range links {
				got, err := r.fetch(ctx, item)
				if err != nil {
					err = r.judge(item.Document, err)
				} else {
					// keepAll takes all that comes, so that this never waits for long.
					arrived <- got
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// fetch follows a link, tries what may help when that fails, and puts what came
// into a temporary file.
func (r *run) fetch(ctx context.Context, item linked) (arrival, error) {
	body, err := r.download(ctx, item)
	if err != nil {
		return arrival{}, err
	}
	r.note(func(p *Progress) { p.Bytes += int64(len(body)) })
	got := arrival{Document: item.Document, sum: sumOf(body), size: int64(len(body))}
	if newest, any := Newest(r.saved[item.DocumentRef]); any && newest.SHA256 == got.sum && r.aside[item.DocumentRef].File == "" && Present(newest) {
		return got, nil
	}
	got.temporary, err = r.vault.writeTemporary(r.root, body)
	return got, err
}

func (r *run) download(ctx context.Context, item linked) ([]byte, error) {
	link, renewed := item.link, false
	for try := 1; ; try++ {
		if err := r.rest.take(ctx); err != nil {
			return nil, err
		}
		body, err := r.vault.Fetcher.Fetch(ctx, item.Kind, link)
		help, after := remedyFor(err)
		switch {
		case err == nil:
			return body, nil
		case help == laterOn && try < mostTries:
			err = r.pause(ctx, err, pauseAfter(try, after))
		case help == freshLink && !renewed:
			renewed, err = true, nil
		}
		if err != nil {
			return nil, err
		}
		if link, err = r.link(ctx, item.DocumentRef); err != nil {
			return nil, err
		}
	}
}

// pause holds every request back where the server asked for that, else this one.
func (r *run) pause(ctx context.Context, err error, d time.Duration) error {
	if _, asked := remedyFor(err); asked > 0 || billing.CodeOf(err) == billing.CodeRateLimited {
		r.rest.ask(d)
		return nil
	}
	if err := r.vault.wait(ctx, d); err != nil {
		return stopped(err)
	}
	return nil
}
