package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

type exportCommand struct {
	freshness `embed:""`
	Format    string `help:"csv, or zip, which holds the saved PDFs too." default:"csv" placeholder:"csv|zip"`
	Year      int    `help:"Only what is dated in this year (UTC)." placeholder:"YYYY"`
	Out       string `short:"o" help:"The file, or the folder, to write to. A file that is there stays: the new one gets a number." placeholder:"FILE"`
	BOM       bool   `name:"bom" help:"Begin a CSV with a byte order mark, which Excel needs."`
	Lines     bool   `help:"Write a second CSV with a row for each line."`
	JSON      bool   `help:"Print one JSON object."`
}

type exportJSON struct {
	Schema           string             `json:"schema"`
	Path             string             `json:"path"`
	Files            []string           `json:"files"`
	Invoices         int                `json:"invoices"`
	CreditNotes      int                `json:"credit_notes"`
	Documents        int                `json:"documents"`
	MissingDocuments int                `json:"missing_documents"`
	Missing          []string           `json:"missing"`
	Totals           []billing.Money    `json:"totals"`
	AsOf             *int64             `json:"as_of"`
	Problem          *companion.Problem `json:"problem"`
}

// Run writes the export.
func (e *exportCommand) Run(ctx context.Context, p *program) error {
	request, err := e.request()
	if err != nil {
		return err
	}
	return p.withAccount(ctx, func(c *companion.Companion) error {
		problem, err := p.refresh(ctx, c, e.freshness)
		if err != nil {
			return err
		}
		result, err := c.Export(ctx, request)
		if err != nil {
			return err
		}
		if e.JSON {
			return p.printJSON(exportJSON{
				Schema: "billfold.export/1", Path: result.Path, Files: result.Files, Invoices: result.Invoices,
				CreditNotes: result.CreditNotes, Documents: result.Documents, MissingDocuments: result.MissingDocuments,
				Missing: result.Missing, Totals: result.Totals, AsOf: orNull(c.SyncState().SyncedAt), Problem: problem,
			})
		}
		return p.printExport(result)
	})
}

// request turns the flags into what the companion does. Where an existing folder
// is named, the file gets a name of its own.
func (e *exportCommand) request() (companion.ExportRequest, error) {
	request := companion.ExportRequest{Format: e.Format, Year: e.Year, BOM: e.BOM, Lines: e.Lines}
	if e.Format != "csv" && e.Format != "zip" {
		return request, billing.NewError(billing.CodeInvalid, "--format is csv or zip.", nil)
	}
	if e.Year != 0 && (e.Year < 1970 || e.Year > 9999) {
		return request, billing.NewError(billing.CodeInvalid, "--year is a year, e.g. 2026.", nil)
	}
	if e.Out == "" {
		return request, nil
	}
	if found, err := os.Stat(e.Out); err == nil && found.IsDir() {
		request.Folder = e.Out
		return request, nil
	}
	if strings.HasSuffix(e.Out, "/") || strings.HasSuffix(e.Out, string(os.PathSeparator)) {
		return request, billing.NewError(billing.CodeInvalid, "The folder of --out is not there: make it first.", nil)
	}
	request.Folder, request.FileName = filepath.Split(e.Out)
	if request.Folder == "" {
		request.Folder = "."
	}
	return request, nil
}

func (p *program) printExport(result companion.ExportResult) error {
	_, _ = fmt.Fprintf(p.stdout, "%d invoices and %d credit notes: %s\n", result.Invoices, result.CreditNotes, amounts(english, result.Totals))
	if result.Documents+result.MissingDocuments > 0 {
		_, _ = fmt.Fprintf(p.stdout, "%d PDFs; of %d there is no saved copy\n", result.Documents, result.MissingDocuments)
	}
	for _, file := range result.Files {
		_, _ = fmt.Fprintln(p.stdout, clean(file))
	}
	return nil
}
