package handoff

import (
	"context"
	"time"
)

const (
	// firstPause is the pause after the first look; it doubles up to longestPause.
	firstPause   = 500 * time.Millisecond
	longestPause = 15 * time.Second
	// chaseLasts is how long a change is looked for after the browser came back.
	chaseLasts = 2 * time.Minute
)

// Chase looks at once, and again after growing pauses, until look sees a change or
// two minutes of pauses have passed. seen tells which; err is why the last look
// failed, or that ctx ended. wait passes the time; nil is a timer.
func Chase(ctx context.Context, look func(context.Context) (seen bool, err error), wait func(context.Context, time.Duration) error) (seen bool, err error) {
	if wait == nil {
		wait = Wait
	}
	var passed time.Duration
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		seen, err = look(ctx)
		if seen || ctx.Err() != nil || passed >= chaseLasts {
			return seen, err
		}
		if err := wait(ctx, pause); err != nil {
			return false, err
		}
		passed += pause
	}
}

// Wait passes the time, or ends at once with the context.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
