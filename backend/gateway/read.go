package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"billfold/backend/gateway/scope"
	"billfold/backend/stripewire"
)

// reads is what several requests can share: answers on their way, and what was
// proven a while ago.
type reads struct {
	flight *singleflight.Group
	// waiting counts the requests that wait for an answer, their own or a shared one.
	waiting *atomic.Int64
	proven  *lru.Cache[string, struct{}]
}

// provenKept is how many proofs are kept, of all customers. An object never
// changes its owner.
const provenKept = 50_000

func newReads() reads {
	proven, err := lru.New[string, struct{}](provenKept)
	if err != nil { // only a size of nothing is an error
		panic(err)
	}
	return reads{flight: &singleflight.Group{}, waiting: &atomic.Int64{}, proven: proven}
}

// outcome is an answer that may go back, and what it took.
type outcome struct {
	body       []byte
	asked      int
	upstreamID string
	notYours   bool
}

// read answers a GET: with 304 when the caller has what there is, else with what
// Stripe says.
func (v *visit) read(call *scope.Call) error {
	// The version is read before the answer, so that what changes meanwhile makes
	// the answer an old one.
	version, err := v.changes.Tag(v.ctx, v.who.Customer)
	if err != nil {
		v.config.Log.WarnContext(v.ctx, "versions cannot be read", "request_id", v.id, "error", err)
	}
	asked := call.Path + "?" + call.Encoded()
	if call.Steady && version != "" && v.changes.Fresh() {
		tag := `"` + version + "." + short([]byte(v.mark+asked)) + `"`
		v.w.Header().Set("ETag", tag)
		if v.has(tag) {
			v.notModified()
			return nil
		}
	}
	got, err := v.together(version, asked, call)
	v.asked, v.upstreamID = got.asked, got.upstreamID
	if got.notYours {
		v.decision = "not yours"
	}
	if err != nil {
		v.w.Header().Del("ETag")
		return err
	}
	v.json(got.body)
	return nil
}

// has tells whether the caller has the answer of a tag and is content with it.
func (v *visit) has(tag string) bool {
	if strings.Contains(v.r.Header.Get("Cache-Control"), "no-cache") {
		return false
	}
	return strings.TrimPrefix(v.r.Header.Get("If-None-Match"), "W/") == tag
}

func (v *visit) notModified() {
	v.status = http.StatusNotModified
	v.w.WriteHeader(http.StatusNotModified)
}

// together lets equal requests of one customer that come while one is on its way
// share its answer. Who wrote meanwhile has another version, and asks anew.
func (v *visit) together(version, asked string, call *scope.Call) (outcome, error) {
	if version == "" {
		return v.obtain(v.ctx, call)
	}
	key := v.who.Customer + " " + version + " " + asked
	v.reads.waiting.Add(1)
	defer v.reads.waiting.Add(-1)
	done := v.reads.flight.DoChan(key, func() (any, error) {
		// Not the caller's context: who waits besides must not go away with them.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), v.config.Limits.Patience+2*upstreamTakes)
		defer cancel()
		return v.obtain(ctx, call)
	})
	select {
	case result := <-done:
		got, _ := result.Val.(outcome)
		return got, result.Err
	case <-v.ctx.Done():
		return outcome{}, v.ctx.Err()
	}
}

// obtain proves, asks Stripe, and takes from the answer what may go back.
func (v *visit) obtain(ctx context.Context, call *scope.Call) (got outcome, err error) {
	if got.asked, err = v.prove(ctx, call); err != nil {
		var refused *stripewire.Error
		got.notYours = errors.As(err, &refused) && refused.Code == stripewire.CodeResourceMissing
		return got, err
	}
	got.asked++
	said, err := v.upstream.do(ctx, ask{method: call.Method, path: call.Path, encoded: call.Encoded()})
	got.upstreamID = said.requestID
	if err != nil {
		return got, err
	}
	got.body, err = v.release(call, said)
	if err == scope.ErrNotYours {
		got.notYours = true
		err = call.Missing()
	}
	return got, err
}

// release turns an answer of Stripe into one of ours.
func (v *visit) release(call *scope.Call, said answer) ([]byte, error) {
	if said.status == http.StatusTooManyRequests {
		return nil, &busy{said.retryAfter}
	}
	if said.status != http.StatusOK {
		return nil, call.Refusal(said.status, said.body)
	}
	released, err := call.Release(said.body)
	if err != nil {
		return nil, err
	}
	for _, key := range released.Known {
		v.reads.proven.Add(v.who.Customer+" "+key, struct{}{})
	}
	return released.Body, nil
}

// prove reads what has to be the customer's, and counts how often it asked.
func (v *visit) prove(ctx context.Context, call *scope.Call) (asked int, err error) {
	for _, proof := range call.Proofs() {
		kept := v.who.Customer + " " + proof.Key
		if proof.Key != "" && v.reads.proven.Contains(kept) {
			continue
		}
		for next := proof; next != nil; {
			asked++
			said, err := v.upstream.do(ctx, ask{method: http.MethodGet, path: next.Path, encoded: next.Query})
			if err != nil {
				return asked, err
			}
			if err := v.passable(call, said); err != nil {
				return asked, err
			}
			if next, err = next.Judge(said.status, said.body); err != nil {
				return asked, err
			}
		}
		if proof.Key != "" {
			v.reads.proven.Add(kept, struct{}{})
		}
	}
	return asked, nil
}

// passable tells whether an answer says anything about what was to be proven.
func (v *visit) passable(call *scope.Call, said answer) error {
	if slices.Contains([]int{http.StatusOK, http.StatusNotFound, http.StatusBadRequest}, said.status) {
		return nil
	}
	_, err := v.release(call, said)
	return err
}

// write proves afresh, asks Stripe, and makes the customer's version an old one,
// also when nobody knows what came of it.
func (v *visit) write(call *scope.Call) error {
	v.decision = "write"
	asked, err := v.prove(v.ctx, call)
	v.asked = asked
	if err != nil {
		v.decision = "write refused"
		return err
	}
	key := rand.Text()
	if given := v.r.Header.Get("Idempotency-Key"); given != "" {
		key = v.upstream.idempotencyKey(v.who.Issuer, v.who.Subject, v.who.Customer, call.Method, call.Path, given)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), 5*time.Second)
		defer cancel()
		if err := v.changes.Wrote(ctx, v.who.Customer); err != nil {
			v.config.Log.ErrorContext(ctx, "a write could not be noted", "request_id", v.id, "error", err)
		}
	}()
	v.asked++
	said, err := v.upstream.do(v.ctx, ask{method: call.Method, path: call.Path, encoded: call.Encoded(), idempotencyKey: key})
	v.upstreamID = said.requestID
	if err != nil {
		return err
	}
	body, err := v.release(call, said)
	if err != nil {
		return err
	}
	v.json(body)
	return nil
}
