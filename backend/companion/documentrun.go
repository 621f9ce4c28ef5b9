package companion

import (
	"context"
	"sync"
	"time"

	"billfold/backend/billing"
	"billfold/backend/documents"
)

// The tasks of DocumentsState.
const (
	taskSave   = "save"
	taskVerify = "verify"
	taskRepair = "repair"
)

// documentRuns are the runs over the archive: one at a time, save that a single
// document somebody waits for goes before a run over many.
type documentRuns struct {
	mu       sync.Mutex // guards the fields below
	state    DocumentsState
	cancel   context.CancelFunc
	finished chan struct{}
	// held is above 0 while no run may begin.
	held int
	told time.Time
	// count and unsaved are known until something changes.
	count, unsaved int
	counted        bool
	// pageOnly are receipts that the vendor has no PDF of, as this run of the program
	// found out; they are not tried again on their own.
	pageOnly map[string]bool

	turn sync.Mutex // held by who uses the vault
	// yield ends the part of a run that is under way, nil when none is; urgent counts
	// those who wait for it, guarded by mu, and calm tells when nobody does.
	yield  context.CancelFunc
	urgent int
	calm   sync.Cond
}

// beginDocuments marks a run as going on. finish must be called with its outcome.
func (c *Companion) beginDocuments(parent context.Context, task string) (ctx context.Context, finish func(error), err error) {
	runs := &c.documents
	runs.mu.Lock()
	defer c.listeners.tell(EventDocuments)
	defer runs.mu.Unlock()
	if runs.state.Running {
		return nil, nil, billing.NewError(billing.CodeBusy, "Documents are being saved or checked already.", nil)
	}
	if runs.held > 0 {
		return nil, nil, billing.NewError(billing.CodeBusy, "Another account is being opened; try again in a moment.", nil)
	}
	ctx, cancel := context.WithCancel(parent)
	finished := make(chan struct{})
	runs.cancel, runs.finished = cancel, finished
	runs.state = DocumentsState{Running: true, Task: task, Report: runs.state.Report}
	return ctx, func(err error) {
		cancel()
		c.endDocuments(err)
		close(finished)
	}, nil
}

func (c *Companion) endDocuments(err error) {
	if err != nil {
		c.config.Log.Warn("documents were not all saved or checked", "code", billing.CodeOf(err), "error", err)
	}
	runs := &c.documents
	runs.mu.Lock()
	runs.state.Running, runs.state.WaitingUntil = false, 0
	runs.state.Problem = ProblemOf(err)
	runs.counted = false
	runs.mu.Unlock()
	c.listeners.tell(EventDocuments)
	// Lists show how documents stand.
	c.listeners.tell(EventChanged)
}

// CancelDocuments stops a run; what it has saved stays.
func (c *Companion) CancelDocuments() { c.stopDocuments() }

// stopDocuments cancels a run and waits for its end.
func (c *Companion) stopDocuments() {
	c.documents.mu.Lock()
	cancel, finished := c.documents.cancel, c.documents.finished
	c.documents.mu.Unlock()
	if cancel != nil {
		cancel()
		<-finished
	}
}

// holdDocuments stops a run and lets no other begin until it is released.
func (c *Companion) holdDocuments() (release func()) {
	c.documents.mu.Lock()
	c.documents.held++
	c.documents.mu.Unlock()
	c.stopDocuments()
	return func() {
		c.documents.mu.Lock()
		defer c.documents.mu.Unlock()
		c.documents.held--
		c.documents.counted = false
	}
}

// progressOf gives what a vault tells its progress to. before is what earlier parts
// of the same run have saved.
func (c *Companion) progressOf(before int) func(documents.Progress) {
	return func(p documents.Progress) {
		runs := &c.documents
		runs.mu.Lock()
		s := &runs.state
		waits := s.WaitingUntil != p.WaitingUntil
		s.Done, s.Total, s.Failed, s.WaitingUntil = p.Done, p.Total, p.Failed, p.WaitingUntil
		s.Saved, s.Unchanged = before+p.Saved, max(0, p.Unchanged-before)
		s.Bytes = p.Bytes
		due := waits || time.Since(runs.told) >= progressPause
		if due {
			runs.told = time.Now()
			s.Failures = failuresOf(p.Failures)
		}
		runs.mu.Unlock()
		if due {
			c.listeners.tell(EventDocuments)
		}
	}
}

func failuresOf(failures []documents.Failure) []DocumentFailure {
	shown := make([]DocumentFailure, 0, len(failures))
	for _, failure := range failures {
		shown = append(shown, DocumentFailure{
			Kind: failure.Document.Kind, ObjectID: failure.Document.ID, Number: failure.Document.Number, Problem: *ProblemOf(failure.Err),
		})
	}
	return shown
}

// DocumentsState is how saving and checking documents goes, and what there is.
func (c *Companion) DocumentsState() DocumentsState {
	c.mu.RLock()
	defer c.mu.RUnlock()
	settings := c.documentSettings(context.Background())
	runs := &c.documents
	runs.mu.Lock()
	stale := !runs.counted && !runs.state.Running
	runs.mu.Unlock()
	if stale {
		c.countDocuments(context.Background())
	}
	runs.mu.Lock()
	defer runs.mu.Unlock()
	state := runs.state
	state.Failures = append([]DocumentFailure{}, state.Failures...)
	state.Folder, state.Count, state.Unsaved = settings.Folder, runs.count, runs.unsaved
	state.AskAutomatic = settings.Automatic == automaticAsk && runs.unsaved > 0
	return state
}

// DocumentsProgress is DocumentsState without what has to be looked up: it can be
// asked for from within an event.
func (c *Companion) DocumentsProgress() DocumentsState {
	c.documents.mu.Lock()
	defer c.documents.mu.Unlock()
	return c.documents.state
}

// countDocuments counts what is saved and what is not. The caller holds the account.
func (c *Companion) countDocuments(ctx context.Context) {
	known, saved, err := c.knownDocuments(ctx)
	if err != nil {
		return
	}
	count, unsaved := 0, 0
	byRef := documents.ByRef(saved)
	for _, versions := range byRef {
		if versions[len(versions)-1].Listed {
			count++
		}
	}
	for _, document := range known {
		state := documents.StateOf(document, byRef[document.DocumentRef])
		if state != billing.DocumentSaved && !c.isPageOnly(document.DocumentRef) {
			unsaved++
		}
	}
	c.documents.mu.Lock()
	defer c.documents.mu.Unlock()
	c.documents.count, c.documents.unsaved, c.documents.counted = count, unsaved, true
}

// inTurn uses the vault when nobody else does. It gives way to single documents that
// somebody waits for: do is called again then, with what its earlier calls have
// saved.
func (c *Companion) inTurn(ctx context.Context, do func(ctx context.Context, before int) (documents.Progress, error)) (documents.Progress, error) {
	runs := &c.documents
	for before := 0; ; {
		part, yield := runs.takeTurn(ctx)
		progress, err := do(part, before)
		gaveWay := part.Err() != nil && ctx.Err() == nil
		runs.leaveTurn(yield)
		before += progress.Saved
		if !gaveWay || billing.CodeOf(err) != billing.CodeCanceled {
			return progress, err
		}
	}
}

func (r *documentRuns) takeTurn(ctx context.Context) (part context.Context, yield context.CancelFunc) {
	r.mu.Lock()
	for r.urgent > 0 {
		r.calm.Wait()
	}
	r.mu.Unlock()
	r.turn.Lock()
	part, yield = context.WithCancel(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.yield = yield
	if r.urgent > 0 { // somebody came in between
		yield()
	}
	return part, yield
}

func (r *documentRuns) leaveTurn(yield context.CancelFunc) {
	r.mu.Lock()
	r.yield = nil
	r.mu.Unlock()
	yield()
	r.turn.Unlock()
}

// urgently uses the vault as soon as it can be had: a run over many gives way.
func (c *Companion) urgently(do func() error) error {
	runs := &c.documents
	runs.mu.Lock()
	runs.urgent++
	if runs.yield != nil {
		runs.yield()
	}
	runs.mu.Unlock()
	defer func() {
		runs.mu.Lock()
		defer runs.mu.Unlock()
		runs.urgent--
		runs.calm.Broadcast()
	}()
	runs.turn.Lock()
	defer runs.turn.Unlock()
	return do()
}
