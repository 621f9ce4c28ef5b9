package stripeapi

import (
	"context"
	"errors"
	"io"
	"time"
)

var (
	errSilent  = errors.New("the server was silent for too long")
	errEndless = errors.New("the answer took too long")
)

// patience ends an attempt when the server has been silent for too long, or when
// the whole answer takes longer than any answer should.
type patience struct {
	limit   time.Duration
	silence *time.Timer
	whole   *time.Timer
	cancel  context.CancelCauseFunc
}

func watch(ctx context.Context, limit time.Duration) (context.Context, *patience) {
	ctx, cancel := context.WithCancelCause(ctx)
	return ctx, &patience{
		limit:   limit,
		silence: time.AfterFunc(limit, func() { cancel(errSilent) }),
		whole:   time.AfterFunc(wholeAnswer*limit, func() { cancel(errEndless) }),
		cancel:  cancel,
	}
}

// heard starts the silence anew.
func (p *patience) heard() { p.silence.Reset(p.limit) }

// end releases the timers; the attempt's context ends too.
func (p *patience) end() {
	p.silence.Stop()
	p.whole.Stop()
	p.cancel(nil)
}

// patientReader counts every byte as a sign of life.
type patientReader struct {
	from     io.Reader
	patience *patience
}

func (r *patientReader) Read(into []byte) (int, error) {
	n, err := r.from.Read(into)
	if n > 0 {
		r.patience.heard()
	}
	return n, err
}
