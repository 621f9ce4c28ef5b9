package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-json"
	_ "github.com/mattn/go-sqlite3" // the driver of the ways we are compared with
	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/invoice"

	"billfold/backend/mirror"
	"billfold/backend/stripeapi"
)

// Each way runs in a process of its own, so that its peak of memory is its own.
const (
	workerVariable = "BILLFOLD_BENCH_WORKER"
	targetVariable = "BILLFOLD_BENCH_TARGET"
)

// target is what a worker is told.
type target struct{ URL, Key, Customer, Folder string }

// outcome is what it answers: milliseconds, and peak memory in MiB.
type outcome struct{ Milliseconds, PeakMiB float64 }

var workers = map[string]func(context.Context, target) error{
	"billfold": pullWithBillfold,
	"raw":      pullRaw,
	"plain":    pullPlainly,
}

// repeats is how often each way runs; the fastest counts, as the others were
// disturbed.
const repeats = 3

func measureFullPull(ctx context.Context) ([]row, error) {
	pages, err := record(ctx, "many", 0)
	if err != nil {
		return nil, err
	}
	pages.serve(0)
	defer pages.server.Close()
	best := map[string]outcome{}
	for range repeats {
		for _, way := range []string{"billfold", "raw", "plain"} { // in turn, so that a slow moment meets all
			got, err := inWorker(ctx, way, pages)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", way, err)
			}
			if before, ok := best[way]; !ok || got.Milliseconds < before.Milliseconds {
				best[way] = got
			}
		}
	}
	ours, raw, plain := best["billfold"], best["raw"], best["plain"]
	return []row{
		{figure: "10,000 invoices: all pages fetched, a row of raw bytes each", measured: inMilliseconds(raw.Milliseconds)},
		{figure: "10,000 invoices: stripe-go's own list, a row per line", measured: inMilliseconds(plain.Milliseconds)},
		{
			figure: "10,000 invoices: full pull", measured: inMilliseconds(ours.Milliseconds) + ratio(ours, raw),
			limit: "2.00 x raw", over: ours.Milliseconds > 2*raw.Milliseconds,
		},
		{figure: "peak memory of these three", measured: fmt.Sprintf("%.0f, %.0f, %.0f MiB", raw.PeakMiB, plain.PeakMiB, ours.PeakMiB)},
	}, nil
}

func inMilliseconds(value float64) string { return fmt.Sprintf("%.0f ms", value) }

func ratio(ours, theirs outcome) string {
	return fmt.Sprintf(" (%.2f x raw)", ours.Milliseconds/theirs.Milliseconds)
}

func inWorker(ctx context.Context, way string, pages *canned) (outcome, error) {
	var got outcome
	folder, err := os.MkdirTemp("", "billfold-bench-*")
	if err != nil {
		return got, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	told, err := json.Marshal(target{pages.url, pages.key, pages.customer, folder})
	if err != nil {
		return got, err
	}
	program, err := os.Executable()
	if err != nil {
		return got, err
	}
	command := exec.CommandContext(ctx, program)
	command.Env = append(os.Environ(), workerVariable+"="+way, targetVariable+"="+string(told))
	command.Stderr = os.Stderr
	answer, err := command.Output()
	if err != nil {
		return got, err
	}
	return got, json.Unmarshal(answer, &got)
}

func runWorker(ctx context.Context, work func(context.Context, target) error) error {
	var told target
	if err := json.Unmarshal([]byte(os.Getenv(targetVariable)), &told); err != nil {
		return err
	}
	began := time.Now()
	if err := work(ctx, told); err != nil {
		return err
	}
	took := float64(time.Since(began).Microseconds()) / 1000
	return json.NewEncoder(os.Stdout).Encode(outcome{took, peakMiB()})
}

// peakMiB is the most memory this process ever held; 0 where the system does not
// say.
func peakMiB() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib / 1024
		}
	}
	return 0
}

func pullWithBillfold(ctx context.Context, t target) error {
	token := func(context.Context) (string, error) { return t.Key, nil }
	_, err := pullInto(ctx, stripeapi.Config{URL: t.URL, Customer: t.Customer, Token: token}, t.Folder)
	return err
}

// pullInto pulls everything into a new cache; folder "" is a temporary one.
func pullInto(ctx context.Context, config stripeapi.Config, folder string) (mirror.Report, error) {
	if folder == "" {
		made, err := os.MkdirTemp("", "billfold-bench-*")
		if err != nil {
			return mirror.Report{}, err
		}
		defer func() { _ = os.RemoveAll(made) }()
		folder = made
	}
	api, err := stripeapi.New(config)
	if err != nil {
		return mirror.Report{}, err
	}
	cache, err := openCache(ctx, filepath.Join(folder, "billing.db"))
	if err != nil {
		return mirror.Report{}, err
	}
	defer func() { _ = cache.Close() }()
	return mirror.Pull(ctx, mirror.Source{API: api, Cache: cache}, true)
}

func rawDatabase(ctx context.Context, t target, table string) (*sql.DB, *sql.Tx, error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.Folder, "raw.db")+"?_journal_mode=WAL&_synchronous=NORMAL")
	if err != nil {
		return nil, nil, err
	}
	if _, err := db.ExecContext(ctx, table); err != nil {
		return nil, nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	return db, tx, err
}

// pullRaw fetches the same pages of invoices and payments that a pull needs and
// keeps each invoice as it came. It is as little as anybody could do.
func pullRaw(ctx context.Context, t target) error {
	db, tx, err := rawDatabase(ctx, t, "CREATE TABLE raw (id TEXT PRIMARY KEY, body BLOB)")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	put, err := tx.PrepareContext(ctx, "INSERT INTO raw VALUES (?, ?)")
	if err != nil {
		return err
	}
	for _, path := range []string{"/v1/charges", "/v1/invoices"} {
		err := rawPages(ctx, t, path, func(id string, body []byte) error {
			if path == "/v1/charges" {
				return nil
			}
			_, err := put.ExecContext(ctx, id, body)
			return err
		})
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}

func rawPages(ctx context.Context, t target, path string, take func(id string, body []byte) error) error {
	after := ""
	for {
		address := t.URL + path + "?customer=" + t.Customer + "&limit=100"
		if after != "" {
			address += "&starting_after=" + after
		}
		body, err := fetch(ctx, t, address)
		if err != nil {
			return err
		}
		var more bool
		if after, more, err = cutPage(body, take); err != nil || !more {
			return err
		}
	}
}

// cutPage takes a page apart and reads of its objects no more than their ids.
func cutPage(body []byte, take func(id string, body []byte) error) (last string, more bool, err error) {
	var page struct {
		Data    []json.RawMessage `json:"data"`
		HasMore bool              `json:"has_more"`
	}
	var ids struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := errors.Join(json.Unmarshal(body, &page), json.Unmarshal(body, &ids)); err != nil {
		return "", false, err
	}
	for i, object := range page.Data {
		last = ids.Data[i].ID
		if err := take(last, object); err != nil {
			return "", false, err
		}
	}
	return last, page.HasMore, nil
}

func fetch(ctx context.Context, t target, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+t.Key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	return io.ReadAll(response.Body)
}

// pullPlainly is what a first attempt would look like: stripe-go's own list of
// the invoices alone, and a row for each line.
func pullPlainly(ctx context.Context, t target) error {
	db, tx, err := rawDatabase(ctx, t, `CREATE TABLE invoices (id TEXT PRIMARY KEY, number TEXT, status TEXT, total INTEGER, created INTEGER);
		CREATE TABLE lines (id TEXT, invoice_id TEXT REFERENCES invoices (id), description TEXT, amount INTEGER, PRIMARY KEY (invoice_id, id))`)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	client := invoice.Client{Key: t.Key, B: stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL: stripe.String(t.URL), EnableTelemetry: stripe.Bool(false), LeveledLogger: &stripe.LeveledLogger{},
	})}
	params := &stripe.InvoiceListParams{Customer: stripe.String(t.Customer)}
	params.Context, params.Limit = ctx, stripe.Int64(100)
	list := client.List(params)
	for list.Next() {
		i := list.Invoice()
		if _, err := tx.ExecContext(ctx, "INSERT INTO invoices VALUES (?, ?, ?, ?, ?)", i.ID, i.Number, string(i.Status), i.Total, i.Created); err != nil {
			return err
		}
		for _, line := range i.Lines.Data {
			if _, err := tx.ExecContext(ctx, "INSERT INTO lines VALUES (?, ?, ?, ?)", line.ID, i.ID, line.Description, line.Amount); err != nil {
				return err
			}
		}
	}
	if err := list.Err(); err != nil {
		return err
	}
	return tx.Commit()
}
