// Command billfold-gateway runs at the vendor: it holds the merchant's Stripe key
// and lets each subscriber reach their own billing and nobody else's.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set when a release is built.
var version = "dev"

// Exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
)

// flags override what the configuration file says. No secret is among them: the
// machine's other users can see them.
type flags struct {
	Config              string           `placeholder:"FILE" type:"path" env:"BILLFOLD_GATEWAY_CONFIG" help:"Configuration file, in JSON."`
	Listen              string           `placeholder:"ADDR" env:"BILLFOLD_GATEWAY_LISTEN" help:"Where companions are served; 127.0.0.1:8080 when nothing says otherwise."`
	MetricsListen       string           `placeholder:"ADDR" env:"BILLFOLD_GATEWAY_METRICS_LISTEN" help:"Where /metrics is served, apart from the companions; nowhere when not given."`
	PublicURL           string           `placeholder:"URL" env:"BILLFOLD_GATEWAY_PUBLIC_URL" help:"The address under which companions reach this gateway."`
	TLSCertificate      string           `placeholder:"FILE" type:"path" env:"BILLFOLD_GATEWAY_TLS_CERTIFICATE" help:"Serve TLS with this certificate; takes --tls-key."`
	TLSKey              string           `placeholder:"FILE" type:"path" env:"BILLFOLD_GATEWAY_TLS_KEY" help:"The certificate's key."`
	Issuer              string           `placeholder:"URL" env:"BILLFOLD_GATEWAY_ISSUER" help:"The identity provider whose tokens are taken."`
	Audience            string           `placeholder:"NAME" env:"BILLFOLD_GATEWAY_AUDIENCE" help:"Whom the tokens must be for."`
	Claim               string           `placeholder:"NAME" env:"BILLFOLD_GATEWAY_CLAIM" help:"The claim that holds the customer's id."`
	PortalConfiguration string           `placeholder:"ID" env:"BILLFOLD_GATEWAY_PORTAL_CONFIGURATION" help:"The portal configuration of every session, bpc_..."`
	LogLevel            string           `enum:"debug,info,warn,error" default:"info" env:"BILLFOLD_GATEWAY_LOG_LEVEL" help:"debug, info, warn or error (${default})."`
	Check               bool             `help:"Check the configuration, and exit."`
	Version             kong.VersionFlag `help:"Print the version and exit."`
}

const description = `Lets each subscriber reach their own objects at Stripe, and no others.

Secrets come from the environment or from files, never from a flag: BILLFOLD_STRIPE_KEY or stripe.key_file,
BILLFOLD_WEBHOOK_SECRET or stripe.webhook_secret_files. See docs/operating.md.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	var chosen flags
	ended := -1
	parser, err := kong.New(&chosen,
		kong.Name("billfold-gateway"), kong.Description(description), kong.Writers(stdout, stderr),
		kong.Vars{"version": version}, kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Exit(func(code int) { ended = code }),
	)
	if err != nil {
		return complain(stderr, err, exitFailed)
	}
	_, err = parser.Parse(arguments)
	switch {
	case ended >= 0: // --help or --version has said it all
		return ended
	case err != nil:
		return complain(stderr, fmt.Errorf("%w; see billfold-gateway --help", err), exitUsage)
	}
	config, err := load(chosen)
	if err != nil {
		return complain(stderr, err, exitUsage)
	}
	if err := config.tryOut(); err != nil {
		return complain(stderr, err, exitUsage)
	}
	if chosen.Check {
		_, _ = fmt.Fprintln(stdout, "the configuration is good")
		return 0
	}
	if err := serve(ctx, config, stderr); err != nil {
		return complain(stderr, err, exitFailed)
	}
	return 0
}

func complain(stderr io.Writer, err error, code int) int {
	_, _ = fmt.Fprintln(stderr, "billfold-gateway:", err)
	return code
}
