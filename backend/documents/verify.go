package documents

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
)

// Report is what Verify found.
type Report struct {
	Checked, Intact int
	// Missing and Altered are those that are not what was saved; each State says
	// missing or saved.
	Missing, Altered []billing.SavedDocument
}

// Verify reads every saved file again and compares it with what was saved.
func (v *Vault) Verify(ctx context.Context, tell func(Progress)) (Report, error) {
	if err := v.recover(ctx); err != nil {
		return Report{}, err
	}
	saved, err := v.Index.List(ctx)
	if err != nil {
		return Report{}, err
	}
	var mu sync.Mutex
	progress := Progress{Total: len(saved)}
	findings := make([]finding, len(saved))
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(sideBySide)
	for i, version := range saved {
		group.Go(func() error {
			var err error
			if findings[i], err = look(within, version); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			progress.Done++
			if tell != nil {
				tell(progress)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return Report{}, err
	}
	return reportOf(saved, findings), nil
}

func reportOf(saved []billing.SavedDocument, findings []finding) Report {
	report := Report{Missing: []billing.SavedDocument{}, Altered: []billing.SavedDocument{}}
	for i, version := range saved {
		if !version.Listed { // on a disk that is not there now
			continue
		}
		report.Checked++
		version.State = billing.DocumentSaved
		switch findings[i] {
		case intact:
			report.Intact++
		case altered:
			report.Altered = append(report.Altered, version)
		default:
			version.State = billing.DocumentMissing
			report.Missing = append(report.Missing, version)
		}
	}
	return report
}

// Repair fetches again what a report found missing or altered. An altered file is
// set aside under another name once the fetched one has arrived; it may be what
// somebody wanted. Only the newest version of a document can be had again: the
// vendor gives a document as it is now. issued are all documents of the account.
func (v *Vault) Repair(ctx context.Context, report Report, issued []billing.Document, tell func(Progress)) (Progress, error) {
	r, err := v.begin(ctx, tell)
	if err != nil {
		return Progress{}, err
	}
	defer r.end()
	byRef := map[billing.DocumentRef]billing.Document{}
	for _, document := range issued {
		byRef[document.DocumentRef] = document
	}
	for _, version := range report.Altered {
		r.aside[version.Ref()] = version
	}
	var wanted []billing.Document
	damaged := append(append([]billing.SavedDocument{}, report.Missing...), report.Altered...)
	r.note(func(p *Progress) { p.Total = len(damaged) })
	for _, version := range damaged {
		newest, _ := Newest(r.saved[version.Ref()])
		document, known := byRef[version.Ref()]
		switch {
		case newest.Version != version.Version:
			delete(r.aside, version.Ref())
			r.fail(named(version), billing.NewError(billing.CodeNotFound, "This is an older version, which the vendor does not give any more.", nil))
		case !known:
			delete(r.aside, version.Ref())
			r.fail(named(version), billing.NewError(billing.CodeNotFound, "The vendor does not list this document any more.", nil))
		default:
			wanted = append(wanted, document)
		}
	}
	return r.outcome(r.work(ctx, wanted))
}

// named is as much of a document as a saved version tells.
func named(version billing.SavedDocument) billing.Document {
	return billing.Document{DocumentRef: version.Ref(), Number: version.Number}
}

// setAside gives an altered file another name, in the same folder. A file in
// another folder than the archive's present one is not in the way and stays.
func (r *run) setAside(version billing.SavedDocument) error {
	if version.Folder != r.vault.Folder {
		return nil
	}
	stem := strings.TrimSuffix(version.File, ".pdf")
	for n := 1; n <= mostClashes; n++ {
		name := stem + " (changed).pdf"
		if n > 1 {
			name = fmt.Sprintf("%s (changed %d).pdf", stem, n)
		}
		err := give(r.root, filepath.FromSlash(version.File), name)
		if err == nil || isNotThere(err) { // gone meanwhile: nothing is in the way
			return nil
		}
		if !errors.Is(err, os.ErrExist) {
			return explain(err, "set a changed file aside")
		}
	}
	return billing.NewError(billing.CodeUnreadable, "The folder for documents holds too many files of one name.", nil)
}

// Remove takes away every saved file that is as it was saved, with the folders
// below the archive's own that are empty then, and the list. A file that was
// changed is the person's, and stays.
func (v *Vault) Remove(ctx context.Context) error {
	if err := v.recover(ctx); err != nil {
		return err
	}
	saved, err := v.Index.List(ctx)
	if err != nil {
		return err
	}
	for _, version := range saved {
		found, err := look(ctx, version)
		if err != nil {
			return err
		}
		if found == intact {
			if err := removeFile(version); err != nil {
				return err
			}
		}
	}
	return v.Index.Drop(ctx, saved)
}

func removeFile(version billing.SavedDocument) error {
	root, err := os.OpenRoot(version.Folder)
	if err != nil {
		return explain(err, "open the folder")
	}
	defer func() { _ = root.Close() }()
	if err := root.Remove(filepath.FromSlash(version.File)); err != nil && !isNotThere(err) {
		return explain(err, "remove a saved document")
	}
	for _, folder := range foldersTo(version.File) {
		if folder == "." || root.Remove(filepath.FromSlash(folder)) != nil {
			break // it holds something else
		}
	}
	return nil
}
