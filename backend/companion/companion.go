// Package companion is the app without its window: what a subscriber can see and
// do, online or not.
//
// Reading never needs a network: every view comes from the account's cache, and a
// pull that fails leaves it as it was. Whoever shows a Companion listens with
// Subscribe and reads again when told.
package companion

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"billfold/backend/billing"
	"billfold/backend/documents"
	"billfold/backend/session"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// The kinds of connection.
const (
	ConnectionSandbox    = "sandbox"
	ConnectionGateway    = "gateway"
	ConnectionStripeTest = "stripe_test"
)

// Target says whose billing to look at, and where.
type Target struct {
	// Connection is one of the kinds above.
	Connection string
	// Scenario is the sandbox's; "" elsewhere.
	Scenario string
	// URL is the server's base address and Customer the subscriber's id there; both
	// are "" for the sandbox, which tells them when it has started.
	URL      string
	Customer string
	// Account is the sign-in by its id in [session.Account], "" without one.
	Account string
}

// Dialed is a connection that was made.
type Dialed struct {
	API *stripeapi.Client
	// Documents says where documents may come from.
	Documents documents.Source
	// ReturnPage is the gateway's page that leads the browser back to this computer;
	// "" where it can be led here at once.
	ReturnPage string
	// Close ends what was started for the connection; nil when there is nothing.
	Close func() error
}

func (d Dialed) close() error {
	d.API.Close()
	if d.Close == nil {
		return nil
	}
	return d.Close()
}

// Config is what a Companion is made of.
type Config struct {
	// Dir is the data folder; it is made when it is missing.
	Dir string
	// Target is what to show first.
	Target Target
	// Dial connects to a target. It is called when the first pull needs it.
	Dial func(context.Context, Target) (Dialed, error)
	// Scenarios are those the sandbox offers.
	Scenarios []Scenario
	// Welcome tells that nobody has chosen what to show, so that the first run may
	// begin with the choice.
	Welcome bool
	Version string
	// DocumentsDir is where documents are saved, and DownloadsDir where copies of them
	// and exports go, while the person has said nothing else; "" is a folder below Dir.
	DocumentsDir, DownloadsDir string
	// StateFile is where programs beside Billfold are told how the account stands, after
	// each pull; "" tells nobody.
	StateFile string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log hears of what went wrong; nil is silent.
	Log *slog.Logger
	// OpenBrowser shows an address in the person's browser; nil where there is none.
	OpenBrowser func(address string) error
	// Hosts are names, beside Stripe's and the connection's own, that the vendor's
	// hosted pages are at.
	Hosts []string
	// Sessions are the sign-ins at the vendor; nil where nobody signs in. Vendor is
	// the vendor's name, "" when it is not known.
	Sessions *session.Sessions
	Vendor   string
	// Support is the vendor's address for help; "" when it is not known.
	Support string
	// Wait passes the time between two looks for a change; nil is a timer.
	Wait func(context.Context, time.Duration) error
}

// The events that Subscribe tells of. They carry no data: read again.
const (
	EventChanged   = "changed"   // the cache holds something else now
	EventSync      = "sync"      // SyncState is another
	EventOpen      = "open"      // Destination has something
	EventDocuments = "documents" // DocumentsState is another
	EventHandOff   = "handoff"   // HandOffState is another
	EventSignIn    = "signin"    // SignInState or Accounts is another
	EventFront     = "front"     // the person came back from their browser: show yourself
)

// Companion is one person's Billfold. All its methods may be called at once.
type Companion struct {
	config   Config
	personal *sqlite.Personal // nil when the data folder cannot be written

	choosing sync.Mutex   // held while the account is replaced
	mu       sync.RWMutex // guards account and personal: readers hold it while they read
	account  *account
	notices  []string

	putOff atomic.Bool // the watch's next pull was put off already

	hints chan struct{} // what happened that a Watch should see; holds one

	alarming    sync.Mutex // between reading and writing which alarms were put away
	asking      sync.Mutex // guards destination
	destination Destination

	starting sync.Mutex // held while a hand-off takes another's place
	handing  sync.Mutex // guards visit and handOff
	visit    *visit     // nil when no hand-off is under way
	handOff  HandOffState

	signing signing

	syncing sync.Mutex // guards the fields below
	sync    SyncState
	// failedRequest is the server's name for the request that the last pull failed
	// with, "" where it gave none.
	failedRequest string
	cancel        context.CancelFunc
	finished      chan struct{}
	closed        bool
	listeners     listeners

	desktop   Desktop
	documents documentRuns
	ledgers   keptLedger
	// exported is the path of the last export.
	exported atomic.Pointer[string]
}

// Open opens the companion over the target's cache. It does not connect. It
// succeeds also where nothing can be read or kept: the views then say why.
func Open(ctx context.Context, config Config) (*Companion, error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Dial == nil {
		return nil, errors.New("companion: Config.Dial is missing")
	}
	if config.DocumentsDir == "" {
		config.DocumentsDir = filepath.Join(config.Dir, "documents")
	}
	if config.DownloadsDir == "" {
		config.DownloadsDir = filepath.Join(config.Dir, "downloads")
	}
	c := &Companion{config: config, hints: make(chan struct{}, 1)}
	c.documents.calm.L = &c.documents.mu
	if err := c.openPersonal(ctx); err != nil {
		c.config.Log.Warn("settings cannot be kept", "error", err)
		c.notices = append(c.notices, "Settings cannot be kept: "+billing.MessageOf(err))
	}
	c.account = c.openAccount(ctx, config.Target)
	c.sync.SyncedAt = c.account.syncedAt(ctx)
	return c, nil
}

func (c *Companion) openPersonal(ctx context.Context) error {
	if err := os.MkdirAll(c.config.Dir, 0o700); err != nil {
		return billing.NewError(billing.CodeUnreadable, "the data folder cannot be made.", err)
	}
	personal, err := sqlite.OpenPersonal(ctx, personalPath(c.config.Dir))
	if err != nil {
		return err
	}
	c.personal = personal
	if aside := personal.SetAside(); aside != "" {
		c.notices = append(c.notices, "Your settings were damaged. They were set aside as "+
			filepath.Base(aside)+" and begin anew.")
	}
	return nil
}

// Close stops a pull and a run over documents, waits for them, and closes the
// files.
func (c *Companion) Close() error {
	c.CancelSignIn()
	c.endVisit()
	c.stopSync(true)
	c.holdDocuments()
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.account.close()
	if c.personal != nil {
		err = errors.Join(err, c.personal.Close())
		c.personal = nil
	}
	return err
}

// Subscribe has tell called with one of the events from now on, from any
// goroutine, until the returned function is called. tell must not block.
func (c *Companion) Subscribe(tell func(event string)) (stop func()) {
	return c.listeners.add(tell)
}

// Show asks the window to show a view: it is told to read Destination.
func (c *Companion) Show(destination Destination) {
	c.asking.Lock()
	c.destination = destination
	c.asking.Unlock()
	c.listeners.tell(EventOpen)
}

// Destination is the view that was asked for since it was last read; its View is
// "" when there was none.
func (c *Companion) Destination() Destination {
	c.asking.Lock()
	defer c.asking.Unlock()
	wanted := c.destination
	c.destination = Destination{}
	return wanted
}

// Target is what is shown now.
func (c *Companion) Target() Target {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.account.target
}

// About says which Billfold this is and where it keeps things.
func (c *Companion) About() About {
	c.mu.RLock()
	defer c.mu.RUnlock()
	notices := append([]string{}, c.notices...)
	return About{
		Version: c.config.Version,
		DataDir: c.config.Dir,
		Notices: append(notices, c.account.notices...),
	}
}

// listeners are told of events, each in turn.
type listeners struct {
	mu   sync.Mutex
	next int
	all  map[int]func(string)
}

func (l *listeners) add(tell func(string)) (stop func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = map[int]func(string){}
	}
	id := l.next
	l.next++
	l.all[id] = tell
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.all, id)
	}
}

func (l *listeners) tell(event string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, tell := range l.all {
		tell(event)
	}
}
