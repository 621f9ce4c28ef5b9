// Package connection decides what to connect to - the embedded sandbox, a
// gateway, or Stripe in test mode - and opens the companion over it.
package connection

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/adrg/xdg"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/documents"
	"billfold/backend/samplevendor"
	"billfold/backend/sandbox"
	"billfold/backend/session"
	"billfold/backend/stripeapi"
	"billfold/backend/vendorfile"
)

// stripeURL is Stripe itself, for a vendor's engineer with a test key.
const stripeURL = "https://api.stripe.com"

// DefaultScenario is the sandbox's when none is named.
const DefaultScenario = "active"

// Flags choose the connection; the desktop app and the command share them, and
// each can stand in the configuration file under its name.
type Flags struct {
	Sandbox    string   `help:"Use the embedded sandbox, with this scenario (${scenarios}). This is what happens without any of these flags, with the scenario active." placeholder:"SCENARIO" group:"Connection"`
	URL        string   `name:"url" help:"Use the gateway, or another Stripe-shaped server, at this address: https, or http on this machine." placeholder:"URL" group:"Connection"`
	Token      string   `help:"The token for --url. Others on this machine may see flags: prefer the environment." env:"BILLFOLD_TOKEN" placeholder:"TOKEN" group:"Connection"`
	Customer   string   `help:"The customer whose billing to show, for --url. Without --url: use Stripe in test mode with the key in STRIPE_API_KEY." env:"BILLFOLD_CUSTOMER" placeholder:"cus_..." group:"Connection"`
	StripeKey  string   `hidden:"" name:"stripe-api-key" env:"STRIPE_API_KEY"`
	Vendor     string   `help:"Sign in at the vendor whose file this is; see docs/operating.md. A vendor's own build has it built in." env:"BILLFOLD_VENDOR" type:"path" placeholder:"FILE" group:"Connection"`
	Account    string   `help:"Of the accounts that are signed in, use this one: its e-mail address, name or id. Without it: the current one." env:"BILLFOLD_ACCOUNT" placeholder:"ACCOUNT" group:"Connection"`
	PortalHost []string `help:"The vendor's hosted pages are at this host too, beside Stripe's own; may be given again." placeholder:"HOST" group:"Connection"`
	Support    string   `help:"The vendor's address for help, shown where something fails." placeholder:"ADDRESS" group:"Connection"`
	DataDir    string   `help:"Keep everything in this folder (default: ${data_dir})." env:"BILLFOLD_DATA_DIR" type:"path" placeholder:"DIR" group:"Connection"`
}

// DataDir is where things are kept when no flag says otherwise.
func DataDir() string { return filepath.Join(xdg.DataHome, "billfold") }

// ConfigFile is the configuration file: a JSON object whose keys are flag names.
func ConfigFile() string { return filepath.Join(xdg.ConfigHome, "billfold", "config.json") }

// Chosen is a connection that makes sense, and what opening it takes.
type Chosen struct {
	Target  companion.Target
	token   string
	dir     string
	hosts   string // separated by spaces
	support string
	// vendor and sessions are nil where nobody signs in.
	vendor   *vendorfile.Vendor
	sessions *session.Sessions
	// asked is the id of the account that a flag named, "" where none did.
	asked string
	// welcome tells that no flag chose the sandbox or its scenario.
	welcome bool
	browser *func(address string) error
}

// WithBrowser is the same connection for a program that can show an address in the
// person's browser.
func (c Chosen) WithBrowser(open func(address string) error) Chosen {
	c.browser = &open
	return c
}

// Choose reads the flags as one connection. What contradicts itself is
// CodeInvalid, a live secret key CodeLiveKey.
func (f Flags) Choose() (Chosen, error) {
	chosen, err := f.target()
	if err != nil {
		return Chosen{}, err
	}
	hosts := f.PortalHost
	chosen.support = f.Support
	if chosen.vendor != nil {
		hosts = append(slices.Clone(hosts), chosen.vendor.PortalHosts...)
		chosen.support = cmp.Or(f.Support, chosen.vendor.Support)
	}
	chosen.hosts = strings.ToLower(strings.Join(hosts, " "))
	return chosen, nil
}

func (f Flags) target() (Chosen, error) {
	dir := f.DataDir
	if dir == "" {
		dir = DataDir()
	}
	switch {
	case f.Sandbox != "" && f.URL != "":
		return Chosen{}, invalid("Choose one connection: --sandbox or --url.")
	case f.Vendor != "" && (f.Sandbox != "" || f.URL != ""):
		return Chosen{}, invalid("Choose one connection: --vendor, --sandbox or --url.")
	case f.URL != "":
		return f.server(dir)
	case f.Vendor == "" && f.Sandbox == "" && f.Customer != "":
		return f.stripeTest(dir)
	case f.Sandbox == "":
		if vendor, there, err := f.vendor(); there || err != nil {
			return f.signedIn(dir, vendor, err)
		}
	}
	if f.Account != "" {
		return Chosen{}, noVendor()
	}
	scenario := f.Sandbox
	if scenario == "" {
		scenario = DefaultScenario
	}
	if !slices.Contains(ScenarioNames(), scenario) {
		return Chosen{}, invalid("The sandbox has no scenario " + quote(scenario) + ". Scenarios are: " +
			strings.Join(ScenarioNames(), ", ") + ".")
	}
	target := companion.Target{Connection: companion.ConnectionSandbox, Scenario: scenario}
	return Chosen{Target: target, dir: dir, welcome: f.Sandbox == ""}, nil
}

func (f Flags) server(dir string) (Chosen, error) {
	address, err := url.Parse(f.URL)
	if err != nil || address.Host == "" {
		return Chosen{}, invalid("--url is no web address: give it as https://host or, on this machine, http://127.0.0.1:PORT.")
	}
	kind, token := companion.ConnectionGateway, f.Token
	if strings.TrimSuffix(f.URL, "/") == stripeURL {
		kind = companion.ConnectionStripeTest
	}
	// A Stripe key in the environment is for Stripe, or a stand-in on this machine,
	// and for no other host.
	if token == "" && (kind == companion.ConnectionStripeTest || thisMachine(address.Hostname())) {
		token = f.StripeKey
	}
	switch {
	case token == "":
		return Chosen{}, invalid("--url needs a token: set BILLFOLD_TOKEN.")
	case stripeapi.LiveKey(token):
		return Chosen{}, liveKey()
	case kind == companion.ConnectionStripeTest && !testKey(token):
		return Chosen{}, noTestKey()
	case f.Customer == "":
		return Chosen{}, invalid("--url needs --customer: whose billing is it?")
	}
	target := companion.Target{Connection: kind, URL: strings.TrimSuffix(f.URL, "/"), Customer: f.Customer}
	return Chosen{Target: target, token: token, dir: dir}, nil
}

func (f Flags) stripeTest(dir string) (Chosen, error) {
	switch {
	case stripeapi.LiveKey(f.StripeKey):
		return Chosen{}, liveKey()
	case !testKey(f.StripeKey):
		return Chosen{}, noTestKey()
	}
	target := companion.Target{Connection: companion.ConnectionStripeTest, URL: stripeURL, Customer: f.Customer}
	return Chosen{Target: target, token: f.StripeKey, dir: dir}, nil
}

func testKey(key string) bool {
	return strings.HasPrefix(key, "sk_test_") || strings.HasPrefix(key, "rk_test_")
}

func noTestKey() error {
	return invalid("Stripe in test mode needs a test key: set STRIPE_API_KEY to one that begins with sk_test_ or rk_test_.")
}

func thisMachine(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }

func liveKey() error {
	return billing.NewError(billing.CodeLiveKey, "This is a merchant's live secret key. It opens every customer's account "+
		"and never belongs on a desktop: use a test key (sk_test_...), or a gateway.", nil)
}

func invalid(message string) error { return billing.NewError(billing.CodeInvalid, message, nil) }

// quote shows what somebody typed without letting it run away.
func quote(text string) string {
	if len(text) > 40 {
		text = text[:40] + "..."
	}
	return `"` + strings.Map(printable, text) + `"`
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return '?'
	}
	return r
}

// Dir is the data folder that was chosen.
func (c Chosen) Dir() string { return c.dir }

// StateFile is where programs beside Billfold are told how the account stands. Who
// keeps everything in a folder of their own keeps it there too.
func (c Chosen) StateFile() string {
	if c.dir == DataDir() {
		return filepath.Join(xdg.StateHome, "billfold", "state.json")
	}
	return filepath.Join(c.dir, "state.json")
}

// Asked is the id of the account that was named, "" where none was: a Billfold that
// runs then stays with the account it shows.
func (c Chosen) Asked() string { return c.asked }

// AccountDir is the folder where the Billfold that shows the chosen connection has
// its place: that of the account, or, where people sign in and switch, of them all.
func (c Chosen) AccountDir() string {
	target := c.Target
	if c.sessions != nil {
		target.Customer, target.Account = "", ""
	}
	return companion.AccountDir(c.dir, target)
}

// Open opens the companion over the chosen connection. It does not connect yet.
func (c Chosen) Open(ctx context.Context, version string, log *slog.Logger) (*companion.Companion, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	c.warnOfColours(log)
	dialer := dialer{dir: c.dir, token: c.token, sessions: c.sessions, log: log}
	config := companion.Config{
		Dir: c.dir, Target: c.Target, Version: version, Log: log,
		Dial: dialer.dial, Scenarios: scenarios(), Welcome: c.welcome,
		Hosts: strings.Fields(c.hosts), Support: c.support, Sessions: c.sessions, StateFile: c.StateFile(),
	}
	if c.vendor != nil {
		config.Vendor = c.vendor.Name
	}
	// Who keeps everything in a folder of their own keeps documents there too.
	if c.dir == DataDir() {
		config.DocumentsDir = filepath.Join(xdg.UserDirs.Documents, "Billfold")
		config.DownloadsDir = xdg.UserDirs.Download
	}
	if c.browser != nil {
		config.OpenBrowser = *c.browser
	}
	return companion.Open(ctx, config)
}

func scenarios() []companion.Scenario {
	var all []companion.Scenario
	for _, s := range sandbox.Scenarios() {
		all = append(all, companion.Scenario{Name: s.Name, Description: s.Description})
	}
	return all
}

// ScenarioNames lists the sandbox's scenarios.
func ScenarioNames() []string {
	var names []string
	for _, s := range sandbox.Scenarios() {
		names = append(names, s.Name)
	}
	return names
}

// dialer connects to whatever target is asked for.
type dialer struct {
	dir   string
	token string
	// sessions are nil where nobody signs in.
	sessions *session.Sessions
	log      *slog.Logger
}

func (d dialer) dial(ctx context.Context, target companion.Target) (companion.Dialed, error) {
	if target.Connection == companion.ConnectionSandbox {
		return d.dialSandbox(ctx, target.Scenario)
	}
	api, err := d.server(target)
	dialed := companion.Dialed{API: api, Documents: sourceOf(target)}
	if d.sessions != nil {
		dialed.ReturnPage = target.URL + returnPath
	}
	return dialed, err
}

func (d dialer) server(target companion.Target) (*stripeapi.Client, error) {
	if d.sessions == nil {
		return d.client(target.URL, target.Customer, d.token)
	}
	if target.Account == "" {
		return nil, nobody()
	}
	return stripeapi.New(stripeapi.Config{
		URL: target.URL, Customer: target.Customer, Log: d.log, Gateway: true,
		Token: d.sessions.Token(target.Account), Renew: d.sessions.Renew(target.Account),
	})
}

// dialSandbox starts the embedded sandbox. Its state is kept between runs where
// the data folder can be written.
func (d dialer) dialSandbox(ctx context.Context, scenario string) (companion.Dialed, error) {
	options := sandbox.Options{Scenario: scenario}
	folder := filepath.Join(d.dir, "sandbox")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		d.log.Warn("the sandbox forgets its state when Billfold ends", "error", err)
	} else {
		options.StateFile = filepath.Join(folder, scenario+".json")
	}
	running, err := samplevendor.Start(ctx, samplevendor.Options{Sandbox: options, Log: d.log})
	if ctx.Err() != nil && err != nil {
		return companion.Dialed{}, billing.NewError(billing.CodeCanceled, "It was stopped before it was done.", err)
	}
	if errors.Is(err, sandbox.ErrInUse) {
		return companion.Dialed{}, billing.NewError(billing.CodeBusy,
			"Another Billfold is using this sandbox: close that one first, or choose another scenario.", err)
	}
	if err != nil {
		return companion.Dialed{}, billing.NewError(billing.CodeUnavailable, "The sandbox could not be started.", err)
	}
	api, err := d.enter(ctx, running)
	if err != nil {
		_ = running.Close()
		return companion.Dialed{}, err
	}
	return companion.Dialed{
		API: api, Documents: documents.Source{Own: running.Sandbox().URL()}, ReturnPage: running.URL() + returnPath, Close: running.Close,
	}, nil
}

// enter signs in at the sandbox as its subscriber, the way a person would at a
// vendor. Nothing of it outlives the sandbox.
func (d dialer) enter(ctx context.Context, at *samplevendor.Vendor) (*stripeapi.Client, error) {
	vendor := at.File()
	sessions := sessionsOf(d.dir, vendor, SignInOptions{memoryOnly: true, Log: d.log})
	account, err := sessions.SignIn(ctx, func(address string) error {
		return at.SignInAs(ctx, address, at.Sandbox().Customer())
	})
	if err != nil {
		return nil, err
	}
	return stripeapi.New(stripeapi.Config{
		URL: vendor.Gateway, Customer: account.Customer, Log: d.log, Gateway: true,
		Token: sessions.Token(account.ID), Renew: sessions.Renew(account.ID),
	})
}

// returnPath is the gateway's page that leads back to this computer.
const returnPath = "/billfold/v1/return"

// sourceOf says where a server's documents may come from: a gateway hands Stripe's
// links on, or keeps documents itself.
func sourceOf(target companion.Target) documents.Source {
	source := documents.Source{Hosts: documents.StripeHosts()}
	if server, err := url.Parse(target.URL); err == nil && target.Connection == companion.ConnectionGateway {
		source.Own = server.Scheme + "://" + server.Host
	}
	return source
}

func (d dialer) client(address, customer, token string) (*stripeapi.Client, error) {
	return stripeapi.New(stripeapi.Config{
		URL: address, Customer: customer, Log: d.log,
		Token: func(context.Context) (string, error) { return token, nil },
	})
}
