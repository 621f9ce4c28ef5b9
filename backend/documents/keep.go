package documents

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
)

// batchSize is how many files are put on the disk together: waiting for the disk
// is what costs, and one wait serves all.
const batchSize = 128

// gatherTakes is how long a batch waits for more: while the disk is waited for, every
// other file that is written waits too.
const gatherTakes = 100 * time.Millisecond

// mostClashes ends the search for a name that is free.
const mostClashes = 1000

// keepAll gives names to what arrives, in batches. After an error it only clears
// away what still comes.
func (r *run) keepAll(ctx context.Context, arrived <-chan arrival) error {
	var failed error
	for first := range arrived {
		batch := gather(first, arrived)
		if failed == nil {
			failed = r.keep(ctx, batch)
		}
		if failed != nil {
			r.discard(batch)
		}
	}
	return failed
}

// gather waits a moment for more to put on the disk together, and not at all once
// nothing more comes.
func gather(first arrival, arrived <-chan arrival) []arrival {
	batch, soon := []arrival{first}, time.After(gatherTakes)
	for len(batch) < batchSize {
		select {
		case next, more := <-arrived:
			if !more {
				return batch
			}
			batch = append(batch, next)
		case <-soon:
			return batch
		}
	}
	return batch
}

func (r *run) discard(batch []arrival) {
	for _, got := range batch {
		if got.temporary != "" {
			_ = r.root.Remove(got.temporary) // swept by the next run otherwise
		}
	}
}

// placing is an arrival and the version it becomes.
type placing struct {
	arrival
	version billing.SavedDocument
	// there is true when the file is in its place already.
	there bool
	// made is true when folders had to be made for it.
	made bool
}

// keep puts a batch on the disk and lists it. The order is what makes it safe: the
// bytes, the intention, the names, the folders, the list.
func (r *run) keep(ctx context.Context, batch []arrival) error {
	if err := r.syncBytes(batch); err != nil {
		return err
	}
	placings := make([]placing, len(batch))
	for i, got := range batch {
		var err error
		if placings[i], err = r.choose(ctx, got); err != nil {
			return err
		}
	}
	if err := r.list(ctx, placings, false); err != nil {
		return err
	}
	for i := range placings {
		if err := r.place(ctx, &placings[i]); err != nil {
			return err
		}
	}
	if err := r.syncNames(placings); err != nil {
		return err
	}
	if err := r.list(ctx, placings, true); err != nil {
		return err
	}
	r.count(placings)
	return nil
}

func (r *run) syncBytes(batch []arrival) error {
	group := errgroup.Group{}
	for _, got := range batch {
		if got.temporary != "" {
			group.Go(func() error { return syncFile(r.root, got.temporary) })
		}
	}
	return group.Wait()
}

// choose decides which version an arrival is and what its file is called.
func (r *run) choose(ctx context.Context, got arrival) (placing, error) {
	p := placing{arrival: got}
	newest, any := Newest(r.saved[got.DocumentRef])
	if got.temporary == "" {
		p.version, p.there = newest, true
		p.version.Stamp = got.Stamp
		return p, nil
	}
	p.version = billing.SavedDocument{
		Kind: got.Kind, ObjectID: got.ID, Number: got.Number, SHA256: got.sum, Size: got.size,
		Version: 1, SavedAt: billing.At(r.vault.now()), Folder: r.vault.Folder, Stamp: got.Stamp,
	}
	old, set := r.aside[got.DocumentRef]
	switch {
	case set:
		p.version.Version = old.Version
		if err := r.setAside(old); err != nil {
			return p, err
		}
		r.free(old)
	case any && !Present(newest):
		// Its file is gone: this takes its place.
		p.version.Version = newest.Version
		r.free(newest)
	case any:
		p.version.Version = newest.Version + 1
	}
	return p, r.chooseName(ctx, &p)
}

// free lets a name be given again whose file is not there any more.
func (r *run) free(version billing.SavedDocument) {
	if version.Folder == r.vault.Folder {
		delete(r.taken, strings.ToLower(version.File))
	}
}

// chooseName finds a name that is free, or one whose file holds these very bytes
// without being listed: it was saved before the list was lost.
func (r *run) chooseName(ctx context.Context, p *placing) error {
	for n := 1; n <= mostClashes; n++ {
		file := r.vault.Template.Name(p.Document, markOf(p.version.Version, n))
		if r.taken[strings.ToLower(file)] {
			continue
		}
		if gone(r.root, file) {
			return r.settle(p, file)
		}
		if sum, err := hashOf(ctx, r.root, file); err == nil && sum == p.sum {
			p.there = true
			return r.settle(p, file)
		}
	}
	return billing.NewError(billing.CodeUnreadable, "The folder for documents holds too many files of one name.", nil)
}

func (r *run) settle(p *placing, file string) error {
	r.taken[strings.ToLower(file)] = true
	p.version.File, p.version.FileName = file, path.Base(file)
	p.version.Path = filepath.Join(r.vault.Folder, filepath.FromSlash(file))
	if p.there {
		return nil
	}
	dir := filepath.FromSlash(path.Dir(file))
	if _, err := r.root.Lstat(dir); isNotThere(err) {
		p.made = true
		return explain(r.root.MkdirAll(dir, 0o700), "make a folder")
	}
	return nil
}

// markOf tells versions apart, and documents that would have the same name.
func markOf(version, clash int) string {
	mark := ""
	if version > 1 {
		mark = fmt.Sprintf("_v%d", version)
	}
	if clash > 1 {
		mark += fmt.Sprintf(" (%d)", clash)
	}
	return mark
}

// place gives a file its name. Where somebody else took it since it was chosen,
// another is chosen and noted first.
func (r *run) place(ctx context.Context, p *placing) error {
	for !p.there {
		err := give(r.root, p.temporary, p.version.File)
		if err == nil {
			p.there, p.temporary = true, ""
			return nil
		}
		if !errors.Is(err, os.ErrExist) {
			return explain(err, "give a file its name")
		}
		if err := r.chooseName(ctx, p); err != nil {
			return err
		}
		if err := r.list(ctx, []placing{*p}, false); err != nil {
			return err
		}
	}
	if p.temporary != "" { // the same bytes were there already
		_ = r.root.Remove(p.temporary)
	}
	return nil
}

// syncNames puts the names on the disk: those of the files' folders, and of the
// folders above where any was made.
func (r *run) syncNames(placings []placing) error {
	folders := map[string]bool{}
	for _, p := range placings {
		if p.version.Listed {
			continue
		}
		above := foldersTo(p.version.File)
		if !p.made {
			above = above[:1]
		}
		for _, folder := range above {
			folders[folder] = true
		}
	}
	group := errgroup.Group{}
	for folder := range folders {
		group.Go(func() error { return syncFolder(r.root, folder) })
	}
	return group.Wait()
}

// list writes the versions into the index, as on their way or as arrived. What is
// in its place from before only gets its new stamp, when all is done.
func (r *run) list(ctx context.Context, placings []placing, arrived bool) error {
	var versions []billing.SavedDocument
	for _, p := range placings {
		if p.version.Listed && !arrived {
			continue
		}
		version := p.version
		version.Listed = arrived
		versions = append(versions, version)
	}
	if len(versions) == 0 {
		return nil
	}
	return r.vault.Index.Keep(ctx, versions)
}

func (r *run) count(placings []placing) {
	r.note(func(progress *Progress) {
		for _, p := range placings {
			progress.Done++
			if p.version.Listed {
				progress.Unchanged++
			} else {
				progress.Saved++
			}
		}
	})
}
