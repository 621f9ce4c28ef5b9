package stripeapi_test

import (
	stdjson "encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/goccy/go-json"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

// benchPage is a page of a hundred invoices of about 3 KB each.
func benchPage(tb testing.TB, first int, more bool) []byte {
	tb.Helper()
	invoice := MustFixture(tb, "invoice")
	line := MustFixture(tb, "line_item")
	objects := make([]object, 100)
	for i := range objects {
		objects[i] = with(invoice, object{"id": fmt.Sprint("in_", first+i), "status": "paid", "paid": true, "lines": page(false, line)})
	}
	body, err := stdjson.Marshal(page(more, objects...))
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

func BenchmarkDecodePage(b *testing.B) {
	body := benchPage(b, 0, false)
	decoders := map[string]func([]byte, any) error{"goccy": json.Unmarshal, "encoding_json": stdjson.Unmarshal}
	for name, decode := range decoders {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if err := stripeapi.DecodeInvoices(decode, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("checked", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := stripeapi.ReadInvoicePage(body, ours); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cursor", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := stripeapi.Cursor(body); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkInvoices reads 10,000 invoices in canned pages over loopback, and
// beside it fetches the same pages without looking at them.
func BenchmarkInvoices(b *testing.B) {
	const pages = 100
	canned := map[string][]byte{}
	var total int64
	for i := range pages {
		key := ""
		if i > 0 {
			key = fmt.Sprint("in_", i*100-1)
		}
		canned[key] = benchPage(b, i*100, i < pages-1)
		total += int64(len(canned[key]))
	}
	server := MustServe(b, func(w http.ResponseWriter, r *http.Request) {
		body := canned[r.URL.Query().Get("starting_after")]
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body)
	})
	b.Run("translated", func(b *testing.B) {
		client := MustClient(b, server.URL, nil)
		b.SetBytes(total)
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			err := client.Invoices(b.Context(), 0, func(page []billing.Invoice) error { n += len(page); return nil })
			if err != nil || n != 100*pages {
				b.Fatalf("%d invoices, %v", n, err)
			}
		}
	})
	b.Run("transfer", func(b *testing.B) {
		b.SetBytes(total)
		b.ReportAllocs()
		for b.Loop() {
			for key, body := range canned {
				mustFetch(b, server.URL+"/v1/invoices?starting_after="+key, len(body))
			}
		}
	})
}

func mustFetch(b *testing.B, url string, want int) {
	b.Helper()
	response, err := http.Get(url) //nolint:noctx // a benchmark's own server
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	body := make([]byte, want)
	for read := 0; read < want; {
		n, err := response.Body.Read(body[read:])
		if read += n; err != nil && read < want {
			b.Fatal(err)
		}
	}
}
