package sandbox

import (
	"crypto/sha256"
	"math/big"
	"strconv"
	"strings"
)

// world is everything the sandbox knows: the objects of one merchant's account
// and the clock they live by. It does no input or output and is not safe for
// concurrent use; see desk for that.
type world struct {
	scenario scenario
	seededAt int64
	clock    int64
	agenda   agenda
	counts   map[string]int64
	dunning  dunning
	// chargesAny lets amounts be charged that are too small for it.
	chargesAny bool
	// ahead is how many seconds the clock was moved by on purpose.
	ahead int64

	customers      *shelf[customer]
	taxIDs         *shelf[taxID]
	balances       *shelf[balanceTransaction]
	products       *shelf[product]
	prices         *shelf[price]
	taxRates       *shelf[taxRate]
	paymentMethods *shelf[paymentMethod]
	subscriptions  *shelf[subscription]
	invoiceItems   *shelf[invoiceItem]
	invoices       *shelf[invoice]
	intents        *shelf[paymentIntent]
	charges        *shelf[charge]
	refunds        *shelf[refund]
	creditNotes    *shelf[creditNote]
	coupons        *shelf[coupon]
	discounts      *shelf[discount]
	schedules      *shelf[schedule]
	portalConfigs  *shelf[portalConfig]
	portalSessions *shelf[portalSession]
	events         *shelf[stripeEvent]
	webhooks       *shelf[webhookEndpoint]
	testClocks     *shelf[testClock]

	// pending holds, per customer, the invoice items that no invoice has taken yet.
	pending map[string][]*invoiceItem
	// deleted remembers the customers that were removed.
	deleted map[string]bool
	// links makes the addresses of the hosted pages.
	links links

	// request is the write under way, which events name as their cause.
	request eventRequest
	// onEvent, if set, is told of every event as it is made.
	onEvent func(*stripeEvent)
	// onListener, if set, is told that somebody waits for events.
	onListener func()
	// outbox is what was mailed in the last 30 days, oldest first.
	outbox []*letter
	// onLetter, if set, is told of every letter as it is written.
	onLetter func(*letter)
	// noted are the objects whose change is being put together.
	noted map[any]bool
	// eventsForgotten is how many events are too old to be read.
	eventsForgotten int
}

func newWorld(s scenario, seededAt int64) *world {
	return &world{
		scenario: s, seededAt: seededAt, clock: seededAt, counts: map[string]int64{}, dunning: usualDunning,
		customers:      newShelf("customer", func(o *customer) string { return o.ID }),
		taxIDs:         newShelf("tax id", func(o *taxID) string { return o.ID }),
		balances:       newShelf("customer balance transaction", func(o *balanceTransaction) string { return o.ID }),
		products:       newShelf("product", func(o *product) string { return o.ID }),
		prices:         newShelf("price", func(o *price) string { return o.ID }),
		taxRates:       newShelf("tax rate", func(o *taxRate) string { return o.ID }),
		paymentMethods: newShelf("PaymentMethod", func(o *paymentMethod) string { return o.ID }),
		subscriptions:  newShelf("subscription", func(o *subscription) string { return o.ID }),
		invoiceItems:   newShelf("invoiceitem", func(o *invoiceItem) string { return o.ID }),
		invoices:       newShelf("invoice", func(o *invoice) string { return o.ID }),
		intents:        newShelf("payment_intent", func(o *paymentIntent) string { return o.ID }),
		charges:        newShelf("charge", func(o *charge) string { return o.ID }),
		refunds:        newShelf("refund", func(o *refund) string { return o.ID }),
		creditNotes:    newShelf("credit note", func(o *creditNote) string { return o.ID }),
		coupons:        newShelf("coupon", func(o *coupon) string { return o.ID }),
		discounts:      newShelf("discount", func(o *discount) string { return o.ID }),
		schedules:      newShelf("subscription schedule", func(o *schedule) string { return o.ID }),
		portalConfigs:  newShelf("configuration", func(o *portalConfig) string { return o.ID }),
		portalSessions: newShelf("portal session", func(o *portalSession) string { return o.ID }),
		testClocks:     newShelf("test clock", func(o *testClock) string { return o.ID }),
		events:         newShelf("event", func(o *stripeEvent) string { return o.ID }),
		webhooks:       newShelf("webhook_endpoint", func(o *webhookEndpoint) string { return o.ID }),
		noted:          map[any]bool{},
		pending:        map[string][]*invoiceItem{},
		deleted:        map[string]bool{},
	}
}

// The lengths of ids behind their prefix, as Stripe has them: 24 for what is
// counted in large numbers, 14 for the rest.
const (
	longID  = 24
	shortID = 14
)

var idLengths = map[string]int{"cus": shortID, "prod": shortID, "si": shortID}

// newID makes the next id of a kind. It depends on nothing but the scenario, the
// second of its seeding and how many of the kind were made before, so the same
// moves give the same ids; and another seeding gives others, so that a cache
// filled from one can never mix with another.
func (w *world) newID(prefix string) string {
	w.counts[prefix]++
	length := idLengths[prefix]
	if length == 0 {
		length = longID
	}
	return prefix + "_" + w.digest(prefix+"/"+strconv.FormatInt(w.counts[prefix], 10), length)
}

// digest is length base-62 characters that depend on the sandbox and on what.
func (w *world) digest(what string, length int) string {
	sum := sha256.Sum256([]byte(w.scenario.Name + "/" + strconv.FormatInt(w.seededAt, 10) + "/" + what))
	text := new(big.Int).SetBytes(sum[:]).Text(62)
	if len(text) < length {
		text = strings.Repeat("0", length-len(text)) + text
	}
	return text[len(text)-length:]
}
