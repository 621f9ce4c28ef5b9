package sandbox

import "container/heap"

// agenda is what will happen by itself, in order of time and, within a second,
// of its being planned.
type agenda struct {
	due     []event
	planned uint64
}

type event struct {
	at    int64
	order uint64
	run   func()
}

func (a *agenda) Len() int { return len(a.due) }
func (a *agenda) Less(i, j int) bool {
	if a.due[i].at != a.due[j].at {
		return a.due[i].at < a.due[j].at
	}
	return a.due[i].order < a.due[j].order
}
func (a *agenda) Swap(i, j int) { a.due[i], a.due[j] = a.due[j], a.due[i] }
func (a *agenda) Push(x any)    { a.due = append(a.due, x.(event)) }
func (a *agenda) Pop() any {
	last := a.due[len(a.due)-1]
	a.due[len(a.due)-1] = event{} // let go of what the closure holds
	a.due = a.due[:len(a.due)-1]
	return last
}

// plan puts run on the agenda. run must look whether its object still wants it:
// nothing is ever taken off.
func (w *world) plan(at int64, run func()) {
	w.agenda.planned++
	heap.Push(&w.agenda, event{at: at, order: w.agenda.planned, run: run})
}

// advance lets time pass until the instant to, in Unix seconds. Everything due
// happens in order, each at its own instant, so the outcome does not depend on
// how many steps the way was made in. The clock never goes back.
func (w *world) advance(to int64) {
	cause := w.request // a write that moves the clock is not the cause of what comes due
	w.request = eventRequest{}
	for len(w.agenda.due) > 0 && w.agenda.due[0].at <= to {
		next := heap.Pop(&w.agenda).(event)
		w.clock = max(w.clock, next.at)
		next.run()
	}
	w.request = cause
	w.clock = max(w.clock, to)
}
