package sandbox

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"billfold/backend/stripewire"
)

// WebhookOptions says where events go from the start.
type WebhookOptions struct {
	// URL is an address of this machine that gets every event; "" is none. An
	// endpoint of that address which is there already is kept as it is.
	URL string
	// Chaos lets events come out of order and twice, as they do at Stripe.
	Chaos bool
	// Tell is given every event as an endpoint would be, with the header that
	// WebhookSecret proves, while the event is made. It is no endpoint, and nothing of
	// it is in the state file. It must not wait for the sandbox. nil is nobody.
	Tell func(body []byte, signature string)
	// Wait is how the pauses between tries pass; nil is a timer. A seam for tests.
	Wait func(context.Context, time.Duration) error
}

// aside is what runs beside the API: faults, webhooks, mail, and the page that
// controls them.
type aside struct {
	desk    *desk
	faults  *faults
	courier *courier
	mailer  *mailer
	secret  string // of the endpoint that the options named
}

func newAside(d *desk, options Options) (*aside, error) {
	made, err := newFaults(options.Faults, time.Now)
	if err != nil {
		return nil, err
	}
	mails, err := newMailer(options.Mail)
	if err != nil {
		return nil, err
	}
	a := &aside{desk: d, faults: made, mailer: mails, courier: newCourier(d, options.Webhook.Wait)}
	a.courier.setChaos(options.Webhook.Chaos)
	if err := a.listen(options.Webhook.URL); err != nil {
		return nil, errors.Join(err, a.close())
	}
	if options.Webhook.Tell != nil {
		a.tellOf(options.Webhook.Tell)
	}
	return a, nil
}

// tellOf has tell hear of every event from now on, and of those that time brings.
func (a *aside) tellOf(tell func(body []byte, signature string)) {
	if a.secret == "" {
		a.secret = "whsec_" + rand.Text()
	}
	a.desk.mu.Lock()
	defer a.desk.mu.Unlock()
	w, secret := a.desk.world, a.secret
	w.onEvent = func(o *stripeEvent) {
		a.courier.accept(o)
		if body, err := encode(o); err == nil { // it is made of JSON that was written before
			body = w.scenario.spoil(bytes.TrimSpace(body))
			tell(body, signature(body, secret, a.courier.now().Unix()))
		}
	}
	a.courier.attend()
}

// listen connects courier and mailer to a world that is ready: what it lived
// through before is told to nobody.
func (a *aside) listen(address string) error {
	w := a.desk.world
	a.desk.mu.Lock()
	a.takeUp()
	w.onEvent, w.onListener = a.courier.accept, a.courier.attend
	if a.mailer.delivers() {
		w.onLetter = a.mailer.accept
		a.courier.attend()
	}
	if w.livingEndpoints() > 0 {
		a.courier.attend()
	}
	there := w.webhookFor(address)
	a.desk.mu.Unlock()
	if address == "" {
		a.startTelling()
		return nil
	}
	if there == nil {
		form := stripewire.Form{}
		for _, pair := range [][2]string{{"url", address}, {"enabled_events[]", "*"}} {
			field, err := stripewire.NewField(pair[0], pair[1])
			if err != nil {
				return err
			}
			form = append(form, field)
		}
		if _, err := a.desk.answer(request{method: http.MethodPost, path: "/v1/webhook_endpoints", form: form}); err != nil {
			return err
		}
	}
	a.startTelling()
	a.desk.mu.Lock()
	defer a.desk.mu.Unlock()
	a.secret = w.webhookFor(address).secret
	return nil
}

// around puts what runs beside the API in front of it.
func (a *aside) around(api http.Handler, key string) http.Handler {
	return a.faults.around(newControl(a, api, key))
}

// WebhookSecret signs what goes to the endpoint that the options named, and what
// they have told; "" when they named neither.
func (s *Sandbox) WebhookSecret() string { return s.beside.secret }
