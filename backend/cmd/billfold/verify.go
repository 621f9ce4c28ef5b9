package main

import (
	"context"
	"fmt"
	"path/filepath"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

type verifyCommand struct {
	Repair bool   `help:"Fetch again what is missing or altered; an altered file is kept under another name."`
	Dir    string `help:"Check what was saved into this folder with save --dir." type:"path" placeholder:"DIR"`
	JSON   bool   `help:"Print one JSON object."`
}

type verifyJSON struct {
	Schema   string         `json:"schema"`
	Folder   string         `json:"folder"`
	Checked  int            `json:"checked"`
	Intact   int            `json:"intact"`
	Missing  []documentJSON `json:"missing"`
	Altered  []documentJSON `json:"altered"`
	Repaired int            `json:"repaired"`
	Failures []failureJSON  `json:"failures"`
}

// Run reads every saved document again. It asks a server only to repair.
func (v *verifyCommand) Run(ctx context.Context, p *program) error {
	if v.Dir != "" {
		v.Dir = filepath.Clean(v.Dir)
	}
	return p.withAccount(ctx, func(c *companion.Companion) error {
		stop := p.showDocuments(c)
		state, err := c.Verify(ctx, v.Repair, v.Dir)
		stop()
		if err != nil {
			return err
		}
		if err := v.print(p, state); err != nil {
			return err
		}
		if damaged := len(state.Report.Missing) + len(state.Report.Altered) - state.Report.Repaired; damaged > 0 {
			return billing.NewError(billing.CodeNotFound, damagedWords(damaged, v.Repair), nil)
		}
		return nil
	})
}

func damagedWords(count int, tried bool) string {
	words := counted(count, "saved document") + " missing or altered."
	if tried {
		return words + " They could not be fetched again; the lines above say why."
	}
	return words + " To fetch them again, run: billfold verify --repair"
}

func (v *verifyCommand) print(p *program, state companion.DocumentsState) error {
	folder, report := state.Folder, state.Report
	if v.Dir != "" {
		folder = v.Dir
	}
	if v.JSON {
		return p.printJSON(verifyJSON{
			Schema: "billfold.verify/1", Folder: folder, Checked: report.Checked, Intact: report.Intact,
			Missing: documentsOf(report.Missing), Altered: documentsOf(report.Altered),
			Repaired: report.Repaired, Failures: failuresJSON(state.Failures),
		})
	}
	p.tellFailures(state.Failures)
	for _, found := range []struct {
		words string
		list  []billing.SavedDocument
	}{{"missing", report.Missing}, {"altered", report.Altered}} {
		for _, d := range found.list {
			_, _ = fmt.Fprintf(p.stdout, "%s  %s\n", found.words, clean(d.Path))
		}
	}
	words := fmt.Sprintf("%s checked, %d as saved", counted(report.Checked, "document"), report.Intact)
	if report.Repaired > 0 {
		words += fmt.Sprintf(", %d fetched again", report.Repaired)
	}
	_, err := fmt.Fprintf(p.stdout, "%s, in %s\n", words, clean(folder))
	return err
}
