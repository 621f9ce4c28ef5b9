package companion

import (
	"math/rand/v2"
	"time"

	"billfold/backend/billing"
)

const (
	// lookPause is the least time between two pulls that nobody asked for by hand,
	// however often the window gets the focus.
	lookPause = 30 * time.Second
	// newsPause is the least time between two pulls for news that a gateway told: what
	// happens comes in bursts.
	newsPause = 2 * time.Second
	// firstBackOff follows a pull that failed; it doubles with each further one.
	firstBackOff = 30 * time.Second
	longBackOff  = time.Hour
	// refusedPause follows a no that asking again will not change by itself: signed
	// out, forbidden, another's customer.
	refusedPause = time.Hour
	// spread is by how much of itself a wait is lengthened or shortened, so that a
	// million companions do not ask in the same second.
	spread = 0.1
)

// outcome is how a pull went.
type outcome struct {
	code billing.Code // "" when it went well
	// again is how long the account need not be asked for again when it went well.
	again time.Duration
	// heldBack is how long the server asked to be left alone.
	heldBack time.Duration
	// putOff is over how long the pull is spread that was not made: everybody has one
	// to make.
	putOff time.Duration
}

// rhythm decides when to pull next. It reads no clock.
type rhythm struct {
	failures  int
	ended     time.Time // when the last pull ended
	heldUntil time.Time // the server asked not to be asked before
	due       time.Time // when to pull next
	putOff    bool      // the next pull has its place among everybody's
	chance    func() float64
}

// start begins the rhythm with a copy that is good for a while.
func (r *rhythm) start(o outcome, now time.Time) { r.due = now.Add(r.spread(o.again)) }

// after takes note of a pull that ended now.
func (r *rhythm) after(o outcome, now time.Time) {
	r.ended = now
	if r.putOff = o.putOff > 0; r.putOff {
		r.due = now.Add(time.Duration(float64(o.putOff) * r.draw()))
		return
	}
	if o.heldBack > 0 {
		r.heldUntil = now.Add(o.heldBack)
	}
	if o.code == "" {
		r.failures = 0
		r.due = r.atLeast(now.Add(r.spread(o.again)))
		return
	}
	r.failures++
	wait := min(firstBackOff<<min(r.failures-1, 10), longBackOff)
	if refused(o.code) {
		wait = refusedPause
	}
	r.due = r.atLeast(now.Add(r.spread(wait)))
}

// hint takes note that something happened which makes a look worthwhile: focus, a
// wake from sleep, a network that is back.
func (r *rhythm) hint(now time.Time) {
	if soon := r.atLeast(now); soon.Before(r.due) {
		r.due = soon
	}
}

// news takes note that the server told of something new.
func (r *rhythm) news(now time.Time) {
	if r.putOff {
		return // that is what everybody heard
	}
	for _, bound := range []time.Time{r.ended.Add(newsPause), r.heldUntil} {
		if now.Before(bound) {
			now = bound
		}
	}
	if now.Before(r.due) {
		r.due = now
	}
}

// atLeast moves an instant behind what the server and our own manners ask for.
func (r *rhythm) atLeast(at time.Time) time.Time {
	for _, bound := range []time.Time{r.ended.Add(lookPause), r.heldUntil} {
		if at.Before(bound) {
			at = bound
		}
	}
	return at
}

func (r *rhythm) spread(wait time.Duration) time.Duration {
	return wait + time.Duration(float64(wait)*spread*(2*r.draw()-1))
}

// draw is anything from 0 to 1.
func (r *rhythm) draw() float64 {
	if r.chance != nil {
		return r.chance()
	}
	return rand.Float64() //nolint:gosec // it spreads load and hides nothing
}

func refused(code billing.Code) bool {
	switch code {
	case billing.CodeSignedOut, billing.CodeForbidden, billing.CodeNotFound, billing.CodeForeign,
		billing.CodeLiveKey, billing.CodeNotStripe, billing.CodeNewerFile:
		return true
	default:
		return false
	}
}
