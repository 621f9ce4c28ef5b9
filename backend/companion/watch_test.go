package companion_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// world is what a tried watch sees, and when it pulled.
type world struct {
	mu        sync.Mutex
	began     time.Time
	pulls     []time.Duration
	answer    companion.Outcome
	slept     time.Duration
	addresses string
	hints     chan struct{}
	news      chan struct{}
	pulled    chan struct{}
}

// watched runs a watch in a bubble of time while act acts on the world, and gives
// when it pulled. A chance, if given, decides how the waits are spread.
func watched(t *testing.T, answer companion.Outcome, act func(*world), chance ...float64) (pulls []time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{
			began: time.Now(), answer: answer, addresses: "192.0.2.1",
			hints: make(chan struct{}, 1), news: make(chan struct{}, 1), pulled: make(chan struct{}, 1),
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			around := w.surroundings()
			if len(chance) > 0 {
				around.Chance = func() float64 { return chance[0] }
			}
			companion.RunWatch(ctx, around, companion.Outcome{Again: 6 * time.Hour})
		}()
		act(w)
		stop()
		<-ended
		pulls = w.pulls
	})
	return pulls
}

func (w *world) surroundings() companion.Surroundings {
	return companion.Surroundings{
		Pull: func() companion.Outcome {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.pulls = append(w.pulls, time.Since(w.began))
			return w.answer
		},
		Wall: func() time.Time {
			w.mu.Lock()
			defer w.mu.Unlock()
			return time.Now().Add(w.slept)
		},
		Addresses: func() string {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.addresses
		},
		Hints: w.hints, News: w.news, Pulled: w.pulled,
	}
}

func (w *world) change(by func(*world)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	by(w)
}

func (w *world) focus() { w.hints <- struct{}{} }

func TestWatchPulls(t *testing.T) {
	quiet := companion.Outcome{Again: 6 * time.Hour}
	tests := map[string]struct {
		answer companion.Outcome
		act    func(*world)
		want   []time.Duration
	}{
		"in hours when all is quiet": {quiet, func(*world) { time.Sleep(13 * time.Hour) }, []time.Duration{6 * time.Hour, 12 * time.Hour}},
		"when the window gets the focus": {quiet, func(w *world) {
			time.Sleep(time.Hour)
			w.focus()
			time.Sleep(time.Minute)
		}, []time.Duration{time.Hour}},
		"not at every focus": {quiet, func(w *world) {
			time.Sleep(time.Hour)
			for range 20 {
				w.focus()
				time.Sleep(time.Second)
			}
			time.Sleep(time.Minute)
		}, []time.Duration{time.Hour, time.Hour + 30*time.Second}},
		"after the machine slept": {quiet, func(w *world) {
			time.Sleep(time.Hour + time.Second)
			w.change(func(w *world) { w.slept = 3 * time.Hour })
			time.Sleep(time.Minute)
		}, []time.Duration{time.Hour + 10*time.Second}},
		"when the network is back": {quiet, func(w *world) {
			w.change(func(w *world) { w.addresses = "" })
			time.Sleep(time.Hour + time.Second)
			w.change(func(w *world) { w.addresses = "192.0.2.7" })
			time.Sleep(time.Minute)
		}, []time.Duration{time.Hour + 10*time.Second}},
		"not when the network goes": {quiet, func(w *world) {
			w.change(func(w *world) { w.addresses = "" })
			time.Sleep(time.Hour)
		}, nil},
		"counting from a pull made by hand": {quiet, func(w *world) {
			time.Sleep(5 * time.Hour)
			w.pulled <- struct{}{}
			time.Sleep(5 * time.Hour)
		}, nil},
		"never before the server allows": {companion.Outcome{Code: billing.CodeRateLimited, HeldBack: 2 * time.Hour}, func(w *world) {
			time.Sleep(time.Hour)
			w.focus()
			time.Sleep(time.Hour)
			w.focus()
			time.Sleep(90 * time.Minute)
		}, []time.Duration{time.Hour, 3 * time.Hour}},
		"ever more seldom while it fails": {companion.Outcome{Code: billing.CodeOffline}, func(w *world) {
			time.Sleep(time.Minute)
			w.focus()
			time.Sleep(10 * time.Minute)
		}, []time.Duration{time.Minute, 90 * time.Second, 150 * time.Second, 270 * time.Second, 510 * time.Second}},
		"in its place among everybody, when all have to": {companion.Outcome{PutOff: time.Minute}, func(w *world) {
			time.Sleep(time.Hour)
			w.focus()
			time.Sleep(time.Second)
			w.change(func(w *world) { w.answer = quiet })
			w.news <- struct{}{} // the stream says so too: that is no reason to hurry
			time.Sleep(time.Hour)
		}, []time.Duration{time.Hour, time.Hour + 30*time.Second}},
		"within seconds when a gateway tells of something": {quiet, func(w *world) {
			time.Sleep(time.Hour)
			w.news <- struct{}{}
			time.Sleep(time.Minute)
		}, []time.Duration{time.Hour}},
		"seldom when it was refused": {companion.Outcome{Code: billing.CodeSignedOut}, func(w *world) {
			time.Sleep(time.Minute)
			w.focus()
			time.Sleep(90 * time.Minute)
		}, []time.Duration{time.Minute, 61 * time.Minute}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if pulls := watched(t, test.answer, test.act); !slices.Equal(pulls, test.want) {
				t.Errorf("pulled after %v, want %v", pulls, test.want)
			}
		})
	}
}

// TestWaitsAreSpread, so that those who started together do not ask together.
func TestWaitsAreSpread(t *testing.T) {
	for name, test := range map[string]struct {
		chance float64
		want   []time.Duration
	}{
		"at the earliest": {0, []time.Duration{324 * time.Minute, 648 * time.Minute}},
		"at the latest":   {1, []time.Duration{396 * time.Minute, 792 * time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			pulls := watched(t, companion.Outcome{Again: 6 * time.Hour}, func(w *world) { time.Sleep(14 * time.Hour) }, test.chance)
			if !slices.Equal(pulls, test.want) {
				t.Errorf("pulled after %v, want %v", pulls, test.want)
			}
		})
	}
}

func TestWatchKeepsTheCopyFresh(t *testing.T) {
	c := mustOpen(t, "active", nil)
	changed := make(chan struct{}, 10)
	defer c.Subscribe(func(event string) {
		if event == companion.EventChanged {
			changed <- struct{}{}
		}
	})()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.Watch(ctx)
	}()
	c.Look()
	<-changed
	stop()
	<-ended
	if !mustOverview(t, c).SyncedAt.Known() {
		t.Error("nothing was pulled")
	}
}
