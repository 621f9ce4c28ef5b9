package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/goccy/go-json"
	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
	"billfold/backend/documents"
	"billfold/backend/sandbox"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

const (
	// savedPDFs is how many documents are saved each time.
	savedPDFs = 500
	// downloadsAtOnce is how many the bare downloader has on their way: as many as
	// the vault.
	downloadsAtOnce = 4
	// leastRate is the least rate of the vault, as a share of the bare downloader's.
	leastRate = 0.7
)

// measureDocuments saves PDFs from a sandbox, once as Billfold does, with a fresh
// link for each, all checks, and each file sure to be on the disk and listed, and
// once as plainly as can be: links from the list, four downloads at once, a file
// each. The second pair has the PDFs ready, so that drawing them takes no time: it
// shows what the links and the disk cost, and has no limit.
func measureDocuments(ctx context.Context) ([]row, error) {
	ready := &shelf{}
	running, err := sandbox.Start(ctx, sandbox.Options{Scenario: "many", Wrap: ready.wrap})
	if err != nil {
		return nil, err
	}
	defer func() { _ = running.Close() }()
	t := target{URL: running.URL(), Key: running.Key(), Customer: running.Customer()}
	wanted, err := newestInvoices(ctx, t)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, how := range []string{"from the sandbox", "kept ready by it"} {
		ready.open.Store(how == "kept ready by it")
		pair, err := compareDocuments(ctx, t, wanted, how)
		if err != nil {
			return nil, err
		}
		if ready.open.Load() {
			pair[1].limit, pair[1].over = "", false
		}
		rows = append(rows, pair...)
	}
	return rows, nil
}

func compareDocuments(ctx context.Context, t target, wanted []billing.Document, how string) ([]row, error) {
	var bare, ours time.Duration
	for range repeats {
		for _, way := range []struct {
			best *time.Duration
			save func(context.Context, target, []billing.Document) error
		}{{&bare, downloadBarely}, {&ours, saveWithBillfold}} { // in turn, so that a slow moment meets both
			took, err := inFolder(ctx, t, wanted, way.save)
			if err != nil {
				return nil, err
			}
			if *way.best == 0 || took < *way.best {
				*way.best = took
			}
		}
	}
	rate := bare.Seconds() / ours.Seconds()
	return []row{
		{figure: "500 PDFs, " + how + ": bare concurrent download", measured: perSecond(bare)},
		{
			figure: "500 PDFs, " + how + ": fetched, checked, synced, listed", measured: perSecond(ours) + fmt.Sprintf(" (%.2f x bare)", rate),
			limit: "0.70 x bare", over: rate < leastRate,
		},
	}, nil
}

// shelf keeps PDFs that were asked for once.
type shelf struct {
	open atomic.Bool
	kept sync.Map // path to bytes
}

func (s *shelf) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.open.Load() || !strings.HasSuffix(r.URL.Path, "/pdf") {
			next.ServeHTTP(w, r)
			return
		}
		kept, ok := s.kept.Load(r.URL.Path)
		if !ok {
			drawn := httptest.NewRecorder()
			next.ServeHTTP(drawn, r)
			kept = drawn.Body.Bytes()
			s.kept.Store(r.URL.Path, kept)
		}
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = w.Write(kept.([]byte))
	})
}

func perSecond(took time.Duration) string {
	return fmt.Sprintf("%.0f ms, %.0f a second", milliseconds(took), savedPDFs/took.Seconds())
}

// inFolder times a way in a folder of its own, which is not the memory's: syncing
// would cost nothing there.
func inFolder(ctx context.Context, t target, wanted []billing.Document, save func(context.Context, target, []billing.Document) error) (time.Duration, error) {
	if err := os.MkdirAll("bin", 0o750); err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("bin", "bench-documents-*")
	if err != nil {
		return 0, err
	}
	if t.Folder, err = filepath.Abs(folder); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	began := time.Now()
	err = save(ctx, t, wanted)
	return time.Since(began), err
}

func newestInvoices(ctx context.Context, t target) ([]billing.Document, error) {
	api, err := apiOf(t)
	if err != nil {
		return nil, err
	}
	defer api.Close()
	var wanted []billing.Document
	enough := errors.New("enough")
	err = api.Invoices(ctx, 0, func(page []billing.Invoice) error {
		for _, i := range page {
			if i.Status != billing.InvoiceDraft && len(wanted) < savedPDFs {
				wanted = append(wanted, billing.Document{
					DocumentRef: billing.DocumentRef{Kind: billing.DocumentInvoice, ID: i.ID}, InvoiceID: i.ID,
					Number: i.Number, IssuedAt: i.DocumentDate(), Amount: i.Total, Vendor: i.Seller.Name, Stamp: "bench",
				})
			}
		}
		if len(wanted) == savedPDFs {
			return enough
		}
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return wanted, err
}

func apiOf(t target) (*stripeapi.Client, error) {
	return stripeapi.New(stripeapi.Config{
		URL: t.URL, Customer: t.Customer, Token: func(context.Context) (string, error) { return t.Key, nil },
	})
}

func saveWithBillfold(ctx context.Context, t target, wanted []billing.Document) error {
	api, err := apiOf(t)
	if err != nil {
		return err
	}
	defer api.Close()
	personal, err := sqlite.OpenPersonal(ctx, filepath.Join(t.Folder, "personal.db"))
	if err != nil {
		return err
	}
	defer func() { _ = personal.Close() }()
	template, err := documents.ParseTemplate(documents.DefaultTemplate)
	if err != nil {
		return err
	}
	fetcher := documents.NewFetcher(documents.FetcherConfig{Source: documents.Source{Own: t.URL}})
	defer fetcher.Close()
	vault := documents.Vault{
		Folder: filepath.Join(t.Folder, "Billfold"), Template: template, Index: personal.Archive("bench"),
		Owner: "bench", Link: api.DocumentLink, Fetcher: fetcher,
	}
	got, err := vault.Save(ctx, wanted, nil)
	if err == nil && got.Saved != savedPDFs {
		err = fmt.Errorf("%d PDFs saved, %d failed", got.Saved, got.Failed)
	}
	return err
}

// downloadBarely writes what comes, under names made of ids, and looks at nothing.
func downloadBarely(ctx context.Context, t target, wanted []billing.Document) error {
	carrier := http.DefaultTransport.(*http.Transport).Clone()
	carrier.MaxIdleConnsPerHost = downloadsAtOnce
	defer carrier.CloseIdleConnections()
	client := &http.Client{Transport: carrier}
	left := map[string]bool{}
	for _, d := range wanted {
		left[d.ID] = true
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(downloadsAtOnce)
	enough := errors.New("enough")
	err := rawPages(ctx, t, "/v1/invoices", func(id string, body []byte) error {
		var linked struct {
			PDF string `json:"invoice_pdf"`
		}
		if !left[id] {
			return nil
		}
		delete(left, id)
		if err := json.Unmarshal(body, &linked); err != nil {
			return err
		}
		group.Go(func() error { return download(ctx, client, linked.PDF, filepath.Join(t.Folder, id+".pdf")) })
		if len(left) == 0 {
			return enough
		}
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return errors.Join(err, group.Wait())
}

func download(ctx context.Context, client *http.Client, link, path string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, response.Body)
	return errors.Join(err, file.Close())
}
