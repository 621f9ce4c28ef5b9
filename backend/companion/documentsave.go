package companion

import (
	"context"
	"slices"
	"strings"

	"billfold/backend/billing"
	"billfold/backend/documents"
)

// newestOnTheirOwn is how many documents, the newest, are saved without being asked
// for: an account of many thousands is left to the person.
const newestOnTheirOwn = 500

// SaveDocuments starts to save a selection in the background. The events tell how
// it goes. A run that is going on already is CodeBusy.
func (c *Companion) SaveDocuments(selection DocumentSelection) error {
	ctx, finish, err := c.beginDocuments(context.Background(), taskSave)
	if err != nil {
		return err
	}
	go func() { finish(c.save(ctx, wish{choose: selected(selection), again: selection.Again})) }()
	return nil
}

// Save saves a selection and waits; dir is a folder of its own for it, "" the one
// that is set. A document that could not be saved is in the state's Failures; the
// error is what ended the run.
func (c *Companion) Save(ctx context.Context, selection DocumentSelection, dir string) (DocumentsState, error) {
	ctx, finish, err := c.beginDocuments(ctx, taskSave)
	if err != nil {
		return DocumentsState{}, err
	}
	err = c.save(ctx, wish{dir: dir, choose: selected(selection), again: selection.Again})
	finish(err)
	return c.DocumentsState(), err
}

// saveNew saves what is new or changed since it was saved, where the person wants
// that. It is called after each pull.
func (c *Companion) saveNew() {
	c.documents.mu.Lock()
	c.documents.counted = false
	c.documents.mu.Unlock()
	if !c.wantsNewSaved() {
		c.listeners.tell(EventDocuments)
		return
	}
	ctx, finish, err := c.beginDocuments(context.Background(), taskSave)
	if err != nil {
		return // another run is at it, or the account is about to change
	}
	go func() { finish(c.save(ctx, wish{choose: c.onTheirOwn})) }()
}

func (c *Companion) wantsNewSaved() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	ctx := context.Background()
	if c.personal == nil || c.documentSettings(ctx).Automatic != automaticOn {
		return false
	}
	known, saved, err := c.knownDocuments(ctx)
	if err != nil {
		return false
	}
	wanted, err := c.onTheirOwn(known, documents.ByRef(saved))
	return err == nil && len(wanted) > 0
}

// chooser picks from the documents that the vendor has issued.
type chooser func(known []billing.Document, saved map[billing.DocumentRef][]billing.SavedDocument) ([]billing.Document, error)

// onTheirOwn are documents that are new or stale. One whose file is gone was taken
// away by the person, and does not come back unasked.
func (c *Companion) onTheirOwn(known []billing.Document, saved map[billing.DocumentRef][]billing.SavedDocument) ([]billing.Document, error) {
	var wanted []billing.Document
	for _, document := range known[:min(len(known), newestOnTheirOwn)] {
		state := documents.StateOf(document, saved[document.DocumentRef])
		if (state == billing.DocumentUnsaved || state == billing.DocumentStale) && !c.isPageOnly(document.DocumentRef) {
			wanted = append(wanted, document)
		}
	}
	return wanted, nil
}

// selected picks what a selection names. What names nothing is CodeNotFound.
func selected(selection DocumentSelection) chooser {
	return func(known []billing.Document, _ map[billing.DocumentRef][]billing.SavedDocument) ([]billing.Document, error) {
		for _, name := range selection.Invoices {
			if !slices.ContainsFunc(known, func(d billing.Document) bool { return answersTo(d, name) }) {
				return nil, billing.NewError(billing.CodeNotFound, "There is no document of "+shortened(name)+" in this account.", nil)
			}
		}
		for _, ref := range selection.Documents {
			if !slices.ContainsFunc(known, func(d billing.Document) bool { return d.DocumentRef == ref }) {
				return nil, billing.NewError(billing.CodeNotFound, "There is no such document in this account.", nil)
			}
		}
		wanted := []billing.Document{}
		selection := selection.resolved(known)
		for _, document := range known {
			if selection.picks(document) {
				wanted = append(wanted, document)
			}
		}
		return wanted, nil
	}
}

// resolved adds the ids of the invoices that are named by their number, so that what
// belongs to them is picked too.
func (s DocumentSelection) resolved(known []billing.Document) DocumentSelection {
	names := slices.Clone(s.Invoices)
	for _, document := range known {
		if document.Kind == billing.DocumentInvoice && slices.ContainsFunc(s.Invoices, func(name string) bool { return answersTo(document, name) }) {
			names = append(names, document.ID)
		}
	}
	s.Invoices = names
	return s
}

func (s DocumentSelection) picks(d billing.Document) bool {
	return s.All || s.Year != 0 && d.IssuedAt.Known() && d.IssuedAt.Go().Year() == s.Year ||
		slices.Contains(s.Documents, d.DocumentRef) ||
		slices.ContainsFunc(s.Invoices, func(name string) bool { return answersTo(d, name) })
}

// answersTo tells whether a document is named by an id or number, its own or its
// invoice's. Numbers are in capitals; people type them as they like.
func answersTo(d billing.Document, name string) bool {
	return name != "" && (d.ID == name || d.InvoiceID == name || strings.EqualFold(d.Number, name))
}

// shortened keeps what somebody typed from filling a sentence.
func shortened(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return text
}

// wish is what a run is to save.
type wish struct {
	dir    string // "" the folder that is set
	choose chooser
	again  bool // fetch also what is saved
}

// save runs the vault over the documents that a wish picks. It holds the account
// for reading, so that nobody closes it meanwhile.
func (c *Companion) save(ctx context.Context, wish wish) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	known, _, err := c.knownDocuments(ctx)
	if err != nil {
		return err
	}
	progress, err := c.inTurn(ctx, func(ctx context.Context, before int) (documents.Progress, error) {
		return c.withVault(ctx, wish.dir, func(vault *documents.Vault) (documents.Progress, error) {
			saved, err := vault.Index.List(ctx)
			if err != nil {
				return documents.Progress{}, err
			}
			wanted, err := wish.choose(known, documents.ByRef(saved))
			if err != nil {
				return documents.Progress{}, err
			}
			vault.Again = wish.again
			return vault.Save(ctx, wanted, c.progressOf(before))
		})
	})
	c.noteFailures(progress)
	return err
}

// SavedDocuments gives the newest saved version of each document of a selection that
// has one; dir is that of Save.
func (c *Companion) SavedDocuments(ctx context.Context, selection DocumentSelection, dir string) ([]billing.SavedDocument, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	known, _, err := c.knownDocuments(ctx)
	if err != nil {
		return nil, err
	}
	vault, err := c.vault(ctx, dir)
	if err != nil {
		return nil, err
	}
	saved, err := vault.Index.List(ctx)
	if err != nil {
		return nil, err
	}
	byRef := documents.ByRef(saved)
	selection = selection.resolved(known)
	found := []billing.SavedDocument{}
	for _, document := range known {
		if newest, any := documents.Newest(byRef[document.DocumentRef]); any && selection.picks(document) {
			newest.State = documents.StateOf(document, byRef[document.DocumentRef])
			found = append(found, newest)
		}
	}
	return found, nil
}

// noteFailures shows all failures of a run, and remembers what has no PDF.
func (c *Companion) noteFailures(progress documents.Progress) {
	c.documents.mu.Lock()
	defer c.documents.mu.Unlock()
	c.documents.state.Failures = failuresOf(progress.Failures)
	for _, failure := range progress.Failures {
		if documents.PageOnly(failure.Err) {
			if c.documents.pageOnly == nil {
				c.documents.pageOnly = map[string]bool{}
			}
			c.documents.pageOnly[c.pageOnlyKey(failure.Document.DocumentRef)] = true
		}
	}
}

func (c *Companion) isPageOnly(ref billing.DocumentRef) bool {
	c.documents.mu.Lock()
	defer c.documents.mu.Unlock()
	return c.documents.pageOnly[c.pageOnlyKey(ref)]
}

func (c *Companion) pageOnlyKey(ref billing.DocumentRef) string {
	return archiveKey(c.config.Dir, c.account.target) + " " + ref.ID
}

// VerifyDocuments starts to read every saved file again, in the background; repair
// fetches again what is missing or altered.
func (c *Companion) VerifyDocuments(repair bool) error {
	ctx, finish, err := c.beginDocuments(context.Background(), taskOf(repair))
	if err != nil {
		return err
	}
	go func() { finish(c.verify(ctx, "", repair)) }()
	return nil
}

// Verify is VerifyDocuments, and waits; dir is that of Save.
func (c *Companion) Verify(ctx context.Context, repair bool, dir string) (DocumentsState, error) {
	ctx, finish, err := c.beginDocuments(ctx, taskOf(repair))
	if err != nil {
		return DocumentsState{}, err
	}
	err = c.verify(ctx, dir, repair)
	finish(err)
	return c.DocumentsState(), err
}

func taskOf(repair bool) string {
	if repair {
		return taskRepair
	}
	return taskVerify
}

func (c *Companion) verify(ctx context.Context, dir string, repair bool) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	use := c.withArchive
	if repair {
		use = c.withVault
	}
	progress, err := c.inTurn(ctx, func(ctx context.Context, before int) (documents.Progress, error) {
		return use(ctx, dir, func(vault *documents.Vault) (documents.Progress, error) {
			report, err := vault.Verify(ctx, c.progressOf(0))
			if err != nil {
				return documents.Progress{}, err
			}
			if before == 0 {
				c.noteReport(report, 0)
			}
			if !repair || len(report.Missing)+len(report.Altered) == 0 {
				return documents.Progress{}, nil
			}
			known, _, err := c.knownDocuments(ctx)
			if err != nil {
				return documents.Progress{}, err
			}
			progress, err := vault.Repair(ctx, report, known, c.progressOf(before))
			c.noteRepaired(progress.Saved)
			return progress, err
		})
	})
	c.noteFailures(progress)
	return err
}

func (c *Companion) noteReport(report documents.Report, repaired int) {
	c.documents.mu.Lock()
	defer c.documents.mu.Unlock()
	c.documents.state.Report = &VerifyReport{
		Checked: report.Checked, Intact: report.Intact, Missing: report.Missing, Altered: report.Altered,
		Repaired: repaired, At: billing.At(c.config.Now()),
	}
}

func (c *Companion) noteRepaired(more int) {
	c.documents.mu.Lock()
	defer c.documents.mu.Unlock()
	if report := c.documents.state.Report; report != nil {
		changed := *report
		changed.Repaired += more
		c.documents.state.Report = &changed
	}
}
