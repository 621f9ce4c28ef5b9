// Package connection decides what to connect to - the embedded sandbox, a
// gateway, or Stripe in test mode - and opens the companion over it.
package connection

import (
	"context"
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
	"billfold/backend/sandbox"
	"billfold/backend/stripeapi"
)

// stripeURL is Stripe itself, for a vendor's engineer with a test key.
const stripeURL = "https://api.stripe.com"

// DefaultScenario is the sandbox's when none is named.
const DefaultScenario = "active"

// Flags choose the connection; the desktop app and the command share them, and
// each can stand in the configuration file under its name.
type Flags struct {
	Sandbox   string `help:"Use the embedded sandbox, with this scenario (${scenarios}). This is what happens without any of these flags, with the scenario active." placeholder:"SCENARIO" group:"Connection"`
	URL       string `name:"url" help:"Use the gateway, or another Stripe-shaped server, at this address: https, or http on this machine." placeholder:"URL" group:"Connection"`
	Token     string `help:"The token for --url. Others on this machine may see flags: prefer the environment." env:"BILLFOLD_TOKEN" placeholder:"TOKEN" group:"Connection"`
	Customer  string `help:"The customer whose billing to show, for --url. Without --url: use Stripe in test mode with the key in STRIPE_API_KEY." env:"BILLFOLD_CUSTOMER" placeholder:"cus_..." group:"Connection"`
	StripeKey string `hidden:"" name:"stripe-api-key" env:"STRIPE_API_KEY"`
	DataDir   string `help:"Keep everything in this folder (default: ${data_dir})." env:"BILLFOLD_DATA_DIR" type:"path" placeholder:"DIR" group:"Connection"`
}

// DataDir is where things are kept when no flag says otherwise.
func DataDir() string { return filepath.Join(xdg.DataHome, "billfold") }

// ConfigFile is the configuration file: a JSON object whose keys are flag names.
func ConfigFile() string { return filepath.Join(xdg.ConfigHome, "billfold", "config.json") }

// Chosen is a connection that makes sense, and what opening it takes.
type Chosen struct {
	Target companion.Target
	token  string
	dir    string
}

// Choose reads the flags as one connection. What contradicts itself is
// CodeInvalid, a live secret key CodeLiveKey.
func (f Flags) Choose() (Chosen, error) {
	dir := f.DataDir
	if dir == "" {
		dir = DataDir()
	}
	switch {
	case f.Sandbox != "" && f.URL != "":
		return Chosen{}, invalid("Choose one connection: --sandbox or --url.")
	case f.URL != "":
		return f.server(dir)
	case f.Sandbox == "" && f.Customer != "":
		return f.stripeTest(dir)
	}
	scenario := f.Sandbox
	if scenario == "" {
		scenario = DefaultScenario
	}
	if !slices.Contains(ScenarioNames(), scenario) {
		return Chosen{}, invalid("The sandbox has no scenario " + quote(scenario) + ". Scenarios are: " +
			strings.Join(ScenarioNames(), ", ") + ".")
	}
	return Chosen{Target: companion.Target{Connection: companion.ConnectionSandbox, Scenario: scenario}, dir: dir}, nil
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

// AccountDir is the folder that belongs to the chosen account alone.
func (c Chosen) AccountDir() string { return companion.AccountDir(c.dir, c.Target) }

// Open opens the companion over the chosen connection. It does not connect yet.
func (c Chosen) Open(ctx context.Context, version string, log *slog.Logger) (*companion.Companion, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	dialer := dialer{dir: c.dir, token: c.token, log: log}
	config := companion.Config{
		Dir: c.dir, Target: c.Target, Version: version, Log: log,
		Dial: dialer.dial, Scenarios: scenarios(),
	}
	// Who keeps everything in a folder of their own keeps documents there too.
	if c.dir == DataDir() {
		config.DocumentsDir = filepath.Join(xdg.UserDirs.Documents, "Billfold")
		config.DownloadsDir = xdg.UserDirs.Download
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
	log   *slog.Logger
}

func (d dialer) dial(ctx context.Context, target companion.Target) (companion.Dialed, error) {
	if target.Connection == companion.ConnectionSandbox {
		return d.dialSandbox(ctx, target.Scenario)
	}
	api, err := d.client(target.URL, target.Customer, d.token)
	return companion.Dialed{API: api, Documents: sourceOf(target)}, err
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
	running, err := sandbox.Start(ctx, options)
	if ctx.Err() != nil && err != nil {
		return companion.Dialed{}, billing.NewError(billing.CodeCanceled, "It was stopped before it was done.", err)
	}
	if err != nil {
		return companion.Dialed{}, billing.NewError(billing.CodeUnavailable, "The sandbox could not be started.", err)
	}
	api, err := d.client(running.URL(), running.Customer(), running.Key())
	if err != nil {
		_ = running.Close()
		return companion.Dialed{}, err
	}
	return companion.Dialed{API: api, Documents: documents.Source{Own: running.URL()}, Close: running.Close}, nil
}

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
