package sandbox

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"billfold/backend/stripewire"
)

// desk takes requests for a world one after the other: it lets time pass first,
// keeps the journal, and answers a repeated idempotency key as it did before.
type desk struct {
	now    func() time.Time
	onSave func(journal) error // nil: kept in memory only

	mu       sync.Mutex
	world    *world
	journal  journal
	replayed map[string]reply
}

// request is what a desk needs of an HTTP request. idempotencyKey is of writes
// only.
type request struct {
	method, path   string
	form           stripewire.Form
	idempotencyKey string
	id             string // of writes; the same again when they are repeated
}

// reply is an answer ready to be sent.
type reply struct {
	body     []byte
	repeated bool
	id       string            // of the request, "" for what changes nothing
	failed   error             // a payment that did not go through; body is nil then
	of       [sha256.Size]byte // the request it was given to
	at       int64
}

// keysLast is how long, in seconds, an idempotency key is remembered.
// Source: Stripe API reference, "Idempotent requests".
const keysLast = 24 * 3600

// answer handles one request; the error is a *stripewire.Error.
func (d *desk) answer(r request) (reply, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.world.advance(d.now().Unix() + d.world.ahead)
	if r.method == http.MethodGet {
		return d.perform(r)
	}
	print := sha256.Sum256([]byte(r.method + " " + r.path + "?" + r.form.Encode()))
	if before, ok := d.replayed[r.idempotencyKey]; ok && d.world.clock < before.at+keysLast {
		if before.of != print {
			return reply{}, sameKeyOtherRequest()
		}
		before.repeated = true
		return before, before.failed
	}
	r.id = d.requestID(len(d.journal.Writes))
	given, err := d.perform(r)
	if err != nil && !happened(err) {
		return reply{}, err
	}
	given.failed, given.id = err, r.id
	given.of, given.at = print, d.world.clock
	d.remember(r, given)
	d.journal.Writes = append(d.journal.Writes, writeOf(r, d.world.clock))
	if d.onSave == nil {
		return given, given.failed
	}
	if err := d.onSave(d.journal); err != nil {
		return reply{}, stripewire.Internal("The sandbox made the change but could not save it to its state file.")
	}
	return given, given.failed
}

// requestID names the n-th write, so that its events can say what they are of.
func (d *desk) requestID(n int) string {
	return "req_" + d.world.digest("request/"+strconv.Itoa(n), shortID)
}

// happened tells whether a write that was answered with an error has changed
// something all the same: a payment that was refused has been tried.
// Source: Stripe API reference, "Errors": 402, the parameters were valid but the
// request failed.
func happened(err error) bool {
	var known *stripewire.Error
	return errors.As(err, &known) && known.Status == http.StatusPaymentRequired
}

// remember keeps a reply under its idempotency key and forgets those that are
// too old.
func (d *desk) remember(r request, given reply) {
	if r.idempotencyKey == "" {
		return
	}
	for key, old := range d.replayed {
		if d.world.clock >= old.at+keysLast {
			delete(d.replayed, key)
		}
	}
	d.replayed[r.idempotencyKey] = given
}

func sameKeyOtherRequest() error {
	return &stripewire.Error{
		Status: http.StatusBadRequest, Type: stripewire.TypeIdempotency,
		Message: "Keys for idempotent requests can only be used with the same parameters they were first used with.",
	}
}

// perform runs the request and writes the answer. What is wrong with expand is
// said before anything is changed.
func (d *desk) perform(r request) (reply, error) {
	endpoint, _, err := match(r.method, r.path)
	if err != nil {
		return reply{}, err
	}
	wanted, err := readWishes(r.form, endpoint.answers)
	if err != nil {
		return reply{}, err
	}
	d.world.request = eventRequest{ID: nullableText(r.id), IdempotencyKey: nullableText(r.idempotencyKey)}
	answer, err := d.world.handle(r.method, r.path, r.form)
	d.world.request = eventRequest{}
	if err != nil {
		return reply{}, err
	}
	body, err := d.world.render(answer, endpoint.answers, wanted)
	if err != nil {
		return reply{}, stripewire.Internal("The sandbox could not write its answer.")
	}
	return reply{body: d.world.scenario.spoil(body)}, nil
}

// replay repeats the writes of a journal, each at its time.
func (d *desk) replay(writes []write) error {
	for i, old := range writes {
		form, err := stripewire.ParseForm(old.Form)
		if err != nil {
			return fmt.Errorf("write %d: %w", i, err)
		}
		d.world.advance(old.At)
		r := request{method: old.Method, path: old.Path, form: form, idempotencyKey: old.Key, id: d.requestID(i)}
		given, err := d.perform(r)
		if err != nil && !happened(err) {
			return fmt.Errorf("write %d: %w", i, err)
		}
		given.failed, given.id = err, r.id
		given.of = sha256.Sum256([]byte(r.method + " " + r.path + "?" + form.Encode()))
		given.at = d.world.clock
		d.remember(r, given)
	}
	return nil
}
