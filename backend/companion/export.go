package companion

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"billfold/backend/billing"
	"billfold/backend/export"
	"billfold/backend/sqlite"
)

// loadDocumentZone is documentZone as Go has it.
func loadDocumentZone() (*time.Location, error) { return time.LoadLocation(documentZone) }

// Export writes the chosen invoices and their credit notes to a file. Drafts are
// no documents yet, and stay out. A request that makes no sense is CodeInvalid, one
// that chooses nothing CodeNotFound.
func (c *Companion) Export(ctx context.Context, request ExportRequest) (ExportResult, error) {
	if err := request.check(); err != nil {
		return ExportResult{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	books, err := c.books(ctx, request)
	if err != nil {
		return ExportResult{}, err
	}
	options := export.Options{Folder: request.Folder, FileName: request.FileName, BOM: request.BOM, Lines: request.Lines}
	if options.Folder == "" {
		if options.Folder, err = c.downloads(); err != nil {
			return ExportResult{}, err
		}
	}
	write := export.CSV
	if request.Format == "zip" {
		write = export.ZIP
	}
	written, err := write(ctx, books, options)
	if err != nil {
		return ExportResult{}, err
	}
	c.exported.Store(&written.Path)
	return ExportResult{
		Path: written.Path, FileName: filepath.Base(written.Path), Files: written.Files,
		Invoices: len(books.Invoices), CreditNotes: len(books.CreditNotes), Documents: written.Documents,
		MissingDocuments: len(written.Missing), Missing: orEmpty(written.Missing),
		Unsaved: orEmpty(written.Unsaved), Totals: orEmpty(written.Totals),
	}, nil
}

// ShowExport shows the last export in its folder. CodeNotFound when nothing was
// exported in this run.
func (c *Companion) ShowExport() error {
	path := c.exported.Load()
	if path == nil {
		return billing.NewError(billing.CodeNotFound, "Nothing was exported yet.", nil)
	}
	if c.desktop.ShowFile == nil || c.desktop.ShowFile(*path) != nil {
		return billing.NewError(billing.CodeUnavailable, "The folder could not be shown. The file is there all the same: "+*path, nil)
	}
	return nil
}

func (r ExportRequest) check() error {
	switch {
	case r.Format != "csv" && r.Format != "zip":
		return billing.NewError(billing.CodeInvalid, "An export is csv or zip.", nil)
	case r.Year != 0 && (r.Year < 1970 || r.Year > 9999):
		return billing.NewError(billing.CodeInvalid, "The year of an export is a year, e.g. 2026.", nil)
	case r.Year != 0 && (r.From.Known() || r.To.Known()):
		return billing.NewError(billing.CodeInvalid, "An export is of a year, or from one date to another.", nil)
	case r.From.Known() && r.To.Known() && r.From >= r.To:
		return billing.NewError(billing.CodeInvalid, "The period of an export ends before it begins.", nil)
	default:
		return nil
	}
}

// downloads is the folder that exports go to when none is named.
func (c *Companion) downloads() (string, error) {
	folder := c.config.DownloadsDir
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", billing.NewError(billing.CodeUnreadable, "The folder for downloads cannot be made: choose another one.", err)
	}
	return folder, nil
}

// books collects what the request chooses.
func (c *Companion) books(ctx context.Context, request ExportRequest) (export.Books, error) {
	cache, err := c.account.readable()
	if err != nil {
		return export.Books{}, err
	}
	zone, err := loadDocumentZone()
	if err != nil {
		return export.Books{}, err
	}
	known, err := cache.Account(ctx)
	if err != nil {
		return export.Books{}, err
	}
	who := c.account.identity(known.Customer)
	choice := choiceOf(request, zone)
	books := export.Books{
		Account: export.Account{
			Connection: who.Connection, Scenario: who.Scenario, Host: who.Host, CustomerID: who.CustomerID, Name: who.Name, Email: who.Email,
		},
		Period: choice.period(), AsOf: c.account.syncedAt(ctx), Zone: zone,
	}
	all, err := choice.addInvoices(ctx, cache, &books)
	if err != nil {
		return export.Books{}, err
	}
	if err := choice.addCreditNotes(ctx, cache, &books, all); err != nil {
		return export.Books{}, err
	}
	if len(books.Invoices)+len(books.CreditNotes) == 0 {
		return export.Books{}, billing.NewError(billing.CodeNotFound, "There is no invoice to export in what was chosen.", nil)
	}
	return books, c.addDocuments(ctx, &books)
}

// choice is a request with its period worked out.
type choice struct {
	ExportRequest
	zone *time.Location
}

func choiceOf(request ExportRequest, zone *time.Location) choice {
	if request.Year != 0 {
		request.From = billing.At(time.Date(request.Year, 1, 1, 0, 0, 0, 0, zone))
		request.To = billing.At(time.Date(request.Year+1, 1, 1, 0, 0, 0, 0, zone))
	}
	return choice{request, zone}
}

// period says in a word what was chosen.
func (c choice) period() string {
	day := func(at billing.Time) string { return at.Go().In(c.zone).Format(time.DateOnly) }
	switch {
	case len(c.Invoices) > 0 || c.filtered():
		return "selection"
	case c.Year != 0:
		return strconv.Itoa(c.Year)
	case c.From.Known() && c.To.Known():
		return day(c.From) + "-to-" + day(c.To-1)
	case c.From.Known():
		return "from-" + day(c.From)
	case c.To.Known():
		return "to-" + day(c.To-1)
	default:
		return "all"
	}
}

// filtered tells whether more than a period leaves something out.
func (c choice) filtered() bool {
	f := c.Filter
	return f.Year != 0 || f.Status != "" || f.SubscriptionID != "" || f.Kind != "" || f.Search != ""
}

func (c choice) within(date billing.Time) bool {
	return (!c.From.Known() || date >= c.From) && (!c.To.Known() || date < c.To)
}

// addInvoices adds the chosen ones, and gives all that there are by their ids:
// credit notes name them.
func (c choice) addInvoices(ctx context.Context, cache *sqlite.Cache, books *export.Books) (map[string]billing.Invoice, error) {
	matched, err := everyInvoice(ctx, cache, c.Filter)
	if err != nil {
		return nil, err
	}
	all := make(map[string]billing.Invoice, len(matched))
	selection := map[string]bool{}
	for _, id := range c.Invoices {
		selection[id] = true
	}
	missing := len(selection)
	for i := range matched {
		listed := &matched[i]
		all[listed.ID] = listed.Invoice
		if selection[listed.ID] {
			missing--
		}
		if listed.Status == billing.InvoiceDraft || (len(selection) > 0 && !selection[listed.ID]) || !c.within(listed.Dated()) {
			continue
		}
		if c.Lines {
			if listed.Invoice, err = cache.Invoice(ctx, listed.ID); err != nil {
				return nil, err
			}
		}
		books.Invoices = append(books.Invoices, export.Invoice{Invoice: listed.Invoice, PaidWith: listed.PaidWith, Refunded: listed.Refunded})
	}
	if missing > 0 {
		return nil, billing.NewError(billing.CodeNotFound, "Some of the chosen invoices are not there any more: choose again.", nil)
	}
	return all, nil
}

// addCreditNotes adds those of the period by their own dates, and of a selection
// those to the chosen invoices.
func (c choice) addCreditNotes(ctx context.Context, cache *sqlite.Cache, books *export.Books, all map[string]billing.Invoice) error {
	notes, err := cache.AllCreditNotes(ctx)
	if err != nil {
		return err
	}
	bySelection := len(c.Invoices) > 0 || c.filtered()
	chosen := map[string]bool{}
	for i := range books.Invoices {
		chosen[books.Invoices[i].ID] = true
	}
	for _, note := range notes {
		wanted := chosen[note.InvoiceID]
		if !bySelection {
			wanted = c.within(note.DocumentDate())
		}
		if wanted {
			books.CreditNotes = append(books.CreditNotes, export.CreditNote{CreditNote: note, Invoice: all[note.InvoiceID]})
		}
	}
	return nil
}

// everyInvoice reads all pages.
func everyInvoice(ctx context.Context, cache *sqlite.Cache, filter billing.InvoiceFilter) ([]sqlite.ListedInvoice, error) {
	filter.Sort, filter.After, filter.Limit = "", "", 500
	var all []sqlite.ListedInvoice
	for {
		page, err := cache.Invoices(ctx, filter)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Rows...)
		if page.Next == "" {
			return all, nil
		}
		filter.After = page.Next
	}
}

// addDocuments names the saved PDFs.
func (c *Companion) addDocuments(ctx context.Context, books *export.Books) error {
	var refs []billing.DocumentRef
	for i := range books.Invoices {
		refs = append(refs, billing.DocumentRef{Kind: billing.DocumentInvoice, ID: books.Invoices[i].ID})
	}
	for i := range books.CreditNotes {
		refs = append(refs, billing.DocumentRef{Kind: billing.DocumentCreditNote, ID: books.CreditNotes[i].ID})
	}
	saved, err := c.savedDocuments(ctx, refs)
	if err != nil {
		return err
	}
	document := func(id string) *export.Document {
		copied, there := saved[id]
		if !there {
			return nil
		}
		return &export.Document{FileName: copied.FileName, Open: func() (io.ReadCloser, error) { return c.openSaved(copied) }}
	}
	for i := range books.Invoices {
		books.Invoices[i].Document = document(books.Invoices[i].ID)
	}
	for i := range books.CreditNotes {
		books.CreditNotes[i].Document = document(books.CreditNotes[i].ID)
	}
	return nil
}
