package companion

import (
	"context"
	"net/url"
	"strings"
	"time"

	"billfold/backend/billing"
	"billfold/backend/handoff"
	"billfold/backend/stripeapi"
)

const (
	// visitLasts is how long the browser's return is waited for. Stripe ends a visit
	// to the portal after an hour.
	visitLasts = time.Hour
	// firstGlance is the pause before the first look without a return; it doubles up
	// to longestGlance. Not everybody comes back by the link.
	firstGlance   = 20 * time.Second
	longestGlance = 2 * time.Minute
	// lingers is how long a visit goes on after its change was seen: a page can be
	// loaded again.
	lingers = time.Minute
	// freshenLimit bounds the pull before a hand-off, which makes sure that what is
	// told afterwards was not there before.
	freshenLimit = 5 * time.Second
)

// visit is one hand-off under way.
type visit struct {
	errand
	number int64
	before billing.Picture
	door   *handoff.Return // nil where nobody can be led back
	// address is the link until it was given away; guarded by Companion.handing.
	address string
	knocks  chan bool // true: the browser came; false: the person says so
	cancel  context.CancelFunc
	ended   chan struct{}
}

// knock tells the visit to look, unless it was told already.
func (v *visit) knock(returned bool) {
	select {
	case v.knocks <- returned:
	default:
	}
}

// HandOff leads to the hosted pages in the person's browser, and looks for what
// changes there. It goes on in the background: see HandOffState. A request that
// makes no sense is CodeInvalid, and what the vendor does not offer CodeNotOffered.
// A hand-off that is under way gives way.
func (c *Companion) HandOff(ctx context.Context, request HandOffRequest) (HandOffTicket, error) {
	planned, err := c.plan(ctx, request)
	if err != nil {
		return planned.HandOffTicket, err
	}
	if !planned.Allowed {
		return planned.HandOffTicket, billing.NewError(billing.CodeNotOffered, "The vendor's customer portal does not offer this.", nil)
	}
	// One at a time: the earlier of two must not go on unseen.
	c.starting.Lock()
	defer c.starting.Unlock()
	c.endVisit()
	background, cancel := context.WithCancel(context.Background())
	v := &visit{errand: planned, knocks: make(chan bool, 1), cancel: cancel, ended: make(chan struct{})}
	c.handing.Lock()
	v.number = c.handOff.Number + 1
	c.visit = v
	c.handOff = HandOffState{
		Number: v.number, Phase: HandOffPreparing, Flow: request.Flow, SubscriptionID: planned.request.SubscriptionID,
		InvoiceID: request.InvoiceID, StartedAt: billing.At(c.config.Now()),
	}
	c.handing.Unlock()
	c.listeners.tell(EventHandOff)
	go func() {
		defer close(v.ended)
		c.run(background, v)
	}()
	return planned.HandOffTicket, nil
}

// run leads there, waits, and looks.
func (c *Companion) run(ctx context.Context, v *visit) {
	defer v.cancel()
	address, err := c.prepare(ctx, v)
	if v.door != nil {
		defer v.door.Close()
	}
	if err != nil {
		c.fail(ctx, v, err)
		return
	}
	certain := false
	if !v.request.Silent {
		certain, err = handoff.Open(ctx, c.config.OpenBrowser, address)
	}
	c.change(v, func(state *HandOffState) {
		v.address, state.LinkReady = address, true
		state.Phase, state.Certain = HandOffOpened, certain
		if err != nil {
			state.Phase, state.Problem, state.Retry = HandOffCouldNotOpen, ProblemOf(err), true
		}
	})
	c.await(ctx, v)
}

// prepare gets the address, and remembers how things stood before.
func (c *Companion) prepare(ctx context.Context, v *visit) (address string, err error) {
	link, err := c.linkFor(ctx, v)
	if err != nil {
		return "", err
	}
	address, err = handoff.SafeURL(link, c.places())
	if err != nil {
		return "", err
	}
	c.change(v, func(state *HandOffState) { state.Host = link.Host() })
	freshening, done := context.WithTimeout(ctx, freshenLimit)
	defer done()
	// Where it fails, what is known already has to do.
	if _, err := c.Pull(freshening, false); billing.CodeOf(err) == billing.CodeBusy {
		c.awaitSync(freshening)
	}
	v.before, err = c.picture(ctx, nil)
	return address, err
}

func (c *Companion) linkFor(ctx context.Context, v *visit) (billing.SecretLink, error) {
	if v.Flow == FlowPayInvoice {
		var link billing.SecretLink
		err := c.ask(ctx, func(api *stripeapi.Client) (err error) {
			link, err = api.HostedInvoiceLink(ctx, v.request.InvoiceID)
			return err
		})
		return link, err
	}
	wanted := stripeapi.PortalRequest{
		Flow: v.portalFlow, SubscriptionID: v.request.SubscriptionID, Locale: v.request.Locale, ReturnURL: c.openDoor(ctx, v),
	}
	var link billing.SecretLink
	err := c.ask(ctx, func(api *stripeapi.Client) (err error) {
		link, err = api.PortalSession(ctx, wanted)
		return err
	})
	return link, err
}

// openDoor has the browser's return awaited, and gives the address to come back to;
// "" where that cannot be. Who asked for the link alone may be gone by then.
func (c *Companion) openDoor(ctx context.Context, v *visit) string {
	if v.request.Silent && c.Target().Connection != ConnectionSandbox {
		return ""
	}
	door, err := handoff.AwaitReturn(visitLasts, func() { v.knock(true) })
	if err != nil {
		c.config.Log.Warn("nobody waits for the browser to come back", "error", err)
		return ""
	}
	v.door = door
	if page := c.returnPage(ctx); page != "" {
		return door.Through(page)
	}
	return door.URL()
}

// await looks whenever somebody knocks, and now and then by itself, until the
// visit is over.
func (c *Companion) await(ctx context.Context, v *visit) {
	over := time.NewTimer(visitLasts)
	defer over.Stop()
	for pause := firstGlance; ; pause = min(2*pause, longestGlance) {
		glancing, stop := context.WithCancel(ctx)
		glance := make(chan struct{})
		go func() {
			defer close(glance)
			_ = c.wait(glancing, pause) // stopped or not, it is over
		}()
		select {
		case returned := <-v.knocks:
			stop()
			<-glance
			if c.look(ctx, v, returned) && returned {
				over.Reset(lingers)
			}
		case <-glance:
			stop()
			c.glance(ctx, v)
		case <-over.C:
			stop()
			<-glance
			c.endOf(v)
			return
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// endOf lets go of a visit that is over; what it brought stays to be read.
func (c *Companion) endOf(v *visit) {
	c.change(v, func(state *HandOffState) { v.address, state.LinkReady = "", false })
	c.handing.Lock()
	defer c.handing.Unlock()
	if c.visit == v {
		c.visit = nil
	}
}

// look follows a return: it pulls again and again until a change is seen.
func (c *Companion) look(ctx context.Context, v *visit, returned bool) (seen bool) {
	if returned {
		c.change(v, func(state *HandOffState) {
			state.Phase, state.Returned, state.ReturnedAt = HandOffReturned, true, billing.At(c.config.Now())
		})
		c.listeners.tell(EventFront)
	}
	c.change(v, func(state *HandOffState) { state.Phase, state.Problem, state.Retry = HandOffChecking, nil, false })
	var changes []billing.Change
	seen, err := handoff.Chase(ctx, func(ctx context.Context) (seen bool, err error) {
		changes, err = c.seen(ctx, v)
		return len(changes) > 0, err
	}, c.config.Wait)
	c.change(v, func(state *HandOffState) {
		state.Phase, state.Changes = HandOffNothingYet, changes
		if seen {
			state.Phase = HandOffChanged
		} else {
			state.Problem, state.Retry = ProblemOf(err), true
		}
	})
	return seen
}

// glance looks once, and says something only if there is something to say.
func (c *Companion) glance(ctx context.Context, v *visit) {
	changes, err := c.seen(ctx, v)
	if err != nil || len(changes) == 0 {
		return
	}
	c.change(v, func(state *HandOffState) { state.Phase, state.Changes, state.Problem = HandOffChanged, changes, nil })
}

// seen pulls and compares with how things stood before the visit. What was done at
// the hosted pages a gateway may not have heard of yet.
func (c *Companion) seen(ctx context.Context, v *visit) ([]billing.Change, error) {
	_, err := c.pullNow(ctx, pullOptions{through: true})
	if err != nil && billing.CodeOf(err) != billing.CodeBusy {
		return nil, err
	}
	after, err := c.picture(ctx, &v.before)
	if err != nil {
		return nil, err
	}
	return billing.Changes(v.before, after), nil
}

// change changes the state of this visit, unless another has taken its place.
func (c *Companion) change(v *visit, do func(*HandOffState)) {
	c.handing.Lock()
	current := c.visit == v
	if current {
		do(&c.handOff)
	}
	c.handing.Unlock()
	if current {
		c.listeners.tell(EventHandOff)
	}
}

func (c *Companion) fail(ctx context.Context, v *visit, err error) {
	if ctx.Err() != nil {
		return
	}
	c.config.Log.Warn("a hand-off failed", "flow", v.Flow, "code", billing.CodeOf(err), "error", err)
	c.change(v, func(state *HandOffState) {
		state.Phase, state.Problem, state.Retry = HandOffFailed, ProblemOf(err), mayPass(err)
	})
}

// mayPass tells whether asking again may meet something else.
func mayPass(err error) bool {
	switch billing.CodeOf(err) {
	case billing.CodeForbidden, billing.CodeNotOffered, billing.CodeInvalid, billing.CodeForeign, billing.CodeNotFound, billing.CodeLiveKey:
		return false
	default:
		return true
	}
}

func (c *Companion) wait(ctx context.Context, d time.Duration) error {
	if c.config.Wait != nil {
		return c.config.Wait(ctx, d)
	}
	return handoff.Wait(ctx, d)
}

func (c *Companion) returnPage(ctx context.Context) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if dialed, err := c.account.dial(ctx, c.config.Dial); err == nil && dialed.ReturnPage != "" {
		return dialed.ReturnPage
	}
	return c.account.returnPage()
}

// places are where this connection may lead a person.
func (c *Companion) places() handoff.Places {
	c.mu.RLock()
	defer c.mu.RUnlock()
	places := handoff.Places{
		Hosts:    append([]string{portalHost, invoiceHost}, c.config.Hosts...),
		Loopback: c.account.target.Connection == ConnectionSandbox,
	}
	if server, err := url.Parse(c.account.target.URL); err == nil && server.Host != "" {
		places.Hosts = append(places.Hosts, strings.ToLower(server.Host))
		places.Loopback = places.Loopback || server.Scheme == "http"
	}
	return places
}
