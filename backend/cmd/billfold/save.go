package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

type saveCommand struct {
	Documents []string `arg:"" optional:"" help:"Ids or numbers of invoices, credit notes or receipts; with an invoice come its credit notes and receipts." placeholder:"ID|NUMBER"`
	All       bool     `help:"Save all documents; this is what happens without anything else."`
	Year      int      `help:"Save the documents dated in this year (UTC)." placeholder:"YYYY"`
	Again     bool     `help:"Fetch also what is saved already; a file that differs is kept as another version."`
	Dir       string   `help:"Save into this folder instead; what is there is listed apart, see verify --dir." type:"path" placeholder:"DIR"`
	JSON      bool     `help:"Print one JSON object."`
}

type saveJSON struct {
	Schema    string             `json:"schema"`
	Folder    string             `json:"folder"`
	Total     int                `json:"total"`
	Saved     int                `json:"saved"`
	Unchanged int                `json:"unchanged"`
	Failed    int                `json:"failed"`
	Bytes     int64              `json:"bytes"`
	Documents []documentJSON     `json:"documents"`
	Failures  []failureJSON      `json:"failures"`
	AsOf      *int64             `json:"as_of"`
	Problem   *companion.Problem `json:"problem"`
}

type documentJSON struct {
	Kind    string  `json:"kind"`
	ID      string  `json:"id"`
	Number  *string `json:"number"`
	Path    string  `json:"path"`
	SHA256  string  `json:"sha256"`
	Size    int64   `json:"size"`
	Version int     `json:"version"`
	SavedAt int64   `json:"saved_at"`
}

type failureJSON struct {
	Kind    string  `json:"kind"`
	ID      string  `json:"id"`
	Number  *string `json:"number"`
	Code    string  `json:"code"`
	Message string  `json:"message"`
}

// Run saves the documents that are not saved, or changed since they were.
func (s *saveCommand) Run(ctx context.Context, p *program) error {
	selection, err := s.selection()
	if err != nil {
		return err
	}
	return p.withAccount(ctx, func(c *companion.Companion) error {
		problem, err := p.refresh(ctx, c, freshness{})
		if err != nil {
			return err
		}
		stop := p.showDocuments(c)
		state, err := c.Save(ctx, selection, s.Dir)
		stop()
		if billing.CodeOf(err) == billing.CodeCanceled {
			_, _ = fmt.Fprintf(p.stderr, "%s saved; run the same command again to go on.\n", counted(state.Saved, "document"))
		}
		if err != nil {
			return err
		}
		p.tellFailures(state.Failures)
		if err := s.print(ctx, p, c, saveOutcome{selection, state, problem}); err != nil {
			return err
		}
		if state.Failed > 0 {
			return billing.NewError(billing.CodeNotFound,
				fmt.Sprintf("%s of %d could not be saved. The others are; run the same command again to try these once more.", counted(state.Failed, "document"), state.Total), nil)
		}
		return nil
	})
}

func (s *saveCommand) selection() (companion.DocumentSelection, error) {
	chosen := 0
	for _, given := range []bool{s.All, s.Year != 0, len(s.Documents) > 0} {
		if given {
			chosen++
		}
	}
	switch {
	case chosen > 1:
		return companion.DocumentSelection{}, billing.NewError(billing.CodeInvalid, "Choose one: --all, --year, or ids and numbers.", nil)
	case s.Year != 0 && (s.Year < 1970 || s.Year > 9999):
		return companion.DocumentSelection{}, billing.NewError(billing.CodeInvalid, "--year is a year, e.g. 2026.", nil)
	}
	if s.Dir != "" {
		s.Dir = filepath.Clean(s.Dir)
	}
	selection := companion.DocumentSelection{All: chosen == 0 || s.All, Year: s.Year, Again: s.Again}
	for _, name := range s.Documents {
		selection.Invoices = append(selection.Invoices, strings.TrimSpace(name))
	}
	return selection, nil
}

// saveOutcome is what a run of save has to tell.
type saveOutcome struct {
	selection companion.DocumentSelection
	state     companion.DocumentsState
	problem   *companion.Problem
}

func (s *saveCommand) print(ctx context.Context, p *program, c *companion.Companion, outcome saveOutcome) error {
	state, folder := outcome.state, outcome.state.Folder
	if s.Dir != "" {
		folder = s.Dir
	}
	if !s.JSON {
		_, err := fmt.Fprintf(p.stdout, "%s saved, %d unchanged, in %s\n", counted(state.Saved, "document"), state.Unchanged, clean(folder))
		return err
	}
	saved, err := c.SavedDocuments(ctx, outcome.selection, s.Dir)
	if err != nil {
		return err
	}
	result := saveJSON{
		Schema: "billfold.save/1", Folder: folder, Total: state.Total, Saved: state.Saved, Unchanged: state.Unchanged,
		Failed: state.Failed, Bytes: state.Bytes, Documents: documentsOf(saved), Failures: failuresJSON(state.Failures),
		AsOf: orNull(c.SyncState().SyncedAt), Problem: outcome.problem,
	}
	return p.printJSON(result)
}

func documentsOf(saved []billing.SavedDocument) []documentJSON {
	result := make([]documentJSON, 0, len(saved))
	for _, d := range saved {
		result = append(result, documentJSON{
			Kind: string(d.Kind), ID: d.ObjectID, Number: textOrNull(d.Number), Path: d.Path,
			SHA256: d.SHA256, Size: d.Size, Version: d.Version, SavedAt: int64(d.SavedAt),
		})
	}
	return result
}

func failuresJSON(failures []companion.DocumentFailure) []failureJSON {
	result := make([]failureJSON, 0, len(failures))
	for _, f := range failures {
		result = append(result, failureJSON{
			Kind: string(f.Kind), ID: f.ObjectID, Number: textOrNull(f.Number), Code: string(f.Problem.Code), Message: f.Problem.Message,
		})
	}
	return result
}

// tellFailures says of each document why it could not be saved.
func (p *program) tellFailures(failures []companion.DocumentFailure) {
	for _, f := range failures {
		name := f.Number
		if name == "" {
			name = f.ObjectID
		}
		_, _ = fmt.Fprintf(p.stderr, "%s %s: %s\n", strings.ReplaceAll(string(f.Kind), "_", " "), short(name, 60), clean(f.Problem.Message))
	}
}

// showDocuments counts documents on a terminal while a run goes on.
func (p *program) showDocuments(c *companion.Companion) (stop func()) {
	if !isTerminal(p.stderr) {
		return func() {}
	}
	unsubscribe := c.Subscribe(func(event string) {
		if event == companion.EventDocuments {
			p.showDocumentCount(c.DocumentsProgress())
		}
	})
	return func() {
		unsubscribe()
		_, _ = fmt.Fprint(p.stderr, "\r\033[K")
	}
}

func (p *program) showDocumentCount(state companion.DocumentsState) {
	switch {
	case !state.Running || state.Total == 0:
	case state.WaitingUntil.Known():
		_, _ = fmt.Fprintf(p.stderr, "\r\033[K%d of %d documents; the vendor asks to wait until %s", state.Done, state.Total, moment(state.WaitingUntil))
	default:
		_, _ = fmt.Fprintf(p.stderr, "\r\033[K%d of %d documents", state.Done, state.Total)
	}
}

// counted writes a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
