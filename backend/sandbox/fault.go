package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"billfold/backend/stripewire"
)

// Fault is a way in which answers go wrong, made on demand.
type Fault struct {
	// On is the endpoint, "GET /v1/invoices/*", where * stands for one part of the
	// path, or for all that follows when it ends it; "" is every endpoint, and
	// without a method it is every method.
	On string
	// Do is what happens, in words separated by commas:
	//
	//	latency=250ms   the answer comes late
	//	429             refused as too fast; retry-after=2 adds the header, in seconds
	//	500             an HTML page from a proxy, with status 500
	//	cut=100         the connection ends after so many bytes of the body
	//	type=text/html  another content type
	//	endless         the body never ends
	//	skew=-1h        the Date header is off by so much
	Do string
	// Times is how often it happens; 0 is until it is taken away.
	Times int
}

// fault is a Fault made ready.
type fault struct {
	Fault
	method, path string
	left         int

	latency, skew time.Duration
	status        int
	retryAfter    string
	cut           int // -1: none
	kind          string
	endless       bool
}

// maxLatency bounds how late an answer can be made.
const maxLatency = 10 * time.Minute

// parseFault reads a Fault. The error says in one sentence which word it does not
// understand.
func parseFault(given Fault) (*fault, error) {
	f := &fault{Fault: given, cut: -1, left: given.Times}
	method, path, found := strings.Cut(strings.TrimSpace(given.On), " ")
	if !found {
		method, path = "", method
	}
	f.method, f.path = strings.ToUpper(method), path
	if path != "" && !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("a fault is on an endpoint such as \"GET /v1/invoices/*\", not on %q", given.On)
	}
	if given.Times < 0 {
		return nil, errors.New("a fault cannot happen less than 0 times")
	}
	for word := range strings.SplitSeq(given.Do, ",") {
		if err := f.read(strings.TrimSpace(word)); err != nil {
			return nil, err
		}
	}
	return f, f.check()
}

// read takes one word over.
func (f *fault) read(word string) (err error) {
	name, value, _ := strings.Cut(word, "=")
	switch name {
	case "latency":
		f.latency, err = time.ParseDuration(value)
	case "429", "500":
		f.status, err = strconv.Atoi(name)
	case "retry-after":
		f.retryAfter = value
		_, err = strconv.ParseUint(value, 10, 31)
	case "cut":
		var bytes uint64
		bytes, err = strconv.ParseUint(value, 10, 31)
		f.cut = int(bytes)
	case "type":
		f.kind = value
		if value == "" || strings.ContainsAny(value, "\r\n") {
			err = errors.New("no content type")
		}
	case "endless":
		f.endless = true
	case "skew":
		f.skew, err = time.ParseDuration(value)
	default:
		err = errors.New("unknown")
	}
	if err != nil {
		return fmt.Errorf("there is no fault %q; there are latency=250ms, 429, retry-after=2, 500, cut=100, type=text/html, endless and skew=-1h", word)
	}
	return nil
}

func (f *fault) check() error {
	switch {
	case f.latency < 0 || f.latency > maxLatency:
		return fmt.Errorf("an answer can be up to %s late", maxLatency)
	case f.retryAfter != "" && f.status != http.StatusTooManyRequests:
		return errors.New("retry-after goes with 429")
	case f.endless && f.cut >= 0:
		return errors.New("a body cannot be both cut and endless")
	}
	return nil
}

// on tells whether the fault is for a request.
func (f *fault) on(r *http.Request) bool {
	if f.method != "" && f.method != r.Method {
		return false
	}
	return f.path == "" || pathFits(f.path, r.URL.Path)
}

func pathFits(pattern, path string) bool {
	wanted, parts := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, part := range wanted {
		switch {
		case i >= len(parts):
			return false
		case part == "*" && i == len(wanted)-1:
			return parts[i] != ""
		case part != "*" && part != parts[i]:
			return false
		}
	}
	return len(wanted) == len(parts)
}

// faults are those to be made, and what makes them.
type faults struct {
	wait func(r *http.Request, d time.Duration)
	now  func() time.Time

	mu  sync.Mutex
	set []*fault
}

func newFaults(given []Fault, now func() time.Time) (*faults, error) {
	all := &faults{now: now, wait: func(r *http.Request, d time.Duration) { _ = waitFor(r.Context(), d) }}
	for _, one := range given {
		if err := all.add(one); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (a *faults) add(given Fault) error {
	f, err := parseFault(given)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.set = append(a.set, f)
	return nil
}

// list gives those still to be made, with the times that are left.
func (a *faults) list() []Fault {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := []Fault{}
	for _, f := range a.set {
		left = append(left, Fault{On: f.On, Do: f.Do, Times: f.left})
	}
	return left
}

func (a *faults) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.set = nil
}

// take finds the first fault for a request, and counts it.
func (a *faults) take(r *http.Request) *fault {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, f := range a.set {
		if !f.on(r) {
			continue
		}
		if f.left == 1 {
			a.set = append(a.set[:i:i], a.set[i+1:]...)
		}
		f.left = max(f.left-1, 0)
		return f
	}
	return nil
}

// faultHeader asks for a fault in the answer to this one request.
const faultHeader = "X-Sandbox-Fault"

// around puts the faults in front of a handler. What controls the sandbox itself
// always works.
func (a *faults) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, controlPlace) {
			next.ServeHTTP(w, r)
			return
		}
		f := a.take(r)
		if words := r.Header.Get(faultHeader); words != "" {
			asked, err := parseFault(Fault{Do: words})
			if err != nil {
				stripewire.Invalid("", faultHeader, err.Error()).Write(w)
				return
			}
			f = asked
		}
		if f == nil {
			next.ServeHTTP(w, r)
			return
		}
		a.make(f, next, w, r)
	})
}
