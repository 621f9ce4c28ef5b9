package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// courier brings events to webhook endpoints, aside from the requests that cause
// them. Each endpoint has its own line, so that a slow one holds up no other.
type courier struct {
	desk   *desk
	client *http.Client
	wait   func(context.Context, time.Duration) error
	now    func() time.Time // of the signature: the receiver's clock, which nobody moves

	ctx       context.Context // until close
	stop      context.CancelFunc
	work      sync.WaitGroup
	attending sync.Once

	mu     sync.Mutex
	chaos  bool
	closed bool
	lines  map[string]chan struct{} // per endpoint, closed when the last in line is done
	held   map[string]*parcel       // per endpoint, what chaos keeps back
	under  map[*parcel]bool         // what is under way
}

// parcel is one event on its way to one endpoint.
type parcel struct {
	event    *stripeEvent
	endpoint string
	body     []byte
	arrived  bool // at least once; guarded by the desk
}

// pauses are the waits between the tries to deliver; after the last, the event
// stays undelivered. Stripe takes hours between its tries in test mode.
// Source: Stripe docs, "Webhooks", Retry behavior.
var pauses = []time.Duration{time.Second, 5 * time.Second, 25 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

// deliveryTakes is how long an endpoint may take to answer.
const deliveryTakes = 10 * time.Second

func newCourier(d *desk, wait func(context.Context, time.Duration) error) *courier {
	ctx, stop := context.WithCancel(context.Background())
	if wait == nil {
		wait = waitFor
	}
	dialer := &net.Dialer{Timeout: deliveryTakes, Control: loopbackOnly}
	return &courier{
		desk: d, wait: wait, now: time.Now, ctx: ctx, stop: stop,
		lines: map[string]chan struct{}{}, held: map[string]*parcel{}, under: map[*parcel]bool{},
		client: &http.Client{
			Timeout:       deliveryTakes,
			Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// loopbackOnly refuses to connect to anything but this machine, whatever a name
// leads to.
func loopbackOnly(_, address string, _ syscall.RawConn) error {
	if !isLoopback(address) {
		return errors.New("the sandbox sends events to this machine only")
	}
	return nil
}

// waitFor is a timer that honours the context.
func waitFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// accept puts an event in line for every endpoint that wants it. The desk calls
// it while the event is being made.
func (k *courier) accept(o *stripeEvent) {
	var endpoints []string
	for _, endpoint := range k.desk.world.webhooks.items {
		if endpoint != nil && endpoint.wants(o.Type) {
			endpoints = append(endpoints, endpoint.ID)
		}
	}
	k.send(o, endpoints...)
}

// resume goes on with an event that did not reach an endpoint before; nil, or an
// endpoint that is gone, is nothing to do.
func (k *courier) resume(o *stripeEvent, endpoint string) {
	if at := k.desk.world.webhooks.find(endpoint); o != nil && at != nil && at.wants(o.Type) {
		k.send(o, endpoint)
	}
}

func (k *courier) send(o *stripeEvent, endpoints ...string) {
	if len(endpoints) == 0 {
		return
	}
	o.PendingWebhooks += int64(len(endpoints))
	body, err := encode(o)
	if err != nil {
		return // it is made of JSON that was written before
	}
	body = k.desk.world.scenario.spoil(bytes.TrimSpace(body))
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, endpoint := range endpoints {
		p := &parcel{event: o, endpoint: endpoint, body: body}
		k.under[p] = true
		k.arrange(p)
	}
}

// arrange decides about the order. With chaos, every other event is kept until
// the one after it has gone, and is then sent twice.
func (k *courier) arrange(p *parcel) {
	kept := k.held[p.endpoint]
	delete(k.held, p.endpoint)
	if k.chaos && kept == nil {
		k.held[p.endpoint] = p
		k.releaseLater(p)
		return
	}
	k.enqueue(p)
	if kept != nil {
		k.enqueue(kept)
		k.enqueue(kept)
	}
}

// releaseLater sends what chaos keeps back when nothing comes to overtake it.
func (k *courier) releaseLater(p *parcel) {
	if k.closed {
		return
	}
	k.work.Go(func() {
		if k.wait(k.ctx, pauses[0]) != nil {
			return
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.held[p.endpoint] == p {
			delete(k.held, p.endpoint)
			k.enqueue(p)
		}
	})
}

// enqueue lets a parcel go once those before it in its line have been tried.
func (k *courier) enqueue(p *parcel) {
	if k.closed {
		return
	}
	before, tried := k.lines[p.endpoint], make(chan struct{})
	k.lines[p.endpoint] = tried
	k.work.Go(func() {
		if before != nil {
			<-before
		}
		over := k.try(p)
		close(tried)
		for n := 0; !over && n < len(pauses); n++ {
			if k.wait(k.ctx, pauses[n]) != nil {
				return // it is still under way
			}
			over = k.try(p)
		}
		if over || k.ctx.Err() == nil {
			k.mu.Lock()
			defer k.mu.Unlock()
			delete(k.under, p)
		}
	})
}

// try delivers once. It is over, too, when nobody wants the event any more.
func (k *courier) try(p *parcel) (over bool) {
	if k.ctx.Err() != nil {
		return false
	}
	address, secret, wanted := k.desk.whereTo(p.endpoint)
	if !wanted {
		return true
	}
	r, err := http.NewRequestWithContext(k.ctx, http.MethodPost, address, bytes.NewReader(p.body))
	if err != nil {
		return true
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "Billfold-Sandbox/1.0")
	r.Header.Set("Stripe-Signature", signature(p.body, secret, k.now().Unix()))
	response, err := k.client.Do(r)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxBody)) // what it says does not matter
	_ = response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return false
	}
	k.desk.delivered(p)
	return true
}

// signature is the header that proves who sent a body, and when.
// Source: Stripe docs, "Verify webhook signatures manually".
func signature(body []byte, secret string, at int64) string {
	when := strconv.FormatInt(at, 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(when + "."))
	mac.Write(body)
	return "t=" + when + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// setChaos says whether events come out of order and twice. What was held back
// goes when it ends.
func (k *courier) setChaos(on bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.chaos = on
	for _, kept := range k.held {
		if !on {
			k.enqueue(kept)
		}
	}
	if !on {
		clear(k.held)
	}
}

func (k *courier) chaotic() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.chaos
}

// close lets what is in line be tried until ctx ends, ends all deliveries, and
// gives those that have not arrived.
func (k *courier) close(ctx context.Context) (left []undelivered) {
	k.setChaos(false)
	k.mu.Lock()
	k.closed = true
	lines := slices.Collect(maps.Values(k.lines))
	k.mu.Unlock()
	for _, tried := range lines {
		select {
		case <-tried:
		case <-ctx.Done():
		}
	}
	k.stop()
	k.work.Wait()
	for p := range k.under {
		left = append(left, undelivered{Event: p.event.ID, Endpoint: p.endpoint})
	}
	order := func(o undelivered) int {
		return slices.IndexFunc(k.desk.world.events.items, func(e *stripeEvent) bool { return e != nil && e.ID == o.Event })
	}
	slices.SortFunc(left, func(a, b undelivered) int { return cmp.Or(order(a)-order(b), strings.Compare(a.Endpoint, b.Endpoint)) })
	return left
}

// whereTo gives the address and the secret of an endpoint that is still there.
func (d *desk) whereTo(endpoint string) (address, secret string, wanted bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o := d.world.webhooks.find(endpoint)
	if o == nil || o.Status != "enabled" {
		return "", "", false
	}
	return o.URL, o.secret, true
}

// delivered counts one endpoint of an event as reached; a second copy counts for
// nothing.
func (d *desk) delivered(p *parcel) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !p.arrived {
		p.arrived = true
		p.event.PendingWebhooks--
	}
}

// attend keeps the clock going from now on, though nobody asks for anything:
// somebody waits for what happens by itself.
func (k *courier) attend() {
	k.attending.Do(func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.closed {
			return
		}
		k.work.Go(func() {
			beat := time.NewTicker(time.Second)
			defer beat.Stop()
			for {
				select {
				case <-k.ctx.Done():
					return
				case <-beat.C:
					k.desk.letTimePass()
				}
			}
		})
	})
}

// letTimePass makes what is due happen.
func (d *desk) letTimePass() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.world.advance(d.now().Unix() + d.world.ahead)
}
