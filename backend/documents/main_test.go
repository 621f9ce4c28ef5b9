package documents_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/documents"
	"billfold/backend/sqlite"
)

// Some faults need a process of their own: the test program starts itself again
// in one of these roles.
const roleVariable = "BILLFOLD_TEST_ROLE"

var roles = map[string]func(context.Context) error{"save": saveInAProcess, "small-files": saveWithSmallFiles}

func TestMain(m *testing.M) {
	role, ok := roles[os.Getenv(roleVariable)]
	if !ok {
		os.Exit(m.Run())
	}
	if err := role(context.Background()); err != nil {
		fmt.Print(billing.CodeOf(err))
		os.Exit(1)
	}
	fmt.Print("ok")
}

// pdfOf is a small PDF that Poppler reads, with a text of its own in it.
func pdfOf(text string) []byte {
	var b strings.Builder
	var offsets []int
	b.WriteString("%PDF-1.4\n")
	object := func(body string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>")
	object("<< /Title (" + text + ") >>")
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, at)
	return []byte(b.String())
}

// vendor is a server of documents whose answers a test can spoil, path by path.
type vendor struct {
	*httptest.Server
	mu     sync.Mutex
	faults map[string]http.HandlerFunc
	asked  []string
	linked int
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	v := &vendor{faults: map[string]http.HandlerFunc{}}
	v.Server = httptest.NewServer(v)
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	v.asked = append(v.asked, r.URL.Path)
	fault := v.faults[r.URL.Path]
	v.mu.Unlock()
	if fault != nil {
		fault(w, r)
		return
	}
	sendPDF(w, pdfOf(r.URL.Path))
}

func sendPDF(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/pdf")
	_, _ = w.Write(body)
}

// spoil has a path answered in another way.
func (v *vendor) spoil(path string, fault http.HandlerFunc) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.faults[path] = fault
}

func (v *vendor) heal() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.faults = map[string]http.HandlerFunc{}
}

// timesAsked counts the requests for a path.
func (v *vendor) timesAsked(path string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	count := 0
	for _, asked := range v.asked {
		if asked == path {
			count++
		}
	}
	return count
}

// link leads to /<id>.
func (v *vendor) link(_ context.Context, of billing.DocumentRef) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.linked++
	return v.URL + "/" + of.ID, nil
}

// archive opens an index; the file lies beside the folder.
func archive(t *testing.T, dir string) *sqlite.Archive {
	t.Helper()
	personal, err := sqlite.OpenPersonal(t.Context(), filepath.Join(dir, "personal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = personal.Close() })
	return personal.Archive("account")
}

// newVault is one over a vendor, in a folder of its own; no pause takes time.
func newVault(t *testing.T, v *vendor) *documents.Vault {
	t.Helper()
	dir := t.TempDir()
	fetcher := documents.NewFetcher(documents.FetcherConfig{Source: documents.Source{Own: v.URL}})
	t.Cleanup(fetcher.Close)
	return &documents.Vault{
		Folder: filepath.Join(dir, "Billfold"), Template: mustTemplate(t, documents.DefaultTemplate), Index: archive(t, dir),
		Owner: "test", Link: v.link, Fetcher: fetcher, Wait: func(context.Context, time.Duration) error { return nil },
	}
}

func mustTemplate(t *testing.T, text string) documents.Template {
	t.Helper()
	template, err := documents.ParseTemplate(text)
	if err != nil {
		t.Fatal(err)
	}
	return template
}

// bill is invoice number n, issued on a day of 2024.
func bill(n int) billing.Document {
	id := fmt.Sprintf("in_%d", n)
	return billing.Document{
		DocumentRef: billing.DocumentRef{Kind: billing.DocumentInvoice, ID: id}, InvoiceID: id,
		Number: fmt.Sprintf("N-%04d", n), IssuedAt: billing.At(time.Date(2024, 3, 1+n%28, 0, 0, 0, 0, time.UTC)),
		Amount: billing.Money{Amount: int64(1000 + n), Currency: "usd"}, Vendor: "Quillforge", Customer: "Ada", Status: "paid", Stamp: "paid",
	}
}

func bills(count int) (all []billing.Document) {
	for n := range count {
		all = append(all, bill(n))
	}
	return all
}

func mustSave(t *testing.T, v *documents.Vault, all []billing.Document) documents.Progress {
	t.Helper()
	got, err := v.Save(t.Context(), all, nil)
	if err != nil || len(got.Failures) > 0 {
		t.Fatalf("Save = %+v, %v", got, err)
	}
	return got
}

// files lists what lies below a folder, with slashes, sorted.
func files(t *testing.T, folder string) []string {
	t.Helper()
	found := []string{}
	err := filepath.WalkDir(folder, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			relative, _ := filepath.Rel(folder, name)
			found = append(found, filepath.ToSlash(relative))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func mustList(t *testing.T, v *documents.Vault) []billing.SavedDocument {
	t.Helper()
	saved, err := v.Index.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
