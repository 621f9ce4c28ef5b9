package mirror

import "sync"

// Progress says how far a pull has come.
type Progress struct {
	// Step is account, invoices, payments or saving, in this order.
	Step string
	// Done counts the invoices read so far.
	Done int
}

// teller puts what several goroutines tell in a row.
type teller struct {
	tell func(Progress)

	mu       sync.Mutex
	progress Progress
}

func (t *teller) step(step string) { t.now(step, 0) }

// now tells the step, with so many more invoices read.
func (t *teller) now(step string, more int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress.Step = step
	t.progress.Done += more
	if t.tell != nil {
		t.tell(t.progress)
	}
}
