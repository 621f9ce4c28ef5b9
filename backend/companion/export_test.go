package companion

import (
	"context"
	"time"

	"billfold/backend/billing"
)

// Outcome is how a pull of a tried watch went.
type Outcome struct {
	Code                    billing.Code
	Again, HeldBack, PutOff time.Duration
}

func (o Outcome) inner() outcome {
	return outcome{code: o.Code, again: o.Again, heldBack: o.HeldBack, putOff: o.PutOff}
}

// Surroundings are what a tried watch sees of the world.
type Surroundings struct {
	Pull      func() Outcome
	Wall      func() time.Time
	Addresses func() string
	Hints     chan struct{}
	News      chan struct{}
	Pulled    chan struct{}
}

// RunWatch runs a watch with nothing real but its timers. Waits are not spread.
func RunWatch(ctx context.Context, s Surroundings, last Outcome) {
	w := &watch{
		rhythm: rhythm{chance: func() float64 { return 0.5 }},
		pull: func(context.Context) outcome {
			last = s.Pull()
			return last.inner()
		},
		last: func(context.Context) outcome { return last.inner() },
		wall: s.Wall, addresses: s.Addresses, hints: s.Hints, news: s.News, pulled: s.Pulled,
	}
	w.run(ctx)
}
