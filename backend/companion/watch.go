package companion

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

const (
	// pulseEvery is how often a watch looks whether the machine slept or the network
	// is another: two cheap questions to the system.
	pulseEvery = 10 * time.Second
	// sleptFor is the least gap between the clock on the wall and the one that stands
	// still with the machine that counts as sleep.
	sleptFor = time.Minute
)

// watch pulls whenever its rhythm says so. Its fields are what it needs of the
// world.
type watch struct {
	rhythm rhythm
	// pull pulls, or waits for the one that is running.
	pull func(context.Context) outcome
	// wall is the clock on the wall, which goes on while the machine sleeps.
	wall func() time.Time
	// addresses names the network the machine is in.
	addresses func() string
	hints     chan struct{}
	// news hears that a gateway told of something new.
	news chan struct{}
	// pulled hears of pulls that went well, also those that others began.
	pulled chan struct{}
	// last is how the last good pull went.
	last func(context.Context) outcome
}

// Watch keeps the copy fresh until ctx ends: after a focus, a wake or a new
// network, shortly after each planned event, in minutes while something is
// pending and in hours when all is quiet; never before the server allows. A gateway
// is listened to besides, which tells when there is something new.
// Whoever starts it pulls first.
func (c *Companion) Watch(ctx context.Context) {
	w := &watch{
		pull: c.pullForWatch, last: c.lastOutcome, wall: c.config.Now, addresses: networkAddresses,
		hints: c.hints, news: make(chan struct{}, 1), pulled: make(chan struct{}, 1),
	}
	defer c.Subscribe(func(event string) {
		if event == EventChanged {
			knock(w.pulled)
		}
	})()
	listening, deaf := context.WithCancel(ctx)
	var together sync.WaitGroup
	together.Go(func() { c.listen(listening, func() { knock(w.news) }) })
	w.run(ctx)
	deaf()
	together.Wait()
}

// Look says that something happened which makes a pull worthwhile, such as the
// focus coming back. Without a Watch nothing happens.
func (c *Companion) Look() { knock(c.hints) }

func knock(door chan<- struct{}) {
	select {
	case door <- struct{}{}:
	default: // one is waiting to be seen
	}
}

// run pulls until ctx ends.
func (w *watch) run(ctx context.Context) {
	w.rhythm.start(w.last(ctx), time.Now())
	pulse := time.NewTicker(pulseEvery)
	defer pulse.Stop()
	seen := w.look()
	for {
		timer := time.NewTimer(time.Until(w.rhythm.due))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-w.hints:
			w.rhythm.hint(time.Now())
		case <-w.news:
			w.rhythm.news(time.Now())
		case <-w.pulled:
			w.rhythm.after(w.last(ctx), time.Now())
		case <-pulse.C:
			now := w.look()
			if now.differsFrom(seen) {
				w.rhythm.hint(time.Now())
			}
			seen = now
		case <-timer.C:
			if result := w.pull(ctx); ctx.Err() == nil {
				w.rhythm.after(result, time.Now())
			}
		}
		timer.Stop()
	}
}

// surroundings are what a sleep or another network would change.
type surroundings struct {
	wall, steady time.Time
	addresses    string
}

func (w *watch) look() surroundings {
	return surroundings{wall: w.wall().Round(0), steady: time.Now(), addresses: w.addresses()}
}

// differsFrom tells whether the machine slept meanwhile, or came into a network.
func (s surroundings) differsFrom(before surroundings) bool {
	slept := s.wall.Sub(before.wall) - s.steady.Sub(before.steady)
	return slept >= sleptFor || s.addresses != before.addresses && s.addresses != ""
}

// networkAddresses are the addresses by which others may reach this machine, ""
// for none.
func networkAddresses() string {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return ""
	}
	var outward []string
	for _, address := range addresses {
		if ip, isNet := address.(*net.IPNet); isNet && ip.IP.IsGlobalUnicast() {
			outward = append(outward, ip.String())
		}
	}
	slices.Sort(outward)
	return strings.Join(outward, " ")
}

// pullForWatch pulls for a watch. A pull that is running already counts as its own.
// One that a gateway asked to put off is put off once.
func (c *Companion) pullForWatch(ctx context.Context) outcome {
	report, err := c.pullNow(ctx, pullOptions{patient: !c.putOff.Swap(false)})
	if report.PutOff > 0 {
		c.putOff.Store(true)
		return outcome{putOff: report.PutOff}
	}
	if code := billing.CodeOf(err); code != "" && code != billing.CodeBusy {
		return outcome{code: code, heldBack: stripeapi.RetryAfter(err)}
	}
	return c.lastOutcome(ctx)
}

// lastOutcome is as if the copy that is there had just been pulled.
func (c *Companion) lastOutcome(ctx context.Context) outcome {
	c.mu.RLock()
	defer c.mu.RUnlock()
	now := billing.At(c.config.Now())
	cache, err := c.account.readable()
	if err != nil {
		return outcome{code: billing.CodeOf(err)}
	}
	known, err := cache.Account(ctx)
	if err != nil {
		return outcome{code: billing.CodeOf(err)}
	}
	return outcome{again: time.Duration(known.LookAgainAt(now)-now) * time.Second}
}
