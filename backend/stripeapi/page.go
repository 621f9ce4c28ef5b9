package stripeapi

import (
	"context"
	"errors"
	"net/url"

	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
	"billfold/backend/stripewire"
)

// wireObject is an object on the wire.
type wireObject interface {
	// key is its id.
	key() string
	// prove fails unless it is whole, of the right kind, and the customer's.
	prove(customer string) error
}

// wirePage is one page of a list. Pointers tell what is missing from what is
// empty: only a list that says it is complete may lead to deletions.
type wirePage[T any] struct {
	Object  string `json:"object"`
	Data    []T    `json:"data"`
	HasMore *bool  `json:"has_more"`
}

func (p wirePage[T]) check() error {
	if p.Object != "list" || p.Data == nil || p.HasMore == nil {
		return unreadable(errors.New("a list that is none"))
	}
	return nil
}

// skimmed is what has to be known of a page before the next can be asked for.
type skimmed struct {
	Object  string `json:"object"`
	HasMore *bool  `json:"has_more"`
	Data    []struct {
		ID      string `json:"id"`
		Created int64  `json:"created"`
	} `json:"data"`
}

const (
	pageSize = stripewire.MaxPage
	// maxPages ends a list that never ends: after 200,000 objects.
	maxPages = 2000
)

// listing is one list to be read.
type listing struct {
	path  string
	query url.Values
	// until ends the reading at the first page that reaches objects created
	// before; it is for endpoints without such a filter. 0 reads on to the end.
	until billing.Time
}

// readList reads all pages of a list in order and hands each to take, which runs
// while the next page is fetched. Each object is handed over once, whole and the
// customer's; the error is nil only when the list was read to its end.
func readList[T any, P interface {
	*T
	wireObject
}](ctx context.Context, c *Client, from listing, take func(context.Context, []T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	fetched := make(chan *answer, 1)
	group.Go(func() error {
		defer close(fetched)
		return c.fetchPages(ctx, from, fetched)
	})
	group.Go(func() error {
		seen := map[string]bool{}
		for page := range fetched {
			objects, err := readPage[T, P](page, c.customer, seen)
			if err != nil {
				return err
			}
			if err := take(ctx, objects); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// collect reads a list that is small enough to be held whole.
func collect[T any, P interface {
	*T
	wireObject
}](ctx context.Context, c *Client, from listing) ([]T, error) {
	var all []T
	err := readList[T, P](ctx, c, from, func(_ context.Context, page []T) error {
		all = append(all, page...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// fetchPages asks for page after page and sends them on unread. It is never more
// than two pages ahead of the reader.
func (c *Client) fetchPages(ctx context.Context, from listing, fetched chan<- *answer) error {
	for range maxPages {
		page, err := c.get(ctx, from.path, from.query)
		if err != nil {
			return err
		}
		next, err := cursorAfter(page.body, from.until)
		if err != nil {
			return err
		}
		select {
		case fetched <- page:
		case <-ctx.Done():
			return stopped(ctx.Err())
		}
		if next == "" {
			return nil
		}
		from.query.Set("starting_after", next)
	}
	return unreadable(errors.New("a list without an end"))
}

// cursorAfter gives the id to go on after, or "" when this is the last page that
// is wanted.
func cursorAfter(body []byte, until billing.Time) (string, error) {
	var page skimmed
	if err := decode(body, &page); err != nil {
		return "", err
	}
	if page.Object != "list" || page.HasMore == nil {
		return "", unreadable(errors.New("a list that is none"))
	}
	if !*page.HasMore {
		return "", nil
	}
	if len(page.Data) == 0 {
		return "", unreadable(errors.New("an empty page that promises more"))
	}
	last := page.Data[len(page.Data)-1]
	if last.ID == "" {
		return "", unreadable(errors.New("a page whose last object has no id"))
	}
	if until.Known() && billing.Time(last.Created) < until {
		return "", nil
	}
	return last.ID, nil
}

// readPage decodes a page and proves every object in it. seen holds the ids of
// the pages before: an object that comes twice means that the cursor did not
// move, or that the list is not to be trusted.
func readPage[T any, P interface {
	*T
	wireObject
}](page *answer, customer string, seen map[string]bool) ([]T, error) {
	if err := noForeign(page.body, customer); err != nil {
		return nil, err
	}
	var read wirePage[T]
	if err := decode(page.body, &read); err != nil {
		return nil, err
	}
	if err := read.check(); err != nil {
		return nil, err
	}
	for i := range read.Data {
		object := P(&read.Data[i])
		if err := object.prove(customer); err != nil {
			return nil, err
		}
		if seen[object.key()] {
			return nil, unreadable(errors.New("an object that comes twice in one list"))
		}
		seen[object.key()] = true
	}
	page.accept()
	return read.Data, nil
}

// retrieve reads one object.
func retrieve[T any, P interface {
	*T
	wireObject
}](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	var none T
	got, err := c.get(ctx, path, query)
	if err != nil {
		return none, err
	}
	return readObject[T, P](got, c.customer)
}

// readObject reads the one object of an answer, and proves it.
func readObject[T any, P interface {
	*T
	wireObject
}](got *answer, customer string) (T, error) {
	var none, read T
	if err := noForeign(got.body, customer); err != nil {
		return none, err
	}
	if err := decode(got.body, &read); err != nil {
		return none, err
	}
	if err := P(&read).prove(customer); err != nil {
		return none, err
	}
	got.accept()
	return read, nil
}
